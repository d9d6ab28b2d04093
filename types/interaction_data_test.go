package types_test

import (
	"errors"
	"fmt"
	"testing"

	gojson "github.com/goccy/go-json"

	"github.com/chorus-go/chorus/types"
)

// Spacebar, INTERACTION_CREATE data for a bot.
const commandData = `{"id":"1","name":"ping","type":1,"version":"1","options":[]}`

func TestInteractionDataRoundTrips(t *testing.T) {
	for _, in := range []string{commandData, `{"new":[1.50,"\ud83d"]}`, `null`, `[]`} {
		reads(t, in, types.InteractionData{Raw: types.Raw(in)})
		writes(t, types.InteractionData{Raw: types.Raw(in)}, in)
	}
	writes(t, types.InteractionData{}, `null`)
	omits(t, types.InteractionData{}, true)
	omits(t, types.InteractionData{Raw: types.Raw(`{}`)}, false)
	if !(types.InteractionData{}).IsZero() || (types.InteractionData{Raw: types.Raw(`{}`)}).IsZero() {
		t.Error("IsZero does not tell absent data from an empty object")
	}
}

func TestInteractionDataKinds(t *testing.T) {
	of := func(in string) types.InteractionData { return types.InteractionData{Raw: types.Raw(in)} }
	if data, err := of(commandData).ApplicationCommand(); err != nil || data.ID != 1 || data.Name != "ping" {
		t.Errorf("the command is %+v (%v)", data, err)
	}
	if data, err := of(`{"custom_id":"cid","component_type":2}`).MessageComponent(); err != nil || data.CustomID != "cid" {
		t.Errorf("the component is %+v (%v)", data, err)
	}
	if data, err := of(`{"custom_id":"form","components":[]}`).ModalSubmit(); err != nil || data.CustomID != "form" {
		t.Errorf("the modal is %+v (%v)", data, err)
	}
	if data, err := of(`{"sku_id":"5"}`).SocialLayerSKUPurchaseEligibility(); err != nil || data.SKUID != 5 {
		t.Errorf("the purchase is %+v (%v)", data, err)
	}
}

func TestInteractionDataErrors(t *testing.T) {
	for _, in := range []string{``, `null`} {
		data := types.InteractionData{Raw: types.Raw(in)}
		if command, err := data.ApplicationCommand(); err == nil || command != nil {
			t.Errorf("%q is the command %+v", in, command)
		}
	}
	command, err := types.InteractionData{Raw: types.Raw(`{"id":"x"}`)}.ApplicationCommand()
	var valueError *types.ValueError
	if command != nil || !errors.As(err, &valueError) || valueError.Err == nil || valueError.Text != `{"id":"x"}` {
		t.Errorf("a command with a wrong id is %+v (%v)", command, err)
	}
}

func ExampleInteractionData() {
	var interaction struct {
		Type int64                 `json:"type"`
		Data types.InteractionData `json:"data,omitzero"`
	}
	if err := gojson.Unmarshal([]byte(`{"type":2,"data":`+commandData+`}`), &interaction); err != nil {
		fmt.Println(err)
	}
	command, err := interaction.Data.ApplicationCommand()
	fmt.Println(command.Name, err)
	// Output: ping <nil>
}
