package gateway

import (
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/chorus-go/chorus/types"
)

// Session is what a resume needs, in this process or in another one. It is a plain value: copies share nothing.
//
// Its JSON holds the token, which is as good as a password: keep it where only the account's owner can read it. No verb
// of fmt and no slog attribute prints the token of a Session, of a pointer to one, or of one in an exported field of
// something else. What prints or encodes by reflection does: encoding/json, slog's JSON handler for a struct that
// contains a Session, fmt for unexported fields, and %p, which is for pointers only and go vet refuses for a Session.
type Session struct {
	// ID is the session_id of READY. On Spacebar two connections with one token may have the same.
	ID string `json:"session_id"`

	// ResumeURL is where READY says that the session is to be resumed; it may be empty.
	ResumeURL string `json:"resume_url,omitempty"`

	// Gateway is the URL that was given to Spawn.
	Gateway string `json:"gateway_url,omitempty"`

	// Sequence is the number of the last dispatch that counts as received. It is absent before the first dispatch, and
	// may be 0, where Spacebar begins.
	Sequence types.Optional[int64] `json:"sequence,omitzero"`

	// UserID is whose session it is, 0 if that is not known.
	UserID types.Snowflake `json:"user_id,omitzero"`

	// Shard is as in types.Identify: the shard's number and how many there are, or zero for a session without shards.
	Shard [2]int64 `json:"shard,omitzero"`

	// Token is the one the session was identified with. It is never printed.
	Token string `json:"token,omitempty"`

	// AliveAt is when the connection was last seen alive: Options.MaxSessionAge counts from it.
	AliveAt time.Time `json:"alive_at,omitzero"`
}

// String describes the session: of the URLs only the hosts, of the token only whether there is one.
func (s Session) String() string {
	var text strings.Builder
	fmt.Fprintf(&text, "gateway.Session{ID: %q, Gateway: %q", s.ID, hostOf(s.Gateway))
	if s.ResumeURL != "" {
		fmt.Fprintf(&text, ", ResumeURL: %q", hostOf(s.ResumeURL))
	}
	if sequence, ok := s.Sequence.Get(); ok {
		fmt.Fprintf(&text, ", Sequence: %d", sequence)
	}
	if s.UserID != 0 {
		fmt.Fprintf(&text, ", UserID: %v", s.UserID)
	}
	if s.Shard != [2]int64{} {
		fmt.Fprintf(&text, ", Shard: %d/%d", s.Shard[0], s.Shard[1])
	}
	if s.Token != "" {
		text.WriteString(", Token: redacted")
	}
	if !s.AliveAt.IsZero() {
		fmt.Fprintf(&text, ", AliveAt: %s", s.AliveAt.Format(time.RFC3339))
	}
	text.WriteByte('}')
	return text.String()
}

// hostOf returns the host of a URL: the rest may hold secrets.
func hostOf(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	return u.Host
}

// GoString is String: %#v shows no token either.
func (s Session) GoString() string { return s.String() }

// Format is String for every verb, so that %x, %d and the like show no token.
func (s Session) Format(state fmt.State, _ rune) { _, _ = io.WriteString(state, s.String()) }

// LogValue is String: neither does a log line.
func (s Session) LogValue() slog.Value { return slog.StringValue(s.String()) }

// SessionError tells why a session cannot be resumed, or not be saved.
type SessionError struct {
	Field  string // as in JSON
	Reason string // what is wrong with it, to be read after the field: "is missing"
}

// Error gives the field and what is wrong with it; not its value.
func (e *SessionError) Error() string { return "gateway: session: " + e.Field + " " + e.Reason }

// resumable returns nil, or a *SessionError that says what is missing for a resume. It knows nothing of time.
func (s *Session) resumable() error {
	if err := s.storable(); err != nil {
		return err
	}
	sequence, ok := s.Sequence.Get()
	switch {
	case s.Token == "":
		return &SessionError{"token", "is missing"}
	case !ok:
		return &SessionError{"sequence", "is missing: nothing was received that could be continued"}
	case sequence < 0:
		return &SessionError{"sequence", "is negative"}
	case s.Gateway == "" && s.ResumeURL == "":
		return &SessionError{"gateway_url", "is missing, and so is resume_url"}
	case s.Shard != [2]int64{} && (s.Shard[0] < 0 || s.Shard[1] < 1):
		return &SessionError{"shard", fmt.Sprintf("is not one: [%d, %d]", s.Shard[0], s.Shard[1])}
	}
	for _, at := range []struct{ field, url string }{{"gateway_url", s.Gateway}, {"resume_url", s.ResumeURL}} {
		if at.url == "" {
			continue
		}
		if u, err := url.Parse(at.url); err != nil || u.Scheme != "ws" && u.Scheme != "wss" || u.Host == "" {
			return &SessionError{at.field, "is not a ws:// or wss:// URL"}
		}
	}
	return nil
}

// storable returns nil, or a *SessionError for what would not be read back as it is.
func (s *Session) storable() error {
	for _, at := range []struct{ field, value string }{
		{"session_id", s.ID}, {"resume_url", s.ResumeURL}, {"gateway_url", s.Gateway}, {"token", s.Token},
	} {
		if !utf8.ValidString(at.value) {
			return &SessionError{at.field, "is not valid UTF-8"}
		}
	}
	switch {
	case s.ID == "":
		return &SessionError{"session_id", "is missing"}
	case s.Sequence.IsNull():
		return &SessionError{"sequence", "is null"}
	}
	return nil
}
