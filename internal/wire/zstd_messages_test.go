package wire

import (
	"bytes"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// zstdWriter is the server's side of a zstd-stream.
type zstdWriter struct {
	buf bytes.Buffer
	w   *zstd.Encoder
}

// newZstdWriter returns a zstdWriter in the middle of nothing, with a window of 2 MiB as the server's level has, and without
// checksums, unless the options say otherwise.
func newZstdWriter(tb testing.TB, options ...zstd.EOption) *zstdWriter {
	tb.Helper()
	z := &zstdWriter{}
	options = append([]zstd.EOption{zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(2 << 20), zstd.WithLowerEncoderMem(true),
		zstd.WithEncoderCRC(false)}, options...)
	var err error
	if z.w, err = zstd.NewWriter(&z.buf, options...); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = z.w.Close() })
	return z
}

// flushed compresses a message in the frame that all messages share.
func (z *zstdWriter) flushed(tb testing.TB, message []byte) []byte {
	tb.Helper()
	z.buf.Reset()
	if _, err := z.w.Write(message); err != nil {
		tb.Fatal(err)
	}
	if err := z.w.Flush(); err != nil {
		tb.Fatal(err)
	}
	return bytes.Clone(z.buf.Bytes())
}

// ended compresses a message and ends the frame behind it. The next one has a frame of its own.
func (z *zstdWriter) ended(tb testing.TB, message []byte) []byte {
	tb.Helper()
	frame := z.flushed(tb, message)
	z.buf.Reset()
	if err := z.w.Close(); err != nil {
		tb.Fatal(err)
	}
	frame = append(frame, z.buf.Bytes()...)
	z.w.Reset(&z.buf)
	return frame
}

// sized compresses a message into a frame that says how large its content is.
func (z *zstdWriter) sized(message []byte) []byte { return z.w.EncodeAll(message, nil) }

// handmade is a frame of blocks by hand, with a window of the given descriptor and the flags.
func handmade(flags, window byte, blocks ...[]byte) []byte {
	frame := []byte{0x28, 0xb5, 0x2f, 0xfd, flags}
	if flags&0x20 == 0 {
		frame = append(frame, window)
	}
	return append(frame, bytes.Join(blocks, nil)...)
}

// block is a block of a kind with a size in its header.
func block(last bool, kind, size int, content string) []byte {
	header := size<<3 | kind<<1
	if last {
		header |= 1
	}
	return append([]byte{byte(header), byte(header >> 8), byte(header >> 16)}, content...)
}
