package decode

import "github.com/chorus-go/chorus/types"

// list reads an array of small elements; null is nil. A list that is there already is odd, as its elements would be
// merged.
func list[T any](c *cursor, v *[]T, element func(*cursor, *T)) {
	if !c.begin(*v == nil) {
		*v = nil
		return
	}
	if !c.array() {
		*v = []T{}
		return
	}
	grown := make([]T, 0, 4)
	for more := true; more; more = c.more() {
		var zero T
		grown = append(grown, zero)
		element(c, &grown[len(grown)-1])
	}
	if len(grown) < cap(grown)-cap(grown)/4 {
		grown = append(make([]T, 0, len(grown)), grown...)
	}
	*v = grown
}

// begin says whether a list is to come and not null.
func (c *cursor) begin(fresh bool) bool {
	if c.null() {
		return false
	}
	if !fresh {
		c.fail()
	}
	return true
}

// maxScratch is how many elements a scratch may have to be kept for the next list.
//
// Structures of a list are decoded one after the other into a scratch, and copied when their number is known: that
// costs less than to look for it beforehand, and leaves no garbage. A list within an element has another scratch.
// A longer list moves to memory that is made for it, which it keeps if that was well estimated.
const maxScratch = 1024

// room returns for how many elements a list needs room of which n, all there is room for, begin at start. As long as
// a scratch can hold them it doubles. Then the bytes that are left say how many more may come, if those are like the
// ones before; but the room becomes only so much larger that an odd payload cannot take memory far beyond its size.
func (c *cursor) room(n, start int) int {
	doubled := 2*n + 4
	if doubled <= maxScratch {
		return doubled
	}
	left := (len(c.data) - c.at) / ((c.at-start)/n + 1)
	return n + max(n/4, min(left+left/16, 7*n))
}

// fits says whether a list of n elements may keep the memory in which it grew: it is no scratch, and hardly larger.
func fits(n, room int) bool { return room > maxScratch && n >= room-room/8 }

// isArray says whether an array is to come.
func (c *cursor) isArray() bool { return c.peek() == '[' }

// versioned reads a list with a version, or without one as an array; null is nothing.
func versioned(c *cursor, partial *bool, version *int64, entries func()) {
	if c.isArray() {
		entries()
		return
	}
	for key, ok := c.object(); ok; key, ok = c.next() {
	again:
		switch string(key) {
		case "entries":
			entries()
		case "partial":
			c.check((*types.Boolean)(partial).UnmarshalJSON(c.value()))
		case "version":
			c.check((*types.Integer)(version).UnmarshalJSON(c.value()))
		default:
			if key = c.unknown(key); key != nil {
				goto again
			}
		}
	}
}

// fixed reads an array into v; elements that are missing at its end are zero, and more of them odd. null leaves v as
// it is.
func fixed[T any](c *cursor, v []T, element func(*cursor, *T)) {
	if c.null() {
		return
	}
	at := 0
	for more := c.array(); more; more = c.more() {
		if at == len(v) {
			c.fail()
			return
		}
		element(c, &v[at])
		at++
	}
	clear(v[at:])
}
