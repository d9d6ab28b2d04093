package etf

import (
	"encoding/binary"
	"math"
	"strconv"
)

const (
	unterminated    = "unterminated"
	malformedNumber = "a malformed number"
)

// Append appends the term, version byte included, of one JSON text to dst and returns the extended slice. The package comment
// says what becomes what. dst must not overlap json, which is neither changed nor kept. An error is always a *TextError;
// then dst is returned at its old length. It never panics.
func Append(dst, json []byte) ([]byte, error) {
	// So no length and no count can be too large for its four bytes.
	if uint64(len(json)) > math.MaxUint32 {
		return dst, &TextError{Reason: "too long"}
	}
	e := encoder{text: json, out: append(dst, version)}
	e.space()
	if err := e.value(0); err != nil {
		return e.out[:len(dst)], err
	}
	if e.space(); e.pos < len(json) {
		return e.out[:len(dst)], e.fail(e.pos, "something behind the value")
	}
	return e.out, nil
}

// encoder reads a JSON text from front to end.
type encoder struct {
	text []byte
	pos  int // of what comes next
	out  []byte
}

// fail is the error at an offset. At the end of the text every expectation fails for the same reason.
func (e *encoder) fail(offset int, reason string) error {
	if offset >= len(e.text) {
		offset, reason = len(e.text), unterminated
	}
	return &TextError{Offset: offset, Reason: reason}
}

// peek returns the next byte, 0 at the end of the text.
func (e *encoder) peek() byte {
	if e.pos < len(e.text) {
		return e.text[e.pos]
	}
	return 0
}

// space skips white space.
func (e *encoder) space() {
	for e.pos < len(e.text) {
		switch e.text[e.pos] {
		case ' ', '\n', '\r', '\t':
			e.pos++
		default:
			return
		}
	}
}

// value writes the value that starts here, which is inside so many containers.
func (e *encoder) value(depth int) error {
	switch c := e.peek(); c {
	case '"':
		return e.string()
	case '{', '[':
		if depth >= MaxDepth {
			return e.fail(e.pos, reasonTooDeep)
		}
		if c == '{' {
			return e.object(depth + 1)
		}
		return e.array(depth + 1)
	case 'n':
		return e.atom("null", "nil")
	case 't':
		return e.atom("true", "true")
	case 'f':
		return e.atom("false", "false")
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		return e.number()
	}
	return e.fail(e.pos, "not a value")
}

// atom writes the atom of a literal. Its kind is the one that all servers and all versions of Erlang know.
func (e *encoder) atom(literal, name string) error {
	if len(e.text)-e.pos < len(literal) || string(e.text[e.pos:e.pos+len(literal)]) != literal {
		return e.fail(e.pos, "not a value")
	}
	e.pos += len(literal)
	e.out = append(e.out, tagSmallAtom, byte(len(name)))
	e.out = append(e.out, name...)
	return nil
}

// begin writes a tag and leaves room for its size of four bytes, whose offset it returns.
func (e *encoder) begin(tag byte) int {
	e.out = append(e.out, tag, 0, 0, 0, 0)
	return len(e.out) - 4
}

// end fills in the size for which begin left room.
func (e *encoder) end(at, size int) {
	binary.BigEndian.PutUint32(e.out[at:], uint32(size))
}

// string writes a string as a binary.
func (e *encoder) string() error {
	at := e.begin(tagBinary)
	out, next, reason := appendUnescaped(e.out, e.text, e.pos+1)
	e.out = out
	if reason != "" {
		return e.fail(next, reason)
	}
	e.pos = next
	e.end(at, len(out)-at-4)
	return nil
}

// more reads what stands behind a value in a container: it is false at the container's end.
func (e *encoder) more(end byte) (bool, error) {
	e.space()
	switch e.peek() {
	case ',':
		e.pos++
		e.space()
		return true, nil
	case end:
		e.pos++
		return false, nil
	}
	return false, e.fail(e.pos, "no comma and no end behind a value")
}

// array writes an array as a list.
func (e *encoder) array(depth int) error {
	e.pos++
	if e.space(); e.peek() == ']' {
		e.pos++
		e.out = append(e.out, tagNil)
		return nil
	}
	at := e.begin(tagList)
	for n := 1; ; n++ {
		if err := e.value(depth); err != nil {
			return err
		}
		more, err := e.more(']')
		if err != nil {
			return err
		}
		if !more {
			e.end(at, n)
			e.out = append(e.out, tagNil)
			return nil
		}
	}
}

// object writes an object as a map.
func (e *encoder) object(depth int) error {
	e.pos++
	at := e.begin(tagMap)
	if e.space(); e.peek() == '}' {
		e.pos++
		return nil
	}
	for n := 1; ; n++ {
		if e.peek() != '"' {
			return e.fail(e.pos, "no key")
		}
		if err := e.string(); err != nil {
			return err
		}
		if e.space(); e.peek() != ':' {
			return e.fail(e.pos, "no colon behind a key")
		}
		e.pos++
		e.space()
		if err := e.value(depth); err != nil {
			return err
		}
		more, err := e.more('}')
		if err != nil {
			return err
		}
		if !more {
			e.end(at, n)
			return nil
		}
	}
}

// number writes a number.
func (e *encoder) number() error {
	from := e.pos
	negative := e.peek() == '-'
	if negative {
		e.pos++
	}
	digits, err := e.digits()
	if err != nil {
		return err
	}
	if digits[0] == '0' && len(digits) > 1 {
		return e.fail(from, malformedNumber)
	}
	integer := true
	if e.peek() == '.' {
		e.pos++
		integer = false
		if _, err := e.digits(); err != nil {
			return err
		}
	}
	if e.peek()|0x20 == 'e' {
		e.pos++
		integer = false
		if c := e.peek(); c == '+' || c == '-' {
			e.pos++
		}
		if _, err := e.digits(); err != nil {
			return err
		}
	}
	if integer && !(negative && digits[0] == '0') {
		var ok bool
		if e.out, ok = appendDigits(e.out, negative, digits); !ok {
			return e.fail(from, reasonTooLarge)
		}
		return nil
	}
	v, err := strconv.ParseFloat(string(e.text[from:e.pos]), 64)
	if err != nil {
		return e.fail(from, "a number that is out of range")
	}
	e.out = binary.BigEndian.AppendUint64(append(e.out, tagNewFloat), math.Float64bits(v))
	return nil
}

// digits takes a digit and all those behind it.
func (e *encoder) digits() ([]byte, error) {
	from := e.pos
	for e.pos < len(e.text) && e.text[e.pos]-'0' <= 9 {
		e.pos++
	}
	if e.pos == from {
		return nil, e.fail(from, malformedNumber)
	}
	return e.text[from:e.pos], nil
}
