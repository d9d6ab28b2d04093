package gateway

import (
	"context"
	"errors"
)

var (
	// ErrSessionLeased is returned by SessionStore.Lease when somebody else holds the lease of the key: another handle, or
	// another process. Two connections that resumed one session would take it from each other for ever.
	ErrSessionLeased = errors.New("gateway: the session is leased by somebody else")

	// ErrLeaseReleased is returned by every method of a SessionLease but Release after Release.
	ErrLeaseReleased = errors.New("gateway: the lease of the session was released")
)

// SessionStore keeps sessions so that another handle, or another process, can go on with them. Its methods may be called
// by several goroutines at once.
//
// A store keeps one session under each key. A key is any string that the user chooses, such as a bot's name and a shard's
// number; tokens are poor keys, as stores may show them.
type SessionStore interface {
	// Lease gives the caller alone the session that is kept under key, until Release, or until the caller's process ends in
	// whichever way. It does not wait: when another holder has it, in this process or in another one, it returns
	// ErrSessionLeased.
	Lease(ctx context.Context, key string) (SessionLease, error)
}

// SessionLease is the exclusive use of what a SessionStore keeps under one key. Its methods may be called by several
// goroutines at once, and take effect one after the other. After Release all others return ErrLeaseReleased.
type SessionLease interface {
	// Load returns the session that was saved last, nil if there is none, and a *DamagedSessionError if there is something
	// that cannot be read. Changing what it returns changes nothing in the store.
	Load(ctx context.Context) (*Session, error)

	// Save keeps the session instead of what was kept before, which need not be readable. When it returns nil, the session
	// is as safe as the store can make it; when it returns an error, what was kept before is kept still, or the new one is.
	// A session without an ID is a *SessionError.
	Save(ctx context.Context, session Session) error

	// Delete makes the store forget the session. Without one it does nothing.
	Delete(ctx context.Context) error

	// Release ends the lease, and keeps the session. It waits for calls that are under way. Only the first call does
	// something; all later ones return nil.
	Release() error
}

// DamagedSessionError tells that a store has something in the place of a session that is not one. Save and Delete replace
// it.
type DamagedSessionError struct {
	Path string // of the file
	Err  error  // what is wrong with it
}

// Error gives the file and what is wrong with it.
func (e *DamagedSessionError) Error() string {
	return "gateway: the session in " + e.Path + " is damaged: " + e.Err.Error()
}

// Unwrap returns what is wrong with it.
func (e *DamagedSessionError) Unwrap() error { return e.Err }

// leaseTurn makes the calls of one lease take turns, also while a disk is slow, and ends them at Release. It holds a
// value while a call is under way.
type leaseTurn struct {
	taken    chan struct{}
	released chan struct{} // closed by Release, which never gives its turn back
}

func newLeaseTurn() leaseTurn {
	return leaseTurn{taken: make(chan struct{}, 1), released: make(chan struct{})}
}

// take waits for the turn. When it returns nil, give must be called.
func (t leaseTurn) take(ctx context.Context) error {
	if ctx == nil {
		ctx = context.Background()
	}
	select {
	case <-t.released:
		return ErrLeaseReleased
	default:
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	select {
	case <-t.released:
		return ErrLeaseReleased
	case <-ctx.Done():
		return context.Cause(ctx)
	case t.taken <- struct{}{}:
		return nil
	}
}

func (t leaseTurn) give() { <-t.taken }

// end waits for the last turn and reports whether the caller is the one who ends the lease.
func (t leaseTurn) end() bool {
	select {
	case <-t.released:
		return false
	case t.taken <- struct{}{}:
		close(t.released)
		return true
	}
}
