package types_test

import (
	"fmt"
	"testing"

	gojson "github.com/goccy/go-json"

	"github.com/chorus-go/chorus/types"
)

func TestRawKeepsWhatWasSent(t *testing.T) {
	for _, in := range []string{`null`, `{"a":[1,2.50,"\u00fc \ud83d"]}`, `12345678901234567890123`, `"x"`, `[]`, `1e400`} {
		reads(t, in, types.Raw(in))
		writes(t, types.Raw(in), in)
		if got := types.Raw(in).String(); got != in {
			t.Errorf("String is %s", got)
		}
	}
	writes(t, types.Raw(nil), `null`)
	writes(t, types.Raw{}, `null`)
	omits(t, types.Raw(nil), true)
	omits(t, types.Raw(`null`), false)
}

func TestRawDoesNotOverwriteACopy(t *testing.T) {
	var r types.Raw
	if err := r.UnmarshalJSON([]byte(`[1,2,3]`)); err != nil {
		t.Fatal(err)
	}
	kept := r
	if err := r.UnmarshalJSON([]byte(`[4]`)); err != nil || kept.String() != `[1,2,3]` {
		t.Errorf("the earlier value became %s (%v)", kept, err)
	}
}

func TestRawIsNilSafe(t *testing.T) {
	var r types.Raw
	pointer := new(int)
	if err := r.Decode(&pointer); err != nil || pointer != nil {
		t.Errorf("nothing is decoded as %v (%v)", pointer, err)
	}
	if r.String() != "null" || !r.IsNull() || !r.IsZero() || !types.Raw(" null").IsNull() || types.Raw("0").IsNull() || types.Raw("null").IsZero() {
		t.Error("nil is not null")
	}
	if err := types.Raw(`{`).Decode(&pointer); err == nil {
		t.Error("half an object is decoded")
	}
	if r, err := types.RawOf(map[string]int{"<a>": 1}); err != nil || r.String() != `{"<a>":1}` {
		t.Errorf("RawOf gives %s (%v)", r, err)
	}
	if _, err := types.RawOf(func() {}); err == nil {
		t.Error("a function is encoded")
	}
	for _, c := range codecs() {
		if out, err := c.marshal(types.Raw(`{"a":`)); err == nil {
			t.Errorf("%s: invalid JSON is written as %s", c.name, out)
		}
	}
}

func ExampleRaw_Decode() {
	var event struct {
		Metadata types.Raw `json:"metadata"`
	}
	if err := gojson.Unmarshal([]byte(`{"metadata":{"level":7}}`), &event); err != nil {
		fmt.Println(err)
	}
	var metadata struct{ Level int }
	err := event.Metadata.Decode(&metadata)
	fmt.Println(event.Metadata, metadata.Level, err)
	// Output: {"level":7} 7 <nil>
}
