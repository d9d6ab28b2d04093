package types

import "math"

// digits reads 1 to 20 decimal digits that fit in 64 bits.
func digits(b []byte) (uint64, bool) {
	if len(b) == 0 || len(b) > 20 {
		return 0, false
	}
	var n uint64
	for i, c := range b {
		c -= '0'
		if c > 9 {
			return 0, false
		}
		if i == 19 && (n > math.MaxUint64/10 || n == math.MaxUint64/10 && c > math.MaxUint64%10) {
			return 0, false
		}
		n = n*10 + uint64(c)
	}
	return n, true
}

// decimal reads a JSON number whose value is an integer, exactly and in every spelling: 12, -12, 12.0, 1.2e1.
// It is false for what is no number, has a fraction, or does not fit.
func decimal(b []byte) (magnitude uint64, negative, ok bool) {
	if len(b) > 0 && b[0] == '-' {
		negative, b = true, b[1:]
	}
	if magnitude, ok = digits(b); !ok {
		magnitude, ok = scientific(b)
	}
	return magnitude, negative, ok
}

// scientific reads an unsigned number with a fraction or an exponent whose value is an integer.
func scientific(b []byte) (uint64, bool) {
	whole := countDigits(b)
	end := whole
	var fraction []byte
	if end < len(b) && b[end] == '.' {
		fraction = b[end+1:]
		fraction = fraction[:countDigits(fraction)]
		end += 1 + len(fraction)
		if len(fraction) == 0 {
			return 0, false
		}
	}
	exponent, ok := exponentOf(b[end:])
	if whole == 0 || !ok {
		return 0, false
	}
	return scaled(b[:whole], fraction, exponent)
}

// maxExponent is above every exponent that leaves a result in 64 bits and below every one that overflows an int.
const maxExponent = 1 << 30

// exponentOf reads an optional exponent; one beyond maxExponent counts as maxExponent.
func exponentOf(b []byte) (int, bool) {
	if len(b) == 0 {
		return 0, true
	}
	if b[0] != 'e' && b[0] != 'E' {
		return 0, false
	}
	b = b[1:]
	sign := 1
	if len(b) > 0 && (b[0] == '+' || b[0] == '-') {
		if b[0] == '-' {
			sign = -1
		}
		b = b[1:]
	}
	if len(b) == 0 || countDigits(b) != len(b) {
		return 0, false
	}
	n := 0
	for _, c := range b {
		n = min(n*10+int(c-'0'), maxExponent)
	}
	return sign * n, true
}

// scaled is whole.fraction times ten to the exponent, if that is an integer of 64 bits.
func scaled(whole, fraction []byte, exponent int) (uint64, bool) {
	var n uint64
	point := len(whole) + exponent
	count := len(whole) + len(fraction)
	for i := range count {
		c := byte('0')
		if i < len(whole) {
			c = whole[i]
		} else {
			c = fraction[i-len(whole)]
		}
		c -= '0'
		if i >= point {
			if c != 0 {
				return 0, false
			}
			continue
		}
		if n > (math.MaxUint64-uint64(c))/10 {
			return 0, false
		}
		n = n*10 + uint64(c)
	}
	for i := count; i < point && n != 0; i++ {
		if n > math.MaxUint64/10 {
			return 0, false
		}
		n *= 10
	}
	return n, true
}

func countDigits(b []byte) int {
	for i, c := range b {
		if c < '0' || c > '9' {
			return i
		}
	}
	return len(b)
}

// signed is magnitude with its sign, if that fits in 64 bits.
func signed(magnitude uint64, negative bool) (int64, bool) {
	switch {
	case !negative && magnitude <= math.MaxInt64:
		return int64(magnitude), true
	case negative && magnitude <= 1<<63:
		return -int64(magnitude), true
	}
	return 0, false
}

// integral reads a number whose value is an integer of 64 bits with a sign.
func integral(b []byte) (int64, bool) {
	magnitude, negative, ok := decimal(b)
	if !ok {
		return 0, false
	}
	return signed(magnitude, negative)
}
