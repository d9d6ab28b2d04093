package gateway

import "sync"

// Sizes of a reader's buffers, in bytes.
const (
	firstBuffer = 4 << 10 // the first size of one
	keptBuffer  = 1 << 20 // a larger one is not kept for the next message
	mostGrowth  = 16      // how many times larger than what has arrived a message is believed to be
)

// workspace is the buffers that a reader works in while something arrives.
type workspace struct {
	frame    []byte // a message of the websocket that does not lie in one piece
	inflated []byte // the payload that was compressed in it
	text     []byte // what a term was translated into
}

// shrink lets go of what is too large to be kept.
func (w *workspace) shrink() {
	for _, buffer := range []*[]byte{&w.frame, &w.inflated, &w.text} {
		if cap(*buffer) > keptBuffer {
			*buffer = nil
		}
	}
}

// workspacePool holds workspaces that no reader uses.
type workspacePool struct{ pool sync.Pool }

func (p *workspacePool) get() *workspace {
	if w, ok := p.pool.Get().(*workspace); ok {
		return w
	}
	return new(workspace)
}

func (p *workspacePool) put(w *workspace) {
	w.shrink()
	p.pool.Put(w)
}

// What all connections of a process share: memory that none of them uses at the moment. There is nothing in it that one
// of them could see of another, and it is why a thousand idle connections have a thousand sockets and no buffers.
var (
	workspaces   workspacePool
	pieces       buffers   // read ahead
	payloads     buffers   // of events in queues
	writeBuffers sync.Pool // of websockets
)

// grown returns a larger buffer with the same content, for a message of which so many bytes are still to come in its
// frame. The frame's word is not trusted beyond mostGrowth: what a server says must not be what is allocated. Nor is it
// trusted below a quarter: of a message in many fragments of two bytes one is still to come each time the buffer is full.
func grown(buffer []byte, remaining int64) []byte {
	size := max(firstBuffer, 2*cap(buffer))
	if remaining > 0 {
		most := max(firstBuffer, mostGrowth*cap(buffer))
		size = max(int(min(int64(len(buffer))+remaining+1, int64(most))), cap(buffer)+cap(buffer)/4)
	}
	larger := make([]byte, len(buffer), max(size, firstBuffer))
	copy(larger, buffer)
	return larger
}
