package decode

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"runtime/debug"
	"sync"
	"unsafe"

	"github.com/chorus-go/chorus/types"
)

// maxDepth is how deep objects and arrays may be nested before a decoder gives up. It is far more than any event has,
// and far less than internal/json accepts.
const maxDepth = 256

// cursor is a position in a JSON text.
//
// Between calls it stands where a value, a comma or the end of a container is to come. After fail it stands at the
// end of the text for ever, where every method finds nothing: so the loops of all decoders on the way end by
// themselves.
type cursor struct {
	data  []byte
	at    int
	depth int
	odd   bool

	// See ahead.
	start   unsafe.Pointer // of data
	windows uint           // how many places have a window

	// plain is where strings with escapes are written without them.
	plain []byte
	// chunk is where the next strings are copied to.
	chunk      []byte
	users      slab[types.User]
	activities slab[types.Activity]
	snowflakes slab[types.Snowflake]
	// scratch is where lists grow whose length is not known yet.
	scratch scratch
	// follows has what field followed which, as it was the last time.
	follows followers
}

// cursors keeps cursors for their scratch.
var cursors = sync.Pool{New: func() any { return new(cursor) }}

// open returns a cursor at the beginning of data.
func open(data []byte) *cursor {
	c := cursors.Get().(*cursor)
	c.on(data)
	c.space()
	return c
}

// close must be deferred. It sets *err unless exactly one value was read, and turns a panic, which would be a fault
// of this package, into an error.
func (c *cursor) close(err *error) {
	if value := recover(); value != nil {
		*err = fmt.Errorf("decode: panic: %v\n%s", value, debug.Stack())
		return
	}
	c.space()
	if c.odd || c.at != len(c.data) {
		*err = errOdd
	}
	c.data, c.start, c.windows, c.chunk = nil, nil, 0, nil
	c.users.free, c.activities.free, c.snowflakes.free = nil, nil, nil
	c.at, c.depth, c.odd = 0, 0, false
	cursors.Put(c)
}

// fail gives up.
func (c *cursor) fail() {
	c.odd = true
	c.at = len(c.data)
}

// check gives up if a brick of package types could not read its value.
func (c *cursor) check(err error) {
	if err != nil {
		c.fail()
	}
}

// space goes past white space.
func (c *cursor) space() { c.at = pastSpace(c.data, c.at) }

// byte goes past white space and one byte, which it returns; 0 at the end.
func (c *cursor) byte() byte {
	if c.at < len(c.data) && c.data[c.at] > ' ' {
		c.at++
		return c.data[c.at-1]
	}
	c.space()
	if c.at == len(c.data) {
		return 0
	}
	c.at++
	return c.data[c.at-1]
}

// peek returns the next byte, where white space has been skipped; 0 at the end.
func (c *cursor) peek() byte {
	if c.at < len(c.data) {
		return c.data[c.at]
	}
	return 0
}

// null goes past null, if that comes next.
func (c *cursor) null() bool { return c.at < len(c.data) && c.data[c.at] == 'n' && c.pastNull() }

func (c *cursor) pastNull() bool {
	if at := c.at; len(c.data)-at >= 4 && string(c.data[at:at+4]) == "null" {
		c.at += 4
		return true
	}
	return false
}

// object begins an object, of which it returns the first key. It is false if there is none, which null, a value
// without keys, does not have either.
func (c *cursor) object() ([]byte, bool) {
	if c.peek() != '{' {
		if !c.null() {
			c.fail()
		}
		return nil, false
	}
	c.at++
	c.space()
	if c.peek() == '}' {
		c.at++
		return nil, false
	}
	if !c.deeper() || c.byte() != '"' {
		c.fail()
		return nil, false
	}
	return c.key(c.at)
}

// next returns the next key of an object; it is false at the object's end. Servers write no white space: so what
// takes the most time of all goes past a comma, a key and a colon at once.
func (c *cursor) next() ([]byte, bool) {
	data, start := c.data, c.at+2
	if start < len(data) && data[start-2] == ',' && data[start-1] == '"' {
		for at := start; at+8 <= len(data); at += 8 {
			found := quoteIn(binary.LittleEndian.Uint64(data[at:]))
			if found == 0 {
				continue
			}
			at += bits.TrailingZeros64(found) / 8
			if at+2 < len(data) && data[at+1] == ':' && data[at+2] > ' ' {
				c.at = at + 2
				return data[start:at], true
			}
			break
		}
	}
	return c.nextSpaced()
}

// nextSpaced is next where there may be white space.
func (c *cursor) nextSpaced() ([]byte, bool) {
	switch c.byte() {
	case ',':
		if c.byte() == '"' {
			return c.key(c.at)
		}
	case '}':
		c.depth--
		return nil, false
	}
	c.fail()
	return nil, false
}

// key reads the key that begins at start, and its colon, and stops before the value. It looks for nothing but the
// quote: what has an escape is no field's key, so unknown sees to that.
func (c *cursor) key(start int) ([]byte, bool) {
	at := start
	for at < len(c.data) && c.data[at] != '"' {
		at++
	}
	c.at = min(at+1, len(c.data))
	if at == len(c.data) || c.byte() != ':' {
		c.fail()
		return nil, false
	}
	c.space()
	return c.data[start:at], true
}

// array begins an array; it is false if there is nothing in it, and if there is none.
func (c *cursor) array() bool {
	if c.peek() != '[' {
		c.fail()
		return false
	}
	c.at++
	c.space()
	if c.peek() == ']' {
		c.at++
		return false
	}
	return c.deeper()
}

// deeper begins a container, if it is not within too many.
func (c *cursor) deeper() bool {
	if c.depth++; c.depth > maxDepth {
		c.fail()
		return false
	}
	return true
}

// more goes to the next element of an array; it is false at the array's end.
func (c *cursor) more() bool {
	if p := c.ahead(); p != nil && p[0] == ',' && p[1] > ' ' {
		c.at++
		return true
	}
	switch c.byte() {
	case ',':
		c.space()
		return true
	case ']':
		c.depth--
		return false
	}
	c.fail()
	return false
}

// unknown is called with a key that is no field's. It skips the value, or returns the name of the field that the key
// may stand for all the same: internal/json matches keys whatever their case is, as encoding/json does. By Unicode's
// rules the Kelvin sign is a k and the long s an s: a key that is not ASCII is odd, as is one with an escape.
func (c *cursor) unknown(key []byte) []byte {
	for i, b := range key {
		switch {
		case b >= 'a' && b <= 'z', b == '_':
		case b >= 'A' && b <= 'Z':
			return lower(key, i)
		case b < ' ', b == '\\', b >= 0x80:
			c.fail()
			return nil
		}
	}
	c.skip()
	return nil
}

// lower returns key in small letters, of which the first i bytes have no others. Other than ASCII is left as it is:
// it is odd when it comes back to unknown.
func lower(key []byte, i int) []byte {
	key = append([]byte(nil), key...)
	for ; i < len(key); i++ {
		if key[i] >= 'A' && key[i] <= 'Z' {
			key[i] += 'a' - 'A'
		}
	}
	return key
}
