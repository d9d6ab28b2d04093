package decode

import (
	"bytes"
	"encoding/binary"
	"slices"

	"github.com/chorus-go/chorus/types"
)

// snowflake reads an id. The ordinary form, up to 19 digits in quotes, is read here, all others by the brick.
func snowflake(c *cursor, v *types.Snowflake) {
	if p := c.ahead(); p != nil && p[0] == '"' {
		n, at := uint64(0), 1
		if word := binary.LittleEndian.Uint64(p[1:]); notDigits(word) == 0 {
			n, at = eightDigits(word), 9
			if word = binary.LittleEndian.Uint64(p[9:]); notDigits(word) == 0 {
				n, at = n*100_000_000+eightDigits(word), 17
			}
		}
		for ; at < 20 && p[at]-'0' <= 9; at++ {
			n = n*10 + uint64(p[at]-'0')
		}
		if at > 1 && p[at] == '"' {
			c.at += at + 1
			*v = types.Snowflake(n)
			return
		}
	} else if c.null() {
		*v = 0
		return
	}
	c.check(v.UnmarshalJSON(c.value()))
}

// permissions reads a set of permissions, whose ordinary form is that of an id.
func permissions(c *cursor, v *types.Permissions) {
	var id types.Snowflake
	if c.peek() == '"' {
		snowflake(c, &id)
		*v = types.Permissions(id)
		return
	}
	c.check(v.UnmarshalJSON(c.value()))
}

// snowflakes reads a list of ids. Its length is the number of its commas, as no id has one.
func snowflakes(c *cursor, v *[]types.Snowflake) {
	if c.null() {
		*v = nil
		return
	}
	if *v != nil {
		c.fail()
		return
	}
	start := c.at
	if !c.array() {
		*v = []types.Snowflake{}
		return
	}
	end := bytes.IndexByte(c.data[start:], ']')
	if end < 0 {
		c.fail()
		return
	}
	ids := c.snowflakes.take(c, bytes.Count(c.data[start:start+end], []byte{','})+1, mostSnowflakes, perSnowflake)
	n := 0
	for more := true; more && n < len(ids); more = c.more() {
		snowflake(c, &ids[n])
		n++
	}
	*v = ids[:n]
}

// timestamp reads a moment.
func timestamp(c *cursor, v *types.Timestamp) {
	if c.null() {
		*v = 0
		return
	}
	start := c.at
	if c.peek() == '"' {
		if end := plainEnd(c.data, start+1); end < len(c.data) && c.data[end] == '"' {
			c.at = end + 1
			c.check(v.UnmarshalJSON(c.data[start:c.at]))
			return
		}
	}
	c.check(v.UnmarshalJSON(c.value()))
}

// nonce reads a string, or a number as text.
func nonce(c *cursor, v *types.Nonce) {
	if c.peek() == '"' {
		text(c, v)
		return
	}
	c.check(v.UnmarshalJSON(c.value()))
}

// roleIDs reads a list of ids, of which 0 is none. The roles themselves, which some servers send instead, are read by
// the brick.
func roleIDs(c *cursor, v *types.RoleIDs) {
	if data := c.data[c.at:]; len(data) < 2 || data[0] != '[' || data[1] != '"' {
		c.check(v.UnmarshalJSON(c.value()))
		return
	}
	*v = nil
	snowflakes(c, (*[]types.Snowflake)(v))
	*v = slices.DeleteFunc(*v, types.Snowflake.IsZero)
}
