package wire

import (
	"errors"
	"fmt"
	"math"
)

// DefaultMaxPayload bounds an inflated message where nothing else is said: 256 MiB.
const DefaultMaxPayload = 256 << 20

const (
	// keepPending is the largest buffer for split messages that an idle Inflater holds on to.
	keepPending = 16 << 10
	// maxDoubts is how often the frames of one message may look finished without being so: by chance, one frame in 2^32 does.
	maxDoubts = 8
)

// streamEnded is the reason when a block says that no other one follows it.
const streamEnded = "the server ended the stream"

// ErrPayloadTooLarge is wrapped by the *InflateError of a message that is larger than the bound.
var ErrPayloadTooLarge = errors.New("wire: payload too large")

// InflateError says why a compressed stream can not be read any further.
type InflateError struct {
	// Format is what the stream should have been: "zlib-stream", "zstd-stream" or "zlib".
	Format string
	// Offset is about where it was noticed, in compressed bytes since the start of the connection: up to eight bytes late,
	// and of zstd-stream the start of the block or frame.
	Offset int64
	// Reason is a short English phrase.
	Reason string
	// Err is ErrPayloadTooLarge or nil.
	Err error
}

// Error implements error.
func (e *InflateError) Error() string {
	return fmt.Sprintf("wire: %s: %s (at byte %d)", e.Format, e.Reason, e.Offset)
}

// Unwrap returns Err.
func (e *InflateError) Unwrap() error { return e.Err }

// Inflater reads one connection's transport compression zlib-stream: one zlib context (RFC 1950 and 1951) for the whole
// connection, in which each gateway message ends with a sync flush, that is with the bytes 00 00 FF FF. It is to be used by one
// goroutine at a time. A new connection needs a new Inflater, or Reset.
//
// After an error nothing behind it can be understood any more, so the first error stays.
//
// From its first message on an Inflater holds 40 KiB, 32 of which are the window that the format demands. A message in one
// frame is read where it lies and the frame is not kept. One split over several frames is collected first, and up to 16 KiB
// stay allocated for the next such message.
type Inflater struct {
	maxPayload int
	started    bool
	// consumed counts the compressed bytes of the messages that are finished.
	consumed int64
	// pending holds the frames of an unfinished message; doubts counts how often they looked finished.
	pending []byte
	doubts  int
	err     error

	inflate inflate
}

// NewInflater returns an Inflater for a new connection. It inflates no message to more than maxPayload bytes; zero or less
// stands for DefaultMaxPayload.
func NewInflater(maxPayload int) *Inflater {
	return &Inflater{maxPayload: boundOf(maxPayload)}
}

// boundOf returns the bound that an argument maxPayload stands for.
func boundOf(maxPayload int) int {
	if maxPayload <= 0 {
		return DefaultMaxPayload
	}
	// Half of it leaves room for sums.
	return min(maxPayload, math.MaxInt/2)
}

// Reset makes the Inflater ready for another connection. It keeps its bound and its memory.
func (f *Inflater) Reset() {
	f.started, f.consumed, f.err, f.doubts = false, 0, nil, 0
	f.pending = f.pending[:0]
	f.inflate.window.reset()
}

// Next takes the next binary frame. If that completes a message, payload is dst with the message appended, and belongs to the
// caller. Otherwise payload is dst, of whose capacity anything may have been overwritten. The frame is never kept. A message may be
// split into frames anywhere, and may be empty. If dst has room for the message and some 350 bytes more, nothing is allocated.
//
// An error is always an *InflateError, the same one for every later call. It wraps ErrPayloadTooLarge if the message is larger
// than the bound, inflated or compressed. Inflating stops as soon as the bound is passed: what is allocated for one message never
// exceeds the bound by more than 128 KiB, the buffer it outgrew last not counted.
func (f *Inflater) Next(dst, frame []byte) (payload []byte, complete bool, err error) {
	switch {
	case f.err != nil:
		return dst, false, f.err
	case len(frame) == 0:
		return dst, false, nil
	}
	message := frame
	if len(f.pending) > 0 || !endsMessage(frame) {
		if err := f.collect(frame); err != nil {
			return dst, false, err
		}
		message = f.pending
	}
	header := 0
	if !f.started && len(message) >= zlibHeader {
		if reason := checkHeader(message); reason != "" {
			return dst, false, f.fail(reason, 0, nil)
		}
		header = zlibHeader
	}
	if !endsMessage(message) {
		return dst, false, nil
	}
	payload, st := f.inflate.run(dst, message[header:], f.maxPayload)
	switch st {
	case done:
		f.finish(len(message))
		return payload, true, nil
	case dry:
		return dst, false, f.doubt(frame)
	case full:
		return dst, false, f.fail("the message is too large", header+f.inflate.pos, ErrPayloadTooLarge)
	case ended:
		return dst, false, f.fail(streamEnded, header+f.inflate.pos, nil)
	}
	return dst, false, f.fail(f.inflate.reason, header+f.inflate.pos, nil)
}

// collect adds a frame to the unfinished message.
func (f *Inflater) collect(frame []byte) error {
	// Deflate makes nothing larger than by five bytes in every 16 KiB or so, and some flushes.
	if len(f.pending)+len(frame) > f.maxPayload+f.maxPayload/256+1024 {
		return f.fail("the compressed message is too large", len(f.pending), ErrPayloadTooLarge)
	}
	f.pending = append(f.pending, frame...)
	return nil
}

// finish goes on to the next message, size compressed bytes further.
func (f *Inflater) finish(size int) {
	f.started, f.doubts = true, 0
	f.consumed += int64(size)
	if f.pending = f.pending[:0]; cap(f.pending) > keepPending {
		f.pending = nil
	}
}

// doubt is called when a message ends with the right bytes but in the middle of something: these four bytes may occur in a message as
// well, and a frame may end right there. So more is to come.
func (f *Inflater) doubt(frame []byte) error {
	if f.doubts++; f.doubts > maxDoubts {
		return f.fail("a message does not end where a block ends", len(f.pending), nil)
	}
	if len(f.pending) == 0 {
		return f.collect(frame)
	}
	return nil
}

// fail makes an error the last word. It is offset bytes into the message.
func (f *Inflater) fail(reason string, offset int, err error) error {
	f.err = &InflateError{Format: "zlib-stream", Offset: f.consumed + int64(offset), Reason: reason, Err: err}
	f.pending = nil
	return f.err
}

// endsMessage reports whether compressed bytes end the way a sync flush does.
func endsMessage(b []byte) bool {
	n := len(b)
	return n >= 4 && string(b[n-4:]) == "\x00\x00\xff\xff"
}

// zlibHeader is how many bytes a zlib stream has before its first block.
const zlibHeader = 2

// checkHeader says what is wrong with the start of a zlib stream.
func checkHeader(b []byte) string {
	switch method, flags := b[0], b[1]; {
	case method&15 != 8, method>>4 > 7, (uint(method)<<8|uint(flags))%31 != 0:
		return "not a zlib stream"
	case flags&0x20 != 0:
		return "a zlib stream with a preset dictionary"
	}
	return ""
}
