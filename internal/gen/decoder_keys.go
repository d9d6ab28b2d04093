package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// ordinaryKey is a key that no other one stands for but by its case.
var ordinaryKey = regexp.MustCompile(`^[a-z0-9_]+$`)

// decodedFields returns the fields of a structure that a decoder reads, each with the place where it is: those it
// embeds stand behind its own.
func (d *decoders) decodedFields(place, name string, seen map[string]bool) []goField {
	var fields []goField
	s := d.structs[name]
	for _, field := range s.fields {
		if seen[field.json] {
			continue
		}
		seen[field.json] = true
		if !ordinaryKey.MatchString(field.json) {
			d.errorf("%s.%s: a decoder cannot tell the key %s", name, field.name, field.json)
		}
		field.name = place + "." + field.name
		fields = append(fields, field)
	}
	for _, embed := range s.embeds {
		fields = append(fields, d.decodedFields(place+"."+embed, embed, seen)...)
	}
	return fields
}

// number numbers the fields of a structure, and returns the number that stands in front of them.
func (d *decoders) number(name string, fields []goField) int {
	start := len(d.heads)
	d.heads = append(d.heads, "{}, // "+name)
	for _, field := range fields {
		d.heads = append(d.heads, d.head(field.json)+" // "+field.json)
	}
	return start
}

// inWords is how many bytes of a key a decoder compares as two words.
const inWords = 16

// head returns the literal of a key as package decode compares it.
func (d *decoders) head(key string) string {
	text := `"` + key + `":`
	words := make([]byte, max(len(text), inWords))
	copy(words, text)
	tail := 0
	if len(text) > inWords {
		if tail = strings.Index(d.tails, text[inWords:]); tail < 0 {
			tail = len(d.tails)
			d.tails += text[inWords:]
		}
	}
	mask := bytes.Repeat([]byte{0xff}, inWords)
	clear(mask[min(len(text), inWords):])
	return fmt.Sprintf("{%#016x, %#016x, %#x, %#x, %d, %d},",
		binary.LittleEndian.Uint64(words), binary.LittleEndian.Uint64(words[8:]),
		binary.LittleEndian.Uint64(mask), binary.LittleEndian.Uint64(mask[8:]), len(text), tail)
}

// writeHeads writes the keys of all structures. Their words are numbers, as strings would be pointers, through which the
// collector goes each time.
func (d *decoders) writeHeads(f *files) {
	out := f.file("internal/decode/keys_gen.go")
	out.comment(0, "heads are the keys of all structures, by the numbers of their fields.")
	out.printf("var heads = [%d]head{\n\t%s\n}\n\n", len(d.heads), strings.Join(d.heads, "\n\t"))
	out.comment(0, "followers have, for each field and what is before the first one, the field that followed it.")
	out.printf("type followers [len(heads)]uint16\n\n")
	out.comment(0, "tails is what of long keys is not in the words of a head.")
	out.printf("const tails = \"\"")
	for part := range slices.Chunk([]byte(d.tails), 96) {
		out.printf(" +\n\t%q", part)
	}
	out.printf("\n")
}
