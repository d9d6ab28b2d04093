package client

import (
	"sync"
	"sync/atomic"
)

// tally counts what observers see, and tells when all of it has been seen.
type tally struct {
	want int64 // calls of observers; Until the sentinels alone
	ends int64 // sentinels: one for each connection
	seen atomic.Int64
	over atomic.Int64
	once sync.Once
	done chan struct{}

	mu     sync.Mutex
	faults []string
}

func newTally(want int64, connections int) *tally {
	return &tally{want: want, ends: int64(connections), done: make(chan struct{})}
}

// event is called by an observer for each event.
func (t *tally) event() {
	if t.seen.Add(1) >= t.want && t.over.Load() >= t.ends {
		t.finish()
	}
}

// sentinel is called for the event that ends the flood. Libraries with a goroutine for each call may then be late with
// others.
func (t *tally) sentinel() {
	if t.over.Add(1) >= t.ends && t.seen.Load() >= t.want {
		t.finish()
	}
}

func (t *tally) finish() { t.once.Do(func() { close(t.done) }) }

// fault notes what could not be read.
func (t *tally) fault(what string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.faults) < 10 {
		t.faults = append(t.faults, what)
	}
}

func (t *tally) faulty() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.faults
}
