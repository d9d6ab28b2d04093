//go:build !race

package decode

// sparse is how many bytes there are for one that a test puts in a place, and how many keys for one whose bytes change.
const sparse = 1
