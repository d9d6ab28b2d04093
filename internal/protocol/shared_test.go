package protocol

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// sharedTable is the part of fields.json that the tables were made from.
type sharedTable struct {
	Objects map[string]sharedObject `json:"objects"`
	Events  map[string]struct {
		Payload sharedPayload `json:"payload"`
		Struct  string        `json:"struct"`
	} `json:"events"`
	Sent     map[string]sharedSent `json:"sent"`
	Received map[string]sharedSent `json:"received_non_dispatch"`
}

type sharedObject struct {
	Fields   []sharedField     `json:"fields"`
	Embed    string            `json:"embed"`
	Without  map[string]string `json:"embed_without_capability"`
	Variants map[string]string `json:"variants"`
}

type sharedPayload struct {
	Kind         string        `json:"kind"`
	Ref          string        `json:"ref"`
	Embed        string        `json:"embed"`
	Alternatives []string      `json:"alternatives"`
	Fields       []sharedField `json:"fields"`
}

type sharedSent struct {
	Struct string        `json:"struct"`
	Embed  string        `json:"embed"`
	Fields []sharedField `json:"fields"`
}

type sharedField struct {
	Name     string   `json:"name"`
	Type     string   `json:"type"`
	Ref      string   `json:"ref"`
	Optional bool     `json:"optional"`
	Nullable bool     `json:"nullable"`
	Union    []string `json:"union"`
	Partial  string   `json:"partial_ref"`
}

// TestTablesCoverSharedOnes checks our copy of the data against the tables that it was made from, where those are.
func TestTablesCoverSharedOnes(t *testing.T) {
	shared := readShared(t)
	table, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	if len(shared.Events) != len(table.Events) {
		t.Errorf("%d events, not %d", len(table.Events), len(shared.Events))
	}
	reached := map[string]bool{}
	for name, theirs := range shared.Events {
		event := table.Event(name)
		if event == nil || event.Struct != theirs.Struct {
			t.Errorf("event %s is missing or not called %s", name, theirs.Struct)
			continue
		}
		compareFields(t, name, theirs.Payload.Fields, event.Payload.Fields)
		shared.reach(reached, theirs.Payload.Ref, theirs.Payload.Embed)
		shared.reach(reached, theirs.Payload.Alternatives...)
		shared.follow(reached, theirs.Payload.Fields)
	}
	for op, theirs := range shared.Sent {
		compareSent(t, table, op, theirs)
		shared.reach(reached, theirs.Embed)
		shared.follow(reached, theirs.Fields)
	}
	compareSent(t, table, "10", shared.Received["10"])
	for name := range reached {
		ours := table.Object(name)
		if ours == nil {
			t.Errorf("object %s is missing", name)
			continue
		}
		if ours.Discriminator == "" {
			compareFields(t, name, shared.Objects[name].Fields, ours.Fields)
			continue
		}
		compareVariants(t, table, shared.Objects[name], ours)
	}
	if len(reached) < 300 || len(reached) != len(table.Objects) {
		t.Errorf("%d objects are reached, and the tables have %d", len(reached), len(table.Objects))
	}
}

// compareSent compares the payload of an opcode, which may be an object of its own.
func compareSent(t *testing.T, table *Table, op string, theirs sharedSent) {
	t.Helper()
	if len(theirs.Fields) == 0 {
		return
	}
	fields := table.fields("op " + op)
	if fields == nil {
		object := table.Object(theirs.Struct)
		if object == nil {
			t.Errorf("op %s: no %s", op, theirs.Struct)
			return
		}
		fields = object.Fields
	}
	compareFields(t, "op "+op, theirs.Fields, fields)
}

// compareVariants looks for the fields of a union in its variants.
func compareVariants(t *testing.T, table *Table, theirs sharedObject, ours *Object) {
	t.Helper()
	has := map[string]bool{}
	for value, variant := range theirs.Variants {
		if ours.Variants[value] != variant {
			t.Errorf("variant %s of %s is %q, not %s", value, ours.Name, ours.Variants[value], variant)
			continue
		}
		for _, field := range table.Object(variant).Fields {
			has[field.Name] = true
		}
	}
	for _, field := range theirs.Fields {
		if !has[field.Name] {
			t.Errorf("no variant of %s has %s", ours.Name, field.Name)
		}
	}
}

// compareFields checks that ours has each of their fields with the same type and presence.
func compareFields(t *testing.T, where string, theirs []sharedField, ours []Field) {
	t.Helper()
	index := map[string]Field{}
	for _, field := range ours {
		index[field.Name] = field
	}
	for _, field := range theirs {
		mine, found := index[field.Name]
		if !found {
			t.Errorf("%s.%s is missing", where, field.Name)
			continue
		}
		if !sameType(field.Type, mine.Type) {
			t.Errorf("%s.%s is %s, not %s", where, field.Name, mine.Type, field.Type)
		}
		if mine.Type.Name != "|" && (mine.Optional != field.Optional || mine.Nullable != field.Nullable) {
			t.Errorf("%s.%s: optional %t, nullable %t", where, field.Name, mine.Optional, mine.Nullable)
		}
	}
}

// sameType compares a type with theirs, which writes moments and enumerations otherwise, and a field that is
// documented in two shapes as two fields.
func sameType(theirs string, ours Type) bool {
	switch name := ours.String(); {
	case name == theirs, strings.HasPrefix(name, "unix_"), strings.Contains(theirs, "enum:"):
		return true
	case ours.Name == "|":
		return theirs == "object" || strings.Contains("|"+name+"|", "|"+theirs+"|")
	}
	return false
}

var objectName = regexp.MustCompile(`\b[A-Z]\w+`)

// reach adds objects and all that they reach to seen.
func (s *sharedTable) reach(seen map[string]bool, names ...string) {
	for _, name := range names {
		object, found := s.Objects[name]
		if !found || seen[name] {
			continue
		}
		seen[name] = true
		s.follow(seen, object.Fields)
		s.reach(seen, object.Embed)
		for _, embedded := range object.Without {
			s.reach(seen, embedded)
		}
		for _, variant := range object.Variants {
			s.reach(seen, variant)
		}
	}
}

// follow reaches the objects that fields name. An enumeration may have the name of an object: only "enum:" tells.
func (s *sharedTable) follow(seen map[string]bool, fields []sharedField) {
	for _, field := range fields {
		for _, expression := range append([]string{field.Type}, field.Union...) {
			if !strings.Contains(expression, "enum:") {
				s.reach(seen, objectName.FindAllString(expression, -1)...)
			}
		}
		s.reach(seen, field.Ref)
	}
}

// TestPartialObjectsAreParts checks that an object stands for its partial form as well.
func TestPartialObjectsAreParts(t *testing.T) {
	shared := readShared(t)
	table, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, object := range shared.Objects {
		for _, field := range object.Fields {
			if whole := table.Object(field.Ref); field.Partial != "" && whole != nil {
				compareNames(t, field.Partial, shared.Objects[field.Partial].Fields, whole)
			}
		}
	}
}

func compareNames(t *testing.T, part string, fields []sharedField, whole *Object) {
	t.Helper()
	has := map[string]bool{}
	for _, field := range whole.Fields {
		has[field.Name] = true
	}
	for _, field := range fields {
		if !has[field.Name] {
			t.Errorf("%s has %s, and %s has not", part, field.Name, whole.Name)
		}
	}
}

func TestCodesCoverSharedOnes(t *testing.T) {
	table, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	opcodes := readSharedCSV(t, "opcodes.csv")
	if len(opcodes) != len(table.Opcodes) {
		t.Errorf("%d opcodes, not %d", len(table.Opcodes), len(opcodes))
	}
	for i, line := range opcodes {
		if i < len(table.Opcodes) && table.Opcodes[i].Name != line[1] {
			t.Errorf("opcode %d is %s, not %s", i, table.Opcodes[i].Name, line[1])
		}
		if i >= len(table.Opcodes) {
			continue
		}
		ours, yes := table.Opcodes[i], map[bool]string{true: "yes", false: "no"}
		if theirs := []string{line[2], line[3], line[4], line[5], line[6], line[7], line[9]}; !slices.Equal(theirs, []string{
			ours.Direction, yes[ours.Userdoccers], yes[ours.DiscordDocs], ours.Spacebar, ours.Chorus, ours.Status, ours.Response,
		}) {
			t.Errorf("opcode %d is %+v, not %v", i, ours, theirs)
		}
	}
	gateway := 0
	for _, line := range readSharedCSV(t, "close_codes.csv") {
		if line[6] == "gateway" {
			gateway++
		}
	}
	if gateway != len(table.CloseCodes) {
		t.Errorf("%d close codes, not %d", len(table.CloseCodes), gateway)
	}
}

// sharedPath is where the tables are from which ours were made, if they are there at all.
func sharedPath(name string) string {
	return filepath.Join("..", "..", "..", "shared", "protocol", name)
}

func readShared(t *testing.T) *sharedTable {
	t.Helper()
	text, err := os.ReadFile(sharedPath("fields.json"))
	if err != nil {
		t.Skip("the shared tables are not here: ", err)
	}
	shared := &sharedTable{}
	if err := json.Unmarshal(text, shared); err != nil {
		t.Fatal(err)
	}
	return shared
}

func readSharedCSV(t *testing.T, name string) [][]string {
	t.Helper()
	file, err := os.Open(sharedPath(name))
	if err != nil {
		t.Skip("the shared tables are not here: ", err)
	}
	defer file.Close()
	lines, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return lines[1:]
}
