package gateway

import (
	"context"
	"fmt"

	"github.com/chorus-go/chorus/types"
)

// Identify sends Identify (opcode 2) and returns READY. It subscribes before it sends, so READY cannot be missed,
// and READY's other observers are called as for any event. The value is shared with them and read-only.
//
// It ends with ctx; with ErrSessionInvalid when the server answers with Invalid Session; with a *DecodeError when
// READY does not decode; with a *HandshakeError that wraps a *CloseError when the server refuses by closing
// (Spacebar answers a bad token with close code 4000), and when there is no answer within 30 s. The handle stays
// as it is; a second Identify on it returns ErrAlreadyIdentified.
//
// Source: https://docs.discord.food/topics/gateway-events#identify
func (h GatewayHandle) Identify(ctx context.Context, identify types.Identify) (*types.Ready, error) {
	c := h.connection
	if c == nil {
		return nil, ErrClosed
	}
	if ctx == nil {
		ctx = context.Background()
	}
	if !c.enterFrom(StateConnected, StateIdentifying, nil) {
		if h.State() >= StateClosing {
			return nil, c.ending(c.socket.ended())
		}
		return nil, ErrAlreadyIdentified
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	ctx, stop := context.WithTimeoutCause(ctx, readyTimeout, c.identifyFailed(fmt.Errorf("no READY within %v", readyTimeout)))
	defer stop()

	// Other handles may share the tree; the reader notes the session before it publishes READY.
	ready := h.Events.Session.Ready.Expect(func(ready *types.Ready) bool { return ready.SessionID == c.sessionID() })
	defer ready.Cancel()
	defer c.refusals.SubscribeFunc(func(_ context.Context, err *error) { cancel(*err) }).Unsubscribe()
	defer context.AfterFunc(c.socket.ctx, func() { cancel(c.identifyFailed(c.socket.ended())) })()

	if err := c.sendIdentify(ctx, h, identify); err != nil {
		return nil, err
	}
	return ready.Wait(ctx)
}

func (c *connection) identifyFailed(err error) error {
	return &HandshakeError{Stage: StageIdentify, Host: c.url.Host, Err: err}
}
