package gateway

import (
	"context"
	"fmt"
	"strconv"
	"sync"

	"github.com/chorus-go/chorus/internal/json"
	"github.com/chorus-go/chorus/internal/recording"
	"github.com/chorus-go/chorus/types"
)

// outgoing is one payload on its way out.
type outgoing struct {
	op    types.Opcode
	frame []byte // the whole payload, in the encoding of the connection
	data  []byte // the JSON of its d
}

// newOutgoing encodes a payload, and refuses it when its frame would be over the limit.
func newOutgoing(op types.Opcode, payload any, form form) (outgoing, error) {
	data, err := json.Marshal(payload)
	if err != nil {
		return outgoing{}, fmt.Errorf("gateway: cannot encode the payload of opcode %v: %w", op, err)
	}
	frame := make([]byte, 0, len(data)+len(`{"op":00,"d":}`))
	frame = append(frame, `{"op":`...)
	frame = strconv.AppendInt(frame, int64(op), 10)
	frame = append(frame, `,"d":`...)
	start := len(frame)
	frame = append(frame, data...)
	end := len(frame)
	frame = append(frame, '}')
	data = frame[start:end]
	if frame, err = form.frame(frame); err != nil {
		return outgoing{}, fmt.Errorf("gateway: cannot encode the payload of opcode %v: %w", op, err)
	}
	if len(frame) > form.maxFrame {
		return outgoing{}, fmt.Errorf("%w: a frame of %d bytes with opcode %v; %d are allowed", ErrTooLarge, len(frame), op, form.maxFrame)
	}
	return outgoing{op: op, frame: frame, data: data}, nil
}

// gate leads commands to the socket that they may be written to.
type gate struct {
	mu      sync.Mutex
	socket  *socket       // nil while there is none
	changed chan struct{} // closed at the next change; nil while nobody waits for it
}

// set opens the gate to a socket, or closes it with nil.
func (g *gate) set(s *socket) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.socket = s; g.changed != nil {
		close(g.changed)
		g.changed = nil
	}
}

// look returns the socket, nil if there is none or if it has ended, and what is closed when that changes.
func (g *gate) look() (*socket, <-chan struct{}) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.changed == nil {
		g.changed = make(chan struct{})
	}
	if g.socket == nil || g.socket.ctx.Err() != nil {
		return nil, g.changed
	}
	return g.socket, g.changed
}

// send sends what keeps or begins a session, on one socket. It counts in the rate limits and never waits for them.
func (s *socket) send(ctx context.Context, payload outgoing) error {
	count := s.c.limiter.count()
	taken, err := s.write(ctx, payload)
	count.settle(taken)
	return err
}

// write writes a payload when it is its turn. When ctx ends before that, the payload never will be written; when it ends
// later, the outcome of the writing is awaited, which the write deadline bounds. taken tells whether it was its turn.
func (s *socket) write(ctx context.Context, payload outgoing) (taken bool, err error) {
	if ctx == nil {
		ctx = context.Background()
	}
	err = context.Cause(ctx) // A select would choose at random between a turn and a context that are both ready.
	if err == nil {
		select {
		case s.turn <- struct{}{}:
			if s.ctx.Err() == nil {
				return true, s.transmit(payload)
			}
			<-s.turn
			err = s.c.ending(s.ended())
		case <-ctx.Done():
			err = context.Cause(ctx)
		case <-s.ctx.Done():
			err = s.c.ending(s.ended())
		case <-s.c.over.Done():
			err = context.Cause(s.c.over)
		}
	}
	return false, notSent(payload.op, err)
}

// command writes a command to whichever socket has a session next, as write does. One command after the other waits for a
// socket and its turn, so that what keeps the session never waits for more than one of them.
func (c *connection) command(ctx context.Context, payload outgoing) (taken bool, err error) {
	if ctx == nil {
		ctx = context.Background()
	}
	err = context.Cause(ctx)
	if err == nil {
		select {
		case c.turn <- struct{}{}:
			defer func() { <-c.turn }()
		case <-ctx.Done():
			err = context.Cause(ctx)
		case <-c.over.Done():
			err = context.Cause(c.over)
		}
	}
	for err == nil {
		s, changed := c.gate.look()
		var turn turn
		var lost <-chan struct{}
		if s != nil {
			turn, lost = s.turn, s.ctx.Done()
		}
		select {
		case turn <- struct{}{}:
			if now, _ := c.gate.look(); now == s {
				return true, s.transmit(payload)
			}
			<-turn
		case <-changed:
		case <-lost:
		case <-ctx.Done():
			err = context.Cause(ctx)
		case <-c.over.Done():
			err = context.Cause(c.over)
		}
	}
	return false, notSent(payload.op, err)
}

func notSent(op types.Opcode, err error) error {
	return fmt.Errorf("gateway: opcode %v not sent: %w", op, err)
}

// redacted returns a copy of a payload without its tokens.
func redacted(data []byte) []byte { return recording.Redact(append([]byte{}, data...)) }
