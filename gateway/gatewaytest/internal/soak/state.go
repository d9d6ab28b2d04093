package soak

import (
	"iter"
	"slices"

	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
	"github.com/chorus-go/chorus/gateway/state"
	"github.com/chorus-go/chorus/types"
)

// CompareState reports where a state is not what the world says that its user may see, and which of the messages that
// the model knows it lacks. It has been given what the model was given; step stands before each difference. Of a guild of
// which the members have not all come yet, those that are known must be right.
func (m *Model) CompareState(step string, s *state.State, v world.View) {
	c := &stateCheck{step: step + ": the state", s: s, Model: m}
	c.compare(v)
	for _, g := range m.guilds {
		for channel, messages := range g.messages {
			for message := range messages {
				if s.Message(channel, message) == nil {
					m.report("%s has no message %d of channel %d", c.step, message, channel)
				}
			}
		}
	}
}

// stateCheck holds the state of a client against what the world says that its user may see.
type stateCheck struct {
	*Model

	step string
	s    *state.State
}

// equal reports a difference.
func (c *stateCheck) equal(what string, have, want any) { c.same(c.step+": "+what, have, want) }

// byID gathers what an iteration yields.
func byID[V any](seq iter.Seq[*V], of func(*V) id) map[id]*V {
	all := map[id]*V{}
	for v := range seq {
		all[of(v)] = v
	}
	return all
}

func (c *stateCheck) compare(v world.View) {
	s := c.s
	c.equal("the user", s.Self().Username, v.User.Username)
	guilds := byID(s.Guilds(), func(g *types.Guild) id { return g.ID })
	c.equal("guilds", keysOf(guilds), keysOf(v.Guilds))
	for guild, g := range guilds {
		if want, ok := v.Guilds[guild]; ok {
			c.guild(g, want)
			c.members(guild, want)
			c.channels(guild, want)
		}
	}
	private := byID(s.PrivateChannels(), func(c *types.Channel) id { return c.ID })
	c.equal("private channels", keysOf(private), keysOf(v.Private))
	for id, channel := range private {
		want := v.Private[id]
		c.equal("the last message", channel.LastMessageID, want.LastMessageID)
		if want.Type == types.ChannelTypeGroupDM {
			c.equal("recipients", userIDs(channel.Recipients), userIDs(want.Recipients))
		}
	}
	for channel := range v.Private {
		call, here := v.Calls[channel]
		if known := s.Call(channel); known != nil != here {
			c.report("%s: a call in channel %d is known: %v, and there: %v", c.step, channel, known != nil, here)
		} else if here {
			c.equal("ringing", known.Ringing, call.Ringing)
		}
	}
	if v.User.Bot {
		return
	}
	related := map[id]types.RelationshipType{}
	for user := range v.Relationships {
		if r := s.Relationship(user); r != nil {
			related[user] = r.Type
		}
	}
	c.equal("relationships", related, v.Relationships)
	for user, note := range v.Notes {
		c.equal("a note", s.Note(user), note)
	}
	for guild, settings := range v.GuildSettings {
		c.equal("settings of a guild", s.GuildSettings(guild), settings)
	}
	for user, want := range v.Friends {
		status := types.StatusTypeOffline
		if presence := s.Presence(0, user); presence != nil {
			status = presence.Status
		}
		if c.friends[user] != untold {
			c.equal("the presence of a friend", status, want.Status)
		}
	}
	c.equal("the number of relationships", len(slices.Collect(s.Relationships())), len(v.Relationships))
}

func (c *stateCheck) guild(g *types.Guild, want world.GuildView) {
	c.equal("name", g.Name, want.Guild.Name)
	c.equal("owner", g.OwnerID, want.Guild.OwnerID)
	c.equal("roles", g.Roles, want.Guild.Roles)
	c.equal("emojis", len(g.Emojis), len(want.Guild.Emojis))
	stages := byID(c.s.StageInstances(g.ID), func(s *types.StageInstance) id { return s.ChannelID })
	c.equal("stages", stages, want.Stages)
	c.equal("stickers", g.Stickers, want.Guild.Stickers)
	events := byID(c.s.ScheduledEvents(g.ID), func(e *types.GuildScheduledEvent) id { return e.ID })
	c.equal("scheduled events", keysOf(events), keysOf(want.ScheduledEvents))
	for id, event := range events {
		planned := *event
		planned.Creator = want.ScheduledEvents[id].Creator // a user, whose name others learn elsewhere
		c.equal("a scheduled event", planned, want.ScheduledEvents[id])
	}
}

func (c *stateCheck) members(guild id, want world.GuildView) {
	members := byID(c.s.Members(guild), func(m *types.GuildMember) id { return m.User.ID })
	if known := c.guilds[guild]; known != nil && known.complete {
		c.equal("members", keysOf(members), keysOf(want.Members))
	}
	for id, member := range members {
		now, ok := want.Members[id]
		if !ok {
			c.report("%s: %d is known as a member of guild %d and is none", c.step, id, guild)
		}
		c.equal("roles of a member", rolesIn(guild, member), rolesIn(guild, &now))
		c.equal("nick", member.Nick, now.Nick)
		if member.User != c.s.User(id) {
			c.report("%s: member %d has the user %p, which is not %p", c.step, id, member.User, c.s.User(id))
		}
	}
	voice := byID(c.s.VoiceStates(guild), func(v *types.VoiceState) id { return v.UserID })
	c.equal("who is in voice", keysOf(voice), keysOf(want.VoiceStates))
	for id, v := range voice {
		c.equal("voice channel", v.ChannelID, want.VoiceStates[id].ChannelID)
		c.equal("self_mute", v.SelfMute, want.VoiceStates[id].SelfMute)
	}
}

// rolesIn returns the roles of a member without @everyone, which Spacebar has in some events and not in others.
func rolesIn(guild id, member *types.GuildMember) []id {
	roles := slices.DeleteFunc(slices.Clone(member.Roles), func(role id) bool { return role == guild })
	return slices.Sorted(slices.Values(roles))
}

func (c *stateCheck) channels(guild id, want world.GuildView) {
	of := func(c *types.Channel) id { return c.ID }
	channels, threads := byID(c.s.Channels(guild), of), byID(c.s.Threads(guild), of)
	c.equal("channels", keysOf(channels), keysOf(want.Channels))
	for id, channel := range channels {
		now := want.Channels[id]
		c.equal("the guild of a channel", channel.GuildID, guild)
		c.equal("name of a channel", channel.Name, now.Name)
		c.equal("overwrites", overwrites(*channel), overwrites(now))
		c.messages(id, want)
	}
	c.equal("threads", keysOf(threads), keysOf(want.Threads))
	for id, thread := range threads {
		c.equal("name of a thread", thread.Name, want.Threads[id].Name)
		c.equal("thread members", thread.MemberCount, want.Threads[id].MemberCount)
		c.messages(id, want)
	}
}

// messages checks the messages that are known; those from before the channel could be seen are not.
func (c *stateCheck) messages(channel id, want world.GuildView) {
	for known := range c.s.Messages(channel) {
		now, ok := want.Messages[channel][known.ID]
		if !ok {
			c.report("%s: message %d of channel %d is not there any more", c.step, known.ID, channel)
			continue
		}
		c.equal("content", known.Content, now.Content)
		c.equal("pinned", known.Pinned, now.Pinned)
		c.equal("reactions", reactions(*known), reactions(now))
	}
}
