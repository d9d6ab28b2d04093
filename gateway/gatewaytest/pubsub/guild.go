package pubsub

import "github.com/chorus-go/chorus/types"

// GuildBackend is the name of [Guild].
const GuildBackend = "guild"

// Guild is the backend guild: the key is a guild and the subscribers are session ids. An event reaches the sessions that
// are subscribed to the guild and whose shard holds it, and no other session of their users.
type Guild struct {
	*WithSubscribers[types.Snowflake, string] // the sessions of each guild
}

// NewGuild returns the backend over those states. Its Sub refuses a session that does not exist, with
// [ErrUnknownSession], and one whose shard does not hold the guild, with a *[ShardError].
func NewGuild(states *StateManager) *Guild {
	return &Guild{NewWithSubscribers(GuildBackend, states, func(guild types.Snowflake, sessionID string) error {
		s, ok := states.Session(sessionID)
		switch {
		case !ok:
			return ErrUnknownSession
		case !s.Holds(guild):
			return &ShardError{SessionID: sessionID, Shard: s.shard, Guild: uint64(guild)}
		}
		return nil
	})}
}

// SubUser subscribes all sessions of a user whose shard holds the guild, and returns them.
func (g *Guild) SubUser(guild, user types.Snowflake) []*State {
	states := g.states.UserGuild(user, guild)
	for _, s := range states {
		// The only refusals are of sessions that have just gone: those are not to be subscribed.
		_ = g.Sub(guild, s.id)
	}
	return states
}

// UnsubUser ends the subscriptions of all sessions of a user to a guild, and returns those sessions.
func (g *Guild) UnsubUser(guild, user types.Snowflake) []*State {
	states := g.states.UserGuild(user, guild)
	for _, s := range states {
		g.Unsub(guild, s.id)
	}
	return states
}

// Dispatch sends an event to the guild's subscribers, in the order in which they subscribed. A session that does not
// exist any longer is unsubscribed.
func (g *Guild) Dispatch(guild types.Snowflake, event Event, filter Filter) ([]*State, error) {
	return dispatchSessions(g.WithSubscribers, guild, event, filter)
}

// dispatchSessions sends an event to the sessions that are subscribed to a key, and unsubscribes those that have gone.
func dispatchSessions[K comparable](
	w *WithSubscribers[K, string], key K, event Event, filter Filter,
) ([]*State, error) {
	states, gone := w.states.resolve(w.Subscribers(key))
	for _, id := range gone {
		w.Unsub(key, id)
	}
	return w.DispatchStates(states, event, filter)
}
