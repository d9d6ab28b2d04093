package gateway

import (
	"context"

	"github.com/chorus-go/chorus/observer"
	"github.com/chorus-go/chorus/types"
)

// Identify sends Identify (opcode 2) and returns READY. It subscribes before it sends, so READY cannot be missed,
// and READY's other observers are called as for any event. The value is shared with them and read-only.
//
// It ends with ctx; with ErrSessionInvalid when the server answers it with Invalid Session, after which it may be called
// again; with a *DecodeError when READY does not decode; with a *HandshakeError when the handle ends meanwhile, which
// wraps the server's *CloseError, and when there is no answer within 30 s. A socket that is lost before READY is
// replaced by another, on which Identify is sent again; when the server closes with 4000 twice in a row, which is
// how Spacebar answers a bad token, the handle ends with ErrTokenRefused, and with the *CloseError after 1007, 1009 or
// 4002 twice, which say that the payload is wrong. Once Identify was sent, the handle goes on
// trying whether the call has ended or not; a second one returns ErrAlreadyIdentified.
//
// Source: https://docs.discord.food/topics/gateway-events#identify
func (h GatewayHandle) Identify(ctx context.Context, identify types.Identify) (*types.Ready, error) {
	c := h.connection
	if c == nil {
		return nil, ErrClosed
	}
	payload, err := newOutgoing(types.OpcodeIdentify, c.adjusted(identify), c.options.form())
	if err != nil {
		return nil, err
	}
	n := note{signal: signal{kind: signalIdentify}, identity: newIdentity(payload)}
	return negotiate(ctx, c, StageIdentify, c.expectReady(), n, payload)
}

// Resume sends Resume (opcode 6), which goes on with a session on a new connection, and returns RESUMED when the server
// has sent what the session had missed. It subscribes before it sends. The events that are replayed are delivered as any
// others, in their order and before RESUMED. Afterwards the handle is in
// StateReady, its session is the one of the payload, and its sequence number is that of the payload or of what was
// replayed, whichever is higher. It takes a handle from Spawn that has sent no Identify; Resume.Seq is the sequence
// number of the last event that was received. A handle resumes by itself when its socket is lost, and begins with
// Options.Session if that is set.
//
// It ends with ctx; with ErrSessionInvalid when the server answers with Invalid Session (opcode 9), after which the
// handle is in StateConnected and an Identify on it begins a new session (Spacebar answers every Resume so, and takes
// an Identify); with a *HandshakeError when the handle ends meanwhile, which wraps the server's *CloseError, and when
// there is no answer within 30 s. A socket that is lost before RESUMED is replaced by another, on which Resume is sent
// again. The trace in RESUMED is for the server's makers: when it does not decode, it is empty.
//
// Source: https://docs.discord.food/topics/gateway-events#resume
func (h GatewayHandle) Resume(ctx context.Context, resume types.Resume) (*types.Resumed, error) {
	c := h.connection
	if c == nil {
		return nil, ErrClosed
	}
	payload, err := newOutgoing(types.OpcodeResume, resume, c.options.form())
	if err != nil {
		return nil, err
	}
	n := note{signal: signal{kind: signalResume}, session: c.resumedBy(payload)}
	resumed := c.sessions.Expect(func(start *sessionStart) bool { return start.resumed != nil })
	start, err := negotiate(ctx, c, StageResume, resumed, n, payload)
	if err != nil {
		return nil, err
	}
	return start.resumed, nil
}

// negotiate sends what begins a session or goes on with it, and waits for the answer, which it no longer expects
// afterwards.
func negotiate[E any](
	ctx context.Context, c *connection, stage Stage, answer *observer.Waiter[E], n note, payload outgoing,
) (*E, error) {
	defer answer.Cancel()
	if ctx == nil {
		ctx = context.Background()
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	silence := errNoReady
	if stage == StageResume {
		silence = errNoResumed
	}
	ctx, stop := context.WithTimeoutCause(ctx, readyTimeout, c.handshakeFailed(stage, silence))
	defer stop()
	defer c.refusals.SubscribeFunc(func(_ context.Context, err *error) { cancel(*err) }).Unsubscribe()
	defer context.AfterFunc(c.over, func() { cancel(c.handshakeFailed(stage, context.Cause(c.over))) })()

	if noted, err := c.sendFirst(ctx, n, payload, true); err != nil && !noted {
		return nil, err
	}
	return answer.Wait(ctx)
}
