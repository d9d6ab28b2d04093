package observer

import (
	"context"
	"errors"
	"sync/atomic"
)

// hub is a Publisher whatever its event type. Everything that is done for an event is done here, on events of any type:
// a tree of hundreds of publishers would otherwise be compiled into hundreds of copies of it. It is one pointer, as every
// connection has a tree.
type hub struct {
	list atomic.Pointer[list] // immutable, replaced by writers; nil when nothing is subscribed
}

// subscribe adds a subscription of the observer, which is called through update.
func (h *hub) subscribe(observer any, where settings, update func(context.Context, any)) *Subscription {
	s := &Subscription{from: h, observer: observer}
	if where.name != "" {
		s.observer = name(where.name)
	}
	h.add(slot{update: update, sub: s, queue: where.queue, place: where.place})
	return s
}

func (h *hub) add(s slot) {
	for {
		old := h.list.Load()
		if h.list.CompareAndSwap(old, old.with(s)) {
			return
		}
	}
}

func (h *hub) remove(s *Subscription) {
	for {
		old := h.list.Load()
		if h.list.CompareAndSwap(old, old.without(s)) {
			return
		}
	}
}

// publish is the part of Publish and PublishOn that only observed events pay for.
func (l *list) publish(ctx context.Context, event any, q *Queue) error {
	if ctx == nil {
		ctx = context.Background()
	}
	if !q.usable() {
		q = nil
	}
	end := len(l.slots)
	if q != nil {
		end = l.direct
	}
	var errs []error
	for next := 0; next < end; {
		if failure := l.call(ctx, event, &next, end); failure != nil {
			errs = append(errs, failure)
			if d, ok := ctx.(Delivery); ok {
				d.Report(failure)
			}
		}
	}
	if q != nil && l.plain {
		if err := q.push(entry{ctx: ctx, event: event, list: l, plain: true}); err != nil {
			errs = append(errs, err)
		}
	}
	for _, other := range l.queues {
		if other == q && l.plain {
			continue
		}
		if err := other.push(entry{ctx: ctx, event: event, list: l}); err != nil {
			errs = append(errs, err)
		}
	}
	if errs == nil {
		return nil
	}
	return errors.Join(errs...)
}

// call runs the slots from *next up to end that have no queue of their own, until one panics. One deferred function
// serves all of them: *next says where to go on.
func (l *list) call(ctx context.Context, event any, next *int, end int) (failure *PanicError) {
	defer func() {
		if v := recover(); v != nil {
			failure = newPanicError(v, l.slots[*next-1].sub)
		}
	}()
	for *next < end {
		s := &l.slots[*next]
		*next++
		if s.queue != nil || s.sub.gone.Load() {
			continue
		}
		s.update(ctx, event)
	}
	return nil
}
