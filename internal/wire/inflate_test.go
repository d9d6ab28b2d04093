package wire

import (
	"bytes"
	"compress/zlib"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// bitWriter writes deflate streams by hand.
type bitWriter struct {
	buf   []byte
	count uint
}

// bits writes the lowest n bits of v, lowest first.
func (w *bitWriter) bits(v uint32, n uint) *bitWriter {
	for ; n > 0; n-- {
		if w.count%8 == 0 {
			w.buf = append(w.buf, 0)
		}
		w.buf[len(w.buf)-1] |= byte(v&1) << (w.count % 8)
		w.count++
		v >>= 1
	}
	return w
}

// code writes a code of n bits, highest first, as deflate has codes.
func (w *bitWriter) code(v uint32, n uint) *bitWriter {
	for ; n > 0; n-- {
		w.bits(v>>(n-1), 1)
	}
	return w
}

// flush writes a sync flush.
func (w *bitWriter) flush() []byte {
	w.bits(0, 3)
	w.count = (w.count + 7) &^ 7
	w.buf = append(w.buf, 0, 0, 0xff, 0xff)
	w.count += 32
	return w.buf
}

// dynamic begins a block with dynamic codes, whose lengths are written with a code of four bits for 0 to 15.
func (w *bitWriter) dynamic(numLit, numDist int) *bitWriter {
	all := []uint8{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}
	return w.dynamicBy(numLit, numDist, 4, all...)
}

// dynamicBy begins a block with dynamic codes, whose lengths are written with a code of n bits for the given symbols.
func (w *bitWriter) dynamicBy(numLit, numDist int, n uint32, symbols ...uint8) *bitWriter {
	w.bits(0, 1).bits(2, 2).bits(uint32(numLit-257), 5).bits(uint32(numDist-1), 5).bits(numLengths-4, 4)
	for _, symbol := range lengthOrder {
		if slices.Contains(symbols, symbol) {
			w.bits(n, 3)
		} else {
			w.bits(0, 3)
		}
	}
	return w
}

// lengths writes code lengths for dynamic.
func (w *bitWriter) lengths(lengths ...int) *bitWriter {
	for _, n := range lengths {
		w.code(uint32(n), 4)
	}
	return w
}

// zeros is n times the length 0.
func zeros(n int, then ...int) []int { return append(make([]int, n), then...) }

func fixedBlock() *bitWriter { return new(bitWriter).bits(0, 1).bits(1, 2) }

// next gives one message to a new Inflater, behind the header of the stream.
func next(deflated []byte) ([]byte, bool, error) {
	return NewInflater(1<<20).Next(nil, append([]byte{0x78, 0x9c}, deflated...))
}

func TestInflateByHand(t *testing.T) {
	for _, tt := range []struct {
		name     string
		deflated []byte
		want     string
	}{
		{"nothing", new(bitWriter).flush(), ""},
		{"a flush after a flush", append(new(bitWriter).flush(), new(bitWriter).flush()...), ""},
		{"an empty fixed block", fixedBlock().code(0, 7).flush(), ""},
		{"literals of eight and nine bits", fixedBlock().code(0x30+'a', 8).code(0x190+0xff-144, 9).code(0, 7).flush(), "a\xff"},
		{"a match that overlaps itself", fixedBlock().code(0x30+'a', 8).code(0x30+'b', 8).
			code(5, 7).code(1, 5).code(0, 7).flush(), "ababababa"},
		{"the longest match", fixedBlock().code(0x30+'a', 8).code(0xc0+5, 8).code(0, 5).code(0, 7).flush(), strings.Repeat("a", 259)},
		{"a code of one symbol", new(bitWriter).dynamic(257, 1).lengths(zeros(256, 1, 0)...).code(0, 1).flush(), ""},
		{"an unused distance code of one symbol", new(bitWriter).dynamic(257, 1).lengths(1).lengths(zeros(255, 1, 1)...).
			code(0, 1).code(1, 1).flush(), "\x00"},
	} {
		got, complete, err := next(tt.deflated)
		if string(got) != tt.want || !complete || err != nil {
			t.Errorf("%s: %q, %v, %v; want %q", tt.name, got, complete, err, tt.want)
		}
	}
}

func TestInflateCorrupt(t *testing.T) {
	for _, tt := range []struct {
		name     string
		deflated []byte
		want     string
	}{
		{"reserved block type", new(bitWriter).bits(0, 1).bits(3, 2).flush(), "reserved block type"},
		{"stored length", append([]byte{0, 1, 0, 1, 0}, new(bitWriter).flush()...), "complement"},
		{"literal symbol 286", fixedBlock().code(0xc6, 8).flush(), badSymbol},
		{"distance symbol 30", fixedBlock().code(0x30, 8).code(1, 7).code(30, 5).flush(), badDistance},
		{"a match before the first byte", fixedBlock().code(1, 7).code(0, 5).flush(), farDistance},
		{"a match too far back", fixedBlock().code(0x30, 8).code(1, 7).code(1, 5).flush(), farDistance},
		{"287 literals", new(bitWriter).dynamic(287, 1).flush(), "too many codes"},
		{"31 distances", new(bitWriter).dynamic(257, 31).flush(), "too many codes"},
		{"no code lengths", new(bitWriter).bits(4, 17).bits(0, 12).flush(), "invalid code length"},
		{"incomplete code of code lengths", new(bitWriter).bits(4, 17).bits(2, 12).flush(), "malformed code of code lengths"},
		{"repeat nothing", new(bitWriter).dynamicBy(257, 1, 1, 0, 16).code(1, 1).flush(), "a repeated code length"},
		{"too many code lengths", new(bitWriter).dynamicBy(257, 1, 1, 0, 18).code(1, 1).bits(127, 7).code(1, 1).bits(127, 7).flush(), "too many code lengths"},
		{"no end of block", new(bitWriter).dynamic(257, 1).lengths(1, 1).lengths(zeros(255, 1)...).flush(), "no code for the end"},
		{"incomplete literal code", new(bitWriter).dynamic(257, 1).lengths(zeros(256, 2, 1)...).flush(), "malformed literal code"},
		{"incomplete distance code", new(bitWriter).dynamic(257, 1).lengths(zeros(256, 1, 2)...).flush(), "malformed distance code"},
		{"a symbol without code", new(bitWriter).dynamic(257, 1).lengths(zeros(256, 1, 1)...).code(1, 1).flush(), badSymbol},
		{"a distance without code", new(bitWriter).dynamic(258, 1).lengths(zeros(256, 1, 1, 0)...).code(1, 1).flush(), badDistance},
		{"the last block", new(bitWriter).bits(1, 1).bits(1, 2).code(0, 7).flush(), "ended the stream"},
	} {
		// Behind a long tail the fast loop meets the same thing as the careful one does without.
		for _, tail := range []int{0, 100} {
			deflated := append(bytes.Clone(tt.deflated), bytes.Repeat([]byte{0x55}, tail)...)
			got, complete, err := next(append(deflated, 0, 0, 0xff, 0xff))
			var ie *InflateError
			if !errors.As(err, &ie) || !strings.Contains(ie.Reason, tt.want) || complete || len(got) != 0 {
				t.Errorf("%s, tail of %d: %q, %v, %v", tt.name, tail, got, complete, err)
			}
		}
	}
}

// TestInflateTruncated cuts deflated messages everywhere: the rest is to come, and nothing else is wrong.
func TestInflateTruncated(t *testing.T) {
	message := generateMessages(1, 8)[0]
	noise := mixed(rand.New(rand.NewPCG(1, 8)), 300)
	for _, deflated := range [][]byte{
		newDeflater(t, zlib.DefaultCompression).frame(t, message)[zlibHeader:],
		newDeflater(t, zlib.HuffmanOnly).frame(t, noise)[zlibHeader:],
		newDeflater(t, zlib.NoCompression).frame(t, noise)[zlibHeader:],
		fixedBlock().code(0x30+'a', 8).code(0xc0+4, 8).bits(31, 5).code(0, 5).code(0x30+'b', 8).code(0xc0+4, 8).bits(30, 5).
			code(14, 5).bits(0, 6).code(0, 7).flush(),
	} {
		for n := range deflated {
			var d inflate
			if out, st := d.run(nil, deflated[:n], 1<<20); st != dry || len(out) > 0 || d.window.size > 0 {
				t.Fatalf("%d of %d bytes: status %d, %q, %s", n, len(deflated), st, out, d.reason)
			}
		}
		var d inflate
		if _, st := d.run(nil, deflated, 1<<20); st != done {
			t.Fatalf("status %d, %s", st, d.reason)
		}
	}
}
