package gateway

import (
	"context"
	"math"
	"time"
)

const (
	mostServed = time.Millisecond     // how long the reader waits for observers
	mostFlood  = 5 * time.Millisecond // the same while much arrives, or twice as long
	mostLent   = 24                   // how many events may refer to the reader's buffers; a corked queue holds back more
)

// The reader runs the observers of the handle's queue itself when it has taken all that lies in its buffers: nothing has
// to be handed to another goroutine and nobody to be woken, and the bytes of an event need not be copied, as nothing
// changes them meanwhile. When the observers have not returned after a moment, another goroutine becomes the reader and
// the one they run in becomes the queue's. So an observer may take as long as it likes, and wait for whatever arrives.

// lend is how the reader lets go of an event. Somebody may hold it, and its bytes, for longer.
func (s *socket) lend(d *delivery) {
	if d.release() {
		s.lent = append(s.lent, d)
	}
}

// settle prepares the events that were lent for a change of the buffers.
func (s *socket) settle() {
	for _, d := range s.lent {
		d.settle()
	}
	clear(s.lent)
	s.lent = s.lent[:0]
}

// serve runs the observers of what has gathered, and settles what was lent. It is false when the calling goroutine is
// the reader no longer. An observer may end the goroutine: then another one is the reader.
func (s *socket) serve() (reader bool) {
	if s.relief == nil {
		s.relief = time.AfterFunc(math.MaxInt64, s.inspect) // Once the shift has begun another goroutine may be the reader.
	}
	shift := s.shift.Add(1)
	if !s.watched.Load() {
		s.watch(shift)
	}
	returned := false
	defer func() {
		if reader = s.shift.CompareAndSwap(shift, shift+1); !reader {
			return
		}
		if s.settle(); !returned {
			go s.read()
		}
	}()
	s.c.queue.Serve()
	returned = true
	return
}

// relieve makes another goroutine the reader if observers run in this one.
func (s *socket) relieve() {
	if shift := s.shift.Load(); shift%2 == 1 && s.shift.CompareAndSwap(shift, shift+1) {
		go s.read()
	}
}

// watch sees to it that the reader is relieved: now and then a timer looks whether it is at the shift at which it was
// the last time. The timer goes on from shift to shift, as to set it costs as much as a few events, until the reader
// waits for the network, or nothing happens.
func (s *socket) watch(shift uint64) {
	s.watched.Store(true)
	s.seen.Store(shift)
	s.relief.Reset(mostServed)
}

// inspect is the timer. One that comes late may end another shift early, which does no harm.
func (s *socket) inspect() {
	shift := s.shift.Load()
	switch last := s.seen.Swap(shift); {
	case shift != last || shift%2 == 1:
		if shift == last {
			s.relieve()
		}
		s.relief.Reset(mostFlood)
	default:
		s.watched.Store(false)
		if s.shift.Load() != shift && s.watched.CompareAndSwap(false, true) {
			s.relief.Reset(mostFlood)
		}
	}
}

// unwatch is called when the reader is going to wait. The timer is stopped first: the other way round it could have been
// set again in between, and be stopped while it is taken for one that goes on.
func (s *socket) unwatch() {
	if s.watched.Load() {
		s.relief.Stop()
		s.watched.Store(false)
	}
}

// waiting is called before a wait under an observer's context, for what may have to be read first.
func waiting(ctx context.Context) {
	if d, ok := ctx.Value(dispatchKey{}).(*delivery); ok {
		d.Waiting()
	}
}
