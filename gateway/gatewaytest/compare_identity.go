package gatewaytest

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// identities says which ids of one recording stand for which of the other.
type identities struct {
	there, back map[string]string
	told        map[[2]string]bool // pairs that were found wrong
}

func newIdentities() *identities {
	return &identities{there: map[string]string{}, back: map[string]string{}, told: map[[2]string]bool{}}
}

func (m *identities) knows(a string) bool     { _, known := m.there[a]; return known }
func (m *identities) knownBack(b string) bool { _, known := m.back[b]; return known }

// counterpart is what an id of the first recording is in the second one: itself as long as nothing else is known.
func (m *identities) counterpart(a string) string {
	if b, known := m.there[a]; known {
		return b
	}
	return a
}

// match says whether two ids correspond, and makes them a pair if both are new. A pair that is wrong is so once.
func (m *identities) match(a, b string) bool {
	if !m.knows(a) && !m.knownBack(b) {
		m.there[a], m.back[b] = b, a
	}
	if m.there[a] == b || m.told[[2]string{a, b}] {
		return true
	}
	m.told[[2]string{a, b}] = true
	return false
}

// isSnowflake says whether a text is the decimal form of a snowflake: 17 to 20 digits, which those since 2015 have.
func isSnowflake(text string) bool { return digits(text) == len(text) && snowflakeLength(len(text)) }

func snowflakeLength(n int) bool { return n >= 17 && n <= 20 }

// digits is how many digits a text begins with.
func digits(text string) int {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return i
		}
	}
	return len(text)
}

// takeSnowflakes returns a text with its snowflakes taken out, and these.
func takeSnowflakes(text string) (rest string, ids []string) {
	var out strings.Builder
	for len(text) > 0 {
		n := digits(text)
		if snowflakeLength(n) {
			ids = append(ids, text[:n])
			out.WriteByte(0) // stands in no name
		} else if n == 0 {
			n = 1
			out.WriteString(text[:1])
		} else {
			out.WriteString(text[:n])
		}
		text = text[n:]
	}
	return out.String(), ids
}

// same says whether two values that are neither lists nor objects are equal and, if not, in which way. The sequence is
// the one under the key s at depth 1, outside of d.
func (c *comparison) same(key string, depth int, a, b any) (DifferenceKind, bool) {
	if a == b && (c.options.Exact || !identifies(key, a)) {
		return "", true
	}
	if c.options.Exact {
		return DifferenceValue, false
	}
	switch a := a.(type) {
	case json.Number:
		b, _ := b.(json.Number)
		switch {
		case depth == 1 && key == "s", isMoment(key, a) && isMoment(key, b):
			return "", true
		case isSnowflake(string(a)) && isSnowflake(string(b)):
			return DifferenceIdentity, c.ids.match(string(a), string(b))
		}
	case string:
		b, _ := b.(string)
		return c.sameText(key, a, b)
	}
	return DifferenceValue, false
}

// identifies says whether a value is one that must go on to mean the same thing.
func identifies(key string, value any) bool {
	text, ok := value.(string)
	if number, isNumber := value.(json.Number); isNumber {
		return isSnowflake(string(number))
	}
	return ok && text != "" && (namesID(key) || isSnowflake(text))
}

// namesID says whether the strings under a key are ids of some kind.
func namesID(key string) bool {
	return key == "id" || key == "nonce" || hasAnySuffix(key, "_id", "_ids", "_hash")
}

func hasAnySuffix(text string, suffixes ...string) bool {
	return slices.ContainsFunc(suffixes, func(suffix string) bool { return strings.HasSuffix(text, suffix) })
}

func (c *comparison) sameText(key, a, b string) (DifferenceKind, bool) {
	switch {
	case key == "resume_gateway_url" || key == "endpoint", isTime(a) && isTime(b):
		return "", true
	case a != "" && b != "" && namesID(key):
		return DifferenceIdentity, c.ids.match(a, b)
	}
	left, leftIDs := takeSnowflakes(a)
	right, rightIDs := takeSnowflakes(b)
	if left != right {
		return DifferenceValue, false
	}
	same := true
	for i, id := range leftIDs { // as many as on the right: the rest is the same
		same = c.ids.match(id, rightIDs[i]) && same
	}
	return DifferenceIdentity, same
}

func isTime(text string) bool {
	_, err := time.Parse(time.RFC3339Nano, text)
	return err == nil
}

// isMoment says whether a number is a moment in time.
func isMoment(key string, number json.Number) bool {
	if slices.Contains([]string{"timestamp", "since", "start", "end"}, key) ||
		hasAnySuffix(key, "_at", "_time", "_timestamp", "_until", "_since") {
		return true
	}
	return len(number) == 13 && digits(string(number)) == 13 // milliseconds, from 2001 to 2286
}
