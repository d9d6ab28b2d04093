package pubsub

import (
	"errors"
	"runtime/debug"
)

// stateQueue holds the events of a state that have no sequence yet.
type stateQueue struct {
	events   []Event
	head     int   // of the first event that is there
	ready    Event // what Prepare has let pass, next to get a sequence
	isReady  bool
	draining bool // somebody is taking events out
}

// pop takes the first event out. There must be one.
func (q *stateQueue) pop() Event {
	event := q.events[q.head]
	q.events[q.head] = Event{}
	if q.head++; q.head == len(q.events) {
		q.head, q.events = 0, q.events[:0]
		if cap(q.events) > 64 {
			q.events = nil // thousands of states need not keep the memory of their worst moment
		}
	}
	return event
}

// enqueue fixes the place of an event among those of the state. Nothing is called, so it may be done under a lock.
func (s *State) enqueue(event Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queue.events = append(s.queue.events, event)
}

// flush hands what is in the queue to the sink, unless somebody is doing so already.
func (s *State) flush() (failed []*StateError) {
	s.mu.Lock()
	if s.queue.draining {
		s.mu.Unlock()
		return nil
	}
	s.queue.draining = true
	finished := false
	defer func() {
		if !finished { // a sink has ended its goroutine, as t.FailNow does: the next one takes over
			s.mu.Lock()
			s.queue.draining = false
			s.mu.Unlock()
		}
	}()
	for {
		event, sink, failure := s.next()
		if failure == nil && event.Sequence == 0 {
			s.queue.draining, finished = false, true
			s.mu.Unlock()
			return failed
		}
		s.mu.Unlock()
		if failure == nil && sink != nil {
			failure = s.contain(event, func() error { return sink(event) })
		}
		if failure != nil {
			failed = append(failed, failure)
		}
		s.mu.Lock()
	}
}

// next returns the next event for the sink, with its sequence, or one without when there is none, or what Prepare failed
// with. It is called, and returns, with the lock held, and lets go of it for Prepare.
func (s *State) next() (Event, Sink, *StateError) {
	for {
		switch {
		case len(s.replay) > 0:
			event := s.replay[0]
			s.replay = s.replay[1:]
			return event, s.sink, nil
		case s.queue.isReady:
			event := s.queue.ready
			s.queue.ready, s.queue.isReady = Event{}, false
			s.sequence++
			event.Sequence = s.sequence
			s.buffer.add(event)
			return event, s.sink, nil
		case s.queue.head == len(s.queue.events):
			return Event{}, nil, nil
		}
		event := s.queue.pop()
		if s.prepare == nil {
			s.queue.ready, s.queue.isReady = event, true
			continue
		}
		s.mu.Unlock()
		pass := false
		failure := s.contain(event, func() error {
			event, pass = s.prepare(event)
			return nil
		})
		s.mu.Lock()
		if failure != nil {
			return Event{}, nil, failure
		}
		if pass {
			s.queue.ready, s.queue.isReady = event, true
		}
	}
}

// contain calls a function of the server's and makes its error, or its panic, one of this state.
func (s *State) contain(event Event, call func() error) (failure *StateError) {
	defer func() {
		if value := recover(); value != nil {
			failure = &StateError{SessionID: s.id, Event: event, Err: &PanicError{Value: value, Stack: debug.Stack()}}
		}
	}()
	if err := call(); err != nil {
		return &StateError{SessionID: s.id, Event: event, Err: err}
	}
	return nil
}

// join makes one error of failures.
func join(failed []*StateError) error {
	switch len(failed) {
	case 0:
		return nil
	case 1:
		return failed[0]
	}
	errs := make([]error, len(failed))
	for i, failure := range failed {
		errs[i] = failure
	}
	return errors.Join(errs...)
}
