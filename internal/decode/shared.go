package decode

import "unsafe"

// shared returns a string that is b itself. That saves an allocation for each string of an event: they are copied one
// after the other into a chunk of bytes, of which this makes strings. It is safe because a chunk is only appended to:
// the bytes that a string has are never written again.
func shared(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
