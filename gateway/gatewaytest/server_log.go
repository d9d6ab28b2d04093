package gatewaytest

import (
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/chorus-go/chorus/types"
)

// Direction is which way something went.
type Direction string

const (
	// Inbound is from the client to the server.
	Inbound Direction = "in"
	// Outbound is from the server to the client.
	Outbound Direction = "out"
)

// EntryKind is what an Entry is about.
type EntryKind string

const (
	// EntryOpen is the handshake; Text is the path and query.
	EntryOpen EntryKind = "open"
	// EntryMessage is a payload. Outbound, Text names the faults that acted on it.
	EntryMessage EntryKind = "message"
	// EntryFrame is what Peer.SendFrame sent.
	EntryFrame EntryKind = "frame"
	// EntryHalfClose is that the server's direction has ended.
	EntryHalfClose EntryKind = "half-close"
	// EntryClose is the end, with its Code: outbound, what the server sends, 1006 for nothing; inbound, what came from
	// the client, and with which the connection is over.
	EntryClose EntryKind = "close"
	// EntryError is something that could not be done; Text says why.
	EntryError EntryKind = "error"
)

// Entry is one thing that came or went.
type Entry struct {
	At        time.Time       // when it came, or when it was given to the socket
	Direction Direction       // which way
	Kind      EntryKind       // what it is; it says which of the other fields mean something
	Op        types.Opcode    // of a message
	Event     string          // the name of a dispatch
	Seq       int64           // s of a message, if HasSeq
	HasSeq    bool            // whether the message had one
	Data      json.RawMessage // d of a message; read-only. Tokens of Identify and Resume are taken out
	Code      int             // of a close
	Text      string          // see EntryKind
}

// String puts an entry into one line, such as "out message op 0 READY s 0".
func (e Entry) String() string {
	s := fmt.Sprintf("%s %s", e.Direction, e.Kind)
	switch e.Kind {
	case EntryMessage:
		s += fmt.Sprintf(" op %d", e.Op)
		if e.Event != "" {
			s += " " + e.Event
		}
		if e.HasSeq {
			s += fmt.Sprintf(" s %d", e.Seq)
		}
	case EntryClose:
		s += fmt.Sprintf(" %d", e.Code)
	}
	if e.Text != "" {
		s += " (" + e.Text + ")"
	}
	return s
}

// Log returns what came and went, in the order of its times, as far as ServerOptions.LogEntries reaches back. It can be
// asked for when the connection has ended.
func (p *Peer) Log() []Entry {
	p.log.mu.Lock()
	defer p.log.mu.Unlock()
	return append(slices.Clone(p.log.entries[p.log.oldest:]), p.log.entries[:p.log.oldest]...)
}

// log keeps entries.
type log struct {
	limit int // negative for none

	mu      sync.Mutex
	entries []Entry // a ring, once there are as many as the limit
	oldest  int     // where the ring begins
}

func (l *log) add(e Entry) {
	if l.limit < 0 {
		return
	}
	if e.Direction == Inbound && (e.Op == types.OpcodeIdentify || e.Op == types.OpcodeResume) {
		e.Data = withoutToken(e.Data)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	e.At = time.Now()
	if len(l.entries) < l.limit {
		l.entries = append(l.entries, e)
		return
	}
	l.entries[l.oldest] = e
	l.oldest = (l.oldest + 1) % l.limit
}

// withoutToken replaces a token in a payload; what is no object cannot be told from one and is left out.
func withoutToken(d json.RawMessage) json.RawMessage {
	var object map[string]json.RawMessage
	if json.Unmarshal(d, &object) != nil || object == nil {
		return nil
	}
	if _, has := object["token"]; has {
		object["token"] = json.RawMessage(`"REDACTED"`)
	}
	d, err := json.Marshal(object)
	if err != nil {
		return nil
	}
	return d
}
