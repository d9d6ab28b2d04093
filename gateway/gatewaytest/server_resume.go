package gatewaytest

import (
	"encoding/json"
	"errors"

	"github.com/chorus-go/chorus/gateway/gatewaytest/pubsub"
	"github.com/chorus-go/chorus/types"
)

// resumeWith answers a Resume. Spacebar answers all of them with op 9 and leaves the socket open.
func (p *Peer) resumeWith(d json.RawMessage) error {
	if !p.server.rules.resumes {
		p.sessionGone()
		return nil
	}
	if p.current() != nil {
		return refuse(4005, "already identified")
	}
	var resume types.Resume
	if json.Unmarshal(d, &resume) != nil {
		return refuse(p.server.rules.wrong, "a malformed Resume")
	}
	_, token := splitToken(resume.Token)
	user, ok := p.server.options.backend.Authenticate(token)
	if !ok || user.Disabled || token == "" {
		return refuse(p.server.rules.badToken, "authentication failed")
	}
	n := p.server.sessionFor(resume.SessionID, token)
	if n == nil {
		p.sessionGone()
		return nil
	}
	if _, err := n.state.Replay(resume.Seq); errors.Is(err, pubsub.ErrNotSent) {
		return refuse(4007, "a sequence that was not sent")
	} else if err != nil {
		p.server.forget(n)
		p.sessionGone()
		return nil
	}
	return p.takeOver(n, resume.Seq)
}

// sessionGone says that there is nothing to be resumed.
func (p *Peer) sessionGone() {
	p.enqueue(Outgoing{Op: types.OpcodeInvalidSession, Data: json.RawMessage("false")})
}

// sessionFor finds a session, or nil.
func (s *Server) sessionFor(id, token string) *session {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := s.sessions[id]; n != nil && n.token == token {
		return n
	}
	return nil
}

// takeOver makes a session this connection's, and repeats what its client has missed. Of two connections that resume
// one session the second takes it from the first, which is closed with 4000.
func (p *Peer) takeOver(n *session, sequence int64) error {
	// The peer and the sink of a session change together: one connection after the other.
	n.turn <- struct{}{}
	defer func() { <-n.turn }()
	p.server.mu.Lock()
	if n.over {
		p.server.mu.Unlock()
		p.sessionGone()
		return nil
	}
	old := n.peer
	n.peer = p
	if n.timer != nil {
		n.timer.Stop()
	}
	p.server.mu.Unlock()
	p.mu.Lock()
	p.session = n
	p.mu.Unlock()
	p.arrived()
	if old != nil {
		old.Close(4000, "resumed by another connection")
	}
	if _, err := n.state.Resume(sequence, p.sink); err != nil {
		return refuse(4000, "%v", err)
	}
	if p.server.isOver(n) {
		n.state.Detach() // what ended the session came before the sink
		p.mu.Lock()
		p.session = nil
		p.mu.Unlock()
		p.sessionGone()
		return nil
	}
	return n.state.Dispatch("RESUMED", json.RawMessage(`{"_trace":["[\"gatewaytest\"]"]}`))
}

// isOver says whether a session has ended for good.
func (s *Server) isOver(n *session) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return n.over
}
