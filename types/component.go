package types

import (
	"encoding/json"
	"errors"
)

// maxComponentDepth bounds how deep objects and arrays may be nested in a component: about six times what a client
// can make. Each component in a component is a decode of its own, so that without a bound a hostile message of a few
// hundred kilobytes would take seconds.
const maxComponentDepth = 64

var errTooDeep = errors.New("nested too deeply")

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
	c.Type = typeOf(data)
	return c.Raw.UnmarshalJSON(data)
}

// MarshalJSON writes what was sent; if there is nothing, an object with the type alone.
func (c *UnknownComponent) MarshalJSON() ([]byte, error) {
	if c.Raw.IsZero() {
		return encode(struct {
			Type ComponentType `json:"type"`
		}{c.Type})
	}
	return c.Raw, nil
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
	trimmed := trim(data)
	if isNull(trimmed) {
		c.Component = nil
		return nil
	}
	if len(trimmed) == 0 || trimmed[0] != '{' {
		return unreadable("a component", data, nil)
	}
	if deeperThan(trimmed, maxComponentDepth) {
		return unreadable("a component", data, errTooDeep)
	}
	component := newComponent(typeOf(trimmed))
	if component == nil {
		component = &UnknownComponent{}
	}
	if err := json.Unmarshal(trimmed, component); err != nil {
		return err
	}
	c.Component = component
	return nil
}

// MarshalJSON writes the component, or null if there is none.
func (c AnyComponent) MarshalJSON() ([]byte, error) {
	if c.Component == nil {
		return []byte("null"), nil
	}
	return encode(c.Component)
}

// typeOf reads the type of a component without decoding the rest of it.
func typeOf(data []byte) ComponentType {
	var n Integer
	if value := peek(data, "type"); value == nil || n.UnmarshalJSON(value) != nil {
		return 0
	}
	return ComponentType(n)
}
