package gateway_test

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/types"
)

// voiceState is the d of a VOICE_STATE_UPDATE of the session s1 of user 42. Ids are JSON.
func voiceState(guild, channel string) string {
	return fmt.Sprintf(`{"guild_id":%s,"channel_id":%s,"user_id":"42","session_id":"s1"}`, guild, channel)
}

// joining is the request for a channel of a guild; 0 stands for null.
func joining(guild, channel types.Snowflake) types.UpdateVoiceState {
	voice := types.UpdateVoiceState{GuildID: types.Null[types.Snowflake](), ChannelID: types.Null[types.Snowflake]()}
	if guild != 0 {
		voice.GuildID = types.Some(guild)
	}
	if channel != 0 {
		voice.ChannelID = types.Some(channel)
	}
	return voice
}

// said is one dispatch.
type said struct{ event, d string }

const (
	stateEvent  = "VOICE_STATE_UPDATE"
	serverEvent = "VOICE_SERVER_UPDATE"
)

// voiceCase is one request for a voice channel, and what the server says to it.
type voiceCase struct {
	voice  types.UpdateVoiceState
	before []said // what must not end the request, a second before
	last   said   // what does
	token  string // of the voice server in the result, "" for none
	guild  types.Snowflake
}

func voiceCases() map[string]voiceCase {
	return map[string]voiceCase{
		"joining, the state first": {joining(7, 8), []said{
			{serverEvent, `{"token":"other","guild_id":"6","endpoint":"e"}`},
			{serverEvent, `{"token":"call","guild_id":null,"channel_id":"8","endpoint":"e"}`},
			{stateEvent, voiceState(`"7"`, `"8"`)},
		}, said{serverEvent, `{"token":"t","guild_id":"7","endpoint":"e"}`}, "t", 7},
		"joining, the server first": {joining(7, 8), []said{
			{stateEvent, `{"guild_id":"7","channel_id":"8","user_id":"43","session_id":"s1"}`},
			{stateEvent, `{"guild_id":"7","channel_id":"8","user_id":"42","session_id":"s2"}`},
			{stateEvent, voiceState(`"7"`, `"9"`)},
			{stateEvent, voiceState(`"7"`, `null`)},
			{stateEvent, voiceState(`"6"`, `"8"`)},
			{serverEvent, `{"token":"t","guild_id":"7","endpoint":"e"}`},
		}, said{stateEvent, voiceState(`"7"`, `"8"`)}, "t", 7},
		"no server yet": {joining(7, 8), []said{
			{stateEvent, voiceState(`"7"`, `"8"`)},
			{serverEvent, `{"token":"lost","guild_id":"7","endpoint":null}`},
		}, said{serverEvent, `{"token":"t","guild_id":"7","endpoint":"e"}`}, "t", 7},
		"a server that is lost again": {joining(7, 8), []said{
			{serverEvent, `{"token":"early","guild_id":"7","endpoint":"e"}`},
			{serverEvent, `{"token":"lost","guild_id":"7","endpoint":null}`},
			{stateEvent, voiceState(`"7"`, `"8"`)},
		}, said{serverEvent, `{"token":"t","guild_id":"7","endpoint":"e"}`}, "t", 7},
		"a private call": {joining(0, 8), []said{
			{serverEvent, `{"token":"guild","guild_id":"7","endpoint":"e"}`},
			{stateEvent, voiceState(`null`, `"8"`)},
		}, said{serverEvent, `{"token":"t","guild_id":null,"channel_id":"8","endpoint":"e"}`}, "t", 0},
		"leaving a guild's channel": {joining(7, 0), []said{
			{stateEvent, voiceState(`"6"`, `null`)},
			{stateEvent, voiceState(`"7"`, `"8"`)},
		}, said{stateEvent, voiceState(`"7"`, `null`)}, "", 7},
		"leaving, as Spacebar says it": {joining(7, 0), nil, said{stateEvent, voiceState(`null`, `null`)}, "", 0},
		"leaving wherever one is":      {joining(0, 0), nil, said{stateEvent, voiceState(`"7"`, `null`)}, "", 7},
	}
}

func TestUpdateVoiceState(t *testing.T) {
	for name, test := range voiceCases() {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				handle := connect(t, serve(t, answering(func(p *peer, _ payload) {
					for i, s := range test.before {
						p.dispatch(s.event, i+1, s.d)
					}
					time.Sleep(time.Second)
					p.dispatch(test.last.event, 9, test.last.d)
				})))
				begun := time.Now()
				result, err := handle.UpdateVoiceState(t.Context(), test.voice)
				if err != nil {
					t.Fatal(err)
				}
				if took := time.Since(begun); took != time.Second {
					t.Errorf("it took %v", took)
				}
				if result.State == nil || result.State.ChannelID != test.voice.ChannelID.Or(0) || result.State.GuildID != test.guild {
					t.Errorf("the state is %+v", result.State)
				}
				if token := test.token; (result.Server == nil) != (token == "") || token != "" && result.Server.Token != token {
					t.Errorf("the server is %+v", result.Server)
				}
				unobserved(t, handle.Events)
			})
		})
	}
}

func TestAVoiceServerThatIsNotAnnounced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		handle := connect(t, serve(t, answering(func(p *peer, _ payload) { p.dispatch(stateEvent, 1, voiceState(`"7"`, `"8"`)) })))
		result, err := handle.UpdateVoiceState(t.Context(), joining(7, 8))
		timeout, ok := errors.AsType[*gateway.TimeoutError](err)
		if !ok || timeout.Answers != 1 || result.State == nil || result.Server != nil {
			t.Errorf("%+v, %v, want the state and a TimeoutError", result, err)
		}
	})
}
