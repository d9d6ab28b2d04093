package gateway

import "time"

// never is later than any time.
const never = time.Duration(1<<63 - 1)

// window is a sliding window over payloads: at most limit of them in any span [t, t+length). Times are those of one
// clock that never goes back. It knows no clock and waits for nothing.
//
// A payload counts from the moment at which it may be written, because nobody knows when that will be, and until
// length after it was: so what counts is the time of writing, however slow the writing is.
//
// Exempt payloads count, and are not asked. For them reserve places are kept that no other payload is given; beyond
// those they take the places of the others.
type window struct {
	limit    int
	length   time.Duration
	reserve  int
	ordinary tally
	exempt   tally
}

// roomAt returns now if there is room for an ordinary payload, and otherwise the earliest time to ask again: never when
// only the end of a writing can make room.
func (w *window) roomAt(now time.Duration) time.Duration {
	w.ordinary.expire(now, w.length)
	w.exempt.expire(now, w.length)
	if w.ordinary.count()+max(w.exempt.count(), w.reserve) < w.limit {
		return now
	}
	at := w.ordinary.expiry(w.length)
	if w.exempt.count() > w.reserve {
		at = min(at, w.exempt.expiry(w.length))
	}
	return at
}

// idle reports whether the window is as good as a new one.
func (w *window) idle(now time.Duration) bool {
	w.ordinary.expire(now, w.length)
	w.exempt.expire(now, w.length)
	return w.ordinary.count()+w.exempt.count() == 0
}

// restart forgets what was written, and not what is about to be.
func (w *window) restart() {
	w.ordinary.written, w.exempt.written = nil, nil
}

// tally counts payloads of one kind.
type tally struct {
	flying  int             // may be written at any moment
	written []time.Duration // when, the oldest first
}

func (t *tally) count() int { return t.flying + len(t.written) }

// begin counts a payload that may now be written.
func (t *tally) begin() { t.flying++ }

// end tells that it was written, or that it never will be.
func (t *tally) end(now time.Duration, written bool) {
	t.flying--
	if written {
		t.written = append(t.written, now)
	}
}

// expire forgets what has left the window. Appending moves the rest to a new array now and then, so that the slice
// does not grow with what was forgotten.
func (t *tally) expire(now, length time.Duration) {
	gone := 0
	for gone < len(t.written) && now-t.written[gone] >= length {
		gone++
	}
	t.written = t.written[gone:]
}

// expiry returns when the oldest leaves the window.
func (t *tally) expiry(length time.Duration) time.Duration {
	if len(t.written) == 0 {
		return never
	}
	return t.written[0] + length
}
