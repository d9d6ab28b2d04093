package decode

import (
	"encoding/binary"
	"strings"
	"testing"

	"github.com/chorus-go/chorus/types"
)

// keyOf returns the key of a field with its quotes and colon; it is empty for what is no field.
func keyOf(field int) string {
	h := &heads[field]
	if field == none || h.size == 0 {
		return ""
	}
	words := binary.LittleEndian.AppendUint64(nil, h.first)
	words = binary.LittleEndian.AppendUint64(words, h.second)
	if size := int(h.size); size > inWords {
		return string(words) + tails[h.tail:int(h.tail)+size-inWords]
	}
	return string(words[:h.size])
}

// fieldsOf returns the numbers of the fields of a structure by their keys. The number that stands in front of them is
// start.
func fieldsOf(start int) map[string]int {
	fields := map[string]int{}
	for field := start + 1; field < len(heads) && heads[field].size > 0; field++ {
		key := keyOf(field)
		fields[key[1:len(key)-2]] = field
	}
	return fields
}

// found is what a cursor has found after field.
type found struct {
	field, at, depth int
	odd              bool
}

// TestKeysAreWholeWords looks at what a decoder compares of a key: all of it, and nothing behind it.
func TestKeysAreWholeWords(t *testing.T) {
	longest := 0
	for field := range heads {
		h, key := &heads[field], keyOf(field)
		if key == "" {
			continue
		}
		longest = max(longest, len(key))
		if !strings.HasPrefix(key, `"`) || strings.Index(key, `":`) != len(key)-2 || len(key) < 4 {
			t.Errorf("the key of field %d is %s", field, key)
		}
		var mask [inWords]byte
		for i := range min(len(key), inWords) {
			mask[i] = 0xff
		}
		if h.firstMask != binary.LittleEndian.Uint64(mask[:]) || h.secondMask != binary.LittleEndian.Uint64(mask[8:]) {
			t.Errorf("%s: the masks are %x and %x", key, h.firstMask, h.secondMask)
		}
	}
	if longest <= window {
		t.Errorf("no key is longer than a window: the longest has %d bytes", longest)
	}
}

// TestAGuessChangesNothing looks for each key of all structures with the right guess, with a wrong one and with none:
// what is found is the same, whatever the text has in the place of one byte, and wherever it ends.
func TestAGuessChangesNothing(t *testing.T) {
	g := guesses{c: new(cursor)}
	for field := range heads {
		key := keyOf(field)
		if key == "" {
			g.start, g.fields = field, fieldsOf(field)
			continue
		}
		for _, before := range []string{"{", ","} {
			text := before + key + `1,"what":"follows, and is longer than a window"}`
			want := found{field: field, depth: len(before)}
			if before == "{" {
				want.depth++
			}
			if got := g.same(t, text, field); got != want {
				t.Fatalf("%s: %+v is found, not %+v", text, got, want)
			}
			if field%sparse == 0 {
				g.sameOfVariants(t, text, 2+len(key), field)
			}
			if g.look(text, none); int(g.c.follows[g.start]) != field {
				t.Errorf("%s is not remembered", text)
			}
			g.searched = false
			if g.look(text, field); g.searched != (1+len(key) >= window) {
				t.Errorf("%s is searched for: %v", text, g.searched)
			}
		}
	}
}

// guesses looks for keys of a structure.
type guesses struct {
	c *cursor
	// start is the number in front of the fields, which are by their keys.
	start  int
	fields map[string]int
	// searched says whether a key was looked up.
	searched bool
}

// look looks for a field in a text from the byte before it on; guess is what came the last time.
func (g *guesses) look(text string, guess int) found {
	g.c.on([]byte(text))
	g.c.depth, g.c.odd = 1, false
	g.c.follows[g.start] = uint16(guess)
	field := g.c.field(text[0], g.start, func(key []byte) int {
		g.searched = true
		return g.fields[string(key)]
	})
	return found{field, g.c.at, g.c.depth, g.c.odd}
}

// same looks for a field with a guess that is right unless the text is odd, with another one, and with none.
func (g *guesses) same(t *testing.T, text string, field int) found {
	t.Helper()
	want := g.look(text, none)
	for _, guess := range []int{field, g.start + 1 + (field-g.start)%len(g.fields)} {
		if got := g.look(text, guess); got != want {
			t.Fatalf("%q: %+v is found with the guess %s, not %+v", text, got, keyOf(guess), want)
		}
	}
	return want
}

// sameOfVariants is same of texts that end sooner, or are others in one of the first bytes after that before the key.
func (g *guesses) sameOfVariants(t *testing.T, text string, first, field int) {
	t.Helper()
	for end := 1; end < len(text); end++ {
		if end <= first || end%5 == 0 {
			g.same(t, text[:end], field)
		}
	}
	for i := 1; i < first; i++ {
		for _, b := range append([]byte("\x00 \",:\\_aA{}\x7f\xff"), text[i]^0x20) {
			g.same(t, text[:i]+string([]byte{b})+text[i+1:], field)
		}
		g.same(t, text[:i]+text[i+1:], field)
		g.same(t, text[:i]+" "+text[i:], field)
	}
}

// TestFieldsAtTheDepthLimit looks for keys within as many containers as there may be, with guesses and without.
func TestFieldsAtTheDepthLimit(t *testing.T) {
	const first = 2
	number := func([]byte) int { return first }
	for _, guess := range []int{none, first} {
		for _, depth := range []int{maxDepth - 1, maxDepth} {
			c := reading("{" + keyOf(first) + `1,"what":"follows, and is longer than a window"}`)
			c.depth, c.follows[1] = depth, uint16(guess)
			if got := c.field('{', 1, number); (got == first) != (depth < maxDepth) || c.odd == (depth < maxDepth) {
				t.Errorf("within %d containers, guess %d: field %d, odd %v", depth, guess, got, c.odd)
			}
		}
	}
}

// TestEveryStructureIsClosed reads objects that end everywhere within a text, twice each, and looks whether as many
// containers were left as were begun.
func TestEveryStructureIsClosed(t *testing.T) {
	for _, text := range []string{
		`null`, `{}`, `{ }`, `{"id":"1"}`, `{"id":"1" }`, `{ "id":"1"}`, `{"x":{}}`, `{"id":"1","username":"x"}`,
		`{"id": "1","username": "x"}`, `{"id" :"1","username" :"x"}`, `{"id": "1", "unknown": 2, "username": "x"}`,
	} {
		for _, rest := range []string{"", strings.Repeat(" ", window), "," + strings.Repeat("x", window)} {
			c := new(cursor)
			for range 2 {
				c.on([]byte(text + rest))
				if readUser(c, new(types.User)); c.odd || c.depth != 0 || c.at != len(text) {
					t.Errorf("%s before %q: at %d, depth %d, odd %v", text, rest, c.at, c.depth, c.odd)
				}
			}
		}
	}
}
