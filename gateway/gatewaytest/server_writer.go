package gatewaytest

import (
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// outbox holds what is to be written to a client. It has no bound: a server of this kind is to be broken on purpose,
// and must not lose anything unless it was told to.
type outbox struct {
	filled chan struct{} // has room for one: there is something new

	mu     sync.Mutex
	queue  []Outgoing
	closed bool
}

// enqueue has something written, behind what there is.
func (p *Peer) enqueue(m Outgoing) {
	p.outbox.mu.Lock()
	if !p.outbox.closed {
		p.outbox.queue = append(p.outbox.queue, m)
	}
	p.outbox.mu.Unlock()
	select {
	case p.outbox.filled <- struct{}{}:
	default: // the writer will look anyway
	}
}

// take empties the outbox.
func (o *outbox) take() []Outgoing {
	o.mu.Lock()
	defer o.mu.Unlock()
	queue := o.queue
	o.queue = nil
	return queue
}

// finish lets nothing in any longer.
func (o *outbox) finish() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.queue, o.closed = nil, true
}

// write is the goroutine that writes, until the connection has ended or was closed from this side.
func (p *Peer) write() {
	defer p.outbox.finish()
	for {
		for _, m := range p.outbox.take() {
			p.stall.wait(p.gone, p.server.ctx.Done())
			again, err := p.perform(m)
			if err != nil {
				_ = p.ws.Close() // the reader ends too
			}
			if err != nil || !again {
				return
			}
		}
		select {
		case <-p.outbox.filled:
		case <-p.gone:
			return
		case <-p.server.ctx.Done():
			if p.server.options.Profile == Discord {
				message := websocket.FormatCloseMessage(websocket.CloseGoingAway, "the server is closed")
				_ = p.ws.WriteControl(websocket.CloseMessage, message, time.Now().Add(grace/2)) // best effort
			}
			return
		}
	}
}

// perform carries out one order, and says whether others may follow.
func (p *Peer) perform(m Outgoing) (again bool, err error) {
	switch m.do {
	case orderCompress:
		p.courier.compressPayloads()
		return true, nil
	case orderFrame:
		p.log.add(Entry{Direction: Outbound, Kind: EntryFrame, Data: m.raw})
		return true, p.courier.frame(m.code, m.raw)
	case orderClose:
		p.log.add(Entry{Direction: Outbound, Kind: EntryClose, Code: m.code, Text: m.reason})
		message := websocket.FormatCloseMessage(m.code, m.reason)
		if err := p.ws.WriteControl(websocket.CloseMessage, message, time.Now().Add(closeGrace)); err != nil {
			return false, err
		}
		p.closed = m.code
		return false, p.ws.SetReadDeadline(time.Now().Add(closeGrace))
	case orderCut:
		p.log.add(Entry{Direction: Outbound, Kind: EntryClose, Code: websocket.CloseAbnormalClosure})
		return false, p.ws.Close()
	case orderHalfClose:
		p.log.add(Entry{Direction: Outbound, Kind: EntryHalfClose})
		half, ok := p.ws.NetConn().(interface{ CloseWrite() error })
		if !ok {
			return false, p.ws.Close()
		}
		return false, half.CloseWrite()
	default:
		return true, p.send(m)
	}
}

// send sends a message, with the faults that concern it.
func (p *Peer) send(m Outgoing) error {
	if err := p.complete(&m); err != nil {
		p.log.add(Entry{Direction: Outbound, Kind: EntryError, Op: m.Op, Event: m.Event, Text: err.Error()})
		return nil
	}
	effect := effect{copies: 1}
	p.server.faults.apply(m, &effect)
	p.faults.apply(m, &effect)
	if effect.delay > 0 {
		timer := time.NewTimer(effect.delay)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-p.gone:
		case <-p.server.ctx.Done():
		}
	}
	if effect.replaced {
		m.raw = effect.payload
	}
	if effect.hold && p.held == nil {
		p.held = &m
		return nil
	}
	for range effect.copies {
		if err := p.transmit(m, effect); err != nil {
			return err
		}
	}
	if held := p.held; held != nil {
		p.held = nil
		return p.transmit(*held, effect0)
	}
	return nil
}

// effect0 is no fault at all.
var effect0 = effect{copies: 1}

// transmit writes a message once.
func (p *Peer) transmit(m Outgoing, effect effect) error {
	body := m.envelope(p.server.options.Profile)
	p.log.add(Entry{
		Direction: Outbound, Kind: EntryMessage, Op: m.Op, Event: m.Event, Seq: m.Seq, HasSeq: m.HasSeq, Data: m.Data,
		Text: effect.names,
	})
	payload, err := encoded(body, p.courier.asked.encoding)
	if err != nil {
		payload = body // broken on purpose
	}
	p.courier.mangle = effect.mangle
	err = p.courier.pack(payload)
	p.courier.mangle = nil
	return err
}
