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

// socket is one websocket and everything that lives and dies with it. The reader is the only goroutine that it always
// has, if not always the same one, and owns the inflater and the buffers; timers and those who send have the others.
// Whoever has the turn is the only one to write. The first to fail ends all.
type socket struct {
	c        *connection
	ws       *websocket.Conn
	frames   frames        // what ws receives; the reader's
	arrived  time.Time     // when something was read last; the reader's
	volatile bool          // whether every message changes what the one before it lay in; the reader's
	lent     []*delivery   // events that refer to the reader's buffers; the reader's
	relief   *time.Timer   // see serve; the reader's, nil before there was need of it
	shift    atomic.Uint64 // odd while the reader runs observers, and another one each time
	watched  atomic.Bool   // whether relief looks at the shift
	seen     atomic.Uint64 // the shift that relief saw last
	inflater decompressor  // nil on an uncompressed connection; the reader's
	split    bool          // whether the last frame did not complete a payload; the reader's
	group    errgroup.Group
	ctx      context.Context         // ends with the first failure
	end      context.CancelCauseFunc // see fail
	track    track

	unread chan struct{} // closed when the reader has ended
	turn   turn
	parted chan struct{}          // closed when a close frame was written, or could not be
	ping   atomic.Pointer[string] // the newest one
	pongs  errand
	beats  errand

	mu    sync.Mutex // guards what follows; held for moments
	shut  bool       // nothing is begun any more
	heart heart

	greet   sync.Once
	reading atomic.Int32  // what the reader is doing, a reading
	signs   atomic.Uint64 // of life: how often something was read
	born    time.Time
	beatAt  atomic.Int64 // when the oldest heartbeat that is not acknowledged was written, since born; 0: none
}

func newSocket(c *connection, ws *websocket.Conn, target *url.URL) *socket {
	s := &socket{
		c:        c,
		ws:       ws,
		inflater: c.options.Compression.decompressor(c.options.MaxPayload),
		born:     time.Now(),
		track:    c.options.Recorder.open(target.String()),
		turn:     make(turn, 1),
		parted:   make(chan struct{}),
		unread:   make(chan struct{}),
	}
	s.ctx, s.end = context.WithCancelCause(context.Background())
	s.receiveFrom(ws)
	go s.read()
	return s
}

// fail ends the socket, and tells the supervisor. Only the first reason counts.
func (s *socket) fail(cause error) {
	s.end(cause)
	s.c.supervisor.post(func() { s.c.supervisor.lost(s) })
}

// join ends the network connection once one of the goroutines, or the reader by seeing the end, has ended the socket.
// The channel returned is closed when all of them have ended.
func (s *socket) join() <-chan struct{} {
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		<-s.ctx.Done()
		s.mu.Lock()
		s.shut = true
		s.heart.stop()
		s.mu.Unlock()
		// Somebody may sit in a write, the reader in a read that only the end of the network connection ends.
		_ = s.ws.NetConn().SetWriteDeadline(time.Now().Add(goodbyeTimeout))
		select {
		case s.turn <- struct{}{}: // Kept.
		case <-s.parted:
		}
		s.sayGoodbye()
		_ = s.ws.Close()
		<-s.unread
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

// open says whether commands may be written to this socket. The last word counts.
func (s *socket) open(open bool) {
	if open {
		s.c.gate.set(s)
	} else {
		s.c.gate.set(nil)
	}
}

// begin sends Identify or Resume without waiting for it. When it cannot be written the socket has ended.
func (s *socket) begin(payload outgoing) {
	s.task(func() error {
		_ = s.send(s.ctx, payload)
		return nil
	})
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
