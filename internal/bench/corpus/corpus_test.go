package corpus

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/bwmarrin/discordgo"
	arikawa "github.com/diamondburned/arikawa/v3/gateway"
	disgo "github.com/disgoorg/disgo/gateway"

	"github.com/chorus-go/chorus/types"
)

func TestSameSeedSameBytes(t *testing.T) {
	a, b, other := New(Options{Seed: 1, Guilds: 9}), New(Options{Seed: 1, Guilds: 9}), New(Options{Seed: 2, Guilds: 9})
	differs := false
	for i := range 300 {
		x, y, z := a.Next(), b.Next(), other.Next()
		if x.Name != y.Name || !bytes.Equal(x.Data, y.Data) {
			t.Fatalf("event %d differs", i)
		}
		differs = differs || !bytes.Equal(x.Data, z.Data)
	}
	if !differs {
		t.Error("the seed changes nothing")
	}
}

func TestTheMixIsThatOfTheTable(t *testing.T) {
	c := New(Options{Seed: 1, Guilds: 100})
	const events = 5000
	total, of, count := 0, map[string]int{}, map[string]int{}
	for i := range events {
		e := c.Next()
		size := len(e.Payload(i, Both))
		total += size
		of[e.Name] += size
		count[e.Name]++
	}
	for name, n := range count {
		if n != events/100*Share(name) {
			t.Errorf("%d of %d events are %s", n, events, name)
		}
		t.Logf("%-24s %3d %% of the events, %6d bytes each", name, n*100/events, of[name]/n)
	}
	if len(count) != 14 {
		t.Errorf("%d types", len(count))
	}
	within(t, "bytes of an event", float64(total)/events, 1850, 1950)
	within(t, "bytes of a GUILD_CREATE", float64(of["GUILD_CREATE"])/float64(count["GUILD_CREATE"]), 108_000, 110_000)
	within(t, "share of GUILD_CREATE in the bytes", float64(of["GUILD_CREATE"])/float64(total), 0.57, 0.59)
}

func within(t *testing.T, what string, got, low, high float64) {
	t.Helper()
	t.Logf("%s: %.2f", what, got)
	if got < low || got > high {
		t.Errorf("%s: %.2f instead of %v to %v", what, got, low, high)
	}
}

// reader is what one library reads a type of event into.
type reader struct{ chorus, discordgo, disgo, arikawa any }

func readers() map[string]reader {
	return map[string]reader{
		"PRESENCE_UPDATE": {&types.PresenceUpdate{}, &discordgo.PresenceUpdate{}, &disgo.EventPresenceUpdate{},
			&arikawa.PresenceUpdateEvent{}},
		"MESSAGE_CREATE": {&types.MessageCreate{}, &discordgo.MessageCreate{}, &disgo.EventMessageCreate{},
			&arikawa.MessageCreateEvent{}},
		"TYPING_START": {&types.TypingStart{}, &discordgo.TypingStart{}, &disgo.EventTypingStart{},
			&arikawa.TypingStartEvent{}},
		"MESSAGE_REACTION_ADD": {&types.MessageReactionAdd{}, &discordgo.MessageReactionAdd{},
			&disgo.EventMessageReactionAdd{}, &arikawa.MessageReactionAddEvent{}},
		"MESSAGE_REACTION_REMOVE": {&types.MessageReactionRemove{}, &discordgo.MessageReactionRemove{},
			&disgo.EventMessageReactionRemove{}, &arikawa.MessageReactionRemoveEvent{}},
		"MESSAGE_UPDATE": {&types.MessageUpdate{}, &discordgo.MessageUpdate{}, &disgo.EventMessageUpdate{},
			&arikawa.MessageUpdateEvent{}},
		"VOICE_STATE_UPDATE": {&types.VoiceStateUpdate{}, &discordgo.VoiceStateUpdate{}, &disgo.EventVoiceStateUpdate{},
			&arikawa.VoiceStateUpdateEvent{}},
		"GUILD_MEMBER_UPDATE": {&types.GuildMemberUpdate{}, &discordgo.GuildMemberUpdate{},
			&disgo.EventGuildMemberUpdate{}, &arikawa.GuildMemberUpdateEvent{}},
		"GUILD_MEMBER_ADD": {&types.GuildMemberAdd{}, &discordgo.GuildMemberAdd{}, &disgo.EventGuildMemberAdd{},
			&arikawa.GuildMemberAddEvent{}},
		"GUILD_MEMBER_REMOVE": {&types.GuildMemberRemove{}, &discordgo.GuildMemberRemove{},
			&disgo.EventGuildMemberRemove{}, &arikawa.GuildMemberRemoveEvent{}},
		"MESSAGE_DELETE": {&types.MessageDelete{}, &discordgo.MessageDelete{}, &disgo.EventMessageDelete{},
			&arikawa.MessageDeleteEvent{}},
		"CHANNEL_UPDATE": {&types.ChannelUpdate{}, &discordgo.ChannelUpdate{}, &disgo.EventChannelUpdate{},
			&arikawa.ChannelUpdateEvent{}},
		"GUILD_ROLE_UPDATE": {&types.GuildRoleUpdate{}, &discordgo.GuildRoleUpdate{}, &disgo.EventGuildRoleUpdate{},
			&arikawa.GuildRoleUpdateEvent{}},
		"GUILD_CREATE": {&types.GuildCreate{}, &discordgo.GuildCreate{}, &disgo.EventGuildCreate{},
			&arikawa.GuildCreateEvent{}},
		"GUILD_DELETE": {&types.GuildDelete{}, &discordgo.GuildDelete{}, &disgo.EventGuildDelete{},
			&arikawa.GuildDeleteEvent{}},
		"READY": {&types.Ready{}, &discordgo.Ready{}, &disgo.EventReady{}, &arikawa.ReadyEvent{}},
	}
}

// A client that gave up half-way would be a cheap one.
func TestEveryClientCanReadEveryEvent(t *testing.T) {
	c := New(Options{Seed: 3, Guilds: 9})
	events := []Event{c.Ready(), c.LargeReady(200_000), c.LargeGuild(300), Sentinel()}
	for range 500 {
		events = append(events, c.Next())
	}
	all := readers()
	for _, e := range events {
		into := all[e.Name]
		for _, v := range []any{into.chorus, into.discordgo, into.disgo, into.arikawa} {
			if err := json.Unmarshal(e.Data, v); err != nil {
				t.Fatalf("%s into %T: %v", e.Name, v, err)
			}
		}
	}
}

func TestLargeReadyHasItsSize(t *testing.T) {
	within(t, "bytes", float64(len(New(Options{Seed: 1}).LargeReady(7_000_000).Data)), 7_000_000, 7_010_000)
}
