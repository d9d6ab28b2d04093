package main

import (
	"bytes"
	stdjson "encoding/json"
	"flag"
	"fmt"
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"testing"

	"github.com/chorus-go/chorus/internal/json"
)

var update = flag.Bool("update", false, "make the seeds of FuzzDecodersAgree anew from the captures")

// agree decodes a payload with the decoder of the gateway and with encoding/json: both fail, or both give the same.
func agree(t *testing.T, typ reflect.Type, text []byte) {
	t.Helper()
	value, standard := reflect.New(typ).Interface(), reflect.New(typ).Interface()
	err, standardErr := json.Unmarshal(text, value), stdjson.Unmarshal(text, standard)
	switch {
	case (err == nil) != (standardErr == nil):
		t.Errorf("%s: %v; encoding/json has %v in %s", typ, err, standardErr, text)
	case err == nil && !reflect.DeepEqual(value, standard):
		t.Errorf("%s: %+v; encoding/json has %+v in %s", typ, value, standard, text)
	}
}

// eventType returns the type of an event's payload, and for any other name one of them.
func eventType(name string) reflect.Type {
	if typ := eventTypes[name]; typ != nil {
		return typ
	}
	hash := fnv.New32a()
	hash.Write([]byte(name))
	names := slices.Sorted(maps.Keys(eventTypes))
	return eventTypes[names[int(hash.Sum32())%len(names)]]
}

// FuzzDecodersAgree decodes payloads that are mutated both as JSON and as text. The seeds are real payloads, one for each
// kind of event.
func FuzzDecodersAgree(f *testing.F) {
	f.Fuzz(func(t *testing.T, event string, payload, script []byte) {
		if len(payload) > 16<<10 {
			return
		}
		agree(t, eventType(event), mutate(payload, script))
	})
}

// TestDecodersAgree mutates some recorded payloads of each kind of event, and made-up ones of all others.
func TestDecodersAgree(t *testing.T) {
	t.Parallel()
	payloads := map[string][][]byte{}
	for _, d := range recorded(t) {
		if len(payloads[d.Name]) < 4 && len(d.Data) > 0 {
			payloads[d.Name] = append(payloads[d.Name], d.Data)
		}
	}
	m := modelled(t)
	for i := range m.Events {
		if event := &m.Events[i]; payloads[event.Name] == nil {
			made := newSampler(m, false, false).payload(event.Name, &event.Payload)
			payloads[event.Name] = [][]byte{[]byte(made.sent)}
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	for _, name := range slices.Sorted(maps.Keys(payloads)) {
		for _, payload := range payloads[name] {
			agree(t, eventType(name), payload)
			for range mutations {
				script := make([]byte, 4*(1+r.IntN(2)))
				for i := range script {
					script[i] = byte(r.Uint32())
				}
				agree(t, eventType(name), mutate(payload, script))
			}
		}
	}
}

// seedDir is where the seeds are.
var seedDir = filepath.Join("testdata", "fuzz", "FuzzDecodersAgree")

// TestSeeds makes the seeds from the smallest captured payload of each kind of event, with one element of each list and
// without the texts. Without -update it looks whether they are all there.
func TestSeeds(t *testing.T) {
	smallest := map[string][]byte{}
	for _, d := range captured(t) {
		if seed := seedOf(t, d.Data); smallest[d.Name] == nil || len(seed) < len(smallest[d.Name]) {
			smallest[d.Name] = seed
		}
	}
	if *update {
		if err := os.MkdirAll(seedDir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for name, payload := range smallest {
		path := filepath.Join(seedDir, name)
		text := fmt.Appendf(nil, "go test fuzz v1\nstring(%q)\n[]byte(%q)\n[]byte(\"\")\n", name, payload)
		if *update {
			if err := os.WriteFile(path, text, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, text) {
			t.Errorf("the seed of %s is not what the captures give, run the test with -update: %v", name, err)
		}
	}
}

// telling are the strings that matter to a decoder: numbers, moments, and names of enumerations.
var telling = regexp.MustCompile(`^([0-9.]*|\d{4}-\d\d-\d\d.*|[a-z]{1,12}|[A-Z_]{1,24})$`)

// seedOf makes a payload small and anonymous.
func seedOf(t *testing.T, payload []byte) []byte {
	t.Helper()
	var small func(any) any
	small = func(value any) any {
		switch v := value.(type) {
		case map[string]any:
			for key, element := range v {
				v[key] = small(element)
			}
		case []any:
			if len(v) > 0 {
				return []any{small(v[0])}
			}
		case string:
			if !telling.MatchString(v) {
				return "some text"
			}
		}
		return value
	}
	seed, err := json.Marshal(small(parsed(t, payload)))
	if err != nil {
		t.Fatal(err)
	}
	return seed
}
