package observer

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// ErrDropped is what a publish returns, among others, when a [Block] queue had no room for the event until the context
// of the publish ended. The cause of that end is in the same error.
var ErrDropped = errors.New("observer: event dropped")

// blocked is a publisher that waits for room on a Block queue.
type blocked struct {
	entry   entry
	settled chan struct{} // closed by whoever takes it off the list: let in, or the Stream ended
}

// block waits until e is let in, the Stream that q belongs to ends, or e's context does.
func (q *Queue) block(e entry) error {
	own := q.exempts(e.ctx)
	q.mu.Lock()
	if q.closed {
		q.mu.Unlock()
		e.release()
		return nil
	}
	if own || q.accepts(e.size) {
		w := q.admit(&e)
		q.mu.Unlock()
		q.rouse(w)
		return nil
	}
	b := &blocked{entry: e, settled: make(chan struct{})}
	now := q.now()
	if len(q.blocked) == 0 {
		q.waitedSince = now
	}
	q.blocked = append(q.blocked, b)
	first := !q.choked
	q.choked = true
	var lag Lag
	if first {
		lag = q.lag(q.longest())
	}
	w := q.begin() // Since the queue was flushed another publisher may have left something to its cork.
	q.mu.Unlock()
	q.rouse(w)
	if first {
		q.report(e.ctx, lag)
	}
	forewarn(e.ctx)
	return q.await(b)
}

// forewarn tells a [Patient], if that is what is given, that somebody is about to wait.
func forewarn(patient any) {
	if p, ok := patient.(Patient); ok {
		defer shield()
		p.Waiting()
	}
}

// await is the wait itself. Nobody else publishes perhaps, so it looks for slow calls in the meantime.
func (q *Queue) await(b *blocked) error {
	var tick <-chan time.Time
	if q.slow > 0 {
		ticker := time.NewTicker(q.slow)
		defer ticker.Stop()
		tick = ticker.C
	}
	for {
		select {
		case <-b.settled:
			return nil
		case <-b.entry.ctx.Done():
			return q.abandon(b)
		case <-tick:
			q.watch(b.entry.ctx)
		}
	}
}

// abandon drops b's event, unless b was let in at the last moment.
func (q *Queue) abandon(b *blocked) error {
	q.mu.Lock()
	i := slices.Index(q.blocked, b)
	if i < 0 {
		q.mu.Unlock()
		return nil
	}
	q.blocked = slices.Delete(q.blocked, i, i+1)
	if len(q.blocked) == 0 {
		q.waited += q.now() - q.waitedSince
	}
	let := q.refill() // what stood behind it may be smaller
	q.mu.Unlock()
	settle(let)
	err := fmt.Errorf("%w: no room on queue %q: %w", ErrDropped, q.name, context.Cause(b.entry.ctx))
	q.drop(b.entry)
	return err
}

// refill lets in the publishers that now have room and returns them, for [settle]. q.mu is held.
func (q *Queue) refill() []*blocked {
	n := 0
	for n < len(q.blocked) && q.fits(q.blocked[n].entry.size) {
		q.put(&q.blocked[n].entry)
		n++
	}
	let := q.blocked[:n]
	if n < len(q.blocked) {
		q.blocked = q.blocked[n:]
		return let
	}
	if n > 0 {
		q.blocked = nil
		q.waited += q.now() - q.waitedSince
	}
	if q.ring.len() <= q.capacity/2 && q.bytes <= q.maxBytes/2 {
		q.choked = false
	}
	return let
}

// settle lets the publishers go on. q.mu is not held.
func settle(let []*blocked) {
	for _, b := range let {
		close(b.settled)
	}
}
