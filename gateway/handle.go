package gateway

import (
	"context"
	"errors"
	"time"
)

// GatewayHandle owns one authenticated connection to a gateway. It is a small value: copying it, or Clone, gives
// another handle on the same connection. All methods are safe from any goroutine; those of the zero handle return
// ErrClosed.
//
// The handle outlives its sockets: one that is lost is replaced by another. It ends when it is closed or suspended, when
// the server says that connecting again is of no use, and, with Options.NoReconnect, with its socket. Done tells when,
// Err why.
type GatewayHandle struct {
	// Events is the tree of publishers: what arrives is published here. See the package's manual for order and
	// delivery. It is nil on the zero handle.
	Events *Events

	connection *connection
}

// Clone returns another handle on the same connection, like an assignment does.
func (h GatewayHandle) Clone() GatewayHandle { return h }

// Close ends the session: the websocket is closed with code 1000, observers that run may finish and those whose
// events had arrived are called, then Done is closed. It does so within ctx, whatever else hangs: when ctx ends
// first, what is left is dropped and the error is that of ctx. The change to StateClosed is published last, when Done is
// closed. Observers on queues of their own (observer.On,
// observer.Concurrent) are not awaited; their context ends with the handle.
//
// An observer that closes its own handle must pass the context it was given: Close then returns nil at once, and the
// handle ends when its observers have returned.
//
// Closing a handle that has ended does nothing and returns nil; the zero handle returns ErrClosed.
func (h GatewayHandle) Close(ctx context.Context) error {
	if h.connection == nil {
		return ErrClosed
	}
	if ctx == nil {
		ctx = context.Background()
	}
	return h.connection.close(ctx)
}

// Suspend ends the handle as Close does, but so that the session stays resumable: the websocket is closed with 4000, and
// what is returned is given to Options.Session, in this process or in another one, within the minutes that servers
// keep a session. What happens meanwhile is replayed by servers that can; Spacebar cannot.
//
// It does so within ctx, whatever else hangs. When ctx ends before the observers have returned, the session is
// returned beside the error of ctx; with CheckpointObserved the events that they have not seen are replayed. Without a
// session, or once the handle has ended, the error is ErrNotConnected or that of the handle.
//
// An observer that suspends its own handle gets the session of that moment: what arrives after it has returned is
// delivered, and replayed as well.
func (h GatewayHandle) Suspend(ctx context.Context) (Session, error) {
	c := h.connection
	if c == nil {
		return Session{}, ErrClosed
	}
	if ctx == nil {
		ctx = context.Background()
	}
	if c.over.Err() != nil {
		return Session{}, context.Cause(c.over)
	}
	c.suspend.Store(true)
	err := c.close(ctx)
	session, ok := c.snapshot()
	if !ok {
		return Session{}, errors.Join(ErrNotConnected, err)
	}
	return session, err
}

// Session returns what would be needed to resume the session at this moment; false if there is none. It never blocks.
func (h GatewayHandle) Session() (Session, bool) {
	if h.connection == nil {
		return Session{}, false
	}
	return h.connection.snapshot()
}

// Done is closed when the handle has ended: the socket is closed and the observers have been given what had
// arrived, for which those of a lost connection have 10 s. On the zero handle it is closed.
func (h GatewayHandle) Done() <-chan struct{} {
	if h.connection == nil {
		closed := make(chan struct{})
		close(closed)
		return closed
	}
	return h.connection.done
}

// Err returns nil until Done is closed; then ErrClosed if Close or Suspend ended the handle, and otherwise why it could
// not go on: a *CloseError, ErrTokenRefused, a *HandshakeError or a *DecodeError. Why single sockets were lost is on
// Events.Lifecycle. The zero handle returns ErrClosed.
func (h GatewayHandle) Err() error {
	if h.connection == nil {
		return ErrClosed
	}
	return h.connection.Err()
}

// State returns where the connection is in its life. It never blocks. The zero handle is StateClosed.
func (h GatewayHandle) State() State {
	if h.connection == nil {
		return StateClosed
	}
	return State(h.connection.state.Load())
}

// Latency returns the time between the last acknowledged heartbeat and its acknowledgement, 0 before there is one.
// Time during which a full queue stopped the reading is part of it. It never blocks.
func (h GatewayHandle) Latency() time.Duration {
	if h.connection == nil {
		return 0
	}
	return h.connection.counts.last()
}

// URL returns the URL that was dialled, with version, encoding and compression.
func (h GatewayHandle) URL() string {
	if h.connection == nil {
		return ""
	}
	return h.connection.url.String()
}
