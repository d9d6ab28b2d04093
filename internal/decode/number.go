package decode

import (
	"encoding/binary"
	"math"
	"math/bits"
	"strconv"
)

// integer reads an integer of 64 bits with a sign; null leaves it as it is.
func integer[T ~int | ~int64](c *cursor, v *T) {
	if c.null() {
		return
	}
	negative := c.peek() == '-'
	if negative {
		c.at++
	}
	n, ok := c.digits()
	// An int may have 32 bits.
	switch {
	case !ok || n > math.MaxInt64 || int64(T(n)) != int64(n):
		c.fail()
	case negative:
		*v = -T(n)
	default:
		*v = T(n)
	}
}

// plain reads an integer without a sign, if that comes next; otherwise it does nothing. It stands before the bricks
// of package types that read other forms too.
func plain[T ~int | ~int64 | ~uint64](c *cursor, v *T) bool {
	if c.peek()-'0' > 9 {
		return false
	}
	at := c.at
	if n, ok := c.digits(); ok && T(n) >= 0 && uint64(T(n)) == n {
		*v = T(n)
		return true
	}
	c.at = at
	return false
}

// unsigned reads an integer of 64 bits; null leaves it as it is.
func unsigned[T ~uint64](c *cursor, v *T) {
	if c.null() {
		return
	}
	n, ok := c.digits()
	if !ok {
		c.fail()
		return
	}
	*v = T(n)
}

// digits reads digits as JSON writes an integer without a sign: what has a fraction, an exponent or more than 19 of
// them is odd. It is false if they are not there.
func (c *cursor) digits() (uint64, bool) {
	if p := c.ahead(); p != nil {
		if digit := p[0] - '0'; digit <= 9 && (p[1] == ',' || p[1] == '}') {
			c.at++
			return uint64(digit), true
		}
		word := binary.LittleEndian.Uint64(p[:])
		if others := notDigits(word); others != 0 {
			// What follows the digits is shifted out, and zeros come in before them.
			count := bits.TrailingZeros64(others) / 8
			next := p[count%window]
			if count == 0 || count > 1 && p[0] == '0' || next == '.' || next|0x20 == 'e' {
				return 0, false
			}
			c.at += count
			return eightDigits(word << (64 - 8*count)), true
		}
	}
	return c.manyDigits()
}

// manyDigits is digits for eight and more, and where hardly anything follows.
func (c *cursor) manyDigits() (uint64, bool) {
	data, start, at := c.data, c.at, c.at
	var n uint64
	for ; at < len(data) && data[at]-'0' <= 9; at++ {
		n = n*10 + uint64(data[at]-'0')
	}
	count := at - start
	if count == 0 || count > 19 || data[start] == '0' && count > 1 {
		return 0, false
	}
	if at < len(data) && (data[at] == '.' || data[at]|0x20 == 'e') {
		return 0, false
	}
	c.at = at
	return n, true
}

// notDigits has the top bit of a byte set where the first of eight bytes is that is no digit, and perhaps of bytes after
// that; it is 0 if there is none.
func notDigits(word uint64) uint64 {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	// What is above '9' overflows into the top bit of its byte, what is below '0' borrows from it.
	return ((word + ones*(0x80-'9'-1)) | (word - ones*'0')) & tops
}

// eightDigits returns the number that eight digits say, the first of which is in the lowest byte. A byte that is 0 is
// the digit 0.
func eightDigits(word uint64) uint64 {
	const ones = 0x0101010101010101
	// Neighbours become numbers of two digits, of four, of eight.
	word = (word & (ones * 0x0f)) * (10<<8 + 1) >> 8
	word = (word & 0x00ff00ff00ff00ff) * (100<<16 + 1) >> 16
	return (word & 0x0000ffff0000ffff) * (10_000<<32 + 1) >> 32
}

// float reads a number; null leaves it as it is.
func float(c *cursor, v *float64) {
	if c.null() {
		return
	}
	f, err := strconv.ParseFloat(string(c.number()), 64)
	if err != nil {
		c.fail()
		return
	}
	*v = f
}

// boolean reads true or false; null leaves it as it is.
func boolean(c *cursor, v *bool) {
	if p := c.ahead(); p != nil {
		switch {
		case string(p[:5]) == "false":
			c.at += 5
			*v = false
			return
		case string(p[:4]) == "true":
			c.at += 4
			*v = true
			return
		}
	}
	switch c.peek() {
	case 't':
		c.literal("true")
		*v = true
	case 'f':
		c.literal("false")
		*v = false
	default:
		c.literal("null")
	}
}
