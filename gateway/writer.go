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

// write is the writer goroutine. The control lane goes first; commands fill what is left.
func (s *socket) write() error {
	defer s.sayGoodbye()
	var commands lane
	for {
		select {
		case payload := <-s.control:
			if err := s.transmit(payload); err != nil {
				return err
			}
			continue
		default:
		}
		select {
		case payload := <-s.control:
			if err := s.transmit(payload); err != nil {
				return err
			}
		case commands = <-s.gate:
		case payload := <-commands:
			if err := s.transmit(payload); err != nil {
				return err
			}
		case data := <-s.pongs:
			if err := s.ws.WriteControl(websocket.PongMessage, data, time.Now().Add(writeTimeout)); err != nil {
				return fmt.Errorf("writing a pong: %w", err)
			}
		case code := <-s.closes:
			return s.closeWith(code)
		case <-s.ctx.Done():
			return nil
		}
	}
}

// transmit writes one payload and tells its sender.
func (s *socket) transmit(payload outgoing) error {
	if payload.op == types.OpcodeHeartbeat || payload.op == types.OpcodeQoSHeartbeat {
		s.beaten()
	}
	s.track.sent(payload.frame) // Before the answer can be recorded.
	_ = s.ws.SetWriteDeadline(time.Now().Add(writeTimeout))
	err := s.ws.WriteMessage(s.c.options.Encoding.kind(), payload.frame)
	if err != nil {
		err = closed(fmt.Errorf("writing opcode %v: %w", payload.op, err))
		payload.written <- fmt.Errorf("gateway: opcode %v not sent: %w", payload.op, err)
		return err
	}
	s.c.sent(payload)
	payload.written <- nil
	return nil
}

// closeWith writes a close frame and stays until the reader has seen the answer, or its deadline.
func (s *socket) closeWith(code int) error {
	message := websocket.FormatCloseMessage(code, "")
	if err := s.ws.WriteControl(websocket.CloseMessage, message, time.Now().Add(writeTimeout)); err != nil {
		return fmt.Errorf("writing a close frame: %w", err)
	}
	<-s.ctx.Done()
	return nil
}

// sayGoodbye answers the server's close frame, or tells a server that did not send one. It is a courtesy: the
// connection is given up whether it succeeds or not. The code is not 1000, which would end the session, unless the
// server chose it.
func (s *socket) sayGoodbye() {
	defer close(s.written)
	code := goodbyeCode
	if frame, ok := errors.AsType[*CloseError](s.ended()); ok && frame.Err == nil {
		code = int(frame.Code)
	}
	message := websocket.FormatCloseMessage(code, "")
	_ = s.ws.WriteControl(websocket.CloseMessage, message, time.Now().Add(goodbyeTimeout))
}
