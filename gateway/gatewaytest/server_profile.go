package gatewaytest

import (
	"fmt"

	"github.com/gorilla/websocket"
)

// rules are the close codes in which the profiles differ; 0 means that nothing happens at all.
type rules struct {
	badToken     int // a token that nobody has
	tooEarly     int // an opcode that needs a session, before Identify
	unknown      int // an opcode that there is not
	malformed    int // what is no JSON
	tooLarge     int // more than MaxFrame
	wrong        int // a payload that does not fit its opcode
	badCommand   int // a payload that fits, but that cannot be done
	badIntents   int // bits that there are not
	strictKeys   bool
	userAgent    bool // whether clients must have a User-Agent
	resumes      bool
	filters      bool // by intents and shards
	limits       bool
	payloadZlib  bool // whether compress in Identify does something
	oneZstdFrame bool
}

// rulesOf returns what holds for a profile.
func rulesOf(profile Profile) rules {
	if profile == Discord {
		return rules{
			badToken: 4004, tooEarly: 4003, unknown: 4001, malformed: 4002, tooLarge: 4002, wrong: 4002, badIntents: 4013,
			resumes: true, filters: true, limits: true, payloadZlib: true, oneZstdFrame: true,
		}
	}
	return rules{
		badToken: 4000, tooEarly: 4000, tooLarge: websocket.CloseMessageTooBig, wrong: 4002, badCommand: 4000,
		badIntents: 4000, strictKeys: true, userAgent: true,
	}
}

// refusal is why the server closes a connection.
type refusal struct {
	code   int
	reason string
}

// Error implements error.
func (r *refusal) Error() string { return fmt.Sprintf("gatewaytest: %d %s", r.code, r.reason) }

// refuse returns a refusal, or nil for the code 0.
func refuse(code int, format string, args ...any) error {
	if code == 0 {
		return nil
	}
	return &refusal{code: code, reason: fmt.Sprintf(format, args...)}
}
