package gateway

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"

	"github.com/chorus-go/chorus/observer"
	"github.com/chorus-go/chorus/types"
)

// drainTimeout bounds how long the observers of a lost connection may take for what had arrived.
const drainTimeout = 10 * time.Second

// severTimeout bounds how long goroutines may take to end once their socket is severed.
const severTimeout = 100 * time.Millisecond

// connection is what all copies of a handle share. Its supervisor is the only one to end it.
type connection struct {
	options Options
	events  *Events
	url     *url.URL
	socket  *socket

	queue    *observer.Queue // of the events
	control  *observer.Queue // of what the connection says about itself
	payloads buffers
	refusals observer.Publisher[error] // why a pending Identify or Resume fails
	sessions observer.Publisher[sessionStart]
	resuming atomic.Pointer[types.Resume] // what was sent and is not answered yet

	undecoded observer.Publisher[DecodeError] // what pending requests may have waited for
	asking    chan struct{}                   // holds a value while a request subscribes and sends that must do so in one step
	echoes    atomic.Bool                     // whether the server has been seen to echo nonces

	lifecycle     sync.Mutex                 // held while a change of state is queued, so that changes are published in order
	announcements observer.Publisher[func()] // what the connection says about itself, for the control queue

	state    atomic.Int32
	latency  atomic.Int64 // of the last acknowledged heartbeat, in nanoseconds
	sequence atomic.Int64 // the highest of any dispatch, noSequence before there is one; only the reader stores
	session  atomic.Pointer[session]
	shard    atomic.Int64
	lagged   atomic.Bool  // whether the log was warned of a lag
	warned   atomic.Int64 // when it was last warned of an error, since born
	born     time.Time

	life      context.Context // of the observers; ends when the handle does
	endLife   context.CancelCauseFunc
	closeOnce sync.Once
	closing   chan struct{}           // closed when Close was called or a handshake failed
	closeWith error                   // why, set before closing is closed
	force     context.Context         // when it ends, nobody is waited for any longer
	forceNow  context.CancelCauseFunc //
	done      chan struct{}
	err       error // set before done is closed
}

const noSequence = -1

func newConnection(target *url.URL, options Options) *connection {
	c := &connection{
		options: options,
		events:  options.Events,
		url:     target,
		born:    time.Now(),
		queue:   observer.NewQueue(options.QueueEvents, observer.Block, observer.MaxBytes(options.QueueBytes), observer.Named("events")),
		control: observer.NewQueue(controlEvents, observer.DropOldest, observer.MaxBytes(controlBytes), observer.Named("control")),
		asking:  make(chan struct{}, 1),
		closing: make(chan struct{}),
		done:    make(chan struct{}),
	}
	c.announcements.SubscribeFunc(func(_ context.Context, announce *func()) { (*announce)() }, observer.As("the connection's own events"))
	c.sequence.Store(noSequence)
	c.life, c.endLife = context.WithCancelCause(context.Background())
	c.force, c.forceNow = context.WithCancelCause(context.Background())
	return c
}

// dial opens the websocket.
func (c *connection) dial(ctx context.Context) (*websocket.Conn, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, dialTimeout, fmt.Errorf("not connected within %v", dialTimeout))
	defer cancel()
	ws, response, err := c.options.Dialer.DialContext(ctx, c.url.String(), c.options.Header)
	if err == nil {
		return ws, nil
	}
	failure := &HandshakeError{Stage: StageDial, Host: c.url.Host, Err: err}
	if response != nil {
		failure.Status = response.StatusCode
	}
	if deadline, _ := ctx.Deadline(); !time.Now().Before(deadline) {
		<-ctx.Done() // The connection's own deadline was the same moment, and may have come first.
	}
	if cause := context.Cause(ctx); cause != nil {
		failure.Err = cause
	}
	return nil, failure
}

// supervise waits for the end of the socket, or for the wish to end it, and ends the handle. It waits for user code
// only as long as it was told to.
func (c *connection) supervise() {
	s := c.socket
	select {
	case <-s.ctx.Done():
	case <-c.closing:
		s.closeNormally()
	}
	c.enter(StateClosing, c.ending(s.ended()))
	ended := s.join()
	limit := c.patience()
	select {
	case <-ended:
	case <-limit.Done():
		s.sever()
		// What is left is a reader inside user code that promised not to block.
		select {
		case <-ended:
		case <-time.After(severTimeout):
		}
	}
	cause := c.ending(s.ended())
	s.track.closed(cause)
	_ = c.queue.Wait(limit)
	_ = c.control.Wait(limit)
	c.end(cause)
}

// patience returns a context that ends when observers are waited for no longer: after Close when its context has
// ended, after a loss when drainTimeout has passed as well.
func (c *connection) patience() context.Context {
	select {
	case <-c.closing:
		return c.force
	default:
		limit, cancel := context.WithTimeout(c.force, drainTimeout)
		context.AfterFunc(c.force, cancel)
		return limit
	}
}

// ending returns why the connection ends: the wish to end it, if there is one, or else the cause given.
func (c *connection) ending(cause error) error {
	select {
	case <-c.closing:
		return c.closeWith
	default:
		return cause
	}
}

// end ends the handle. What its observers have not been given is dropped.
func (c *connection) end(cause error) {
	if discarded := c.queue.Close(); discarded > 0 {
		c.options.Logger.Warn("gateway: the handle ended before its observers had seen everything", slog.Int("dropped", discarded))
	}
	c.enter(StateClosed, cause)
	c.err = cause
	close(c.done)
	c.endLife(cause)
	c.forceNow(cause)
}

// beginClosing says that the connection is to end for the reason given. Only the first reason counts.
func (c *connection) beginClosing(cause error) {
	c.closeOnce.Do(func() {
		c.closeWith = cause
		close(c.closing)
	})
}

// abort ends the connection for the reason given, waiting for nobody.
func (c *connection) abort(cause error) {
	c.beginClosing(cause)
	c.forceNow(cause)
	<-c.done
}

func (c *connection) close(ctx context.Context) error {
	c.beginClosing(ErrClosed)
	if ctx.Value(observedKey{}) == c {
		return nil // The end waits for this very observer.
	}
	select {
	case <-c.done:
		return nil
	case <-ctx.Done():
	}
	c.forceNow(context.Cause(ctx))
	<-c.done
	return fmt.Errorf("gateway: closed before everything had ended: %w", context.Cause(ctx))
}

// Err implements GatewayHandle.Err.
func (c *connection) Err() error {
	select {
	case <-c.done:
		return c.err
	default:
		return nil
	}
}
