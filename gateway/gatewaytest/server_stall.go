package gatewaytest

import "sync"

// Stall makes the server take nothing from any client and send nothing to any, as a process does that is stopped, until
// Unstall: connections stay open, new ones are not greeted, requests are not answered. Deadlines run on, but what they
// send stays in the outboxes too. [Server.Close] ends it all the same.
func (s *Server) Stall() { s.stall.begin() }

// Unstall ends what Stall began. What [Peer.Stall] began goes on.
func (s *Server) Unstall() { s.stall.end() }

// Stall makes the server take nothing from the client and send nothing to it, as if it were stopped, until Unstall. The
// connection stays open. Deadlines run on, but what they send stays in the outbox too.
func (p *Peer) Stall() { p.stall.begin() }

// Unstall ends what Stall of the same connection began.
func (p *Peer) Unstall() { p.stall.end() }

// stalled waits while the connection or the server is stalled, or until one of the channels is closed.
func (p *Peer) stalled(until ...<-chan struct{}) {
	// One can have been shut while the other was waited for.
	for p.stall.wait(until...) || p.server.stall.wait(until...) {
	}
}

// stall is a door that is open until it is closed.
type stall struct {
	mu   sync.Mutex
	shut chan struct{} // nil while it is open
}

func (s *stall) begin() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.shut == nil {
		s.shut = make(chan struct{})
	}
}

func (s *stall) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.shut != nil {
		close(s.shut)
		s.shut = nil
	}
}

func (s *stall) isShut() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.shut != nil
}

// wait returns when the door is open, or one of the channels is closed. It says whether the door was shut and is not
// any longer.
func (s *stall) wait(until ...<-chan struct{}) (opened bool) {
	var other <-chan struct{}
	if len(until) > 1 {
		other = until[1]
	}
	for {
		s.mu.Lock()
		shut := s.shut
		s.mu.Unlock()
		if shut == nil {
			return opened
		}
		select {
		case <-shut:
			opened = true
		case <-until[0]:
			return false
		case <-other:
			return false
		}
	}
}
