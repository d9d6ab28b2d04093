package protocol

import (
	"maps"
	"slices"
)

// Union says of an object of many kinds which kinds there are, how they are told apart, and which of the object's
// fields each of them has.
type Union struct {
	// Object is the name of the object, which has the fields of all kinds.
	Object string `json:"object"`
	// File is the noun of the generated file.
	File string `json:"file"`
	// Noun is what one such object is called, with its article.
	Noun string `json:"noun"`
	// Discriminator is the field by which the kinds are told apart.
	Discriminator string `json:"discriminator"`
	// Enum is the enumeration of the discriminator; it is empty for a text of which the values are no enumeration.
	Enum string `json:"enum"`
	// Method is the Go method that returns the discriminator. Without it, it is called as the enumeration's Go type.
	Method string `json:"method"`
	// Recursive says that such an object may contain others of its kind.
	Recursive bool `json:"recursive"`
	// Lenient makes an object whose fields do not fit its kind one of the unknown kind, instead of an error.
	Lenient bool `json:"lenient"`
	// Groups are fields that several kinds have together.
	Groups map[string][]string `json:"groups"`
	// Variants are the kinds.
	Variants []Variant `json:"variants"`
}

// Variant is one kind of a [Union].
type Variant struct {
	// Go is the name of the Go type, also in the summaries.
	Go string `json:"go"`
	// Values are the values of the discriminator: names of the enumeration's values, or the texts themselves. A value
	// of the Go type that has none of them is of the first.
	Values []string `json:"values"`
	// Absent says that an object without discriminator is of this kind too.
	Absent bool `json:"absent"`
	// IDs says that a discriminator that is a snowflake is of this kind too.
	IDs bool `json:"ids"`
	// With names groups of the kind's fields, Fields are the others.
	With   []string `json:"with"`
	Fields []string `json:"fields"`
	// Types are the Go types of fields that are raw JSON in the object and have a shape in this kind.
	Types map[string]string `json:"types"`
}

// FieldsOf returns the names of the fields that a variant has.
func (u *Union) FieldsOf(v *Variant) map[string]bool {
	fields := map[string]bool{}
	for _, group := range v.With {
		for _, name := range u.Groups[group] {
			fields[name] = true
		}
	}
	for _, name := range v.Fields {
		fields[name] = true
	}
	return fields
}

// validateUnions checks what the generator relies on.
func (t *Table) validateUnions(p *problems) {
	seen := map[string]bool{}
	for i := range t.Unions {
		u := &t.Unions[i]
		if t.Object(u.Object) == nil || u.File == "" || u.Noun == "" || seen[u.Object] {
			p.addf("union %q: no object, file or noun, or there twice", u.Object)
			continue
		}
		seen[u.Object] = true
		if (u.Enum == "") == (u.Method == "") || u.Enum != "" && t.Enum(u.Enum) == nil {
			p.addf("union %s: enumeration %q, method %q", u.Object, u.Enum, u.Method)
			continue
		}
		t.validateVariants(p, u)
		t.validateUnionValues(p, u)
	}
}

// validateVariants checks that the variants have fields of the object, and together all of them.
func (t *Table) validateVariants(p *problems, u *Union) {
	known, used := map[string]bool{}, map[string]bool{}
	for _, field := range t.fields(u.Object) {
		known[field.Name] = true
	}
	for _, extra := range t.Overrides.Extra {
		if extra.In == u.Object {
			known[extra.Field.Name] = true
		}
	}
	for i := range u.Variants {
		v := &u.Variants[i]
		for _, group := range v.With {
			if u.Groups[group] == nil {
				p.addf("union %s: %s has fields of group %q, which is not there", u.Object, v.Go, group)
			}
		}
		has := u.FieldsOf(v)
		for _, name := range slices.Sorted(maps.Keys(has)) {
			used[name] = true
			if !known[name] {
				p.addf("union %s: %s has a field %q, which the object has not", u.Object, v.Go, name)
			}
		}
		for name := range v.Types {
			if !has[name] {
				p.addf("union %s: %s has a type for %q, which it has not", u.Object, v.Go, name)
			}
		}
		if v.Go == "" || !has[u.Discriminator] {
			p.addf("union %s: %q has no name or no %s", u.Object, v.Go, u.Discriminator)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(known)) {
		if !used[name] {
			p.addf("union %s: no variant has the field %s", u.Object, name)
		}
	}
}

// validateUnionValues checks that each value belongs to one variant, and each of an enumeration to any.
func (t *Table) validateUnionValues(p *problems, u *Union) {
	taken := map[string]bool{}
	for _, v := range u.Variants {
		if len(v.Values) == 0 && !v.IDs || u.Enum != "" && v.IDs {
			p.addf("union %s: %s has no values", u.Object, v.Go)
		}
		for _, value := range v.Values {
			if taken[value] {
				p.addf("union %s: two variants have the value %s", u.Object, value)
			}
			taken[value] = true
		}
	}
	if u.Enum == "" {
		return
	}
	for _, value := range t.Enum(u.Enum).Values {
		if !taken[value.Name] {
			p.addf("union %s: no variant has the value %s", u.Object, value.Name)
		}
		delete(taken, value.Name)
	}
	for _, value := range slices.Sorted(maps.Keys(taken)) {
		p.addf("union %s: no value %s in %s", u.Object, value, u.Enum)
	}
}
