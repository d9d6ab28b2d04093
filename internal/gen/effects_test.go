package main

import (
	"bytes"
	"reflect"
	"slices"
	"testing"

	"github.com/chorus-go/chorus/internal/effect"
	"github.com/chorus-go/chorus/internal/json"
)

// effectsOf returns the effects of an event.
func effectsOf(event any) (effects []effect.Effect, known bool) {
	known = effect.Of(event, func(e effect.Effect) { effects = append(effects, e) })
	return effects, known
}

// entityType returns the Go type of a kind's values.
func entityType(t *testing.T, kind effect.Kind) reflect.Type {
	t.Helper()
	row := loaded(t).Effects.Kind(kind.String())
	if typ := objectTypes[row.Entity]; typ != nil {
		return typ
	}
	return eventTypes[row.Entity]
}

// TestEveryEventHasEffectsOrNone holds what is generated against the tables, with a payload of each event that has all
// fields: which events have effects, on which kinds, of which types, and that nothing which they are made of changes.
func TestEveryEventHasEffectsOrNone(t *testing.T) {
	declared := map[string]effect.KindSet{}
	var all effect.KindSet
	for kind := range effect.Kinds() {
		all |= effect.SetOf(kind)
	}
	for source := range effect.Sources(all) {
		declared[source.Event] = source.Kinds
	}
	m := modelled(t)
	for name, typ := range eventTypes {
		events := []any{reflect.New(typ).Interface()} // one with nothing in it must do no harm
		for _, full := range []bool{false, true} {
			text := newSampler(m, full, false).payload(name, &m.Event(name).Payload).sent
			event := reflect.New(typ).Interface()
			if err := json.Unmarshal([]byte(text), event); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			events = append(events, event)
		}
		var emitted int
		for _, event := range events {
			effects, known := effectsOf(event)
			if _, want := declared[name]; known != want {
				t.Fatalf("%s has effects: %v, but in the tables %v", name, known, want)
			}
			emitted += len(effects)
			checkEffects(t, name, event, effects, declared[name])
		}
		if declared[name] != 0 && emitted == 0 {
			t.Errorf("%s has no effects", name)
		}
	}
}

// checkEffects carries effects out on entities that are known and on those that are not.
func checkEffects(t *testing.T, name string, event any, effects []effect.Effect, declared effect.KindSet) {
	t.Helper()
	before := encoded(t, event)
	for _, e := range effects {
		if e.Key.Kind == 0 {
			continue
		}
		if !declared.Has(e.Key.Kind) {
			t.Errorf("%s has an effect on a %v, which the tables do not say", name, e.Key.Kind)
		}
		typ := reflect.PointerTo(entityType(t, e.Key.Kind))
		if e.Op == effect.Set && reflect.TypeOf(e.Value) != typ {
			t.Errorf("%s sets a %v to a %T", name, e.Key.Kind, e.Value)
		}
		known := reflect.New(typ.Elem()).Interface()
		old := encoded(t, known)
		for _, next := range []any{e.Next(nil), e.Next(known)} {
			if next != nil && reflect.TypeOf(next) != typ {
				t.Errorf("%s makes a %T of a %v", name, next, e.Key.Kind)
			}
		}
		if !bytes.Equal(encoded(t, known), old) {
			t.Errorf("%s changes the %v that was there", name, e.Key.Kind)
		}
		if e.Next(nil) == nil != slices.Contains([]effect.Op{effect.Patch, effect.Delete, effect.Refresh}, e.Op) {
			t.Errorf("%s: %v of an unknown %v gives %v", name, e.Op, e.Key.Kind, e.Next(nil))
		}
	}
	if !bytes.Equal(encoded(t, event), before) {
		t.Errorf("the effects of %s change it", name)
	}
}

func encoded(t *testing.T, v any) []byte {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
