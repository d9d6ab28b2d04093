package etf

import (
	"encoding/binary"
	"math"
	"math/bits"
	"strconv"
)

const (
	// oldFloatSize is the size of a FLOAT_EXT.
	oldFloatSize = 31
	// chunk is the largest power of ten that fits into 64 bits, chunkDigits how many zeros it has.
	chunk       = 1e19
	chunkDigits = 19
	// words is how many 64-bit words an integer can have; no integer has more than maxDigits digits.
	words     = MaxIntegerSize / 8
	maxDigits = 2467
	// maxExact is the largest magnitude up to which a float holds every integer.
	maxExact = 1 << 53
)

// appendInteger appends the digits of a magnitude of at most MaxIntegerSize bytes, the least significant one first. Zero has no sign.
func appendInteger(dst []byte, negative bool, magnitude []byte) []byte {
	for len(magnitude) > 0 && magnitude[len(magnitude)-1] == 0 {
		magnitude = magnitude[:len(magnitude)-1]
	}
	if negative && len(magnitude) > 0 {
		dst = append(dst, '-')
	}
	if len(magnitude) <= 8 {
		var word [8]byte
		copy(word[:], magnitude)
		return strconv.AppendUint(dst, binary.LittleEndian.Uint64(word[:]), 10)
	}
	return appendLong(dst, magnitude)
}

// appendLong is appendInteger for a magnitude of more than 8 bytes, the last of which is not 0.
func appendLong(dst, magnitude []byte) []byte {
	var number [words]uint64
	for i, b := range magnitude {
		number[i/8] |= uint64(b) << (i % 8 * 8)
	}
	var chunks [maxDigits/chunkDigits + 1]uint64
	n := 0
	for top := (len(magnitude) + 7) / 8; top > 0; n++ {
		var rest uint64
		for i := top - 1; i >= 0; i-- {
			number[i], rest = bits.Div64(rest, number[i], chunk)
		}
		chunks[n] = rest
		for top > 0 && number[top-1] == 0 {
			top--
		}
	}
	dst = strconv.AppendUint(dst, chunks[n-1], 10)
	for i := n - 2; i >= 0; i-- {
		var digits [chunkDigits]byte
		for j, v := chunkDigits-1, chunks[i]; j >= 0; j-- {
			digits[j] = byte('0' + v%10)
			v /= 10
		}
		dst = append(dst, digits[:]...)
	}
	return dst
}

// appendFloat appends a finite number: exact digits if it is an integer that 64 bits and a sign can hold, and otherwise the shortest
// text that reads as the same float. That has a fraction or an exponent, so what looks like an integer is exact.
func appendFloat(dst []byte, v float64) []byte {
	magnitude := math.Abs(v)
	if magnitude < 1<<64 && magnitude == math.Trunc(magnitude) {
		if math.Signbit(v) {
			dst = append(dst, '-')
		}
		return strconv.AppendUint(dst, uint64(magnitude), 10)
	}
	if magnitude >= 1e-6 && magnitude < 1<<64 {
		return strconv.AppendFloat(dst, v, 'f', -1, 64)
	}
	dst = strconv.AppendFloat(dst, v, 'e', -1, 64)
	// An exponent has two digits at least here, and in JavaScript's way of writing one.
	if n := len(dst); dst[n-4] == 'e' && dst[n-2] == '0' {
		dst[n-2] = dst[n-1]
		dst = dst[:n-1]
	}
	return dst
}

// parseOldFloat reads the text of a FLOAT_EXT. It returns an infinity for what is out of range.
func parseOldFloat(b []byte) (v float64, ok bool) {
	n := 0
	for n < len(b) && b[n] != 0 {
		// strconv reads more than C does: underscores, hexadecimals and names.
		if c := b[n]; (c < '0' || c > '9') && c != '+' && c != '-' && c != '.' && c != 'e' && c != 'E' {
			return 0, false
		}
		n++
	}
	for _, c := range b[n:] {
		if c != 0 {
			return 0, false
		}
	}
	v, err := strconv.ParseFloat(string(b[:n]), 64)
	return v, err == nil || math.IsInf(v, 0)
}

// appendDigits appends the term of an integer that is written as digits, without leading zeros. It reports whether it is within MaxIntegerSize.
func appendDigits(dst []byte, negative bool, digits []byte) ([]byte, bool) {
	if len(digits) > chunkDigits {
		return appendLongDigits(dst, negative, digits)
	}
	v := parseChunk(digits)
	switch {
	case !negative && v <= math.MaxUint8:
		return append(dst, tagSmallInteger, byte(v)), true
	case !negative && v <= math.MaxInt32:
		return binary.BigEndian.AppendUint32(append(dst, tagInteger), uint32(v)), true
	case negative && v <= -math.MinInt32:
		return binary.BigEndian.AppendUint32(append(dst, tagInteger), -uint32(v)), true
	case v <= maxExact && (negative || v > math.MaxUint32):
		// As clients in JavaScript write them: many readers make a string of a big integer that is not an unsigned number of 32
		// bits, and Spacebar then refuses the payload.
		return appendFloatTerm(dst, negative, v), true
	}
	number := [1]uint64{v}
	return appendBig(dst, negative, number[:]), true
}

// appendFloatTerm appends a NEW_FLOAT_EXT of an integer that a float holds exactly.
func appendFloatTerm(dst []byte, negative bool, magnitude uint64) []byte {
	v := float64(magnitude)
	if negative {
		v = -v
	}
	return binary.BigEndian.AppendUint64(append(dst, tagNewFloat), math.Float64bits(v))
}

// appendLongDigits is appendDigits for digits that may not fit into 64 bits.
func appendLongDigits(dst []byte, negative bool, digits []byte) ([]byte, bool) {
	if len(digits) > maxDigits {
		return dst, false
	}
	var number [words]uint64
	top := 0
	// The first chunk is the one that is not full.
	for n := (len(digits)-1)%chunkDigits + 1; len(digits) > 0; n = chunkDigits {
		carry := parseChunk(digits[:n])
		digits = digits[n:]
		for i := range top {
			high, low := bits.Mul64(number[i], chunk)
			var over uint64
			number[i], over = bits.Add64(low, carry, 0)
			carry = high + over
		}
		if carry == 0 {
			continue
		}
		if top == words {
			return dst, false
		}
		number[top] = carry
		top++
	}
	return appendBig(dst, negative, number[:top]), true
}

// parseChunk returns the value of up to chunkDigits digits.
func parseChunk(digits []byte) (v uint64) {
	for _, c := range digits {
		v = v*10 + uint64(c-'0')
	}
	return v
}

// appendBig appends a SMALL_BIG_EXT, or a LARGE_BIG_EXT if it must. The last word is not 0.
func appendBig(dst []byte, negative bool, number []uint64) []byte {
	size := 8*len(number) - bits.LeadingZeros64(number[len(number)-1])/8
	if size <= math.MaxUint8 {
		dst = append(dst, tagSmallBig, byte(size))
	} else {
		dst = binary.BigEndian.AppendUint32(append(dst, tagLargeBig), uint32(size))
	}
	sign := byte(0)
	if negative {
		sign = 1
	}
	dst = append(dst, sign)
	end := len(dst) + size
	for _, word := range number {
		dst = binary.LittleEndian.AppendUint64(dst, word)
	}
	return dst[:end]
}
