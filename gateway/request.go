package gateway

import (
	"context"
	"fmt"

	"github.com/chorus-go/chorus/observer"
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
	// Other handles may share the tree; the reader notes the session before it publishes READY.
	ready := h.Events.Session.Ready.Expect(func(ready *types.Ready) bool { return ready.SessionID == c.sessionID() })
	return negotiate(ctx, c, StageIdentify, ready, func(ctx context.Context) error {
		return c.sendIdentify(ctx, h, identify)
	})
}

// Resume sends Resume (opcode 6), which goes on with a session on a new connection, and returns RESUMED when the server
// has sent what the session had missed. It subscribes before it sends. The events that are replayed are delivered as any
// others, in their order and before RESUMED. Afterwards the handle is in StateReady, its session is the one of the
// payload, and its sequence number is that of the payload or of what was replayed, whichever is higher. It takes a
// handle from Spawn that has sent no Identify; Resume.Seq is the sequence number of the last event that was received.
//
// It ends with ctx; with ErrSessionInvalid when the server answers with Invalid Session (opcode 9), after which the
// handle is in StateConnected and an Identify on it begins a new session (Spacebar answers every Resume so, and takes
// an Identify); with a *HandshakeError that wraps a *CloseError when the server refuses by closing, and when there is no
// answer within 30 s. The trace in RESUMED is for the server's makers: when it does not decode, it is empty.
//
// Source: https://docs.discord.food/topics/gateway-events#resume
func (h GatewayHandle) Resume(ctx context.Context, resume types.Resume) (*types.Resumed, error) {
	c := h.connection
	if c == nil {
		return nil, ErrClosed
	}
	resumed := c.sessions.Expect(func(start *sessionStart) bool { return start.resumed != nil })
	start, err := negotiate(ctx, c, StageResume, resumed, func(ctx context.Context) error {
		return c.sendResume(ctx, h, resume)
	})
	if err != nil {
		return nil, err
	}
	return start.resumed, nil
}

// sendResume sends Resume from StateIdentifying, and goes back when it was not sent.
func (c *connection) sendResume(ctx context.Context, h GatewayHandle, resume types.Resume) error {
	c.resuming.Store(&resume)
	err := h.SendResume(ctx, resume)
	if err != nil {
		c.resuming.Store(nil)
		c.enterFrom(StateIdentifying, StateConnected, err)
	}
	return err
}

// negotiate sends what begins a session or goes on with it, and waits for the answer, which it no longer expects
// afterwards.
func negotiate[E any](ctx context.Context, c *connection, stage Stage, answer *observer.Waiter[E], send func(context.Context) error) (*E, error) {
	defer answer.Cancel()
	if ctx == nil {
		ctx = context.Background()
	}
	if !c.enterFrom(StateConnected, StateIdentifying, nil) {
		if State(c.state.Load()) >= StateClosing {
			return nil, c.ending(c.socket.ended())
		}
		return nil, ErrAlreadyIdentified
	}
	failed := func(err error) error { return &HandshakeError{Stage: stage, Host: c.url.Host, Err: err} }
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	ctx, stop := context.WithTimeoutCause(ctx, readyTimeout, failed(fmt.Errorf("no answer within %v", readyTimeout)))
	defer stop()
	defer c.refusals.SubscribeFunc(func(_ context.Context, err *error) { cancel(*err) }).Unsubscribe()
	defer context.AfterFunc(c.socket.ctx, func() { cancel(failed(c.socket.ended())) })()
	if err := send(ctx); err != nil {
		return nil, err
	}
	return answer.Wait(ctx)
}
