package main

import (
	"fmt"
	"reflect"
	"testing"

	"github.com/chorus-go/chorus/internal/json"
	"github.com/chorus-go/chorus/internal/protocol"
)

// TestOptionalObjects looks at the objects in partial updates: what may be missing in the whole object is a pointer, so
// that the update is small without it, and what always comes there stands in the update itself.
func TestOptionalObjects(t *testing.T) {
	pointers, values := 0, 0
	s := newSampler(modelled(t), true, false)
	for _, a := range applyings(t) {
		for _, f := range a.members {
			typ := jsonFields(a.source)[f.Name]
			if a.update.Kind != protocol.UpdatePartial || !f.Type.IsObject() || !isOptional(typ) {
				continue
			}
			held, missing := typ.Field(0).Type, s.optional(f) || f.Nullable
			switch {
			case held.Kind() == reflect.Pointer:
				pointers++
			case held.Kind() == reflect.Struct:
				values++
			}
			if missing != (held.Kind() == reflect.Pointer) {
				t.Errorf("%s.%s holds a %s", a.source, f.Name, held)
			}
		}
	}
	if pointers < 40 || values == 0 {
		t.Errorf("only %d objects are pointers, and %d values", pointers, values)
	}
}

// TestOptionalNulls decodes null in each field of each partial update with all decoders: it is null, and no value.
func TestOptionalNulls(t *testing.T) {
	tried := 0
	check := func(value any, name, key string) {
		t.Helper()
		tried++
		field := entityField(reflect.ValueOf(value), key)
		if !field.MethodByName("IsNull").Call(nil)[0].Bool() {
			t.Errorf("%s.%s is not null: %+v", name, key, field)
		}
	}
	for _, a := range applyings(t) {
		for key, typ := range jsonFields(a.source) {
			if a.update.Kind != protocol.UpdatePartial || !isOptional(typ) {
				continue
			}
			text := fmt.Appendf(nil, "{%q:null}", key)
			value := reflect.New(a.source).Interface()
			if err := json.Unmarshal(text, value); err != nil {
				t.Fatal(err)
			}
			check(value, a.source.Name(), key)
			if decode := eventDecoders[a.update.Event]; decode != nil {
				value, err := decode(text)
				if err != nil {
					t.Fatal(err)
				}
				check(value, a.update.Event, key)
			}
		}
	}
	if tried < 200 {
		t.Errorf("only %d fields were tried", tried)
	}
}
