package types_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	gojson "github.com/goccy/go-json"

	"github.com/chorus-go/chorus/types"
)

func TestComponentReads(t *testing.T) {
	// Spacebar, MESSAGE_CREATE components
	in := `[{"type":1,"components":[{"type":2,"style":1,"label":"b","custom_id":"cid"}]}]`
	for _, c := range codecs() {
		var message struct {
			Components []types.AnyComponent `json:"components"`
		}
		if err := c.unmarshal([]byte(`{"components":`+in+`}`), &message); err != nil || len(message.Components) != 1 {
			t.Fatalf("%s: %+v (%v)", c.name, message, err)
		}
		row, ok := message.Components[0].Component.(*types.ActionRowComponent)
		if !ok || len(row.Components) != 1 || message.Components[0].ComponentType() != 1 {
			t.Fatalf("%s: the row is %#v", c.name, message.Components[0].Component)
		}
		button, ok := row.Components[0].Component.(*types.ButtonComponent)
		if !ok || button.Label != "b" || row.Components[0].ComponentType() != 2 {
			t.Fatalf("%s: the button is %#v", c.name, row.Components[0].Component)
		}
	}
}

func TestUnknownComponentRoundTrips(t *testing.T) {
	for in, want := range map[string]types.ComponentType{
		`{"type":4242,"new":{"a":[1.50,"\u00e9\ud83d"],"big":123456789012345678901}}`: 4242,
		`{"new":[{"type":2}],"type":-1}`:                                              -1,
		`{"type":"4242"}`:                                                             4242,
		`{"type":"button"}`:                                                           0,
		`{"type":null}`:                                                               0,
		`{"type":{}}`:                                                                 0,
		`{}`:                                                                          0,
	} {
		unknown := &types.UnknownComponent{Type: want, Raw: types.Raw(in)}
		reads(t, in, types.AnyComponent{Component: unknown})
		writes(t, types.AnyComponent{Component: unknown}, in)
		if got := (types.AnyComponent{Component: unknown}).ComponentType(); got != want {
			t.Errorf("%s: the type is %d", in, got)
		}
	}
	writes(t, types.AnyComponent{Component: &types.UnknownComponent{Type: 99}}, `{"type":99}`)
}

func TestComponentNull(t *testing.T) {
	reads(t, `null`, types.AnyComponent{})
	writes(t, types.AnyComponent{}, `null`)
	omits(t, types.AnyComponent{}, true)
	omits(t, types.AnyComponent{Component: &types.UnknownComponent{Type: 99}}, false)
	if got := (types.AnyComponent{}).ComponentType(); got != 0 {
		t.Errorf("the type of nothing is %d", got)
	}
}

func TestComponentRefuses(t *testing.T) {
	before := types.AnyComponent{Component: &types.UnknownComponent{Type: 99}}
	for _, in := range []string{`1`, `"x"`, `[]`, `true`} {
		refuses(t, in, before)
	}
	for _, c := range codecs() {
		got := before
		if err := c.unmarshal([]byte(`{"type":2,"label":[]}`), &got); err == nil || got != before {
			t.Errorf("%s: a button with a wrong label is %#v (%v)", c.name, got.Component, err)
		}
	}
}

// Every component in a component is a decode of its own, so that a few hundred kilobytes of nesting would take
// seconds: they are refused before the first of them is decoded.
func TestComponentNesting(t *testing.T) {
	nested := func(levels int) []byte {
		return []byte(strings.Repeat(`{"type":1,"components":[`, levels) + strings.Repeat(`]}`, levels))
	}
	for _, c := range codecs() {
		var component types.AnyComponent
		if err := c.unmarshal(nested(32), &component); err != nil {
			t.Errorf("%s: 32 rows in one another: %v", c.name, err)
		}
		err := c.unmarshal(nested(4000), &component)
		var valueError *types.ValueError
		if !errors.As(err, &valueError) || !strings.Contains(err.Error(), "nested too deeply") {
			t.Errorf("%s: 4000 rows in one another: %v", c.name, err)
		}
	}
}

func ExampleAnyComponent() {
	var components []types.AnyComponent
	in := `[{"type":2,"style":1,"label":"Press","custom_id":"go"},{"type":4242,"shape":"round"}]`
	if err := gojson.Unmarshal([]byte(in), &components); err != nil {
		fmt.Println(err)
	}
	for _, component := range components {
		switch c := component.Component.(type) {
		case *types.ButtonComponent:
			fmt.Println("button", c.Label)
		case *types.UnknownComponent:
			fmt.Println("unknown", c.Raw)
		}
	}
	// Output:
	// button Press
	// unknown {"type":4242,"shape":"round"}
}
