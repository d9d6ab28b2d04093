package gatewaytest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/gorilla/websocket"
)

// player plays one connection to one client. Its goroutine is the only one that sends messages; a second one reads.
type player struct {
	ws      *websocket.Conn
	courier *courier
	steps   []step
	timeout time.Duration
	rhythm  Rhythm
	hold    bool

	compress bool // whether payloads are compressed for a client whose Identify asks for it

	inbox chan request  // what matters, in the order it came
	left  chan struct{} // closed when nothing will be read any more

	identified int           // how many Identify and Resume have come and were not waited for yet
	origin     time.Duration // the recorded time that corresponds to
	started    time.Time     // this one
}

// errLeft ends a player whose client has gone.
var errLeft = errors.New("the client left")

// inboxSize lets a client send a few frames while the player is writing; then it waits, as it would for any busy server.
const inboxSize = 64

// readLimit bounds what a client may send in one message.
const readLimit = 1 << 20

// run plays until the client is gone, and returns when the reader has ended too. That a client leaves is no error.
func (p *player) run(ctx context.Context) error {
	return p.with(ctx, func(ctx context.Context) error {
		p.started = time.Now()
		for _, s := range p.steps {
			if s.do == hangUp {
				if p.hold {
					continue
				}
				if err := p.pause(ctx, s.at); err != nil {
					return err
				}
				return p.hangUp(ctx, s.code, s.reason)
			}
			if err := p.perform(ctx, s); err != nil {
				return err
			}
		}
		if p.hold {
			return p.wait(ctx, nil, func() bool { return false })
		}
		return p.hangUp(ctx, websocket.CloseNormalClosure, "")
	})
}

// refuse closes a connection that nothing is played on.
func (p *player) refuse(ctx context.Context, reason string) error {
	p.courier = &courier{ws: p.ws, timeout: p.timeout}
	return p.with(ctx, func(ctx context.Context) error { return p.hangUp(ctx, 4002, reason) })
}

// with runs play beside a reader and joins both.
func (p *player) with(ctx context.Context, play func(context.Context) error) error {
	p.inbox, p.left = make(chan request, inboxSize), make(chan struct{})
	reading, stop := context.WithCancel(ctx)
	go p.read(reading)
	err := play(ctx)
	if ctx.Err() != nil {
		message := websocket.FormatCloseMessage(websocket.CloseGoingAway, "the replay is closed")
		_ = p.ws.WriteControl(websocket.CloseMessage, message, time.Now().Add(grace/2)) // best effort
	}
	stop()
	_ = p.ws.Close() // ends the reader
	<-p.left
	var network net.Error
	if errors.As(err, &network) && network.Timeout() {
		return fmt.Errorf("the client took nothing for %v: %w", p.timeout, err)
	}
	if errors.As(err, &network) || errors.Is(err, errLeft) || errors.Is(err, websocket.ErrCloseSent) || ctx.Err() != nil {
		return nil
	}
	return err
}

// read hands on what a player reacts to.
func (p *player) read(ctx context.Context) {
	defer close(p.left)
	p.ws.SetReadLimit(readLimit)
	for {
		_, data, err := p.ws.ReadMessage()
		if err != nil {
			return
		}
		r := requestOf(data)
		switch r.op {
		case opHeartbeat, opQoSHeartbeat, opIdentify, opResume:
		default:
			continue
		}
		select {
		case p.inbox <- r:
		case <-ctx.Done():
			return
		}
	}
}

// perform sends a message or waits for the client.
func (p *player) perform(ctx context.Context, s step) error {
	if s.do == await {
		if err := p.wait(ctx, nil, func() bool { return p.identified > 0 }); err != nil {
			return err
		}
		p.identified--
		p.origin, p.started = s.at, time.Now()
		return nil
	}
	if s.op == opHeartbeatAck && p.courier.answers() {
		return nil
	}
	if err := p.pause(ctx, s.at); err != nil {
		return err
	}
	return p.courier.send(s)
}

// pause waits until it is time for what was recorded at a time, and handles what the client has sent.
func (p *player) pause(ctx context.Context, at time.Duration) error {
	if p.rhythm > 0 {
		due := p.started.Add(time.Duration(float64(at-p.origin) / float64(p.rhythm)))
		timer := time.NewTimer(time.Until(due))
		defer timer.Stop()
		return p.wait(ctx, timer.C, func() bool { return false })
	}
	if err := p.wait(ctx, nil, func() bool { return len(p.inbox) == 0 }); err != nil {
		return err
	}
	select {
	case <-p.left: // perhaps with a close frame, after which nothing may be sent
		return errLeft
	default:
		return nil
	}
}

// wait handles what the client sends until enough() is true or the alarm goes off.
func (p *player) wait(ctx context.Context, alarm <-chan time.Time, enough func() bool) error {
	for ctx.Err() == nil && !enough() {
		select {
		case r := <-p.inbox:
			if err := p.handle(r); err != nil {
				return err
			}
		case <-alarm:
			return nil
		case <-p.left:
			return errLeft
		case <-ctx.Done():
		}
	}
	return ctx.Err()
}

func (p *player) handle(r request) error {
	switch r.op {
	case opIdentify, opResume:
		p.identified++
		if p.courier.inflates = r.compress; r.compress && p.compress {
			p.courier.compressPayloads()
		}
		return nil
	default:
		return p.courier.acknowledge()
	}
}

// hangUp ends the connection from this side, and then leaves the client the time to read what it has not read yet:
// closing a TCP socket at once could lose it.
func (p *player) hangUp(ctx context.Context, code int, reason string) error {
	var err error
	switch code {
	case websocket.CloseAbnormalClosure, websocket.CloseTLSHandshake:
		err = p.hangUpSilently()
	default:
		if code == 0 {
			code = websocket.CloseNoStatusReceived
		}
		message := websocket.FormatCloseMessage(code, reason)
		err = p.ws.WriteControl(websocket.CloseMessage, message, deadlineIn(p.timeout))
	}
	if err != nil {
		return err
	}
	var alarm <-chan time.Time // never, without a timeout
	if p.timeout > 0 {
		timer := time.NewTimer(p.timeout)
		defer timer.Stop()
		alarm = timer.C
	}
	for {
		select {
		case <-p.inbox: // too late to be answered
		case <-p.left:
			return nil
		case <-alarm:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// hangUpSilently ends the stream without a close frame.
func (p *player) hangUpSilently() error {
	if half, ok := p.ws.NetConn().(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return p.ws.Close()
}
