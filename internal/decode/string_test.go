package decode

import (
	"encoding/json"
	"strings"
	"testing"
	"unsafe"

	"github.com/chorus-go/chorus/types"
)

// TestTextLikeEncodingJSON reads strings of all lengths with all that is special at all places.
func TestTextLikeEncodingJSON(t *testing.T) {
	specials := []string{
		``, `"`, `\`, "\x00", "\x1f", "\x7f", "é", "\U0001F600", `\"`, `\\`, `\/`, `\b\f\n\r\t`, `\u0000`,
		`\u00e9`, `\uD83D\uDE00`, `\ud83d`,
		`\ude00`, `\ud83d\ud83d\ude00`, `\ud83dx`, `\ud83d\n`, `\ude00\ud83d`, `\u12`, `\u12g4`, `\x`,
		`\ud83d\u12`, `\ud83d\`, `\ufffd\ufffd`,
		`\ud83d\ufffd`,
	}
	for _, special := range specials {
		for before := range 20 {
			for after := range 12 {
				input := `"` + strings.Repeat("a", before) + special + strings.Repeat("b", after) + `"`
				var want, got, followed string
				c := reading(input)
				wantErr := json.Unmarshal(c.data, &want)
				text(c, &got)
				read := !c.odd && c.at == len(c.data)
				c = reading(input + `,"what":"follows, and is longer than a window"`)
				c.chunk = make([]byte, 0, 100)
				if text(c, &followed); read && (c.odd || c.at != len(input) || followed != got) {
					t.Fatalf("%s: %q when something follows", input, followed)
				}
				if read != (wantErr == nil) || read && got != want {
					t.Fatalf("%s: %q, %v; encoding/json has %q, %v", input, got, read, want, wantErr)
				}
				c = reading(input)
				if c.skip(); (!c.odd && c.at == len(c.data)) != (wantErr == nil) {
					t.Fatalf("%s is skipped: %v", input, !c.odd)
				}
			}
		}
	}
}

// TestSpecialBytes finds each byte at each place among others.
func TestSpecialBytes(t *testing.T) {
	for b := range 256 {
		for at := range 16 {
			data := []byte("} !#[]~^\x7f,^az09")
			data = append(data[:at:at], append([]byte{byte(b)}, data[at:]...)...)
			want := len(data)
			if b == '"' || b == '\\' || b < ' ' || b >= 0x80 {
				want = at
			}
			if got := asciiEnd(data, 0); got != want {
				t.Errorf("%q: %d, not %d", data, got, want)
			}
		}
	}
}

// TestWhatIsNotUTF8IsOdd has it at all places of strings that are read, skipped and keys.
func TestWhatIsNotUTF8IsOdd(t *testing.T) {
	for _, bad := range []string{
		"\xff", "\x80", "\xc0\xaf", "\xc3", "\xe2\x82", "\xed\xa0\x80", "\xf0\x9f\x98", "\xf4\x90\x80\x80", "é\x80", "\u20ac\xe2",
	} {
		for before := range 20 {
			for after := range 12 {
				inside := strings.Repeat("a", before) + bad + strings.Repeat("b", after)
				for name, read := range map[string]func(c *cursor){
					"text":      func(c *cursor) { text(c, new(string)) },
					"skip":      func(c *cursor) { c.skip() },
					"timestamp": func(c *cursor) { timestamp(c, new(types.Timestamp)) },
				} {
					c := reading(`"` + inside + `"`)
					if read(c); !c.odd {
						t.Fatalf("%s: %q is read", name, c.data)
					}
				}
				if _, ok := textKey[string]([]byte(inside)); ok {
					t.Fatalf("%q is a key", inside)
				}
			}
		}
	}
}

// TestStringsShareLittle looks at how much memory the strings of a large event share.
func TestStringsShareLittle(t *testing.T) {
	c := &cursor{data: make([]byte, 1<<20)}
	shared := map[*byte]int{}
	for n := range 20_000 {
		size := n % 40
		if n%100 == 0 {
			size = 3000
		}
		s := c.keep(c.data[:size])
		if len(s) != size {
			t.Fatalf("%d bytes of %d", len(s), size)
		}
		if len(c.chunk) > 0 {
			shared[unsafe.SliceData(c.chunk)] = cap(c.chunk)
		}
	}
	for _, size := range shared {
		if size > maxChunk+maxChunk/8 {
			t.Errorf("strings share %d bytes", size)
		}
	}
	if len(shared) < 30 {
		t.Errorf("all share %d chunks", len(shared))
	}
	small := reading(message)
	if small.keep(nil) != "" || cap(small.chunk) != 0 {
		t.Error("an empty string takes memory")
	}
	if small.keep(small.data[:5]); cap(small.chunk) > len(message)/2 {
		t.Errorf("a small event takes %d bytes", cap(small.chunk))
	}
}

// TestLongStringsAreAlone keeps strings for which a chunk has no room: who keeps a long one keeps nothing else.
func TestLongStringsAreAlone(t *testing.T) {
	for _, size := range []int{minAlone - 1, minAlone, maxChunk - 1, 2 * maxChunk} {
		c := &cursor{data: make([]byte, 1<<20)}
		c.keep(c.data[:5])
		c.chunk = c.chunk[:cap(c.chunk)-window]
		before := unsafe.SliceData(c.chunk)
		c.keep(c.data[:size])
		if alone := unsafe.SliceData(c.chunk) == before; alone != (size >= minAlone) {
			t.Errorf("a string of %d bytes is alone: %v", size, alone)
		}
	}
}

// TestStringsDoNotOverlap reads strings of all lengths and kinds one after the other, with more and less room in the
// first chunk. All of them are what they were when the text is gone and the last one was read.
func TestStringsDoNotOverlap(t *testing.T) {
	for room := range 2 * window {
		var all []byte
		var want, got []string
		for n := range 3 * window {
			escaped := strings.Repeat("b", n/2) + "\n" + strings.Repeat("c", n/3)
			for _, s := range []string{strings.Repeat("a", n), escaped, "é"} {
				quoted, err := json.Marshal(s)
				if err != nil {
					t.Fatal(err)
				}
				all, want = append(append(all, quoted...), ','), append(want, s)
			}
		}
		c := reading(string(all))
		c.chunk = make([]byte, 0, room)
		for range want {
			s, ok := c.text()
			if c.byte() != ',' || !ok {
				t.Fatalf("room for %d: not read at %d", room, c.at)
			}
			got = append(got, s)
		}
		clear(c.data)
		clear(c.plain[:cap(c.plain)])
		clear(c.chunk[len(c.chunk):cap(c.chunk)])
		for i := range want {
			if got[i] != want[i] {
				t.Fatalf("room for %d: string %d is %q, not %q", room, i, got[i], want[i])
			}
		}
	}
}

// TestLittleIsKeptForEscapes reads strings with escapes, short and long ones. What is kept for the next one is bounded.
func TestLittleIsKeptForEscapes(t *testing.T) {
	c := new(cursor)
	for _, n := range []int{1, maxPlain / 4, 4 * maxPlain, 1} {
		c.on([]byte(`"` + strings.Repeat(`\n`, n) + `"`))
		if s, ok := c.text(); !ok || len(s) != n {
			t.Fatalf("%d escapes: %d bytes are read", n, len(s))
		}
		if cap(c.plain) > maxPlain || n <= maxPlain/4 && cap(c.plain) == 0 {
			t.Errorf("%d escapes: %d bytes are kept", n, cap(c.plain))
		}
	}
}
