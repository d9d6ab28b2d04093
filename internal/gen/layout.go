package main

import (
	"math/bits"
	"strings"

	"github.com/chorus-go/chorus/internal/protocol"
)

// writeLayout makes a type that servers also send as an array read that array.
func (m *model) writeLayout(out *text, object *protocol.Object) {
	layout := ""
	for _, o := range m.Overrides.Types {
		if o.Object == object.Name && o.Layout != "" {
			layout = o.Layout
		}
	}
	if layout == "" {
		return
	}
	name := m.typeName(object.Name)
	m.custom[name] = true
	r := receiverOf(name)
	out.comment(0, map[string]string{
		"positional": "UnmarshalJSON reads an object, and an array of the fields' values in their order.",
		"hashed":     "UnmarshalJSON reads an object, and an array of pairs of a field's name, as its murmur3 hash, and its value.",
	}[layout])
	out.printf("func (%s *%s) UnmarshalJSON(data []byte) error {\n\ttype plain %s\n", r, name, name)
	out.printf("\treturn unmarshal%s(data, (*plain)(%s)", strings.ToUpper(layout[:1])+layout[1:], r)
	for _, field := range m.goFields(m.flatMembers(object.Name), read) {
		if layout == "hashed" {
			out.printf(",\n\t\thashedField{%d, &%s.%s}", murmur3(field.json), r, field.name)
			continue
		}
		out.printf(",\n\t\t&%s.%s", r, field.name)
	}
	out.printf(")\n}\n\n")
}

// murmur3 is the hash of 32 bits with seed 0 by which fields are named.
func murmur3(key string) uint32 {
	const c1, c2 = 0xcc9e2d51, 0x1b873593
	hash, rest := uint32(0), key
	for ; len(rest) >= 4; rest = rest[4:] {
		word := uint32(rest[0]) | uint32(rest[1])<<8 | uint32(rest[2])<<16 | uint32(rest[3])<<24
		hash = bits.RotateLeft32(hash^bits.RotateLeft32(word*c1, 15)*c2, 13)*5 + 0xe6546b64
	}
	if rest != "" {
		word := uint32(0)
		for i := range len(rest) {
			word |= uint32(rest[i]) << (8 * i)
		}
		hash ^= bits.RotateLeft32(word*c1, 15) * c2
	}
	hash ^= uint32(len(key))
	hash = (hash ^ hash>>16) * 0x85ebca6b
	hash = (hash ^ hash>>13) * 0xc2b2ae35
	return hash ^ hash>>16
}
