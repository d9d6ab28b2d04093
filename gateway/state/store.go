package state

import (
	"sync/atomic"

	"github.com/chorus-go/chorus/internal/effect"
	"github.com/chorus-go/chorus/types"
)

// store keeps the entities of one kind, by scope and id. Its nil pointer keeps nothing.
type store[V any] struct {
	kind   effect.Kind
	policy Policy
	scopes table[bucket[V]]
	total  atomic.Int64

	// settle returns the entry of what an entity is kept as, of which old is the entry before: nil if it is not to be
	// there, old if nothing changes. fresh says that next was made for the state. It is nil for kinds that are kept
	// as they come.
	settle func(key effect.Key, next *V, old *entry[V], fresh bool) *entry[V]

	// mentions returns the ids to which an entity refers, for events that change all who refer to something. It is nil
	// for kinds of which there are few.
	mentions func(e *entry[V]) mentions

	scratch V // where a compact entity is expanded for the effect that is carried out

	// scopeOf returns the scope of an entity, for kinds whose entities have to be found by their ids alone; unique has
	// them. It is nil for the others.
	scopeOf func(*V) types.Snowflake
	unique  table[entry[V]]
}

// bucket is what is within one scope.
type bucket[V any] struct {
	table[entry[V]]

	from      *source   // that told of it first
	mentioned mentioned // to which ids its entities have ever referred, or more
}

// get returns an entity, or nil.
func (s *store[V]) get(scope, id types.Snowflake) *V { return s.entry(scope, id).value() }

// entry returns the entry of an entity, or nil.
func (s *store[V]) entry(scope, id types.Snowflake) *entry[V] {
	if s == nil {
		return nil
	}
	if b := s.scopes.get(scope); b != nil {
		return b.get(id)
	}
	return nil
}

// find returns an entity of a unique kind by its id alone, or nil.
func (s *store[V]) find(id types.Snowflake) *V {
	if s == nil {
		return nil
	}
	v := s.unique.get(id).value()
	if v != nil && s.policy.latest > 0 {
		_ = s.entry(s.scopeOf(v), id) // It is there that it is noted who is looked up.
	}
	return v
}

// has says whether there is an entity of a unique kind.
func (s *store[V]) has(id types.Snowflake) bool { return s.unique.get(id) != nil }

// each yields the entities of a scope.
func (s *store[V]) each(scope types.Snowflake) func(func(*V) bool) {
	return func(yield func(*V) bool) {
		if s == nil {
			return
		}
		b := s.scopes.get(scope)
		if b == nil {
			return
		}
		for _, v := range b.all() {
			if !yield(v.peek()) {
				return
			}
		}
	}
}

func (s *store[V]) count() int { return int(s.total.Load()) }

func (s *store[V]) carry(t *turn, e *effect.Effect) {
	scope, id := e.Key.Scope, e.Key.ID
	if e.Op == effect.Refresh {
		if b := s.scopes.get(scope); b != nil && b.live > 0 {
			t.refresh(e.Key)
		}
		return
	}
	if e.All {
		if b := s.scopes.get(scope); b != nil && (s.mentions == nil || b.mentioned.may(t.about)) {
			for id, old := range b.all() {
				if s.passes(old, t.about) {
					continue
				}
				known := old.read(&s.scratch, t.expand)
				if next := effect.Next(e, known); next != known {
					s.put(t, scope, id, s.hold(effect.Key{Kind: s.kind, Scope: scope, ID: id}, next, old, true))
				}
			}
		}
		return
	}
	if s.scopeOf != nil && scope == 0 && e.Op != effect.Set {
		if known := s.unique.get(id); known != nil {
			scope = s.scopeOf(known.read(&s.scratch, t.expand))
		}
	}
	s.change(t, e, effect.Key{Kind: s.kind, Scope: scope, ID: id})
}

// passes says whether what an event is about cannot matter to an entity.
func (s *store[V]) passes(e *entry[V], about types.Snowflake) bool {
	return s.mentions != nil && about != 0 && !s.mentions(e).has(about)
}

// change carries an effect out on one entity.
func (s *store[V]) change(t *turn, e *effect.Effect, key effect.Key) {
	old := s.entry(key.Scope, key.ID)
	var known *V
	if e.Op == effect.Patch || e.Op == effect.Upsert {
		known = old.read(&s.scratch, t.expand)
	}
	next := effect.Next(e, known)
	if next != nil && (e.Op == effect.Set || e.Op == effect.Upsert) {
		if !t.state.admits(s.kind, s.policy, key.Scope, key.ID) {
			return
		}
		t.mark(key)
	}
	if known != nil && next == known {
		return
	}
	if held := s.hold(key, next, old, e.Op != effect.Set); held != old {
		s.put(t, key.Scope, key.ID, held)
	}
}

// hold returns the entry of what an entity is kept as.
func (s *store[V]) hold(key effect.Key, next *V, old *entry[V], fresh bool) *entry[V] {
	switch {
	case next == nil:
		return nil
	case s.settle != nil:
		return s.settle(key, next, old, fresh)
	case old != nil && old.full.Load() == next:
		return old
	}
	return whole(next)
}

// put sets an entity, nil to remove it with all that is within it.
func (s *store[V]) put(t *turn, scope, id types.Snowflake, v *entry[V]) {
	b := s.scopes.get(scope)
	if b == nil {
		if v == nil {
			return
		}
		b = &bucket[V]{from: t.from}
		s.scopes.put(scope, b, false)
	}
	limit := s.policy.latest
	if limit > 0 && v != nil && b.live >= limit && b.table.get(id) == nil {
		s.put(t, scope, b.oldest(), nil)
		if b = s.scopes.get(scope); b == nil {
			b = &bucket[V]{from: t.from}
			s.scopes.put(scope, b, false)
		}
	}
	if s.mentions != nil && v != nil {
		if b.mentioned == nil {
			b.mentioned = mentioned{}
		}
		b.mentioned.add(s.mentions(v))
	}
	old := b.put(id, v, limit > 0)
	if s.scopeOf != nil {
		s.unique.put(id, v, false)
	}
	switch {
	case old == nil && v != nil:
		s.total.Add(1)
	case old != nil && v == nil:
		s.total.Add(-1)
		if b.live == 0 {
			s.scopes.put(scope, nil, false)
		}
	}
	t.changed(effect.Key{Kind: s.kind, Scope: scope, ID: id}, old)
	if old != nil && v == nil {
		t.state.gone(t, s.kind, id)
	}
}

func (s *store[V]) drop(t *turn, scope types.Snowflake) {
	b := s.scopes.get(scope)
	if b == nil {
		return
	}
	s.scopes.put(scope, nil, false)
	s.total.Add(-int64(b.live))
	t.dropped(s.kind, scope, b)
	if s.scopeOf == nil && !t.state.holds(s.kind) {
		return
	}
	for id := range b.all() {
		if s.scopeOf != nil {
			s.unique.put(id, nil, false)
		}
		t.state.gone(t, s.kind, id)
	}
}

func (s *store[V]) sweep(t *turn, scope types.Snowflake) {
	b := s.scopes.get(scope)
	if b == nil {
		return
	}
	for id := range b.all() {
		if t.state.sweeps(t, s.kind, scope, id) {
			s.put(t, scope, id, nil)
		}
	}
}

func (s *store[V]) sweepAll(t *turn) {
	for scope, b := range s.scopes.all() {
		if scope == 0 || b.from == t.from {
			s.sweep(t, scope)
		}
	}
}
