package decode

import "unsafe"

// window is how many bytes a decoder looks at together.
const window = 32

// ahead returns the next bytes of the text, or nil if there are fewer than a window. It is all that reads the text
// without the checks of a slice: what comes most often, keys and ordinary values, is found in a window by indices that
// are constant, or are checked.
func (c *cursor) ahead() *[window]byte {
	if uint(c.at) >= c.windows {
		return nil
	}
	return (*[window]byte)(unsafe.Add(c.start, c.at))
}

// on puts a cursor at the beginning of a text.
func (c *cursor) on(data []byte) {
	c.data, c.at = data, 0
	c.start, c.windows = unsafe.Pointer(unsafe.SliceData(data)), uint(max(0, len(data)-window+1))
}
