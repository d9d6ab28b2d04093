package observer

import "fmt"

// Policy is what a full queue or Stream does with one more event.
type Policy uint8

const (
	// Block lets the publisher wait until there is room, or until the context it publishes under ends: then the event
	// is dropped, and counted. Publishers that wait get their room in the order in which they came.
	Block Policy = iota
	// DropOldest drops, and counts, what has waited longest.
	DropOldest
	// DropNewest drops, and counts, the event that finds no room.
	DropNewest
)

// blocks reports whether p works as Block.
func (p Policy) blocks() bool { return p != DropOldest && p != DropNewest }

// String returns the policy's name; an unknown one, which works as Block, is Policy(n).
func (p Policy) String() string {
	switch p {
	case Block:
		return "Block"
	case DropOldest:
		return "DropOldest"
	case DropNewest:
		return "DropNewest"
	}
	return fmt.Sprintf("Policy(%d)", uint8(p))
}
