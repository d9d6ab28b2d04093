package state

import (
	"context"
	"slices"

	"github.com/chorus-go/chorus/internal/carry"
	"github.com/chorus-go/chorus/internal/effect"
	"github.com/chorus-go/chorus/types"
)

// turn is one event on its way into the state.
type turn struct {
	state *State
	from  *source

	// changes is what was there before, in the order in which it changed. Whoever comes after the state gets it, if the
	// event is one with observers: then it is heard.
	changes []change
	heard   bool

	// marks are the entities that the event has set, from the first refresh on; nil before it.
	marks     map[effect.Key]struct{}
	refreshes []effect.Key
	anew      bool // everything was refreshed

	about  types.Snowflake // what the event is about, if it is about one thing: see subject
	user   types.User      // where the user is expanded whom a compact entity refers to
	expand expander        // to there
	effect effect.Effect   // the one that is being carried out: it lies here, as it would cost an allocation elsewhere
}

// begin makes the turn that of another event.
func (t *turn) begin(from *source, heard bool) {
	t.from, t.heard, t.marks, t.refreshes, t.anew = from, heard, nil, t.refreshes[:0], false
}

// many is from how many changes on the list itself is left, and not a copy of its size.
const many = 1024

// leave gives what was there before to those who come after the state.
func (t *turn) leave(ctx context.Context) {
	switch {
	case len(t.changes) == 0:
	case len(t.changes) < many:
		carry.Leave(ctx, t.state, slices.Clone(t.changes))
		clear(t.changes)
		t.changes = t.changes[:0]
	default:
		carry.Leave(ctx, t.state, t.changes)
		t.changes = nil
	}
}

// expandUser writes a user who is only kept compactly to the turn's own place.
func (t *turn) expandUser(e *entry[types.User]) *types.User { return e.read(&t.user, nil) }

// change is what was there before: an entity, nil if there was none, or all of a scope.
type change struct {
	key effect.Key
	old any // a pointer to the entity's entry, or to the bucket
	all bool
}

func (t *turn) changed(key effect.Key, old any) {
	if t.heard && !t.anew {
		t.changes = append(t.changes, change{key: key, old: old})
	}
}

func (t *turn) dropped(kind effect.Kind, scope types.Snowflake, bucket any) {
	if t.heard && !t.anew {
		t.changes = append(t.changes, change{key: effect.Key{Kind: kind, Scope: scope}, old: bucket, all: true})
	}
}

func (t *turn) refresh(key effect.Key) {
	if t.marks == nil {
		t.marks = map[effect.Key]struct{}{}
	}
	t.refreshes = append(t.refreshes, key)
}

func (t *turn) mark(key effect.Key) {
	if t.marks != nil {
		t.marks[key] = struct{}{}
	}
}

func (t *turn) marked(kind effect.Kind, scope, id types.Snowflake) bool {
	_, ok := t.marks[effect.Key{Kind: kind, Scope: scope, ID: id}]
	return ok
}

// emit takes one effect of the event.
func (t *turn) emit(e effect.Effect) {
	switch {
	case e.Op == effect.Refresh && e.Key.Kind == 0:
		t.anew = true
		if t.state.Len() > 0 {
			t.marks = map[effect.Key]struct{}{}
		}
	case t.state.stores.byKind[e.Key.Kind] != nil:
		t.effect = e
		t.state.stores.byKind[e.Key.Kind].carry(t, &t.effect)
	}
}

// end removes what was refreshed and not set again.
func (t *turn) end() {
	t.effect = effect.Effect{}
	if t.marks == nil {
		return
	}
	if t.anew {
		for kind := range effect.Kinds() {
			if k := t.state.stores.byKind[kind]; k != nil {
				k.sweepAll(t)
			}
		}
		return
	}
	for _, key := range t.refreshes {
		t.state.stores.byKind[key.Kind].sweep(t, key.Scope)
	}
}
