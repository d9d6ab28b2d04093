package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/chorus-go/chorus/internal/protocol"
)

// goUnion is a union with its Go names.
type goUnion struct {
	*protocol.Union
	// flat is the structure with the fields of all variants, wire the Go type of its discriminator and field the name of
	// that field.
	flat, field, wire string
	// method returns the discriminator.
	method string
	// members are the fields of the flat structure.
	members  []member
	variants []goVariant
}

// goVariant is a variant with its Go fields and the Go expressions of its values.
type goVariant struct {
	*protocol.Variant
	cases  []string
	fields []goField
}

func (u *goUnion) iface() string   { return u.flat + "Variant" }
func (u *goUnion) wrapper() string { return "Any" + u.flat }
func (u *goUnion) unknown() string { return "Unknown" + u.flat }
func (u *goUnion) empty() string   { return "empty" + u.iface() }

// unionNames returns the Go types that a union brings.
func (m *model) unionNames(union *protocol.Union) []string {
	u := goUnion{flat: m.typeName(union.Object)}
	names := []string{u.iface(), u.wrapper(), u.unknown()}
	for _, v := range union.Variants {
		names = append(names, v.Go)
	}
	return names
}

// goUnions works out the Go names of the unions and the fields of their variants.
func (m *model) goUnions() []goUnion {
	var unions []goUnion
	for i := range m.Unions {
		u := goUnion{Union: &m.Unions[i], flat: m.typeName(m.Unions[i].Object)}
		u.members = m.flatMembers(u.Object)
		at := slices.IndexFunc(u.members, func(f member) bool { return f.Name == u.Discriminator })
		discriminator := m.field(u.members[at], m.modeOf(u.Object), nil)
		u.field, u.wire, u.method = discriminator.name, discriminator.typ, u.Method
		if u.method == "" {
			u.method = u.wire
		}
		for k := range u.Variants {
			u.variants = append(u.variants, m.goVariant(&u, &u.Variants[k]))
		}
		unions = append(unions, u)
	}
	return unions
}

func (m *model) goVariant(u *goUnion, v *protocol.Variant) goVariant {
	has := u.FieldsOf(v)
	variant := goVariant{Variant: v}
	for _, f := range u.members {
		if !has[f.Name] {
			continue
		}
		field := m.field(f, m.modeOf(u.Object), nil)
		if shape := v.Types[f.Name]; shape != "" {
			field.typ = shape
		}
		variant.fields = append(variant.fields, field)
	}
	for _, value := range v.Values {
		variant.cases = append(variant.cases, m.unionCase(u, value))
	}
	return variant
}

// unionCase returns the Go expression of a value of the discriminator.
func (m *model) unionCase(u *goUnion, value string) string {
	if u.Enum == "" {
		return fmt.Sprintf("%q", value)
	}
	values := m.enums[u.Enum].values
	at := slices.IndexFunc(values, func(v goValue) bool { return v.Name == value })
	if at < 0 {
		m.errorf("union %s: %s has no constant", u.Object, value)
		return value
	}
	return values[at].constant
}

// isText says whether the discriminator is a string.
func (m *model) isText(u *goUnion) bool {
	return u.Enum == "" || m.enums[u.Enum].Kind == protocol.EnumString
}

// writeUnions writes, for each union, the interface, the structure that reads any variant, the variants, the unknown one,
// and the way from the flat structure to them.
func (m *model) writeUnions(f *files) {
	for _, u := range m.goUnions() {
		out := f.types(u.File)
		m.writeUnionInterface(out, &u)
		m.writeUnionWrapper(out, &u)
		m.writeUnionUnknown(out, &u)
		m.writeUnionView(out, &u)
		m.writeUnionEmpty(out, &u)
		for i := range u.variants {
			m.writeVariant(out, &u, &u.variants[i])
		}
	}
}

func (m *model) writeUnionInterface(out *text, u *goUnion) {
	out.comment(0, fmt.Sprintf("%s is %s as a structure of its own kind, with the fields that apply to that alone. "+
		"Its concrete types are pointers to %s and [%s].", u.iface(), u.Noun, variantLinks(u), u.unknown()))
	out.printf("type %s interface {\n", u.iface())
	out.comment(1, fmt.Sprintf("%s is the %s by which the protocol tells the kinds apart.", u.method, u.Discriminator))
	out.printf("\t%s() %s\n}\n\n", u.method, u.wire)
}

func variantLinks(u *goUnion) string {
	var links []string
	for _, v := range u.variants {
		links = append(links, "["+v.Go+"]")
	}
	return strings.Join(links, ", ")
}

func (m *model) writeUnionWrapper(out *text, u *goUnion) {
	any, none := u.wrapper(), "0"
	if m.isText(u) {
		none = `""`
	}
	out.comment(0, fmt.Sprintf("%s holds %s of whatever kind. Use a type switch on its %s:", any, u.Noun, u.iface()))
	out.printf("//\n//\tswitch v := any.%s.(type) {\n//\tcase *types.%s:\n//\tcase *types.%s:\n//\t}\n",
		u.iface(), u.variants[0].Go, u.unknown())
	out.printf("type %s struct {\n", any)
	out.comment(1, fmt.Sprintf("%s is nil for null.", u.iface()))
	out.printf("\t%s\n}\n\n", u.iface())
	out.comment(0, fmt.Sprintf("%s returns the %s, or %s if there is nothing.", u.method, u.Discriminator, none))
	out.printf("func (a %s) %s() %s {\n\tif a.%s == nil {\n\t\treturn %s\n\t}\n\treturn a.%s.%s()\n}\n\n",
		any, u.method, u.wire, u.iface(), none, u.iface(), u.method)
	m.writeUnionUnmarshal(out, u)
	out.comment(0, "MarshalJSON writes the variant, or null if there is none.")
	out.printf("func (a %s) MarshalJSON() ([]byte, error) { return marshalVariant(a.%s) }\n\n", any, u.iface())
}

func (m *model) writeUnionUnmarshal(out *text, u *goUnion) {
	doc := fmt.Sprintf("UnmarshalJSON reads %s by its %s. One that is unknown%s gives an [*%s]%s, null gives nil.",
		u.Noun, u.Discriminator, map[bool]string{false: " or missing"}[hasAbsent(u)], u.unknown(),
		map[bool]string{true: ", as do fields that have other forms than those of its kind"}[u.Lenient])
	limit := "0"
	if u.Recursive {
		limit = "maxVariantDepth"
		doc += " Objects and arrays may be nested 64 deep."
	}
	out.comment(0, doc+" On an error a is left as it was.")
	out.printf("func (a *%s) UnmarshalJSON(data []byte) error {\n", u.wrapper())
	if !u.Lenient {
		out.printf("\treturn unmarshalVariant(data, &a.%s, %q, %s, %s)\n}\n\n", u.iface(), u.Noun, limit, u.empty())
		return
	}
	out.printf("\tconst noun = %q\n", u.Noun)
	out.printf("\tif unmarshalVariant(data, &a.%s, noun, %s, %s) == nil {\n\t\treturn nil\n\t}\n", u.iface(), limit, u.empty())
	out.printf("\treturn unmarshalVariant(data, &a.%s, noun, %s, func([]byte) %s {\n\t\treturn new(%s)\n\t})\n}\n\n",
		u.iface(), limit, u.iface(), u.unknown())
}

func hasAbsent(u *goUnion) bool {
	return slices.ContainsFunc(u.variants, func(v goVariant) bool { return v.Absent })
}

// reader returns the expression that reads the discriminator from data.
func (m *model) reader(u *goUnion) string {
	if m.isText(u) {
		return fmt.Sprintf("nameOf[%s](data, %q)", u.wire, u.Discriminator)
	}
	return fmt.Sprintf("numberOf[%s](data, %q)", u.wire, u.Discriminator)
}

func (m *model) writeUnionUnknown(out *text, u *goUnion) {
	name := u.unknown()
	out.comment(0, fmt.Sprintf("%s is %s of a kind that this package does not know. It keeps what was sent and writes it "+
		"back unchanged.", name, u.Noun))
	out.printf("type %s struct {\n", name)
	out.comment(1, fmt.Sprintf("%s is the %s, %s if it has none or one of another JSON type.", u.field, u.Discriminator,
		map[bool]string{true: `""`, false: "0"}[m.isText(u)]))
	out.printf("\t%s %s\n", u.field, u.wire)
	out.comment(1, "Raw is the whole object.")
	out.printf("\tRaw Raw\n}\n\n")
	out.comment(0, fmt.Sprintf("%s returns u.%s.", u.method, u.field))
	out.printf("func (u *%s) %s() %s { return u.%s }\n\n", name, u.method, u.wire, u.field)
	out.comment(0, "UnmarshalJSON keeps a copy of data.")
	out.printf("func (u *%s) UnmarshalJSON(data []byte) error {\n\tu.%s, _ = %s\n\treturn u.Raw.UnmarshalJSON(data)\n}\n\n",
		name, u.field, m.reader(u))
	out.comment(0, "MarshalJSON writes what was sent; if there is nothing, an object with the "+u.Discriminator+" alone.")
	out.printf("func (u *%s) MarshalJSON() ([]byte, error) { return marshalUnknown(u.Raw, %q, u.%s) }\n\n",
		name, u.Discriminator, u.field)
}
