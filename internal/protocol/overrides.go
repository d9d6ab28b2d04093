package protocol

// Overrides are the deviations from the documented tables: what real servers send instead, what Go needs to be named
// otherwise. Every row says why it is there.
type Overrides struct {
	Fields []FieldOverride `json:"fields"`
	Extra  []ExtraField    `json:"extra"`
	Types  []TypeOverride  `json:"types"`
	// Partials are the types of objects of which any field may be missing.
	Partials []PartialType    `json:"partials"`
	Opcodes  []OpcodeOverride `json:"opcodes"`
	Events   []EventOverride  `json:"events"`
	Enums    []EnumOverride   `json:"enums"`
	Values   []ValueOverride  `json:"values"`
	// NotMirrored is what others have and this library deliberately has not.
	NotMirrored []NotMirrored `json:"not_mirrored"`
}

// FieldOverride changes what becomes of a field.
type FieldOverride struct {
	// In is the name of the object, of the event, or "op 8"; "*" is every one that has such a field. What is said of an
	// event that is a partial update goes before what is said of the object that it updates.
	In    string `json:"in"`
	Field string `json:"field"`
	// Go is the Go type of the field. In an [Optional] it stands for the type within.
	Go string `json:"go"`
	// Name is the Go name of the field.
	Name string `json:"name"`
	// Optional says whether the key may be absent.
	Optional *bool `json:"optional"`
	// Plain keeps a field of what is sent from being an Optional.
	Plain bool `json:"plain"`
	// NoEnum says that the table is wrong to give the field an enumeration.
	NoEnum bool `json:"no_enum"`
	// Instead names the field to use instead of a deprecated one.
	Instead string `json:"instead"`
	// Note replaces the note of the table.
	Note   string `json:"note"`
	Reason string `json:"reason"`
}

// ExtraField is a field that servers send and no documentation has.
type ExtraField struct {
	// In is the name of the object or of the event.
	In    string `json:"in"`
	Field Field  `json:"field"`
	// Only names, as Object.field, the one field in whose objects this field stands. Without it, it stands in all.
	Only   string `json:"only"`
	Reason string `json:"reason"`
}

// TypeOverride changes what becomes of an object or of a sent payload.
type TypeOverride struct {
	// Object is the name of the object; it is empty for a sent payload, which Op names.
	Object string `json:"object"`
	Op     int    `json:"op"`
	// Go is the name of the Go type.
	Go string `json:"go"`
	// Plain keeps the fields of what is sent from being Optional.
	Plain bool `json:"plain"`
	// Layout makes the type read an array as well: "positional" is one with the values of the fields in order, "hashed"
	// one of pairs of a field's name, as murmur3 hash of 32 bits with seed 0, and its value.
	Layout string `json:"layout"`
	Reason string `json:"reason"`
}

// PartialType is a second Go type for an object, in which all fields are Optional: it stands where servers send as much of
// the object as they like. It does not have the extra fields that stand elsewhere only.
type PartialType struct {
	Object string `json:"object"`
	// Go is the name of the second type.
	Go string `json:"go"`
	// Keep are the fields that always come.
	Keep   []string `json:"keep"`
	Reason string   `json:"reason"`
}

// OpcodeOverride changes what becomes of an opcode.
type OpcodeOverride struct {
	Op int `json:"op"`
	// Send is the name of the method that sends the opcode. Without it, that is Send and the name of the Go type of the
	// payload, or of the opcode where there is no such type.
	Send   string `json:"send"`
	Reason string `json:"reason"`
}

// EventOverride changes what becomes of an event.
type EventOverride struct {
	Event string `json:"event"`
	// Path is the event's place in the tree, as Category.Field.
	Path string `json:"path"`
	// Partial makes the payload a partial update: a flat structure of Optional fields, except those that Keep names.
	Partial bool     `json:"partial"`
	Keep    []string `json:"keep"`
	// Flat copies the fields of the object that the payload refers to instead of embedding it.
	Flat   bool   `json:"flat"`
	Reason string `json:"reason"`
}

// EnumOverride changes what becomes of an enumeration.
type EnumOverride struct {
	Enum string `json:"enum"`
	// Go is the name of the Go type.
	Go string `json:"go"`
	// Prefix begins the names of the constants; without it they begin with the type's name.
	Prefix string `json:"prefix"`
	// Lenient makes the type read a number in quotes as well.
	Lenient bool   `json:"lenient"`
	Reason  string `json:"reason"`
}

// ValueOverride changes what becomes of a value of an enumeration.
type ValueOverride struct {
	Enum string `json:"enum"`
	// Value is the value's name in the table, or its number where the name is not unique.
	Value string `json:"value"`
	// Name is the protocol's name for it.
	Name string `json:"name"`
	// Go is what follows the prefix in the name of the constant.
	Go string `json:"go"`
	// Drop leaves the value out.
	Drop   bool   `json:"drop"`
	Reason string `json:"reason"`
}

// NotMirrored is something that a server, a client or a documentation has, and this library has not.
type NotMirrored struct {
	// Doc is the page that lists it: events or opcodes.
	Doc string `json:"doc"`
	// Of is who has it.
	Of string `json:"of"`
	// What it is.
	What string `json:"what"`
	// Instead is what there is here.
	Instead string `json:"instead"`
	Reason  string `json:"reason"`
}
