package gatewaytest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/gorilla/websocket"

	"github.com/chorus-go/chorus/types"
)

// Send sends a payload as it is, behind what is in the outbox, in the client's encoding and compression. It need not be
// a proper payload, nor JSON.
func (p *Peer) Send(payload []byte) { p.enqueue(Outgoing{Op: -1, raw: slices.Clone(payload)}) }

// SendFrame sends one websocket message, neither encoded nor compressed: a binary one or a text.
func (p *Peer) SendFrame(binary bool, data []byte) {
	kind := websocket.TextMessage
	if binary {
		kind = websocket.BinaryMessage
	}
	p.enqueue(Outgoing{do: orderFrame, code: kind, raw: slices.Clone(data)})
}

// Heartbeat asks the client for a heartbeat (op 1), which Spacebar never does.
func (p *Peer) Heartbeat() {
	p.enqueue(Outgoing{Op: types.OpcodeHeartbeat, Data: json.RawMessage("null")})
}

// Reconnect tells the client to reconnect (op 7). Spacebar says in how many milliseconds, unless the delay is negative,
// and closes with 1000 at once. Discord says nothing, and closes with 4000 if the client is still there after five
// seconds.
func (p *Peer) Reconnect(delay time.Duration) {
	m := Outgoing{Op: types.OpcodeReconnect, counts: true}
	if p.server.options.Profile == Discord {
		p.enqueue(m)
		p.mu.Lock()
		defer p.mu.Unlock()
		if !p.closing && p.patience == nil {
			p.patience = time.AfterFunc(closeGrace, func() { p.Close(4000, "asked to reconnect") })
		}
		return
	}
	if delay >= 0 {
		m.Data = fmt.Appendf(nil, "%d", delay.Milliseconds())
	}
	p.enqueue(m)
	p.Close(websocket.CloseNormalClosure, "")
}

// InvalidSession sends op 9. If it is not resumable the session is gone: an Identify on the same socket begins another.
func (p *Peer) InvalidSession(resumable bool) {
	p.enqueue(Outgoing{Op: types.OpcodeInvalidSession, Data: fmt.Appendf(nil, "%t", resumable)})
	if resumable {
		return
	}
	p.mu.Lock()
	session := p.session
	p.session = nil
	p.mu.Unlock()
	if session != nil {
		p.server.forget(session, p)
	}
}

// Close closes the connection with a close code, behind what is in the outbox. What the client sends from now on is
// ignored. Any code can be sent, also those to which nothing leads here, such as 4016 and 4017. The codes 1006 and 1015
// cannot, and cut the connection instead; 1005 sends a close frame without one.
func (p *Peer) Close(code int, reason string) {
	p.stopTimers()
	switch code {
	case websocket.CloseAbnormalClosure, websocket.CloseTLSHandshake:
		p.enqueue(Outgoing{do: orderCut})
	default:
		p.enqueue(Outgoing{do: orderClose, code: code, reason: reason})
	}
}

// Drop cuts the connection at once, without a close frame and without what is in the outbox.
func (p *Peer) Drop() {
	p.stopTimers()
	p.log.add(Entry{Direction: Outbound, Kind: EntryClose, Code: websocket.CloseAbnormalClosure})
	_ = p.ws.NetConn().Close() // it may be closed already
}

// HalfClose ends the server's direction of the connection, behind what is in the outbox, and goes on reading.
func (p *Peer) HalfClose() { p.enqueue(Outgoing{do: orderHalfClose}) }

// Logout ends the sessions that began with a token, as when the account logs out elsewhere: op 9 and then close code
// 4006. The token is without a prefix. What else becomes of it is the world's.
func (s *Server) Logout(token string) {
	s.mu.Lock()
	ended := slices.DeleteFunc(slices.Collect(maps.Values(s.sessions)), func(n *session) bool { return n.token != token })
	s.mu.Unlock()
	slices.SortFunc(ended, func(x, y *session) int { return cmp.Compare(x.key, y.key) })
	for _, n := range ended {
		s.forget(n) // before it is asked who has it: nobody can resume it from now on
		s.mu.Lock()
		p := n.peer
		s.mu.Unlock()
		if p == nil {
			continue
		}
		m := Outgoing{Op: types.OpcodeInvalidSession, counts: true}
		if s.options.Profile == Discord {
			m.Data = json.RawMessage("false")
		}
		p.enqueue(m)
		p.Close(4006, "session no longer valid")
	}
}
