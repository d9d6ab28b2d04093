package gateway

import (
	"context"
	"errors"
	"time"

	"github.com/chorus-go/chorus/observer"
	"github.com/chorus-go/chorus/types"
)

const (
	helloTimeout = 10 * time.Second
	readyTimeout = 30 * time.Second
)

// Spawn connects to a gateway and returns a handle whose heart beats: the websocket is open and HELLO has arrived.
// Nothing is identified yet, unless Options.Session says what to resume. The URL is that of the gateway (ws or wss);
// protocol version, encoding and compression are added to it.
//
// ctx bounds the connecting, not the life of the handle, which lasts until Close, or until the server ends it for good.
// What goes wrong is a *HandshakeError that tells the stage, or the error of an option or a URL that cannot work,
// before anything is dialled.
func Spawn(ctx context.Context, url string, options Options) (GatewayHandle, error) {
	c, err := prepare(url, options)
	if err != nil {
		return GatewayHandle{}, err
	}
	if ctx == nil {
		ctx = context.Background()
	}
	if err := c.inherit(ctx, nil); err != nil {
		return GatewayHandle{}, err
	}
	return c.start(ctx, nil)
}

// Connect is Spawn followed by Identify. When either fails, nothing is left open.
//
// With a session in Options.Session it resumes, and identifies only if the server refuses the session; it gives up
// 30 s after the first HELLO. After a resume there is no READY: what is returned then has nothing but the session's id,
// its resume URL and the user's id.
func Connect(ctx context.Context, url string, identify types.Identify, options Options) (GatewayHandle, *types.Ready, error) {
	c, err := prepare(url, options)
	if err != nil {
		return GatewayHandle{}, nil, err
	}
	if ctx == nil {
		ctx = context.Background()
	}
	payload, err := newOutgoing(types.OpcodeIdentify, c.adjusted(identify), c.options.form())
	if err != nil {
		return GatewayHandle{}, nil, err
	}
	first := newIdentity(payload)
	if err := c.inherit(ctx, first); err != nil {
		return GatewayHandle{}, nil, err
	}
	if c.session.Load() != nil {
		return c.reconnect(ctx, first)
	}
	handle, err := c.start(ctx, nil)
	if err != nil {
		return GatewayHandle{}, nil, err
	}
	ready, err := handle.Identify(ctx, identify)
	if err != nil {
		c.abort(err)
		return GatewayHandle{}, nil, err
	}
	return handle, ready, nil
}

// prepare makes a connection that has dialled nothing yet.
func prepare(url string, options Options) (*connection, error) {
	options, err := options.checked()
	if err != nil {
		return nil, err
	}
	target, err := dialURL(url, &options)
	if err != nil {
		return nil, err
	}
	return newConnection(url, target, options), nil
}

// start begins the life of the connection and awaits the first HELLO.
func (c *connection) start(ctx context.Context, first *identity) (GatewayHandle, error) {
	c.supervise(first)
	stage := StageDial
	select {
	case <-c.greeted:
		return GatewayHandle{Events: c.events, connection: c}, nil
	case <-c.done:
		return GatewayHandle{}, c.handshakeFailed(StageHello, c.err)
	case <-ctx.Done():
	}
	if c.current.Load() != nil {
		stage = StageHello
	}
	err := c.handshakeFailed(stage, context.Cause(ctx))
	c.abort(err)
	return GatewayHandle{}, err
}

// reconnect resumes a session, or identifies when the server refuses it.
func (c *connection) reconnect(ctx context.Context, first *identity) (GatewayHandle, *types.Ready, error) {
	ready := c.expectReady()
	defer ready.Cancel()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer c.refusals.SubscribeFunc(func(_ context.Context, err *error) { cancel(*err) }).Unsubscribe()
	handle, err := c.start(ctx, first)
	if err != nil {
		return GatewayHandle{}, nil, err
	}
	// Not from the beginning: two dials of a dead resume URL may take longer, and the other URL works.
	ctx, stop := context.WithTimeoutCause(ctx, readyTimeout, errNoSession)
	defer stop()
	select {
	case <-c.begun:
		if s := c.session.Load(); c.resumed.Load() && s != nil {
			return handle, &types.Ready{SessionID: s.ID, ResumeGatewayURL: s.ResumeURL, User: types.User{ID: s.UserID}}, nil
		}
		var event *types.Ready
		if event, err = ready.Wait(ctx); err == nil {
			return handle, event, nil
		}
	case <-c.done:
		err = c.err
	case <-ctx.Done():
		err = context.Cause(ctx)
	}
	err = c.handshakeFailed(StageResume, err)
	c.abort(err)
	return GatewayHandle{}, nil, err
}

// expectReady waits for the READY that begins a session of this connection: other handles may share the tree. The
// supervisor notes the session before READY is published.
func (c *connection) expectReady() *observer.Waiter[types.Ready] {
	return c.events.Session.Ready.Expect(func(ready *types.Ready) bool { return ready.SessionID == c.sessionID() })
}

// handshakeFailed makes a HandshakeError, unless the error is one or says that the handle was closed.
func (c *connection) handshakeFailed(stage Stage, err error) error {
	if failure, ok := errors.AsType[*HandshakeError](err); ok {
		return failure
	}
	if errors.Is(err, ErrClosed) {
		return err
	}
	return &HandshakeError{Stage: stage, Host: c.url.Host, Err: err}
}
