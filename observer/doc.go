// Package observer delivers typed events to whoever subscribed to them. It is how the events of a gateway handle reach
// the code that uses it, and knows nothing of gateways itself.
//
// # Publishers and observers
//
// A [Publisher] has the events of one type. An [Observer] is a type with an Update method; functions and method values
// are observers through [Publisher.SubscribeFunc]:
//
//	var created observer.Publisher[Message] // the zero value is ready
//
//	sub := created.Subscribe(archive)             // *Archive has Update(ctx, *Message)
//	created.SubscribeFunc(bot.OnMessage)          // a method value
//	created.Publish(ctx, &Message{Text: "hello"}) // calls both, in this order
//	sub.Unsubscribe()
//
// The event is shared by all observers, so none may change it. Subscribing and unsubscribing are allowed at any time and
// from anywhere, also from inside an observer. A publish delivers to what was subscribed when it began.
//
// # Queues
//
// [Publisher.Publish] calls the observers before it returns. [Publisher.PublishOn] leaves that to a [Queue] and returns
// as soon as the event is queued. A queue delivers in order and one call at a time, whatever the publishers and event types, so observers that
// share a queue need no locks among themselves, and an observer finds done what those of earlier events did. It may take
// its time: it delays what shares its queue and nothing else.
//
// The publisher names the queue for all its observers; a subscription may choose for itself:
//
//   - [On] puts it on another queue, which several subscriptions may share.
//   - [Concurrent] runs up to n calls at once.
//   - [Inline] runs it in the publishing goroutine, ahead of everything else. It must not block.
//
// A queue has a goroutine only while there is something to deliver. There is nothing to start and nothing to close;
// [Queue.Wait] waits until everything is delivered.
//
// # Waiting for an event
//
// To ask something and await the answer, subscribe before asking:
//
//	answer := created.Expect(func(m *Message) bool { return m.Nonce == nonce })
//	defer answer.Cancel()
//	ask(nonce)
//	m, err := answer.Wait(ctx)
//
// For several events there is [Publisher.Stream], which is subscribed as soon as it is called:
//
//	for m := range created.Stream(ctx) {
//		…
//	}
//
// Waiters and Streams are served in the publishing goroutine, ahead of all queues. So an observer on a queue may wait
// for a later event, although that event's observers cannot run before it has returned.
//
// # Overload
//
// A queue is bounded, in events and in bytes. When it is full, its [Policy] decides: [Block] makes publishers wait,
// [DropOldest] and [DropNewest] lose events, which are counted. Nothing of this is silent: a [Lag] says that publishers
// wait, that events were dropped, or that a call takes long, and names the observer. It goes to the [Delivery] under
// which the event was published, or to [OnLag]; [Queue.Stats] has the numbers.
//
// Two cases deserve thought. An observer that publishes to the full [Block] queue it runs on does not wait for itself,
// if it publishes under the context that it was given; see [Queue]. And an observer that waits for a later event, while
// its full queue keeps the publisher from publishing that event, waits until its context ends; the Lag names it.
//
// # Panics
//
// An observer's panic is recovered and wrapped in a [*PanicError]. Publish returns those of the calls it makes itself;
// those on a queue go to the Delivery, or to [OnPanic], or to the log. Delivery goes on with the next observer.
//
// # Cost
//
// A publish that nobody observes is one atomic load. Each further observer costs a call through an interface; the list
// of subscriptions is immutable, and replaced when one comes or goes. An event on its way through a queue is one entry
// of a ring buffer for all the observers there. None of this allocates, except that rings grow and shrink with what is
// in them, and that a [Block] queue wraps a context that is neither a Delivery nor the background when it first sees it.
package observer
