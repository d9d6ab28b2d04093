package pubsub

import "github.com/chorus-go/chorus/types"

// ChannelBackend is the name of [Channel].
const ChannelBackend = "channel"

// Channel is the backend channel: the key is a channel of a guild, a direct message or a group DM, and the subscribers
// are the ids of the sessions that can see it. Who can is for [Subscriptions] to keep up, or for whoever calls Sub and
// Unsub.
type Channel struct {
	*WithSubscribers[types.Snowflake, string] // the sessions that see each channel
}

// NewChannel returns the backend over those states. Its Sub refuses a session that does not exist, with
// [ErrUnknownSession].
func NewChannel(states *StateManager) *Channel {
	return &Channel{NewWithSubscribers(ChannelBackend, states, func(_ types.Snowflake, sessionID string) error {
		if _, ok := states.Session(sessionID); !ok {
			return ErrUnknownSession
		}
		return nil
	})}
}

// Dispatch sends an event to whoever can see the channel, in the order in which they subscribed. A session that does not
// exist any longer is unsubscribed.
func (c *Channel) Dispatch(channel types.Snowflake, event Event, filter Filter) ([]*State, error) {
	return dispatchSessions(c.WithSubscribers, channel, event, filter)
}
