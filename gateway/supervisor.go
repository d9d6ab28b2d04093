package gateway

import (
	"context"
	"errors"
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

// connection is what all copies of a handle share. Its supervisor is the only one to end it.
type connection struct {
	options Options
	events  *Events
	url     *url.URL
	socket  *socket

	queue    *observer.Queue // of the events
	control  *observer.Queue // of what the connection says about itself
	payloads buffers
	refusals observer.Publisher[error] // why a pending Identify fails

	state    atomic.Int32
	latency  atomic.Int64 // of the last acknowledged heartbeat, in nanoseconds
	sequence atomic.Int64 // the highest of any dispatch, noSequence before there is one; only the reader stores
	session  atomic.Pointer[session]
	shard    atomic.Int64
	lagged   atomic.Bool // whether the log was warned

	life      context.Context // of the observers; ends when the handle does
	endLife   context.CancelCauseFunc
	closeOnce sync.Once
	closing   chan struct{}           // closed when Close was called or a handshake failed
	closeWith error                   // why, set before closing is closed
	awaits    bool                    // whether the observers are awaited, likewise
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
		queue:   observer.NewQueue(options.QueueEvents, observer.Block, observer.MaxBytes(options.QueueBytes), observer.Named("events")),
		control: observer.NewQueue(controlEvents, observer.DropOldest, observer.MaxBytes(controlBytes), observer.Named("control")),
		closing: make(chan struct{}),
		done:    make(chan struct{}),
	}
	c.sequence.Store(noSequence)
	c.life, c.endLife = context.WithCancelCause(context.Background())
	c.force, c.forceNow = context.WithCancelCause(context.Background())
	return c
}

// dial opens the websocket.
func (c *connection) dial(ctx context.Context) (*websocket.Conn, error) {
	ws, response, err := c.options.Dialer.DialContext(ctx, c.url.String(), c.options.Header)
	if err == nil {
		return ws, nil
	}
	failure := &HandshakeError{Stage: StageDial, Host: c.url.Host, Err: err}
	if response != nil {
		failure.Status = response.StatusCode
	}
	if cause := context.Cause(ctx); cause != nil {
		failure.Err = cause
	}
	return nil, failure
}

// supervise waits for the end of the socket, or for the wish to end it, and ends the handle.
func (c *connection) supervise() {
	s := c.socket
	awaits := true
	select {
	case <-s.ctx.Done():
	case <-c.closing:
		awaits = c.awaits
		c.enter(StateClosing, c.closeWith)
		stop := context.AfterFunc(c.force, s.sever)
		s.closeNormally()
		defer stop()
	}
	cause := c.ending(s.wait())
	s.track.closed(cause)
	c.enter(StateClosing, cause)
	if awaits {
		c.drain()
	}
	c.end(cause)
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

// drain waits until the observers have been given what had arrived.
func (c *connection) drain() {
	ctx, cancel := context.WithTimeout(c.force, drainTimeout)
	defer cancel()
	select {
	case <-c.closing:
		ctx = c.force // Close bounds it, however long that is.
	default:
	}
	if err := c.queue.Wait(ctx); err != nil {
		c.options.Logger.Warn("gateway: the handle ends before its observers have returned")
	}
}

// end ends the handle.
func (c *connection) end(cause error) {
	c.enter(StateClosed, cause)
	c.err = cause
	close(c.done) // First, so that an observer that waits in Close with its own context sees the end as a success.
	c.endLife(cause)
	c.forceNow(cause)
}

// abort ends the connection for the reason given, waiting for nobody.
func (c *connection) abort(cause error) {
	c.closeOnce.Do(func() {
		c.closeWith = cause
		close(c.closing)
	})
	c.forceNow(cause)
}

func (c *connection) close(ctx context.Context) error {
	dispatch, inside := DispatchFrom(ctx)
	inside = inside && dispatch.delivery.connection == c
	c.closeOnce.Do(func() {
		c.closeWith = ErrClosed
		c.awaits = !inside
		close(c.closing)
	})
	select {
	case <-c.done:
		return nil
	case <-ctx.Done():
	}
	select {
	case <-c.done:
		return nil
	default:
	}
	c.forceNow(context.Cause(ctx))
	<-c.done
	return errors.Join(errors.New("gateway: closed before everything had ended"), context.Cause(ctx))
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

// identifying notes what an Identify that is about to be written says about the session. The function returned notes
// that it was not written after all.
func (c *connection) identifying(identify types.Identify) (unsent func(err error)) {
	c.shard.Store(identify.Shard[0])
	if State(c.state.Load()) != StateConnected {
		return func(error) {}
	}
	c.enter(StateIdentifying, nil)
	return func(err error) {
		if State(c.state.Load()) == StateIdentifying {
			c.enter(StateConnected, err)
		}
	}
}
