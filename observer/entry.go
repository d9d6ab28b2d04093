package observer

import "context"

// entry is one event on its way through one queue, for all of a publisher's subscriptions that are on it.
type entry struct {
	ctx      context.Context
	event    any   // the *T
	list     *list // nil in a Stream's buffer
	size     int
	plain    bool // also for the subscriptions that have no queue of their own
	retained bool // ctx is a Delivery and Retain was called
}

func (e *entry) retain() {
	if d, ok := e.ctx.(Delivery); ok {
		e.size = max(d.Size(), 0)
		d.Retain()
		e.retained = true
	}
}

func (e *entry) release() {
	if e.retained {
		e.ctx.(Delivery).Release()
	}
}
