package types_test

import (
	"testing"

	"github.com/chorus-go/chorus/types"
)

func TestFlagsString(t *testing.T) {
	for flags, want := range map[types.MessageFlags]string{
		0:                          "0",
		types.MessageFlagEphemeral: "EPHEMERAL",
		types.MessageFlagEphemeral | types.MessageFlagCrossposted: "CROSSPOSTED|EPHEMERAL",
		types.MessageFlagUrgent | 1<<11 | 1<<63:                   "URGENT|0x8000000000000800",
		1 << 40:                                                   "0x10000000000",
	} {
		if got := flags.String(); got != want {
			t.Errorf("%#x prints %s, not %s", uint64(flags), got, want)
		}
	}
	if got := (types.IntentGuilds | types.IntentGuildMessages).String(); got != "GUILDS|GUILD_MESSAGES" {
		t.Errorf("intents print %s", got)
	}
}

func TestFlagsAreASet(t *testing.T) {
	flags := types.IntentGuilds.Add(types.IntentGuildMessages | types.IntentMessageContent).Remove(types.IntentGuilds)
	if !flags.Has(types.IntentGuildMessages|types.IntentMessageContent) || !flags.Has(0) {
		t.Errorf("%s lacks what was added", flags)
	}
	if flags.Has(types.IntentGuilds) || flags.Has(types.IntentGuilds|types.IntentGuildMessages) {
		t.Errorf("%s has what was removed", flags)
	}
	if types.Intents(1<<15) != types.IntentMessageContent || types.Capabilities(1<<10) != types.CapabilityClientStateV2 {
		t.Error("a bit is not where the documentation has it")
	}
}
