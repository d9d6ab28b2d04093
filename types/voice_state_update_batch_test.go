package types_test

import (
	"testing"

	"github.com/chorus-go/chorus/types"
)

func TestVoiceStateUpdateBatchReads(t *testing.T) {
	states := []types.VoiceState{{UserID: 1, SessionID: "a"}, {UserID: 2}}
	const array = `[{"user_id":"1","session_id":"a"},{"user_id":"2"}]`
	reads(t, array, types.VoiceStateUpdateBatch{VoiceStates: states})
	reads(t, `{"guild_id":"3","voice_states":`+array+`}`, types.VoiceStateUpdateBatch{GuildID: 3, VoiceStates: states})
	reads(t, `null`, types.VoiceStateUpdateBatch{})
	fails[types.VoiceStateUpdateBatch](t, `"voice"`)
	fails[types.VoiceStateUpdateBatch](t, `[1]`)
}
