package observer

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
)

// Publisher hands the events of one type to everything that is subscribed to it. The zero value is ready to use; all
// methods are safe from any goroutine, also from inside an observer. A Publisher must not be copied after first use.
//
// A publish works on the subscriptions there are when it begins: one added meanwhile does not see that event, one
// removed meanwhile is skipped.
type Publisher[T any] struct {
	list atomic.Pointer[list[T]] // immutable, replaced by writers; nil when nothing is subscribed
	mu   sync.Mutex              // held by writers while they replace list, never while anything is called
}

// Subscribe makes o an observer of every event published from now on. Without an option it runs where the publish says:
// in the publishing goroutine for [Publisher.Publish], on the queue for [Publisher.PublishOn]. The same observer may be
// subscribed several times and is then called several times.
//
// Subscribing nil, or a nil [Func], subscribes nothing and returns a Subscription that may be unsubscribed.
func (p *Publisher[T]) Subscribe(o Observer[T], opts ...Option) *Subscription {
	if f, isFunc := o.(Func[T]); o == nil || isFunc && f == nil {
		return new(Subscription)
	}
	where := resolve(opts)
	s := &Subscription{from: p, observer: o}
	if where.name != "" {
		s.observer = name(where.name)
	}
	p.add(slot[T]{observer: o, sub: s, queue: where.queue, place: where.place})
	return s
}

// SubscribeFunc is Subscribe for a function or a method value.
func (p *Publisher[T]) SubscribeFunc(f func(ctx context.Context, event *T), opts ...Option) *Subscription {
	return p.Subscribe(Func[T](f), opts...)
}

// Observed reports whether anything is subscribed: an observer, a Waiter or a Stream. It costs one atomic load.
func (p *Publisher[T]) Observed() bool { return p.list.Load() != nil }

// Publish delivers event to everything that is subscribed. Subscriptions with [Inline], then Waiters and Streams, then
// subscriptions without an option are called in this goroutine, each of the three in the order in which they
// subscribed. Subscriptions on a queue ([On], [Concurrent]) get the event through it, in the order of the publishes.
//
// Publish blocks while an observer it calls runs, and while a [Block] queue or a Stream is full; the latter ends with
// ctx. The error joins a [*PanicError] for each call in this goroutine that panicked, and an [ErrDropped] for each queue
// that had no room until ctx ended. A nil ctx stands for [context.Background].
func (p *Publisher[T]) Publish(ctx context.Context, event *T) error {
	l := p.list.Load()
	if l == nil {
		return nil
	}
	return l.publish(ctx, event, nil)
}

// PublishOn is Publish, except that the subscriptions without an option get the event through q. All subscriptions on
// one queue share one entry of it. A nil q makes it Publish.
func (p *Publisher[T]) PublishOn(ctx context.Context, q *Queue, event *T) error {
	l := p.list.Load()
	if l == nil {
		return nil
	}
	return l.publish(ctx, event, q)
}

func (p *Publisher[T]) add(s slot[T]) {
	p.mu.Lock()
	p.list.Store(p.list.Load().with(s))
	p.mu.Unlock()
}

// remove implements publisher.
func (p *Publisher[T]) remove(s *Subscription) {
	p.mu.Lock()
	p.list.Store(p.list.Load().without(s))
	p.mu.Unlock()
}

// publish is the part of Publish and PublishOn that only observed events pay for.
func (l *list[T]) publish(ctx context.Context, event *T, q *Queue) error {
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
		if err := q.push(entry{ctx: ctx, event: event, batch: l, plain: true}); err != nil {
			errs = append(errs, err)
		}
	}
	for _, other := range l.queues {
		if other == q && l.plain {
			continue
		}
		if err := other.push(entry{ctx: ctx, event: event, batch: l}); err != nil {
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
func (l *list[T]) call(ctx context.Context, event *T, next *int, end int) (failure *PanicError) {
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
		s.observer.Update(ctx, event)
	}
	return nil
}
