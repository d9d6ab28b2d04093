package gateway

import (
	"encoding/binary"
	"io"
	"net"

	"github.com/gorilla/websocket"
)

// Sizes of what is read from the network at once, in bytes.
const (
	idleRead  = 128      // while little arrives: the only memory an idle connection reads into
	floodRead = 32 << 10 // while much arrives
)

// mostEmptyReads is how often a connection may give neither anything nor an error.
const mostEmptyReads = 100

// frames reads the messages of a websocket where they lie in what was read: there is no copy between the network and
// the payload's scan unless a message is in fragments or larger than what is read at once. It reads large pieces while
// much arrives, and while little does into a few bytes that are its own: a large buffer is given back when it is empty
// and the last read did not fill it. Only the reader goroutine uses it.
//
// The websocket package makes the connection and writes; what it had read by then it also gives, see handover.
type frames struct {
	ws     *websocket.Conn // until all it has read was taken; then nil
	conn   net.Conn
	limit  int64 // of a message, in bytes
	pinged func(data string) error
	// waits is called before each read of the network and told whether the next message has begun, and whether there
	// is likely something to read. came is called after it.
	waits func(inside, likely bool)
	came  func()

	idle      [idleRead]byte
	flood     *[]byte // a piece, or nil while little arrives
	room      []byte  // what is read into: idle or flood
	next, end int     // what of the room was read and not taken
	more      bool    // the last read filled all it was given
	inside    bool    // a message or a frame has begun

	kind  int   // of a message whose first fragment has come; 0 before
	total int64 // the length of the message so far
	work  *workspace
}

// message returns the next message and its kind, after control frames in front of it. It is valid until the next call
// for a message that is not whole. After an error there are no messages.
func (f *frames) message() (kind int, message []byte, err error) {
	f.inside, f.kind, f.total = false, 0, 0
	if f.work != nil {
		f.work.shrink()
	}
	if f.ws != nil {
		if ahead(f.ws) {
			return f.handed()
		}
		f.ws = nil
	}
	for {
		h, err := f.header()
		if err != nil {
			return 0, nil, err
		}
		if h.control() {
			if err := f.obey(h); err != nil {
				return 0, nil, err
			}
			f.inside = f.kind != 0
			continue
		}
		if f.total += h.length; f.total > f.limit {
			return 0, nil, websocket.ErrReadLimit
		}
		if h.final && f.kind == 0 && h.length <= floodRead {
			message, err := f.take(int(h.length))
			return h.opcode, message, err
		}
		if err := f.gather(h); err != nil {
			return 0, nil, err
		}
		if h.final {
			return f.kind, f.work.frame, nil
		}
	}
}

// whole says whether the next message lies in the room: to return it changes no message that was returned before.
func (f *frames) whole() bool {
	b := f.room[f.next:f.end]
	if f.ws != nil || len(b) < 4 || b[0] != finalBit|websocket.TextMessage && b[0] != finalBit|websocket.BinaryMessage {
		return false
	}
	n, size := int(b[1]), 2
	switch {
	case n == length16:
		n, size = int(binary.BigEndian.Uint16(b[2:])), 4
	case n > length16:
		return false // Its length is in eight bytes, or it is masked.
	}
	return len(b) >= size+n
}

// take returns the next n bytes, at most floodRead. They are valid until something is read.
func (f *frames) take(n int) ([]byte, error) {
	if err := f.need(n); err != nil {
		return nil, err
	}
	taken := f.room[f.next : f.next+n]
	f.next += n
	return taken, nil
}

// gather adds a frame to a message that does not lie in one piece.
func (f *frames) gather(h header) error {
	w := f.space()
	if f.kind == 0 {
		f.kind, w.frame = h.opcode, w.frame[:0]
	}
	for left := h.length; left > 0; {
		if f.next == f.end && left <= floodRead {
			if err := f.need(int(left)); err != nil {
				return err
			}
		}
		if len(w.frame) == cap(w.frame) {
			w.frame = grown(w.frame, left)
		}
		p := w.frame[len(w.frame):cap(w.frame)]
		p = p[:min(int64(len(p)), left)]
		n := copy(p, f.room[f.next:f.end])
		if f.next += n; n == 0 {
			// The end is left to be read with what follows it: to read all that is missing would not tell whether anything does.
			p = p[:min(int64(len(p)), left-1)]
			var err error
			if n, err = f.read(p); err != nil {
				return err
			}
		}
		w.frame, left = w.frame[:len(w.frame)+n], left-int64(n)
	}
	return nil
}

// need reads until n bytes, at most floodRead, lie in one piece.
func (f *frames) need(n int) error {
	for f.end-f.next < n {
		f.prepare(n)
		read, err := f.read(f.room[f.end:])
		if err != nil {
			return err
		}
		f.end += read
	}
	return nil
}

// prepare makes room behind what was read for what follows it, up to n bytes in all and more while much arrives.
func (f *frames) prepare(n int) {
	room := f.room
	switch idle := f.next == f.end && !f.more; {
	case idle && n <= idleRead:
		if f.flood != nil {
			pieces.put(f.flood)
			f.flood = nil
		}
		room = f.idle[:]
	case f.flood == nil && (f.more || n > idleRead):
		f.flood = pieces.get(floodRead)
		room = (*f.flood)[:floodRead]
	}
	f.end = copy(room, f.room[f.next:f.end])
	f.room, f.next = room, 0
}

// read reads from the network, which gives something or an error.
func (f *frames) read(p []byte) (int, error) {
	for range mostEmptyReads {
		f.waits(f.inside, f.more)
		n, err := f.conn.Read(p)
		f.came()
		if f.more = n == len(p); n > 0 {
			return n, nil // An error comes again.
		}
		if err == io.EOF {
			return 0, errCut
		}
		if err != nil {
			return 0, err
		}
	}
	return 0, io.ErrNoProgress
}

// errCut is a connection that ends without a close frame.
var errCut = &websocket.CloseError{Code: websocket.CloseAbnormalClosure, Text: io.ErrUnexpectedEOF.Error()}

// space returns the reader's buffers.
func (f *frames) space() *workspace {
	if f.work == nil {
		f.work = workspaces.get()
	}
	return f.work
}

// rest gives the reader's buffers back: it waits for a message to begin, or has ended.
func (f *frames) rest() {
	if f.work != nil {
		workspaces.put(f.work)
		f.work = nil
	}
}
