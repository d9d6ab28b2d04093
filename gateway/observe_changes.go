package gateway

import (
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/chorus-go/chorus/internal/effect"
	"github.com/chorus-go/chorus/observer"
)

// changesWaiting is how many changes wait for a loop over Changes.
const changesWaiting = 64

// watcher is a loop over the changes of an entity.
type watcher[T any] struct {
	ready   chan struct{}  // holds a value when something is to be looked at
	skipped *atomic.Uint64 // of the hold

	mu     sync.Mutex
	wait   []pair[T]
	muted  bool // that it is full was told, and it has not been empty since
	closed bool
}

// pair is a change.
type pair[T any] struct{ before, after *T }

func newWatcher[T any](skipped *atomic.Uint64) *watcher[T] {
	return &watcher[T]{ready: make(chan struct{}, 1), skipped: skipped}
}

// push adds a change, or merges it with the last one. fresh says that the loop is to be woken, full that it is to be
// told that changes are merged.
func (w *watcher[T]) push(before, after *T) (fresh, full bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return false, false
	}
	if len(w.wait) < changesWaiting {
		w.wait = append(w.wait, pair[T]{before, after})
		return len(w.wait) == 1, false
	}
	w.wait[changesWaiting-1].after = after
	w.skipped.Add(1)
	full = !w.muted
	w.muted = true
	return false, full
}

// next waits for the next change. It returns false when there is none any more.
func (w *watcher[T]) next() (before, after *T, ok bool) {
	for {
		w.mu.Lock()
		if len(w.wait) > 0 {
			p := w.wait[0]
			w.wait[0] = pair[T]{}
			if w.wait = w.wait[1:]; len(w.wait) == 0 {
				w.wait, w.muted = nil, false
			}
			w.mu.Unlock()
			return p.before, p.after, true
		}
		closed := w.closed
		w.mu.Unlock()
		if closed {
			return nil, nil, false
		}
		<-w.ready
	}
}

func (w *watcher[T]) close() {
	w.mu.Lock()
	w.closed = true
	w.mu.Unlock()
}

func (w *watcher[T]) wake() { notify(w.ready) }

// notify puts a value into a channel that holds one, unless there is one.
func notify(ready chan struct{}) {
	select {
	case ready <- struct{}{}:
	default:
	}
}

// lagOf says that a loop over the changes of an entity is too slow.
func lagOf[T any](key effect.Key, w *watcher[T]) observer.Lag {
	name := fmt.Sprintf("changes of %v %v", key.Kind, key.ID)
	return observer.Lag{Queue: name, Events: changesWaiting, Dropped: w.skipped.Load()}
}
