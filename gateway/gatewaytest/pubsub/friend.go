package pubsub

import "github.com/chorus-go/chorus/types"

// FriendBackend is the name of [Friend].
const FriendBackend = "friend"

// Friend is the backend friend: the key is a user, and the subscribers are the ids of the user's friends. An event, such
// as the user's presence, reaches every session of every friend, as friendship has nothing to do with guilds and shards.
// Friends who are subscribed without having a session cost nothing and get nothing.
type Friend struct {
	*WithSubscribers[types.Snowflake, types.Snowflake] // the friends of each user
}

// NewFriend returns the backend over those states.
func NewFriend(states *StateManager) *Friend {
	return &Friend{NewWithSubscribers[types.Snowflake, types.Snowflake](FriendBackend, states, nil)}
}

// Dispatch sends an event to the user's friends, in the order in which they subscribed.
func (f *Friend) Dispatch(user types.Snowflake, event Event, filter Filter) ([]*State, error) {
	var states []*State
	for _, friend := range f.Subscribers(user) {
		states = append(states, f.states.User(friend)...)
	}
	return f.DispatchStates(states, event, filter)
}
