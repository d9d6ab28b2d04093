package recording

import (
	"bytes"
	"encoding/json"
	"net/url"
	"strings"
)

// Redacted is what a secret's place holds in a recording.
const Redacted = "REDACTED"

// Redact returns the payload with the secrets in it replaced by "REDACTED". It returns payload itself when there is
// nothing to replace, and otherwise a copy that differs from it in the replaced values alone.
//
// A secret is a string, not empty, that is the value of a key which ends in token, secret, password or authorization,
// whatever the case and however the key is escaped, at any depth; and every string inside an object or array that is
// the value of such a key, or of one named secrets, tokens or passwords. That covers the token of Identify and Resume,
// auth_token and analytics_token of READY, the tokens of voice servers, webhooks and interactions, totp_secret,
// access_token of connections, and the secrets of an activity.
//
// The payload is JSON or, if it begins with byte 131, ETF. Of ETF the bytes of a secret are overwritten with R, so that
// all lengths stay right. A payload that is neither is treated as JSON as far as it goes: a token in truncated JSON is
// found too.
func Redact(payload []byte) []byte {
	if isETF(payload) {
		return redactETF(payload)
	}
	s := redactor{in: payload}
	s.run()
	if s.out == nil {
		return payload
	}
	return append(s.out, payload[s.copied:]...)
}

// redactor walks JSON string by string: nothing outside of strings matters except the brackets.
type redactor struct {
	in     []byte
	out    []byte // nil until something was replaced
	copied int    // how much of in is in out

	secret bool // the last key was secret, and no string, object or array has come since
	depth  int
	hidden int // the depth of the secret object or array the walk is in; 0 when in none
}

func (s *redactor) run() {
	for i := 0; i < len(s.in); i++ {
		switch s.in[i] {
		case '"':
			i = s.str(i) - 1
		case '{', '[':
			s.depth++
			if s.secret && s.hidden == 0 {
				s.hidden = s.depth
			}
			s.secret = false
		case '}', ']':
			if s.depth == s.hidden {
				s.hidden = 0
			}
			s.depth = max(s.depth-1, 0)
			s.secret = false
		}
	}
}

// str handles the string whose opening quote is at i and returns where the walk goes on.
func (s *redactor) str(i int) int {
	end, closed := stringEnd(s.in, i+1)
	content := s.in[i+1 : end]
	if closed {
		end++
	}
	next := end
	for next < len(s.in) && isSpace(s.in[next]) {
		next++
	}
	if next < len(s.in) && s.in[next] == ':' {
		s.secret = s.hidden == 0 && secretKey(content)
		return next + 1
	}
	if (s.secret || s.hidden > 0) && len(content) > 0 {
		s.out = append(s.out, s.in[s.copied:i+1]...)
		s.out = append(s.out, Redacted...)
		s.copied = i + 1 + len(content)
	}
	s.secret = false
	return end
}

// stringEnd returns where the closing quote of the string with its first byte at start is, or the end of in and false.
func stringEnd(in []byte, start int) (int, bool) {
	for i := start; i < len(in); i++ {
		n := bytes.IndexByte(in[i:], '"')
		if n < 0 {
			break
		}
		i += n
		escapes := i
		for escapes > start && in[escapes-1] == '\\' {
			escapes--
		}
		if (i-escapes)%2 == 0 {
			return i, true
		}
	}
	return len(in), false
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// longestKey bounds the keys that are looked at, escapes included.
const longestKey = 256

// secretKey decides by a key as it stands between its quotes.
func secretKey(key []byte) bool {
	if len(key) > longestKey {
		return false
	}
	if bytes.IndexByte(key, '\\') >= 0 {
		var plain string
		quoted := append(append([]byte{'"'}, key...), '"')
		if json.Unmarshal(quoted, &plain) == nil {
			key = []byte(plain)
		}
	}
	return secretName(key)
}

// secretName is the rule for keys, URL parameters and ETF atoms.
func secretName(name []byte) bool {
	for _, ending := range [...]string{"token", "secret", "password", "authorization"} {
		if n := len(name) - len(ending); n >= 0 && strings.EqualFold(string(name[n:]), ending) {
			return true
		}
	}
	for _, whole := range [...]string{"secrets", "tokens", "passwords"} {
		if len(name) == len(whole) && strings.EqualFold(string(name), whole) {
			return true
		}
	}
	return false
}

// RedactURL returns the URL with the values of query parameters whose name ends like a secret key (see [Redact]), and a
// password before the host, replaced by REDACTED. All other bytes stay as they are.
func RedactURL(raw string) string {
	base, query, found := strings.Cut(raw, "?")
	if found {
		query, fragment, hash := strings.Cut(query, "#")
		params := strings.Split(query, "&")
		for i, param := range params {
			name, value, _ := strings.Cut(param, "=")
			if plain, err := url.QueryUnescape(name); err == nil && value != "" && secretName([]byte(plain)) {
				params[i] = name + "=" + Redacted
			}
		}
		query = strings.Join(params, "&")
		if hash {
			query += "#" + fragment
		}
		return redactUser(base) + "?" + query
	}
	return redactUser(base)
}

// redactUser handles what stands between the scheme and the host.
func redactUser(base string) string {
	scheme, rest, found := strings.Cut(base, "://")
	if !found {
		return base
	}
	authority, path, slash := strings.Cut(rest, "/")
	at := strings.LastIndexByte(authority, '@')
	if at < 0 {
		return base
	}
	user, password, _ := strings.Cut(authority[:at], ":")
	if password != "" {
		authority = user + ":" + Redacted + authority[at:]
	}
	if slash {
		authority += "/" + path
	}
	return scheme + "://" + authority
}
