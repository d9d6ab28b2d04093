package state

import (
	"context"

	"github.com/chorus-go/chorus/internal/carry"
	"github.com/chorus-go/chorus/internal/effect"
	"github.com/chorus-go/chorus/types"
)

// Past is the state before an event, for its observers. It gives what an entity was before it; what the event did not
// change is as it is now. READY begins the state anew, so there is nothing before it.
type Past struct {
	state   *State
	changes []change
}

// Before returns the state before the event of which an observer was given the context, or one derived from it. With
// any other context, and for events that change nothing, it is the state as it is now.
func (s *State) Before(ctx context.Context) Past {
	p := Past{state: s}
	if ctx != nil {
		p.changes, _ = carry.Left(ctx, s).([]change)
	}
	return p
}

// before returns what an entity was, and whether the event has changed it.
func before[V any](p Past, kind effect.Kind, scope, id types.Snowflake) (*V, bool) {
	for i := range p.changes {
		switch c := &p.changes[i]; {
		case c.key.Kind != kind || c.key.Scope != scope:
		case c.all:
			if b, ok := c.old.(*bucket[V]); ok {
				return b.get(id).value(), true
			}
		case c.key.ID == id:
			old, _ := c.old.(*entry[V])
			return old.value(), true
		}
	}
	return nil, false
}

// User returns what a user was, or nil.
func (p Past) User(id types.Snowflake) *types.User {
	if v, changed := before[types.User](p, effect.KindUser, 0, id); changed {
		return v
	}
	return p.state.User(id)
}

// Guild returns what a guild was, or nil.
func (p Past) Guild(id types.Snowflake) *types.Guild {
	if v, changed := before[types.Guild](p, effect.KindGuild, 0, id); changed {
		return v
	}
	return p.state.Guild(id)
}

// Role returns what a role was, or nil.
func (p Past) Role(guild, id types.Snowflake) *types.Role {
	if g := p.Guild(guild); g != nil {
		for i := range g.Roles {
			if g.Roles[i].ID == id {
				return &g.Roles[i]
			}
		}
	}
	return nil
}

// Channel returns what a channel was, or nil. guild is 0 for private channels.
func (p Past) Channel(guild, id types.Snowflake) *types.Channel {
	if v, changed := before[types.Channel](p, effect.KindChannel, guild, id); changed {
		return v
	}
	return p.state.Channel(id)
}

// Member returns what a member was, or nil.
func (p Past) Member(guild, user types.Snowflake) *types.GuildMember {
	if v, changed := before[types.GuildMember](p, effect.KindMember, guild, user); changed {
		return v
	}
	return p.state.Member(guild, user)
}

// Presence returns what a presence was, or nil.
func (p Past) Presence(guild, user types.Snowflake) *types.Presence {
	if v, changed := before[types.Presence](p, effect.KindPresence, guild, user); changed {
		return v
	}
	return p.state.Presence(guild, user)
}

// VoiceState returns what a voice state was, or nil.
func (p Past) VoiceState(guild, user types.Snowflake) *types.VoiceState {
	if v, changed := before[types.VoiceState](p, effect.KindVoiceState, guild, user); changed {
		return v
	}
	return p.state.VoiceState(guild, user)
}

// Message returns what a message was, or nil.
func (p Past) Message(channel, id types.Snowflake) *types.Message {
	if v, changed := before[types.Message](p, effect.KindMessage, channel, id); changed {
		return v
	}
	return p.state.Message(channel, id)
}

// Relationship returns what a relationship was, or nil.
func (p Past) Relationship(user types.Snowflake) *types.Relationship {
	if v, changed := before[types.Relationship](p, effect.KindRelationship, 0, user); changed {
		return v
	}
	return p.state.Relationship(user)
}
