package wire

const (
	// windowSize is how far back a match may reach: the largest window of RFC 1951.
	windowSize = 1 << 15
	// stride is how many bytes a copy moves at a time. It may read and write that much beyond its end, less one.
	stride = 8
)

// window is a ring of the last output of the messages before the one being inflated. It is allocated with the first output.
type window struct {
	ring *[windowSize]byte
	// next is where the next byte goes, size how many bytes are valid.
	next, size int
}

// reset forgets the output and keeps the memory.
func (w *window) reset() { w.next, w.size = 0, 0 }

// append adds the output of a finished message.
func (w *window) append(output []byte) {
	if len(output) == 0 {
		return
	}
	if w.ring == nil {
		w.ring = new([windowSize]byte)
	}
	if len(output) > windowSize {
		output = output[len(output)-windowSize:]
	}
	w.size = min(w.size+len(output), windowSize)
	n := copy(w.ring[w.next:], output)
	copy(w.ring[:], output[n:])
	w.next = (w.next + len(output)) % windowSize
}

// copyTo copies length bytes, the first of which lies back bytes before the end of the window, to dst. It stops at the end of
// the window and returns how many bytes it copied. back is not larger than size.
func (w *window) copyTo(dst []byte, back, length int) int {
	length = min(length, back)
	from := (w.next - back) & (windowSize - 1)
	n := copy(dst[:length], w.ring[from:])
	return n + copy(dst[n:length], w.ring[:])
}

// source returns where a match can be copied from in strides when the present message already has the given number of bytes: the match
// lies in the window as a whole, in one piece and not at its very end. Otherwise it returns nil.
func (w *window) source(inflated, distance, length int) []byte {
	back := distance - inflated
	from := (w.next - back) & (windowSize - 1)
	if back < length || back > w.size || from > windowSize-length-stride {
		return nil
	}
	return w.ring[from:]
}
