package gatewaytest

import (
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

// newPipe returns the two ends of a connection in memory, each direction of which holds capacity bytes.
func newPipe(client, server address, capacity int) (near, far *conn) {
	up, down := newStream(capacity), newStream(capacity)
	return &conn{local: client, remote: server, in: down, out: up}, &conn{local: server, remote: client, in: up, out: down}
}

// conn is one end of a connection in memory. It has CloseWrite as a *net.TCPConn has.
type conn struct {
	local, remote address
	in, out       *stream
}

func (c *conn) Read(p []byte) (int, error) {
	n, err := c.in.read(p)
	return n, c.failed("read", err)
}

// Write waits until everything fits into the buffer. Like TCP's it takes ownership of nothing.
func (c *conn) Write(p []byte) (int, error) {
	n, err := c.out.write(p)
	return n, c.failed("write", err)
}

// Close ends both directions. The other side still reads what was written, then io.EOF; its writes fail.
func (c *conn) Close() error {
	first := c.in.leave()
	c.out.finish(net.ErrClosed)
	if !first {
		return c.failed("close", net.ErrClosed)
	}
	return nil
}

// CloseWrite ends the outgoing direction alone.
func (c *conn) CloseWrite() error {
	c.out.finish(syscall.EPIPE)
	return nil
}

func (c *conn) LocalAddr() net.Addr  { return c.local }
func (c *conn) RemoteAddr() net.Addr { return c.remote }

func (c *conn) SetDeadline(t time.Time) error {
	if err := c.SetReadDeadline(t); err != nil {
		return err
	}
	return c.SetWriteDeadline(t)
}

func (c *conn) SetReadDeadline(t time.Time) error {
	return c.failed("set", c.in.setDeadline(&c.in.reader, t))
}

func (c *conn) SetWriteDeadline(t time.Time) error {
	return c.failed("set", c.out.setDeadline(&c.out.writer, t))
}

// failed makes a network error of err. Like a real connection it leaves io.EOF as it is.
func (c *conn) failed(op string, err error) error {
	if err == nil || err == io.EOF {
		return err
	}
	return &net.OpError{Op: op, Net: c.local.Network(), Source: c.local, Addr: c.remote, Err: err}
}

// stream is one direction of a connection: a ring of bytes between one end that writes and one that reads.
type stream struct {
	mu      sync.Mutex
	changed *sync.Cond // whatever a reader or a writer waits for
	ring    []byte     // grows up to capacity
	limit   int        // the capacity
	start   int        // of what is not read yet, in ring
	size    int

	reader, writer deadline

	left     bool  // the reading end is closed: nothing written will be read
	finished error // the writing end is closed: what a later write there fails with
}

// deadline is the time after which one end's calls fail.
type deadline struct {
	expired bool
	timer   *time.Timer // nil if there is no deadline in the future
	set     int         // counts the settings: a timer of an earlier one has no effect
}

// idleRing is how many bytes of memory a stream keeps while there is nothing in it.
const idleRing = 4 << 10

func newStream(capacity int) *stream {
	s := &stream{limit: capacity}
	s.changed = sync.NewCond(&s.mu)
	return s
}

func (s *stream) read(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		switch {
		case s.left:
			return 0, net.ErrClosed
		case s.reader.expired:
			return 0, os.ErrDeadlineExceeded
		case len(p) == 0:
			return 0, nil
		case s.size > 0:
			return s.take(p), nil
		case s.finished != nil:
			return 0, io.EOF
		}
		s.changed.Wait()
	}
}

// take moves bytes out of the ring.
func (s *stream) take(p []byte) int {
	n := min(len(p), s.size)
	first := copy(p[:n], s.ring[s.start:])
	copy(p[first:n], s.ring)
	s.size -= n
	if s.size == 0 {
		s.start = 0
		if len(s.ring) > idleRing {
			s.ring = nil // thousands of connections need not keep the memory of their worst moment
		}
	} else {
		s.start = (s.start + n) % len(s.ring)
	}
	s.changed.Broadcast()
	return n
}

func (s *stream) write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	written := 0
	for {
		switch {
		case s.finished != nil:
			return written, s.finished
		case s.writer.expired:
			return written, os.ErrDeadlineExceeded
		case s.left:
			return written, syscall.EPIPE
		case written == len(p):
			return written, nil
		case s.size < s.limit:
			written += s.put(p[written:])
		default:
			s.changed.Wait()
		}
	}
}

// put moves bytes into the ring, as many as fit.
func (s *stream) put(p []byte) int {
	n := min(len(p), s.limit-s.size)
	if s.size+n > len(s.ring) {
		s.grow(s.size + n)
	}
	end := (s.start + s.size) % len(s.ring)
	first := copy(s.ring[end:], p[:n])
	copy(s.ring, p[first:n])
	s.size += n
	s.changed.Broadcast()
	return n
}

// grow makes the ring hold at least need bytes: an idle connection should not cost its whole capacity.
func (s *stream) grow(need int) {
	ring := make([]byte, min(max(need, 2*len(s.ring), 512), s.limit))
	first := copy(ring, s.ring[s.start:min(s.start+s.size, len(s.ring))])
	copy(ring[first:s.size], s.ring)
	s.ring, s.start = ring, 0
}

// finish closes the writing end; a second call changes nothing but the error from EPIPE to closed.
func (s *stream) finish(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.finished = err
	s.writer.stop()
	s.changed.Broadcast()
}

// leave closes the reading end; false if it was closed before.
func (s *stream) leave() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.left {
		return false
	}
	s.left = true
	s.ring, s.size, s.start = nil, 0, 0
	s.reader.stop()
	s.changed.Broadcast()
	return true
}

// setDeadline sets one of the stream's two deadlines. It affects calls that already wait.
func (s *stream) setDeadline(d *deadline, t time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if d == &s.reader && s.left || d == &s.writer && s.finished == net.ErrClosed {
		return net.ErrClosed
	}
	if t.IsZero() && d.timer == nil && !d.expired {
		return nil // there was none before: nobody has to look again
	}
	d.stop()
	d.expired = !t.IsZero() && time.Until(t) <= 0
	if !t.IsZero() && !d.expired {
		setting := d.set
		d.timer = time.AfterFunc(time.Until(t), func() { s.expire(d, setting) })
	}
	s.changed.Broadcast()
	return nil
}

func (s *stream) expire(d *deadline, setting int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if d.set == setting {
		d.expired = true
		s.changed.Broadcast()
	}
}

// stop takes the timer away, under the stream's lock.
func (d *deadline) stop() {
	d.set++
	if d.timer != nil {
		d.timer.Stop()
		d.timer = nil
	}
}
