package gateway

import (
	"context"
	stdjson "encoding/json"
	"time"

	quick "github.com/chorus-go/chorus/internal/decode"
	"github.com/chorus-go/chorus/internal/json"
	"github.com/chorus-go/chorus/internal/wire"
	"github.com/chorus-go/chorus/types"
)

// upToDate returns the identity with the presence that was sent last: a new session begins with that of its Identify, and
// a user who went away must not come back for the loss of a socket.
func (c *connection) upToDate(i *identity) *identity {
	presence := c.presence.Load()
	if presence == nil {
		return i
	}
	var fields map[string]stdjson.RawMessage
	if json.Unmarshal(i.payload.data, &fields) != nil || fields == nil {
		return i
	}
	fields["presence"] = *presence
	payload, err := newOutgoing(types.OpcodeIdentify, fields, c.options.form())
	if err != nil {
		return i
	}
	return &identity{payload: payload, token: i.token, shard: i.shard}
}

// sessionStart is the beginning of a session on a socket, for those within the package who need to know.
type sessionStart struct {
	resumed *types.Resumed // nil when the session is a new one
}

// identity is an Identify as it is sent, now and after the session is lost.
type identity struct {
	payload outgoing
	token   string
	shard   [2]int64
}

// newIdentity reads what the connection needs of an Identify. One that cannot be read is sent all the same: whether it
// is understood is for the server to say.
func newIdentity(payload outgoing) *identity {
	var known struct {
		Token string   `json:"token"`
		Shard [2]int64 `json:"shard"`
	}
	_ = json.Unmarshal(payload.data, &known)
	return &identity{payload: payload, token: known.Token, shard: known.Shard}
}

// ready tells the supervisor of the session that a READY begins, before anybody observes the READY.
func (s *socket) ready(envelope wire.Envelope) error {
	data, err := present(envelope.Data, false)
	if err != nil {
		return err
	}
	// A decode of its own, so that READY's many megabytes are decoded whole only when somebody observes them.
	var known quick.Session
	if quick.ReadySession(data, &known) != nil {
		known = quick.Session{}
		if err := unmarshal(data, &known); err != nil {
			return err
		}
	}
	s.begins(envelope, known)
	return nil
}

// readyObserved is ready, and the delivery, of a READY that somebody observes: so it is decoded once. It is false, and
// nothing has happened, when that is not an ordinary one.
func (s *socket) readyObserved(envelope wire.Envelope, payload []byte) bool {
	data, err := present(envelope.Data, false)
	event := new(types.Ready)
	if err != nil || quick.Ready(data, event) != nil {
		return false
	}
	s.begins(envelope, quick.Session{
		ID:        event.SessionID,
		ResumeURL: event.ResumeGatewayURL,
		User:      quick.SessionUser{ID: event.User.ID},
	})
	d := s.c.newDelivery(readyEntry, envelope, len(payload))
	d.received = s.arrived
	defer s.lend(d)
	_ = s.c.events.Session.Ready.PublishOn(d, s.c.queue, event)
	return true
}

// begins tells of a session that begins. Its events are counted anew: those of an earlier one may have followed its end.
func (s *socket) begins(envelope wire.Envelope, known quick.Session) {
	sequence := int64(noSequence)
	if envelope.HasSeq {
		sequence = envelope.Seq
	}
	s.c.sequence.Store(sequence)
	s.c.marks.begin(0, false)
	session := &Session{ID: known.ID, ResumeURL: known.ResumeURL, UserID: known.User.ID, Gateway: s.c.address}
	s.tell(note{signal: signal{kind: signalReady, hasURL: s.c.resumeURL(session) != nil}, session: session})
	s.started(&sessionStart{})
}

// resumed tells the supervisor that the session goes on of which a Resume was sent. What is in RESUMED is for the server's
// makers, and may be anything.
func (s *socket) resumed(envelope wire.Envelope) error {
	if s.tell(note{signal: signal{kind: signalResumed}}).during != phaseResuming {
		return nil
	}
	resumed := new(types.Resumed)
	if decode(envelope.Data, resumed, false) != nil {
		resumed = new(types.Resumed)
	}
	s.started(&sessionStart{resumed: resumed})
	return nil
}

// started tells those within the package; they do not fail.
func (s *socket) started(start *sessionStart) { _ = s.c.sessions.Publish(s.c.life, start) }

// resumedBy is the session that a user's Resume is to go on with.
func (c *connection) resumedBy(payload outgoing) *Session {
	var known types.Resume
	_ = json.Unmarshal(payload.data, &known)
	return &Session{ID: known.SessionID, Token: known.Token, Sequence: types.Some(known.Seq), Gateway: c.address}
}

// begin notes a new session, or one that a user resumes.
func (c *connection) begin(session *Session, by *identity) {
	if by != nil && session.Token == "" {
		session.Token = by.token
		session.Shard = by.shard
	}
	c.shard.Store(session.Shard[0])
	session.AliveAt = time.Now().Round(0) // without the monotonic clock, which another process does not share
	c.session.Store(session)
	if resumed, ok := session.Sequence.Get(); ok {
		c.sequence.Store(resumed)
		c.marks.begin(resumed, true)
	}
}

// inherit makes the connection begin with the session of an earlier one, if there is one: that of the options or else
// that of the store, unless it is somebody else's.
func (c *connection) inherit(ctx context.Context, by *identity) error {
	stored, err := c.keep(ctx)
	if err != nil {
		return err
	}
	if c.options.Session != nil {
		if err := c.adopt(*c.options.Session, by); err != nil {
			c.keeper.end(ctx, false)
			return err
		}
		return nil
	}
	if stored != nil && (by == nil || by.token == stored.Token && by.shard == stored.Shard) {
		return c.adopt(*stored, by)
	}
	return nil
}

// adopt begins with a session.
func (c *connection) adopt(session Session, by *identity) error {
	if session.Token == "" && by != nil {
		session.Token = by.token
	}
	if session.Gateway == "" {
		session.Gateway = c.address
	}
	if err := session.resumable(); err != nil {
		return err
	}
	c.session.Store(&session)
	c.shard.Store(session.Shard[0])
	c.sequence.Store(session.Sequence.Or(noSequence))
	c.marks.begin(session.Sequence.Get())
	return nil
}

// alive notes that the session was alive until now.
func (c *connection) alive() {
	if s := c.session.Load(); s != nil {
		alive := *s
		alive.AliveAt = time.Now().Round(0)
		c.session.Store(&alive)
	}
}

// forget drops the session and returns what is lost with it. Requests that wait for answers end.
func (c *connection) forget(cause error) error {
	lost := &SessionLostError{Err: cause}
	if s := c.session.Swap(nil); s != nil {
		lost.SessionID = s.ID
	}
	if sequence := c.sequence.Swap(noSequence); sequence != noSequence {
		lost.Sequence, lost.HasSequence = sequence, true
	}
	c.replaying.Store(false)
	c.bereft.Store(true)
	c.keeper.change()
	var err error = lost
	_ = c.lost.Publish(c.life, &err) // Its only subscribers are requests, which do not fail.
	return lost
}

// snapshot returns the session as it can be resumed now.
func (c *connection) snapshot() (Session, bool) {
	s := c.session.Load()
	if s == nil {
		return Session{}, false
	}
	session := *s
	session.Sequence = types.Optional[int64]{}
	sequence, any := c.sequence.Load(), true
	if c.options.Checkpoint == CheckpointObserved {
		sequence, any = c.marks.last()
	}
	if any && sequence != noSequence {
		session.Sequence = types.Some(sequence)
	}
	if State(c.state.Load()) == StateReady {
		session.AliveAt = time.Now().Round(0)
	}
	return session, true
}

// sessionID returns the id of the session, or "" when there is none.
func (c *connection) sessionID() string {
	if s := c.session.Load(); s != nil {
		return s.ID
	}
	return ""
}
