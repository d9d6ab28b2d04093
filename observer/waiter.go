package observer

import (
	"context"
	"errors"
	"sync/atomic"
)

// ErrCancelled is what [Waiter.Wait] returns for a Waiter that was cancelled before its event came.
var ErrCancelled = errors.New("observer: waiter cancelled")

// Waiter waits for one event: the first one that matches of those published after [Publisher.Expect] returned. All its
// methods are safe from any goroutine.
type Waiter[T any] struct{ waiter waiter }

// waiter is a Waiter whatever its event type.
type waiter struct {
	match   func(event any) bool
	sub     Subscription
	settled atomic.Bool
	event   any // this and matched are written before done is closed
	matched bool
	done    chan struct{} // closed once the event is there, or never will be
}

// Expect returns a Waiter for the first event that match accepts; a nil match accepts every event. The Waiter is
// subscribed when Expect returns: what is sent afterwards cannot be answered too early.
//
// match is called in the publishing goroutine, ahead of all queues, and so must not block; it is called by several
// goroutines at once if several publish. A panic in it is recovered, see [PanicError], and counts as no match. A Waiter
// that is no longer wanted must be cancelled.
func (p *Publisher[T]) Expect(match func(event *T) bool) *Waiter[T] {
	w := new(Waiter[T])
	w.waiter.await(&p.hub, match, func(event any) bool {
		typed, _ := event.(*T)
		return match == nil || match(typed)
	})
	return w
}

// Wait returns the event as soon as it is there, or nil and the cause of ctx's end, after which Wait may be called
// again, or nil and [ErrCancelled]. It may be called any number of times and always returns the same event; one that is
// there takes precedence over a ctx that ended.
func (w *Waiter[T]) Wait(ctx context.Context) (*T, error) {
	event, err := w.waiter.wait(ctx)
	typed, _ := event.(*T)
	return typed, err
}

// Done returns a channel that is closed when Wait will no longer block: the event is there, or the Waiter cancelled.
func (w *Waiter[T]) Done() <-chan struct{} { return w.waiter.done }

// Cancel ends the wait and the subscription. After the event came, or a second time, it does nothing.
func (w *Waiter[T]) Cancel() { w.waiter.settle(nil, false) }

// await subscribes the waiter. function is what a PanicError calls it by.
func (w *waiter) await(h *hub, function any, match func(event any) bool) {
	w.match, w.done = match, make(chan struct{})
	w.sub.from, w.sub.observer = h, function
	h.add(slot{update: w.update, sub: &w.sub, place: placeFeed})
}

func (w *waiter) update(_ context.Context, event any) {
	if w.match(event) {
		w.settle(event, true)
	}
}

func (w *waiter) wait(ctx context.Context) (any, error) {
	select {
	case <-w.done:
	default:
		forewarn(ctx.Value(DeliveryKey{}))
		select {
		case <-w.done:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
	if !w.matched {
		return nil, ErrCancelled
	}
	return w.event, nil
}

// settle decides the outcome, if it is the first to do so.
func (w *waiter) settle(event any, matched bool) {
	if w.settled.Swap(true) {
		return
	}
	w.event, w.matched = event, matched
	w.sub.Unsubscribe()
	close(w.done)
}
