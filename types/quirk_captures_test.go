package types_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chorus-go/chorus/internal/recording"
	"github.com/chorus-go/chorus/internal/wire"
)

var update = flag.Bool("update", false, "make the payloads in testdata/tolerance anew from the captures")

// capturedPayload is one payload that a real server has sent.
type capturedPayload struct {
	event string // with (bot) if a bot received it
	from  string
	data  map[string]any // with d alone
}

// capturedPayloads reads the payloads of the recordings beside the checkout.
func capturedPayloads(t *testing.T) []capturedPayload {
	t.Helper()
	var all []capturedPayload
	for _, name := range []string{"plain.jsonl", "zlib-stream.jsonl"} {
		file, err := os.Open(filepath.Join("..", "..", "shared", "captures", name))
		if err != nil {
			t.Skip("the captures are not here: ", err)
		}
		defer file.Close()
		streams, bots := map[string]*wire.Inflater{}, map[string]bool{}
		for reader := recording.NewReader(file); ; {
			record, err := reader.Read()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			if record.Dir != recording.In || record.Kind == recording.Close {
				continue
			}
			if record.Kind == recording.Binary {
				if streams[record.Conn] == nil {
					streams[record.Conn] = wire.NewInflater(1 << 28)
				}
				if record.Data, _, err = streams[record.Conn].Next(nil, record.Data); err != nil {
					t.Fatal(err)
				}
			}
			if p, ok := payloadOf(record, bots); ok {
				p.from = name
				all = append(all, p)
			}
		}
	}
	return all
}

// payloadOf reads one payload, and notes which connections are those of bots.
func payloadOf(record recording.Record, bots map[string]bool) (capturedPayload, bool) {
	var envelope struct {
		Op   int    `json:"op"`
		Name string `json:"t"`
		Data any    `json:"d"`
	}
	decoder := json.NewDecoder(bytes.NewReader(recording.Redact(record.Data)))
	decoder.UseNumber()
	if decoder.Decode(&envelope) != nil || envelope.Op != 0 && envelope.Op != 10 {
		return capturedPayload{}, false
	}
	if envelope.Op == 10 {
		envelope.Name = "HELLO"
	}
	if user, ok := dig(envelope.Data, "user"); ok && envelope.Name == "READY" {
		isBot, _ := dig(user, "bot")
		bots[record.Conn] = isBot == true
	}
	if bots[record.Conn] {
		envelope.Name += "(bot)"
	}
	return capturedPayload{event: envelope.Name, data: map[string]any{"d": envelope.Data}}, true
}

func dig(v any, key string) (any, bool) {
	object, _ := v.(map[string]any)
	value, ok := object[key]
	return value, ok
}

// carried are the keys that a payload keeps on the way to a path: what it is about.
var carried = []string{"id", "type", "guild_id", "channel_id", "user_id", "op", "name"}

// cutTo returns as little of a value as has the deviation at the end of the path, or false if it has none.
func cutTo(v any, keys []string, q quirk) (any, bool) {
	if len(keys) == 0 {
		return shorten(v, 2), q.Kind != "missing" && (q.Kind == "doc-unresolved" || jsonType(v) == wanted(q))
	}
	if keys[0] == "[]" {
		list, _ := v.([]any)
		for _, element := range list {
			if cut, ok := cutTo(element, keys[1:], q); ok {
				return []any{cut}, true
			}
		}
		return nil, false
	}
	object, ok := v.(map[string]any)
	if !ok {
		return nil, false
	}
	out := map[string]any{}
	for _, key := range carried {
		if kept, ok := object[key]; ok && jsonType(kept) != "object" && jsonType(kept) != "array" {
			out[key] = kept
		}
	}
	inner, there := object[keys[0]]
	if len(keys) == 1 && q.Kind == "missing" {
		return out, !there
	}
	if !there {
		return nil, false
	}
	out[keys[0]], ok = cutTo(inner, keys[1:], q)
	return out, ok
}

// wanted is the JSON type that the deviation consists in.
func wanted(q quirk) string {
	if q.Kind == "null-not-allowed" {
		return "null"
	}
	return q.Got
}

func jsonType(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		return "string"
	case bool:
		return "boolean"
	case json.Number:
		if strings.ContainsAny(v.String(), ".eE") {
			return "float"
		}
		return "integer"
	case []any:
		return "array"
	}
	return "object"
}

// shorten keeps the beginning of large values, and the ids of objects.
func shorten(v any, depth int) any {
	switch v := v.(type) {
	case []any:
		if len(v) > 1 {
			return []any{shorten(v[0], depth-1)}
		}
	case map[string]any:
		out := map[string]any{}
		for key, value := range v {
			if key == "id" || depth > 0 && len(out) < 3 && jsonType(value) != "object" && jsonType(value) != "array" {
				out[key] = value
			}
		}
		return out
	}
	return v
}

// example makes a payload of the value that the list quotes.
func example(q quirk) any {
	var value any
	if json.Unmarshal(q.Data, &value) != nil {
		value = map[string]any{} // cut off in the list
	}
	keys := q.keys()
	for i := len(keys) - 1; i >= 0; i-- {
		switch {
		case keys[i] == "[]":
			value = []any{value}
		case i == len(keys)-1 && q.Kind == "missing":
			value = map[string]any{"name": "example"}
		default:
			value = map[string]any{keys[i]: value}
		}
	}
	return value
}

var emails = regexp.MustCompile(`[\w.+-]+@[\w-]+\.[\w.-]+`)

// TestQuirksAreFromTheCaptures makes the payloads anew with -update, and otherwise looks for each in the captures.
func TestQuirksAreFromTheCaptures(t *testing.T) {
	listed, all := listedQuirks(t), capturedPayloads(t)
	if !*update {
		checkQuirksAreCaptured(t, all)
		return
	}
	var out bytes.Buffer
	missing := 0
	for _, q := range listed {
		value, found := any(nil), false
		for _, p := range all {
			if p.event != q.Event && (strings.HasSuffix(q.Event, "(bot)") || strings.TrimSuffix(p.event, "(bot)") != q.Event) {
				continue
			}
			if value, found = cutTo(p.data["d"], q.keys(), q); found {
				q.From = p.from
				break
			}
		}
		if !found {
			missing++
			value = example(q)
		}
		data, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		q.Data = emails.ReplaceAll(data, []byte("someone@example.com"))
		line, err := json.Marshal(q)
		if err != nil {
			t.Fatal(err)
		}
		out.Write(append(line, '\n'))
	}
	t.Logf("%d of %d deviations are in these captures", len(listed)-missing, len(listed))
	if err := os.WriteFile(quirksFixture, out.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// checkQuirksAreCaptured: the committed payloads are as real as they say.
func checkQuirksAreCaptured(t *testing.T, all []capturedPayload) {
	real := 0
	for _, q := range quirks(t) {
		found := q.From == "quirks.txt"
		for _, p := range all {
			if found || p.from != q.From || strings.TrimSuffix(p.event, "(bot)") != q.event() {
				continue
			}
			_, found = cutTo(p.data["d"], q.keys(), q)
			real++
		}
		if !found {
			t.Errorf("%v is not in %s", q, q.From)
		}
	}
	if real < 500 {
		t.Errorf("only %d payloads are from the captures", real)
	}
}
