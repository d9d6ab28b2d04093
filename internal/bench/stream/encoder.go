package stream

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"

	"github.com/klauspost/compress/zstd"
)

// Compression is the transport compression of a connection, as the query parameter compress names it.
type Compression string

// The compressions. Each is one context for the whole connection.
const (
	None Compression = ""
	Zlib Compression = "zlib-stream"
	Zstd Compression = "zstd-stream"
)

// The opcodes of the websocket's frames, with the bit that says that a frame is a whole message.
const (
	textFrame   = 0x81
	binaryFrame = 0x82
)

// Window is the window of zstd-stream in bytes, that of servers.
const Window = 2 << 20

// encoder turns payloads into the frames of one connection.
type encoder struct {
	compressed bytes.Buffer
	flush      func(payload []byte) error // nil without compression
}

func newEncoder(compression Compression) (*encoder, error) {
	e := &encoder{}
	switch compression {
	case None:
	case Zlib:
		w := zlib.NewWriter(&e.compressed)
		e.flush = func(payload []byte) error {
			if _, err := w.Write(payload); err != nil {
				return err
			}
			return w.Flush()
		}
	case Zstd:
		w, err := zstd.NewWriter(&e.compressed, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(Window))
		if err != nil {
			return nil, err
		}
		e.flush = func(payload []byte) error {
			if _, err := w.Write(payload); err != nil {
				return err
			}
			return w.Flush()
		}
	default:
		return nil, fmt.Errorf("stream: unknown compression %q", compression)
	}
	return e, nil
}

// frame appends the frame of a payload.
func (e *encoder) frame(dst, payload []byte) ([]byte, error) {
	if e.flush == nil {
		return Text(dst, payload), nil
	}
	e.compressed.Reset()
	if err := e.flush(payload); err != nil {
		return nil, err
	}
	return message(dst, binaryFrame, e.compressed.Bytes()), nil
}

// Text appends a text message that is not compressed.
func Text(dst, payload []byte) []byte { return message(dst, textFrame, payload) }

// message appends a message in one frame without a mask, as servers send it.
func message(dst []byte, kind byte, content []byte) []byte {
	n := len(content)
	switch {
	case n < 126:
		dst = append(dst, kind, byte(n))
	case n < 1<<16:
		dst = append(dst, kind, 126)
		dst = binary.BigEndian.AppendUint16(dst, uint16(n))
	default:
		dst = append(dst, kind, 127)
		dst = binary.BigEndian.AppendUint64(dst, uint64(n))
	}
	return append(dst, content...)
}
