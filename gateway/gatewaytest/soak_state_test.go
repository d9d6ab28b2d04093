package gatewaytest

import (
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"slices"
	"testing"

	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
	"github.com/chorus-go/chorus/gateway/state"
	"github.com/chorus-go/chorus/types"
)

// stateCheck holds the state of a client against what the world says that its user may see.
type stateCheck struct {
	t    *testing.T
	step string
	s    *state.State
}

func (c *stateCheck) same(what string, have, want any) {
	c.t.Helper()
	a, err := json.Marshal(have)
	b, errWant := json.Marshal(want)
	if err != nil || errWant != nil || string(a) != string(b) {
		c.t.Errorf("%s: %s:\nthe state has %s\nthe world has %s %v %v", c.step, what, a, b, err, errWant)
	}
}

// byID gathers what an iteration yields.
func byID[V any](seq iter.Seq[*V], id func(*V) types.Snowflake) map[types.Snowflake]*V {
	all := map[types.Snowflake]*V{}
	for v := range seq {
		all[id(v)] = v
	}
	return all
}

func ids[V any](m map[types.Snowflake]V) []types.Snowflake { return slices.Sorted(maps.Keys(m)) }

func (c *stateCheck) compare(v world.View) {
	s := c.s
	c.same("the user", s.Self().Username, v.User.Username)
	guilds := byID(s.Guilds(), func(g *types.Guild) types.Snowflake { return g.ID })
	c.same("guilds", ids(guilds), ids(v.Guilds))
	for id, g := range guilds {
		if want, ok := v.Guilds[id]; ok {
			c.guild(g, want)
			c.members(id, want)
			c.channels(id, want)
		}
	}
	private := byID(s.PrivateChannels(), func(c *types.Channel) types.Snowflake { return c.ID })
	c.same("private channels", ids(private), ids(v.Private))
	for id, channel := range private {
		want := v.Private[id]
		c.same("the last message", channel.LastMessageID, want.LastMessageID)
		if want.Type == types.ChannelTypeGroupDM {
			c.same("recipients", userIDs(channel.Recipients), userIDs(want.Recipients))
		}
	}
	if v.User.Bot {
		return
	}
	related := map[types.Snowflake]types.RelationshipType{}
	for user := range v.Relationships {
		if r := s.Relationship(user); r != nil {
			related[user] = r.Type
		}
	}
	c.same("relationships", related, v.Relationships)
	c.same("the number of relationships", len(slices.Collect(s.Relationships())), len(v.Relationships))
}

func userIDs(users []types.User) []types.Snowflake {
	var all []types.Snowflake
	for _, u := range users {
		all = append(all, u.ID)
	}
	slices.Sort(all)
	return all
}

func (c *stateCheck) guild(g *types.Guild, want world.GuildView) {
	c.same("name", g.Name, want.Guild.Name)
	c.same("owner", g.OwnerID, want.Guild.OwnerID)
	c.same("roles", g.Roles, want.Guild.Roles)
	c.same("emojis", len(g.Emojis), len(want.Guild.Emojis))
	stages := byID(c.s.StageInstances(g.ID), func(s *types.StageInstance) types.Snowflake { return s.ChannelID })
	c.same("stages", ids(stages), ids(want.Stages))
	events := byID(c.s.ScheduledEvents(g.ID), func(e *types.GuildScheduledEvent) types.Snowflake { return e.ID })
	c.same("scheduled events", ids(events), ids(want.ScheduledEvents))
}

func (c *stateCheck) members(guild types.Snowflake, want world.GuildView) {
	members := byID(c.s.Members(guild), func(m *types.GuildMember) types.Snowflake { return m.User.ID })
	c.same("members", ids(members), ids(want.Members))
	for id, member := range members {
		now := want.Members[id]
		c.same("roles of a member", rolesIn(guild, member), rolesIn(guild, &now))
		c.same("nick", member.Nick, now.Nick)
		if member.User != c.s.User(id) {
			c.t.Errorf("%s: member %d has the user %p, which is not %p", c.step, id, member.User, c.s.User(id))
		}
	}
	voice := byID(c.s.VoiceStates(guild), func(v *types.VoiceState) types.Snowflake { return v.UserID })
	c.same("who is in voice", ids(voice), ids(want.VoiceStates))
	for id, v := range voice {
		c.same("voice channel", v.ChannelID, want.VoiceStates[id].ChannelID)
		c.same("self_mute", v.SelfMute, want.VoiceStates[id].SelfMute)
	}
}

// rolesIn returns the roles of a member without @everyone, which Spacebar has in some events and not in others.
func rolesIn(guild types.Snowflake, member *types.GuildMember) []types.Snowflake {
	roles := slices.DeleteFunc(slices.Clone(member.Roles), func(role types.Snowflake) bool { return role == guild })
	return slices.Sorted(slices.Values(roles))
}

func (c *stateCheck) channels(guild types.Snowflake, want world.GuildView) {
	id := func(c *types.Channel) types.Snowflake { return c.ID }
	channels, threads := byID(c.s.Channels(guild), id), byID(c.s.Threads(guild), id)
	c.same("channels", ids(channels), ids(want.Channels))
	for id, channel := range channels {
		now := want.Channels[id]
		c.same("the guild of a channel", channel.GuildID, guild)
		c.same("name of a channel", channel.Name, now.Name)
		c.same("overwrites", overwrites(channel), overwrites(&now))
		c.messages(id, want)
	}
	c.same("threads", ids(threads), ids(want.Threads))
	for id, thread := range threads {
		c.same("name of a thread", thread.Name, want.Threads[id].Name)
		c.same("thread members", thread.MemberCount, want.Threads[id].MemberCount)
		c.messages(id, want)
	}
}

func overwrites(c *types.Channel) map[string]types.PermissionOverwrite {
	all := map[string]types.PermissionOverwrite{}
	for _, o := range c.PermissionOverwrites {
		all[o.ID.String()] = o
	}
	return all
}

// messages checks the messages that are known; those from before the channel could be seen are not.
func (c *stateCheck) messages(channel types.Snowflake, want world.GuildView) {
	for known := range c.s.Messages(channel) {
		now, ok := want.Messages[channel][known.ID]
		if !ok {
			c.t.Errorf("%s: message %d of channel %d is not there any more", c.step, known.ID, channel)
			continue
		}
		c.same("content", known.Content, now.Content)
		c.same("pinned", known.Pinned, now.Pinned)
		c.same("reactions", reactions(known), reactions(&now))
	}
}

func reactions(m *types.Message) map[string]int64 {
	counts := map[string]int64{}
	for _, r := range m.Reactions {
		counts[fmt.Sprint(r.Emoji.ID, r.Emoji.Name)] = r.Count
	}
	return counts
}
