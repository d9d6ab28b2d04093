package main

import (
	"bytes"
	stdjson "encoding/json"
	"errors"
	"hash/fnv"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/chorus-go/chorus/internal/json"
)

// decoderOf makes the decoder of an event one of any event.
func decoderOf[T any](decode func([]byte, *T) error) func([]byte) (any, error) {
	return func(data []byte) (any, error) {
		v := new(T)
		return v, decode(data, v)
	}
}

// agreeGenerated decodes a payload with the event's own decoder, and says whether that did not give up. If so it must
// be right: the decoder for everything gives the same value. It is decoded twice, as a decoder that has just seen the
// payload goes another way: it knows which key comes next.
func agreeGenerated(t *testing.T, name string, text []byte) bool {
	t.Helper()
	input := bytes.Clone(text)
	value, err := eventDecoders[name](input)
	again, errAgain := eventDecoders[name](bytes.Clone(text))
	if (err == nil) != (errAgain == nil) || err == nil && !reflect.DeepEqual(value, again) {
		t.Errorf("%s: %v, %s the first time and %v, %s the second time: %s",
			name, err, shown(value), errAgain, shown(again), text)
	}
	if !utf8.Valid(text) && err == nil {
		t.Errorf("%s: what is not UTF-8 is decoded: %q", name, text)
	}
	if err != nil {
		if err.Error() != "decode: not an ordinary payload" {
			t.Errorf("%s: %v in %s", name, err, text)
		}
		return false
	}
	if !bytes.Equal(input, text) {
		t.Errorf("%s: the input was changed: %s", name, text)
	}
	for i := range input {
		input[i] = '#'
	}
	want := reflect.New(eventTypes[name]).Interface()
	if err := json.Unmarshal(text, want); err != nil {
		t.Errorf("%s is decoded; internal/json has %v in %s", name, err, text)
		return true
	}
	if !reflect.DeepEqual(value, want) {
		t.Errorf("%s: %s; internal/json has %s in %s", name, shown(value), shown(want), text)
	}
	return true
}

// shown is a value as text.
func shown(v any) string {
	text, err := stdjson.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// TestGeneratedDecodersReadCaptures decodes every recorded event that has a decoder of its own, which must not give
// up.
func TestGeneratedDecodersReadCaptures(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, d := range recorded(t) {
		if eventDecoders[d.Name] == nil {
			continue
		}
		seen[d.Name] = true
		if !agreeGenerated(t, d.Name, d.Data) {
			t.Errorf("%s: the decoder gives up on %s", d.Name, d.Data)
		}
	}
	if len(seen) < 20 {
		t.Errorf("only %d kinds of events were recorded", len(seen))
	}
}

// TestGeneratedDecodersReadSamples decodes payloads as they are documented: with every field, and with those that
// must be there. What a server with Erlang's terms sends may be odd.
func TestGeneratedDecodersReadSamples(t *testing.T) {
	t.Parallel()
	for name, payloads := range sampled(t) {
		for i, payload := range payloads {
			if !agreeGenerated(t, name, payload) && i < 2 {
				t.Errorf("%s: the decoder gives up on %s", name, payload)
			}
		}
	}
}

// sampled makes four payloads of each event with a decoder of its own; the last two are as a server with Erlang's
// terms sends them.
func sampled(t *testing.T) map[string][][]byte {
	m := modelled(t)
	payloads := map[string][][]byte{}
	for name := range eventDecoders {
		for _, native := range []bool{false, true} {
			for _, full := range []bool{false, true} {
				made := newSampler(m, full, native).payload(name, &m.Event(name).Payload)
				payloads[name] = append(payloads[name], []byte(made.sent))
			}
		}
	}
	return payloads
}

// TestGeneratedDecodersAgree mutates recorded and documented payloads.
func TestGeneratedDecodersAgree(t *testing.T) {
	t.Parallel()
	payloads, counts := sampled(t), map[string]int{}
	for _, d := range recorded(t) {
		if eventDecoders[d.Name] != nil && counts[d.Name] < 4 {
			counts[d.Name]++
			payloads[d.Name] = append(payloads[d.Name], d.Data)
		}
	}
	r := rand.New(rand.NewPCG(3, 4))
	read, odd := 0, 0
	for _, name := range slices.Sorted(maps.Keys(payloads)) {
		for _, payload := range payloads[name] {
			for range mutations {
				script := make([]byte, 4*(1+r.IntN(2)))
				for i := range script {
					script[i] = byte(r.Uint32())
				}
				if agreeGenerated(t, name, mutate(payload, script)) {
					read++
				} else {
					odd++
				}
			}
		}
	}
	if read < odd/8 || odd < read/8 {
		t.Errorf("%d mutations are read and %d are odd: the test compares too little", read, odd)
	}
}

// FuzzGeneratedDecodersAgree decodes payloads that are mutated both as JSON and as text. The seeds are those of
// FuzzDecodersAgree and what follows here.
func FuzzGeneratedDecodersAgree(f *testing.F) {
	for name, payload := range seeds(f) {
		f.Add(name, payload, []byte(nil))
	}
	for _, quirk := range quirks(f) {
		f.Add(quirk.event, []byte(quirk.payload), []byte(nil))
	}
	names := slices.Sorted(maps.Keys(eventDecoders))
	f.Fuzz(func(t *testing.T, event string, payload, script []byte) {
		if eventDecoders[event] == nil {
			hash := fnv.New32a()
			hash.Write([]byte(event))
			event = names[int(hash.Sum32()%uint32(len(names)))]
		}
		if len(payload) <= 16<<10 {
			agreeGenerated(t, event, mutate(payload, script))
		}
	})
}

// seeds returns the payloads of the hot events that are kept for FuzzDecodersAgree.
func seeds(t testing.TB) map[string][]byte {
	t.Helper()
	payloads := map[string][]byte{}
	for name := range eventDecoders {
		text, err := os.ReadFile(filepath.Join(seedDir, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		line := strings.Split(string(text), "\n")[2]
		payload, err := strconv.Unquote(strings.TrimSuffix(strings.TrimPrefix(line, "[]byte("), ")"))
		if err != nil {
			t.Fatal(err)
		}
		payloads[name] = []byte(payload)
	}
	return payloads
}

// quirk is a payload that some server may send. An ordinary one must be read by the event's own decoder, others must not.
type quirk struct {
	ordinary       bool
	event, payload string
}

// quirks returns payloads that are not as they are documented, or hardly JSON. Those that are ordinary a decoder must
// read.
func quirks(t testing.TB) []quirk {
	t.Helper()
	deep := strings.Repeat(`{"referenced_message":`, 300)
	all := []quirk{
		{true, "MESSAGE_CREATE", " {\t\"id\" : \"1\" ,\r\n \"mention_roles\" : [ \"1\" , 2 ] , \"mentions\":[ { } ]\n}\n"},
		{false, "MESSAGE_CREATE", ""}, {false, "MESSAGE_CREATE", " "}, {false, "MESSAGE_CREATE", "{\"x\":\"\n\"}"},
		{false, "MESSAGE_CREATE", `{"x":` + strings.Repeat("[", 300) + strings.Repeat("]", 300) + `}`},
		{false, "MESSAGE_CREATE", deep + "null" + strings.Repeat("}", 300)}, {false, "MESSAGE_CREATE", strings.Repeat(deep, 300)},
	}
	text, err := os.ReadFile(filepath.Join("testdata", "quirks.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		kind, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		event, payload, _ := strings.Cut(rest, " ")
		all = append(all, quirk{kind == "ordinary", event, payload})
	}
	return all
}

// TestGeneratedDecodersGiveUp decodes the quirks.
func TestGeneratedDecodersGiveUp(t *testing.T) {
	for _, quirk := range quirks(t) {
		if read := agreeGenerated(t, quirk.event, []byte(quirk.payload)); read != quirk.ordinary {
			t.Errorf("%s is read: %v: %.300s", quirk.event, read, quirk.payload)
		}
	}
}

// TestGeneratedDecodersOfBricks looks whether a structure that reads itself is left to do so.
func TestGeneratedDecodersOfBricks(t *testing.T) {
	for name, typ := range decodedTypes {
		if reflect.PointerTo(typ).Implements(reflect.TypeFor[stdjson.Unmarshaler]()) {
			t.Errorf("%s has an UnmarshalJSON of its own", name)
		}
	}
}
