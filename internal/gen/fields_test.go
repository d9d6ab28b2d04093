package main

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/chorus-go/chorus/internal/protocol"
)

// TestTypesHaveEveryField walks the tables and looks for a field in package types for every field of every object,
// event and sent payload.
func TestTypesHaveEveryField(t *testing.T) {
	table := loaded(t)
	checked := 0
	check := func(where string, typ reflect.Type, fields []protocol.Field) {
		has := jsonFields(typ)
		for _, field := range fields {
			checked++
			if has[field.Name] == nil {
				t.Errorf("%s has no field for %s.%s", typ, where, field.Name)
			}
		}
	}
	for i := range table.Objects {
		object := &table.Objects[i]
		if object.Discriminator != "" {
			continue
		}
		typ := objectTypes[object.Name]
		if typ == nil {
			t.Errorf("object %s has no type", object.Name)
			continue
		}
		check(object.Name, typ, object.Fields)
		if object.Embed != "" {
			check(object.Name, typ, table.Object(object.Embed).Fields)
		}
	}
	for i := range table.Events {
		event := &table.Events[i]
		typ := eventTypes[event.Name]
		if typ == nil {
			t.Errorf("event %s has no type", event.Name)
			continue
		}
		checkPayload(table, event.Name, typ, &event.Payload, check)
	}
	for i := range table.Sent {
		where := fmt.Sprintf("op %d", table.Sent[i].Op)
		checkPayload(table, where, sentTypes[where], &table.Sent[i], check)
	}
	if checked < 3000 {
		t.Errorf("only %d fields were checked", checked)
	}
}

// checkPayload checks the fields that a payload has itself, and those of the objects that it is or embeds.
func checkPayload(table *protocol.Table, where string, typ reflect.Type, payload *protocol.Payload,
	check func(string, reflect.Type, []protocol.Field)) {
	if typ.Kind() == reflect.Slice {
		typ = typ.Elem()
	}
	check(where, typ, payload.Fields)
	objects := append([]string{payload.Ref, payload.Embed}, payload.Refs...)
	if payload.Kind == protocol.KindAlias {
		objects = append(objects, table.Event(payload.Of).Payload.Ref)
		check(where, typ, table.Event(payload.Of).Payload.Fields)
	}
	for _, name := range objects {
		if object := table.Object(name); object != nil {
			check(where, typ, object.Fields)
		}
	}
}

// jsonFields returns the fields of a structure by their keys, with those of what it embeds.
func jsonFields(typ reflect.Type) map[string]reflect.Type {
	fields := map[string]reflect.Type{}
	if typ.Kind() != reflect.Struct {
		return fields
	}
	for _, field := range reflect.VisibleFields(typ) {
		if key, _, _ := strings.Cut(field.Tag.Get("json"), ","); key != "" {
			fields[key] = field.Type
		}
	}
	return fields
}

// TestEmbeddedTypesDecodeAsFields makes sure that no embedded type brings methods by which its fields alone would be
// decoded or encoded, and that no key stands in a structure twice.
func TestEmbeddedTypesDecodeAsFields(t *testing.T) {
	for _, types := range []map[string]reflect.Type{objectTypes, eventTypes, sentTypes} {
		for name, typ := range types {
			if typ.Kind() != reflect.Struct {
				continue
			}
			seen := map[string]bool{}
			for _, field := range reflect.VisibleFields(typ) {
				if field.Anonymous && field.Type.Kind() == reflect.Struct {
					checkPlain(t, name, field.Type)
				}
				key, _, _ := strings.Cut(field.Tag.Get("json"), ",")
				if key != "" && seen[key] {
					t.Errorf("%s has %s twice", name, key)
				}
				seen[key] = true
			}
		}
	}
}

func checkPlain(t *testing.T, name string, typ reflect.Type) {
	t.Helper()
	for _, method := range []reflect.Type{
		reflect.TypeFor[json.Unmarshaler](), reflect.TypeFor[json.Marshaler](),
	} {
		if reflect.PointerTo(typ).Implements(method) {
			t.Errorf("%s embeds %s, which is a %s", name, typ, method)
		}
	}
}

// TestTypesAreOfSaneSize guards against a structure that holds large ones by value.
func TestTypesAreOfSaneSize(t *testing.T) {
	const limit = 6 << 10
	for _, types := range []map[string]reflect.Type{objectTypes, eventTypes, sentTypes} {
		for name, typ := range types {
			if typ.Size() > limit {
				t.Errorf("%s has %d bytes", name, typ.Size())
			}
		}
	}
}
