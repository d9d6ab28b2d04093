package gateway

import "github.com/chorus-go/chorus/types"

// session is what the connection itself needs of READY. It is read by a decode of its own, so that READY's many
// megabytes are decoded whole only when somebody observes them.
type session struct {
	ID   string `json:"session_id"`
	User struct {
		ID types.Snowflake `json:"id"`
	} `json:"user"`
}

// sessionStart is the beginning of a session on a socket, for those within the package who need to know.
type sessionStart struct {
	resumed *types.Resumed // nil when the session is a new one
}

// ready notes the session that a READY begins.
func (c *connection) ready(data []byte) error {
	s := new(session)
	if err := decode(data, s, false); err != nil {
		return err
	}
	c.began(s, &sessionStart{})
	return nil
}

// resumed notes that the session goes on of which a Resume was sent. It runs on the reader. Of whom the session is,
// RESUMED does not say; the event itself may as well be anything.
func (c *connection) resumed(data []byte) {
	resume := c.resuming.Swap(nil)
	if resume == nil {
		return
	}
	c.sequence.Store(max(c.sequence.Load(), resume.Seq))
	resumed := new(types.Resumed)
	if decode(data, resumed, false) != nil {
		resumed = new(types.Resumed)
	}
	s := &session{ID: resume.SessionID}
	if old := c.session.Load(); old != nil && old.ID == s.ID {
		s = old
	}
	c.began(s, &sessionStart{resumed: resumed})
}

// sessionRefused takes an Invalid Session. After a refused Resume an Identify may be sent on the same socket.
func (c *connection) sessionRefused() {
	if c.resuming.Swap(nil) != nil {
		c.enterFrom(StateIdentifying, StateConnected, ErrSessionInvalid)
	}
	c.refuse(ErrSessionInvalid)
}

// began enters a session.
func (c *connection) began(s *session, start *sessionStart) {
	c.session.Store(s)
	c.enter(StateReady, nil)
	// Its only subscribers are the package's own, which do not fail.
	_ = c.sessions.Publish(c.life, start)
}

// sessionID returns the id of the session, or "" before READY.
func (c *connection) sessionID() string {
	if s := c.session.Load(); s != nil {
		return s.ID
	}
	return ""
}
