package types_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/chorus-go/chorus/types"
)

// TestEveryComponentKnowsItsType reads each kind of component and writes it with its type, even if that is not set.
func TestEveryComponentKnowsItsType(t *testing.T) {
	known := 0
	for number := range types.ComponentType(40) {
		var read types.AnyComponent
		if err := json.Unmarshal(fmt.Appendf(nil, `{"type":%d,"id":3}`, number), &read); err != nil {
			t.Errorf("type %d: %v", number, err)
			continue
		}
		if _, unknown := read.Component.(*types.UnknownComponent); unknown {
			continue
		}
		known++
		if read.ComponentType() != number || !strings.HasPrefix(reflect.TypeOf(read.Component).String(), "*types.") {
			t.Errorf("type %d reads as %T of type %d", number, read.Component, read.ComponentType())
		}
		fresh := reflect.New(reflect.TypeOf(read.Component).Elem()).Interface()
		for _, c := range codecs() {
			encoded, err := c.marshal(fresh)
			var wire struct {
				Type types.ComponentType `json:"type"`
			}
			if err != nil || json.Unmarshal(encoded, &wire) != nil || wire.Type != number {
				t.Errorf("%s: an empty %T is written as %s, %v", c.name, fresh, encoded, err)
			}
		}
	}
	if known != 22 {
		t.Errorf("%d types are known", known)
	}
}

func TestComponentsInMessages(t *testing.T) {
	const row = `{"type":1,"components":[{"type":2,"style":5,"label":"<go>","url":"https://example.com"},{"type":99,"new":[1]}]}`
	var message types.Message
	if err := json.Unmarshal([]byte(`{"components":[`+row+`]}`), &message); err != nil {
		t.Fatal(err)
	}
	button := message.Components[0].Component.(*types.ActionRowComponent).Components[0].Component.(*types.ButtonComponent)
	if button.Label != "<go>" || button.Style != types.ButtonStyleLink {
		t.Errorf("the button is %+v", button)
	}
	for _, c := range codecs() {
		if encoded, err := c.marshal(message.Components[0]); err != nil || string(encoded) != row {
			t.Errorf("%s: written as %s, %v", c.name, encoded, err)
		}
	}
}
