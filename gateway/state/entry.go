package state

import (
	"sync/atomic"
	"unsafe"

	"github.com/chorus-go/chorus/types"
)

// entry is what the state keeps of one entity. It is never replaced in place: an entity that changes gets a new entry.
//
// Structures of package types have a field for whatever a server may send, and most of them are empty in what there is
// most of. So users, members, channels and presences which have nothing but the usual are kept compactly, in a third
// of the memory. Who looks one up gets the structure, which the entry has from then on: whoever looks again gets the
// same one.
type entry[V any] struct {
	full    atomic.Pointer[V] // nil until somebody looks
	compact compact[V]        // nil if there only is the structure
}

// compact is an entity of which only the usual fields are kept.
type compact[V any] interface {
	// expand makes v the entity. The user whom it refers to is what user makes of the user's entry.
	expand(v *V, user expander)
}

// expander returns the structure of an entry.
type expander = func(*entry[types.User]) *types.User

// whole returns the entry of an entity that is kept as it is.
func whole[V any](v *V) *entry[V] {
	e := &entry[V]{}
	e.full.Store(v)
	return e
}

// value returns the entity, the same one each time; nil if there is no entry.
func (e *entry[V]) value() *V {
	if e == nil {
		return nil
	}
	if v := e.full.Load(); v != nil {
		return v
	}
	v := new(V)
	e.compact.expand(v, (*entry[types.User]).value)
	if e.full.CompareAndSwap(nil, v) {
		return v
	}
	return e.full.Load()
}

// peek returns the entity as value does, but does not keep the structure.
func (e *entry[V]) peek() *V { return e.read(nil, (*entry[types.User]).peek) }

// read returns the entity. If there only is a compact one, the structure is written to scratch, a new one if that is
// nil.
func (e *entry[V]) read(scratch *V, user expander) *V {
	if e == nil {
		return nil
	}
	if v := e.full.Load(); v != nil {
		return v
	}
	if scratch == nil {
		scratch = new(V)
	}
	e.compact.expand(scratch, user)
	return scratch
}

// identical says whether two structures have the same bytes: equal numbers, and the same strings, lists and pointers.
// That structures which are not identical may be equal does no harm.
func identical[V any](a, b *V) bool {
	size := int(unsafe.Sizeof(*a))
	return unsafe.String((*byte)(unsafe.Pointer(a)), size) == unsafe.String((*byte)(unsafe.Pointer(b)), size)
}
