package gatewaytest

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/chorus-go/chorus/types"
)

// hello greets the client; both deadlines begin.
func (p *Peer) hello() {
	o := p.server.options
	d := fmt.Sprintf(`{"heartbeat_interval":%d}`, o.HeartbeatInterval.Milliseconds())
	if o.Profile == Discord {
		d = fmt.Sprintf(`{"heartbeat_interval":%d,"_trace":["[\"gatewaytest\"]"]}`, o.HeartbeatInterval.Milliseconds())
	}
	p.mu.Lock()
	if !p.closing {
		p.identity = time.AfterFunc(o.IdentifyTimeout, func() { p.Close(4009, "not identified in time") })
		p.heart = time.AfterFunc(o.HeartbeatTimeout, func() { p.Close(4009, "no heartbeat in time") })
	}
	p.mu.Unlock()
	p.enqueue(Outgoing{Op: types.OpcodeHello, Data: json.RawMessage(d)})
}

// beat acknowledges a heartbeat and moves the deadline of the next.
func (p *Peer) beat() {
	p.mu.Lock()
	if !p.closing && p.heart != nil {
		p.heart.Reset(p.server.options.HeartbeatTimeout)
	}
	p.mu.Unlock()
	ack := Outgoing{Op: types.OpcodeHeartbeatAck}
	if p.server.options.Profile == Spacebar {
		ack.Data = json.RawMessage("{}")
	}
	p.enqueue(ack)
}

// arrived ends the deadline for Identify.
func (p *Peer) arrived() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.identity != nil {
		p.identity.Stop()
	}
}
