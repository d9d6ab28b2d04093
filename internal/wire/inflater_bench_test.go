package wire

import (
	"bytes"
	"compress/flate"
	"compress/zlib"
	"testing"
)

// benchDeflated is a zlib-stream of messages, and the size of an average one of them inflated.
func benchDeflated(b *testing.B) (frames [][]byte, size int64) {
	messages := generateMessages(1000, 1)
	d := newDeflater(b, zlib.DefaultCompression)
	for _, message := range messages {
		frames = append(frames, bytes.Clone(d.frame(b, message)))
		size += int64(len(message))
	}
	return frames, size / int64(len(messages))
}

// BenchmarkInflater inflates a message a turn.
func BenchmarkInflater(b *testing.B) {
	frames, size := benchDeflated(b)
	b.SetBytes(size)
	b.ReportAllocs()
	f := NewInflater(0)
	dst := make([]byte, 0, 64<<10)
	i := 0
	for b.Loop() {
		if i == len(frames) {
			i = 0
			f.Reset()
		}
		if _, complete, err := f.Next(dst, frames[i]); err != nil || !complete {
			b.Fatal(complete, err)
		}
		i++
	}
}

// BenchmarkInflaterStock does the same with compress/flate, in the way that fails at the boundary of its window.
func BenchmarkInflaterStock(b *testing.B) {
	frames, size := benchDeflated(b)
	b.SetBytes(size)
	b.ReportAllocs()
	var source bytes.Reader
	r := flate.NewReader(&source)
	dst := make([]byte, 64<<10)
	i := 0
	for b.Loop() {
		if i == len(frames) {
			i = 0
		}
		source.Reset(frames[i])
		if i == 0 {
			source.Reset(frames[i][zlibHeader:])
			if err := r.(flate.Resetter).Reset(&source, nil); err != nil {
				b.Fatal(err)
			}
		}
		for source.Len() > 0 {
			if _, err := r.Read(dst); err != nil {
				b.Fatal(err)
			}
		}
		i++
	}
}
