package types

import (
	"encoding/json"
	"unicode/utf8"
)

// trim returns data without the JSON white space around it. Decoders call the bricks with none; others may not.
func trim(data []byte) []byte {
	for len(data) > 0 && isSpace(data[0]) {
		data = data[1:]
	}
	for len(data) > 0 && isSpace(data[len(data)-1]) {
		data = data[:len(data)-1]
	}
	return data
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

func isNull(data []byte) bool { return string(data) == "null" }

func isString(data []byte) bool { return len(data) >= 2 && data[0] == '"' && data[len(data)-1] == '"' }

// text returns what the JSON string data says. The result is a part of data unless data has escapes or invalid
// UTF-8, which are read as encoding/json reads them. It is false for anything but one well-formed JSON string.
func text(data []byte) ([]byte, bool) {
	if !isString(data) {
		return nil, false
	}
	inner, ascii := data[1:len(data)-1], true
	for _, c := range inner {
		switch {
		case c == '\\':
			return unescaped(data)
		case c == '"' || c < ' ':
			return nil, false
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	if !ascii && !utf8.Valid(inner) {
		return unescaped(data)
	}
	return inner, true
}

func unescaped(data []byte) ([]byte, bool) {
	var s string
	if json.Unmarshal(data, &s) != nil {
		return nil, false
	}
	return []byte(s), true
}

// bare returns the content of data if it is a string, and data itself otherwise: bricks that accept a number as well
// as a number in quotes read both from it.
func bare(data []byte) []byte {
	if s, ok := text(data); ok {
		return s
	}
	return data
}

// isBlank says whether data is null or the empty string, the two ways of servers to leave a scalar empty.
func isBlank(data []byte) bool { return isNull(data) || string(data) == `""` }

// isNumber says whether data is a JSON number and nothing else.
func isNumber(data []byte) bool {
	if len(data) == 0 || data[0] != '-' && !isDigit(data[0]) || !isDigit(data[len(data)-1]) {
		return false
	}
	return json.Valid(data)
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
