package types

import "errors"

var errNoInteractionData = errors.New("types: the interaction has no data")

// InteractionData is what an interaction is about: the command and its options, the component that was used, the
// modal that was filled in. Which of them it is only the type of the interaction tells, so it is kept raw until it is
// asked for, and written back unchanged:
//
//	switch interaction.Type {
//	case types.InteractionTypeMessageComponent:
//		data, err := interaction.Data.MessageComponent()
//	}
//
// The methods do not check the type of the interaction; asked for the wrong one, they give a value of which most
// fields are zero; without data they fail. Each call decodes anew, and its result is the caller's. The zero
// InteractionData is absent, as for a ping and for a user account's own interactions.
type InteractionData struct {
	// Raw is the data as it was sent.
	Raw
}

// ApplicationCommand decodes the data of an interaction of type APPLICATION_COMMAND or
// APPLICATION_COMMAND_AUTOCOMPLETE.
func (d InteractionData) ApplicationCommand() (*ApplicationCommandData, error) {
	return interactionData[ApplicationCommandData](d)
}

// MessageComponent decodes the data of an interaction of type MESSAGE_COMPONENT.
func (d InteractionData) MessageComponent() (*MessageComponentData, error) {
	return interactionData[MessageComponentData](d)
}

// ModalSubmit decodes the data of an interaction of type MODAL_SUBMIT.
func (d InteractionData) ModalSubmit() (*ModalSubmitData, error) {
	return interactionData[ModalSubmitData](d)
}

// SocialLayerSKUPurchaseEligibility decodes the data of an interaction of type SOCIAL_LAYER_SKU_PURCHASE_ELIGIBILITY.
func (d InteractionData) SocialLayerSKUPurchaseEligibility() (*SocialLayerSKUPurchaseEligibilityData, error) {
	return interactionData[SocialLayerSKUPurchaseEligibilityData](d)
}

func interactionData[T any](d InteractionData) (*T, error) {
	if d.IsNull() {
		return nil, errNoInteractionData
	}
	data := new(T)
	if err := d.Decode(data); err != nil {
		return nil, unreadable("the data of an interaction", d.Raw, err)
	}
	return data, nil
}
