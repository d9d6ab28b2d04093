package types_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"testing"

	gojson "github.com/goccy/go-json"

	"github.com/chorus-go/chorus/types"
)

// codec is one of the two JSON implementations that every brick must mean the same to.
type codec struct {
	name      string
	unmarshal func([]byte, any) error
	marshal   func(any) ([]byte, error)
}

func codecs() []codec {
	return []codec{
		{"encoding/json", json.Unmarshal, func(v any) ([]byte, error) {
			var b bytes.Buffer
			e := json.NewEncoder(&b)
			e.SetEscapeHTML(false)
			err := e.Encode(v)
			return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
		}},
		{"go-json", func(b []byte, v any) error { return gojson.Unmarshal(b, v) }, func(v any) ([]byte, error) {
			return gojson.MarshalWithOption(v, gojson.DisableHTMLEscape())
		}},
	}
}

// placed holds a brick in every place that a decoder treats in its own way.
type placed[T any] struct {
	Value   T            `json:"value"`
	Pointer *T           `json:"pointer"`
	List    []T          `json:"list"`
	Map     map[string]T `json:"map"`
	Nested  struct {
		Value T `json:"value"`
	} `json:"nested"`
	After string `json:"after"`
}

func place(in string) []byte {
	return []byte(`{"value":` + in + `,"pointer":` + in + `,"list":[` + in + `, ` + in + ` ],"map":{"k":` + in +
		`},"nested":{"value" : ` + in + ` },"after":"end"}`)
}

// reads checks that both decoders read in as want, wherever it stands, and that the input is not kept.
func reads[T any](t *testing.T, in string, want T) {
	t.Helper()
	for _, c := range codecs() {
		var got T
		data := []byte(in)
		if err := c.unmarshal(data, &got); err != nil {
			t.Errorf("%s: %s: %v", c.name, in, err)
			continue
		}
		for i := range data {
			data[i] = '#'
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %s: got %#v, want %#v", c.name, in, got, want)
		}
		var all placed[T]
		if err := c.unmarshal(place(in), &all); err != nil {
			t.Errorf("%s: placed %s: %v", c.name, in, err)
			continue
		}
		expected := placed[T]{Value: want, Pointer: &want, List: []T{want, want}, Map: map[string]T{"k": want}, After: "end"}
		expected.Nested.Value = want
		if in == "null" {
			expected.Pointer = nil
		}
		if !reflect.DeepEqual(all, expected) {
			t.Errorf("%s: placed %s: got %+v, want %+v", c.name, in, all, expected)
		}
	}
}

// refuses checks that both decoders give a *ValueError and leave the value as it was.
func refuses[T any](t *testing.T, in string, before T) {
	t.Helper()
	for _, c := range codecs() {
		got := before
		err := c.unmarshal([]byte(in), &got)
		var valueError *types.ValueError
		if !errors.As(err, &valueError) {
			t.Errorf("%s: %s: got %#v and error %v, want a ValueError", c.name, in, got, err)
			continue
		}
		if !reflect.DeepEqual(got, before) {
			t.Errorf("%s: %s: the error changed the value to %#v", c.name, in, got)
		}
	}
}

// writes checks that both encoders write v as want, also inside of a struct.
func writes[T any](t *testing.T, v T, want string) {
	t.Helper()
	for _, c := range codecs() {
		got, err := c.marshal(v)
		if err != nil || string(got) != want {
			t.Errorf("%s: %#v is written as %s (%v), want %s", c.name, v, got, err, want)
		}
		got, err = c.marshal(struct {
			Value T   `json:"value"`
			List  []T `json:"list"`
		}{v, []T{v}})
		if expected := `{"value":` + want + `,"list":[` + want + `]}`; err != nil || string(got) != expected {
			t.Errorf("%s: %#v is written as %s (%v), want %s", c.name, v, got, err, expected)
		}
	}
}

// omits checks that omitzero leaves v out exactly if omitted is true.
func omits[T any](t *testing.T, v T, omitted bool) {
	t.Helper()
	for _, c := range codecs() {
		got, err := c.marshal(struct {
			Value T `json:"value,omitzero"`
		}{v})
		if err != nil || (string(got) == "{}") != omitted {
			t.Errorf("%s: %#v with omitzero is written as %s (%v)", c.name, v, got, err)
		}
	}
}
