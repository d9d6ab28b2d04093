package gateway

import (
	"context"
	"time"
)

// Dispatch is what is known about an event beyond its payload. Observers find it with DispatchFrom.
type Dispatch struct {
	Name        string    // the event's name on the wire, such as MESSAGE_CREATE
	Sequence    int64     // the sequence number; meaningful if HasSequence
	HasSequence bool      // Spacebar sends some dispatches without a sequence number
	Received    time.Time // when the payload, or its last part, had been read from the socket
	Shard       int       // the shard the session identified as, 0 for an unsharded one

	delivery *delivery
}

// Raw returns a copy of the JSON of the event's d, for what the payload's type does not model. It is available
// until the event's last observer has returned, and nil afterwards.
func (d Dispatch) Raw() []byte {
	if d.delivery == nil {
		return nil
	}
	return d.delivery.raw()
}

type dispatchKey struct{}

// observedKey is the key under which the context of an observer has the connection that is observed.
type observedKey struct{}

// DispatchFrom returns what is known about the event that an observer is given, from the context the observer is
// given, or from one derived from it. It reports false for any other context.
func DispatchFrom(ctx context.Context) (Dispatch, bool) {
	if ctx == nil {
		return Dispatch{}, false
	}
	d, ok := ctx.Value(dispatchKey{}).(*delivery)
	if !ok {
		return Dispatch{}, false
	}
	return d.dispatch(), true
}
