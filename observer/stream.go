package observer

import (
	"context"
	"fmt"
	"iter"
	"reflect"
	"sync/atomic"
)

// StreamOption is an option of [Publisher.Stream]. A nil one is none.
type StreamOption func(*Queue)

// Buffer sets how many events a Stream holds for its loop, and what happens to one more. The default is 1,024 and
// [Block]; capacity below 1 counts as 1.
func Buffer(capacity int, policy Policy) StreamOption {
	return func(q *Queue) { q.capacity, q.policy = max(capacity, 1), policy }
}

// Stream returns the events as a loop:
//
//	for event := range publisher.Stream(ctx) { … }
//
// It is subscribed when Stream returns, not when the loop begins; until then, and while the loop's body runs, events
// wait in its buffer. They are put there in the publishing goroutine, ahead of all queues. A buffer that is full holds
// the publisher up ([Block]), until there is room, or the context of that publish or ctx ends; a body that publishes to
// what it loops over should therefore have another policy. [Lag] applies to the buffer as to a queue, with the body as
// the observer.
//
// The loop ends when it is left, or when ctx ends: no event begins after that, and those still in the buffer are
// discarded. Either also ends the subscription, so a Stream that is never looped over must have a ctx that ends. Only
// one loop runs over a Stream: a second one ends at once.
func (p *Publisher[T]) Stream(ctx context.Context, opts ...StreamOption) iter.Seq[*T] {
	s := p.hub.stream(ctx, reflect.TypeFor[T](), opts)
	return func(yield func(*T) bool) {
		s.loop(yield, func(event any) bool {
			typed, _ := event.(*T)
			return yield(typed)
		})
	}
}

// stream subscribes a stream of events of the given type.
func (h *hub) stream(ctx context.Context, events reflect.Type, opts []StreamOption) *stream {
	if ctx == nil {
		ctx = context.Background()
	}
	s := &stream{ctx: ctx, q: NewQueue(defaultCapacity, Block, Named(fmt.Sprintf("stream of %v", events)))}
	s.q.wake = make(chan struct{}, 1)
	s.q.workers = 0
	for _, opt := range opts {
		if opt != nil {
			opt(s.q)
		}
	}
	s.sub.from = h
	h.add(slot{update: s.update, sub: &s.sub, place: placeFeed})
	s.forget = context.AfterFunc(ctx, s.end)
	return s
}

// stream is a queue that a loop drains.
type stream struct {
	ctx    context.Context
	q      *Queue
	sub    Subscription
	looped atomic.Bool
	forget func() bool // makes ctx forget the stream
}

// update fills the buffer.
func (s *stream) update(ctx context.Context, event any) {
	// The error is about a publish given up for its context's end: that is counted, and the caller knows of the end.
	_ = s.q.push(entry{ctx: ctx, event: event})
}

func (s *stream) end() {
	s.sub.Unsubscribe()
	s.q.Close()
}

// loop hands the events to yield until it has enough. body is what a Lag calls it by.
func (s *stream) loop(body any, yield func(event any) bool) {
	if s.looped.Swap(true) {
		return
	}
	s.q.mu.Lock()
	w := s.q.enroll()
	s.q.mu.Unlock()
	defer func() {
		s.forget()
		s.end()
		w.unload()
	}()
	sub := &Subscription{observer: body}
	for s.ctx.Err() == nil {
		if !s.q.take(w) {
			select {
			case <-s.q.wake:
			case <-s.ctx.Done():
			}
			continue
		}
		w.begin(sub)
		if !yield(w.entry.event) {
			return
		}
		w.unload()
	}
}
