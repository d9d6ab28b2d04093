package wire

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// framings are the ways in which a server may put messages into frames.
var framings = map[string]func(tb testing.TB, z *zstdWriter, message []byte) []byte{
	"flushed": func(tb testing.TB, z *zstdWriter, message []byte) []byte { return z.flushed(tb, message) },
	"ended":   func(tb testing.TB, z *zstdWriter, message []byte) []byte { return z.ended(tb, message) },
	"sized":   func(_ testing.TB, z *zstdWriter, message []byte) []byte { return z.sized(message) },
}

func TestZstdLevels(t *testing.T) {
	for level := zstd.SpeedFastest; level <= zstd.SpeedBestCompression; level++ {
		for _, crc := range []bool{false, true} {
			for name, frame := range framings {
				r := rand.New(rand.NewPCG(5, uint64(level)))
				w, z := newZstdWriter(t, zstd.WithEncoderLevel(level), zstd.WithEncoderCRC(crc)), NewZstd(0)
				var dst []byte
				sum := 0
				for _, message := range generateMessages(200, 6) {
					compressed := frame(t, w, message)
					sum += len(compressed)
					dst = mustNext(t, z, dst, compressed, message)
				}
				t.Logf("%v, %s: %d bytes a message", level, name, sum/200)
				for range 30 {
					message := mixed(r, 1+r.IntN(6000))
					dst = mustNext(t, z, dst, frame(t, w, message), message)
				}
			}
		}
	}
}

// TestZstdSizes sends messages whose sizes are around those of blocks and windows.
func TestZstdSizes(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	noise := make([]byte, 3<<20)
	for i := range noise {
		noise[i] = byte(r.Uint32())
	}
	sizes := []int{1, 2, 3, 300}
	for _, size := range []int{maxZstdBlock, 2 * maxZstdBlock, 8 * maxZstdBlock, 2 << 20} {
		sizes = append(sizes, size-1, size, size+1)
	}
	for _, window := range []int{1 << 10, maxZstdBlock, 1 << 20} {
		for name, frame := range framings {
			w, z := newZstdWriter(t, zstd.WithWindowSize(window), zstd.WithEncoderLevel(zstd.SpeedFastest)), NewZstd(0)
			var dst []byte
			for i, size := range sizes {
				// What is compressed best, not at all, in between, and what was there before.
				for kind, message := range [][]byte{make([]byte, size), noise[:size], mixed(r, min(size, 300<<10)), noise[i : i+size]} {
					if size > 1<<20 && kind > 1 {
						continue
					}
					compressed := frame(t, w, message)
					got, complete, err := z.Next(dst[:0], compressed)
					if err != nil || !complete || !bytes.Equal(got, message) {
						t.Fatalf("window %d, %s, %d bytes of kind %d: %d bytes, %v, %v", window, name, size, kind, len(got), complete, err)
					}
					dst = got
				}
			}
		}
	}
}

func TestZstdManySmallMessages(t *testing.T) {
	for name, frame := range framings {
		// The smallest window is overrun often.
		w, z := newZstdWriter(t, zstd.WithWindowSize(1<<10+r10(name)), zstd.WithEncoderLevel(zstd.SpeedFastest)), NewZstd(0)
		r := rand.New(rand.NewPCG(9, 10))
		text := mixed(r, 64<<10)
		dst := make([]byte, 0, 200<<10)
		for range 60_000 {
			n := r.IntN(120)
			if name == "flushed" {
				n++ // An encoder that is flushed without anything to flush writes nothing.
			}
			from := r.IntN(len(text) - n)
			message := text[from : from+n]
			dst = mustNext(t, z, dst, frame(t, w, message), message)
		}
	}
}

// r10 makes one of the windows larger.
func r10(name string) int { return map[string]int{"flushed": 0, "ended": 31 << 10, "sized": 0}[name] }

// TestZstdEmptyMessages sends blocks without content, which a decoder passes over in search of content.
func TestZstdEmptyMessages(t *testing.T) {
	some := block(false, rawBlock, 4, "some")
	for name, empty := range map[string][]byte{
		"raw":                  block(false, rawBlock, 0, ""),
		"repeat":               block(false, repeatBlock, 0, "x"),
		"compressed":           block(false, compressedBlock, 2, "\x00\x00"),
		"compressed, 12 bits":  block(false, compressedBlock, 3, "\x04\x00\x00"),
		"compressed, 20 bits":  block(false, compressedBlock, 4, "\x0c\x00\x00\x00"),
		"compressed, repeated": block(false, compressedBlock, 3, "\x01x\x00"),
		"many":                 bytes.Repeat(block(false, rawBlock, 0, ""), 100),
	} {
		z := NewZstd(0)
		for i, message := range []struct{ frame, want string }{
			{string(handmade(0, 0, empty)), ""},
			{string(empty), ""},
			{string(some), "some"},
			{string(empty) + string(some) + string(empty) + string(some) + string(empty), "somesome"},
			{string(empty), ""},
			{string(block(true, rawBlock, 0, "")), ""},
			{string(handmade(0, 0, empty, block(true, rawBlock, 0, ""))), ""},
			{string(handmade(0, 0, some, empty, block(true, rawBlock, 0, ""))), "some"},
			{string(handmade(0, 0)), ""},
			{string(empty), ""},
			{string(some), "some"},
		} {
			got, complete, err := z.Next(nil, []byte(message.frame))
			if string(got) != message.want || !complete || err != nil {
				t.Fatalf("%s, message %d: %q, %v, %v; want %q", name, i, got, complete, err, message.want)
			}
		}
	}
	z := NewZstd(0)
	if got, complete, err := z.Next([]byte("x"), nil); string(got) != "x" || complete || err != nil {
		t.Error(got, complete, err)
	}
}

// TestZstdMixture changes the framing at random: several frames in a message, a frame that ends within one, and one that is left.
func TestZstdMixture(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 3))
		w, z := newZstdWriter(t, zstd.WithEncoderCRC(seed%2 == 0), zstd.WithWindowSize(32<<10)), NewZstd(0)
		var dst []byte
		for range 200 {
			var frame, want []byte
			open := false
			for range 1 + r.IntN(3) {
				message := mixed(r, 1+r.IntN(3000))
				want = append(want, message...)
				switch r.IntN(5) {
				case 0:
					frame = append(frame, w.ended(t, message)...)
					open = false
				case 1:
					if !open {
						w.w.Reset(&w.buf)
						frame = append(frame, w.sized(message)...)
						frame = append(frame, "\x5f\x2a\x4d\x18\x03\x00\x00\x00any"...)
						break
					}
					fallthrough
				default:
					frame = append(frame, w.flushed(t, message)...)
					open = true
				}
			}
			if open && r.IntN(4) == 0 {
				w.w.Reset(&w.buf) // The next message begins a frame although this one has not ended.
			}
			dst = mustNext(t, z, dst, frame, want)
		}
	}
}

func TestZstdAppends(t *testing.T) {
	first, second := mixed(rand.New(rand.NewPCG(1, 1)), 300_000), []byte("second")
	for name, frame := range framings {
		w, z := newZstdWriter(t), NewZstd(0)
		got, complete, err := z.Next([]byte("before:"), frame(t, w, first))
		if string(got) != "before:"+string(first) || !complete || err != nil {
			t.Fatalf("%s: got %d bytes, %v, %v", name, len(got), complete, err)
		}
		clear(got) // The payload is the caller's.
		mustNext(t, z, nil, frame(t, w, first), first)
		got, complete, err = z.Next([]byte("between:"), frame(t, w, second))
		if string(got) != "between:second" || !complete || err != nil {
			t.Fatalf("%s: %q, %v, %v", name, got, complete, err)
		}
	}
	// What stands before is not part of the window: this refers to six bytes back.
	back := handmade(0, 0, block(true, compressedBlock, 9, "\x08a\x01\x54\x00\x08\x01\x00\x00"))
	if got, _, err := NewZstd(0).Next([]byte("before"), back); err == nil {
		t.Errorf("%q", got)
	}
}

func TestZstdCorrupt(t *testing.T) {
	some := block(false, rawBlock, 4, "some")
	last := block(true, rawBlock, 0, "")
	for _, tt := range []struct {
		name string
		want string
		data []byte
	}{
		{"JSON", "not a zstd frame", []byte(`{"op":10,"d":null}`)},
		{"zlib", "not a zstd frame", []byte("\x78\x9c\x00\x00\xff\xff")},
		{"three bytes", "in the middle of a frame's header", []byte("\x28\xb5\x2f")},
		{"only the magic", "in the middle of a frame's header", []byte("\x28\xb5\x2f\xfd")},
		{"no window", "in the middle of a frame's header", []byte("\x28\xb5\x2f\xfd\x00")},
		{"no size", "in the middle of a frame's header", []byte("\x28\xb5\x2f\xfd\xe0\x00\x00\x00\x00")},
		{"reserved bit", "reserved bit", handmade(8, 0, some)},
		{"a dictionary", "dictionary", handmade(1, 0, []byte{5}, some)},
		{"a window of 9 MiB", "window of more than 8 MiB", handmade(0, 13<<3|1, some)},
		{"the largest window", "window of more than 8 MiB", handmade(0, 0xff, some, last)},
		{"an open segment of 16 MiB", "window of more than 8 MiB", handmade(0xa0, 0, []byte{0, 0, 0, 1}, some)},
		{"reserved block", "reserved block type", handmade(0, 0, block(false, reservedBlock, 1, "x"))},
		{"half a header", "in the middle of a block", handmade(0, 0, some, []byte{0, 0})},
		{"half a block", "in the middle of a block", handmade(0, 0, block(false, rawBlock, 5, "some"))},
		{"half a checksum", "in the middle of a block", handmade(4, 0, some, last, []byte("abc"))},
		{"a wrong checksum", "CRC", handmade(4, 0, some, last, []byte("abcd"))},
		{"a huge block", "a block is too large", handmade(0, 10<<3, block(false, repeatBlock, maxZstdBlock+1, "x"))},
		{"a block larger than the window", "window size exceeded", handmade(0, 0, block(false, repeatBlock, 1<<10+1, "x"))},
		{"an empty compressed block", "too short", handmade(0, 0, block(false, compressedBlock, 1, "\x00"))},
		{"no sequences", "too short", handmade(0, 0, block(false, compressedBlock, 2, "\x04\x00"))},
		{"nothing repeated", "too short", handmade(0, 0, block(false, compressedBlock, 2, "\x01x"))},
		{"20 bits cut", "too short", handmade(0, 0, block(false, compressedBlock, 2, "\x0c\x00"))},
		{"garbage", "", handmade(0, 0, block(false, compressedBlock, 9, "garbage!!"))},
		{"more content than said", "", handmade(0x20, 0, []byte{3}, some, last)},
		{"less content than said", "", handmade(0x20, 0, []byte{5}, some, last)},
		{"half a skippable frame", "skippable", []byte("\x50\x2a\x4d\x18\xff\xff\xff\xffabc")},
		{"garbage behind a frame", "not a zstd frame", handmade(0, 0, some, last, []byte("garbage"))},
	} {
		for _, ended := range []bool{false, true} {
			data := bytes.Clone(tt.data)
			if ended {
				data = append(data, last...)
			}
			if ended && (strings.Contains(tt.want, "middle") || strings.Contains(tt.name, "open")) {
				continue // It is another case then.
			}
			z := NewZstd(0)
			got, complete, err := z.Next([]byte("x"), data)
			var ie *InflateError
			if !errors.As(err, &ie) || !strings.Contains(ie.Reason, tt.want) || complete || string(got) != "x" {
				t.Errorf("%s, ended: %v: %q, %v, %v", tt.name, ended, got, complete, err)
				continue
			}
			if !strings.HasPrefix(err.Error(), "wire: zstd-stream: ") || errors.Is(err, ErrPayloadTooLarge) {
				t.Errorf("%s: %v", tt.name, err)
			}
			if _, _, again := z.Next(nil, handmade(0, 0, some)); again != err {
				t.Errorf("%s: another error: %v", tt.name, again)
			}
		}
	}
}

// TestZstdCorruptLater breaks the second message of an open frame, and tells where.
func TestZstdCorruptLater(t *testing.T) {
	w, z := newZstdWriter(t), NewZstd(0)
	first := w.flushed(t, []byte("first message"))
	mustNext(t, z, nil, first, []byte("first message"))
	_, _, err := z.Next(nil, append(block(false, rawBlock, 4, "some"), block(false, reservedBlock, 0, "")...))
	var ie *InflateError
	if !errors.As(err, &ie) || ie.Offset != int64(len(first)+7) {
		t.Error(err)
	}
	if z.decoder != nil || z.source.block != nil {
		t.Error("memory is kept")
	}
}

// TestZstdTruncated cuts messages everywhere: the bytes that are missing are missed.
func TestZstdTruncated(t *testing.T) {
	message := generateMessages(1, 8)[0]
	for name, frame := range framings {
		data := frame(t, newZstdWriter(t, zstd.WithEncoderCRC(true)), message)
		for n := 1; n < len(data); n++ {
			got, complete, err := NewZstd(0).Next(nil, data[:n])
			// A frame may end behind its header, or with a block.
			if err == nil && len(got) > 0 && name != "ended" || len(got) > len(message) || complete != (err == nil) {
				t.Fatalf("%s: %d of %d bytes: %q, %v, %v", name, n, len(data), got, complete, err)
			}
		}
	}
}

func TestZstdLeavesNoGoroutine(t *testing.T) {
	before := runtime.NumGoroutine()
	var all []*Zstd
	for name, frame := range framings {
		z := NewZstd(0)
		mustNext(t, z, nil, frame(t, newZstdWriter(t), []byte(name)), []byte(name))
		all = append(all, z)
	}
	if after := runtime.NumGoroutine(); after > before {
		t.Errorf("%d goroutines more", after-before)
	}
	runtime.KeepAlive(all)
}
