package gateway

import (
	"context"
	"errors"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
	"golang.org/x/sync/errgroup"

	"github.com/chorus-go/chorus/types"
)

const (
	writeTimeout   = 10 * time.Second // for one frame
	closeTimeout   = 5 * time.Second  // for the server's answer to a close frame
	goodbyeTimeout = time.Second      // for a close frame that nobody waits for
)

// socket is one websocket and everything that lives and dies with it. Three goroutines share it: the reader owns
// the inflater and the buffers, the writer is the only one to write, the heartbeat owns the schedule. The first of
// them to fail ends all three.
type socket struct {
	c        *connection
	ws       *websocket.Conn
	ahead    *readAhead   // what ws reads from; the reader's
	work     *workspace   // nil while the reader waits for a message; the reader's
	inflater decompressor // nil on an uncompressed connection; the reader's
	split    bool         // whether the last frame did not complete a payload; the reader's
	group    *errgroup.Group
	ctx      context.Context // ends with the first of the goroutines
	fail     context.CancelCauseFunc
	track    track

	control lane          // heartbeats, Identify, Resume: before the commands
	gate    chan lane     // the commands that may be written from now on: the handle's, or nil for none
	pongs   chan []byte   // the newest ping that waits for its answer
	closes  chan int      // the code to close with
	written chan struct{} // closed when the writer has ended

	greet    sync.Once
	greeted  chan struct{} // closed at HELLO
	interval time.Duration // of the heartbeat; set before greeted is closed
	beatNow  chan struct{} // the server asked for a heartbeat
	reading  atomic.Int32  // what the reader is doing, a reading
	signs    atomic.Uint64 // of life: how often something was read
	born     time.Time
	beatAt   atomic.Int64 // when the oldest heartbeat that is not acknowledged was written, since born; 0: none
}

func newSocket(c *connection, link link, target *url.URL) *socket {
	ws := link.ws
	s := &socket{
		c:        c,
		ws:       ws,
		ahead:    link.ahead,
		inflater: c.options.Compression.decompressor(c.options.MaxPayload),
		born:     time.Now(),
		track:    c.options.Recorder.open(target.String()),
		control:  make(lane),
		gate:     make(chan lane, 1),
		pongs:    make(chan []byte, 1),
		closes:   make(chan int, 1),
		written:  make(chan struct{}),
		greeted:  make(chan struct{}),
		beatNow:  make(chan struct{}, 1),
	}
	ctx, fail := context.WithCancelCause(context.Background())
	s.group, s.ctx = errgroup.WithContext(ctx)
	s.fail = fail
	ws.SetReadLimit(int64(c.options.MaxPayload))
	ws.SetPingHandler(s.pinged)
	ws.SetCloseHandler(func(int, string) error { return nil }) // The writer answers, on its way out.
	s.spawn(s.read)
	s.spawn(s.write)
	s.spawn(s.heartbeat)
	return s
}

// errGoexit is why a socket ends of which a goroutine was ended by runtime.Goexit, as by t.FailNow in an observer that
// runs on it.
var errGoexit = errors.New("gateway: an observer ended the goroutine that called it")

// spawn runs one of the goroutines.
func (s *socket) spawn(run func() error) {
	s.group.Go(func() error {
		returned := false
		defer func() {
			if !returned {
				s.fail(errGoexit)
			}
		}()
		err := run()
		returned = true
		return err
	})
}

// join ends the network connection once one of the goroutines, or the reader by seeing the end, has ended the socket.
// The channel returned is closed when all three have ended.
func (s *socket) join() <-chan struct{} {
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		<-s.ctx.Done()
		// The writer may sit in a write, the reader in a read that only the end of the network connection ends.
		_ = s.ws.NetConn().SetWriteDeadline(time.Now().Add(goodbyeTimeout))
		<-s.written
		_ = s.ws.Close()
		_ = s.group.Wait()
	}()
	return ended
}

// ended returns what ended the socket: meaningful when ctx has ended.
func (s *socket) ended() error { return closed(context.Cause(s.ctx)) }

// closed makes a CloseError of the loss of a websocket, and leaves typed errors as they are.
func closed(err error) error {
	if _, ok := errors.AsType[*CloseError](err); ok {
		return err
	}
	if _, ok := errors.AsType[*DecodeError](err); ok {
		return err
	}
	if frame, ok := errors.AsType[*websocket.CloseError](err); ok && frame.Code != websocket.CloseAbnormalClosure {
		return &CloseError{Code: types.CloseCode(frame.Code), Reason: frame.Text}
	}
	return &CloseError{Code: types.CloseCodeAbnormalClosure, Err: err}
}

// close ends the websocket with a code: the close frame is written, and the server is given a moment to answer, during
// which what it sends is still received. Only the first code counts.
func (s *socket) close(code int) {
	select {
	case s.closes <- code:
	default:
	}
	_ = s.ws.SetReadDeadline(time.Now().Add(closeTimeout))
}

// open says whether commands may be written. The last word counts.
func (s *socket) open(open bool) {
	var commands lane
	if open {
		commands = s.c.commands
	}
	select {
	case <-s.gate:
	default:
	}
	s.gate <- commands // The supervisor is the only one to say so: there is room.
}

// begin sends Identify or Resume without waiting for the writer. When it cannot be written the socket has ended.
func (s *socket) begin(payload outgoing) {
	go func() { _ = s.send(s.ctx, payload) }()
}

// tell tells the supervisor what the reader has seen, and waits until it has acted on it. Only the end of the handle
// makes it give up, so that nothing is missed that arrived before a socket was lost.
func (s *socket) tell(n note) reception {
	told, _ := s.c.tell(context.Background(), n)
	return told
}

// sever ends the socket at once, and lets go of a reader that waits for room in a queue.
func (s *socket) sever() {
	s.fail(ErrClosed)
	s.c.marks.freeze()
	s.c.endLife(ErrClosed)
	_ = s.ws.Close()
}

// pinged leaves the answer to a websocket ping to the writer.
func (s *socket) pinged(data string) error {
	s.signs.Add(1)
	select {
	case <-s.pongs:
	default:
	}
	s.pongs <- []byte(data)
	return nil
}
