package main

import (
	"bytes"
	stdjson "encoding/json"
	"fmt"
	"math/big"
	"reflect"
	"testing"

	"github.com/chorus-go/chorus/internal/etf"
	"github.com/chorus-go/chorus/internal/json"
	"github.com/chorus-go/chorus/internal/protocol"
	"github.com/chorus-go/chorus/internal/wire"
)

func modelled(t testing.TB) *model {
	t.Helper()
	m, err := newModel(loaded(t))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestDocumentedEvents makes two payloads of each event from the tables: one with every documented field, of nested objects
// too, and one with the required ones alone. Both are decoded, encoded and decoded again, in JSON and in ETF.
func TestDocumentedEvents(t *testing.T) {
	t.Parallel()
	m := modelled(t)
	for i := range m.Events {
		event := &m.Events[i]
		t.Run(event.Name, func(t *testing.T) {
			members := join(m.payloadMembers(&event.Payload), m.members(event.Name, event.Payload.Fields))
			checkDocumented(t, m, eventTypes[event.Name], event.Name, members, func(s *sampler) sample {
				return s.payload(event.Name, &event.Payload)
			})
		})
	}
	if len(m.Events) < 244 {
		t.Errorf("only %d events", len(m.Events))
	}
}

// TestDocumentedSends does the same with what is sent with each of the other opcodes.
func TestDocumentedSends(t *testing.T) {
	t.Parallel()
	m := modelled(t)
	for i := range m.Sent {
		payload := &m.Sent[i]
		in := fmt.Sprintf("op %d", payload.Op)
		t.Run(in, func(t *testing.T) {
			members := join(m.payloadMembers(payload), m.members(in, payload.Fields))
			checkDocumented(t, m, sentTypes[in], "", members, func(s *sampler) sample { return s.payload(in, payload) })
		})
	}
}

// TestDocumentedObjects does the same with each object, so that those are read that stand only in raw JSON.
func TestDocumentedObjects(t *testing.T) {
	t.Parallel()
	m := modelled(t)
	for i := range m.Objects {
		object := &m.Objects[i]
		if object.Discriminator != "" {
			continue
		}
		t.Run(object.Name, func(t *testing.T) {
			checkDocumented(t, m, objectTypes[object.Name], "", m.flatMembers(object.Name), func(s *sampler) sample {
				return s.object("", object.Name)
			})
		})
	}
}

// checkDocumented makes the payloads and looks at each. members are the fields of the payload itself.
func checkDocumented(t *testing.T, m *model, typ reflect.Type, event string, members []member, of func(*sampler) sample) {
	t.Helper()
	for name, full := range map[string]bool{"every field": true, "required fields": false} {
		t.Run(name, func(t *testing.T) {
			s := newSampler(m, full, false)
			checkRoundTrips(t, typ, event, of(s))
			checkNative(t, typ, of(newSampler(m, full, true)))
			if full {
				checkCovered(t, s, members)
			}
		})
	}
}

// checkRoundTrips decodes, encodes and decodes again in both encodings.
func checkRoundTrips(t *testing.T, typ reflect.Type, event string, s sample) {
	t.Helper()
	first := decodedAs(t, typ, []byte(s.sent))
	standard := reflect.New(typ).Interface()
	if err := stdjson.Unmarshal([]byte(s.sent), standard); err != nil || !reflect.DeepEqual(first, standard) {
		t.Errorf("encoding/json reads something else, %v", err)
	}
	encoded := encodedAgain(t, first)
	compareLeaves(t, "d", parsed(t, []byte(s.written)), parsed(t, encoded))
	if again := decodedAs(t, typ, encoded); !reflect.DeepEqual(first, again) {
		t.Errorf("encoded and decoded again it is something else: %s", encoded)
	}
	for name, text := range map[string]string{"what was sent": s.sent, "what was encoded": string(encoded)} {
		term, err := etf.Append(nil, fmt.Appendf(nil, `{"op":0,"t":%q,"s":7,"d":%s}`, event, text))
		if err != nil {
			t.Fatalf("%s as a term: %v", name, err)
		}
		data := dataOf(t, term)
		if again := decodedAs(t, typ, data); !reflect.DeepEqual(first, again) {
			t.Errorf("%s is something else as a term: %s became %s", name, text, data)
		}
	}
}

// checkNative decodes a term as Erlang writes it, and looks for all of it in what is encoded again.
func checkNative(t *testing.T, typ reflect.Type, s sample) {
	t.Helper()
	data := dataOf(t, erlangTerm(t, `{"op":0,"t":"EVENT","s":7,"d":`+s.sent+`}`))
	encoded := encodedAgain(t, decodedAs(t, typ, data))
	compareLeaves(t, "d", parsed(t, []byte(s.written)), parsed(t, encoded))
}

// dataOf reads a term as the gateway does.
func dataOf(t *testing.T, term []byte) []byte {
	t.Helper()
	text, err := etf.AppendJSON(nil, term)
	if err != nil {
		t.Fatal(err)
	}
	envelope, err := wire.Scan(text)
	if err != nil || !envelope.HasSeq || envelope.Seq != 7 {
		t.Fatalf("%v in %s", err, text)
	}
	return envelope.Data
}

func decodedAs(t *testing.T, typ reflect.Type, text []byte) any {
	t.Helper()
	value := reflect.New(typ).Interface()
	if err := json.Unmarshal(text, value); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return value
}

func encodedAgain(t *testing.T, value any) []byte {
	t.Helper()
	encoded, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return encoded
}

// compareLeaves reports what got lost or was changed on the way, and what was made up.
func compareLeaves(t *testing.T, path string, want, got any) {
	t.Helper()
	switch want := want.(type) {
	case map[string]any:
		object, isObject := got.(map[string]any)
		if !isObject && !zeros(want) {
			t.Errorf("%s is %v, not an object", path, got)
			return
		}
		for key, value := range want {
			compareLeaves(t, path+"."+key, value, object[key])
		}
		for key, value := range object {
			if _, wanted := want[key]; !wanted && !zeros(value) {
				t.Errorf("%s.%s is made up: %v", path, key, value)
			}
		}
	case []any:
		array, _ := got.([]any)
		if len(array) != len(want) {
			t.Errorf("%s has %d elements, not %d", path, len(array), len(want))
			return
		}
		for i := range want {
			compareLeaves(t, fmt.Sprintf("%s[%d]", path, i), want[i], array[i])
		}
	default:
		if !equalLeaves(want, got) {
			t.Errorf("%s is %v, not %v", path, got, want)
		}
	}
}

// equalLeaves says whether two values that are no containers mean the same.
func equalLeaves(want, got any) bool {
	a, isNumber := want.(stdjson.Number)
	b, areNumbers := got.(stdjson.Number)
	if !isNumber || !areNumbers {
		return want == got || want == nil && zeros(got)
	}
	x, _ := new(big.Rat).SetString(a.String())
	y, _ := new(big.Rat).SetString(b.String())
	return x.Cmp(y) == 0
}

// parsed reads a text with all digits of its numbers.
func parsed(t *testing.T, text []byte) any {
	t.Helper()
	decoder := stdjson.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return value
}

// checkCovered reports a documented field, of the payload or of an object in it, that a sample with every field does not have.
func checkCovered(t *testing.T, s *sampler, members []member) {
	t.Helper()
	if len(s.empty) > 0 {
		t.Errorf("nothing is in %v", s.empty)
	}
	seen := map[string]bool{}
	for len(members) > 0 {
		f := members[0]
		members = members[1:]
		if seen[f.place()] {
			continue
		}
		seen[f.place()] = true
		if !s.covered[f.place()] {
			t.Errorf("%s is not in the sample", f.place())
		}
		for _, name := range certain(f.Type) {
			members = append(members, s.membersAt(f.place(), name)...)
		}
	}
}

// certain returns the objects in a type, without those of which only one can be there.
func certain(t protocol.Type) []string {
	if t.IsObject() {
		return []string{t.Name}
	}
	if t.Name == "|" {
		return nil
	}
	var names []string
	for _, arg := range t.Args {
		names = append(names, certain(arg)...)
	}
	return names
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
