package types_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// quirk is one way in which what a real Spacebar server sends differs from the documentation: a line of the list of such
// deviations, with a payload that has it.
type quirk struct {
	Kind  string `json:"kind"`  // type, null-not-allowed, missing, extra or doc-unresolved
	Event string `json:"event"` // with (bot) where it is what bots get that differs
	Path  string `json:"path"`
	Got   string `json:"got,omitempty"` // the JSON type, where the list says it
	// From is the recording whose payload it is; "quirks.txt" is the list itself, which quotes the value alone.
	From string          `json:"from"`
	Data json.RawMessage `json:"d"` // the payload, cut down to what leads to the path
}

func (q quirk) String() string {
	return strings.TrimRight(q.Kind+"/"+q.Event+"/"+q.Path+"/"+q.Got, "/")
}

// event is the name on the wire.
func (q quirk) event() string { return strings.TrimSuffix(q.Event, "(bot)") }

// keys are the steps of the path: "[]" is every element of an array.
func (q quirk) keys() []string {
	return strings.Fields(strings.ReplaceAll(strings.ReplaceAll(q.Path, ".", " "), "[]", " [] "))
}

const quirksFixture = "testdata/tolerance/quirks.jsonl"

// quirks reads the committed payloads.
func quirks(t *testing.T) []quirk {
	t.Helper()
	data, err := os.ReadFile(quirksFixture)
	if err != nil {
		t.Fatal(err)
	}
	var all []quirk
	for line := range bytes.Lines(data) {
		var q quirk
		if err := json.Unmarshal(line, &q); err != nil {
			t.Fatal(err)
		}
		all = append(all, q)
	}
	return all
}

// quirkLine is a line of the list: event, path, what is wrong, how often it was seen, an example.
var quirkLine = regexp.MustCompile(`^([A-Z_]+(?:\(bot\))?)\s+(\S*)\s+((?:doc |undocumented, |/gateway).*?)\s+x[0-9]+\s+(.*)$`)

// listedQuirks reads the list of deviations, where it lies beside the checkout.
func listedQuirks(t *testing.T) []quirk {
	t.Helper()
	file, err := os.Open(filepath.Join("..", "..", "shared", "captures", "quirks.txt"))
	if err != nil {
		t.Skip("the captures are not here: ", err)
	}
	defer file.Close()
	var listed []quirk
	kind, counts := "", map[string]int{}
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		text := lines.Text()
		if heading, ok := strings.CutPrefix(text, "## "); ok {
			var n int
			kind, _, _ = strings.Cut(heading, " (")
			if _, err := fmt.Sscanf(heading, kind+" (%d)", &n); err == nil {
				counts[kind] = n
			}
			continue
		}
		match := quirkLine.FindStringSubmatch(text)
		if match == nil {
			continue
		}
		q := quirk{Kind: kind, Event: match[1], Path: match[2], From: "quirks.txt", Data: json.RawMessage(match[4])}
		if _, got, ok := strings.Cut(match[3], "got "); ok {
			q.Got = got
		} else if got, ok := strings.CutPrefix(match[3], "undocumented, "); ok {
			q.Got = got
		}
		listed = append(listed, q)
		counts[kind]--
	}
	for kind, left := range counts {
		if left != 0 {
			t.Errorf("%d lines of %s were not understood", left, kind)
		}
	}
	return listed
}

// TestEveryListedQuirkHasItsPayload: no deviation that a real server has shown is without a test.
func TestEveryListedQuirkHasItsPayload(t *testing.T) {
	has := map[string]bool{}
	for _, q := range quirks(t) {
		if has[q.String()] {
			t.Errorf("%v is there twice", q)
		}
		has[q.String()] = true
	}
	listed := listedQuirks(t)
	for _, q := range listed {
		if !has[q.String()] {
			t.Errorf("no payload for %v", q)
		}
	}
	if len(listed) != len(has) || len(listed) < 600 {
		t.Errorf("%d deviations are listed, and there are payloads for %d", len(listed), len(has))
	}
}

// TestQuirks decodes each deviating payload with both decoders, looks at the place, and encodes it again.
func TestQuirks(t *testing.T) {
	named := map[string]bool{}
	for _, q := range quirks(t) {
		t.Run(q.String(), func(t *testing.T) {
			value := decodeQuirk(t, q, q.Data)
			place := find(value.Elem(), q.keys())
			switch q.Kind {
			case "type":
				want, ok := quirkValues[q.Event+" "+q.Path]
				named[q.Event+" "+q.Path] = true
				if !ok || len(place) != 1 || !reflect.DeepEqual(place[0].Interface(), want) {
					t.Errorf("read %v, want %#v", describe(place), want)
				}
			case "null-not-allowed", "missing":
				if len(place) == 0 {
					t.Fatal("no field is there for it")
				}
				for _, v := range place {
					if !isEmpty(v, q.Kind) {
						t.Errorf("read %v", describe(place))
					}
				}
			case "extra":
				checkExtra(t, q, value, place)
			}
		})
	}
	for place := range quirkValues {
		if !named[place] {
			t.Errorf("there is no payload for %s", place)
		}
	}
}

// decodeQuirk decodes a payload with both decoders, and encodes it without loss.
func decodeQuirk(t *testing.T, q quirk, data []byte) reflect.Value {
	t.Helper()
	typ := reflect.TypeOf(quirkEvents[q.event()])
	if typ == nil {
		t.Fatalf("no type for %s", q.event())
	}
	var first reflect.Value
	for _, c := range codecs() {
		value, again := reflect.New(typ), reflect.New(typ)
		if err := c.unmarshal(data, value.Interface()); err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		encoded, err := c.marshal(value.Interface())
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if err := c.unmarshal(encoded, again.Interface()); err != nil {
			t.Fatalf("%s: encoded, it cannot be read: %v", c.name, err)
		}
		if once, err := c.marshal(again.Interface()); err != nil || !bytes.Equal(once, encoded) {
			t.Errorf("%s: encoded as %.400s it reads as something else (%v)", c.name, encoded, err)
		}
		if first.IsValid() && !reflect.DeepEqual(first.Interface(), value.Interface()) {
			t.Errorf("%s reads it in another way", c.name)
		}
		first = value
	}
	return first
}

// checkExtra: what is not documented is either read, or changes nothing.
func checkExtra(t *testing.T, q quirk, value reflect.Value, place []reflect.Value) {
	t.Helper()
	if len(place) > 0 {
		raw := quoted(t, q.Data, q.keys())
		if empty := isEmpty(place[0], q.Kind); empty != (q.Got == "null" || isEmptyJSON(raw)) {
			t.Errorf("%s is read as %v", raw, describe(place))
		}
		return
	}
	without := decodeQuirk(t, q, without(t, q.Data, q.keys()))
	if !reflect.DeepEqual(without.Interface(), value.Interface()) {
		t.Errorf("it is read, but not at its place")
	}
}
