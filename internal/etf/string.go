package etf

import (
	"encoding/binary"
	"unicode/utf16"
	"unicode/utf8"
)

const (
	hexDigits = "0123456789abcdef"
	// surrogateLead is the first byte of U+D000 to U+DFFF in UTF-8, and so of a surrogate that is written as if it were a character.
	surrogateLead = 0xed

	ones  = 0x0101010101010101
	highs = 0x80 * ones
)

// appendQuoted appends a string with the quotes and escapes that JSON needs.
func appendQuoted(dst, text []byte) []byte {
	dst = append(dst, '"')
	for {
		n := plain(text)
		dst = append(dst, text[:n]...)
		if n == len(text) {
			return append(dst, '"')
		}
		text = text[n:]
		if c := text[0]; c != surrogateLead {
			dst = appendEscaped(dst, c)
			text = text[1:]
			continue
		}
		if len(text) >= 3 && text[1]&0xe0 == 0xa0 && text[2]&0xc0 == 0x80 {
			dst = append(dst, '\\', 'u', 'd', hexDigits[text[1]>>2&0xf], hexDigits[text[1]&3<<2|text[2]>>4&3], hexDigits[text[2]&0xf])
			text = text[3:]
			continue
		}
		dst = append(dst, surrogateLead)
		text = text[1:]
	}
}

// plain returns how many bytes text has before the first one that is not simply copied to JSON.
func plain(text []byte) int {
	i := 0
	for len(text)-i >= 8 {
		// A bit of highs is set for each byte that is below 0x20, a quote, a backslash or not ASCII; wrong bits are
		// only behind a right one.
		w := binary.LittleEndian.Uint64(text[i:])
		if (w|(w-0x20*ones)|((w^'"'*ones)-ones)|((w^'\\'*ones)-ones))&highs != 0 {
			for end := i + 8; i < end; i++ {
				if special(text[i]) {
					return i
				}
			}
			continue
		}
		i += 8
	}
	for i < len(text) && !special(text[i]) {
		i++
	}
	return i
}

// special says whether a byte of a string is not simply copied to JSON.
func special(c byte) bool { return c < 0x20 || c == '"' || c == '\\' || c == surrogateLead }

// appendEscaped appends the escape of a quote, a backslash or a control character.
func appendEscaped(dst []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\n':
		return append(dst, '\\', 'n')
	case '\r':
		return append(dst, '\\', 'r')
	case '\t':
		return append(dst, '\\', 't')
	}
	return append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&0xf])
}

// appendQuotedLatin1 is appendQuoted for text in Latin-1.
func appendQuotedLatin1(dst, text []byte) []byte {
	dst = append(dst, '"')
	for _, c := range text {
		switch {
		case c >= utf8.RuneSelf:
			dst = utf8.AppendRune(dst, rune(c))
		case special(c):
			dst = appendEscaped(dst, c)
		default:
			dst = append(dst, c)
		}
	}
	return append(dst, '"')
}

// appendUnescaped appends the content of the JSON string whose content starts at text[i], and returns the offset behind its closing quote. On
// a malformed string reason is not empty, and next is where that is.
func appendUnescaped(dst, text []byte, i int) (out []byte, next int, reason string) {
	for {
		from := i
		for i < len(text) && (text[i] >= 0x20 && text[i] != '"' && text[i] != '\\') {
			i++
		}
		dst = append(dst, text[from:i]...)
		if i == len(text) {
			return dst, i, unterminated
		}
		switch text[i] {
		case '"':
			return dst, i + 1, ""
		case '\\':
			if dst, next, reason = appendEscape(dst, text, i); reason != "" {
				return dst, next, reason
			}
			i = next
		default:
			return dst, i, "a control character in a string"
		}
	}
}

// appendEscape appends what the escape at text[i] means, and returns the offset behind it. Two that form a surrogate pair are one.
func appendEscape(dst, text []byte, i int) (out []byte, next int, reason string) {
	if len(text)-i < 2 {
		return dst, len(text), unterminated
	}
	c := text[i+1]
	switch c {
	case '"', '\\', '/':
	case 'b':
		c = '\b'
	case 'f':
		c = '\f'
	case 'n':
		c = '\n'
	case 'r':
		c = '\r'
	case 't':
		c = '\t'
	case 'u':
		r := hexRune(text, i)
		if r < 0 {
			return dst, i, "a malformed escape"
		}
		i += 6
		if utf16.IsSurrogate(r) {
			// Without its partner a surrogate is appended as U+FFFD, and what is behind it stays.
			if pair := utf16.DecodeRune(r, hexRune(text, i)); pair != utf8.RuneError {
				return utf8.AppendRune(dst, pair), i + 6, ""
			}
		}
		return utf8.AppendRune(dst, r), i, ""
	default:
		return dst, i, "a malformed escape"
	}
	return append(dst, c), i + 2, ""
}

// hexRune returns the value of the escape with four hexadecimal digits at text[i], -1 if there is none.
func hexRune(text []byte, i int) rune {
	if len(text)-i < 6 || text[i] != '\\' || text[i+1] != 'u' {
		return -1
	}
	var r rune
	for _, c := range text[i+2 : i+6] {
		switch {
		case c-'0' <= 9:
			c -= '0'
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			return -1
		}
		r = r<<4 | rune(c)
	}
	return r
}
