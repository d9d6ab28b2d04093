package gateway

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"github.com/gorilla/websocket"

	"github.com/chorus-go/chorus/internal/json"
	"github.com/chorus-go/chorus/internal/wire"
	"github.com/chorus-go/chorus/types"
)

// receiveFrom prepares the reading of a websocket.
func (s *socket) receiveFrom(ws *websocket.Conn) {
	s.ws = ws
	s.frames = frames{
		ws:     ws,
		conn:   ws.NetConn(),
		limit:  int64(s.c.options.MaxPayload),
		pinged: s.pinged,
		waits:  s.waits,
		came:   s.came,
	}
	s.volatile = s.inflater != nil || s.c.options.Encoding == ETF
	s.c.queue.Cork()
	ws.SetReadLimit(s.frames.limit)
	ws.SetPingHandler(s.pinged)
	ws.SetCloseHandler(func(int, string) error { return nil }) // It is answered at the end.
}

// read is the reader goroutine, or goes on as such. One payload after the other goes through inflater, envelope scan,
// decoder and delivery, in buffers that the next payload reuses and that are given back while the reader waits for one.
//
// What waits for the network does so in few and small frames: with some more, the stack of an idle connection would be
// twice as large for ever.
func (s *socket) read() {
	reader, err := true, errGoexit
	defer func() {
		if reader {
			s.readNothing(err)
		}
	}()
	for {
		if len(s.lent) > 0 && (s.volatile || len(s.lent) >= mostLent || !s.frames.whole()) {
			reader = false
			if reader = s.serve(); !reader {
				return
			}
		}
		kind, frame, failure := s.frames.message()
		if failure == nil {
			failure = s.readMessage(kind, frame)
		} else {
			failure = s.readFailed(failure)
		}
		if failure != nil {
			err = failure
			return
		}
	}
}

// readNothing is the end of the reader.
func (s *socket) readNothing(err error) {
	s.settle()
	s.frames.rest()
	s.unwatch()
	s.c.queue.Uncork()
	s.fail(err)
	close(s.unread)
}

// readMessage takes a message.
func (s *socket) readMessage(kind int, frame []byte) error {
	s.c.counts.frames.Add(1)
	s.c.counts.wire.Add(uint64(len(frame)))
	if s.inflater == nil || kind != websocket.BinaryMessage {
		return s.plain(frame)
	}
	return s.inflate(frame)
}

// waits is told that the reader is going to read from the network, whether it is within a message, and whether there is
// likely something to read.
func (s *socket) waits(inside, likely bool) {
	if inside {
		s.reading.Store(int32(readingMessage))
		return
	}
	if !likely {
		s.frames.rest()
		s.unwatch()
	}
	s.reading.Store(int32(readingHeader))
}

// came is told that the reader has read. Each time is a sign of life: a large frame may take long.
func (s *socket) came() {
	s.signs.Add(1)
	s.arrived = time.Now()
	s.reading.Store(int32(readingNothing))
}

// plain takes an uncompressed frame.
func (s *socket) plain(frame []byte) error {
	if s.c.options.Compression.ofStream() {
		// If it belongs to the stream all the same, everything after it would be inflated into something else.
		if _, err := wire.Scan(frame); err != nil {
			return &DecodeError{Raw: bytes.Clone(frame), Err: fmt.Errorf("a text frame in a compressed stream: %w", err)}
		}
	}
	s.take(frame)
	return nil
}

// inflate takes a compressed frame, and the payload that it completes, if it does.
func (s *socket) inflate(frame []byte) error {
	work := s.frames.space()
	payload, complete, err := s.inflater.Next(work.inflated[:0], frame)
	work.inflated = payload
	if err != nil {
		return s.inflateFailed(err)
	}
	split := s.split
	if s.split = !complete && (split || len(frame) > 0); !complete {
		return nil
	}
	if split {
		if err := s.whole(payload); err != nil {
			return &DecodeError{Raw: bytes.Clone(payload), Err: fmt.Errorf("a message of several frames: %w", err)}
		}
	}
	s.take(payload)
	return nil
}

// whole returns why a payload that came in several frames cannot be what the server meant. The end of a frame may have
// been lost: then it was joined with the next message, and what follows is inflated into something else, some of which
// may look right.
func (s *socket) whole(payload []byte) error {
	text, _, err := s.c.options.Encoding.text(nil, payload)
	if err == nil && !json.Valid(text) {
		err = errors.New("it is not valid JSON")
	}
	return err
}

// take takes a payload in the encoding of the connection.
func (s *socket) take(payload []byte) {
	s.c.counts.payload.Add(uint64(len(payload)))
	s.track.received(payload)
	work := s.frames.space()
	text, buffer, err := s.c.options.Encoding.text(work.text, payload)
	work.text = buffer
	if err != nil {
		s.c.report(&DecodeError{Raw: bytes.Clone(payload), Err: err})
		return
	}
	s.receive(text)
}

func (s *socket) readFailed(err error) error {
	if errors.Is(err, websocket.ErrReadLimit) {
		return &DecodeError{Err: fmt.Errorf("%w: a frame of more than %d bytes", ErrTooLarge, s.c.options.MaxPayload)}
	}
	return closed(err)
}

func (s *socket) inflateFailed(err error) error {
	if errors.Is(err, wire.ErrPayloadTooLarge) {
		err = fmt.Errorf("%w: a payload inflates to more than %d bytes", ErrTooLarge, s.c.options.MaxPayload)
	}
	return &DecodeError{Err: err}
}

// delayOf is how long Spacebar wants a client to wait that it asks to reconnect, in milliseconds; others send null.
func delayOf(data []byte) time.Duration {
	milliseconds, err := strconv.ParseFloat(string(bytes.TrimSpace(data)), 64)
	if err != nil || !(milliseconds > 0) {
		return 0
	}
	return min(time.Duration(min(milliseconds, 1e6)*float64(time.Millisecond)), maxDelay)
}

// receive takes one payload, which is reused once it returns. Nothing a server sends makes it fail: what cannot be
// understood is reported, and the connection goes on.
func (s *socket) receive(payload []byte) {
	envelope, err := wire.Scan(payload)
	if err != nil {
		s.c.report(&DecodeError{Raw: bytes.Clone(payload), Err: err})
		return
	}
	switch types.Opcode(envelope.Op) {
	case types.OpcodeDispatch:
		s.dispatch(envelope, payload)
	case types.OpcodeHeartbeat:
		s.run(&s.beats, s.beat)
	case types.OpcodeReconnect:
		s.tell(note{signal: signal{kind: signalReconnect, err: ErrReconnect, delay: delayOf(exact(envelope, payload).Data)}})
	case types.OpcodeInvalidSession:
		resumable := bytes.Equal(bytes.TrimSpace(exact(envelope, payload).Data), []byte("true"))
		s.tell(note{signal: signal{kind: signalInvalid, resumable: resumable}})
	case types.OpcodeHello:
		s.hello(exact(envelope, payload).Data)
	case types.OpcodeHeartbeatAck:
		s.acknowledged()
	default:
		if logger := s.c.options.Logger; logger.Enabled(s.c.life, slog.LevelDebug) {
			logger.Debug("gateway: unknown opcode", slog.Int("opcode", envelope.Op))
		}
	}
}
