package decode

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf16"
	"unicode/utf8"
	"unsafe"
)

const (
	// maxChunk is the most memory that strings share: who keeps one of them keeps so much at most.
	maxChunk = 8 << 10
	// minAlone is the length from which a string has memory of its own.
	minAlone = maxChunk / 8
	// density is how many bytes of an event there are, or more, for one that is copied.
	density = 5
	// maxPlain is the most memory for a string without its escapes that is kept for the next one.
	maxPlain = 16 << 10
)

// text reads a string; null leaves it as it is.
func text[T ~string](c *cursor, v *T) {
	if s, ok := c.text(); ok {
		*v = T(s)
	}
}

// shortText is up to how many bytes of a string are found in a window, and copied as words.
const shortText = 24

// text reads a string; it is false for null. Most strings are short: one is copied with what follows it, over which the
// next one is written.
func (c *cursor) text() (string, bool) {
	p := c.ahead()
	if p == nil || p[0] != '"' || cap(c.chunk)-len(c.chunk) < shortText {
		return c.longText(1)
	}
	var second, third uint64
	first, n := binary.LittleEndian.Uint64(p[1:]), 0
	found := special(first)
	if found == 0 {
		second, n = binary.LittleEndian.Uint64(p[9:]), 8
		if found = special(second); found == 0 {
			third, n = binary.LittleEndian.Uint64(p[17:]), 16
			found = special(third)
		}
	}
	if found == 0 {
		return c.longText(1 + shortText)
	}
	n += bits.TrailingZeros64(found) / 8
	if p[(1+n)%window] != '"' {
		return c.longText(1 + n)
	}
	if c.at += n + 2; n == 0 {
		return "", true
	}
	start := len(c.chunk)
	words := c.chunk[start : start+shortText]
	binary.LittleEndian.PutUint64(words, first)
	binary.LittleEndian.PutUint64(words[8:], second)
	binary.LittleEndian.PutUint64(words[16:], third)
	c.chunk = c.chunk[:start+n]
	return unsafe.String(&words[0], n), true
}

// longText is text for all strings. In the first bytes, as many as plain says, there is nothing special but a quote.
func (c *cursor) longText(plain int) (string, bool) {
	if c.peek() != '"' {
		if !c.null() {
			c.fail()
		}
		return "", false
	}
	start := c.at + 1
	end := plainEnd(c.data, c.at+plain)
	if end == len(c.data) || c.data[end] < ' ' {
		c.fail()
		return "", false
	}
	if c.data[end] == '"' {
		c.at = end + 1
		return c.keep(c.data[start:end]), true
	}
	return c.unescaped(start, end)
}

// unescaped reads the string that begins at start and has its first escape at at.
func (c *cursor) unescaped(start, at int) (string, bool) {
	data := c.data
	b := append(c.plain[:0], data[start:at]...)
	for {
		n, r := escape(data[at:])
		if n == 0 {
			c.fail()
			return "", false
		}
		at += n
		if utf16.IsSurrogate(r) {
			// A half of a pair that is alone becomes U+FFFD.
			n, low := escape(data[at:])
			if r = utf16.DecodeRune(r, low); n == 6 && r != utf8.RuneError {
				at += n
			}
		}
		b = utf8.AppendRune(b, r)
		start, at = at, plainEnd(data, at)
		b = append(b, data[start:at]...)
		switch {
		case at == len(data) || data[at] < ' ':
			c.fail()
			return "", false
		case data[at] == '"':
			c.at = at + 1
			if c.plain = b; cap(b) > maxPlain {
				c.plain = nil
			}
			return c.keep(b), true
		}
	}
}

// plainEnd returns where the first quote, backslash or control character at or after at is, or the end of data: also
// when there is something before it that is not UTF-8.
func plainEnd(data []byte, at int) int {
	for {
		at = asciiEnd(data, at)
		if at == len(data) || data[at] < utf8.RuneSelf {
			return at
		}
		for at < len(data) && data[at] >= utf8.RuneSelf {
			r, n := utf8.DecodeRune(data[at:])
			if r == utf8.RuneError && n == 1 {
				return len(data)
			}
			at += n
		}
	}
}

// asciiEnd returns where the first byte at or after at is that is special, or the end of data.
func asciiEnd(data []byte, at int) int {
	for ; at+8 <= len(data); at += 8 {
		if found := special(binary.LittleEndian.Uint64(data[at:])); found != 0 {
			return at + bits.TrailingZeros64(found)/8
		}
	}
	for at < len(data) && data[at] >= ' ' && data[at] != '"' && data[at] != '\\' && data[at] < utf8.RuneSelf {
		at++
	}
	return at
}

// quoteIn has the top bit of a byte set where the first quote of eight bytes is, and perhaps of bytes after that; it
// is 0 if there is none.
func quoteIn(word uint64) uint64 {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	quote := word ^ ones*'"'
	return (quote - ones) &^ quote & tops
}

// special has the top bit of a byte set where the first quote, backslash, control character or byte that is not ASCII of
// eight bytes is, and perhaps of bytes after that; it is 0 if there is none.
func special(word uint64) uint64 {
	// A subtraction borrows from the top bit of a byte that is below the limit, or zero. That of a byte that is not
	// ASCII is set already.
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	quote, backslash := word^ones*'"', word^ones*'\\'
	return (word | (word - ones*' ') | (quote - ones) | (backslash - ones)) & tops
}

// escape reads the escape that data begins with, if it does, and returns its length, or 0.
func escape(data []byte) (int, rune) {
	if len(data) < 2 || data[0] != '\\' {
		return 0, 0
	}
	switch b := data[1]; b {
	case '"', '\\', '/':
		return 2, rune(b)
	case 'b':
		return 2, '\b'
	case 'f':
		return 2, '\f'
	case 'n':
		return 2, '\n'
	case 'r':
		return 2, '\r'
	case 't':
		return 2, '\t'
	case 'u':
		return hexEscape(data)
	}
	return 0, 0
}

// hexEscape is escape for \u and four digits.
func hexEscape(data []byte) (int, rune) {
	if len(data) < 6 {
		return 0, 0
	}
	var r rune
	for _, b := range data[2:6] {
		switch {
		case b-'0' <= 9:
			b -= '0'
		case b|0x20 >= 'a' && b|0x20 <= 'f':
			b = b | 0x20 - 'a' + 10
		default:
			return 0, 0
		}
		r = r<<4 | rune(b)
	}
	return 6, r
}

// keep copies b into memory that it shares with other strings of the event. Only a chunk that is needed is made, of
// the size that the rest of the input is likely to need.
func (c *cursor) keep(b []byte) string {
	if len(b) > cap(c.chunk)-len(c.chunk) {
		switch {
		case len(b) == 0:
			return ""
		case len(b) >= minAlone:
			return string(b)
		}
		c.chunk = make([]byte, 0, min((len(c.data)-c.at)/density+len(b), maxChunk))
	}
	if len(b) == 0 {
		return ""
	}
	start := len(c.chunk)
	c.chunk = append(c.chunk, b...)
	return unsafe.String(&c.chunk[start], len(b))
}
