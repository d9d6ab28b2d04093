package pubsub

import (
	"iter"
	"slices"
	"sync"

	"github.com/chorus-go/chorus/types"
)

// StateManager holds every [State] and finds it by its session, by its user, and by user and shard. Lists of states are
// in the order in which they were inserted, and are the caller's. All methods are safe from any goroutine.
type StateManager struct {
	mu       sync.RWMutex
	sessions map[string]*State
	users    map[types.Snowflake][]*State
	order    []*State // may hold removed ones, which all skips
	closed   bool
}

// NewStateManager returns a manager without states.
func NewStateManager() *StateManager {
	return &StateManager{sessions: make(map[string]*State), users: make(map[types.Snowflake][]*State)}
}

// Insert adds a session that has identified. The error is [ErrClosed], or a *[DuplicateError] when there is another
// state with its session id.
func (m *StateManager) Insert(s *State) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return ErrClosed
	}
	if m.sessions[s.id] != nil {
		return &DuplicateError{Kind: "session", ID: s.id}
	}
	m.sessions[s.id] = s
	m.users[s.user] = append(m.users[s.user], s)
	m.order = append(m.order, s)
	return nil
}

// Remove forgets a session, which is then reached by nothing, and returns its state, or false if there was none. A
// dispatch that has begun may still reach it.
func (m *StateManager) Remove(sessionID string) (*State, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.sessions[sessionID]
	if s == nil {
		return nil, false
	}
	delete(m.sessions, sessionID)
	// The old list may be in use: it is replaced, not changed.
	rest := make([]*State, 0, len(m.users[s.user])-1)
	for _, other := range m.users[s.user] {
		if other != s {
			rest = append(rest, other)
		}
	}
	if m.users[s.user] = rest; len(rest) == 0 {
		delete(m.users, s.user)
	}
	if len(m.order) > 2*len(m.sessions)+16 {
		m.order = slices.DeleteFunc(m.order, func(s *State) bool { return m.sessions[s.id] != s })
	}
	return s, true
}

// Session returns the state with a session id, or false if there is none: it never was, or it was removed.
func (m *StateManager) Session(sessionID string) (*State, bool) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	s, ok := m.sessions[sessionID]
	return s, ok
}

// User returns all sessions of a user.
func (m *StateManager) User(user types.Snowflake) []*State {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return slices.Clone(m.users[user])
}

// UserShard returns the sessions of a user that are that shard. There can be several, as a shard may identify twice.
func (m *StateManager) UserShard(user types.Snowflake, shard Shard) []*State {
	shard.Count = max(shard.Count, 1)
	return m.userFunc(user, func(s *State) bool { return s.shard == shard })
}

// UserGuild returns the sessions of a user whose shard holds a guild, or, for guild 0, what is outside guilds. It does
// not know whether the user is in the guild.
func (m *StateManager) UserGuild(user, guild types.Snowflake) []*State {
	return m.userFunc(user, func(s *State) bool { return s.Holds(guild) })
}

// userFunc returns the sessions of a user that match.
func (m *StateManager) userFunc(user types.Snowflake, match func(*State) bool) []*State {
	m.mu.RLock()
	defer m.mu.RUnlock()
	var states []*State
	for _, s := range m.users[user] {
		if match(s) {
			states = append(states, s)
		}
	}
	return states
}

// All yields every session, as they are when the loop begins.
func (m *StateManager) All() iter.Seq[*State] {
	return func(yield func(*State) bool) {
		for _, s := range m.all() {
			if !yield(s) {
				return
			}
		}
	}
}

// all returns every session.
func (m *StateManager) all() []*State {
	m.mu.RLock()
	defer m.mu.RUnlock()
	states := make([]*State, 0, len(m.sessions))
	for _, s := range m.order {
		if m.sessions[s.id] == s {
			states = append(states, s)
		}
	}
	return states
}

// Len returns how many sessions there are.
func (m *StateManager) Len() int {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return len(m.sessions)
}

// Close lets no further session in and returns those that there are, so that a server can tell them to reconnect. They
// stay until they are removed.
func (m *StateManager) Close() []*State {
	m.mu.Lock()
	m.closed = true
	m.mu.Unlock()
	return m.all()
}

// resolve returns the states of sessions in their order, and the ids that nobody has any longer.
func (m *StateManager) resolve(sessionIDs []string) (states []*State, gone []string) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	states = make([]*State, 0, len(sessionIDs))
	for _, id := range sessionIDs {
		if s := m.sessions[id]; s != nil {
			states = append(states, s)
		} else {
			gone = append(gone, id)
		}
	}
	return states, gone
}
