package gateway

import (
	"context"
	"errors"

	"github.com/chorus-go/chorus/types"
)

// admission is a command that the rate limits let pass. Whoever has one sends it or gives it up. A request takes one
// before it subscribes to its answer: while it waits it must not take what answers others.
type admission struct {
	connection *connection
	payload    outgoing
	grant      grant
}

// admit encodes a command and waits until it may be written.
func (h GatewayHandle) admit(ctx context.Context, op types.Opcode, payload any) (admission, error) {
	c := h.connection
	if c == nil {
		return admission{}, ErrClosed
	}
	message, err := newOutgoing(op, payload, c.options.form())
	if err != nil {
		return admission{}, err
	}
	return c.admit(ctx, message)
}

// admit waits until a command may be written, in the caller's goroutine and under ctx.
func (c *connection) admit(ctx context.Context, payload outgoing) (admission, error) {
	if ctx == nil {
		ctx = context.Background()
	}
	grant, err := c.limiter.admit(ctx, payload, c.over.Done())
	if errors.Is(err, errEnded) {
		err = context.Cause(c.over)
	}
	if err != nil {
		return admission{}, notSent(payload.op, err)
	}
	return admission{connection: c, payload: payload, grant: grant}, nil
}

// send writes the command: see connection.command.
func (a admission) send(ctx context.Context) error {
	taken, err := a.connection.command(ctx, a.payload)
	a.grant.settle(taken)
	return err
}

// giveUp leaves the place of the command to another one.
func (a admission) giveUp() { a.grant.settle(false) }

// send waits until a command may be written, and writes it.
func (c *connection) send(ctx context.Context, payload outgoing) error {
	admitted, err := c.admit(ctx, payload)
	if err != nil {
		return err
	}
	return admitted.send(ctx)
}
