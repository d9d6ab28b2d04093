package gatewaytest

import (
	"encoding/json"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// outbox holds what is to be written to a client.
type outbox struct {
	filled chan struct{} // has room for one: there is something new
	limit  int64         // of bytes; negative for none

	mu     sync.Mutex
	queue  []Outgoing
	bytes  int64 // of what is in the queue or being written
	closed bool
}

// messageBytes is what a message counts in an outbox beside its payload.
const messageBytes = 256

// keptBatch is how many messages the memory that an idle outbox keeps has room for.
const keptBatch = 4

// enqueue has something written, behind what there is. A client for which too much is waiting is cut off.
func (p *Peer) enqueue(m Outgoing) {
	if !p.stall.isShut() && !p.server.stall.isShut() {
		m.size = messageBytes + int64(len(m.Data)+len(m.raw))
		if own, ok := m.source.Payload.(json.RawMessage); ok {
			m.size += int64(len(own))
		}
	}
	if p.outbox.put(m) {
		p.log.add(Entry{Direction: Outbound, Kind: EntryError, Op: m.Op, Event: m.Event, Text: "the client is too slow"})
		p.outbox.finish()
		p.Drop()
	}
	select {
	case p.outbox.filled <- struct{}{}:
	default: // the writer will look anyway
	}
}

// put adds a message, or says that there is no room for it.
func (o *outbox) put(m Outgoing) (full bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case o.closed:
		return false
	case o.limit >= 0 && m.size > 0 && o.bytes > 0 && o.bytes+m.size > o.limit:
		return true
	}
	o.bytes += m.size
	o.queue = append(o.queue, m)
	return false
}

// take empties the outbox. The memory of what was taken before is used again.
func (o *outbox) take(before []Outgoing) []Outgoing {
	if cap(before) > keptBatch {
		before = nil
	}
	clear(before)
	o.mu.Lock()
	defer o.mu.Unlock()
	queue := o.queue
	o.queue = before[:0]
	return queue
}

// done says that a message has left.
func (o *outbox) done(size int64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.bytes -= size
}

// finish lets nothing in any longer.
func (o *outbox) finish() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.queue, o.closed = nil, true
}

// write is the goroutine that writes, until the connection has ended or was closed from this side.
func (p *Peer) write() {
	defer p.courier.release()
	defer p.outbox.finish()
	var batch []Outgoing
	for {
		batch = p.outbox.take(batch)
		for i := range batch {
			p.stalled(p.gone, p.server.ctx.Done())
			again, err := p.perform(batch[i])
			if err != nil {
				_ = p.ws.Close() // the reader ends too
			}
			if err != nil || !again {
				return
			}
			p.outbox.done(batch[i].size)
			batch[i] = Outgoing{}
		}
		select {
		case <-p.outbox.filled:
		case <-p.gone:
			return
		case <-p.server.ctx.Done():
			p.goAway()
			return
		}
	}
}

// goAway says that the server is closed, if the profile does so.
func (p *Peer) goAway() {
	if p.server.options.Profile == Discord {
		message := websocket.FormatCloseMessage(websocket.CloseGoingAway, "the server is closed")
		_ = p.ws.WriteControl(websocket.CloseMessage, message, time.Now().Add(grace/2)) // best effort
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
		if p.server.options.Quirks != 0 {
			return true, p.sendQuirky(m)
		}
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
	p.log.add(Entry{
		Direction: Outbound, Kind: EntryMessage, Op: m.Op, Event: m.Event, Seq: m.Seq, HasSeq: m.HasSeq, Data: m.Data,
		Text: effect.names,
	})
	buffer := p.server.buffers.take()
	defer p.server.buffers.give(buffer)
	buffer.Write(m.payload(buffer.AvailableBuffer(), p.server.options.Profile, p.courier.asked.encoding))
	p.courier.mangle = effect.mangle
	err := p.courier.pack(buffer.Bytes())
	p.courier.mangle = nil
	return err
}
