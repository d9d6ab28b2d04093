package gateway

import (
	"bytes"

	"github.com/chorus-go/chorus/internal/json"
	"github.com/chorus-go/chorus/internal/wire"
)

// session is what the connection itself needs of READY. It is read by a decode of its own, so that READY's many
// megabytes are decoded whole only when somebody observes them.
type session struct {
	ID string `json:"session_id"`
}

// ready notes the session that a READY begins. One that does not decode ends a pending Identify.
func (c *connection) ready(envelope wire.Envelope) {
	s, err := new(session), errNull
	if len(envelope.Data) > 0 && !bytes.Equal(envelope.Data, jsonNull) {
		err = json.Unmarshal(envelope.Data, s)
	}
	if err != nil {
		c.refuse(undecodable(envelope, err))
		return
	}
	c.session.Store(s)
	c.enter(StateReady, nil)
}

// sessionID returns the id of the session, or "" before READY.
func (c *connection) sessionID() string {
	if s := c.session.Load(); s != nil {
		return s.ID
	}
	return ""
}
