package gatewaytest

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"github.com/chorus-go/chorus/gateway/gatewaytest/pubsub"
	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
	"github.com/chorus-go/chorus/types"
)

// session is what an Identify has begun. With Discord it outlives its socket.
type session struct {
	id      string // that of READY, which several sessions of Spacebar share
	key     string // that of the state, which no other session has
	token   string
	account *world.User
	intents types.Intents
	all     bool // every event passes, whatever the intents
	state   *pubsub.State
	gate    gate
	turn    chan struct{} // has room for one: who is taking the session over
	members memberRequests

	// Guarded by the server's lock.
	peer  *Peer // nil while there is no socket
	over  bool
	timer *time.Timer // that ends the session
}

// newSession makes a session known. The error is pubsub's.
func (s *Server) newSession(
	p *Peer, user *world.User, token string, identify types.Identify, shard pubsub.Shard,
) (*session, error) {
	n := &session{token: token, account: user, peer: p, turn: make(chan struct{}, 1)}
	n.intents, n.all = identify.Intents.Get()
	n.all = !s.rules.filters || !n.all
	s.mu.Lock()
	s.born[token]++
	count := s.born[token]
	s.mu.Unlock()
	if s.options.Profile == Spacebar {
		n.id = s.sessionID(token, 0) // of the login, not of the socket
		n.key = fmt.Sprintf("%s%c%d", n.id, keyMark, count)
	} else {
		n.id = s.sessionID(token, count)
		n.key = n.id
	}
	var err error
	n.state, err = pubsub.NewState(pubsub.StateOptions{
		SessionID: n.key, UserID: user.ID, Shard: shard, Sink: p.sink, Prepare: n.prepare,
		ReplayEvents: s.replayEvents(),
	})
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sessions[n.key] = n
	s.owned[user.ID]++
	return n, nil
}

// replayEvents is how many events a session keeps: none where nothing is resumed.
func (s *Server) replayEvents() int {
	if !s.rules.resumes {
		return -1
	}
	return s.options.ReplayEvents
}

// sessionID makes an id of the seed, the token and a number.
func (s *Server) sessionID(token string, n int) string {
	b := binary.BigEndian.AppendUint64(nil, s.options.Seed)
	b = binary.BigEndian.AppendUint64(b, uint64(n))
	sum := sha256.Sum256(append(b, token...))
	return hex.EncodeToString(sum[:16])
}

// sink has an event of a session written.
func (p *Peer) sink(event pubsub.Event) error {
	m := Outgoing{Event: event.Type, source: event, Seq: event.Sequence, HasSeq: true, counts: true}
	if event.Payload == nil {
		m.source.Payload = json.RawMessage("null")
	}
	p.enqueue(m)
	return nil
}

// detach ends what a connection had: its session too, unless it can be resumed.
func (s *Server) detach(p *Peer, code int) {
	n := p.current()
	if n == nil {
		return
	}
	resumable := s.rules.resumes && s.options.ResumeWindow > 0 && s.ctx.Err() == nil &&
		code != websocket.CloseNormalClosure && code != websocket.CloseGoingAway
	s.mu.Lock()
	if n.peer != p {
		s.mu.Unlock()
		return // resumed by another connection
	}
	n.peer = nil
	if resumable && !n.over {
		n.state.Detach() // under the lock, so that a resume cannot come in between; it calls nothing
		n.timer = time.AfterFunc(s.options.ResumeWindow, func() { s.forget(n, nil) })
	}
	s.mu.Unlock()
	if !resumable {
		s.forget(n)
	}
}

// forget ends a session for good; if a connection or nil is passed, only if the session is that connection's or
// nobody's: another one may have resumed it.
func (s *Server) forget(n *session, of ...*Peer) {
	s.mu.Lock()
	if len(of) > 0 && n.peer != of[0] {
		s.mu.Unlock()
		return
	}
	first := !n.over
	n.over = true
	if n.timer != nil {
		n.timer.Stop()
	}
	delete(s.sessions, n.key)
	if first {
		s.disown(n.account.ID)
	}
	s.mu.Unlock()
	if first {
		n.state.Detach()
		s.options.backend.Detach(n.state)
	}
}

// forgetAll ends all sessions when the server is closed.
func (s *Server) forgetAll() {
	s.mu.Lock()
	all := make([]*session, 0, len(s.sessions))
	for _, n := range s.sessions {
		all = append(all, n)
	}
	s.mu.Unlock()
	for _, n := range all {
		s.forget(n)
	}
}

// sessionsOf counts the sessions of a user.
func (s *Server) sessionsOf(user types.Snowflake) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.owned[user]
}

// disown counts one session of a user less. The lock is held.
func (s *Server) disown(user types.Snowflake) {
	if s.owned[user]--; s.owned[user] == 0 {
		delete(s.owned, user)
	}
}

// gate keeps what happens after Attach behind what Attach returned. Events pass it one after the other.
type gate struct {
	mu      sync.Mutex
	open    bool
	waiting []pubsub.Event
}

// opening is the payload of an event that passes a closed gate, and without an event what opens it.
type opening struct {
	event *pubsub.Event
}

// begin sends what a session is told first, and then opens the gate.
func (n *session) begin(first []pubsub.Event) error {
	for _, event := range first {
		if err := n.state.Dispatch(event.Type, opening{&event}); err != nil {
			return err
		}
	}
	return n.state.Dispatch("", opening{})
}

// prepare is the Prepare of the session's state.
func (n *session) prepare(event pubsub.Event) (pubsub.Event, bool) {
	if special, ok := event.Payload.(opening); ok {
		if special.event != nil {
			return n.withoutContent(*special.event), n.all || passes(n.intents, *special.event)
		}
		// What waits goes behind what is in the queue already, and that waits too: so nothing overtakes anything.
		n.gate.mu.Lock()
		waiting := n.gate.waiting
		n.gate.waiting = nil
		n.gate.open = len(waiting) == 0
		n.gate.mu.Unlock()
		if len(waiting) > 0 {
			_ = n.begin(waiting) // it only joins the queue here, which reports for itself
		}
		return event, false
	}
	if !n.all && !passes(n.intents, event) {
		return event, false
	}
	event = n.withoutContent(event)
	n.gate.mu.Lock()
	defer n.gate.mu.Unlock()
	if !n.gate.open {
		n.gate.waiting = append(n.gate.waiting, event)
	}
	return event, n.gate.open
}

// ready completes READY with what the server knows, which the world does not.
func (s *Server) ready(n *session, ready any) (json.RawMessage, error) {
	if own, ok := ready.(interface{ SetSession(id, resumeURL string) }); ok {
		own.SetSession(n.id, s.resumeURL())
		return encodePayload(ready)
	}
	data, err := encodePayload(ready)
	if err != nil {
		return nil, err
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(data, &object); err != nil {
		return nil, err
	}
	object["session_id"] = json.RawMessage(strconv.Quote(n.id))
	object["resume_gateway_url"] = json.RawMessage(strconv.Quote(s.resumeURL()))
	return encodePayload(object)
}
