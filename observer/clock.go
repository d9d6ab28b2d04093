package observer

import "time"

const (
	mostStale = 2 * time.Millisecond // how much earlier than it did a call may seem to have begun
	fewLooks  = 64                   // looks at the clock after which a worker asks itself whether to go on with them
)

// clock tells a worker when its calls began. To look at a clock costs more than a short call. So when many of them
// have taken no time worth mentioning, the worker takes the time of its last look for that of its next calls, until an
// alarm tells it that mostStale has passed. A call that takes long outlasts the alarm, and so the call behind it begins
// with a look; and so does the first one after the queue was empty, whatever was before.
//
// All but the alarm is the worker's own.
type clock struct {
	looks int           // since first
	first time.Duration // when they began to be counted
	alarm time.Duration // when the last alarm comes, 0 before there is one
}

// precise says whether each call has to begin with a look at the clock, because what counts as slow is not much longer
// than the alarm takes.
func (q *Queue) precise() bool { return q.slow > 0 && q.slow < 100*mostStale }

// look notes when a call begins.
func (w *worker) look() {
	c := &w.clock
	if c.alarm != 0 {
		w.timed.Store(true) // Before the look: an alarm that comes in between is one that the look finds to be over.
	}
	now := w.q.now()
	w.since.Store(int64(now))
	if c.alarm != 0 {
		if now < c.alarm {
			return
		}
		c.alarm = 0
		w.timed.Store(false)
	}
	if c.looks++; c.looks < fewLooks {
		return
	}
	brief := now-c.first < mostStale/8
	c.looks, c.first = 0, now
	if brief && !w.q.precise() {
		c.alarm = now + mostStale
		w.timed.Store(true)
		time.AfterFunc(mostStale, w.late)
	}
}
