package main

import (
	"bytes"
	stdjson "encoding/json"
	"math/rand/v2"
	"reflect"
	"testing"
	"unicode/utf8"

	"github.com/chorus-go/chorus/internal/json"
)

// decoderOf makes the decoder of an event one of any event.
func decoderOf[T any](decode func([]byte, *T) error) func([]byte) (any, error) {
	return func(data []byte) (any, error) {
		v := new(T)
		return v, decode(data, v)
	}
}

// agreeGenerated decodes a payload with the event's own decoder, and says whether that did not give up. If so it must be right: the
// decoder for everything gives the same value.
func agreeGenerated(t *testing.T, name string, text []byte) bool {
	t.Helper()
	if !utf8.Valid(text) {
		return false
	}
	input := bytes.Clone(text)
	value, err := eventDecoders[name](input)
	if err != nil {
		if err.Error() != "decode: not an ordinary payload" {
			t.Errorf("%s: %v in %s", name, err, text)
		}
		return false
	}
	if !bytes.Equal(input, text) {
		t.Errorf("%s: the input was changed: %s", name, text)
	}
	for i := range input {
		input[i] = '#'
	}
	want := reflect.New(eventTypes[name]).Interface()
	if err := json.Unmarshal(text, want); err != nil {
		t.Errorf("%s is decoded; internal/json has %v in %s", name, err, text)
		return true
	}
	if !reflect.DeepEqual(value, want) {
		t.Errorf("%s: %s; internal/json has %s in %s", name, shown(value), shown(want), text)
	}
	return true
}

// shown is a value as text.
func shown(v any) string {
	text, err := stdjson.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// TestGeneratedDecodersReadCaptures decodes every recorded event that has a decoder of its own, which must not give up.
func TestGeneratedDecodersReadCaptures(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, d := range recorded(t) {
		if eventDecoders[d.Name] == nil {
			continue
		}
		seen[d.Name] = true
		if !agreeGenerated(t, d.Name, d.Data) {
			t.Errorf("%s: the decoder gives up on %s", d.Name, d.Data)
		}
	}
	if len(seen) < 20 {
		t.Errorf("only %d kinds of events were recorded", len(seen))
	}
}

var _ = rand.New
