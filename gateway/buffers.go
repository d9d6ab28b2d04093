package gateway

import "sync"

// buffers is a pool of byte slices for payloads that outlive the reader's buffer.
type buffers struct{ pool sync.Pool }

// get returns an empty slice with room for size bytes. A pooled slice that is far larger than that is left to the
// garbage collector, so that a small event never keeps a huge buffer alive.
func (b *buffers) get(size int) *[]byte {
	if buffer, ok := b.pool.Get().(*[]byte); ok && cap(*buffer) >= size && cap(*buffer) <= 4*size+4096 {
		*buffer = (*buffer)[:0]
		return buffer
	}
	buffer := make([]byte, 0, size)
	return &buffer
}

func (b *buffers) put(buffer *[]byte) { b.pool.Put(buffer) }
