package gateway

import (
	"time"

	"github.com/chorus-go/chorus/types"
)

// NewEvents returns a tree with no subscriptions, to be given to Spawn in Options.Events. Subscribing to it before
// dialling misses nothing.
func NewEvents() *Events { return new(Events) }

// RawDispatch is a dispatch as it came, before decoding. Events.Raw carries every one, Events.Unknown those whose
// name is in no table.
type RawDispatch struct {
	Name        string // as sent
	Sequence    int64  // as sent, 0 if there was none
	HasSequence bool   // Spacebar sends some dispatches without a sequence number
	Data        []byte // the JSON of d: a copy that belongs to the observers, shared and read-only; nil when d was absent
}

// SentPayload is one payload that was written to the socket, heartbeats included.
type SentPayload struct {
	Op   types.Opcode // as sent
	Data []byte       // the JSON of d, tokens redacted
	Time time.Time    // when it was written
}

// LifecycleChange is one step in the life of a connection.
type LifecycleChange struct {
	From, To State // the state that is left, and the one that is entered

	// Reason is why the step was taken, nil when it is the next one on the way to a session: a *CloseError for a lost
	// socket, a *HandshakeError for one that could not be made, ErrSessionInvalid for a refusal, ErrReconnect when the
	// server asks for it, ErrClosed after Close. A *SessionLostError tells that a session is gone and from which
	// sequence number on its events were not received; From and To may be the same then.
	Reason error

	// Delay is how long is waited before the next dial, or before Identify is sent again on the same socket.
	Delay time.Duration

	// Attempt is how many connections in a row were lost before they were stable for a minute.
	Attempt int

	Time time.Time // when it happened
}
