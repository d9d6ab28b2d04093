package gateway

import (
	"errors"
	"time"
)

// errEnded tells that the connection ended while a send waited. Who asked knows why.
var errEnded = errors.New("gateway: the connection has ended")

// waiter is a send that waits for its limits, or did. It is in the queue until it is granted, superseded or abandoned.
type waiter struct {
	limits        []*limit
	presence      bool
	ready         chan struct{} // closed when it is granted or superseded, by whoever did that, without the lock
	queued        bool
	granted       bool
	waits         bool          // whether it was not granted at once
	since         time.Duration // when it came
	ahead, behind *waiter       // in the queue
}

// outcome is what a waiter got that is ready.
func (w *waiter) outcome(l *limiter) (grant, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !w.granted {
		return grant{}, ErrSuperseded
	}
	return grant{limiter: l, limits: w.limits}, nil
}

// wake tells waiters that they are ready.
func wake(ready []*waiter) {
	for _, w := range ready {
		close(w.ready)
	}
}

// waiters is a queue, from the one that came first.
type waiters struct{ first, last *waiter }

// push puts a waiter at the end.
func (q *waiters) push(w *waiter) {
	w.ahead, w.queued = q.last, true
	if q.last == nil {
		q.first = w
	} else {
		q.last.behind = w
	}
	q.last = w
}

// remove takes a waiter out, wherever it is.
func (q *waiters) remove(w *waiter) {
	if w.ahead == nil {
		q.first = w.behind
	} else {
		w.ahead.behind = w.behind
	}
	if w.behind == nil {
		q.last = w.ahead
	} else {
		w.behind.ahead = w.ahead
	}
	w.ahead, w.behind, w.queued = nil, nil, false
}

// replace puts a waiter in the place of another one.
func (q *waiters) replace(old, w *waiter) {
	w.ahead, w.behind, w.queued = old.ahead, old.behind, true
	if w.ahead == nil {
		q.first = w
	} else {
		w.ahead.behind = w
	}
	if w.behind == nil {
		q.last = w
	} else {
		w.behind.ahead = w
	}
	old.ahead, old.behind, old.queued = nil, nil, false
}

// enter puts a waiter in the queue and looks whether it may go. It returns those to wake, which may be itself.
func (l *limiter) enter(w *waiter, now time.Duration) []*waiter {
	var outcome []*waiter
	w.since = now
	if w.presence && l.newest != nil {
		outcome = append(outcome, l.supersede(w, now))
	} else {
		l.queue.push(w)
	}
	if w.presence {
		l.newest = w
	}
	if now < l.next {
		outcome = append(outcome, l.pumpFrom(w, now)...)
	} else {
		outcome = append(outcome, l.pump(now)...)
	}
	if w.queued {
		w.waits = true
		l.counts.waits.Add(1)
		l.counts.waiting.Add(1)
	}
	return outcome
}

// leave takes a waiter out of the queue.
func (l *limiter) leave(w *waiter, now time.Duration) {
	l.queue.remove(w)
	l.waited(w, now)
	if l.newest == w {
		l.newest = nil
	}
}

// abandon gives up the place of a waiter, and the grant that it may have got at the same moment.
func (l *limiter) abandon(w *waiter) {
	l.mu.Lock()
	granted := w.granted
	if w.queued {
		now := l.now()
		l.leave(w, now)
		release(w.limits)
		if l.queue.first == nil {
			l.pump(now) // Stops the timer.
		}
	}
	l.mu.Unlock()
	if granted {
		grant{limiter: l, limits: w.limits}.settle(false)
	}
}

// waited counts the wait of a waiter that has left the queue.
func (l *limiter) waited(w *waiter, now time.Duration) {
	if w.waits {
		l.counts.waiting.Add(-1)
		l.counts.waited.Add(int64(now - w.since))
	}
}

// release tells limits that a send waits for them no longer.
func release(limits []*limit) {
	for _, limit := range limits {
		limit.users--
	}
}
