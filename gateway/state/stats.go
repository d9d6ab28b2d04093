package state

import (
	"reflect"
	"unsafe"

	"github.com/chorus-go/chorus/internal/effect"
)

// Usage is how much of one kind is kept.
type Usage struct {
	// Entries is how many entities there are.
	Entries int
	// Bytes is about how much memory they take, with what they refer to and with the tables that find them. What
	// several refer to counts once, for the kind that comes first; what a decoded event pins besides does not count.
	Bytes int64
}

// Stats is how much a state keeps, by the name of the kind, such as Member. Kinds that are off are missing.
type Stats map[string]Usage

// Total returns the sum of all kinds.
func (s Stats) Total() Usage {
	var total Usage
	for _, u := range s {
		total.Entries += u.Entries
		total.Bytes += u.Bytes
	}
	return total
}

// Len returns how many entities are kept. It costs next to nothing.
func (s *State) Len() int {
	var n int
	for _, k := range s.stores.byKind {
		if k != nil {
			n += k.count()
		}
	}
	return n
}

// Stats measures what is kept. It looks at every entity, which takes about a second for a million of them; readers and
// events go on meanwhile.
func (s *State) Stats() Stats {
	stats := Stats{}
	m := &meter{seen: map[unsafe.Pointer]struct{}{}}
	for kind := range effect.Kinds() {
		if k := s.stores.byKind[kind]; k != nil {
			stats[kind.String()] = k.measure(m)
		}
	}
	return stats
}

func (s *store[V]) measure(m *meter) Usage {
	var u Usage
	u.Bytes += s.scopes.size() + s.unique.size()
	for _, b := range s.scopes.all() {
		u.Bytes += int64(unsafe.Sizeof(*b)) + b.size()
		for _, v := range b.all() {
			u.Entries++
			u.Bytes += kept(m, v)
		}
	}
	return u
}

// kept returns how much memory an entry takes, with what it has of the entity.
func kept[V any](m *meter, e *entry[V]) int64 {
	n := int64(unsafe.Sizeof(*e)) + m.pointed(reflect.ValueOf(e.full.Load()))
	if e.compact != nil {
		n += m.pointed(reflect.ValueOf(e.compact))
	}
	m.first(unsafe.Pointer(e))
	return n
}

// size returns how much memory the slots take.
func (t *table[V]) size() int64 {
	s := t.slots.Load()
	if s == nil {
		return 0
	}
	return int64(len(s.ids))*16 + int64(len(s.used))*4 + int64(unsafe.Sizeof(*s))
}

// meter measures values, what several refer to once.
type meter struct{ seen map[unsafe.Pointer]struct{} }

// pointed returns the size of what a pointer points to.
func (m *meter) pointed(p reflect.Value) int64 {
	if p.IsNil() || !m.first(p.UnsafePointer()) {
		return 0
	}
	return int64(p.Type().Elem().Size()) + m.within(p.Elem())
}

func (m *meter) first(p unsafe.Pointer) bool {
	if _, seen := m.seen[p]; seen {
		return false
	}
	m.seen[p] = struct{}{}
	return true
}

// within returns the size of what a value refers to.
func (m *meter) within(v reflect.Value) int64 {
	var n int64
	switch v.Kind() {
	case reflect.Pointer:
		return m.pointed(v)
	case reflect.String:
		if v.Len() == 0 || !m.first(unsafe.Pointer(unsafe.StringData(v.String()))) {
			return 0
		}
		return int64(v.Len())
	case reflect.Slice:
		if v.IsNil() || v.Cap() == 0 || !m.first(v.UnsafePointer()) {
			return 0
		}
		n = int64(v.Cap()) * int64(v.Type().Elem().Size())
		fallthrough
	case reflect.Array:
		if !refers(v.Type().Elem()) {
			return n
		}
		for i := range v.Len() {
			n += m.within(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			n += m.within(v.Field(i))
		}
	case reflect.Map:
		entry := int64(v.Type().Key().Size() + v.Type().Elem().Size() + 1)
		for it := v.MapRange(); it.Next(); {
			n += entry + m.within(it.Key()) + m.within(it.Value())
		}
	case reflect.Interface:
		switch {
		case v.IsNil():
		case v.Elem().Kind() == reflect.Pointer:
			n = m.pointed(v.Elem())
		default:
			n = int64(v.Elem().Type().Size()) + m.within(v.Elem())
		}
	}
	return n
}

// refers says whether values of a type may refer to anything.
func refers(t reflect.Type) bool { return t.Kind() >= reflect.Array || t.Kind() == reflect.String }
