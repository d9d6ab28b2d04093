package types

import (
	"bytes"
	"encoding/json"
	"testing"
)

func TestPeek(t *testing.T) {
	for in, want := range map[string]string{
		`{"type":2}`: `2`,
		`{ "a" : {"type":1} , "type" : "x\"}" , "b":1}`: `"x\"}"`,
		`{"a":[1,{"b":"]"},"\\"],"type":[1, 2] }`:       `[1, 2]`,
		`{"\u0074ype":null}`:                            `null`,
		`{"Type":1}`:                                    ``,
		`{}`:                                            ``,
		`[{"type":1}]`:                                  ``,
		`"type"`:                                        ``,
		``:                                              ``,
		`{"type"`:                                       ``,
		`{"a":1 "type":2}`:                              ``,
	} {
		if got := peek([]byte(in), "type"); string(got) != want {
			t.Errorf("%s: %q, want %q", in, got, want)
		}
	}
}

func TestDeeperThan(t *testing.T) {
	for in, depth := range map[string]int{`1`: 0, `"[[[["`: 0, `[]`: 1, `[[],{}]`: 2, `[["a"],["b"],["c"]]`: 2, `{"a":[{"b\"[":1}]}`: 3} {
		if deeperThan([]byte(in), depth) || depth > 0 && !deeperThan([]byte(in), depth-1) {
			t.Errorf("%s is not %d deep", in, depth)
		}
	}
}

func FuzzPeek(f *testing.F) {
	for _, in := range []string{`{"type":2}`, `{"a":{"type":[]},"type":"\""}`, `{"\u0074ype":1,"b":2}`, `{"type":1,"type":2}`, `{"a":"\`, `{"":{}}`, `[1,"2",{}]`, `[[`} {
		f.Add([]byte(in))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		got := peek(data, "type")
		deeperThan(data, 3)
		visited := 0
		isArray, _ := elements(trim(data), func([]byte) error { visited++; return nil })
		if !json.Valid(data) {
			return
		}
		var array []json.RawMessage
		if json.Unmarshal(data, &array) == nil && !isNull(trim(data)) != isArray || visited != len(array) {
			t.Fatalf("%q: %d elements of an array: %v; there are %d", data, visited, isArray, len(array))
		}
		want, ok := firstValue(data, "type")
		if ok != (got != nil) || ok && !bytes.Equal(want, got) {
			t.Fatalf("%q: type is %q, want %q", data, got, want)
		}
	})
}

// firstValue is peek by way of the token reader of encoding/json.
func firstValue(data []byte, key string) (json.RawMessage, bool) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	if token, err := decoder.Token(); err != nil || token != json.Delim('{') {
		return nil, false
	}
	for decoder.More() {
		token, err := decoder.Token()
		if err != nil {
			return nil, false
		}
		var value json.RawMessage
		if decoder.Decode(&value) != nil {
			return nil, false
		}
		if token == key {
			return value, true
		}
	}
	return nil, false
}
