package gateway

import "time"

// supersede gives a newer presence the place of the one that waits, and returns that one. So there is one presence in
// the queue at most, which comes no later for being renewed, and a newer one is never written before an older one.
// When the newer one is given up in its turn, the older one does not come back: its send has returned.
func (l *limiter) supersede(newer *waiter, now time.Duration) (older *waiter) {
	older = l.newest
	l.queue.replace(older, newer)
	l.waited(older, now)
	release(older.limits)
	l.counts.superseded.Add(1)
	return older
}
