package main

import (
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/chorus-go/chorus/internal/protocol"
)

// goStruct is a structure of package types, as it was written.
type goStruct struct {
	noun   string
	embeds []string
	fields []goField
}

// decoders writes the decoders of the hot events and of all that they hold.
type decoders struct {
	*model
	// enumKinds are the enumerations by their Go names.
	enumKinds map[string]*goEnum
	// needed are the structures to write, in the order in which they were found.
	needed []string
	// listed are the structures that stand in lists.
	listed map[string]bool
	// heads are the keys of all fields by their numbers, as package decode compares them, and tails what of long keys is not
	// in words.
	heads []string
	tails string
}

// writeDecoders writes package decode; all structures have been written.
func (m *model) writeDecoders(f *files) {
	d := &decoders{model: m, enumKinds: map[string]*goEnum{}, listed: map[string]bool{}, heads: []string{"{size: 255}, // none"}}
	for _, e := range m.enums {
		d.enumKinds[e.name] = e
	}
	for _, name := range hotEvents {
		d.writeEntry(d.file(f, m.Event(name).Struct), m.Event(name))
	}
	for i := 0; i < len(d.needed); i++ {
		d.writeReader(d.file(f, d.needed[i]), d.needed[i])
		for _, name := range slices.Sorted(maps.Keys(d.listed)) {
			d.need(name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(d.listed)) {
		d.writeList(d.file(f, name), name)
	}
	d.writeScratch(f)
	d.writeHeads(f)
	m.decoded = d.needed
}

// file returns the file that has the decoder of a type: it is called as the one in package types.
func (d *decoders) file(f *files, name string) *text {
	path := "internal/decode/" + d.structs[name].noun + "_gen.go"
	f.imports[path] = []string{`"github.com/chorus-go/chorus/types"`}
	return f.file(path)
}

// entryCode is the function that decodes an event.
const entryCode = `
func NAME(data []byte, v *types.NAME) (err error) {
	c := open(data)
	defer c.close(&err)
	readNAME(c, v)
	return nil
}

`

// writeEntry writes the function that decodes an event.
func (d *decoders) writeEntry(out *text, event *protocol.Event) {
	out.comment(0, fmt.Sprintf("%s decodes the payload of %s into a new value. An error says that it is to be decoded "+
		"otherwise.", event.Struct, event.Name))
	d.need(event.Struct)
	out.printf("%s", strings.ReplaceAll(strings.TrimPrefix(entryCode, "\n"), "NAME", event.Struct))
}

// writeReader writes the function that reads a structure.
func (d *decoders) writeReader(out *text, name string) {
	fields := d.decodedFields("v", name, map[string]bool{})
	start := d.number(name, fields)
	out.printf("func read%s(c *cursor, v *types.%s) {\n", name, name)
	out.printf("\tfor field := c.field('{', %d, fieldOf%s); field != none; field = c.field(',', field, fieldOf%s) {\n",
		start, name, name)
	out.printf("\t\tswitch field {\n")
	for i, field := range fields {
		out.printf("\t\tcase %d: // %s\n\t\t\tc.at += %d\n", start+1+i, field.json, len(`,"":`)+len(field.json))
		out.printf("\t\t\t%s\n", d.read("&"+field.name, field.typ))
	}
	out.printf("\t\t}\n\t}\n}\n\n")
	out.printf("func fieldOf%s(key []byte) int {\n\tswitch string(key) {\n", name)
	for i, field := range fields {
		out.printf("\tcase %q:\n\t\treturn %d\n", field.json, start+1+i)
	}
	out.printf("\t}\n\treturn none\n}\n\n")
}

// listCode is the function that reads a list of a structure. It is no generic function, as one for many large types makes
// symbols that are longer than its code.
const listCode = `
func readNAMEList(c *cursor, v *[]types.NAME) {
	if !c.begin(*v == nil) {
		*v = nil
		return
	}
	if !c.array() {
		*v = []types.NAME{}
		return
	}
	var grown []types.NAME
	if n := len(c.scratch.NAME); n > 0 {
		grown, c.scratch.NAME = c.scratch.NAME[n-1], c.scratch.NAME[:n-1]
	}
	for start, more := c.at, true; more; more = c.more() {
		if len(grown) == cap(grown) {
			full := grown
			grown = append(make([]types.NAME, 0, c.room(len(full), start)), full...)
			if len(full) <= maxScratch && cap(grown) > maxScratch {
				clear(full)
				c.scratch.NAME = append(c.scratch.NAME, full[:0])
			}
		}
		grown = grown[:len(grown)+1]
		readNAME(c, &grown[len(grown)-1])
	}
	if fits(len(grown), cap(grown)) {
		*v = grown[:len(grown):len(grown)]
		return
	}
	*v = MADE
	copy(*v, grown)
	clear(grown)
	if cap(grown) <= maxScratch {
		c.scratch.NAME = append(c.scratch.NAME, grown[:0])
	}
}

`

// writeList writes the function that reads a list of a structure.
func (d *decoders) writeList(out *text, name string) {
	made := "make([]types." + name + ", len(grown))"
	if name == "Activity" {
		made = "c.activities.take(c, len(grown), mostActivities, perActivity)"
	}
	out.printf("%s", strings.NewReplacer("NAME", name, "MADE", made).Replace(strings.TrimPrefix(listCode, "\n")))
}

// writeScratch writes the type of what lists of structures grow in.
func (d *decoders) writeScratch(f *files) {
	const path = "internal/decode/scratch_gen.go"
	f.imports[path] = []string{`"github.com/chorus-go/chorus/types"`}
	out := f.file(path)
	out.comment(0, "scratch has, for each structure that stands in lists, the memory in which the lists grow: one for each "+
		"list that is being read within another.")
	out.printf("type scratch struct {\n")
	for _, name := range slices.Sorted(maps.Keys(d.listed)) {
		out.printf("\t%s [][]types.%s\n", name, name)
	}
	out.printf("}\n")
}

// isPlain says whether a type is a structure that is read field by field.
func (d *decoders) isPlain(name string) bool {
	s := d.structs[name]
	return s != nil && !d.custom[name] && !slices.ContainsFunc(s.embeds, func(embed string) bool { return !d.isPlain(embed) })
}

// need makes sure that there is a function that reads a structure.
func (d *decoders) need(name string) string {
	if !slices.Contains(d.needed, name) {
		d.needed = append(d.needed, name)
	}
	return "read" + name
}

// bricks are the functions of package decode that read the types which are not generated.
var bricks = map[string]string{
	"string": "text", "int64": "integer", "float64": "float", "bool": "boolean",
	"Snowflake": "snowflake", "Timestamp": "timestamp", "Permissions": "permissions", "Nonce": "nonce", "RoleIDs": "roleIDs", "[]Snowflake": "snowflakes",
}

// reader returns the name of the function that reads a type, where there is one.
func (d *decoders) reader(typ string) string {
	if bricks[typ] != "" {
		return bricks[typ]
	}
	if e := d.enumKinds[typ]; e != nil && !(e.lenient && e.Kind != protocol.EnumString) {
		return map[protocol.EnumKind]string{
			protocol.EnumString: "text", protocol.EnumInteger: "integer", protocol.EnumFlags: "unsigned",
		}[e.Kind]
	}
	if d.isPlain(typ) {
		return d.need(typ)
	}
	return ""
}

// isGeneric says whether a function of package decode has to be told the type when it is not called at once.
func isGeneric(reader string) bool {
	return reader == "text" || reader == "integer" || reader == "unsigned"
}

// function returns an expression for a function that reads a type.
func (d *decoders) function(typ string) string {
	reader := d.reader(typ)
	switch {
	case isGeneric(reader):
		return reader + "[" + qualified(typ) + "]"
	case reader != "":
		return reader
	}
	return fmt.Sprintf("func(c *cursor, v *%s) {\n%s\n}", qualified(typ), d.read("v", typ))
}

// list returns the name of the function that reads a list of a structure.
func (d *decoders) list(element string) string {
	d.listed[element] = true
	return "read" + element + "List"
}

// read returns the statements that read a value of a Go type to where the expression at points.
func (d *decoders) read(at, typ string) string {
	if reader := d.reader(typ); reader != "" {
		return reader + "(c, " + at + ")"
	}
	kind, inner := outer(typ)
	switch {
	case kind == "Optional":
		return d.readOptional(at, inner)
	case kind == "[]" && d.isPlain(inner):
		return d.list(inner) + "(c, " + at + ")"
	case kind == "[]":
		return "list(c, " + at + ", " + d.function(inner) + ")"
	case kind == "LooseList" && d.isPlain(inner):
		return fmt.Sprintf("if c.isArray() {\n%s(c, (*[]types.%s)(%s))\n} else {\nc.skip()\n%s = nil\n}",
			d.list(inner), inner, at, d.place(at))
	case kind == "Versioned" && d.isPlain(inner):
		return fmt.Sprintf("%s = %s{}\nversioned(c, &%s.Partial, &%s.Version, func() { %s(c, &%s.Entries) })",
			d.place(at), qualified(typ), d.place(at), d.place(at), d.list(inner), d.place(at))
	case kind == "*":
		return d.readPointer(at, inner)
	case kind == "map":
		return d.readMap(at, inner)
	case kind == "[n]":
		return "fixed(c, (" + at + ")[:], " + d.function(inner) + ")"
	}
	brick := fmt.Sprintf("c.check((%s).UnmarshalJSON(c.value()))", at)
	if e := d.enumKinds[typ]; e != nil || typ == "Integer" || typ == "UnixMillis" || typ == "UnixSeconds" {
		return "if !plain(c, " + at + ") {\n" + brick + "\n}"
	}
	return brick
}

// readOptional is read for an Optional.
func (d *decoders) readOptional(at, inner string) string {
	if reader := d.reader(inner); isGeneric(reader) {
		return "optional" + strings.ToUpper(reader[:1]) + reader[1:] + "(c, " + at + ")"
	}
	place := d.place(at)
	if structure, ok := strings.CutPrefix(inner, "*"); ok && d.isPlain(structure) {
		return fmt.Sprintf("if c.null() {\n%s = types.Null[%s]()\n} else {\nx := new(%s)\n%s\n%s = types.Some(x)\n}",
			place, qualified(inner), qualified(structure), d.read("x", structure), place)
	}
	if reader := d.reader(inner); reader != "" {
		return fmt.Sprintf("if c.null() {\n%s = types.Null[%s]()\n} else {\n%s(c, %s.Fill())\n}",
			place, qualified(inner), reader, place)
	}
	return fmt.Sprintf("if c.null() {\n%s = types.Null[%s]()\n} else {\nx := %s.Fill()\n%s\n}",
		place, qualified(inner), place, d.read("x", inner))
}

// place returns what an expression points at.
func (d *decoders) place(at string) string {
	if place, ok := strings.CutPrefix(at, "&"); ok {
		return place
	}
	return "(*" + at + ")"
}

// readPointer is read for a pointer.
func (d *decoders) readPointer(at, inner string) string {
	place, made := d.place(at), "new("+qualified(inner)+")"
	if inner == "User" {
		made = "&c.users.take(c, 1, mostUsers, perUser)[0]"
	}
	return fmt.Sprintf("if c.null() {\n%s = nil\n} else {\nif %s == nil {\n%s = %s\n}\n%s\n}",
		place, place, place, made, d.read(place, inner))
}

// readMap is read for a map, of which inner is what follows the first bracket. One of structures is read in place,
// for the reason that writeList gives.
func (d *decoders) readMap(at, inner string) string {
	key, value, _ := strings.Cut(inner, "]")
	if !d.isPlain(value) {
		return "table(c, " + at + ", " + d.key(key) + ", " + d.function(value) + ")"
	}
	place := d.place(at)
	return strings.NewReplacer("PLACE", place, "TYPE", qualified("map["+inner), "KEY", d.key(key), "VALUE", qualified(value),
		"READ", d.read("&x", value)).Replace(mapCode)
}

// mapCode reads a map of structures.
const mapCode = `if !c.begin(PLACE == nil) {
	PLACE = nil
} else {
	PLACE = TYPE{}
	for name, more := c.object(); more; name, more = c.next() {
		id, ok := KEY(name)
		if _, twice := PLACE[id]; !ok || twice {
			c.fail()
			break
		}
		var x VALUE
		READ
		PLACE[id] = x
	}
}`

// key returns the function that reads the key of a map.
func (d *decoders) key(typ string) string {
	switch d.reader(typ) {
	case "snowflake":
		return "snowflakeKey"
	case "text":
		return "textKey[" + qualified(typ) + "]"
	case "integer":
		return "integerKey[" + qualified(typ) + "]"
	}
	d.errorf("a decoder cannot read keys that are %s", typ)
	return ""
}

// outer splits a Go type into what it is made with and what it is made of.
func outer(typ string) (kind, inner string) {
	switch {
	case strings.HasPrefix(typ, "[]"), strings.HasPrefix(typ, "*"):
		inner = strings.TrimLeft(typ[1:], "]")
		return strings.TrimSuffix(typ, inner), inner
	case strings.HasPrefix(typ, "map["):
		return "map", typ[len("map["):]
	case strings.HasPrefix(typ, "["):
		_, inner, _ = strings.Cut(typ, "]")
		return "[n]", inner
	}
	kind, inner, _ = strings.Cut(typ, "[")
	return kind, strings.TrimSuffix(inner, "]")
}

// exported are the names in a Go type that are of package types.
var exported = regexp.MustCompile(`\b[A-Z]\w*`)

// qualified returns a Go type as it is written outside of package types.
func qualified(typ string) string { return exported.ReplaceAllString(typ, "types.$0") }

// nounOf returns the noun that a generated file of package types is called after.
func nounOf(file string) string { return strings.TrimSuffix(path.Base(file), "_gen.go") }
