package observer

import "context"

// Publisher hands the events of one type to everything that is subscribed to it. The zero value is ready to use; all
// methods are safe from any goroutine, also from inside an observer. A Publisher must not be copied after first use.
//
// A publish works on the subscriptions there are when it begins: one added meanwhile does not see that event, one
// removed meanwhile is skipped.
type Publisher[T any] struct{ hub hub }

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
	return p.hub.subscribe(o, where, func(ctx context.Context, event any) {
		typed, _ := event.(*T)
		o.Update(ctx, typed)
	})
}

// SubscribeFunc is Subscribe for a function or a method value.
func (p *Publisher[T]) SubscribeFunc(f func(ctx context.Context, event *T), opts ...Option) *Subscription {
	return p.Subscribe(Func[T](f), opts...)
}

// Observed reports whether anything is subscribed: an observer, a Waiter or a Stream. It costs one atomic load.
func (p *Publisher[T]) Observed() bool { return p.hub.list.Load() != nil }

// Publish delivers event to everything that is subscribed. Subscriptions with [Inline], then Waiters and Streams, then
// subscriptions without an option are called in this goroutine, each of the three in the order in which they
// subscribed. Subscriptions on a queue ([On], [Concurrent]) get the event through it, in the order of the publishes.
//
// Publish blocks while an observer it calls runs, and while a [Block] queue or a Stream is full; the latter ends with
// ctx. The error joins a [*PanicError] for each call in this goroutine that panicked, and an [ErrDropped] for each queue
// that had no room until ctx ended. A nil ctx stands for [context.Background].
func (p *Publisher[T]) Publish(ctx context.Context, event *T) error {
	l := p.hub.list.Load()
	if l == nil {
		return nil
	}
	return l.publish(ctx, event, nil)
}

// PublishOn is Publish, except that the subscriptions without an option get the event through q. All subscriptions on
// one queue share one entry of it. A nil q makes it Publish.
func (p *Publisher[T]) PublishOn(ctx context.Context, q *Queue, event *T) error {
	l := p.hub.list.Load()
	if l == nil {
		return nil
	}
	return l.publish(ctx, event, q)
}
