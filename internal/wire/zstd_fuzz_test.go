package wire

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// FuzzZstd gives garbage to a Zstd, in two messages, and compares it with a decoder that reads it all at once.
func FuzzZstd(f *testing.F) {
	for _, name := range []string{"flushed", "ended", "sized"} {
		w := newZstdWriter(f, zstd.WithWindowSize(1<<10), zstd.WithEncoderCRC(name == "ended"))
		first := framings[name](f, w, generateMessages(1, 1)[0])
		second := framings[name](f, w, generateMessages(1, 2)[0])
		f.Add(first, second)
		f.Add(append(bytes.Clone(first), second...), second)
	}
	f.Add(handmade(0, 0, block(false, rawBlock, 0, "")), block(true, rawBlock, 0, ""))
	f.Add([]byte("\x50\x2a\x4d\x18\x00\x00\x00\x00"), []byte{})
	f.Fuzz(func(t *testing.T, first, second []byte) {
		const bound = 1 << 20
		z := NewZstd(bound)
		var got []byte
		var err error
		for i, message := range [][]byte{first, second} {
			if i == 1 && z.open && startsZstd(message) {
				second = nil // A decoder that reads it all at once does not take this.
				break
			}
			var payload []byte
			if payload, _, err = z.Next(nil, message); err != nil {
				break
			}
			if len(payload) > bound {
				t.Fatalf("%d bytes", len(payload))
			}
			got = append(got, payload...)
		}
		r, makeErr := zstd.NewReader(bytes.NewReader(append(bytes.Clone(first), second...)), zstd.WithDecoderConcurrency(1),
			zstd.WithDecoderMaxWindow(maxZstdWindow), zstd.WithDecodeBuffersBelow(0))
		if makeErr != nil {
			t.Fatal(makeErr)
		}
		defer r.Close()
		want, wantErr := io.ReadAll(io.LimitReader(r, 3*bound))
		var ie *InflateError
		switch {
		case err != nil && !errors.As(err, &ie):
			t.Fatalf("not an *InflateError: %v", err)
		case err == nil && wantErr != nil && !errors.Is(wantErr, io.ErrUnexpectedEOF):
			t.Fatalf("%d bytes, a reader has %d and %v", len(got), len(want), wantErr)
		case err == nil && !bytes.Equal(got, want):
			t.Fatalf("%d bytes that differ from %d, %v", len(got), len(want), wantErr)
		}
	})
}

// FuzzZstdRoundTrip sends data in messages of some size in each framing. What is fuzzed is short, so that it is minimised within
// the seconds that a run has; the text that is sent is it again and again, so that it passes the ends of windows and blocks.
func FuzzZstdRoundTrip(f *testing.F) {
	f.Add([]byte("the quick brown fox"), uint8(1), uint16(5), uint8(0))
	f.Add([]byte("0123456789"), uint8(4), uint16(1<<10), uint8(255))
	f.Add([]byte(`{"op":0,"t":"MESSAGE_CREATE","s":7,"d":{"id":"1573868328970205030","content":"hello"}}`), uint8(2), uint16(300), uint8(40))
	f.Fuzz(func(t *testing.T, data []byte, kind uint8, size uint16, times uint8) {
		const bound, most = 512, 40 << 10
		text := repeated(data[:min(len(data), bound)], int(times), most)
		name := [3]string{"flushed", "ended", "sized"}[kind%3]
		w := newZstdWriter(t, zstd.WithWindowSize(1<<10<<(kind/3%5)), zstd.WithEncoderLevel(zstd.EncoderLevel(1+kind/24%3)))
		z := NewZstd(1 << 20)
		length := max(int(size)+1, len(text)/20)
		for len(text) > 0 {
			message := text[:min(len(text), length)]
			text = text[len(message):]
			mustNext(t, z, nil, framings[name](t, w, message), message)
		}
	})
}

// repeated returns data and so many copies, each with a byte behind it that is its number; not more than most bytes.
func repeated(data []byte, copies, most int) []byte {
	text := bytes.Clone(data)
	for i := 0; i < copies && len(text)+len(data) < most; i++ {
		text = append(append(text, byte(i)), data...)
	}
	return text
}
