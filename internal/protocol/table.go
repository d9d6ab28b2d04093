// Package protocol holds the tables of the gateway protocol and reads them: every event, every opcode, every object
// they carry and every enumeration those use. The tables are the one source of truth for the generator in
// internal/gen; nothing at run time reads them.
//
// The tables in data are facts about the protocol as it is documented. What real servers do differently, and what Go
// wants to be named otherwise, stands in data/overrides.json alone, each row with its reason.
package protocol

// Table is all that is known about the protocol. It is read-only.
type Table struct {
	// Objects are the documented structures that an event or a sent payload reaches, in the order in which they are
	// to appear in generated files.
	Objects []Object
	// Events are the dispatches (opcode 0) in the order of the documentation.
	Events []Event
	// Sent are the payloads of the other opcodes: what a client sends, and HELLO.
	Sent []Payload
	// Enums are the enumerations and flag sets that a field uses, with intents, capabilities and permissions.
	Enums []Enum
	// Unions are the objects that are of many kinds.
	Unions []Union
	// Opcodes are all opcodes in ascending order.
	Opcodes []Opcode
	// CloseCodes are the close codes of the gateway in ascending order.
	CloseCodes []CloseCode
	// Updates say which events change which entities, and how.
	Updates []Update
	// Effects say what events do to entities, and to which.
	Effects Effects
	// Overrides are the deviations from the tables above.
	Overrides Overrides
	// Summaries says in a phrase what something is, by its name: an object, an event, the struct of a sent payload, an
	// enumeration, one of its values as Enumeration.VALUE, "op 1", "close 4000", or "path: " and a category of events.
	Summaries map[string]string

	objects map[string]*Object
	enums   map[string]*Enum
	events  map[string]*Event
}

// Object returns the object of that name, or nil.
func (t *Table) Object(name string) *Object { return t.objects[name] }

// Enum returns the enumeration of that name, or nil.
func (t *Table) Enum(name string) *Enum { return t.enums[name] }

// Event returns the event of that name, such as MESSAGE_CREATE, or nil.
func (t *Table) Event(name string) *Event { return t.events[name] }

// Object is a documented structure.
type Object struct {
	Name string `json:"name"`
	// File is the noun of the generated file that the object belongs to.
	File string `json:"file"`
	// Source is where the object is documented.
	Source string `json:"source"`
	// Embed names an object whose fields this one has too, or is empty.
	Embed string `json:"embed"`
	// Discriminator is the field by which the Variants of a union are told apart; it is empty for all other objects.
	Discriminator string `json:"discriminator"`
	// Variants maps the values of the discriminator to objects.
	Variants map[string]string `json:"variants"`
	Fields   []Field           `json:"fields"`
}

// Field is one key of an object.
type Field struct {
	Name string `json:"name"`
	// Type says what the value is; see [Type].
	Type Type `json:"type"`
	// Optional says that the key may be absent.
	Optional bool `json:"optional"`
	// Nullable says that the value may be null.
	Nullable bool `json:"nullable"`
	// Enum names the enumeration of the value, or of the elements of an array, or is empty.
	Enum       string `json:"enum"`
	Deprecated bool   `json:"deprecated"`
	Removed    bool   `json:"removed"`
	// Note is what else the documentation says, in a few words.
	Note string `json:"note"`
}

// PayloadKind says how the value of "d" is described.
type PayloadKind string

const (
	// KindObject is an object with the payload's own Fields.
	KindObject PayloadKind = "object"
	// KindRef is the object that Ref names.
	KindRef PayloadKind = "ref"
	// KindEmbed is the object that Ref names with the payload's own Fields besides.
	KindEmbed PayloadKind = "embed"
	// KindUnion is one of the objects in Refs, of which the first has all fields of the others.
	KindUnion PayloadKind = "union"
	// KindArray is an array of the objects that Ref names, or of the scalars that Of names.
	KindArray PayloadKind = "array"
	// KindObjects is an array of objects with the payload's own Fields.
	KindObjects PayloadKind = "objects"
	// KindAlias is the payload of the event that Of names.
	KindAlias PayloadKind = "alias"
	// KindNull is null.
	KindNull PayloadKind = "null"
	// KindAny is undocumented.
	KindAny PayloadKind = "any"
)

// Payload is the value of "d".
type Payload struct {
	// Event is the name of the event whose payload this is; it is empty for payloads of other opcodes.
	Event string `json:"event"`
	// Op is the opcode; it is 0 for events.
	Op int `json:"op"`
	// Struct is the name of the payload's structure; events have it in [Event.Struct].
	Struct string      `json:"struct"`
	Kind   PayloadKind `json:"kind"`
	Ref    string      `json:"ref"`
	Refs   []string    `json:"refs"`
	Of     string      `json:"of"`
	Embed  string      `json:"embed"`
	// Received says that a server sends the payload, not a client.
	Received bool    `json:"received"`
	Source   string  `json:"source"`
	Fields   []Field `json:"fields"`
}

// Event is a dispatch.
type Event struct {
	Name string
	// Struct is the name of the payload's structure.
	Struct string
	// Category is the branch of the tree of events that the event belongs to.
	Category string
	// ChorusPath is the event's path in the tree of Chorus, as category.field, or is empty.
	ChorusPath string
	// Audience is both, user_only or bot_only.
	Audience string
	// Intents are the intents that ask for the event, any one of which is enough; there may be none.
	Intents    []string
	Deprecated bool
	// Spacebar is what the Spacebar server does with the event: yes, declared or no.
	Spacebar string
	// Userdoccers, DiscordDocs and Chorus say who else knows the event.
	Userdoccers bool
	DiscordDocs bool
	Chorus      bool
	// Scope is oauth2_only for events that only connections of the social SDK receive.
	Scope   string
	Note    string
	Payload Payload
}

// EnumKind is the wire form of an enumeration.
type EnumKind string

const (
	// EnumInteger is one number of several.
	EnumInteger EnumKind = "integer"
	// EnumString is one string of several.
	EnumString EnumKind = "string"
	// EnumFlags is a set of bits in a number.
	EnumFlags EnumKind = "flags"
)

// Enum is an enumeration or a set of flags.
type Enum struct {
	Name   string   `json:"name"`
	File   string   `json:"file"`
	Source string   `json:"source"`
	Kind   EnumKind `json:"kind"`
	Values []Value  `json:"values"`
}

// Value is one value of an enumeration.
type Value struct {
	Name string
	// Number is the value of an [EnumInteger], and the bit of an [EnumFlags].
	Number int
	// Text is the value of an [EnumString].
	Text string
	// Alias is another name of the same value, or empty.
	Alias      string
	Deprecated bool
	Removed    bool
}

// Opcode is the meaning of "op".
type Opcode struct {
	Code int
	Name string
	// Direction is send, receive or both, as seen by the client.
	Direction string
	// Status is deprecated, removed or no.
	Status string
	// Payload says in words what "d" is where it has no structure in [Table.Sent]; it is empty for all others.
	Payload string
	// Response is what a server answers, or empty.
	Response string
	// Spacebar is what the Spacebar server does with the opcode: handled, ignored or sent, enum_only if it only has a
	// name for it, or no.
	Spacebar string
	// Chorus is what Chorus has: enum+send, enum+receive, enum_only or no.
	Chorus string
	// Userdoccers and DiscordDocs say who describes the opcode.
	Userdoccers bool
	DiscordDocs bool
}

// CloseCode is a reason for which a server closes the connection.
type CloseCode struct {
	Code int
	Name string
	// Reconnect says that connecting again is of use, Resume that the session may be resumed.
	Reconnect bool
	Resume    bool
}
