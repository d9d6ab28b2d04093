package main

import (
	"fmt"
	"slices"
	"strings"
)

// writeUnionView writes the method that turns the flat structure into a variant.
func (m *model) writeUnionView(out *text, u *goUnion) {
	r := receiverOf(u.flat)
	doc := fmt.Sprintf("Variant returns %s as a structure of its kind, which its %s tells. It shares slices, maps and pointers "+
		"with %s.", r, u.Discriminator, r)
	if m.hasZero(u) {
		doc += fmt.Sprintf(" What was sent without a %s counts as one of %s 0.", u.Discriminator, u.Discriminator)
	}
	unfit := fmt.Sprintf("A %s that is unknown gives", u.Discriminator)
	if isShaped(u) {
		unfit = fmt.Sprintf("A %s that is unknown, or raw JSON within %s that does not fit it, gives", u.Discriminator, r)
	}
	out.comment(0, fmt.Sprintf("%s %s an [*%s] with the encoding of %s. The result is nil if %s is.",
		doc, unfit, u.unknown(), r, r))
	out.printf("func (%s *%s) Variant() %s {\n\tif %s == nil {\n\t\treturn nil\n\t}\n", r, u.flat, u.iface(), r)
	m.writeCases(out, u, r+"."+u.field, func(v *goVariant) {
		if len(v.Types) == 0 {
			out.printf("\t\treturn view%s(%s)\n", v.Go, r)
			return
		}
		out.printf("\t\tif v, err := view%s(%s); err == nil {\n\t\t\treturn v\n\t\t}\n", v.Go, r)
	})
	out.printf("\treturn &%s{%s: %s.%s, Raw: rawOf(%s)}\n}\n\n", u.unknown(), u.field, r, u.field, r)
}

// isShaped says whether a variant has a shape for what is raw in the flat structure.
func isShaped(u *goUnion) bool {
	return slices.ContainsFunc(u.variants, func(v goVariant) bool { return len(v.Types) > 0 })
}

// hasZero says whether 0, which is also what an absent number reads as, is a value of the discriminator.
func (m *model) hasZero(u *goUnion) bool {
	return !m.isText(u) && slices.ContainsFunc(m.enums[u.Enum].values, func(v goValue) bool { return v.Number == 0 })
}

// writeUnionEmpty writes the function that makes the variant into which an object is decoded.
func (m *model) writeUnionEmpty(out *text, u *goUnion) {
	out.comment(0, fmt.Sprintf("%s returns the variant that the object data is to be decoded into.", u.empty()))
	out.printf("func %s(data []byte) %s {\n\tkind, ok := %s\n\tif !ok {\n\t\treturn new(%s)\n\t}\n",
		u.empty(), u.iface(), m.reader(u), u.unknown())
	m.writeCases(out, u, "kind", func(v *goVariant) { out.printf("\t\treturn new(%s)\n", v.Go) })
	out.printf("\treturn new(%s)\n}\n\n", u.unknown())
}

// writeCases writes a switch over the values of a discriminator.
func (m *model) writeCases(out *text, u *goUnion, kind string, body func(*goVariant)) {
	out.printf("\tswitch %s {\n", kind)
	var ids *goVariant
	for i := range u.variants {
		v := &u.variants[i]
		if v.IDs {
			ids = v
			continue
		}
		cases := v.cases
		if v.Absent {
			cases = append(cases, `""`)
		}
		out.printf("\tcase %s:\n", strings.Join(wrapList(cases), ",\n\t\t"))
		body(v)
	}
	if ids != nil {
		out.printf("\tdefault:\n\t\tif !isID(%s) {\n\t\t\tbreak\n\t\t}\n", kind)
		body(ids)
	}
	out.printf("\t}\n")
}

// wrapList joins expressions into lines of a sane width.
func wrapList(items []string) []string {
	var lines []string
	line := ""
	for _, item := range items {
		if line != "" && len(line)+len(item) > 100 {
			lines = append(lines, line)
			line = ""
		}
		if line != "" {
			line += ", "
		}
		line += item
	}
	return append(lines, line)
}

// writeVariant writes the structure of a variant, its methods and the function that makes it from the flat structure.
func (m *model) writeVariant(out *text, u *goUnion, v *goVariant) {
	out.comment(0, v.Go+" "+m.summary(v.Go)+".", m.variantOrigin(u, v))
	m.writeStruct(out, v.Go, nil, v.fields)
	m.writeVariantKind(out, u, v)
	r := receiverOf(u.flat)
	out.comment(0, fmt.Sprintf("view%s copies the fields that %s has.", v.Go, v.Go))
	if len(v.Types) == 0 {
		out.printf("func view%s(%s *%s) *%s {\n\treturn &%s{\n", v.Go, r, u.flat, v.Go, v.Go)
		for _, field := range v.fields {
			out.printf("\t\t%s: %s.%s,\n", field.name, r, field.name)
		}
		out.printf("\t}\n}\n\n")
		return
	}
	out.printf("func view%s(%s *%s) (*%s, error) {\n\tv := &%s{\n", v.Go, r, u.flat, v.Go, v.Go)
	for _, field := range v.fields {
		if v.Types[field.json] == "" {
			out.printf("\t\t%s: %s.%s,\n", field.name, r, field.name)
		}
	}
	out.printf("\t}\n")
	for _, field := range v.fields {
		if v.Types[field.json] != "" {
			out.printf("\tif err := typed(%s.%s, &v.%s); err != nil {\n\t\treturn nil, err\n\t}\n", r, m.rawField(u, field), field.name)
		}
	}
	out.printf("\treturn v, nil\n}\n\n")
}

// rawField returns the field of the flat structure that holds raw JSON, down to the Raw itself.
func (m *model) rawField(u *goUnion, field goField) string {
	for _, f := range u.members {
		if f.Name == field.json && m.field(f, m.modeOf(u.Object), nil).typ != "Raw" {
			return field.name + ".Raw"
		}
	}
	return field.name
}

// variantOrigin says which values a variant stands for, and where it is documented.
func (m *model) variantOrigin(u *goUnion, v *goVariant) string {
	said := fmt.Sprintf("See [%s].", u.flat)
	if u.Enum != "" {
		links := make([]string, len(v.cases))
		for i, constant := range v.cases {
			links[i] = "[" + constant + "]"
		}
		said = fmt.Sprintf("It is %s [%s] of type %s.", article(u.flat), u.flat, strings.Join(links, ", "))
	}
	return said + " Source: " + m.Object(u.Object).Source + "."
}

// writeVariantKind writes the method that returns the discriminator, and makes the encoding agree with it.
func (m *model) writeVariantKind(out *text, u *goUnion, v *goVariant) {
	if u.Enum == "" {
		out.comment(0, fmt.Sprintf("%s returns v.%s.", u.method, u.field))
		out.printf("func (v *%s) %s() %s { return v.%s }\n\n", v.Go, u.method, u.wire, u.field)
		return
	}
	if len(v.cases) == 1 {
		out.comment(0, fmt.Sprintf("%s returns [%s].", u.method, v.cases[0]))
		out.printf("func (*%s) %s() %s { return %s }\n\n", v.Go, u.method, u.wire, v.cases[0])
	} else {
		out.comment(0, fmt.Sprintf("%s returns v.%s if that is a type of %s %s, and [%s] if not.",
			u.method, u.field, article(v.Go), v.Go, v.cases[0]))
		out.printf("func (v *%s) %s() %s {\n\treturn oneOf(v.%s, %s)\n}\n\n",
			v.Go, u.method, u.wire, u.field, strings.Join(v.cases, ", "))
	}
	set := fmt.Sprintf("\tv.%s = v.%s()\n", u.field, u.method)
	if v.Absent {
		out.comment(0, fmt.Sprintf("MarshalJSON writes it with the type that %s returns, or without one if v.%s is empty.",
			u.method, u.field))
		set = fmt.Sprintf("\tif v.%s != \"\" {\n\t%s\t}\n", u.field, set)
	} else {
		out.comment(0, fmt.Sprintf("MarshalJSON writes it with the type that %s returns, whatever v.%s is.", u.method, u.field))
	}
	out.printf("func (v %s) MarshalJSON() ([]byte, error) {\n\ttype plain %s\n%s\treturn encode(plain(v))\n}\n\n",
		v.Go, v.Go, set)
}
