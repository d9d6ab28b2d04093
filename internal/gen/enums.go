package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/chorus-go/chorus/internal/protocol"
)

// goEnum is an enumeration with the Go names of its type and constants.
type goEnum struct {
	*protocol.Enum
	name    string
	prefix  string
	lenient bool
	values  []goValue
}

// goValue is a constant.
type goValue struct {
	protocol.Value
	constant string
}

// goEnums works out the names; permissions are a type of their own.
func (m *model) goEnums() map[string]*goEnum {
	enums := map[string]*goEnum{}
	for i := range m.Enums {
		e := &goEnum{Enum: &m.Enums[i], name: m.Enums[i].Name}
		for _, o := range m.Overrides.Enums {
			if o.Enum == e.Name {
				e.name, e.prefix, e.lenient = cmp.Or(o.Go, e.name), cmp.Or(o.Prefix, e.prefix), e.lenient || o.Lenient
			}
		}
		if e.prefix == "" {
			e.prefix = e.name
			if e.Kind == protocol.EnumFlags {
				e.prefix = strings.TrimSuffix(e.prefix, "s")
			}
		}
		e.values = m.goValues(e)
		if e.Name != permissions {
			enums[e.Name] = e
		}
	}
	return enums
}

func (m *model) goValues(e *goEnum) []goValue {
	var values []goValue
	for _, v := range e.Values {
		o := m.valueOverride(e.Name, v)
		if o.Drop {
			continue
		}
		v.Name = cmp.Or(o.Name, v.Name)
		values = append(values, goValue{v, e.prefix + cmp.Or(o.Go, camel(v.Name))})
	}
	return values
}

func (m *model) valueOverride(enum string, v protocol.Value) protocol.ValueOverride {
	for _, o := range m.Overrides.Values {
		if o.Enum == enum && o.Matches(v) {
			return o
		}
	}
	return protocol.ValueOverride{}
}

// writeEnums writes the enumerations.
func (m *model) writeEnums(f *files) {
	constants := map[string]string{}
	for i := range m.Enums {
		e := m.enums[m.Enums[i].Name]
		if e == nil {
			continue
		}
		for _, v := range e.values {
			if other := constants[v.constant]; other != "" {
				m.errorf("%s and %s both have a constant %s", other, e.Name, v.constant)
			}
			constants[v.constant] = e.Name
		}
		out := f.types(e.File)
		switch e.Kind {
		case protocol.EnumString:
			m.writeStringEnum(out, e)
		case protocol.EnumInteger:
			m.writeIntegerEnum(out, e)
		case protocol.EnumFlags:
			m.writeFlags(out, e)
		}
	}
}

func (m *model) enumComment(out *text, e *goEnum, more string) {
	out.comment(0, e.name+" "+m.summary(e.Name)+". "+more, "Source: "+e.Source+".")
}

// valueComment is what follows a constant on its line.
func valueComment(v protocol.Value) string {
	var notes []string
	if v.Alias != "" {
		notes = append(notes, "also "+v.Alias)
	}
	if v.Deprecated {
		notes = append(notes, "deprecated")
	}
	if v.Removed {
		notes = append(notes, "no longer used")
	}
	if len(notes) == 0 {
		return ""
	}
	return " // " + strings.Join(notes, ", ")
}

func (m *model) writeStringEnum(out *text, e *goEnum) {
	m.enumComment(out, e, "Values without a constant pass through unchanged.")
	out.printf("type %s string\n\n", e.name)
	out.comment(0, "The values of "+e.name+".")
	out.printf("const (\n")
	for _, v := range e.values {
		out.printf("\t%s %s = %q%s\n", v.constant, e.name, v.Text, valueComment(v.Value))
	}
	out.printf(")\n\n")
	receiver := receiverOf(e.name)
	out.comment(0, "String returns the value as it is on the wire.")
	out.printf("func (%s %s) String() string { return string(%s) }\n\n", receiver, e.name, receiver)
	m.writeIsKnown(out, e)
}

// writeIsKnown writes by which values with a constant are told from others. A switch over strings is compiled to a
// search, and so is as fast as a table and needs no memory.
func (m *model) writeIsKnown(out *text, e *goEnum) {
	receiver := receiverOf(e.name)
	out.comment(0, "IsKnown says whether there is a constant for the value. One without is valid: servers are newer than "+
		"clients.")
	if e.Kind == protocol.EnumInteger {
		out.printf("func (%s %s) IsKnown() bool { return enumKnown(int(%s), %s[:]) }\n\n",
			receiver, e.name, receiver, unexported(e.name)+"Names")
		return
	}
	seen := map[string]bool{}
	var constants []string
	for _, v := range e.values {
		if !seen[v.Text] {
			seen[v.Text] = true
			constants = append(constants, v.constant)
		}
	}
	out.printf("func (%s %s) IsKnown() bool {\n\tswitch %s {\n\tcase ", receiver, e.name, receiver)
	for i, line := range wrap(strings.Join(constants, ", "), 104) {
		if i > 0 {
			out.printf("\n\t\t")
		}
		out.printf("%s", line)
	}
	out.printf(":\n\t\treturn true\n\t}\n\treturn false\n}\n\n")
}

func (m *model) writeIntegerEnum(out *text, e *goEnum) {
	m.enumComment(out, e, "Values without a constant pass through unchanged.")
	out.printf("type %s int\n\n", e.name)
	out.comment(0, "The values of "+e.name+".")
	out.printf("const (\n")
	for _, v := range e.values {
		out.printf("\t%s %s = %d%s\n", v.constant, e.name, v.Number, valueComment(v.Value))
	}
	out.printf(")\n\n")
	names := unexported(e.name) + "Names"
	m.writeNames(out, names, e)
	receiver := receiverOf(e.name)
	out.comment(0, fmt.Sprintf("String returns the protocol's name, such as %s, and %s(42) for a value without one.",
		e.values[0].Name, e.name))
	out.printf("func (%s %s) String() string { return enumString(%q, int(%s), %s[:]) }\n\n",
		receiver, e.name, e.name, receiver, names)
	m.writeIsKnown(out, e)
	m.writeLenient(out, e)
}

// writeNames writes the protocol's names, each at its number; of two with the same number the first stands.
func (m *model) writeNames(out *text, names string, e *goEnum) {
	out.printf("var %s = [...]string{\n", names)
	seen := map[int]bool{}
	for _, v := range e.values {
		if seen[v.Number] {
			continue
		}
		seen[v.Number] = true
		key := v.constant
		if e.Kind == protocol.EnumFlags {
			key = fmt.Sprint(v.Number)
		}
		out.printf("\t%s: %q,\n", key, v.Name)
	}
	out.printf("}\n\n")
}

func (m *model) writeFlags(out *text, e *goEnum) {
	m.enumComment(out, e, "Bits without a constant pass through unchanged.")
	out.printf("type %s uint64\n\n", e.name)
	out.comment(0, "The bits of "+e.name+".")
	out.printf("const (\n")
	for _, v := range e.values {
		if said := m.valueSentence(e, v); said != "" {
			out.comment(1, said)
			v.Alias = ""
		}
		out.printf("\t%s %s = 1 << %d%s\n", v.constant, e.name, v.Number, valueComment(v.Value))
	}
	out.printf(")\n\n")
	names := unexported(e.name) + "Names"
	m.writeNames(out, names, e)
	r := receiverOf(e.name)
	out.comment(0, "Has says whether all flags in all are set.")
	out.printf("func (%s %s) Has(all %s) bool { return %s&all == all }\n\n", r, e.name, e.name, r)
	out.comment(0, fmt.Sprintf("Add returns %s with the flags in more.", r))
	out.printf("func (%s %s) Add(more %s) %s { return %s | more }\n\n", r, e.name, e.name, e.name, r)
	out.comment(0, fmt.Sprintf("Remove returns %s without the flags in fewer.", r))
	out.printf("func (%s %s) Remove(fewer %s) %s { return %s &^ fewer }\n\n", r, e.name, e.name, e.name, r)
	out.comment(0, `String returns the protocol's names joined by "|", bits without one in hexadecimal, and "0" for no flags.`)
	out.printf("func (%s %s) String() string { return flagString(uint64(%s), %s[:]) }\n\n", r, e.name, r, names)
	m.writeLenient(out, e)
}

// writeLenient makes a type read its number in quotes too.
func (m *model) writeLenient(out *text, e *goEnum) {
	if !e.lenient {
		return
	}
	i := slices.IndexFunc(m.Overrides.Enums, func(o protocol.EnumOverride) bool { return o.Enum == e.Name && o.Lenient })
	out.comment(0, "UnmarshalJSON reads a number, also in quotes, and null as 0. "+m.Overrides.Enums[i].Reason)
	r := receiverOf(e.name)
	out.printf("func (%s *%s) UnmarshalJSON(data []byte) error { return unmarshalNumber(data, %s) }\n\n", r, e.name, r)
}

// receiverOf returns the name of a type's receiver: its first letter.
func receiverOf(name string) string { return strings.ToLower(name[:1]) }
