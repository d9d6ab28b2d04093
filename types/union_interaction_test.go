package types_test

import (
	"testing"

	"github.com/chorus-go/chorus/types"
)

func TestInteractionVariants(t *testing.T) {
	data := types.InteractionData{Raw: types.Raw(commandData)}
	command := types.Interaction{ID: 5, Type: types.InteractionTypeApplicationCommand, Data: data}
	if v, ok := command.Variant().(*types.ApplicationCommandInteraction); !ok || v.ID != 5 || v.Data == nil || v.Data.Name != "ping" {
		t.Errorf("the command is %#v", command.Variant())
	}
	// Spacebar, INTERACTION_CREATE: a component has been used.
	reads(t, `{"id":"5","type":3,"data":{"component_type":2,"custom_id":"cid"},"context":0}`, types.AnyInteraction{
		InteractionVariant: &types.MessageComponentInteraction{
			ID: 5, Type: types.InteractionTypeMessageComponent, Context: types.Some(types.InteractionContextTypeGuild),
			Data: &types.MessageComponentData{ComponentType: types.ComponentTypeButton, CustomID: "cid"},
		},
	})
	// Spacebar, INTERACTION_CREATE of a user account.
	const own = `{"id":"1573868442619068539","nonce":"987654321098765432"}`
	reads(t, own, types.AnyInteraction{InteractionVariant: &types.UnknownInteraction{Raw: types.Raw(own)}})
	if v := new(types.Interaction).Variant(); v.InteractionType() != 0 {
		t.Errorf("an interaction without a type is %#v", v)
	}
}

func TestInteractionVariantWithoutData(t *testing.T) {
	for _, data := range []string{"", "null"} {
		modal := types.Interaction{Type: types.InteractionTypeModalSubmit, Data: types.InteractionData{Raw: types.Raw(data)}}
		if v, ok := modal.Variant().(*types.ModalSubmitInteraction); !ok || v.Data != nil {
			t.Errorf("with data %q the modal is %#v", data, modal.Variant())
		}
	}
}

// Data that is no command's makes the interaction one of an unknown kind, and an error where it is read by its type.
func TestInteractionVariantWithWrongData(t *testing.T) {
	const wrong = `{"type":2,"data":{"id":[]}}`
	data := types.InteractionData{Raw: types.Raw(`{"id":[]}`)}
	interaction := types.Interaction{Type: types.InteractionTypeApplicationCommand, Data: data}
	unknown, ok := interaction.Variant().(*types.UnknownInteraction)
	if !ok || unknown.Type != types.InteractionTypeApplicationCommand {
		t.Fatalf("the variant is %#v", interaction.Variant())
	}
	var again types.Interaction
	if err := unknown.Raw.Decode(&again); err != nil || again.Data.String() != `{"id":[]}` {
		t.Errorf("%s was kept, %v", unknown.Raw, err)
	}
	for _, c := range codecs() {
		var any types.AnyInteraction
		if err := c.unmarshal([]byte(wrong), &any); err == nil || any.InteractionVariant != nil {
			t.Errorf("%s: %#v (%v)", c.name, any.InteractionVariant, err)
		}
	}
}
