package gateway

import (
	"math/bits"
	"sync"
)

// buffers is a pool of byte slices, of sizes that are powers of two.
type buffers struct{ classes [20]sync.Pool } // of 512 bytes, 1 KiB … 256 MiB

const smallestClass = 9 // as a power of two

// classOf is the class whose buffers have room for size bytes.
func classOf(size int) int { return max(bits.Len(uint(max(size, 1)-1))-smallestClass, 0) }

// get returns an empty slice with room for size bytes.
func (b *buffers) get(size int) *[]byte {
	class := classOf(size)
	if class >= len(b.classes) {
		buffer := make([]byte, 0, size)
		return &buffer
	}
	if buffer, ok := b.classes[class].Get().(*[]byte); ok {
		*buffer = (*buffer)[:0]
		return buffer
	}
	buffer := make([]byte, 0, 1<<(class+smallestClass))
	return &buffer
}

// put gives back what get returned.
func (b *buffers) put(buffer *[]byte) {
	if class := classOf(cap(*buffer)); class < len(b.classes) && cap(*buffer) == 1<<(class+smallestClass) {
		b.classes[class].Put(buffer)
	}
}
