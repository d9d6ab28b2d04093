// Package soak is what the soaks of the world and of the server have in common: what happens to a world at random, and
// what a client knows of it that has nothing but its events.
package soak

import (
	"slices"

	"github.com/chorus-go/chorus/types"
)

type id = types.Snowflake

// untold is the status of somebody of whom Spacebar has said only that it has changed: its PRESENCE_UPDATE that follows
// from an op 3 has none.
const untold types.StatusType = "untold"

// Model is what a client knows that has only its events. It is not safe for use from several goroutines.
type Model struct {
	report  func(format string, args ...any)
	user    types.User
	guilds  map[id]*guild
	private map[id]types.Channel
	related map[id]types.RelationshipType
	friends map[id]types.StatusType
}

// NewModel returns the model of a client that knows nothing. What makes no sense, and what Compare finds, is reported
// to a function such as testing.T.Errorf.
func NewModel(report func(format string, args ...any)) *Model {
	return &Model{
		report: report, guilds: map[id]*guild{}, private: map[id]types.Channel{},
		related: map[id]types.RelationshipType{}, friends: map[id]types.StatusType{},
	}
}

// Incomplete returns the guilds of which the members are not known, in ascending order: they have to be asked for.
func (m *Model) Incomplete() []types.Snowflake {
	var ids []id
	for _, guild := range keysOf(m.guilds) {
		if !m.guilds[guild].complete {
			ids = append(ids, guild)
		}
	}
	return ids
}

// Apply brings the model up to date with an event: a pointer to its type in package types. It changes nothing of it,
// and keeps parts of it. An event of which the model takes nothing is ignored. READY belongs to a new model.
func (m *Model) Apply(event any) {
	switch p := event.(type) {
	case *types.Ready:
		m.ready(p)
	case *types.ReadySupplemental:
		m.supplemental(p)
	case *types.UserUpdate:
		if p.ID == m.user.ID {
			m.user = p.User
		}
	case *types.RelationshipAdd:
		m.related[p.User.ID] = p.Type
	case *types.RelationshipRemove:
		delete(m.related, p.ID)
		delete(m.friends, p.ID)
	case *types.PresenceUpdate:
		if !p.GuildID.IsPresent() {
			m.friends[p.User.ID] = p.Status.Or(untold)
		}
	case *types.ChannelRecipientAdd:
		c := m.private[p.ChannelID]
		c.Recipients = append(slices.Clone(c.Recipients), p.User)
		m.private[p.ChannelID] = c
	case *types.ChannelRecipientRemove:
		c := m.private[p.ChannelID]
		gone := func(u types.User) bool { return u.ID == p.User.ID }
		c.Recipients = slices.DeleteFunc(slices.Clone(c.Recipients), gone)
		m.private[p.ChannelID] = c
	default:
		m.inGuild(event)
	}
}

// ready begins the model.
func (m *Model) ready(p *types.Ready) {
	m.user = p.User
	for _, g := range p.Guilds {
		if !g.Unavailable {
			m.guildCreate(g)
		}
	}
	for _, c := range p.PrivateChannels {
		c.Recipients = slices.Clone(c.Recipients)
		for _, user := range c.RecipientIDs {
			c.Recipients = append(c.Recipients, types.User{ID: user})
		}
		m.private[c.ID] = c
	}
	for _, r := range p.Relationships {
		user := r.UserID
		if r.User != nil {
			user = r.User.ID
		}
		m.related[user] = r.Type
	}
}

// supplemental adds what READY leaves out.
func (m *Model) supplemental(p *types.ReadySupplemental) {
	for _, presence := range p.MergedPresences.Friends {
		if presence.User != nil {
			presence.UserID = presence.User.ID
		}
		m.friends[presence.UserID] = presence.Status
	}
	for _, supplement := range p.Guilds {
		if len(supplement.VoiceStates) == 0 {
			continue
		}
		g := m.of("READY_SUPPLEMENTAL", supplement.ID)
		for _, state := range supplement.VoiceStates {
			g.voice[state.UserID] = state
		}
	}
}

// of returns a guild that an event is about. One that the client does not know is reported, and forgotten again.
func (m *Model) of(event string, unknown id) *guild {
	if g := m.guilds[unknown]; g != nil {
		return g
	}
	m.report("%s of guild %d, which the client is not in", event, unknown)
	return newGuild(types.Guild{ID: unknown})
}
