package decode

import (
	"strings"
	"testing"
)

// reading returns a cursor at the beginning of a text.
func reading(text string) *cursor {
	c := new(cursor)
	c.on([]byte(text))
	return c
}

// TestAheadIsWithinTheText looks from each place, and from places that are none.
func TestAheadIsWithinTheText(t *testing.T) {
	for size := range 3 * window {
		text := strings.Repeat("0123456789abcdefghijklmnopqrstuvwxyz", 3)[:size]
		c := reading(text)
		for at := -2; at < size+2; at++ {
			c.at = at
			p := c.ahead()
			switch whole := at >= 0 && at+window <= size; {
			case (p != nil) != whole:
				t.Errorf("%d of %d bytes: %v", at, size, p)
			case whole && string(p[:]) != text[at:at+window]:
				t.Errorf("%d of %d bytes: %q", at, size, p[:])
			}
		}
	}
}
