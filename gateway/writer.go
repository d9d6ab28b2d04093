package gateway

import (
	"errors"
	"fmt"
	"time"

	"github.com/gorilla/websocket"

	"github.com/chorus-go/chorus/types"
)

// goodbyeCode closes a connection so that the session stays resumable.
const goodbyeCode = 4000

// turn is the right to write to a socket: whoever has put a value into it has it, and takes the value out again. Those
// who wait get it in the order in which they came. There is no goroutine that only writes: an idle connection has none.
type turn chan struct{}

// transmit writes one payload. It is for whoever has the turn, which it gives back. A failed write ends the socket.
func (s *socket) transmit(payload outgoing) error {
	defer func() { <-s.turn }()
	if payload.op == types.OpcodeHeartbeat || payload.op == types.OpcodeQoSHeartbeat {
		s.beaten()
	}
	s.track.sent(payload.frame) // Before the answer can be recorded.
	_ = s.ws.SetWriteDeadline(time.Now().Add(writeTimeout))
	if s.ctx.Err() != nil {
		_ = s.ws.SetWriteDeadline(time.Now().Add(goodbyeTimeout)) // The end waits for this.
	}
	if err := s.ws.WriteMessage(s.c.options.Encoding.kind(), payload.frame); err != nil {
		s.fail(closed(fmt.Errorf("writing opcode %v: %w", payload.op, err)))
		return notSent(payload.op, closed(fmt.Errorf("writing opcode %v: %w", payload.op, err)))
	}
	s.c.sent(payload)
	return nil
}

// pinged leaves the answer to a websocket ping to a goroutine of its own: the reader must not wait for a write.
func (s *socket) pinged(data string) error {
	s.signs.Add(1)
	s.ping.Store(&data)
	s.run(&s.pongs, s.pong)
	return nil
}

// pong answers the newest ping.
func (s *socket) pong() error {
	select {
	case s.turn <- struct{}{}:
	case <-s.ctx.Done():
		return nil
	}
	defer func() { <-s.turn }()
	if s.ctx.Err() != nil {
		return nil
	}
	data := []byte(*s.ping.Load())
	if err := s.ws.WriteControl(websocket.PongMessage, data, time.Now().Add(writeTimeout)); err != nil {
		return fmt.Errorf("writing a pong: %w", err)
	}
	return nil
}

// close ends the websocket with a code: the close frame is written, and the server is given a moment to answer, during
// which what it sends is still received. Only the first code counts.
func (s *socket) close(code int) {
	s.task(func() error { return s.closeWith(code) })
	_ = s.ws.SetReadDeadline(time.Now().Add(closeTimeout))
}

// closeWith writes a close frame, and keeps the turn: nothing is written after it.
func (s *socket) closeWith(code int) error {
	select {
	case s.turn <- struct{}{}:
	case <-s.ctx.Done():
		return nil
	}
	if s.ctx.Err() != nil {
		<-s.turn // A select chooses at random; the goodbye is not this one's.
		return nil
	}
	defer close(s.parted)
	message := websocket.FormatCloseMessage(code, "")
	if err := s.ws.WriteControl(websocket.CloseMessage, message, time.Now().Add(writeTimeout)); err != nil {
		return fmt.Errorf("writing a close frame: %w", err)
	}
	return nil
}

// sayGoodbye answers the server's close frame, or tells a server that did not send one. It is a courtesy: the
// connection is given up whether it succeeds or not. The code is not 1000, which would end the session, unless the
// server chose it.
func (s *socket) sayGoodbye() {
	code, cause := goodbyeCode, s.ended()
	frame, closed := errors.AsType[*CloseError](cause)
	switch {
	case closed && frame.Err == nil:
		code = int(frame.Code)
	case errors.Is(cause, errFrame):
		code = websocket.CloseProtocolError
	case errors.Is(cause, ErrTooLarge):
		code = websocket.CloseMessageTooBig
	}
	message := websocket.FormatCloseMessage(code, "")
	_ = s.ws.WriteControl(websocket.CloseMessage, message, time.Now().Add(goodbyeTimeout))
}
