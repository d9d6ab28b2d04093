package observer

import (
	"context"
	"sync/atomic"
	"time"
)

// worker delivers entries of q one after the other: in a goroutine that ends when the queue is empty, or, for a
// Stream, in the goroutine of the loop.
type worker struct {
	q    *Queue
	run  func() // work, bound once so that starting it allocates nothing
	late func() // the alarm of its clock

	// Only the worker's own goroutine writes these. Others read entry under q.mu, and so it is written under q.mu.
	entry  entry
	ctx    context.Context // what the observers get
	next   int             // where in the entry's list to go on
	loaded bool            // entry is not done with
	clock  clock

	running  atomic.Pointer[Subscription] // whose call runs
	since    atomic.Int64                 // since when, or since at most mostStale before
	timed    atomic.Bool                  // since is good enough for the next call too; the alarm makes it false
	reported int64                        // since when the call ran that was last reported as slow; guarded by q.mu
}

// work delivers until the queue is empty. When an observer ends the goroutine, another one goes on where it stopped.
func (w *worker) work() {
	ended := false
	defer func() {
		if !ended {
			go w.run()
		}
	}()
	for w.loaded || w.q.take(w) {
		w.wrap()
		for done := false; !done; {
			var failure *PanicError
			if failure, done = w.entry.list.deliver(w); failure != nil {
				w.q.panicked(&w.entry, failure)
			}
		}
		w.unload()
	}
	ended = true
}

// enlist counts one more worker as being at work and returns it, or nil if no further one is allowed. q.mu is held.
func (q *Queue) enlist() *worker {
	if q.active >= q.workers {
		return nil
	}
	if n := len(q.free); n > 0 {
		w := q.free[n-1]
		q.free = q.free[:n-1]
		q.active++
		return w
	}
	return q.enroll()
}

// enroll returns a new worker that counts as being at work. q.mu is held.
func (q *Queue) enroll() *worker {
	w := &worker{q: q, reported: -1}
	w.run = w.work
	w.late = func() { w.timed.Store(false) }
	q.made = append(q.made, w)
	q.active++
	return w
}

// take makes the oldest entry w's, and lets in a publisher that waited for its room. If there is none, it returns false,
// and w is no longer at work then.
func (q *Queue) take(w *worker) bool {
	q.mu.Lock()
	if q.ring.len() == 0 {
		idle := q.dismiss(w)
		q.mu.Unlock()
		if idle != nil {
			close(idle)
		}
		return false
	}
	q.pop(&w.entry)
	w.next, w.loaded = 0, true
	let := q.refill()
	var more *worker
	if q.ring.len() > 0 {
		more = q.enlist() // each worker that leaves something behind calls the next one, until all are at work
	}
	q.mu.Unlock()
	settle(let)
	if more != nil {
		go more.run()
	}
	return true
}

// dismiss counts w as no longer at work, unless it is a Stream's loop. It returns what must be closed, without the lock,
// for those who wait for an idle queue. q.mu is held.
func (q *Queue) dismiss(w *worker) (idle chan struct{}) {
	w.rest()
	if q.wake != nil {
		return nil
	}
	q.active--
	q.free = append(q.free, w)
	if q.active == 0 {
		idle, q.idle = q.idle, nil
	}
	return idle
}

// wrap sets the context for the observers: the entry's own, marked so that what they publish under it does not wait for
// themselves. A Delivery needs no mark, see [Queue.exempts].
func (w *worker) wrap() {
	ctx := w.entry.ctx
	switch m, marked := w.ctx.(*exempt); {
	case w.entry.retained || !w.q.policy.blocks():
		w.ctx = ctx
	case marked && m.q == w.q && same(m.Context, ctx): // as for the entry before
	case ctx.Value(exemption{w.q}) != nil: // the event of an observer on this queue: marks do not pile up
		w.ctx = ctx
	default:
		w.ctx = w.q.Exempt(ctx)
	}
}

// unload ends the delivery of the entry, if there is one.
func (w *worker) unload() {
	if w.loaded {
		w.loaded = false
		w.entry.release()
	}
}

// rest forgets what was delivered last. q.mu is held.
func (w *worker) rest() {
	w.entry = entry{}
	w.running.Store(nil)
	w.timed.Store(false)
	if m, ok := w.ctx.(*exempt); !ok || m.Context != context.Background() {
		w.ctx = nil // kept for the one context that nothing hangs on
	}
}

// begin notes that a call of sub's observer starts.
func (w *worker) begin(sub *Subscription) {
	if !w.timed.Load() {
		w.look()
	}
	if w.running.Load() != sub {
		w.running.Store(sub)
	}
}

// call returns whose call runs and since when, see clock; no Subscription if none does.
func (w *worker) call() (*Subscription, time.Duration) {
	sub := w.running.Load()
	since := time.Duration(w.since.Load())
	if now := w.running.Load(); now != sub {
		return now, w.q.now() // a call is just being replaced by another
	}
	return sub, since
}
