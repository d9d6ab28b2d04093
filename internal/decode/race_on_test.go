//go:build race

package decode

// sparse is how many bytes there are for one that a test puts in a place, and how many keys for one whose bytes change:
// the race detector, with which reads outside of the text are found too, makes that slow.
const sparse = 16
