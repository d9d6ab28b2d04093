package foreign

import (
	"slices"

	"github.com/chorus-go/chorus/gateway/gatewaytest"
	"github.com/chorus-go/chorus/types"
)

// resumes is that a session goes on after its connection was lost in one of several ways, and what was missed arrives,
// once and in its order.
func (s *stage) resumes() {
	ways := []struct {
		name string
		lose func(*gatewaytest.Peer)
	}{
		{"cut", (*gatewaytest.Peer).Drop},
		{"op 7", func(p *gatewaytest.Peer) { p.Reconnect(0) }},
		{"close code 4000", func(p *gatewaytest.Peer) { p.Close(4000, "") }},
	}
	for _, way := range ways {
		missed, later := "missed by "+way.name, "after "+way.name
		session, before := s.peer().SessionID(), s.tries.Load()
		// The message is sent when there is no connection any more that could bring it, and none yet.
		remove := s.server.On(types.OpcodeResume, func(gatewaytest.Received) bool {
			if _, err := s.channel.SendMessage(s.ann.ID, missed); err != nil {
				s.client.faults.add("%v", err)
			}
			return false
		})
		lost := s.peer()
		way.lose(lost)
		wait(s.t, "end of the connection by "+way.name, lost.Done())
		wait(s.t, "RESUMED after "+way.name, s.client.resumed)
		remove()
		s.says(later)
		s.heard(missed)
		s.heard(later)
		if resumes := s.tries.Load() - before; resumes != 1 {
			s.t.Errorf("%s: the client resumed %d times", way.name, resumes)
		}
		if p := s.peer(); p == lost || p.SessionID() != session {
			s.t.Errorf("%s: the session is %s instead of %s", way.name, p.SessionID(), session)
		}
	}
	if n := len(s.client.ready); n != 0 {
		s.t.Errorf("%d further READY", n)
	}
}

// beginsAnew is that a client whose session is gone begins another: after op 9, and of Spacebar, which resumes nothing,
// after the loss of a connection.
func (s *stage) beginsAnew() {
	lost := s.peer()
	resumes := s.tries.Load()
	if s.profile == gatewaytest.Spacebar {
		lost.Drop()
	} else {
		lost.InvalidSession(false)
	}
	s.begins()
	s.says("again")
	s.heard("again")
	if s.profile == gatewaytest.Spacebar && s.tries.Load() == resumes {
		s.t.Error("the client did not try to resume")
	}
}

// peer returns the bot's newest connection.
func (s *stage) peer() *gatewaytest.Peer {
	s.t.Helper()
	for _, p := range slices.Backward(s.server.Peers()) {
		if p.UserID() == s.bot.ID {
			return p
		}
	}
	s.t.Fatal("the bot has no connection")
	return nil
}
