package json

import (
	"bytes"
	stdjson "encoding/json"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"
)

// values are JSON values, good and bad ones.
var values = []string{
	`null`, `true`, `false`, `0`, `-0`, `1`, `-1`, `1.0`, `1.5`, `1e2`, `1E400`, `-1e-400`, `127`, `128`, `-129`, `4294967296`,
	`9223372036854775807`, `9223372036854775808`, `18446744073709551615`, `18446744073709551616`, strings.Repeat("9", 400),
	`""`, `"x"`, `"12"`, `"-12"`, `" 12"`, `"\ud83d"`, `"\ud83d\ude00"`, `"\ude00\ud83d"`, "\"\xff\"", "\"a\xe2\x82\"", `"\u0000"`, `"\n"`,
	"\"\n\"", `"\x"`, `"\u12"`, `"YWJj"`, `"!!"`, `"2026-11-22T01:10:50.686+00:00"`, `"null"`, `"true"`,
	`[]`, `[null]`, `[1]`, `[1,2,3]`, `["a","b"]`, `["1"]`, `[{}]`, `[[]]`, `[{"text":"a"},{"int":2},null]`,
	`{}`, `{"a":1}`, `{"1":1}`, `{"1":{}}`, `{"1":{"text":"q"},"2":null}`, `{"x":null}`, `{"x":[{"a":1},null]}`, `{"type":1}`,
	`{"type":1,"text":"t"}`, `{"type":2,"x":[1, 2]}`, `{"type":null}`, `{"type":"1"}`, `{"text":5}`, `{"int":"5"}`, `{"int":5}`, `{"1":1,"1":2}`,
	`[1,]`, `{"a":}`, `{"a":1,}`, `{,}`, `01`, `-`, `+1`, `.5`, `1.`, `tru`, `nul`, `nulL`, `NaN`, `'x'`, "\x00", ``, ` `, " \t\r\n1 ", `1 2`, `[1]]`,
	`{"a":1}x`, "\xef\xbb\xbf1", `/* */1`,
}

// keys are the keys of the types under test, and others.
var keys = []string{
	"text", "int", "small", "uint", "float", "float32", "bool", "omit", "zero", "quoted", "Hidden", "private", "deep", "shadow", "middle", "id",
	"slice", "strings", "ids", "either", "structs", "array", "bytes", "by_id", "by_name", "by_int", "nested", "struct", "twice", "itself",
	"pointed", "union", "any", "list", "raw", "raw_ptr", "unions", "time", "opt_text", "opt_number", "opt_struct", "opt_pointer", "num",
	"unknown", "TEXT", "Text", "ſlice", "STRINGſ", "", `te\u0078t`, `\ud83d`,
}

// compare decodes the inputs one after the other into a new value, here and with encoding/json.
func compare(t *testing.T, target func() any, inputs ...string) {
	t.Helper()
	want, got := target(), target()
	for _, input := range inputs {
		data := []byte(input)
		wantErr, err := stdjson.Unmarshal(data, want), Unmarshal(data, got)
		if string(data) != input {
			t.Fatalf("%T, %.200q: the input was changed", got, inputs)
		}
		if (err == nil) != (wantErr == nil) || err == nil && !reflect.DeepEqual(got, want) {
			t.Fatalf("%T, %.200q:\n%+v, %v; encoding/json has\n%+v, %v", got, inputs, got, err, want, wantErr)
		}
		if _, ours := err.(*Error); err != nil && (!ours || !strings.HasPrefix(err.Error(), "json: ")) {
			t.Fatalf("%T, %.200q: %v", got, inputs, err)
		}
		if err != nil {
			return
		}
	}
}

func TestUnmarshalLikeEncodingJSON(t *testing.T) {
	for _, target := range targets {
		for _, value := range values {
			compare(t, target, value)
			for _, key := range keys {
				compare(t, target, `{"`+key+`":`+value+`}`)
				compare(t, target, `{"`+key+`":`+value+`,"text":"behind","id":"7"}`)
			}
		}
	}
}

// TestUnmarshalAgainLikeEncodingJSON decodes into what was decoded into before, and keys several times.
func TestUnmarshalAgainLikeEncodingJSON(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	object := func() string {
		var members []string
		for range 1 + r.IntN(4) {
			members = append(members, `"`+keys[r.IntN(len(keys))]+`":`+values[r.IntN(len(values))])
		}
		return "{" + strings.Join(members, ",") + "}"
	}
	for range 50_000 {
		compare(t, targets[r.IntN(len(targets))], object(), object(), object())
	}
}

// compareMarshal encodes a value here and with encoding/json.
func compareMarshal(t *testing.T, v any) {
	t.Helper()
	var want bytes.Buffer
	encoder := stdjson.NewEncoder(&want)
	encoder.SetEscapeHTML(false)
	wantErr := encoder.Encode(v)
	got, err := Marshal(v)
	if (err == nil) != (wantErr == nil) || err == nil && string(got)+"\n" != want.String() {
		t.Errorf("%T: %s, %v; encoding/json has %s, %v", v, got, err, want.String(), wantErr)
	}
	if _, ours := err.(*Error); err != nil && (!ours || len(got) > 0 || !strings.HasPrefix(err.Error(), "json: ")) {
		t.Errorf("%T: %s, %v", v, got, err)
	}
}

func TestMarshalLikeEncodingJSON(t *testing.T) {
	n, id, text := 5, textID(5), "x"
	cycle, cyclic := &pointers{}, map[string]any{}
	cycle.Itself, cyclic["itself"] = cycle, cyclic
	some := union{unknown: stdjson.RawMessage(`{"type":9}`)}
	for _, v := range []any{
		nil, true, 1, -1.5, 1e21, 1e-7, 1e20, math.MaxFloat64, math.SmallestNonzeroFloat64, math.Copysign(0, -1), float32(0.1), float32(1e21),
		math.NaN(), math.Inf(1), uint64(math.MaxUint64), int64(math.MinInt64), "", "<&>\u2028\u2029", "\x00\x1f\x7f\"\\/\b\f\n\r\t", "a\xffb", "日本\U0001F600",
		strings.Repeat("long ", 5000), []byte("abc"), []byte(nil), []int(nil), []int{}, [2]byte{1, 2}, map[string]int(nil),
		map[string]int{"b": 1, "a": 2, "<": 3}, map[int]int{10: 1, 9: 2}, map[color]int{2: 1, 1: 2}, map[textID]*int{1: nil}, map[bool]int{true: 1},
		scalars{}, &scalars{}, scalars{Text: "<", Int: 1, Omit: "o", Zero: 3, Quoted: -4, Float: 0.1, Float32: 0.1, Hidden: "h", private: "p"},
		embedding{}, embedding{Outer: Outer{Middle: &Middle{deepest{1, "s"}, "m"}, Shadow: 5}, ID: 3}, collections{},
		collections{Slice: []int{1}, IDs: []textID{1}, Either: []eitherID{2}, ByID: map[textID]scalars{10: {}, 9: {}}, ByInt: map[int]string{10: "a", 9: "b"},
			ByName: map[string]stdjson.RawMessage{"r": stdjson.RawMessage(` { "a" : "<" } `), "n": nil},
			Nested: map[string][]map[string]*int{"a": {nil, {"b": nil, "c": &n}}}},
		pointers{}, pointers{Int: &n, Text: &text, ID: &id, Itself: &pointers{}, Any: map[string]any{"a": []any{1, "b", nil, 1.5}},
			List: []*pointers{nil, {}}, Union: &some, Pointed: &time.Time{}},
		custom{}, custom{Union: some}, custom{Union: some, Num: "12", Raw: stdjson.RawMessage(` [ 1 , "<" ] `), Text: optional[string]{set: true, null: true},
			Number: optional[int64]{set: true}, Struct: optional[scalars]{set: true, value: scalars{Text: "<"}}, Optional: &optional[int]{},
			Time: time.Unix(1, 0).UTC(), Unions: []union{{known: &scalars{}}}},
		custom{Union: some, Num: "abc"}, custom{Union: some, Raw: stdjson.RawMessage(`{`)}, custom{Union: some, Raw: stdjson.RawMessage{}},
		custom{Union: union{known: &scalars{Float: math.NaN()}}},
		encoded{custom: custom{Union: some}, HTML: "<b>&amp;", Any: encoded{}}, encoded{custom: custom{Union: some}, Any: 3, Colors: map[color]string{2: "x", 1: "y"}},
		cycle, cyclic, func() {}, make(chan int), complex(1, 2), stdjson.Number(""), stdjson.Number("1e5"), stdjson.Number("x"), stdjson.RawMessage(nil),
		time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), (*textID)(nil), optional[int]{}, []optional[int]{{}, {set: true}},
		struct {
			Slice []int           `json:"slice,omitzero"`
			Empty []int           `json:"empty,omitempty"`
			Map   map[string]int  `json:"map,omitzero"`
			Inner struct{ X int } `json:"inner,omitzero"`
			Any   any             `json:"any,omitzero"`
			Float float64         `json:"float,omitzero"`
			Array [2]int          `json:"array,omitzero"`
			Time  *time.Time      `json:"time,omitzero"`
			Key   int             `json:"<é b>"`
		}{Slice: []int{}, Empty: []int{}, Float: math.Copysign(0, -1), Time: &time.Time{}},
	} {
		compareMarshal(t, v)
	}
}

// FuzzUnmarshal decodes any text into one of the types, here and with encoding/json, and encodes what came out.
func FuzzUnmarshal(f *testing.F) {
	for i, value := range values {
		f.Add([]byte(value), uint8(i))
		f.Add([]byte(`{"`+keys[i%len(keys)]+`":`+value+`}`), uint8(i))
	}
	f.Fuzz(func(t *testing.T, data []byte, which uint8) {
		target := targets[int(which)%len(targets)]
		compare(t, target, string(data), string(data))
		if Valid(data) != stdjson.Valid(data) {
			t.Fatalf("%q: valid is %v", data, Valid(data))
		}
		v := target()
		if Unmarshal(data, v) == nil {
			compareMarshal(t, v)
		}
	})
}
