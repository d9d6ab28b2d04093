package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/chorus-go/chorus/internal/protocol"
)

// mode is how the absence of a value is kept.
type mode int

const (
	// read keeps a plain value wherever absent, null and zero tell the same.
	read mode = iota
	// partial keeps apart what is absent, null or a value, in every field.
	partial
	// sent keeps them apart in fields that may be absent or null.
	sent
)

// goField is a field of a generated structure.
type goField struct {
	name string
	typ  string
	json string
	omit bool
	note string
}

// member is a field of the table and the structure that documents it, by which overrides are found.
type member struct {
	protocol.Field
	in string
	// event is the partial update that the field was copied to, or empty.
	event string
	// only is the one field, as Object.field, in whose objects this one stands, or empty.
	only string
}

// goType returns the Go type of a value that is there. Only enum is about the innermost value.
func (m *model) goType(t protocol.Type, enum string) string {
	switch t.Name {
	case "string", "integer":
		if e := m.enums[enum]; e != nil {
			m.checkEnum(t.Name, e)
			return e.name
		}
		if t.Name == "string" {
			return "string"
		}
		return "int64"
	case "number":
		return "float64"
	case "boolean":
		return "bool"
	case "snowflake":
		return "Snowflake"
	case "timestamp":
		return "Timestamp"
	case "date":
		return "Date"
	case "unix_ms", "unix_ms_string":
		return "UnixMillis"
	case "unix_s":
		return "UnixSeconds"
	case "null":
		return "PresentNull"
	case "any", "object":
		return "Raw"
	case "array":
		return "[]" + m.goType(t.Args[0], enum)
	case "tuple":
		return fmt.Sprintf("[%d]%s", len(t.Args), m.goType(t.Args[0], enum))
	case "versioned_or_array":
		return "Versioned[" + m.goType(t.Args[0], enum) + "]"
	case "map":
		value := m.goType(t.Args[1], enum)
		if t.Args[1].Nullable {
			value = "*" + value
		}
		return "map[" + m.goType(t.Args[0], "") + "]" + value
	case "|":
		return m.unionType(t)
	}
	if m.Object(t.Name).Discriminator != "" {
		return "AnyComponent"
	}
	return m.typeName(t.Name)
}

// unionType returns the type of one of several.
func (m *model) unionType(t protocol.Type) string {
	variants := map[string]bool{}
	for i := range m.Objects {
		for _, variant := range m.Objects[i].Variants {
			variants[variant] = true
		}
	}
	scalars, components := true, true
	for _, alternative := range t.Args {
		scalars = scalars && !alternative.IsObject() && len(alternative.Args) == 0
		components = components && variants[alternative.Name]
	}
	switch expression := t.String(); {
	case expression == "number|integer":
		return "float64"
	case expression == "array<snowflake>|array<string>":
		return "[]string"
	case components:
		return "AnyComponent"
	case scalars:
		return "Scalar"
	default:
		m.errorf("%s needs an override", expression)
		return "Raw"
	}
}

// checkEnum reports an enumeration whose wire form is not the field's.
func (m *model) checkEnum(wire string, e *goEnum) {
	if (wire == "string") != (e.Kind == protocol.EnumString) && !e.lenient {
		m.errorf("%s is used for a %s, and is %s", e.Name, wire, e.Kind)
	}
}

// field returns the Go form of a field. keep are the fields of a partial update that always come. An object that may be
// missing is a pointer, also in an Optional: a partial update, in which most are, has no room for it then, and it is
// carried out by assigning.
func (m *model) field(f member, how mode, keep []string) goField {
	o := m.fieldOverride(f)
	optional := f.Optional
	if o.Optional != nil {
		optional = *o.Optional
	}
	enum := f.Enum
	if o.NoEnum {
		enum = ""
	}
	value := o.Go
	if value == "" {
		value = m.goType(f.Type, enum)
	}
	g := goField{name: o.Name, json: f.Name, omit: optional, note: o.Note}
	if g.name == "" {
		g.name = camel(f.Name)
	}
	g.describe(f.Field, o.Instead)
	isStruct := f.Type.IsObject() && value == m.typeName(f.Type.Name)
	if slices.Contains(keep, f.Name) {
		optional, g.omit = false, false
	}
	absent := optional || f.Nullable && !slices.Contains(keep, f.Name)
	if isStruct && (absent || m.inCycle(f)) {
		value = "*" + value
	}
	switch {
	case strings.HasPrefix(value, "Optional["):
		g.typ, g.omit = value, optional || how != sent
	case how == partial && value != "Raw" && !slices.Contains(keep, f.Name):
		g.typ, g.omit = "Optional["+value+"]", true
	case how == sent && absent && !o.Plain && !nilable(value) && value != "Nonce":
		g.typ = "Optional[" + value + "]"
	case how == sent && !absent && strings.HasPrefix(value, "[]"):
		g.typ = "List[" + value[2:] + "]"
	default:
		g.typ = value
	}
	return g
}

// describe takes over what the table says about the field.
func (g *goField) describe(f protocol.Field, instead string) {
	if g.note == "" {
		g.note = f.Note
	}
	switch {
	case f.Removed:
		g.note = prepend("no longer used", g.note)
	case f.Deprecated && instead != "":
		g.note = prepend("deprecated, see "+instead, g.note)
	case f.Deprecated:
		g.note = prepend("deprecated", g.note)
	}
}

// inCycle says whether a field that is always there would make its structure contain itself.
func (m *model) inCycle(f member) bool {
	cycle := m.cyclic[f.in]
	return cycle != 0 && cycle == m.cyclic[f.Type.Name]
}

// nilable says whether nil is a value of a Go type, so that absence needs no other.
func nilable(goType string) bool {
	return strings.HasPrefix(goType, "[]") || strings.HasPrefix(goType, "map[") || strings.HasPrefix(goType, "*") ||
		goType == "SnowflakeList" || goType == "Raw"
}

// fieldOverride returns what is overridden about a field: what is said of it in particular goes before what is said
// of all fields of its name.
func (m *model) fieldOverride(f member) protocol.FieldOverride {
	merged := protocol.FieldOverride{}
	for _, in := range []string{f.event, f.in, "*"} {
		for _, o := range m.overridden[[2]string{in, f.Name}] {
			merged.Go = cmp.Or(merged.Go, o.Go)
			merged.Name = cmp.Or(merged.Name, o.Name)
			merged.Note = cmp.Or(merged.Note, o.Note)
			merged.Instead = cmp.Or(merged.Instead, o.Instead)
			merged.Plain = merged.Plain || o.Plain
			merged.NoEnum = merged.NoEnum || o.NoEnum
			if merged.Optional == nil {
				merged.Optional = o.Optional
			}
		}
	}
	return merged
}

// prepend puts a remark before a note that may be empty.
func prepend(remark, note string) string {
	if note == "" {
		return remark
	}
	return remark + "; " + note
}
