package client

import (
	"sync"
	"sync/atomic"
)

// Tally counts what observers see, and tells when all of it has been seen.
type Tally struct {
	want int64 // calls of observers; Until the sentinels alone
	ends int64 // sentinels: one for each connection
	seen atomic.Int64
	over atomic.Int64
	once sync.Once
	done chan struct{}

	mu     sync.Mutex
	faults []string
}

func newTally(want int64, connections int) *Tally {
	return &Tally{want: want, ends: int64(connections), done: make(chan struct{})}
}

// Event is called by an observer for each event.
func (t *Tally) Event() {
	if t.seen.Add(1) >= t.want && t.over.Load() >= t.ends {
		t.finish()
	}
}

// Sentinel is called for the event that ends the flood. Libraries with a goroutine for each call may then be late with
// others.
func (t *Tally) Sentinel() {
	if t.over.Add(1) >= t.ends && t.seen.Load() >= t.want {
		t.finish()
	}
}

func (t *Tally) finish() { t.once.Do(func() { close(t.done) }) }

// Fault notes what could not be read.
func (t *Tally) Fault(what string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.faults) < 10 {
		t.faults = append(t.faults, what)
	}
}

func (t *Tally) faulty() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.faults
}
