package main

import (
	stdjson "encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/chorus-go/chorus/internal/json"
	"github.com/chorus-go/chorus/internal/protocol"
)

// sampler makes payloads as the documentation describes them.
type sampler struct {
	table *protocol.Table
	// full has every field, else there are only those that must be there, and null where it may be.
	full bool
}

// object writes an object with its fields; below a few levels it is empty.
func (s *sampler) object(name string, depth int) string {
	object := s.table.Object(name)
	if object.Discriminator != "" {
		return `{"type":2,"style":1,"custom_id":"c"}`
	}
	if depth > 2 {
		return "{}"
	}
	fields := slices.Clone(object.Fields)
	if object.Embed != "" {
		fields = append(slices.Clone(s.table.Object(object.Embed).Fields), fields...)
	}
	return s.fields(fields, depth)
}

func (s *sampler) fields(fields []protocol.Field, depth int) string {
	var pairs []string
	seen := map[string]bool{}
	for _, field := range fields {
		if seen[field.Name] || field.Optional && !s.full {
			continue
		}
		seen[field.Name] = true
		value := "null"
		if s.full || !field.Nullable {
			value = s.value(field.Type, depth)
		}
		pairs = append(pairs, fmt.Sprintf("%q:%s", field.Name, value))
	}
	return "{" + strings.Join(pairs, ",") + "}"
}

func (s *sampler) value(t protocol.Type, depth int) string {
	switch t.Name {
	case "snowflake", "string", "unix_ms_string":
		return `"1573868328970205030"`
	case "integer":
		return "7"
	case "number":
		return "1.5"
	case "boolean":
		return "true"
	case "timestamp":
		return `"2026-11-22T01:10:50.686000+00:00"`
	case "date":
		return `"2026-11-22"`
	case "unix_ms":
		return "1795396250686"
	case "unix_s":
		return "1795396250"
	case "null":
		return "null"
	case "any", "object":
		return `{"some":["thing"]}`
	case "array":
		return "[" + s.value(t.Args[0], depth) + "]"
	case "tuple":
		return "[" + s.value(t.Args[0], depth) + "," + s.value(t.Args[1], depth) + "]"
	case "map":
		return `{"7":` + s.value(t.Args[1], depth) + "}"
	case "versioned_or_array":
		return `{"entries":[` + s.value(t.Args[0], depth) + `],"partial":true,"version":3}`
	case "|":
		return s.value(t.Args[0], depth)
	}
	return s.object(t.Name, depth+1)
}

// payload writes the payload of an event.
func (s *sampler) payload(p *protocol.Payload) string {
	switch p.Kind {
	case protocol.KindRef:
		return s.object(p.Ref, 0)
	case protocol.KindEmbed:
		return s.fields(append(slices.Clone(s.table.Object(p.Ref).Fields), p.Fields...), 0)
	case protocol.KindUnion:
		return s.object(p.Refs[0], 0)
	case protocol.KindArray:
		return "[" + s.object(p.Ref, 0) + "]"
	case protocol.KindAlias:
		return s.payload(&s.table.Event(p.Of).Payload)
	case protocol.KindNull:
		return "null"
	case protocol.KindAny:
		return `[{"any":"thing"},1]`
	}
	return s.fields(p.Fields, 0)
}

// TestDocumentedPayloadsDecode decodes every event with all fields of the documentation, and with as few as may be, and
// looks for each of the fields when it is encoded again.
func TestDocumentedPayloadsDecode(t *testing.T) {
	for _, full := range []bool{true, false} {
		s := &sampler{table: loaded(t), full: full}
		for i := range s.table.Events {
			event := &s.table.Events[i]
			text := s.payload(&event.Payload)
			value, standard := reflect.New(eventTypes[event.Name]), reflect.New(eventTypes[event.Name])
			if err := json.Unmarshal([]byte(text), value.Interface()); err != nil {
				t.Errorf("%s, full %t: %v in %s", event.Name, full, err, text)
				continue
			}
			if err := stdjson.Unmarshal([]byte(text), standard.Interface()); err != nil {
				t.Errorf("%s with encoding/json, full %t: %v", event.Name, full, err)
			}
			if !reflect.DeepEqual(value.Interface(), standard.Interface()) {
				t.Errorf("%s, full %t: the two decoders differ", event.Name, full)
			}
			encoded, err := json.Marshal(value.Interface())
			if err != nil {
				t.Errorf("%s, full %t: %v", event.Name, full, err)
				continue
			}
			if full {
				compareKeys(t, event.Name, parsed(t, []byte(text)), parsed(t, encoded))
			}
		}
	}
}

// TestDocumentedPayloadsAreSent does the same for what is sent with the other opcodes.
func TestDocumentedPayloadsAreSent(t *testing.T) {
	s := &sampler{table: loaded(t), full: true}
	for i := range s.table.Sent {
		payload := &s.table.Sent[i]
		where := fmt.Sprintf("op %d", payload.Op)
		text := s.sent(payload)
		value := reflect.New(sentTypes[where])
		if err := json.Unmarshal([]byte(text), value.Interface()); err != nil {
			t.Errorf("%s: %v in %s", where, err, text)
			continue
		}
		encoded, err := json.Marshal(value.Interface())
		if err != nil {
			t.Errorf("%s: %v", where, err)
			continue
		}
		compareKeys(t, where, parsed(t, []byte(text)), parsed(t, encoded))
	}
}

// sent writes the payload of an opcode. Where one or several ids may stand it writes one.
func (s *sampler) sent(p *protocol.Payload) string {
	switch p.Kind {
	case protocol.KindRef:
		return s.object(p.Ref, 0)
	case protocol.KindArray:
		return `["1","2"]`
	case protocol.KindObjects:
		return "[" + s.fields(p.Fields, 0) + "]"
	}
	fields := slices.Clone(p.Fields)
	if p.Embed != "" {
		fields = append(fields, s.table.Object(p.Embed).Fields...)
	}
	return s.fields(fields, 0)
}

// compareKeys reports the keys that got lost on the way from before to after.
func compareKeys(t *testing.T, path string, before, after any) {
	t.Helper()
	switch before := before.(type) {
	case map[string]any:
		object, _ := after.(map[string]any)
		for key, value := range before {
			got, found := object[key]
			if !found {
				t.Errorf("%s.%s is lost", path, key)
				continue
			}
			compareKeys(t, path+"."+key, value, got)
		}
	case []any:
		array, _ := after.([]any)
		if len(array) != len(before) {
			t.Errorf("%s has %d elements, not %d", path, len(array), len(before))
			return
		}
		for i := range before {
			compareKeys(t, path+"[]", before[i], array[i])
		}
	}
}

func parsed(t *testing.T, text []byte) any {
	t.Helper()
	var value any
	if err := stdjson.Unmarshal(text, &value); err != nil {
		t.Fatal(err)
	}
	return value
}

// TestEveryEventTakesLittle decodes what is hardly there: a server may leave out everything.
func TestEveryEventTakesLittle(t *testing.T) {
	for name, typ := range eventTypes {
		little := []string{"null", "{}"}
		if typ.Kind() == reflect.Slice {
			little = []string{"null", "[]"}
		}
		for _, text := range little {
			if err := json.Unmarshal([]byte(text), reflect.New(typ).Interface()); err != nil {
				t.Errorf("%s: %s: %v", name, text, err)
			}
		}
	}
}
