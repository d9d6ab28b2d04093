package observer

import (
	"context"
	"slices"
)

// place is where in a list a slot stands, and so when it is served.
type place uint8

const (
	placeInline place = iota // in the publishing goroutine, before all others
	placeFeed                // a Waiter or Stream: in the publishing goroutine, ahead of the queues
	placeQueued              // on its own queue, or wherever the publish says
)

// slot is one subscription as its publisher sees it.
type slot struct {
	update func(ctx context.Context, event any)
	sub    *Subscription
	queue  *Queue // nil: none of its own
	place  place
}

// list is what a publisher's subscriptions were at one moment. It never changes, so that a publish needs no lock and a
// queue entry no copy.
type list struct {
	slots  []slot   // by place, and within a place in the order of subscription
	direct int      // slots[:direct] run in the publishing goroutine whatever the publish says
	plain  bool     // one or more of slots[direct:] have no queue of their own
	queues []*Queue // the distinct queues of slots[direct:]
}

// with returns l and s behind the other slots of its place.
func (l *list) with(s slot) *list {
	var old []slot
	if l != nil {
		old = l.slots
	}
	at := len(old)
	for at > 0 && old[at-1].place > s.place {
		at--
	}
	slots := make([]slot, 0, len(old)+1)
	slots = append(slots, old[:at]...)
	slots = append(slots, s)
	return newList(append(slots, old[at:]...))
}

// without returns l less the slot of sub, which is in it; nil when nothing is left.
func (l *list) without(sub *Subscription) *list {
	if len(l.slots) == 1 {
		return nil
	}
	at := slices.IndexFunc(l.slots, func(s slot) bool { return s.sub == sub })
	return newList(slices.Concat(l.slots[:at], l.slots[at+1:]))
}

func newList(slots []slot) *list {
	l := &list{slots: slots}
	for i := range slots {
		switch s := &slots[i]; {
		case s.place != placeQueued:
			l.direct++
		case s.queue == nil:
			l.plain = true
		case !slices.Contains(l.queues, s.queue):
			l.queues = append(l.queues, s.queue)
		}
	}
	return l
}

// deliver runs those slots that w's entry is for, from w.next on, until one panics.
func (l *list) deliver(w *worker) (failure *PanicError, done bool) {
	slots := l.slots[l.direct:]
	defer func() {
		if v := recover(); v != nil {
			failure = newPanicError(v, slots[w.next-1].sub)
		}
	}()
	for w.next < len(slots) {
		s := &slots[w.next]
		w.next++
		if s.queue != w.q && (s.queue != nil || !w.entry.plain) || s.sub.gone.Load() {
			continue
		}
		w.begin(s.sub)
		s.update(w.ctx, w.entry.event)
	}
	return nil, true
}
