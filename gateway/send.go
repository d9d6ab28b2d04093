package gateway

import (
	"context"

	"github.com/chorus-go/chorus/types"
)

// Send sends any opcode with any payload, which is encoded as JSON. It returns when the frame is written, or with the
// reason why it never will be: ctx ended, the handle ended, or the frame is over Options.MaxFrame (ErrTooLarge). When
// ctx ends while the frame is being written to a server that does not read, the outcome is awaited, for 10 s at most,
// so that what comes back is true. Payloads that one goroutine sends one after the other are written in that order;
// heartbeats, Identify and Resume overtake the others.
//
// While there is no session, because one is being begun or the socket was lost, commands wait for it, and for
// Options.RateLimits, in the goroutine of the caller and under ctx. Before the first Identify they are written at once.
// Heartbeats, Identify and Resume belong to the socket at hand and do not wait: without one they return ErrNotConnected.
//
// The typed methods say the same with less room for error: they refuse what no server takes, and split what is too
// long. There is one for each opcode that a client may send; docs/OPCODES.md lists them. Send writes what it is
// given. Neither looks whether an id is there: a zero one is written as null, for which Spacebar closes the
// connection. Heartbeats are sent without asking.
func (h GatewayHandle) Send(ctx context.Context, op types.Opcode, payload any) error {
	c := h.connection
	if c == nil {
		return ErrClosed
	}
	message, err := newOutgoing(op, payload, c.options.form())
	if err != nil {
		return err
	}
	return c.sendAs(ctx, message)
}

// sendAs sends a payload on the way that its opcode has: what keeps or begins a session belongs to the socket at hand
// and overtakes the rest, which waits for a socket that has a session.
func (c *connection) sendAs(ctx context.Context, message outgoing) error {
	switch message.op {
	case types.OpcodeIdentify:
		_, err := c.sendFirst(ctx, note{signal: signal{kind: signalIdentify}, identity: newIdentity(message)}, message, false)
		return err
	case types.OpcodeResume:
		_, err := c.sendFirst(ctx, note{signal: signal{kind: signalResume}, session: c.resumedBy(message)}, message, false)
		return err
	case types.OpcodeHeartbeat, types.OpcodeQoSHeartbeat:
		s := c.current.Load()
		if s == nil {
			return notSent(message.op, c.ending(ErrNotConnected))
		}
		return s.send(ctx, message)
	}
	return c.send(ctx, message)
}

// sendFirst sends what begins or resumes a session. It reports whether the supervisor took note of it, so that it will
// be sent again when the socket is lost. It takes note of one only; a second is sent without, unless once is set.
func (c *connection) sendFirst(ctx context.Context, n note, message outgoing, once bool) (noted bool, err error) {
	if ctx == nil {
		ctx = context.Background()
	}
	told, err := c.tell(ctx, n)
	s := told.socket
	noted = told.during == phaseConnected
	switch {
	case err != nil:
		return false, notSent(message.op, err)
	case once && !noted:
		return false, ErrAlreadyIdentified
	case s == nil:
		return false, notSent(message.op, ErrNotConnected)
	}
	if err = s.send(ctx, message); err != nil && noted && s.ctx.Err() == nil {
		_, _ = c.tell(context.Background(), note{signal: signal{kind: signalUnsent, err: err}})
		noted = false
	}
	return noted, err
}

// sendChecked sends a payload unless it was refused.
func (h GatewayHandle) sendChecked(ctx context.Context, op types.Opcode, payload any, refused error) error {
	if h.connection != nil && refused != nil {
		return refused
	}
	return h.Send(ctx, op, payload)
}

// SendIdentify sends Identify (opcode 2), which begins a session, and does not wait for the answer; Identify does.
// The answer is READY or Invalid Session (opcode 9). A second one on the same connection makes servers close it with
// 4005. types.IdentifyBot and types.IdentifyUser give payloads with sensible defaults; the zero value with a token is
// enough for Spacebar, which does not look at intents and closes with 4000 for a token that it does not know.
// With Options.Compression PayloadZlib it is sent with Compress set. The first one is remembered, and sent again by the
// handle when the session is lost.
//
// Source: https://docs.discord.food/topics/gateway-events#identify
func (h GatewayHandle) SendIdentify(ctx context.Context, identify types.Identify) error {
	if h.connection == nil {
		return ErrClosed
	}
	return h.Send(ctx, types.OpcodeIdentify, h.connection.adjusted(identify))
}

// adjusted returns the Identify that fits the options.
func (c *connection) adjusted(identify types.Identify) types.Identify {
	identify.Compress = identify.Compress || c.options.Compression == PayloadZlib
	return identify
}

// SendResume sends Resume (opcode 6), which goes on with a session on a connection that has not identified. The
// server replays what was missed and then sends RESUMED, or answers with Invalid Session (opcode 9). It overtakes
// other payloads. On a handle that has sent neither it nor Identify, the session becomes that of the handle, which is
// in StateResuming then, and resumes it again when the socket is lost; on any other it is written and nothing else.
//
// Spacebar answers every Resume with Invalid Session, false, leaves the connection open and takes an Identify on it.
//
// Source: https://docs.discord.food/topics/gateway-events#resume
func (h GatewayHandle) SendResume(ctx context.Context, resume types.Resume) error {
	return h.Send(ctx, types.OpcodeResume, resume)
}

// SendHeartbeat sends a heartbeat (opcode 1) with the last sequence number, or null before there is one, beside those
// that the handle sends by itself. The server answers with opcode 11. Spacebar handles it, also before Identify.
//
// Source: https://docs.discord.food/topics/gateway-events#heartbeat
func (h GatewayHandle) SendHeartbeat(ctx context.Context) error {
	if h.connection == nil {
		return ErrClosed
	}
	s := h.connection.current.Load()
	if s == nil {
		return notSent(types.OpcodeHeartbeat, h.connection.ending(ErrNotConnected))
	}
	return s.sendHeartbeat(ctx)
}

// SendQoSHeartbeat sends a heartbeat (opcode 40) that says in what state the client is. It counts as one: the server
// answers with opcode 11, and Latency is measured by it. Seq is filled with the last sequence number of the handle
// where it is absent; types.Null sends null. Spacebar handles it and remembers the state. Only user accounts send it.
//
// Source: https://docs.discord.food/topics/gateway-events#qos-heartbeat
func (h GatewayHandle) SendQoSHeartbeat(ctx context.Context, heartbeat types.QoSHeartbeat) error {
	if h.connection == nil {
		return ErrClosed
	}
	if heartbeat.Seq.IsZero() {
		if sequence := h.connection.sequence.Load(); sequence != noSequence {
			heartbeat.Seq = types.Some(sequence)
		}
	}
	return h.Send(ctx, types.OpcodeQoSHeartbeat, heartbeat)
}
