package observer

import (
	"fmt"
	"log/slog"
	"runtime/debug"
)

// PanicError is a panic of an observer, or of the function given to [Publisher.Expect], that was recovered. Delivery
// goes on with the next observer; the one that panicked stays subscribed.
type PanicError struct {
	Value    any    // what was passed to panic
	Stack    []byte // the goroutine's stack at the panic
	Observer string // the observer's type, or the function's name
}

func newPanicError(value any, sub *Subscription) *PanicError {
	return &PanicError{Value: value, Stack: debug.Stack(), Observer: nameOf(sub.observer)}
}

// Error names the observer and the value, not the stack.
func (e *PanicError) Error() string {
	return fmt.Sprintf("observer: panic in %s: %v", e.Observer, e.Value)
}

// Unwrap returns the panic's value if it is an error.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// panicked reports a panic on q to whoever there is to hear of it.
func (q *Queue) panicked(e *entry, failure *PanicError) {
	defer shield()
	switch {
	case e.retained:
		e.ctx.(Delivery).Report(failure)
	case q.onPanic != nil:
		q.onPanic(failure)
	default:
		slog.Error("observer: an observer panicked", "queue", q.name, "observer", failure.Observer,
			"panic", failure.Value, "stack", string(failure.Stack))
	}
}

// shield, deferred, keeps a panic of a callback that was to hear of trouble from ending the process.
func shield() {
	if v := recover(); v != nil {
		slog.Error("observer: a callback of a queue panicked", "panic", v, "stack", string(debug.Stack()))
	}
}
