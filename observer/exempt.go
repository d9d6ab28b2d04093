package observer

import "context"

// exemption is the key under which a context says that what is published under it never waits for room on q.
type exemption struct{ q *Queue }

// exempt is such a context.
type exempt struct {
	context.Context
	q *Queue
}

func (c *exempt) Value(key any) any {
	if key == (exemption{c.q}) {
		return c
	}
	return c.Context.Value(key)
}

// Exempt returns ctx with the mark that a publish to q under it, or under a context derived from it, never waits for
// room: it exceeds the bound of a [Block] queue instead. It is for those who publish in a goroutine that q's own
// observers depend on, such as [Delivery.Report] and [Delivery.Lagging] when they lead to a publish on the same queue.
// The result is no [Delivery], even if ctx is one.
func (q *Queue) Exempt(ctx context.Context) context.Context { return &exempt{ctx, q} }

// exempts reports whether an event published under ctx must not wait for room on q: if one of q's observers is
// publishing, the room would have to come from its own return.
func (q *Queue) exempts(ctx context.Context) bool {
	if ctx.Value(exemption{q}) != nil {
		return true
	}
	d, ok := ctx.(Delivery)
	if !ok {
		if d, ok = ctx.Value(DeliveryKey{}).(Delivery); !ok {
			return false
		}
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, w := range q.made {
		if w.entry.retained && same(w.entry.ctx, d) {
			return true
		}
	}
	return false
}

// same reports whether a and b are one context.
func same(a, b context.Context) (same bool) {
	defer func() { _ = recover() }() // a type that cannot be compared
	return a == b
}
