package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/chorus-go/chorus/internal/protocol"
)

// sample is a JSON value as a server may send it, and as it is written again. The two differ only where this file says so.
type sample struct{ sent, written string }

func same(text string) sample { return sample{text, text} }

// sampler makes payloads as the tables describe them, with values that differ from one another. An object that was
// there before has objects in it only where they are required or stand in no other place, and one that stands in itself
// twice has none.
type sampler struct {
	*model
	// full has every field, else there are only those that must be there, and null where it may be.
	full bool
	// native is what a server sends that keeps Erlang's terms: ids are integers, an absent field is there and is nil, and
	// what has a layout is an array.
	native bool

	kinds   map[string]string // what discriminators returns
	n       int               // how many values were made
	path    []string          // the objects around
	whole   map[string]bool   // the objects that were written with every field
	covered map[string]bool   // the fields that were written, as Object.field
	empty   []string          // those of them whose value tells nothing, though every field is asked for
}

func newSampler(m *model, full, native bool) *sampler {
	return &sampler{
		model: m, full: full, native: native, kinds: discriminators(m), whole: map[string]bool{}, covered: map[string]bool{},
	}
}

// payload makes the payload of an event or of an opcode, whose own fields are documented in in.
func (s *sampler) payload(in string, p *protocol.Payload) sample {
	own := s.members(in, p.Fields)
	switch p.Kind {
	case protocol.KindArray:
		if p.Ref == "" {
			return same(`["1573868328970205030","1573868328970205031"]`)
		}
		return list(s.object("", p.Ref))
	case protocol.KindObjects:
		return list(s.fields(own))
	case protocol.KindNull:
		return same("null")
	case protocol.KindAny:
		return s.anything()
	}
	return s.fields(join(s.payloadMembers(p), own))
}

// place names a field as the tables do, Object.field.
func (f member) place() string { return f.in + "." + f.Name }

// payloadMembers returns the fields that a payload has from elsewhere.
func (m *model) payloadMembers(p *protocol.Payload) []member {
	switch p.Kind {
	case protocol.KindUnion:
		return m.flatMembers(p.Refs[0])
	case protocol.KindAlias:
		other := &m.Event(p.Of).Payload
		return join(m.payloadMembers(other), m.members(p.Of, other.Fields))
	}
	return join(m.flatMembers(p.Ref), m.flatMembers(p.Embed))
}

// membersAt returns the fields of an object that stands in a field, as Object.field, or if that is empty by itself.
func (s *sampler) membersAt(place, name string) []member {
	return slices.DeleteFunc(s.flatMembers(name), func(f member) bool {
		return f.only != "" && f.only != place && place != ""
	})
}

// object makes an object that stands in place, which is as for membersAt.
func (s *sampler) object(place, name string) sample {
	around := 0
	for _, other := range s.path {
		if other == name {
			around++
		}
	}
	defer func() { s.path = s.path[:len(s.path)-1] }()
	s.path = append(s.path, name)
	members := s.membersAt(place, name)
	if whole := around == 0 && !s.whole[name]; !whole {
		members = slices.DeleteFunc(members, func(f member) bool {
			return len(f.Type.Objects()) > 0 && (around > 1 || s.optional(f) && f.only == "")
		})
	}
	s.whole[name] = true
	if s.native && s.layoutOf(name) != "" {
		return s.array(members, s.layoutOf(name))
	}
	return s.fields(members)
}

func (s *sampler) layoutOf(object string) string {
	for _, o := range s.Overrides.Types {
		if o.Object == object && o.Layout != "" {
			return o.Layout
		}
	}
	return ""
}

// array makes an object that is sent as an array, and written as an object.
func (s *sampler) array(members []member, layout string) sample {
	var sent, written []string
	for _, f := range members {
		value := same("null")
		if s.full || !s.optional(f) {
			value = s.member(f)
		}
		written = append(written, fmt.Sprintf("%q:%s", f.Name, value.written))
		if layout == "hashed" {
			value.sent = fmt.Sprintf("[%d,%s]", murmur3(f.Name), value.sent)
		}
		sent = append(sent, value.sent)
	}
	return sample{"[" + strings.Join(sent, ",") + "]", "{" + strings.Join(written, ",") + "}"}
}

// fields makes an object of fields.
func (s *sampler) fields(members []member) sample {
	var sent, written []string
	add := func(name string, value sample) {
		sent = append(sent, fmt.Sprintf("%q:%s", name, value.sent))
		written = append(written, fmt.Sprintf("%q:%s", name, value.written))
	}
	for _, f := range members {
		switch {
		case s.full || !s.optional(f):
			add(f.Name, s.member(f))
		case s.native && f.Type.Name != "null":
			add(f.Name, same("null"))
		}
	}
	return sample{"{" + strings.Join(sent, ",") + "}", "{" + strings.Join(written, ",") + "}"}
}

// optional says whether a field may be absent.
func (s *sampler) optional(f member) bool {
	if o := s.fieldOverride(f); o.Optional != nil {
		return *o.Optional
	}
	return f.Optional
}

// member makes the value of a field.
func (s *sampler) member(f member) sample {
	if !s.full && f.Nullable {
		return same("null")
	}
	if s.full {
		s.covered[f.place()] = true
	}
	if number := s.discriminator(f); number != "" {
		return same(number)
	}
	v := s.value(f, f.Type)
	switch v.sent {
	case "null", "false", "0", `""`, "[]", "{}", "[{}]":
		if s.full && f.Type.Name != "null" && !f.Type.IsObject() {
			s.empty = append(s.empty, f.place())
		}
	}
	switch bare(s.fieldOverride(f).Go) {
	case "Raw", "Scalar", "InteractionData":
		// It is kept as it came.
		v.written = v.sent
	}
	return v
}

// bare returns a Go type without what is around it.
func bare(goType string) string {
	return strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(goType, "Optional["), "[]"), "]")
}

// discriminator returns the value of the field that tells which alternative of a union an object is, or "".
func (s *sampler) discriminator(f member) string { return s.kinds[f.place()] }

// discriminators returns the values of all such fields, as Object.field.
func discriminators(m *model) map[string]string {
	kinds := map[string]string{}
	for i := range m.Objects {
		o := &m.Objects[i]
		for value, name := range o.Variants {
			kinds[name+"."+o.Discriminator] = value
		}
	}
	return kinds
}

func (s *sampler) value(f member, t protocol.Type) sample {
	s.n++
	n := s.n
	switch t.Name {
	case "snowflake", "string", "integer", "number", "unix_ms_string":
		return s.scalar(f, t.Name)
	case "boolean":
		return same("true")
	case "timestamp":
		return same(fmt.Sprintf(`"2026-11-22T%02d:%02d:50.%03d123+00:00"`, n/60%24, n%60, n%1000))
	case "date":
		return same(fmt.Sprintf(`"20%02d-11-22"`, n%100))
	case "unix_ms":
		return same(fmt.Sprint(1795396250000 + n))
	case "unix_s":
		return same(fmt.Sprint(1795396250 + n))
	case "null":
		return same("null")
	case "any", "object":
		return s.anything()
	case "array":
		return s.elements(f, t.Args[0])
	case "tuple":
		first, second := s.value(f, t.Args[0]), s.value(f, t.Args[1])
		return sample{"[" + first.sent + "," + second.sent + "]", "[" + first.written + "," + second.written + "]"}
	case "map":
		value := s.value(f, t.Args[1])
		key := map[string]string{"snowflake": fmt.Sprint(1573868328970205030 + n), "integer": fmt.Sprint(n)}[t.Args[0].Name]
		key = cmp.Or(key, fmt.Sprintf("key_%d", n))
		return sample{fmt.Sprintf("{%q:%s}", key, value.sent), fmt.Sprintf("{%q:%s}", key, value.written)}
	case "versioned_or_array":
		entry, rest := list(s.value(f, t.Args[0])), fmt.Sprintf(`,"partial":true,"version":%d}`, n)
		return sample{`{"entries":` + entry.sent + rest, `{"entries":` + entry.written + rest}
	case "|":
		return s.value(f, s.alternative(f, t))
	}
	if s.Object(t.Name).Discriminator != "" {
		return s.object(f.place(), s.variants(t.Name)[0])
	}
	return s.object(f.place(), t.Name)
}

// alternative chooses one of several: an object that was not there before, and otherwise the last one, which may be a list,
// unless the Go type wants the first.
func (s *sampler) alternative(f member, t protocol.Type) protocol.Type {
	for _, arg := range t.Args {
		if arg.IsObject() && !s.whole[arg.Name] || arg.Name == s.wire(f) {
			return arg
		}
	}
	return t.Args[len(t.Args)-1]
}

// wire returns the one form that a field has of which the table names several, or "".
func (s *sampler) wire(f member) string {
	return map[string]string{"Snowflake": "snowflake", "Nonce": "string"}[s.fieldOverride(f).Go]
}

// variants returns the alternatives of a union that may stand here, at least one. Once the union is around, that is one.
func (s *sampler) variants(union string) []string {
	object := s.Object(union)
	var names []string
	for i := range s.Objects {
		for _, name := range object.Variants {
			if name == s.Objects[i].Name {
				names = append(names, name)
			}
		}
	}
	if slices.ContainsFunc(s.path, func(name string) bool { return slices.Contains(names, name) }) {
		return []string{object.Variants["10"]}
	}
	return names
}

// elements makes an array, of a union one with every alternative.
func (s *sampler) elements(f member, t protocol.Type) sample {
	if !t.IsObject() || s.Object(t.Name).Discriminator == "" {
		return list(s.value(f, t))
	}
	var all []sample
	for _, name := range s.variants(t.Name) {
		all = append(all, s.object(f.place(), name))
	}
	return list(all...)
}

func list(elements ...sample) sample {
	sent, written := make([]string, len(elements)), make([]string, len(elements))
	for i, e := range elements {
		sent[i], written[i] = e.sent, e.written
	}
	return sample{"[" + strings.Join(sent, ",") + "]", "[" + strings.Join(written, ",") + "]"}
}

// anything is a value of no documented shape.
func (s *sampler) anything() sample {
	s.n++
	return same(fmt.Sprintf(`{"some":["thing",%d,1.5,null,{"deep":true}]}`, s.n))
}
