package observer

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// Lag says that a queue, or the buffer of a Stream, does not keep up. There is one
//
//   - when a publisher begins to wait for room (Blocked), and not again before the queue was half empty with nobody
//     waiting;
//   - when a call that takes longer than [SlowAfter] is noticed, once for each call: by an event that is being
//     published, by a publisher that waits, or by [Queue.Watch];
//   - when events were dropped (Dropped has grown): at once, then at most every second, the last number included.
type Lag struct {
	Queue    string    // the queue's name, or that of a Stream
	Observer string    // the observer whose call runs: its type, or the function's name; the longest call if several run
	Since    time.Time // when that call began, or at most moments (2 ms) before; zero if none runs
	Events   int       // events that wait
	Bytes    int       // their bytes, as far as they are a Delivery
	Dropped  uint64    // events dropped since the queue was made
	Blocked  bool      // a publisher waits for room
}

// String describes the lag in one line.
func (l Lag) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "observer: queue %q: %d events (%d bytes) wait", l.Queue, l.Events, l.Bytes)
	if l.Blocked {
		b.WriteString(", publishers too")
	}
	if l.Dropped > 0 {
		fmt.Fprintf(&b, ", %d dropped", l.Dropped)
	}
	if l.Observer != "" {
		fmt.Fprintf(&b, ", %s runs since %s", l.Observer, l.Since.Format(time.RFC3339Nano))
	}
	return b.String()
}

// tally is what a queue knows about its past. The queue's mu guards it.
type tally struct {
	highEvents  int
	highBytes   int
	dropped     uint64
	waited      time.Duration // in finished waits
	waitedSince time.Duration // when the wait began that is going on, if there is one
	choked      bool          // a publisher had to wait, and the queue has not recovered
	muted       bool          // drops were reported less than dropPause ago
	owed        entry         // its context is to hear of drops that were not reported yet; still retained
}

// lag describes the queue and the given call. q.mu is held.
func (q *Queue) lag(sub *Subscription, since time.Duration) Lag {
	l := Lag{
		Queue:   q.name,
		Events:  q.ring.len(),
		Bytes:   q.bytes,
		Dropped: q.dropped,
		Blocked: len(q.blocked) > 0,
	}
	if sub != nil {
		l.Observer = nameOf(sub.observer)
		l.Since = q.born.Add(since)
	}
	return l
}

// longest returns the call that has been running longest. q.mu is held.
func (q *Queue) longest() (sub *Subscription, since time.Duration) {
	for _, w := range q.made {
		if s, t := w.call(); s != nil && (sub == nil || t < since) {
			sub, since = s, t
		}
	}
	return sub, since
}

// Watch reports to ctx, which should be a [Delivery], a call that takes longer than [SlowAfter], unless it was reported
// before. Publishing does so too; Watch is for noticing a slow observer while nothing is published. It never waits for
// an observer.
func (q *Queue) Watch(ctx context.Context) {
	if q.usable() {
		q.watch(ctx)
	}
}

// watch reports a slow call if there is one that was not reported before.
func (q *Queue) watch(ctx context.Context) {
	if q.slow <= 0 {
		return
	}
	now := q.now()
	if int64(now) < q.slowAt.Load() {
		return
	}
	q.mu.Lock()
	next := now + q.slow // no call that starts from now on is slow before
	for _, w := range q.made {
		sub, since := w.call()
		if sub == nil || w.reported == int64(since) {
			continue
		}
		if now-since < q.slow {
			next = min(next, since+q.slow)
			continue
		}
		w.reported = int64(since)
		lag := q.lag(sub, since)
		q.mu.Unlock()
		q.report(ctx, lag) // the others' turn is at the next event
		return
	}
	q.slowAt.Store(int64(next))
	q.mu.Unlock()
}

// heard reports whether anybody would hear of a Lag that concerns e.
func (q *Queue) heard(e *entry) bool { return e.retained || q.onLag != nil }

// report gives lag to whoever there is to hear of it.
func (q *Queue) report(ctx context.Context, lag Lag) {
	defer shield()
	if d, ok := ctx.(Delivery); ok {
		d.Lagging(lag)
	} else if q.onLag != nil {
		q.onLag(lag)
	}
}
