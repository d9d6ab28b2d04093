package soak

import (
	"iter"
	"slices"

	"github.com/chorus-go/chorus/gateway/state"
	"github.com/chorus-go/chorus/types"
)

// CompareKnown reports where a state is not what the model is, which was given the same events by code of its own. It
// holds after every event, also between those of one change, when the state is what no world ever was; step stands
// before each difference.
func (m *Model) CompareKnown(step string, s *state.State) {
	c := &knownCheck{step: step + ": the state", s: s, Model: m}
	count(c, "guilds", s.Guilds(), len(m.guilds))
	for guild, g := range m.guilds {
		known := s.Guild(guild)
		if known == nil {
			c.report("%s has no guild %d", c.step, guild)
			continue
		}
		c.guild(guild, g, known)
		c.channels(guild, g)
		c.members(guild, g)
	}
	count(c, "private channels", s.PrivateChannels(), len(m.private))
	for id, want := range m.private {
		if have := s.Channel(id); have == nil || have.LastMessageID != want.LastMessageID {
			c.report("%s has for private channel %d %+v, not %+v", c.step, id, have, want)
		}
	}
	if m.user.Bot {
		return
	}
	count(c, "relationships", s.Relationships(), len(m.related))
	for user, want := range m.related {
		if have := s.Relationship(user); have == nil || have.Type != want {
			c.report("%s has for user %d the relationship %+v, not %v", c.step, user, have, want)
		}
	}
}

// knownCheck holds a state against a model.
type knownCheck struct {
	*Model

	step string
	s    *state.State
}

// count reports that there are not as many as there must be.
func count[V any](c *knownCheck, what string, have iter.Seq[V], want int) {
	n := 0
	for range have {
		n++
	}
	if n != want {
		c.report("%s has %d %s, not %d", c.step, n, what, want)
	}
}

func (c *knownCheck) guild(id id, g *guild, known *types.Guild) {
	sameRole := func(a, b types.Role) bool {
		return a.ID == b.ID && a.Name == b.Name && a.Permissions == b.Permissions
	}
	if known.Name != g.guild.Name || known.OwnerID != g.guild.OwnerID ||
		!slices.EqualFunc(known.Roles, g.guild.Roles, sameRole) || len(known.Emojis) != len(g.guild.Emojis) {
		c.report("%s has guild %d as %+v, not %+v", c.step, id, known, g.guild)
	}
}

func (c *knownCheck) channels(guild id, g *guild) {
	count(c, "channels", c.s.Channels(guild), len(g.channels))
	for id, want := range g.channels {
		have := c.s.Channel(id)
		if have == nil || have.Name != want.Name || have.GuildID != guild ||
			len(have.PermissionOverwrites) != len(want.PermissionOverwrites) {
			c.report("%s has channel %d as %+v, not %+v", c.step, id, have, want)
		}
	}
	count(c, "threads", c.s.Threads(guild), len(g.threads))
	for id, want := range g.threads {
		if have := c.s.Channel(id); have == nil || have.Name != want.Name || have.MemberCount != want.MemberCount {
			c.report("%s has thread %d as %+v, not %+v", c.step, id, have, want)
		}
	}
	for id, messages := range g.messages {
		count(c, "messages", c.s.Messages(id), len(messages))
		for message, want := range messages {
			have := c.s.Message(id, message)
			if have == nil || have.Content != want.Content || have.Pinned != want.Pinned ||
				!slices.EqualFunc(have.Reactions, want.Reactions, sameReaction) {
				c.report("%s has message %d of channel %d as %+v, not %+v", c.step, message, id, have, want)
			}
		}
	}
}

func sameReaction(a, b types.Reaction) bool {
	return a.Emoji.Name == b.Emoji.Name && a.Count == b.Count
}

// members checks who is known. The state knows members from messages, too, which the model does not take from there.
func (c *knownCheck) members(guild id, g *guild) {
	if g.complete {
		count(c, "members", c.s.Members(guild), len(g.members))
	}
	for user, want := range g.members {
		if want.User == nil {
			continue // It was changed before it was known.
		}
		have := c.s.Member(guild, user)
		if have == nil || have.Nick != want.Nick || !slices.Equal(rolesIn(guild, have), rolesIn(guild, &want)) {
			c.report("%s has member %d of guild %d as %+v, not %+v", c.step, user, guild, have, want)
		}
	}
	count(c, "voice states", c.s.VoiceStates(guild), len(g.voice))
	for user, want := range g.voice {
		if have := c.s.VoiceState(guild, user); have == nil || have.ChannelID != want.ChannelID ||
			have.SelfMute != want.SelfMute {
			c.report("%s has voice state %d of guild %d as %+v, not %+v", c.step, user, guild, have, want)
		}
	}
}
