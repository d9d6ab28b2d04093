package main

import (
	"strings"

	"github.com/chorus-go/chorus/internal/protocol"
)

// members returns the fields of an object, an event or "op 8" with those that servers add to it.
func (m *model) members(in string, fields []protocol.Field) []member {
	var all []member
	for _, field := range fields {
		all = append(all, member{Field: field, in: in})
	}
	for _, extra := range m.Overrides.Extra {
		if extra.In == in {
			all = append(all, member{Field: extra.Field, in: in, only: extra.Only})
		}
	}
	return all
}

// flatMembers returns the fields of an object and of those it embeds, the embedded ones first.
func (m *model) flatMembers(name string) []member {
	object := m.Object(name)
	if object == nil {
		return nil
	}
	return join(m.flatMembers(object.Embed), m.members(name, object.Fields))
}

// join appends to first those of second that first does not have.
func join(first, second []member) []member {
	seen := map[string]bool{}
	for _, f := range first {
		seen[f.Name] = true
	}
	joined := first[:len(first):len(first)]
	for _, f := range second {
		if !seen[f.Name] {
			joined = append(joined, f)
		}
	}
	return joined
}

// besides returns the fields of second that first does not have.
func besides(first, second []member) []member { return join(first, second)[len(first):] }

// writeObjects writes the objects that are no event's own payload and no component.
func (m *model) writeObjects(f *files) {
	components := m.componentTypes()
	for i := range m.Objects {
		object := &m.Objects[i]
		if m.isEventStruct(object.Name) || m.isFlattened(object.Name) || object.Discriminator != "" {
			continue
		}
		if components[object.Name] != "" || m.isSentStruct(object.Name) {
			continue
		}
		out := f.types(object.File)
		m.writeObject(out, object)
		m.writeLayout(out, object)
		m.writeObjectApply(out, object)
		m.writePartialTypes(out, object)
	}
}

func (m *model) writeObject(out *text, object *protocol.Object) {
	name := m.typeName(object.Name)
	out.comment(0, name+" "+m.summary(object.Name)+".", "Source: "+object.Source+".")
	m.writeStruct(out, name, m.embedded(object.Embed), m.goFields(m.ownMembers(object), m.modeOf(object.Name)))
}

// ownMembers returns the fields that an object has besides those of what it embeds.
func (m *model) ownMembers(object *protocol.Object) []member {
	return besides(m.flatMembers(object.Embed), m.members(object.Name, object.Fields))
}

// modeOf returns how the fields of an object keep absence.
func (m *model) modeOf(object string) mode {
	for _, o := range m.Overrides.Types {
		if o.Object == object && o.Plain {
			return read
		}
	}
	if m.sentOnly[object] {
		return sent
	}
	return read
}

func (m *model) embedded(objects ...string) []string {
	var names []string
	for _, object := range objects {
		if object != "" {
			names = append(names, m.typeName(object))
		}
	}
	return names
}

func (m *model) goFields(members []member, how mode) []goField {
	fields := make([]goField, len(members))
	for i, f := range members {
		fields[i] = m.field(f, how, nil)
	}
	return fields
}

// writeStruct writes a structure; its doc comment is there already.
func (m *model) writeStruct(out *text, name string, embeds []string, fields []goField) {
	m.checkFields(name, fields)
	m.structs[name] = &goStruct{noun: nounOf(out.path), embeds: embeds, fields: fields}
	out.printf("type %s struct {\n", name)
	for _, embed := range embeds {
		out.printf("\t%s\n", embed)
	}
	if len(embeds) > 0 && len(fields) > 0 {
		out.printf("\n")
	}
	for _, field := range fields {
		tag := field.json
		if field.omit {
			tag += ",omitzero"
		}
		out.printf("\t%s %s `json:%q`", field.name, field.typ, tag)
		if field.note != "" {
			out.printf(" // %s", field.note)
		}
		out.printf("\n")
	}
	out.printf("}\n\n")
}

// checkFields reports two fields of the same Go name.
func (m *model) checkFields(name string, fields []goField) {
	seen := map[string]string{}
	for _, field := range fields {
		if other := seen[field.name]; other != "" {
			m.errorf("%s and %s are both %s.%s", other, field.json, name, field.name)
		}
		seen[field.name] = field.json
		if strings.Contains(field.typ, "Optional[Raw]") {
			m.errorf("%s.%s: raw JSON is optional by itself", name, field.name)
		}
	}
}
