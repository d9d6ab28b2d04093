package wire

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"hash/adler32"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
)

// zlibWhole is a message as a zlib stream of its own.
func zlibWhole(tb testing.TB, level int, message []byte) []byte {
	tb.Helper()
	var buf bytes.Buffer
	w, err := zlib.NewWriterLevel(&buf, level)
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := w.Write(message); err != nil {
		tb.Fatal(err)
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return buf.Bytes()
}

func TestZlibPayload(t *testing.T) {
	p := NewZlibPayload(0)
	var dst []byte
	for level := zlib.HuffmanOnly; level <= zlib.BestCompression; level++ {
		r := rand.New(rand.NewPCG(5, uint64(level+2)))
		for _, size := range []int{0, 1, 2, 100, windowSize - 1, windowSize, windowSize + 1, 65_535, 65_536, 300_000} {
			message := mixed(r, size)
			dst = mustNext(t, p, dst, zlibWhole(t, level, message), message)
		}
		for _, message := range generateMessages(50, 6) {
			dst = mustNext(t, p, dst, zlibWhole(t, level, message), message)
		}
	}
	got, complete, err := p.Next([]byte("before:"), zlibWhole(t, 6, []byte("it")))
	if string(got) != "before:it" || !complete || err != nil {
		t.Errorf("%q, %v, %v", got, complete, err)
	}
}

// TestZlibPayloadEndsInACompressedBlock: zlib ends a stream so, compress/zlib with an empty stored block.
func TestZlibPayloadEndsInACompressedBlock(t *testing.T) {
	for _, message := range []string{"", "a", "abc", "abcdefghijk", strings.Repeat("abcdefghijk", 50)} {
		w := new(bitWriter).bits(1, 1).bits(1, 2)
		for _, c := range []byte(message) {
			w.code(0x30+uint32(c), 8)
		}
		data := append([]byte{0x78, 0x9c}, w.code(0, 7).buf...)
		data = binary.BigEndian.AppendUint32(data, adler32.Checksum([]byte(message)))
		mustNext(t, NewZlibPayload(0), nil, data, []byte(message))
	}
}

func TestZlibPayloadCorrupt(t *testing.T) {
	whole := zlibWhole(t, zlib.DefaultCompression, generateMessages(1, 1)[0])
	changed := func(i int, x byte) []byte {
		b := bytes.Clone(whole)
		b[i] ^= x
		return b
	}
	back := append([]byte{0x78, 0x9c}, new(bitWriter).bits(1, 1).bits(1, 2).code(1, 7).code(0, 5).code(0, 7).buf...)
	for _, tt := range []struct {
		name, want string
		data       []byte
	}{
		{"nothing", "cut off", nil},
		{"one byte", "cut off", whole[:1]},
		{"only a header", "cut off", whole[:2]},
		{"JSON", "not a zlib stream", []byte(`{"op":10}`)},
		{"a dictionary", "dictionary", []byte("\x78\xbb")},
		{"a wrong checksum", "checksum", changed(len(whole)-1, 1)},
		{"no checksum", "cut off", whole[:len(whole)-4]},
		{"half a checksum", "cut off", whole[:len(whole)-1]},
		{"a byte more", "something follows", append(bytes.Clone(whole), 0)},
		{"two in one", "something follows", append(bytes.Clone(whole), whole...)},
		{"a flushed stream", "cut off", newDeflater(t, 6).frame(t, []byte("message"))},
		{"a stored block cut where a checksum fits", "cut off", []byte("\x78\x9c\x01\x05\x00\xfa\xff\x00\x00\x00\x01")},
		{"reserved block", "reserved block type", []byte("\x78\x9c\x07garbage")},
		{"a match before the beginning", farDistance, append(back, 0, 0, 0, 1)},
	} {
		p := NewZlibPayload(0)
		mustNext(t, p, nil, whole, generateMessages(1, 1)[0]) // Nothing of it may be referred to.
		got, complete, err := p.Next([]byte("x"), tt.data)
		var ie *InflateError
		if !errors.As(err, &ie) || !strings.Contains(ie.Reason, tt.want) || complete || string(got) != "x" {
			t.Errorf("%s: %q, %v, %v", tt.name, got, complete, err)
			continue
		}
		if !strings.HasPrefix(err.Error(), "wire: zlib: ") || errors.Is(err, ErrPayloadTooLarge) {
			t.Errorf("%s: %v", tt.name, err)
		}
		mustNext(t, p, nil, whole, generateMessages(1, 1)[0])
	}
	for n := range whole {
		if _, _, err := NewZlibPayload(0).Next(nil, whole[:n]); err == nil {
			t.Errorf("%d of %d bytes are no error", n, len(whole))
		}
	}
}

func TestZlibPayloadBound(t *testing.T) {
	const bound = 1 << 20
	for _, level := range []int{zlib.NoCompression, zlib.BestSpeed, zlib.BestCompression} {
		message := mixed(rand.New(rand.NewPCG(1, 2)), bound)
		p := NewZlibPayload(bound)
		mustNext(t, p, nil, zlibWhole(t, level, message), message)
		if _, _, err := p.Next(nil, zlibWhole(t, level, append(message, 'x'))); !errors.Is(err, ErrPayloadTooLarge) {
			t.Error(err)
		}
		bomb := zlibWhole(t, level, make([]byte, 64<<20))
		n := allocated(func() {
			if _, _, err := p.Next(nil, bomb); !errors.Is(err, ErrPayloadTooLarge) {
				t.Error(err)
			}
		})
		if n > 3*bound+256<<10 {
			t.Errorf("level %d: %d bytes allocated", level, n)
		}
	}
}

func TestZlibPayloadAllocates(t *testing.T) {
	whole, dst := zlibWhole(t, 6, generateMessages(1, 1)[0]), make([]byte, 0, 64<<10)
	p := NewZlibPayload(0)
	if n := testing.AllocsPerRun(100, func() {
		if _, _, err := p.Next(dst, whole); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
	if p.inflate.in != nil || p.inflate.out != nil || p.inflate.window.ring != nil {
		t.Error("the frame, the payload or a window is kept")
	}
}

// FuzzZlibPayload gives garbage with the right checksum to a ZlibPayload and compares it with compress/zlib.
func FuzzZlibPayload(f *testing.F) {
	for _, message := range generateMessages(3, 1) {
		f.Add(zlibWhole(f, 6, message))
	}
	f.Add(zlibWhole(f, 0, []byte("stored")))
	f.Fuzz(func(t *testing.T, data []byte) {
		const bound = 1 << 20
		got, _, err := NewZlibPayload(bound).Next(nil, data)
		var want []byte
		source := bytes.NewReader(data)
		r, wantErr := zlib.NewReader(source)
		if wantErr == nil {
			want, wantErr = io.ReadAll(io.LimitReader(r, bound+1))
		}
		switch {
		case err == nil && (wantErr != nil || !bytes.Equal(got, want)):
			t.Fatalf("%d bytes, compress/zlib has %d and %v", len(got), len(want), wantErr)
		case err != nil && wantErr == nil && len(want) <= bound && source.Len() == 0:
			t.Fatalf("%v, compress/zlib sees nothing wrong", err)
		}
		if sum := binary.BigEndian.AppendUint32(nil, adler32.Checksum(got)); err == nil && !bytes.HasSuffix(data, sum) {
			t.Fatal("the checksum is not that of the payload")
		}
	})
}

func BenchmarkZlibPayload(b *testing.B) {
	messages := generateMessages(1000, 1)
	var frames [][]byte
	size := 0
	for _, message := range messages {
		frames = append(frames, zlibWhole(b, 6, message))
		size += len(message)
	}
	b.SetBytes(int64(size / len(messages)))
	b.ReportAllocs()
	p, dst, i := NewZlibPayload(0), make([]byte, 0, 64<<10), 0
	for b.Loop() {
		if _, _, err := p.Next(dst, frames[i%len(frames)]); err != nil {
			b.Fatal(err)
		}
		i++
	}
}
