package soak

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
	"github.com/chorus-go/chorus/types"
)

// Compare reports where the model is not what the world says; step stands before each difference.
func (m *Model) Compare(step string, v world.View) {
	m.same(step+": username", m.user.Username, v.User.Username)
	m.same(step+": guilds", keysOf(m.guilds), keysOf(v.Guilds))
	for guild, g := range m.guilds {
		if want, ok := v.Guilds[guild]; ok {
			m.compareGuild(step, g, want)
			m.compareChannels(step, g, want)
		}
	}
	m.same(step+": private channels", keysOf(m.private), keysOf(v.Private))
	for channel, c := range m.private {
		m.same(step+": last message", c.LastMessageID, v.Private[channel].LastMessageID)
		if v.Private[channel].Type == types.ChannelTypeGroupDM {
			m.same(step+": recipients", userIDs(c.Recipients), userIDs(v.Private[channel].Recipients))
		}
	}
	if v.User.Bot {
		return
	}
	m.same(step+": relationships", m.related, v.Relationships)
	for user, presence := range v.Friends {
		status := m.friends[user]
		if status == "" {
			status = types.StatusTypeOffline
		}
		if status != untold {
			m.same(fmt.Sprint(step, ": presence of friend ", user), status, presence.Status)
		}
	}
}

// compareGuild reports where a guild is not what the world says.
func (m *Model) compareGuild(step string, g *guild, want world.GuildView) {
	m.same(step+": name", g.guild.Name, want.Guild.Name)
	m.same(step+": owner", g.guild.OwnerID, want.Guild.OwnerID)
	m.same(step+": roles", g.guild.Roles, want.Guild.Roles)
	m.same(step+": emojis", len(g.guild.Emojis), len(want.Guild.Emojis))
	m.same(step+": members are complete", g.complete, true)
	m.same(step+": members", keysOf(g.members), keysOf(want.Members))
	for user, member := range g.members {
		m.same(step+": roles of a member", sortedIDs(member.Roles), sortedIDs(want.Members[user].Roles))
		m.same(step+": nick", member.Nick, want.Members[user].Nick)
	}
	m.same(step+": who is in voice", keysOf(g.voice), keysOf(want.VoiceStates))
	for user, state := range g.voice {
		m.same(step+": voice channel", state.ChannelID, want.VoiceStates[user].ChannelID)
		m.same(step+": self_mute", state.SelfMute, want.VoiceStates[user].SelfMute)
	}
}

// compareChannels reports where the channels of a guild are not what the world says.
func (m *Model) compareChannels(step string, g *guild, want world.GuildView) {
	m.same(step+": channels", keysOf(g.channels), keysOf(want.Channels))
	for channel, c := range g.channels {
		m.same(step+": channel name", c.Name, want.Channels[channel].Name)
		m.same(step+": overwrites", overwrites(c), overwrites(want.Channels[channel]))
	}
	m.same(step+": threads", keysOf(g.threads), keysOf(want.Threads))
	for thread, c := range g.threads {
		m.same(step+": thread name", c.Name, want.Threads[thread].Name)
		m.same(step+": thread members", c.MemberCount, want.Threads[thread].MemberCount)
	}
	for channel, messages := range g.messages {
		for message, known := range messages {
			now, ok := want.Messages[channel][message]
			m.same(step+": a message is there", true, ok)
			m.same(step+": content", known.Content, now.Content)
			m.same(step+": pinned", known.Pinned, now.Pinned)
			m.same(step+": reactions", reactions(known), reactions(now))
		}
		for message := range want.Messages[channel] {
			if _, known := messages[message]; !known && message > g.since[channel] {
				m.report("%s: the client has no message %d, sent in channel %d after message %d, from which on it sees it",
					step, message, channel, g.since[channel])
			}
		}
	}
}

// same reports a difference unless both encode to the same JSON.
func (m *Model) same(what string, have, want any) {
	a, err := json.Marshal(have)
	b, errWant := json.Marshal(want)
	if err != nil || errWant != nil {
		m.report("%s: %v, %v", what, err, errWant)
	} else if string(a) != string(b) {
		m.report("%s:\nthe client has %s\nthe world has  %s", what, a, b)
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
