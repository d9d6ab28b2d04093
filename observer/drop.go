package observer

import (
	"context"
	"time"
)

// dropPause is the least time between two reports of dropped events from one queue.
const dropPause = time.Second

// drop counts e, which is not queued or no longer, as dropped. The first drop is reported at once, what follows it within
// dropPause by one report at the end of that time, and so on: a flood of drops is no flood of reports, and the last
// number is always told.
func (q *Queue) drop(e entry) {
	q.mu.Lock()
	q.dropped++
	first, keep := false, false
	switch {
	case !q.heard(&e):
	case !q.muted:
		q.muted, first = true, true
	case q.owed.ctx == nil:
		q.owed, keep = entry{ctx: e.ctx, retained: e.retained}, true
	}
	q.mu.Unlock()
	if first {
		q.announce(e.ctx)
	}
	if !keep {
		e.release()
	}
}

// announce reports the drops so far.
func (q *Queue) announce(ctx context.Context) {
	q.mu.Lock()
	lag := q.lag(q.longest())
	q.mu.Unlock()
	q.report(ctx, lag)
	time.AfterFunc(dropPause, q.unmute)
}

// unmute runs dropPause after a report.
func (q *Queue) unmute() {
	q.mu.Lock()
	owed := q.owed
	q.owed = entry{}
	q.muted = owed.ctx != nil
	q.mu.Unlock()
	if owed.ctx != nil {
		q.announce(owed.ctx)
		owed.release()
	}
}
