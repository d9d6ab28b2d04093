package pubsub

import (
	"slices"

	"github.com/chorus-go/chorus/types"
)

// set is a set of ids.
type set map[types.Snowflake]struct{}

// setOf returns the set of a list.
func setOf(ids []types.Snowflake) set {
	s := make(set, len(ids))
	for _, id := range ids {
		s[id] = struct{}{}
	}
	return s
}

// subscribedUser is a user who has a session. The lock of [Subscriptions] protects it.
type subscribedUser struct {
	id       types.Snowflake
	changes  uint64               // how often something was said about the user
	sessions []*subscribedSession // in the order in which they began, in which they are subscribed
	friends  set                  // to whose channels the user is subscribed
	ended    []looker             // what is to end when the lock is free
}

// take removes a session and returns it, or nil if it is not there.
func (u *subscribedUser) take(sessionID string) *subscribedSession {
	for i, session := range u.sessions {
		if session.state.id == sessionID {
			u.sessions = slices.Delete(u.sessions, i, i+1)
			return session
		}
	}
	return nil
}

// subscribedSession is what a session of a user is subscribed to.
type subscribedSession struct {
	state  *State
	guilds map[types.Snowflake]set // their channels; guild 0 has the private ones
}

// looker is a session that looks at the member list beside a channel.
type looker struct {
	channel types.Snowflake
	session string
}

// enter subscribes the sessions of a user to a guild, unless it is guild 0, and to those of its channels and no others.
func (s *Subscriptions) enter(u *subscribedUser, guild types.Snowflake, channels []types.Snowflake) {
	visible := setOf(channels)
	for _, session := range u.sessions {
		if !session.state.Holds(guild) {
			continue
		}
		id, held := session.state.id, session.guilds[guild]
		if held == nil {
			held = make(set)
			session.guilds[guild] = held
		}
		if guild != 0 {
			_ = s.backends.Guild.Sub(guild, id) // refuses only a session that has just gone
		}
		for _, channel := range channels {
			held[channel] = struct{}{}
			_ = s.backends.Channel.Sub(channel, id) // the same
		}
		for channel := range held {
			if _, ok := visible[channel]; !ok {
				s.hide(u, session, guild, channel)
			}
		}
	}
}

// exitAll ends the subscriptions of all sessions of a user to a guild and its channels.
func (s *Subscriptions) exitAll(u *subscribedUser, guild types.Snowflake) {
	for _, session := range u.sessions {
		s.exit(u, session, guild)
	}
}

// exit ends the subscriptions of a session to a guild and its channels.
func (s *Subscriptions) exit(u *subscribedUser, session *subscribedSession, guild types.Snowflake) {
	for channel := range session.guilds[guild] {
		s.hide(u, session, guild, channel)
	}
	delete(session.guilds, guild)
	s.backends.Guild.Unsub(guild, session.state.id)
}

// hide ends the subscription of a session to a channel, and notes that the one to its member list is to end.
func (s *Subscriptions) hide(u *subscribedUser, session *subscribedSession, guild, channel types.Snowflake) {
	delete(session.guilds[guild], channel)
	s.backends.Channel.Unsub(channel, session.state.id)
	u.ended = append(u.ended, looker{channel: channel, session: session.state.id})
}

// befriend subscribes a user to those friends and no others.
func (s *Subscriptions) befriend(u *subscribedUser, friends []types.Snowflake) {
	now := setOf(friends)
	for _, friend := range friends {
		_ = s.backends.Friend.Sub(friend, u.id) // which refuses nobody
	}
	for friend := range u.friends {
		if _, ok := now[friend]; !ok {
			s.backends.Friend.Unsub(friend, u.id)
		}
	}
	u.friends = now
}
