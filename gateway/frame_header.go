package gateway

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"unicode/utf8"

	"github.com/gorilla/websocket"
)

// errFrame is what a server sends that is no websocket.
var errFrame = errors.New("gateway: bad websocket frame")

// header is the beginning of a websocket frame (RFC 6455, section 5.2).
type header struct {
	opcode int // a kind of message, 0 for a fragment that continues one, or a kind of control frame
	final  bool
	length int64
}

// What lies in the first two bytes of a header.
const (
	finalBit       = 0x80
	reservedBits   = 0x70
	opcodeBits     = 0x0f
	maskBit        = 0x80
	lengthBits     = 0x7f
	length16       = 126 // the length follows in two bytes
	length64       = 127 // the length follows in eight bytes
	longestControl = 125 // bytes in a control frame
)

// control says whether the frame is a control frame, which is no part of a message.
func (h header) control() bool { return h.opcode >= websocket.CloseMessage }

// header reads a header.
func (f *frames) header() (header, error) {
	if err := f.need(2); err != nil {
		return header{}, err
	}
	f.inside = true
	first, second := f.room[f.next], f.room[f.next+1]
	h := header{opcode: int(first & opcodeBits), final: first&finalBit != 0, length: int64(second & lengthBits)}
	switch {
	case first&reservedBits != 0:
		return h, fmt.Errorf("%w: reserved bits are set: %#x", errFrame, first)
	case second&maskBit != 0:
		return h, fmt.Errorf("%w: it is masked", errFrame)
	}
	f.next += 2
	if err := h.check(f.kind != 0); err != nil {
		return h, err
	}
	var err error
	switch h.length {
	case length16:
		var b []byte
		if b, err = f.take(2); err == nil {
			h.length = int64(binary.BigEndian.Uint16(b))
		}
	case length64:
		var b []byte
		if b, err = f.take(8); err == nil {
			h.length, err = signed(binary.BigEndian.Uint64(b))
		}
	}
	return h, err
}

// signed takes a length of 64 bits.
func signed(length uint64) (int64, error) {
	if length > math.MaxInt64/2 {
		return 0, websocket.ErrReadLimit
	}
	return int64(length), nil
}

// check returns why the frame may not come here: within a message that has begun, or where one begins.
func (h header) check(begun bool) error {
	switch h.opcode {
	case websocket.CloseMessage, websocket.PingMessage, websocket.PongMessage:
		if h.length > longestControl || !h.final {
			return fmt.Errorf("%w: a control frame that is too long or a fragment", errFrame)
		}
	case websocket.TextMessage, websocket.BinaryMessage:
		if begun {
			return fmt.Errorf("%w: a message within a message", errFrame)
		}
	case 0:
		if !begun {
			return fmt.Errorf("%w: a fragment of no message", errFrame)
		}
	default:
		return fmt.Errorf("%w: opcode %d", errFrame, h.opcode)
	}
	return nil
}

// obey reads a control frame. A close frame is returned as an error.
func (f *frames) obey(h header) error {
	data, err := f.take(int(h.length))
	if err != nil {
		return err
	}
	switch h.opcode {
	case websocket.PingMessage:
		return f.pinged(string(data))
	case websocket.CloseMessage:
		return closeFrame(data)
	}
	return nil
}

// closeFrame takes the content of a close frame.
func closeFrame(data []byte) error {
	if len(data) < 2 {
		return &websocket.CloseError{Code: websocket.CloseNoStatusReceived}
	}
	code, text := int(binary.BigEndian.Uint16(data)), string(data[2:])
	if !sendable(code) {
		return fmt.Errorf("%w: it closes with %d", errFrame, code)
	}
	if !utf8.ValidString(text) {
		return fmt.Errorf("%w: the reason of its close is not UTF-8", errFrame)
	}
	return &websocket.CloseError{Code: code, Text: text}
}

// sendable says whether a close frame may have this code (RFC 6455, section 7.4).
func sendable(code int) bool {
	return code >= 1000 && code <= 1013 && (code < 1004 || code > 1006) || code >= 3000 && code <= 4999
}
