package examples

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/internal/protocol"
	"github.com/chorus-go/chorus/types"
)

// rows returns the rows of the page's tables that a pattern matches, by its groups.
func rows(t *testing.T, pattern string) [][]string {
	t.Helper()
	prose, _ := readPage(t)
	var found [][]string
	row := regexp.MustCompile(pattern)
	for _, line := range prose {
		if match := row.FindStringSubmatch(line); match != nil {
			found = append(found, match[1:])
		}
	}
	return found
}

func tables(t *testing.T) *protocol.Table {
	t.Helper()
	table, err := protocol.Load()
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// payloadAt returns the type that a publisher such as Message.Create publishes, nil if there is none.
func payloadAt(branch, leaf string) reflect.Type {
	category := reflect.ValueOf(gateway.NewEvents()).Elem().FieldByName(branch)
	if !category.IsValid() || category.Kind() != reflect.Struct {
		return nil
	}
	publisher := category.FieldByName(leaf)
	if !publisher.IsValid() {
		return nil
	}
	publish := publisher.Addr().MethodByName("Publish")
	if !publish.IsValid() {
		return nil
	}
	return publish.Type().In(1).Elem()
}

// TestPublishersOfTheChorusPage: each row names a publisher that there is and what it publishes, and each event that
// Chorus has stands in one row.
func TestPublishersOfTheChorusPage(t *testing.T) {
	here := map[string]string{} // the payload here, by the path in Chorus
	for _, row := range rows(t, "^\\| `([a-z_]+\\.[a-z0-9_]+)` \\| `\\w+` \\| `(\\w+)\\.(\\w+)` \\| `(\\w+)` \\|") {
		if _, twice := here[row[0]]; twice {
			t.Errorf("%s has two rows", row[0])
		}
		here[row[0]] = row[3]
		payload := payloadAt(row[1], row[2])
		if payload == nil {
			t.Errorf("%s: there is no publisher %s.%s", row[0], row[1], row[2])
		} else if payload.Name() != row[3] {
			t.Errorf("%s: %s.%s publishes %s, not %s", row[0], row[1], row[2], payload.Name(), row[3])
		}
	}
	known := 0
	for _, event := range tables(t).Events {
		if event.ChorusPath == "" {
			continue
		}
		known++
		if here[event.ChorusPath] != event.Struct {
			t.Errorf("%s, %s in Chorus, is said to publish %q", event.Name, event.ChorusPath, here[event.ChorusPath])
		}
	}
	if known != len(here) || known < 79 {
		t.Errorf("%d rows for %d events", len(here), known)
	}
}

// TestStructsOfTheChorusPage: each struct of the tree of Chorus stands in a row, with the field and type here.
func TestStructsOfTheChorusPage(t *testing.T) {
	var there []string
	for _, row := range rows(t, "^\\| `events::\\w+` \\| `([a-z_]+)` \\| `gateway\\.(\\w+)` \\| `(\\w+)` \\|$") {
		there = append(there, row[0])
		if field, ok := reflect.TypeFor[gateway.Events]().FieldByName(row[2]); !ok || field.Type.Name() != row[1] {
			t.Errorf("%s: there is no field %s of type %s", row[0], row[2], row[1])
		}
	}
	for _, event := range tables(t).Events {
		if branch, _, ok := strings.Cut(event.ChorusPath, "."); ok && !slices.Contains(there, branch) {
			t.Errorf("%s is missing", branch)
		}
	}
}

// TestCloseCodesOfTheChorusPage: what the page says happens after a code is what happens.
func TestCloseCodesOfTheChorusPage(t *testing.T) {
	actions := map[string]gateway.CloseAction{
		"Resume": gateway.CloseResume, "Identify": gateway.CloseIdentify,
		"BackOff": gateway.CloseBackOff, "Fatal": gateway.CloseFatal,
	}
	found := rows(t, "^\\| `\\w+` \\| `\\w+` \\| `types\\.CloseCode(\\w+)` \\| `gateway\\.Close(\\w+)` \\|$")
	for i, row := range found {
		code := types.CloseCode(4000 + i) // Chorus has all of them from 4000 on
		if code.String() != row[0] || gateway.CloseActionOf(code) != actions[row[1]] {
			t.Errorf("%d is %v and leads to %v; the page has %v", code, code, gateway.CloseActionOf(code), row)
		}
	}
	if len(found) != 15 {
		t.Errorf("%d codes were found", len(found))
	}
}

// TestChorusPageSaysWhatIsNotMirrored: each deviation from Chorus stands there with its reason.
func TestChorusPageSaysWhatIsNotMirrored(t *testing.T) {
	prose, _ := readPage(t)
	deviations := 0
	for _, row := range tables(t).Overrides.NotMirrored {
		if !strings.Contains(row.Of, "Chorus") {
			continue
		}
		deviations++
		if !slices.Contains(prose, "| "+row.What+" | "+row.Instead+" | "+row.Reason+" |") {
			t.Errorf("the page does not say %q", row.What)
		}
	}
	if deviations < 15 {
		t.Errorf("only %d deviations are known", deviations)
	}
}
