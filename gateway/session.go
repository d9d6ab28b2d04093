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

// ready notes the session that a READY begins.
func (c *connection) ready(data []byte) error {
	s := new(session)
	if err := decode(data, s, false); err != nil {
		return err
	}
	c.session.Store(s)
	c.enter(StateReady, nil)
	return nil
}

// sessionID returns the id of the session, or "" before READY.
func (c *connection) sessionID() string {
	if s := c.session.Load(); s != nil {
		return s.ID
	}
	return ""
}
