package types

// Component is a part of a message or a modal: a button, a select menu, a row of them. Its concrete types are pointers
// to the structs named …Component ([*ActionRowComponent], [*ButtonComponent]) and [*UnknownComponent].
type Component interface {
	// ComponentType is the type by which the protocol tells components apart.
	ComponentType() ComponentType
}

// UnknownComponent is a component of a type that this package does not know. It keeps what was sent and writes it
// back unchanged.
type UnknownComponent struct {
	// Type is the component's type, 0 if it has none or one that is no number.
	Type ComponentType
	// Raw is the whole component.
	Raw Raw
}

// ComponentType returns c.Type.
func (c *UnknownComponent) ComponentType() ComponentType { return c.Type }

// UnmarshalJSON keeps a copy of data.
func (c *UnknownComponent) UnmarshalJSON(data []byte) error {
	c.Type, _ = numberOf[ComponentType](data, "type")
	return c.Raw.UnmarshalJSON(data)
}

// MarshalJSON writes what was sent; if there is nothing, an object with the type alone.
func (c *UnknownComponent) MarshalJSON() ([]byte, error) {
	return marshalUnknown(c.Raw, "type", c.Type)
}

// AnyComponent holds a component of whatever type. Use a type switch on its Component:
//
//	switch c := any.Component.(type) {
//	case *types.ButtonComponent:
//	case *types.UnknownComponent:
//	}
type AnyComponent struct {
	// Component is nil if the component is null.
	Component
}

// ComponentType returns the type of the component, or 0 if there is none.
func (c AnyComponent) ComponentType() ComponentType {
	if c.Component == nil {
		return 0
	}
	return c.Component.ComponentType()
}

// UnmarshalJSON reads a component by its type. A type that is unknown or missing gives an [*UnknownComponent], null
// gives nil. On an error c is left as it was.
func (c *AnyComponent) UnmarshalJSON(data []byte) error {
	return unmarshalVariant(data, &c.Component, "a component", maxVariantDepth, func(object []byte) Component {
		kind, _ := numberOf[ComponentType](object, "type")
		if component := newComponent(kind); component != nil {
			return component
		}
		return new(UnknownComponent)
	})
}

// MarshalJSON writes the component, or null if there is none.
func (c AnyComponent) MarshalJSON() ([]byte, error) { return marshalVariant(c.Component) }
