package wire

import (
	"encoding/binary"
	"hash/adler32"
)

// ZlibPayload reads payload compression: each message that is compressed is a zlib stream (RFC 1950) of its own, with a beginning
// and an end. It keeps nothing of a message but 8 KiB of memory. It is to be used by one goroutine at a time.
type ZlibPayload struct {
	maxPayload int
	inflate    inflate
}

// NewZlibPayload returns a ZlibPayload. It inflates no message to more than maxPayload bytes; zero or less stands for
// DefaultMaxPayload.
func NewZlibPayload(maxPayload int) *ZlibPayload {
	return &ZlibPayload{maxPayload: boundOf(maxPayload)}
}

// Next inflates a binary frame, which is a whole message. The payload is dst with the message appended, and belongs to the caller.
// The frame is never kept. If dst has room for the message and some 350 bytes more, nothing is allocated. complete is always true
// without an error.
//
// An error is always an *InflateError, and payload is dst then, of whose capacity anything may have been overwritten. It wraps
// ErrPayloadTooLarge if the message is larger than the bound, beyond which no more than 128 KiB are allocated. A stream that does not
// end, that has anything behind its end, or whose checksum is wrong, is an error. Messages do not depend on each other: an error
// of one says nothing about the next.
func (p *ZlibPayload) Next(dst, frame []byte) (payload []byte, complete bool, err error) {
	if len(frame) < zlibHeader {
		return dst, false, payloadError("the message is cut off", 0, nil)
	}
	if reason := checkHeader(frame); reason != "" {
		return dst, false, payloadError(reason, 0, nil)
	}
	payload, rest, st := p.inflate.whole(dst, frame[zlibHeader:], p.maxPayload)
	at := len(frame) - len(rest)
	switch {
	case st == full:
		return dst, false, payloadError("the message is too large", at, ErrPayloadTooLarge)
	case st == corrupt:
		return dst, false, payloadError(p.inflate.reason, at, nil)
	case st != ended, len(rest) < adler32.Size:
		return dst, false, payloadError("the message is cut off", at, nil)
	case len(rest) > adler32.Size:
		return dst, false, payloadError("something follows the end of the stream", at, nil)
	case binary.BigEndian.Uint32(rest) != adler32.Checksum(payload[len(dst):]):
		return dst, false, payloadError("the checksum is wrong", at, nil)
	}
	return payload, true, nil
}

func payloadError(reason string, offset int, err error) error {
	return &InflateError{Format: "zlib", Offset: int64(offset), Reason: reason, Err: err}
}
