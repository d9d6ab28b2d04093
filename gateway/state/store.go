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

	// scopeOf returns the scope of an entity, for kinds whose entities have to be found by their ids alone; unique has
	// them. It is nil for the others.
	scopeOf func(*V) types.Snowflake
	unique  table[V]
}

// bucket is what is within one scope.
type bucket[V any] struct {
	table[V]

	from *source // that told of it first
}

// get returns an entity, or nil.
func (s *store[V]) get(scope, id types.Snowflake) *V {
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
	return s.unique.get(id)
}

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
			if !yield(v) {
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
		if b := s.scopes.get(scope); b != nil {
			for id, old := range b.all() {
				if next := effect.Next(e, old); next != old {
					s.put(t, scope, id, next)
				}
			}
		}
		return
	}
	if s.scopeOf != nil && scope == 0 && e.Op != effect.Set {
		if known := s.unique.get(id); known != nil {
			scope = s.scopeOf(known)
		}
	}
	old := s.get(scope, id)
	next := effect.Next(e, old)
	if next != nil {
		key := effect.Key{Kind: s.kind, Scope: scope, ID: id}
		if e.Op == effect.Set || e.Op == effect.Upsert {
			if !t.state.admits(s.kind, s.policy, scope, id) {
				return
			}
			t.mark(key)
		}
		next, _ = t.state.settle(key, any(next), any(old), e.Op != effect.Set).(*V)
	}
	if next != old {
		s.put(t, scope, id, next)
	}
}

// put sets an entity, nil to remove it with all that is within it.
func (s *store[V]) put(t *turn, scope, id types.Snowflake, v *V) {
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
