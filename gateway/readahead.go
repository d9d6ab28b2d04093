package gateway

import "net"

// readAheadSize is how much a readAhead reads at once while much arrives.
const readAheadSize = 32 << 10

// readAhead is the network connection under a websocket, read in large pieces while much arrives and without a buffer
// of its own while little does. The websocket's own buffer can so be small, which is what an idle connection costs.
//
// A read that fills all it was given tells that there is more; the next one goes to a large buffer, which is given back
// once it has been read. Only the goroutine that reads may call Read.
type readAhead struct {
	net.Conn
	// wait is called before each read of the network, and told whether there is likely something to read. It is set
	// before the reader begins.
	wait func(likely bool)

	buffer *[]byte // nil when nothing has been read ahead
	next   int     // what of the buffer has not been given away begins here
	more   bool    // the last read filled all it was given
}

// Read implements net.Conn.
func (r *readAhead) Read(p []byte) (int, error) {
	if r.buffer == nil {
		if r.wait != nil {
			r.wait(r.more)
		}
		if !r.more || len(p) >= readAheadSize {
			n, err := r.Conn.Read(p)
			r.more = n == len(p)
			return n, err
		}
		if err := r.fill(); err != nil || r.buffer == nil {
			return 0, err
		}
	}
	n := copy(p, (*r.buffer)[r.next:])
	if r.next += n; r.next == len(*r.buffer) {
		pieces.put(r.buffer)
		r.buffer = nil
	}
	return n, nil
}

// holds says whether there is something to read without the network.
func (r *readAhead) holds() bool { return r.buffer != nil }

// fill reads ahead.
func (r *readAhead) fill() error {
	buffer := pieces.get(readAheadSize)
	n, err := r.Conn.Read((*buffer)[:readAheadSize])
	r.more = n == readAheadSize
	if n == 0 {
		pieces.put(buffer)
		return err // A connection that gives nothing and no error is asked again.
	}
	*buffer = (*buffer)[:n]
	r.buffer, r.next = buffer, 0
	return nil // An error comes again with the next read.
}
