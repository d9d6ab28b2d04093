package main

import (
	"strings"

	"github.com/chorus-go/chorus/internal/protocol"
)

// fieldPath is the Go form of a path to a value.
type fieldPath struct {
	expression string
	typ        string   // of the expression, without the package
	guards     []string // what must hold for the expression to be evaluated
}

// condition returns the beginning of the statement under which the expression can be evaluated, or nothing.
func (p fieldPath) condition() string {
	if len(p.guards) == 0 {
		return ""
	}
	return "if " + strings.Join(p.guards, " && ") + " {\n"
}

// pointer returns the expression of a pointer to the value.
func (p fieldPath) pointer() string {
	if strings.HasPrefix(p.typ, "*") {
		return p.expression
	}
	if strings.Contains(p.expression, "(") {
		return p.expression
	}
	return "&" + p.expression
}

// resolve follows the names of fields from a structure of package types.
func (m *model) resolve(typ, from, names string) fieldPath {
	p := fieldPath{expression: from, typ: "*" + typ}
	for name := range strings.SplitSeq(names, ".") {
		field, ok := m.fieldOf(strings.TrimPrefix(p.typ, "*"), name)
		if !ok {
			m.errorf("effects: %s has no field %s", p.typ, name)
			return p
		}
		if strings.HasPrefix(p.typ, "*") && p.expression != from {
			p.guards = append(p.guards, p.expression+" != nil")
		}
		p.expression += "." + field.name
		p.typ = field.typ
		if inner, optional := strings.CutPrefix(p.typ, "Optional["); optional && inner == "Snowflake]" {
			p.expression += ".Or(0)"
			p.typ = "Snowflake"
		}
	}
	return p
}

// fieldOf returns a field of a structure or of those it embeds.
func (m *model) fieldOf(typ, name string) (goField, bool) {
	s := m.structs[typ]
	if s == nil {
		return goField{}, false
	}
	for _, field := range s.fields {
		if field.json == name {
			return field, true
		}
	}
	for _, embed := range s.embeds {
		if field, ok := m.fieldOf(embed, name); ok {
			return field, true
		}
	}
	return goField{}, false
}

// elementOf returns the type of a list's elements.
func elementOf(list string) string {
	if inner, loose := strings.CutPrefix(list, "LooseList["); loose {
		return strings.TrimSuffix(inner, "]")
	}
	return strings.TrimPrefix(list, "[]")
}

// place is where a row finds what it is about.
type place struct {
	*model

	row     *protocol.Effect
	typ     string // of the payload or the element
	payload string // of the payload
}

// base returns the variable of the payload or of the element.
func (p place) base() string {
	if p.row.Each != "" {
		return "v"
	}
	return "e"
}

// value returns what the row's value is.
func (p place) value() fieldPath {
	if name := strings.TrimPrefix(p.row.Value, "."); name != "" {
		return p.resolve(p.typ, p.base(), name)
	}
	return fieldPath{expression: p.base(), typ: "*" + p.typ}
}

// entity returns the expression of a pointer to the entity that the row sets.
func (p place) entity(typ string) string {
	v := p.value()
	if strings.TrimPrefix(v.typ, "*") == typ {
		return v.pointer()
	}
	return "&" + v.expression + "." + typ
}

func (p place) scope() string { return p.key(p.row.Scope) }

func (p place) id() string { return p.key(p.row.ID) }

// key returns the expression of an id: of the payload, or of the element if the path begins with a dot.
func (p place) key(names string) string {
	switch inner, element := strings.CutPrefix(names, "."); {
	case names == "":
		return "0"
	case names == ".":
		return "*v"
	case element:
		return p.resolve(p.typ, "v", inner).expression
	default:
		return p.resolve(p.payload, "e", names).expression
	}
}
