package wire

import "bytes"

// stringEnd returns the offset behind the closing quote of the string that opens at text[i], or -1.
//
// A quote inside a string is part of it exactly when the run of backslashes before it is odd.
func stringEnd(text []byte, i int) int {
	for j := i + 1; ; {
		n := bytes.IndexByte(text[j:], '"')
		if n < 0 {
			return -1
		}
		j += n
		k := j
		for text[k-1] == '\\' {
			k-- // The opening quote is where this ends at the latest.
		}
		j++
		if (j-1-k)&1 == 0 {
			return j
		}
	}
}

// skipValue returns the offset behind the value at i, which is inside the text, or, with a reason, where it goes wrong. It
// checks scalars fully, and of containers that they end and are not nested beyond MaxDepth: for valid JSON that is exact.
func skipValue(text []byte, i int) (next int, reason string) {
	switch c := text[i]; {
	case c == '"':
		if next = stringEnd(text, i); next < 0 {
			return len(text), "unterminated"
		}
		return next, ""
	case c == '{', c == '[':
		return skipContainer(text, i)
	case c == '-', c-'0' <= 9:
		return skipNumber(text, i)
	}
	for _, literal := range [...]string{"null", "true", "false"} {
		if len(text)-i >= len(literal) && string(text[i:i+len(literal)]) == literal {
			return i + len(literal), ""
		}
	}
	return i, "not a value"
}

// skipContainer is skipValue for the object or array at i.
func skipContainer(text []byte, i int) (next int, reason string) {
	// The envelope's own object is the first level.
	depth := 1
	for i < len(text) {
		switch text[i] {
		case '"':
			end := stringEnd(text, i)
			if end < 0 {
				return len(text), "unterminated"
			}
			i = end
			continue
		case '{', '[':
			if depth++; depth > MaxDepth {
				return i, "nested too deep"
			}
		case '}', ']':
			if depth--; depth == 1 {
				return i + 1, ""
			}
		}
		i++
	}
	return len(text), "unterminated"
}

// skipNumber is skipValue for the number at i.
func skipNumber(text []byte, i int) (next int, reason string) {
	if text[i] == '-' {
		i++
	}
	zero := i < len(text) && text[i] == '0'
	first := i
	if i = skipDigits(text, i); i == first || zero && i-first > 1 {
		return first, "a malformed number"
	}
	if i < len(text) && text[i] == '.' {
		first = i + 1
		if i = skipDigits(text, first); i == first {
			return i, "a malformed number"
		}
	}
	if i < len(text) && text[i]|0x20 == 'e' {
		if i++; i < len(text) && (text[i] == '+' || text[i] == '-') {
			i++
		}
		first = i
		if i = skipDigits(text, i); i == first {
			return i, "a malformed number"
		}
	}
	return i, ""
}

// skipDigits returns the first offset from i on that holds no digit.
func skipDigits(text []byte, i int) int {
	for i < len(text) && text[i]-'0' <= 9 {
		i++
	}
	return i
}
