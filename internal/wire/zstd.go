package wire

import (
	"io"
	"slices"

	"github.com/klauspost/compress/zstd"
)

// Zstd reads one connection's transport compression zstd-stream (RFC 8878). Each websocket message is one gateway message and
// consists of whole blocks. What the frames are is up to the server, and read off its bytes: one for the whole connection that is
// never ended, which is what flushing an encoder makes; one for each message, as Spacebar has it, with or without the size of its
// content; and any mixture of these. It is to be used by one goroutine at a time, and starts none. A new connection needs a new
// Zstd.
//
// After an error nothing behind it can be understood any more, so the first error stays.
//
// A frame that is whole within its message needs no window: it is decoded from the message into the payload, and a Zstd that has
// met nothing else holds some 150 KiB, twice that after large messages. One that goes on beyond its message, or whose blocks might
// hold more than the bound, needs its window, at most 8 MiB, and some 450 KiB more for as long as the Zstd lives.
type Zstd struct {
	maxPayload int
	// consumed counts the compressed bytes of the messages that are finished.
	consumed int64
	err      error

	// decoder is made for the first frame. Between the messages of an open frame it waits in the middle of it.
	decoder *zstd.Decoder
	source  zstdSource
	// open says that the frame described by header goes on with the next block.
	open   bool
	header zstdHeader
}

// NewZstd returns a Zstd for a new connection. It decodes no message to more than maxPayload bytes; zero or less stands for
// DefaultMaxPayload.
func NewZstd(maxPayload int) *Zstd { return &Zstd{maxPayload: boundOf(maxPayload)} }

// Next takes the next binary frame of the websocket, which is a message unless it has no bytes at all. The payload is dst with the
// message appended, and belongs to the caller; without a message it is dst, of whose capacity anything may have been overwritten.
// The frame is not looked at once Next has returned. If dst has room for the message and 128 KiB more, next to nothing is allocated.
//
// An error is always an *InflateError, the same one for every later call. It wraps ErrPayloadTooLarge if the message is larger
// than the bound. A message that ends in the middle of a block, a frame that needs a dictionary and one with a window of more than
// 8 MiB are errors before anything is allocated for them. Decoding stops at most 128 KiB beyond the bound.
func (z *Zstd) Next(dst, frame []byte) (payload []byte, complete bool, err error) {
	switch {
	case z.err != nil:
		return dst, false, z.err
	case len(frame) == 0:
		return dst, false, nil
	}
	if z.open && startsZstd(frame) {
		z.close() // Left without an end.
	}
	payload = dst
	for at := 0; at < len(frame); {
		n, out, failure := z.part(payload, frame[at:], z.maxPayload-(len(payload)-len(dst)))
		if failure == nil && len(out)-len(dst) > z.maxPayload {
			failure = tooLarge
		}
		if failure != nil {
			z.fail(at, failure)
			return dst, false, z.err
		}
		payload = out
		at += n
	}
	z.consumed += int64(len(frame))
	return payload, true, nil
}

// zstdFailure is a reason, and what InflateError.Err is to be.
type zstdFailure struct {
	reason string
	err    error
}

// tooLarge is never written to.
var tooLarge = &zstdFailure{"the message is too large", ErrPayloadTooLarge}

// part decodes a block of an open frame, a frame that is whole, the header of one that is not, or something to be skipped, and
// returns how many bytes that was. The bound leaves so many bytes for it.
func (z *Zstd) part(dst, b []byte, left int) (int, []byte, *zstdFailure) {
	if z.open {
		return z.block(dst, b)
	}
	if n, reason := skippable(b); n > 0 || reason != "" {
		return n, dst, because(reason)
	}
	header, reason := readZstdHeader(b)
	if reason != "" {
		return 0, dst, because(reason)
	}
	frame, reason := measureZstd(b, header)
	if reason != "" {
		return 0, dst, because(reason)
	}
	if frame.whole && header.known && header.content > uint64(left) {
		return 0, dst, tooLarge
	}
	// A frame that holds more than it may is found out block by block, in its window.
	atOnce := frame.whole && (header.known || frame.most <= left)
	if header.window > maxZstdWindow && !(atOnce && header.single) {
		return 0, dst, because("a frame with a window of more than 8 MiB")
	}
	if failure := z.prepare(); failure != nil {
		return 0, dst, failure
	}
	if atOnce {
		out, err := z.decoder.DecodeAll(b[:frame.size], dst)
		return frame.size, out, failed(err)
	}
	z.open, z.header = true, header
	if err := z.decoder.Reset(&z.source); err != nil {
		return 0, dst, failed(err)
	}
	z.source.begin(b[:header.size])
	return header.size, dst, nil
}

// block decodes a block of the open frame.
func (z *Zstd) block(dst, b []byte) (int, []byte, *zstdFailure) {
	block, reason := readZstdBlock(b, z.header)
	if reason != "" {
		return 0, dst, because(reason)
	}
	if block.empty && !block.last {
		// The decoder goes on until it has output, which would lead it beyond what there is.
		return len(block.bytes), dst, nil
	}
	// With a byte more than the block can have, the decoder sees that there is room left when it is through, and stops. Otherwise
	// it could not be told from one that has more to give.
	room := z.header.block() + 1
	dst = slices.Grow(dst, room)
	z.source.block = block.bytes
	n, err := z.decoder.Read(dst[len(dst) : len(dst)+room])
	if err == io.EOF && block.last {
		err = nil
	}
	switch {
	case err != nil:
		return 0, dst, failed(err)
	case n == room || len(z.source.block) > 0:
		return 0, dst, because("a block is too large")
	}
	z.source.block = nil
	if block.last {
		z.close()
	}
	return len(block.bytes), dst[:len(dst)+n], nil
}

// prepare makes the decoder.
func (z *Zstd) prepare() *zstdFailure {
	if z.decoder != nil {
		return nil
	}
	// Its limit comes second: only of a frame in a single segment that is decoded at once the window may be larger, and takes nothing.
	window := uint64(max(z.maxPayload, maxZstdWindow))
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(window))
	z.decoder = decoder
	return failed(err)
}

// close leaves the open frame, so that the decoder can be used for another one. What it has allocated stays.
func (z *Zstd) close() {
	z.open = false
	// Without a reader it has nothing to fail with.
	_ = z.decoder.Reset(nil)
	z.source = zstdSource{}
}

// fail makes an error the last word. It is offset bytes into the message.
func (z *Zstd) fail(offset int, failure *zstdFailure) {
	z.err = &InflateError{Format: "zstd-stream", Offset: z.consumed + int64(offset), Reason: failure.reason, Err: failure.err}
	z.decoder, z.source = nil, zstdSource{}
}

func because(reason string) *zstdFailure {
	if reason == "" {
		return nil
	}
	return &zstdFailure{reason: reason}
}

// failed returns the failure that an error of the decoder is.
func failed(err error) *zstdFailure {
	if err == nil {
		return nil
	}
	return &zstdFailure{reason: err.Error()}
}

// zstdSource is what the decoder of an open frame reads: the frame's header once, then one block after the other. The decoder is only
// asked for what a block has, so it never meets the end, which it would remember as an error for ever.
type zstdSource struct {
	header [maxZstdHeader]byte
	begun  int // how much of the header is left, at its end
	block  []byte
}

// begin starts a frame. The header is read with the first block that is not empty, which may be of another message.
func (s *zstdSource) begin(header []byte) {
	s.begun = len(header)
	copy(s.header[maxZstdHeader-len(header):], header)
	s.block = nil
}

// Read implements io.Reader.
func (s *zstdSource) Read(p []byte) (int, error) {
	n := copy(p, s.header[maxZstdHeader-s.begun:])
	s.begun -= n
	if n > 0 {
		return n, nil
	}
	if n = copy(p, s.block); n == 0 && len(p) > 0 {
		return 0, io.EOF
	}
	s.block = s.block[n:]
	return n, nil
}
