package gatewaytest

import (
	"bytes"

	"github.com/klauspost/compress/zstd"
)

// compressor makes messages of a compressed stream. What message returns is valid until the following call.
type compressor interface {
	message(payload []byte) ([]byte, error)
}

// zstdWindow is the window of a stream: that of the level at which servers compress.
const zstdWindow = 2 << 20

// zstdCompressor makes one zstd-stream of messages.
type zstdCompressor struct {
	out      bytes.Buffer
	w        *zstd.Encoder
	oneFrame bool
}

// newZstdCompressor begins a stream that is one frame without an end, or one whose messages have a frame each.
func newZstdCompressor(oneFrame bool) (*zstdCompressor, error) {
	z := &zstdCompressor{oneFrame: oneFrame}
	var err error
	// Its own goroutines would outlive the connection.
	z.w, err = zstd.NewWriter(&z.out, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(zstdWindow),
		zstd.WithLowerEncoderMem(true), zstd.WithEncoderCRC(false))
	return z, err
}

// message implements compressor. A message is flushed before its frame ends, because the header would say how large the content is
// otherwise; servers do not know it.
func (z *zstdCompressor) message(payload []byte) ([]byte, error) {
	z.out.Reset()
	if _, err := z.w.Write(payload); err != nil {
		return nil, err
	}
	if err := z.w.Flush(); err != nil {
		return nil, err
	}
	if z.oneFrame {
		return z.out.Bytes(), nil
	}
	if err := z.w.Close(); err != nil {
		return nil, err
	}
	z.w.Reset(&z.out)
	return z.out.Bytes(), nil
}

// isWholeZstd says whether a message is a frame with its end, or several.
func isWholeZstd(message []byte) bool {
	r, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxPayload))
	if err != nil {
		return false
	}
	defer r.Close()
	_, err = r.DecodeAll(message, nil)
	return err == nil
}

// lastZstdBlock ends a frame without a checksum: it is its last block, and has no bytes.
const lastZstdBlock = "\x01\x00\x00"

// ending is a compressor whose first message ends the frame that somebody else has left open.
type ending struct {
	compressor
	done bool
}

// message implements compressor.
func (e *ending) message(payload []byte) ([]byte, error) {
	data, err := e.compressor.message(payload)
	if err != nil || e.done {
		return data, err
	}
	e.done = true
	return append([]byte(lastZstdBlock), data...), nil
}
