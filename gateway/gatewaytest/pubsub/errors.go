package pubsub

import (
	"errors"
	"fmt"
)

var (
	// ErrClosed is the error of what is asked of a [StateManager] after Close.
	ErrClosed = errors.New("pubsub: the state manager is closed")

	// ErrUnknownSession is the error of a subscription of a session that the [StateManager] does not hold.
	ErrUnknownSession = errors.New("pubsub: no such session")

	// ErrUnknownChannel is the error of a subscription to the member list of a channel that has none.
	ErrUnknownChannel = errors.New("pubsub: the channel has no member list")

	// ErrNoSubscribers is the error of Sub, Unsub, Reset and Remove on a backend that keeps no subscribers but computes
	// who gets an event.
	ErrNoSubscribers = errors.New("pubsub: the backend keeps no subscribers")

	// ErrTooOld is what a [ResumeError] is when events that the client has missed are not in the replay buffer any longer.
	ErrTooOld = errors.New("pubsub: the sequence is too old")

	// ErrNotSent is what a [ResumeError] is when the client claims a sequence that the state has not reached.
	ErrNotSent = errors.New("pubsub: the sequence was not sent yet")
)

// UnknownBackendError is the error of a name that no backend of the dispatcher has.
type UnknownBackendError struct {
	Backend string // the name that was asked for
}

// Error says which backend is not there.
func (e *UnknownBackendError) Error() string { return fmt.Sprintf("pubsub: no backend %q", e.Backend) }

// DuplicateError is the error of a second backend of one name or a second state with one session id.
type DuplicateError struct {
	Kind string // "backend" or "session"
	ID   string // the name or the session id
}

// Error says what is there twice.
func (e *DuplicateError) Error() string {
	return fmt.Sprintf("pubsub: there is a %s %q already", e.Kind, e.ID)
}

// TypeError is the error of a key or subscriber whose type is not the one that the backend has.
type TypeError struct {
	Backend string // the name of the backend
	Role    string // "key", "keys" or "subscriber"
	Want    string // the type of the backend
	Got     string // the type that was passed
}

// Error names both types.
func (e *TypeError) Error() string {
	return fmt.Sprintf("pubsub: the %s of backend %q is of type %s, not %s", e.Role, e.Backend, e.Want, e.Got)
}

// ShardError is the error of a shard that there cannot be, and of the subscription of a session to a guild that its
// shard does not hold.
type ShardError struct {
	SessionID string // the session
	Shard     Shard  // its shard
	Guild     uint64 // the guild it does not hold, 0 if the shard itself is impossible
}

// Error says which shard it is, and of which guild.
func (e *ShardError) Error() string {
	if e.Guild == 0 {
		return fmt.Sprintf("pubsub: session %q cannot be shard %d of %d", e.SessionID, e.Shard.ID, e.Shard.Count)
	}
	return fmt.Sprintf("pubsub: session %q, shard %d of %d, does not hold guild %d",
		e.SessionID, e.Shard.ID, e.Shard.Count, e.Guild)
}

// ResumeError is why a state cannot go on from a sequence. It is [ErrTooOld] or [ErrNotSent], in the sense of errors.Is;
// a server answers with op 9.
type ResumeError struct {
	SessionID string // the session
	Sequence  int64  // what the client has received, as it says
	Oldest    int64  // the first sequence that could be replayed; one above Newest if there is none
	Newest    int64  // the last sequence that the state gave out
	Err       error  // ErrTooOld or ErrNotSent
}

// Error says what was asked and what there is.
func (e *ResumeError) Error() string {
	return fmt.Sprintf("%v: session %q asks for what follows %d and has %d to %d",
		e.Err, e.SessionID, e.Sequence, e.Oldest, e.Newest)
}

// Unwrap returns ErrTooOld or ErrNotSent.
func (e *ResumeError) Unwrap() error { return e.Err }

// StateError is the failure of one state to take one event: what its sink returned, or a *[PanicError].
type StateError struct {
	SessionID string // the state that failed
	Event     Event  // what it failed to take; its Sequence is 0 if Prepare failed
	Err       error  // why
}

// Error names the session and the event.
func (e *StateError) Error() string {
	return fmt.Sprintf("pubsub: session %q, %s: %v", e.SessionID, e.Event.Type, e.Err)
}

// Unwrap returns why the state failed.
func (e *StateError) Unwrap() error { return e.Err }

// PanicError is a panic of a function that the server supplied, a sink or Prepare, which was contained.
type PanicError struct {
	Value any    // what was passed to panic
	Stack []byte // of the goroutine that panicked
}

// Error returns the panic's value.
func (e *PanicError) Error() string { return fmt.Sprintf("pubsub: panic: %v", e.Value) }

// Unwrap returns the panic's value if it was an error.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// DispatchError says which states failed to take an event. All others have it.
type DispatchError struct {
	Backend string        // the name of the backend
	Failed  []*StateError // at least one, in the order of delivery
}

// Error describes the first failure and counts the others.
func (e *DispatchError) Error() string {
	if n := len(e.Failed) - 1; n > 0 {
		return fmt.Sprintf("%v (backend %s, and %d more)", e.Failed[0], e.Backend, n)
	}
	return fmt.Sprintf("%v (backend %s)", e.Failed[0], e.Backend)
}

// Unwrap returns the failures.
func (e *DispatchError) Unwrap() []error {
	errs := make([]error, len(e.Failed))
	for i, failure := range e.Failed {
		errs[i] = failure
	}
	return errs
}

// RangeError is the error of a range of a member list that there cannot be, or of too many.
type RangeError struct {
	Range  Range  // the first that is wrong
	Reason string // what is wrong with it
}

// Error says what is wrong with the range.
func (e *RangeError) Error() string {
	return fmt.Sprintf("pubsub: range [%d, %d] of a member list %s", e.Range[0], e.Range[1], e.Reason)
}
