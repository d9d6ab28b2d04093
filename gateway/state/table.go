package state

import (
	"iter"
	"sync/atomic"

	"github.com/chorus-go/chorus/types"
)

// table holds pointers by id. Readers take no lock and never wait; writers are kept apart by their caller. The zero
// table is empty.
//
// It is a hash table with open addresses. The id of a slot never changes once it is set, so a reader that finds its id
// loads the slot's value, and one that finds an empty slot knows that there is none. A table that is full is replaced
// by a larger copy; a reader that still reads the old one sees what was there when it began.
type table[V any] struct {
	slots atomic.Pointer[slots[V]]

	// Of the writer:
	taken int // slots with an id, those whose value is gone included
	live  int // slots with a value
	hand  int // where the search for something to drop goes on
}

type slots[V any] struct {
	shift  uint8
	ids    []atomic.Uint64
	values []atomic.Pointer[V]
	used   []atomic.Uint32 // how often the hand passes before it drops a value; nil if nothing is ever dropped
}

// least is the size of the smallest table.
const least = 4

// zeroID stands for the id 0, which marks an empty slot.
const zeroID = ^uint64(0)

func hashed(id types.Snowflake) uint64 {
	if id == 0 {
		return zeroID
	}
	return uint64(id)
}

// at returns the slot of an id, or the empty one where it belongs.
func (s *slots[V]) at(id uint64) int {
	mask := len(s.ids) - 1
	for i := int(id * 0x9e3779b97f4a7c15 >> s.shift); ; i++ {
		if found := s.ids[i&mask].Load(); found == id || found == 0 {
			return i & mask
		}
	}
}

// get returns the value of an id, or nil.
func (t *table[V]) get(id types.Snowflake) *V {
	s := t.slots.Load()
	if s == nil {
		return nil
	}
	i := s.at(hashed(id))
	v := s.values[i].Load()
	if v != nil {
		s.use(i, isRead)
	}
	return v
}

// The hand passes once what is new, and twice what was read: so what is new does not go at once, and what is read all
// the time does not go for what is new.
const (
	isNew  = 1
	isRead = 2
)

// use notes that the value of a slot is new or was read.
func (s *slots[V]) use(i int, passes uint32) {
	if s.used != nil && s.used[i].Load() < passes {
		s.used[i].Store(passes)
	}
}

// all yields the entries in no order: those that are there all the time, and maybe some of those that come or go.
func (t *table[V]) all() iter.Seq2[types.Snowflake, *V] {
	return func(yield func(types.Snowflake, *V) bool) {
		s := t.slots.Load()
		if s == nil {
			return
		}
		for i := range s.ids {
			if v := s.values[i].Load(); v != nil {
				id := s.ids[i].Load()
				if id == zeroID {
					id = 0
				}
				if !yield(types.Snowflake(id), v) {
					return
				}
			}
		}
	}
}

// put sets the value of an id, nil to remove it, and returns the one before. It is for the writer. A table that is
// limited notes what is read, for oldest.
func (t *table[V]) put(id types.Snowflake, v *V, limited bool) *V {
	s := t.slots.Load()
	if s == nil {
		if v == nil {
			return nil
		}
		s = t.resize(least, limited)
	}
	key := hashed(id)
	i := s.at(key)
	if s.ids[i].Load() == 0 {
		if v == nil {
			return nil
		}
		if (t.taken+1)*4 > len(s.ids)*3 {
			size := len(s.ids)
			if (t.live+1)*2 > size {
				size *= 2
			}
			s = t.resize(size, limited)
			i = s.at(key)
		}
		s.values[i].Store(v)
		s.ids[i].Store(key)
		s.use(i, isNew)
		t.taken++
		t.live++
		return nil
	}
	old := s.values[i].Swap(v)
	switch {
	case old == nil && v != nil:
		s.use(i, isNew)
		t.live++
	case old != nil && v == nil:
		t.live--
	}
	if t.live == 0 {
		t.slots.Store(nil)
		t.taken = 0
	}
	return old
}

// resize replaces the slots by a copy of a size, which is a power of two, without those whose value is gone.
func (t *table[V]) resize(size int, limited bool) *slots[V] {
	next := &slots[V]{shift: 64, ids: make([]atomic.Uint64, size), values: make([]atomic.Pointer[V], size)}
	for n := size; n > 1; n >>= 1 {
		next.shift--
	}
	if limited {
		next.used = make([]atomic.Uint32, size)
	}
	t.taken = 0
	if old := t.slots.Load(); old != nil {
		for i := range old.ids {
			if v := old.values[i].Load(); v != nil {
				id := old.ids[i].Load()
				j := next.at(id)
				next.values[j].Store(v)
				next.ids[j].Store(id)
				if limited {
					next.used[j].Store(old.used[i].Load())
				}
				t.taken++
			}
		}
	}
	t.live, t.hand = t.taken, 0
	t.slots.Store(next)
	return next
}

// passes returns how often the hand has to pass before the value of a slot may be dropped.
func (s *slots[V]) passes(i int) uint32 {
	if s.used == nil {
		return 0
	}
	return s.used[i].Load()
}

// oldest returns an id whose value was not read for as long as the hand took to come round, which is next to the one
// that was read least recently. If readers read faster than the hand goes round, it is any. The table must not be
// empty.
func (t *table[V]) oldest() types.Snowflake {
	s := t.slots.Load()
	for left := (isRead + 1) * len(s.ids); ; left-- {
		i := t.hand & (len(s.ids) - 1)
		t.hand = i + 1
		if s.values[i].Load() == nil {
			continue
		}
		if passes := s.passes(i); passes > 0 && left > 0 {
			s.used[i].CompareAndSwap(passes, passes-1)
			continue
		}
		id := s.ids[i].Load()
		if id == zeroID {
			id = 0
		}
		return types.Snowflake(id)
	}
}
