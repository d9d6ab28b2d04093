package gateway

import (
	"iter"
	"runtime"
	"sync/atomic"

	"github.com/chorus-go/chorus/internal/effect"
	"github.com/chorus-go/chorus/types"
)

// Shared is an entity that is kept current: see Observe. All methods are safe from any goroutine and never block; those
// of the nil pointer and of the zero Shared know of nothing.
type Shared[T Observable] struct {
	hold    *hold[T]
	cleanup runtime.Cleanup // ends the hold when the Shared is garbage
}

// Load returns the entity as it is now, nil while it is gone: deleted, or not mentioned by a new session. What is
// returned never changes and must not be changed; the next call may return another one. It takes no lock and allocates
// nothing. Once the Shared is stopped it returns what the entity was then.
func (s *Shared[T]) Load() *T {
	if s == nil || s.hold == nil {
		return nil
	}
	return s.hold.from.Load().now.Load()
}

// Changes yields what the entity was before each change, and what it is after it: one is nil if it was gone before, or
// is gone now. An event that changes it several times makes one change, and one that leaves it as it was none. The
// changes are those since Changes was called, for one loop, and the loop ends when the Shared is stopped and what was
// changed until then is yielded.
//
// A loop that takes its time delays nobody: 64 changes wait for it, and then the last of them is merged with those that
// follow, so that before is always what after was. Skipped counts them, and Events.Lag tells.
func (s *Shared[T]) Changes() iter.Seq2[*T, *T] {
	if s == nil || s.hold == nil {
		return func(func(*T, *T) bool) {}
	}
	w := s.hold.watch()
	return func(yield func(*T, *T) bool) {
		defer runtime.KeepAlive(s)
		defer s.hold.unwatch(w)
		for {
			before, after, ok := w.next()
			if !ok || !yield(before, after) {
				return
			}
		}
	}
}

// Skipped returns how many changes were merged with others, because the loop over Changes was too slow for them.
func (s *Shared[T]) Skipped() uint64 {
	if s == nil || s.hold == nil {
		return 0
	}
	return s.hold.skipped.Load()
}

// Stop ends it: the entity stays as it is, loops over Changes end, and if nobody else observes the entity nothing of it
// is kept and no subscription is left. Stopping again does nothing. A Shared that is garbage need not be stopped.
func (s *Shared[T]) Stop() {
	if s == nil || s.hold == nil {
		return
	}
	s.cleanup.Stop()
	s.hold.unbind()
	s.hold.end(true)
}

// hold is what a Shared has of its entity. Nothing refers to the Shared itself, so that it can become garbage.
type hold[T any] struct {
	o       *observatory
	unbind  func() bool // from its context
	from    atomic.Pointer[box[T]]
	inside  atomic.Pointer[contents] // of a guild, until the hold has ended
	skipped atomic.Uint64

	cell     *cell[T]      // nil once it has ended; o.mu guards it and the rest
	watchers []*watcher[T] // of this hold
}

// admit makes a hold on an entity, which is observed from then on.
func admit[T any](o *observatory, key effect.Key, value *T, inside *types.GatewayGuild) (*hold[T], error) {
	o.mu.Lock()
	c, t, err := entityOf(o, key, value, inside)
	if err != nil {
		o.mu.Unlock()
		return nil, err
	}
	h := &hold[T]{o: o, cell: c}
	h.from.Store(&c.box)
	h.inside.Store(c.inside)
	c.holders++
	o.mu.Unlock()
	t.tell()
	return h, nil
}

// end lets go of the entity; wake says whether loops may be waiting for changes.
func (h *hold[T]) end(wake bool) {
	o := h.o
	o.mu.Lock()
	c, watchers := h.cell, h.watchers
	if c == nil {
		o.mu.Unlock()
		return
	}
	last := new(box[T])
	last.now.Store(c.now.Load())
	h.from.Store(last)
	h.inside.Store(nil)
	h.cell, h.watchers = nil, nil
	for _, w := range watchers {
		c.drop(w)
		w.close()
	}
	c.holders--
	if c.holders == 0 {
		o.forget(c)
	}
	o.mu.Unlock()
	if wake {
		for _, w := range watchers {
			w.wake()
		}
	}
}

// watch makes a watcher of the entity; once the hold has ended one that is closed.
func (h *hold[T]) watch() *watcher[T] {
	h.o.mu.Lock()
	defer h.o.mu.Unlock()
	w := newWatcher[T](&h.skipped)
	if h.cell == nil || h.o.ended {
		w.close()
		return w
	}
	h.watchers = append(h.watchers, w)
	h.cell.watchers = append(h.cell.watchers, w)
	return w
}

// unwatch ends a watcher.
func (h *hold[T]) unwatch(w *watcher[T]) {
	h.o.mu.Lock()
	defer h.o.mu.Unlock()
	w.close()
	if h.cell != nil {
		h.cell.drop(w)
		h.watchers = dropWatcher(h.watchers, w)
	}
}
