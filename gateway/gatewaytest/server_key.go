package gatewaytest

import "bytes"

// All sockets that use one login of Spacebar have one session id, but the world needs one for each: the shared one, a
// mark and a number. The world's events name that, and the mark and the number are taken out of what is sent.

// keyMark stands between a session id and the number.
const keyMark = '~'

// sessionIDLength is the length of a session id, in hexadecimal digits.
const sessionIDLength = 32

// withoutKeys returns a payload in which the sessions have the ids that READY named. It returns data itself if there is
// nothing to be changed, and a copy otherwise.
func withoutKeys(data []byte) []byte {
	var out []byte
	rest := data
	for from := 0; ; {
		i := bytes.IndexByte(rest[from:], keyMark)
		if i < 0 {
			break
		}
		i += from
		end := i + 1
		for end < len(rest) && rest[end] >= '0' && rest[end] <= '9' {
			end++
		}
		if end == i+1 || end == len(rest) || rest[end] != '"' || !endsWithID(rest[:i]) {
			from = i + 1
			continue
		}
		if out == nil {
			out = make([]byte, 0, len(data))
		}
		out = append(out, rest[:i]...)
		rest, from = rest[end:], 0
	}
	if out == nil {
		return data
	}
	return append(out, rest...)
}

// endsWithID says whether a text ends with a string that begins as a session id does.
func endsWithID(text []byte) bool {
	start := len(text) - sessionIDLength
	if start < 1 || text[start-1] != '"' {
		return false
	}
	for _, c := range text[start:] {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}
