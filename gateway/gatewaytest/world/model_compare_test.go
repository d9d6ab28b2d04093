package world_test

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
	"github.com/chorus-go/chorus/types"
)

// compare fails the test where the model of a guild is not what the world says.
func (g *guildModel) compare(t *testing.T, step string, want world.GuildView) {
	t.Helper()
	same(t, step+": name", g.guild.Name, want.Guild.Name)
	same(t, step+": owner", g.guild.OwnerID, want.Guild.OwnerID)
	same(t, step+": roles", g.guild.Roles, want.Guild.Roles)
	same(t, step+": emojis", len(g.guild.Emojis), len(want.Guild.Emojis))
	same(t, step+": members", keysOf(g.members), keysOf(want.Members))
	for user, member := range g.members {
		same(t, step+": roles of a member", sortedIDs(member.Roles), sortedIDs(want.Members[user].Roles))
		same(t, step+": nick", member.Nick, want.Members[user].Nick)
	}
	same(t, step+": channels", keysOf(g.channels), keysOf(want.Channels))
	for channel, c := range g.channels {
		same(t, step+": channel name", c.Name, want.Channels[channel].Name)
		same(t, step+": overwrites", overwrites(c), overwrites(want.Channels[channel]))
	}
	same(t, step+": threads", keysOf(g.threads), keysOf(want.Threads))
	for thread, c := range g.threads {
		same(t, step+": thread name", c.Name, want.Threads[thread].Name)
		same(t, step+": thread members", c.MemberCount, want.Threads[thread].MemberCount)
	}
	same(t, step+": who is in voice", keysOf(g.voice), keysOf(want.VoiceStates))
	for user, state := range g.voice {
		same(t, step+": voice channel", state.ChannelID, want.VoiceStates[user].ChannelID)
		same(t, step+": self_mute", state.SelfMute, want.VoiceStates[user].SelfMute)
	}
	for channel, messages := range g.messages {
		for message, m := range messages {
			now, ok := want.Messages[channel][message]
			same(t, step+": a message is there", true, ok)
			same(t, step+": content", m.Content, now.Content)
			same(t, step+": pinned", m.Pinned, now.Pinned)
			same(t, step+": reactions", reactions(m), reactions(now))
		}
	}
}

// same fails the test unless both encode to the same JSON.
func same(t *testing.T, what string, have, want any) {
	t.Helper()
	a, errA := json.Marshal(have)
	b, errB := json.Marshal(want)
	must(t, errA, errB)
	if string(a) != string(b) {
		t.Errorf("%s:\nthe client has %s\nthe world has  %s", what, a, b)
	}
}

func keysOf[V any](m map[id]V) []id { return slices.Sorted(maps.Keys(m)) }

func sortedIDs[S ~[]id](ids S) []id { return slices.Sorted(slices.Values(ids)) }

func userIDs(users []types.User) []id {
	var ids []id
	for _, u := range users {
		ids = append(ids, u.ID)
	}
	return sortedIDs(ids)
}

func overwrites(c types.Channel) map[string]types.PermissionOverwrite {
	m := map[string]types.PermissionOverwrite{}
	for _, o := range c.PermissionOverwrites {
		m[o.ID.String()] = o
	}
	return m
}

func reactions(m types.Message) map[string]int64 {
	counts := map[string]int64{}
	for _, r := range m.Reactions {
		counts[r.Emoji.Name] = r.Count
	}
	return counts
}
