package main

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	stdjson "encoding/json"

	"github.com/chorus-go/chorus/internal/json"
)

// benchmarked returns a payload of each event with a decoder of its own: that of middle length of those which the
// test server ships with, or else the seed of the fuzz test, or else one as documented.
func benchmarked(b *testing.B) map[string][]byte {
	b.Helper()
	all := map[string][][]byte{}
	files, err := filepath.Glob(filepath.Join(root, "gateway", "gatewaytest", "testdata", "*.jsonl"))
	if err != nil {
		b.Fatal(err)
	}
	for _, file := range files {
		for _, d := range readPayloads(b, file) {
			if eventDecoders[d.Name] != nil {
				all[d.Name] = append(all[d.Name], d.Data)
			}
		}
	}
	payloads, m := seeds(b), modelled(b)
	for name := range eventDecoders {
		if payloads[name] == nil {
			payloads[name] = []byte(newSampler(m, false, false).payload(name, &m.Event(name).Payload).sent)
		}
		if found := all[name]; len(found) > 0 {
			slices.SortFunc(found, func(a, b []byte) int { return len(a) - len(b) })
			payloads[name] = found[len(found)/2]
		}
	}
	payloads["GUILD_CREATE/large"] = enlarged(b, payloads["GUILD_CREATE"], map[string]int{
		"members": 100, "presences": 100, "channels": 50, "roles": 30, "emojis": 40, "voice_states": 10,
	})
	payloads["MESSAGE_CREATE/rich"] = enlarged(b, payloads["MESSAGE_CREATE"], map[string]int{
		"mentions": 2, "embeds": 1, "attachments": 1,
	})
	return payloads
}

// enlarged repeats the first elements of lists in a payload, or those in testdata where a list is empty.
func enlarged(b *testing.B, payload []byte, counts map[string]int) []byte {
	b.Helper()
	elements := map[string]stdjson.RawMessage{}
	text, err := os.ReadFile(filepath.Join("testdata", "elements.json"))
	if err != nil {
		b.Fatal(err)
	}
	if err := stdjson.Unmarshal(text, &elements); err != nil {
		b.Fatal(err)
	}
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		var object map[string]stdjson.RawMessage
		var list []stdjson.RawMessage
		if err := stdjson.Unmarshal(payload, &object); err != nil {
			b.Fatal(err)
		}
		if err := stdjson.Unmarshal(object[name], &list); err != nil || len(list) == 0 {
			list = []stdjson.RawMessage{elements[name]}
		}
		element := string(list[0])
		added := fmt.Sprintf("%q:[%s%s]", name, element, strings.Repeat(","+element, counts[name]-1))
		if object[name] == nil {
			payload = bytes.Replace(payload, []byte("{"), []byte("{"+added+","), 1)
			continue
		}
		at := bytes.Index(payload, []byte(`"`+name+`":`+string(object[name])))
		if at < 0 {
			b.Fatalf("%s is not where it was", name)
		}
		payload = []byte(string(payload[:at]) + added + string(payload[at+len(name)+3+len(object[name]):]))
	}
	return payload
}

// BenchmarkDecode compares the events' own decoders with the one for everything.
func BenchmarkDecode(b *testing.B) {
	payloads := benchmarked(b)
	for _, name := range slices.Sorted(maps.Keys(payloads)) {
		payload := payloads[name]
		event, _, _ := strings.Cut(name, "/")
		b.Run(name+"/generated", func(b *testing.B) {
			b.SetBytes(int64(len(payload)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := eventDecoders[event](payload); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(name+"/go-json", func(b *testing.B) {
			b.SetBytes(int64(len(payload)))
			b.ReportAllocs()
			for b.Loop() {
				if err := json.Unmarshal(payload, reflect.New(eventTypes[event]).Interface()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
