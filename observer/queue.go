package observer

import (
	"context"
	"math"
	"sync"
	"sync/atomic"
	"time"
)

const (
	defaultBytes    = 64 << 20
	defaultCapacity = 1024 // of a Stream and of Concurrent
	defaultSlow     = time.Second
)

// Queue delivers events in their order, one call at a time unless [Workers] says otherwise, in a goroutine that exists
// only while there is something to deliver: a Queue needs no closing. Any number of subscriptions and publishers, of any
// event types, may share one. It is made by [NewQueue]; a nil or zero Queue is as if none were given.
//
// It holds as many events as its capacity says, besides those whose observers are running, and at most [MaxBytes] bytes
// of events that are a [Delivery]. An event larger than that enters an empty queue. What happens to one more is the
// [Policy]'s decision.
//
// An observer on a [Block] queue may itself publish to that queue: under the context that it was given, or one derived
// from it, the publish does not wait but exceeds the bound, since the room it would wait for can only come from the
// observer's own return. (For a derived context a Delivery must know [DeliveryKey].) Under any other context it waits
// like every publisher, until that context ends.
type Queue struct {
	name     string
	capacity int
	maxBytes int
	policy   Policy
	workers  int
	slow     time.Duration
	onPanic  func(error)
	onLag    func(Lag)
	born     time.Time     // what call times count from, because reading the monotonic clock alone is cheaper
	wake     chan struct{} // only a Stream's: its loop takes the entries, no worker does

	slowAt atomic.Int64 // no call that was not reported takes too long before this time

	mu      sync.Mutex // guards what follows; never held while anything of another package is called or waited for
	ring    ring[entry]
	bytes   int
	closed  bool
	corked  bool
	active  int       // workers at work
	made    []*worker // all workers there ever were, at most as many as are allowed
	free    []*worker // those not at work
	idle    chan struct{}
	blocked []*blocked // publishers that wait for room, in their order
	tally
}

// QueueOption is an option of [NewQueue]. A nil one is none.
type QueueOption func(*Queue)

// Named gives the queue the name that a [Lag] and log lines show.
func Named(name string) QueueOption { return func(q *Queue) { q.name = name } }

// MaxBytes bounds the bytes of the events that wait, as told by [Delivery]. The default is 64 MiB; n below 1 means no
// bound.
func MaxBytes(n int) QueueOption {
	return func(q *Queue) {
		if n < 1 {
			n = math.MaxInt
		}
		q.maxBytes = n
	}
}

// Workers lets n calls run at once instead of one. They start in the order of the events; the observers of one event
// still run one after the other. n below 1 counts as 1.
func Workers(n int) QueueOption { return func(q *Queue) { q.workers = max(n, 1) } }

// SlowAfter sets how long a call may take before the queue reports it, see [Lag]. The default is 1 s; d below 1 means
// never.
func SlowAfter(d time.Duration) QueueOption { return func(q *Queue) { q.slow = d } }

// OnPanic makes f hear of the [*PanicError] of an observer whose event was not published under a [Delivery]. It is called
// in the goroutine of the queue. Without it such a panic is logged by [log/slog.Default] as an error.
func OnPanic(f func(error)) QueueOption { return func(q *Queue) { q.onPanic = f } }

// OnLag makes f hear of a [Lag] that concerns an event not published under a [Delivery]. Without it nobody does, except
// through [Queue.Stats]. It may be called from any goroutine, a publisher's among them, and must not block.
func OnLag(f func(Lag)) QueueOption { return func(q *Queue) { q.onLag = f } }

// NewQueue returns an empty queue for capacity events; capacity below 1 counts as 1. The memory it uses follows what it
// holds, not its capacity.
func NewQueue(capacity int, policy Policy, opts ...QueueOption) *Queue {
	q := &Queue{
		capacity: max(capacity, 1),
		maxBytes: defaultBytes,
		policy:   policy,
		workers:  1,
		slow:     defaultSlow,
		born:     time.Now(),
	}
	for _, opt := range opts {
		if opt != nil {
			opt(q)
		}
	}
	return q
}

// concurrent returns a new queue of n workers that is otherwise like q, or as [Concurrent] says if q is nil.
func (q *Queue) concurrent(n int) *Queue {
	if q == nil {
		return NewQueue(defaultCapacity, Block, Workers(n))
	}
	return NewQueue(q.capacity, q.policy, Named(q.name), MaxBytes(q.maxBytes), Workers(n),
		SlowAfter(q.slow), OnPanic(q.onPanic), OnLag(q.onLag))
}

func (q *Queue) usable() bool { return q != nil && q.capacity > 0 }

// now is the time since the queue was made.
func (q *Queue) now() time.Duration { return time.Since(q.born) }

// Stats is a queue's state at one moment, and what happened since it was made.
type Stats struct {
	Events     int           // events that wait now
	Bytes      int           // their bytes, as far as they are a Delivery
	HighEvents int           // the most events that ever waited
	HighBytes  int           // the most bytes that ever waited
	Dropped    uint64        // events dropped, whatever the policy
	Blocked    time.Duration // how long publishers waited for room, up to now; several at once count once
}

// Stats never waits for an observer. A nil or zero Queue has none.
func (q *Queue) Stats() Stats {
	if !q.usable() {
		return Stats{}
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	s := Stats{
		Events:     q.ring.len(),
		Bytes:      q.bytes,
		HighEvents: q.highEvents,
		HighBytes:  q.highBytes,
		Dropped:    q.dropped,
		Blocked:    q.waited,
	}
	if len(q.blocked) > 0 {
		s.Blocked += q.now() - q.waitedSince
	}
	return s
}

// Wait returns nil as soon as the queue is empty and none of its observers runs, which may be at once, or the cause of
// ctx's end. Publishing meanwhile is allowed and may prolong the wait. An observer must not wait for its own queue.
func (q *Queue) Wait(ctx context.Context) error {
	if !q.usable() {
		return nil
	}
	q.flush()
	q.mu.Lock()
	if q.active == 0 {
		q.mu.Unlock()
		return nil
	}
	if q.idle == nil {
		q.idle = make(chan struct{})
	}
	idle := q.idle
	q.mu.Unlock()
	select {
	case <-idle:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
