package json

import (
	stdjson "encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
)

// TestDifferences pins what differs from encoding/json and is no panic.
func TestDifferences(t *testing.T) {
	var want, got scalars
	text := []byte(`{"int":1,"text":x}`)
	if wantErr, err := stdjson.Unmarshal(text, &want), Unmarshal(text, &got); wantErr == nil || err == nil || want.Int != 0 || got.Int != 1 {
		t.Errorf("the destination holds %d after %v; encoding/json has %d after %v", got.Int, err, want.Int, wantErr)
	}
	text = []byte(`{"list":[{},{"struct":{"small":300}}]}`)
	wantErr, err := stdjson.Unmarshal(text, new(pointers)), Unmarshal(text, new(pointers))
	if wantErr == nil || !strings.Contains(wantErr.Error(), "scalars.list.struct.small") || err == nil || !strings.Contains(err.Error(), "pointers.list.1.struct.small") {
		t.Errorf("%v; encoding/json says %v", err, wantErr)
	}
}

// everything decodes strings in all the ways there are.
type everything struct {
	Text    string               `json:"text"`
	Escaped string               `json:"escaped"`
	Raw     stdjson.RawMessage   `json:"raw"`
	Number  stdjson.Number       `json:"number"`
	Bytes   []byte               `json:"bytes"`
	Map     map[string]string    `json:"map"`
	Any     any                  `json:"any"`
	Pointer *string              `json:"pointer"`
	Union   union                `json:"union"`
	Opt     optional[[]string]   `json:"opt"`
	Raws    []stdjson.RawMessage `json:"raws"`
	Long    string               `json:"long"`
}

func TestUnmarshalKeepsNothing(t *testing.T) {
	text := `{"text":"text value","escaped":"a\u0062\nc","raw":{"raw":"value"},"number":12345,"bytes":"YWJj","map":{"key":"value"},` +
		`"any":{"key":["any value",{"deep":"value"}]},"pointer":"pointed","union":{"type":5,"x":"kept"},"opt":["optional"],"raws":[1,"two"],` +
		`"long":"` + strings.Repeat("long ", 30_000) + `"}`
	var want, got everything
	if err := stdjson.Unmarshal([]byte(text), &want); err != nil {
		t.Fatal(err)
	}
	data := []byte(text)
	if err := Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	for i := range data {
		data[i] = '#'
	}
	// The buffers of the pool are overwritten as well.
	for range 10 {
		if err := Unmarshal([]byte(strings.ReplaceAll(text, "l", "L")), new(everything)); err != nil {
			t.Fatal(err)
		}
		if Valid([]byte(strings.Repeat(" ", len(text)))) {
			t.Fatal("white space is valid")
		}
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("changed afterwards: %.500v", got)
	}
}

func TestUnmarshalDeep(t *testing.T) {
	const most, many = 1_000_000, 100_000
	type node struct {
		Next *node           `json:"next"`
		List []node          `json:"list"`
		Map  map[string]node `json:"map"`
	}
	type list []list
	nest := func(open, middle, closing string, n int) string {
		return strings.Repeat(open, n) + middle + strings.Repeat(closing, n)
	}
	type raw struct {
		Raw stdjson.RawMessage `json:"raw"`
	}
	all := []func() any{
		func() any { return new(any) }, func() any { return new(stdjson.RawMessage) }, func() any { return new(raw) },
		func() any { return new(node) }, func() any { return new(list) }, func() any { return new(struct{}) },
		func() any { return new(custom) }, func() any { return new(int) }, func() any { return new(textID) }, func() any { return new([1]any) },
	}
	for _, text := range []string{
		strings.Repeat("[", most), strings.Repeat(`{"a":`, most), nest("[", "", "]", many), nest(`{"a":`, "1", "}", many),
		nest(`{"next":`, "null", "}", many), nest(`{"list":[`, "", "]}", many), nest(`{"map":{"a":`, "null", "}}", many),
		`{"raw":` + nest("[", "", "]", most) + `}`, `{"raw":` + nest(`{"a":`, "1", "}", many) + `}`,
		`{"unknown":` + nest("[", "", "]", most) + `}`, `{"unknown":` + nest(`{"a":`, "1", "}", many) + `}`, `{"union":` + nest("[", "", "]", many) + `}`,
		nest("[", "", "]", 10_001),
	} {
		for _, target := range all {
			v := target()
			if err := Unmarshal([]byte(text), v); err == nil || len(err.Error()) > 200 {
				t.Errorf("%T from %.30s…: %.200v", v, text, err)
			}
		}
		if Valid([]byte(text)) {
			t.Errorf("%.30s… is called valid", text)
		}
	}
	for _, target := range all[:2] {
		if err := Unmarshal([]byte(nest("[", "", "]", 10_000)), target()); err != nil {
			t.Error(err)
		}
	}
}

func TestUnmarshalStrings(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{`"\ud83d"`, "\ufffd"}, {`"\ud83d\ude00"`, "\U0001F600"}, {`"\ude00\ud83dx"`, "\ufffd\ufffdx"}, {"\"a\xff\xfeb\"", "a\ufffd\ufffdb"},
		{"\"\xe2\x82\"", "\ufffd\ufffd"}, {`"\u0000"`, "\x00"},
	} {
		var got string
		if err := Unmarshal([]byte(tt.text), &got); err != nil || got != tt.want {
			t.Errorf("%q: %q, %v", tt.text, got, err)
		}
		var raw stdjson.RawMessage
		if err := Unmarshal([]byte(tt.text), &raw); err != nil || string(raw) != tt.text {
			t.Errorf("%q: raw %q, %v", tt.text, raw, err)
		}
	}
}

func TestUnmarshalRefuses(t *testing.T) {
	for _, text := range []string{`{} x`, `{}{}`, `{}]`, "{}\x00", `{},`, "\xef\xbb\xbf{}", "", "{\"a\":\"\n\"}", `{"a":01}`, `{"a":tru}`} {
		var v scalars
		var ours *Error
		if err := Unmarshal([]byte(text), &v); !errors.As(err, &ours) || Valid([]byte(text)) {
			t.Errorf("%q: %v", text, err)
		}
	}
	for _, v := range []any{nil, 5, (*int)(nil), scalars{}} {
		if err := Unmarshal([]byte("1"), v); err == nil {
			t.Errorf("%T: no error", v)
		}
	}
}

func TestErrorPath(t *testing.T) {
	for _, tt := range []struct {
		text, path string
		offset     int64
	}{
		{`{"struct":{"text":5}}`, "struct.text", 19},
		{`{"list":[{},{"struct":{"small":300}}]}`, "list.1.struct.small", 34},
		{`{"int":1,"id":"x"}`, "", 0},
		{`{"int":1,"int":x}`, "", 16},
	} {
		var ours *Error
		err := Unmarshal([]byte(tt.text), new(pointers))
		if !errors.As(err, &ours) || ours.Path != tt.path || ours.Offset != tt.offset || ours.Err == nil {
			t.Errorf("%s: %+v", tt.text, ours)
		}
	}
	// What a method of the value returned can be found.
	if err := Unmarshal([]byte(`{"union":{}}`), new(pointers)); err == nil || err.Error() != "json: no type" {
		t.Error(err)
	}
	if err := Unmarshal([]byte(`[1]`), &[]refusing{}); !errors.Is(err, errRefused) {
		t.Error(err)
	}
	if _, err := Marshal(refusing{}); !errors.Is(err, errRefused) {
		t.Error(err)
	}
}

var errRefused = errors.New("refused")

type refusing struct{}

func (*refusing) UnmarshalJSON([]byte) error  { return errRefused }
func (refusing) MarshalJSON() ([]byte, error) { return nil, errRefused }

// panicking panics in all its methods.
type panicking struct{ value any }

func (p panicking) MarshalJSON() ([]byte, error) { panic(p.value) }
func (p *panicking) UnmarshalJSON([]byte) error  { panic(errRefused) }

type panickingText string

func (panickingText) MarshalText() ([]byte, error) { return []byte([]string{}[len("abc")]), nil }
func (*panickingText) UnmarshalText([]byte) error  { return fmt.Errorf("%d", []int{}[len("abc")]) }

func TestPanics(t *testing.T) {
	_, err := Marshal([]any{panicking{"boom"}})
	_, err2 := Marshal([]any{panickingText("a")})
	for name, err := range map[string]error{
		"MarshalJSON":   err,
		"MarshalText":   err2,
		"UnmarshalJSON": Unmarshal([]byte(`[{}]`), &[]panicking{}),
		"UnmarshalText": Unmarshal([]byte(`{"a":"b"}`), &map[string]*panickingText{}),
	} {
		var pe *PanicError
		if !errors.As(err, &pe) || !strings.Contains(string(pe.Stack), name) || !strings.HasPrefix(err.Error(), "json: panic: ") {
			t.Errorf("%s: %v", name, err)
		}
		if name == "UnmarshalJSON" && !errors.Is(err, errRefused) {
			t.Errorf("%s: %v is not what was given to panic", name, err)
		}
	}
	// All goes on.
	var v scalars
	if err := Unmarshal([]byte(`{"int":3}`), &v); err != nil || v.Int != 3 {
		t.Error(v, err)
	}
}

// TestConcurrentCompile lets many goroutines meet the same new types at the same time, for the race detector.
func TestConcurrentCompile(t *testing.T) {
	for i := range 30 {
		inner := reflect.StructOf([]reflect.StructField{
			{Name: "A", Type: reflect.TypeFor[map[textID]scalars](), Tag: reflect.StructTag(fmt.Sprintf(`json:"a%d"`, i))},
			{Name: "B", Type: reflect.TypeFor[*pointers](), Tag: `json:"b"`},
		})
		outer := reflect.StructOf([]reflect.StructField{
			{Name: "List", Type: reflect.SliceOf(inner), Tag: reflect.StructTag(fmt.Sprintf(`json:"list%d"`, i))},
			{Name: "Opt", Type: reflect.TypeFor[optional[int64]](), Tag: `json:"opt,omitzero"`},
			{Name: "One", Type: reflect.PointerTo(inner), Tag: `json:"one"`},
		})
		text := fmt.Sprintf(`{"list%d":[{"a%d":{"1":{"text":"x","int":0,"small":0,"uint":0,"float":0,"float32":0,"bool":false,"quoted":"0"}},"b":null}],"opt":5,"one":null}`, i, i)
		start := make(chan struct{})
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				<-start
				v := reflect.New(outer)
				if err := Unmarshal([]byte(text), v.Interface()); err != nil {
					t.Error(err)
				}
				if got, err := Marshal(v.Interface()); err != nil || string(got) != text {
					t.Errorf("%s, %v; want %s", got, err, text)
				}
			})
		}
		close(start)
		wg.Wait()
	}
}

func TestMarshalLeavesHTML(t *testing.T) {
	got, err := Marshal(map[string]any{"a": "<b>&\u2028", "raw": stdjson.RawMessage(`"<>"`)})
	if want := `{"a":"<b>&\u2028","raw":"<>"}`; string(got) != want || err != nil {
		t.Errorf("%s, %v; want %s", got, err, want)
	}
}
