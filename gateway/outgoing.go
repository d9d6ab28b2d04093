package gateway

import (
	"context"
	"fmt"
	"strconv"

	"github.com/chorus-go/chorus/internal/json"
	"github.com/chorus-go/chorus/internal/recording"
	"github.com/chorus-go/chorus/types"
)

// outgoing is one payload on its way to the writer.
type outgoing struct {
	op      types.Opcode
	frame   []byte       // the whole payload, in the encoding of the connection
	data    []byte       // the JSON of its d
	written chan<- error // receives one value, from the writer that took the payload
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

// lane is a way to the writer. It holds nothing: a payload in it is in the hands of a goroutine that waits for the
// writer, so that a payload whose sender gave up is never written.
type lane chan outgoing

// send sends what keeps or begins a session, on one socket. It counts in the rate limits and never waits for them.
func (s *socket) send(ctx context.Context, payload outgoing) error {
	count := s.c.limiter.count()
	taken, err := s.c.hand(ctx, payload, s)
	count.settle(taken)
	return err
}

// hand hands a payload to a writer and waits until it is written: to that of a socket, or, for a command, to that of
// whichever socket has a session next. When ctx ends before a writer took the payload, it never will be written; when it
// ends later, the outcome of the writing is awaited, which the write deadline bounds. taken tells whether a writer took it.
func (c *connection) hand(ctx context.Context, payload outgoing, s *socket) (taken bool, err error) {
	if ctx == nil {
		ctx = context.Background()
	}
	written := make(chan error, 1)
	payload.written = written
	to, lost := c.commands, (<-chan struct{})(nil)
	if s != nil {
		to, lost = s.control, s.ctx.Done()
	}
	err = context.Cause(ctx) // A select would choose at random between a writer and a context that are both ready.
	if err == nil {
		select {
		case to <- payload:
			return true, <-written
		case <-ctx.Done():
			err = context.Cause(ctx)
		case <-lost:
			err = c.ending(s.ended())
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
