package gateway

import (
	"context"
	"errors"
	"time"

	"github.com/chorus-go/chorus/types"
)

const (
	helloTimeout = 10 * time.Second
	readyTimeout = 30 * time.Second
)

// Spawn connects to a gateway and returns a handle whose heart beats: the websocket is open and HELLO has arrived.
// Nothing is identified yet. The URL is that of the gateway (ws or wss); protocol version, encoding and compression
// are added to it.
//
// ctx bounds the connecting, not the life of the handle, which lasts until Close or until the connection is lost.
// What goes wrong is a *HandshakeError that tells the stage, or the error of an option or a URL that cannot work,
// before anything is dialled.
func Spawn(ctx context.Context, url string, options Options) (GatewayHandle, error) {
	if ctx == nil {
		ctx = context.Background()
	}
	options, err := options.checked()
	if err != nil {
		return GatewayHandle{}, err
	}
	target, err := dialURL(url, &options)
	if err != nil {
		return GatewayHandle{}, err
	}
	c := newConnection(target, options)
	ws, err := c.dial(ctx)
	if err != nil {
		c.end(err)
		return GatewayHandle{}, err
	}
	c.socket = newSocket(c, ws)
	go c.supervise()

	ctx, cancel := context.WithTimeoutCause(ctx, helloTimeout, errors.New("no HELLO within 10 s"))
	defer cancel()
	select {
	case <-c.socket.greeted:
		return GatewayHandle{Events: options.Events, connection: c}, nil
	case <-c.socket.ctx.Done():
		err = &HandshakeError{Stage: StageHello, Host: target.Host, Err: c.socket.ended()}
	case <-ctx.Done():
		err = &HandshakeError{Stage: StageHello, Host: target.Host, Err: context.Cause(ctx)}
	}
	c.abort(err)
	return GatewayHandle{}, err
}

// Connect is Spawn followed by Identify. When either fails, nothing is left open.
func Connect(ctx context.Context, url string, identify types.Identify, options Options) (GatewayHandle, *types.Ready, error) {
	handle, err := Spawn(ctx, url, options)
	if err != nil {
		return GatewayHandle{}, nil, err
	}
	ready, err := handle.Identify(ctx, identify)
	if err != nil {
		handle.connection.abort(err)
		return GatewayHandle{}, nil, err
	}
	return handle, ready, nil
}
