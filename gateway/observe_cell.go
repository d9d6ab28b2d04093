package gateway

import (
	"reflect"
	"slices"
	"sync/atomic"

	"github.com/chorus-go/chorus/internal/effect"
	"github.com/chorus-go/chorus/types"
)

// observed is a cell of any type. Its methods are called with the observatory's lock.
type observed interface {
	about() effect.Key // with the scope as far as it is known
	carry(t *revision, e *effect.Effect)
	remove(t *revision)
	settle(t *revision)
	end(t *revision)
}

// box has the value of an entity.
type box[T any] struct{ now atomic.Pointer[T] }

// cell is an entity that is observed.
type cell[T any] struct {
	box[T]

	key      effect.Key
	holders  int
	inside   *contents // of a guild
	watchers []*watcher[T]

	by   *revision // the last one that changes it, which makes it next
	next *T
}

// entityOf returns the cell of an entity, which is a new one unless it is observed already, and what is to be told of
// it. o.mu is held.
func entityOf[T any](
	o *observatory, key effect.Key, value *T, inside *types.GatewayGuild,
) (*cell[T], *revision, error) {
	t := &revision{o: o}
	if err := o.admits(key); err != nil {
		return nil, t, err
	}
	if c, ok := o.cells[plain(key)].(*cell[T]); ok {
		if c.key.Scope == 0 {
			c.key.Scope = key.Scope
		}
		if c.now.Load() == nil {
			c.put(t, value)
			t.settle()
		}
		return c, t, nil
	}
	c := &cell[T]{key: key}
	c.now.Store(value)
	part, guild := o.child(key)
	if known, ok := part.(*T); ok {
		c.now.Store(known)
		c.key.Scope = guild
	}
	if whole, ok := any(value).(*types.Guild); ok {
		c.inside = newContents(whole, inside)
		o.guilds[key.ID] = c.inside
	}
	o.keep(key, c)
	return c, t, nil
}

func (c *cell[T]) about() effect.Key { return c.key }

// value returns what the entity is, within an event that is being carried out.
func (c *cell[T]) value(t *revision) *T {
	if c.by == t {
		return c.next
	}
	return c.now.Load()
}

func (c *cell[T]) put(t *revision, v *T) {
	if c.by != t {
		c.by = t
		t.touched = append(t.touched, c)
	}
	c.next = v
}

func (c *cell[T]) remove(t *revision) {
	if c.value(t) != nil {
		c.put(t, nil)
	}
}

func (c *cell[T]) carry(t *revision, e *effect.Effect) {
	old := c.value(t)
	next := effect.Next(e, old)
	if next == old {
		return
	}
	if e.Op == effect.Set && next != nil {
		if e.Key.Scope != 0 {
			c.key.Scope = e.Key.Scope
		}
		// As a part of the event it would keep the whole of it.
		v := *next
		next = &v
	}
	c.put(t, next)
}

// settle makes the entity what the event makes it.
func (c *cell[T]) settle(t *revision) {
	before, after := c.now.Load(), c.next
	c.by, c.next = nil, nil
	if reflect.DeepEqual(before, after) {
		return
	}
	c.now.Store(after)
	for _, w := range c.watchers {
		fresh, full := w.push(before, after)
		if fresh {
			t.wake = append(t.wake, w.ready)
		}
		if full {
			t.lags = append(t.lags, lagOf(c.key, w))
		}
	}
}

// end ends all that watch the entity.
func (c *cell[T]) end(t *revision) {
	for _, w := range c.watchers {
		w.close()
		t.wake = append(t.wake, w.ready)
	}
	c.watchers = nil
}

func (c *cell[T]) drop(w *watcher[T]) { c.watchers = dropWatcher(c.watchers, w) }

func dropWatcher[T any](list []*watcher[T], w *watcher[T]) []*watcher[T] {
	i := slices.Index(list, w)
	if i < 0 {
		return list
	}
	return slices.Delete(list, i, i+1)
}
