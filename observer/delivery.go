package observer

import "context"

// Delivery is a context that knows about its event. When the context given to [Publisher.Publish] or
// [Publisher.PublishOn] is one, the queues count the event's bytes, say when they hold it, and report to it. There is
// one Delivery for each event. It must be comparable, which a pointer is, and alive until the publish has returned and
// each Retain has had its Release.
//
// The methods may be called from any goroutine, several at once. None of them may block or panic.
type Delivery interface {
	context.Context

	// Size is how many bytes the event pins while it is queued. It counts against the queue's bound; below 0 is 0.
	Size() int

	// Retain is called before the event enters a queue or a Stream's buffer, once for each.
	Retain()

	// Release is called once for each Retain: when the observers on that queue have returned, the loop over that Stream
	// is done with the event, or the event was dropped. Of the events that a queue drops, one at a time may be held for
	// up to a second longer, to report the number of drops.
	Release()

	// Report is called with the *PanicError of an observer that ran in the publishing goroutine or on a queue, in the
	// goroutine that recovered it.
	Report(err error)

	// Lagging is called when a queue or Stream has no room for this event, drops it, or has a call that takes long when
	// it comes. See [Lag] for how often.
	Lagging(lag Lag)
}

// Patient is what a [Delivery], or another context of a publish, may be as well.
type Patient interface {
	// Waiting is called before a publish under this very context waits for room on a [Block] queue or Stream, and before
	// [Waiter.Wait] waits under this context or one derived from it, in the goroutine that does. What is waited for may
	// depend on the events that a corked queue holds back, or on what the publisher of this event does next. It must not
	// block or panic.
	Waiting()
}

// DeliveryKey is the key under which the Value method of a [Delivery] should return the Delivery itself. A queue then
// recognises the events published by its own observers also when they derive a context from the one they were given,
// see [Queue].
type DeliveryKey struct{}
