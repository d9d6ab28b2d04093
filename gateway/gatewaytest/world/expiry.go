package world

import "time"

// due notes that something expires at a time.
func (w *World) due(at time.Time) {
	if w.next.IsZero() || at.Before(w.next) {
		w.next = at
	}
}

// expire ends whatever has expired. No goroutine waits for that moment: what there is to tell of it is told before the
// next change, which nobody can tell from its having been told in time, but by a clock.
func (w *World) expire(now time.Time) {
	if w.next.IsZero() || now.Before(w.next) {
		return
	}
	w.next = time.Time{}
	for _, i := range sorted(w.invites) {
		switch {
		case i.expired(now):
			w.dropInvite(i)
		case !i.ends.IsZero():
			w.due(i.ends)
		}
	}
	w.expirePolls(now)
}
