package main

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/chorus-go/chorus/gateway"
)

// facts returns the path of what is known about servers and other clients, where that lies beside the checkout.
func facts(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join(root, "..", "shared", "protocol", name)
	if _, err := os.Stat(path); err != nil {
		t.Skip("the facts are not here: ", err)
	}
	return path
}

// factRows returns the lines of a table of facts, each by the names of the columns.
func factRows(t *testing.T, name string) []map[string]string {
	t.Helper()
	file, err := os.Open(facts(t, name))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	lines, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]string
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, column := range lines[0] {
			row[column] = line[i]
		}
		rows = append(rows, row)
	}
	return rows
}

// publishes says whether a compiled tree has a publisher of the type at a path such as Message.Create.
func publishes(tree *gateway.Events, branch, leaf string, typ reflect.Type) bool {
	category := reflect.ValueOf(tree).Elem().FieldByName(branch)
	if !category.IsValid() || category.Kind() != reflect.Struct {
		return false
	}
	publisher := category.FieldByName(leaf)
	if !publisher.IsValid() {
		return false
	}
	publish := publisher.Addr().MethodByName("Publish")
	return publish.IsValid() && publish.Type().In(publish.Type().NumIn()-1) == reflect.PointerTo(typ)
}

// TestNoEventOfOthersIsMissing: what Spacebar sends or names, Chorus handles or anybody describes has a publisher.
func TestNoEventOfOthersIsMissing(t *testing.T) {
	m := modelled(t)
	doc, tree := string(generated(t)["docs/EVENTS.md"]), gateway.NewEvents()
	rows := factRows(t, "events.csv")
	if len(rows) != 244 {
		t.Errorf("%d events are known, not 244", len(rows))
	}
	for _, row := range rows {
		name := row["event_name"]
		event := m.Event(name)
		if event == nil {
			t.Errorf("%s is not in the tables", name)
			continue
		}
		branch, leaf := m.path(event)
		if !publishes(tree, branch, leaf, eventTypes[name]) {
			t.Errorf("%s has no publisher at %s.%s", name, branch, leaf)
		}
		_, line, _ := strings.Cut(doc, "\n| `"+name+"`")
		line, _, _ = strings.Cut(line, "\n")
		sends := map[string]string{"yes": "sends", "declared": "named", "no": "–"}[row["in_spacebar_server"]]
		chorus := "–"
		if row["chorus_path"] != "" {
			chorus = "`" + row["chorus_path"] + "`"
		}
		if !strings.Contains(line, "| `"+branch+"."+leaf+"` | `"+event.Struct+"` | "+sends+" | "+chorus+" |") {
			t.Errorf("the documents say of %s: %s", name, line)
		}
	}
}

// eventName is an event in prose.
var eventName = regexp.MustCompile("`([A-Z0-9]+(?:_[A-Z0-9]+)+|READY|RESUMED)`")

// TestNoEventOfTheGapsIsMissing: every event that a comparison of the others names is in the tables.
func TestNoEventOfTheGapsIsMissing(t *testing.T) {
	text, err := os.ReadFile(facts(t, "gaps.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(text), "\n## Events\n")
	section, _, found := strings.Cut(section, "\n## ")
	table, named := loaded(t), 0
	for _, match := range eventName.FindAllStringSubmatch(section, -1) {
		if named++; table.Event(match[1]) == nil {
			t.Errorf("%s is missing", match[1])
		}
	}
	if !found || named < 200 {
		t.Errorf("only %d events are named", named)
	}
}

// TestNoOpcodeOfOthersIsMissing: what Chorus sends, Spacebar handles or anybody describes as sent by clients has a method.
func TestNoOpcodeOfOthersIsMissing(t *testing.T) {
	handle := reflect.TypeFor[gateway.GatewayHandle]()
	doc := string(generated(t)["docs/OPCODES.md"])
	for _, row := range factRows(t, "opcodes.csv") {
		op, err := strconv.Atoi(row["op"])
		if err != nil {
			t.Fatal(err)
		}
		sent := row["direction"] != "receive" || strings.Contains(row["in_chorus"], "send") ||
			row["in_spacebar_server"] == "handled" || row["in_spacebar_server"] == "ignored"
		if method, found := handle.MethodByName(sendMethods[op]); sent && !found {
			t.Errorf("opcode %d, %s, cannot be sent: %q %v", op, row["name"], sendMethods[op], method)
		}
		if !strings.Contains(doc, "\n| "+row["op"]+" | "+row["name"]+" | ") {
			t.Errorf("opcode %d is not in the documents", op)
		}
	}
}

// TestDocsSayWhatIsNotMirrored: each deviation stands on its page with its reason.
func TestDocsSayWhatIsNotMirrored(t *testing.T) {
	files, pages := generated(t), map[string]int{}
	for _, row := range loaded(t).Overrides.NotMirrored {
		pages[row.Doc]++
		page := string(files["docs/"+strings.ToUpper(row.Doc)+".md"])
		if !strings.Contains(page, "| "+row.Of+" | "+row.What+" | "+row.Instead+" | "+row.Reason+" |\n") {
			t.Errorf("%s does not say %q", row.Doc, row.What)
		}
	}
	if pages["events"] < 5 || pages["opcodes"] < 5 {
		t.Errorf("the pages list %v", pages)
	}
}
