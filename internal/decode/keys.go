package decode

import "encoding/binary"

// The fields of all structures are numbered. In front of those of a structure stands a number that is no field: what is
// before the first key of an object.
//
// A server writes the keys of a type of object in the same order time and again. So a decoder remembers which field
// followed which, and looks there whether it does again before it searches for the key's end and for its field.

// none is the number of no field, and of what nobody has seen follow.
const none = 0

// head is a key with its quotes and the colon behind them, as it stands in a text without white space.
type head struct {
	first, second         uint64 // its first bytes, least significant first
	firstMask, secondMask uint64 // which bits of words in a text are the key's
	size                  uint8  // in bytes; that of none is so large that it is found nowhere
	tail                  uint16 // where in tails what follows the two words begins
}

// inWords is how many bytes of a key are in the words of a head.
const inWords = 16

// field returns the number of the next key that is a field's, or none at the object's end. The byte before it, '{' or
// ',', says whether it is the first one; last is the field before it. Which field a key is number knows.
//
// It stops at the byte before the key: to go past both is left to where the field is known, and so how long its key is.
func (c *cursor) field(before byte, last int, number func(key []byte) int) int {
	p := c.ahead()
	switch {
	case p == nil:
	case p[0] == before:
		guess := int(c.follows[last])
		h := &heads[guess]
		first := (binary.LittleEndian.Uint64(p[1:]) ^ h.first) & h.firstMask
		second := (binary.LittleEndian.Uint64(p[9:]) ^ h.second) & h.secondMask
		if first|second == 0 && p[(1+h.size)%window] > ' ' && (h.size <= inWords || h.longer(p)) {
			if before == '{' && !c.deeper() {
				return none
			}
			return guess
		}
	case p[0] == '}' && before == ',':
		c.at++
		c.depth--
		return none
	}
	return c.search(before, last, number)
}

// longer says whether what follows the words of a key with more bytes does so in a text, from the byte before the key
// on.
func (h *head) longer(text *[window]byte) bool {
	end := 1 + int(h.size)
	return end < window && string(text[1+inWords:end]) == tails[h.tail:int(h.tail)+end-1-inWords]
}

// search is field with a search. Where the key has other spaces, or other letters, it stops so far before the value as
// if it had not.
func (c *cursor) search(before byte, last int, number func(key []byte) int) int {
	var key []byte
	var ok bool
	if before == '{' {
		key, ok = c.object()
	} else {
		key, ok = c.next()
	}
	for ; ok; key, ok = c.next() {
		for key != nil {
			if field := number(key); field != none {
				c.follows[last] = uint16(field)
				c.at -= 1 + int(heads[field].size)
				return field
			}
			key = c.unknown(key)
		}
	}
	return none
}
