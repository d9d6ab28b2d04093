package decode

import "github.com/chorus-go/chorus/types"

// Session is what a connection needs of READY for itself.
type Session struct {
	ID        string      `json:"session_id"`
	ResumeURL string      `json:"resume_gateway_url"`
	User      SessionUser `json:"user"`
}

// SessionUser is the user of a Session.
type SessionUser struct {
	ID types.Snowflake `json:"id"`
}

// ReadySession decodes those parts of READY. Of the other megabytes nothing is kept; they are only looked at, because a
// payload that is no JSON is no READY.
func ReadySession(data []byte, v *Session) (err error) {
	c := open(data)
	defer c.close(&err)
	for key, ok := c.object(); ok; key, ok = c.next() {
	again:
		switch string(key) {
		case "session_id":
			text(c, &v.ID)
		case "resume_gateway_url":
			text(c, &v.ResumeURL)
		case "user":
			readSessionUser(c, &v.User)
		default:
			if key = c.unknown(key); key != nil {
				goto again
			}
		}
	}
	return nil
}

func readSessionUser(c *cursor, v *SessionUser) {
	for key, ok := c.object(); ok; key, ok = c.next() {
	again:
		switch string(key) {
		case "id":
			snowflake(c, &v.ID)
		default:
			if key = c.unknown(key); key != nil {
				goto again
			}
		}
	}
}
