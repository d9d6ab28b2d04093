package main

import (
	"bytes"
	stdjson "encoding/json"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
)

// rearrange returns a JSON text with the members of all objects in another order, and with space around all tokens.
func rearrange(t *testing.T, r *rand.Rand, text []byte, space string) []byte {
	t.Helper()
	first := text[0]
	if first != '{' && first != '[' {
		return text
	}
	tokens := stdjson.NewDecoder(bytes.NewReader(text))
	if _, err := tokens.Token(); err != nil {
		t.Fatal(err)
	}
	var parts [][]byte
	for tokens.More() {
		var key []byte
		if first == '{' {
			name, err := tokens.Token()
			if err != nil {
				t.Fatal(err)
			}
			key = []byte(strconv.Quote(name.(string)) + space + ":" + space)
		}
		var value stdjson.RawMessage
		if err := tokens.Decode(&value); err != nil {
			t.Fatal(err)
		}
		parts = append(parts, append(key, rearrange(t, r, value, space)...))
	}
	if first == '{' {
		r.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
	}
	inside := bytes.Join(parts, []byte(space+","+space))
	return slices.Concat([]byte{first}, []byte(space), inside, []byte(space), []byte{first + 2})
}

// TestGeneratedDecodersReadAnyOrder decodes recorded and documented payloads with their keys in other orders and with
// white space, all of which must be read: what a cursor remembers of the order before is wrong each time, and right when
// the same payload comes again.
func TestGeneratedDecodersReadAnyOrder(t *testing.T) {
	t.Parallel()
	payloads, counts := map[string][][]byte{}, map[string]int{}
	for name, made := range sampled(t) {
		payloads[name] = made[:2]
	}
	for _, d := range recorded(t) {
		if eventDecoders[d.Name] != nil && counts[d.Name] < 3 && len(d.Data) < 64<<10 {
			counts[d.Name]++
			payloads[d.Name] = append(payloads[d.Name], d.Data)
		}
	}
	r := rand.New(rand.NewPCG(7, 8))
	for _, name := range slices.Sorted(maps.Keys(payloads)) {
		for _, payload := range payloads[name] {
			for _, space := range []string{"", " ", "", "\r\n\t", ""} {
				text := rearrange(t, r, payload, space)
				if !agreeGenerated(t, name, text) {
					t.Errorf("%s: the decoder gives up on %s", name, text)
				}
			}
		}
	}
}
