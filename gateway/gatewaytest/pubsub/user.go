package pubsub

import "github.com/chorus-go/chorus/types"

// UserBackend is the name of [User].
const UserBackend = "user"

// User is the backend user: the key is a user, and an event reaches every session of the user, on all shards. It keeps no
// subscribers.
type User struct {
	Base[types.Snowflake] // its name and the states
}

// NewUser returns the backend over those states.
func NewUser(states *StateManager) *User {
	return &User{NewBase[types.Snowflake](UserBackend, states)}
}

// Dispatch sends an event to the user's sessions, in the order in which they began.
func (u *User) Dispatch(user types.Snowflake, event Event, filter Filter) ([]*State, error) {
	return u.DispatchStates(u.states.User(user), event, filter)
}
