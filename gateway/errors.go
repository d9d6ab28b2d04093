package gateway

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/chorus-go/chorus/observer"
	"github.com/chorus-go/chorus/types"
)

// The states in which a call cannot succeed. All errors of this package work with errors.Is and errors.As.
var (
	// ErrClosed is returned by every method of a handle that was closed by Close, and of the zero handle.
	ErrClosed = errors.New("gateway: the handle is closed")

	// ErrAlreadyIdentified is returned by Identify and Resume on a handle that has sent one already: servers close
	// the connection with 4005 for a second one.
	ErrAlreadyIdentified = errors.New("gateway: already identified")

	// ErrTooLarge is returned by sends whose frame is over Options.MaxFrame, before anything is written, and is
	// the cause of the error that ends a socket on which a payload over Options.MaxPayload arrived.
	ErrTooLarge = errors.New("gateway: too large")

	// ErrSessionInvalid is returned by Identify and Resume when the server answers with Invalid Session (opcode 9).
	ErrSessionInvalid = errors.New("gateway: the server refused the session")

	// ErrReconnect is the reason of a LifecycleChange when the server asks the client to connect anew (opcode 7).
	ErrReconnect = errors.New("gateway: the server asks to reconnect")

	// ErrTokenRefused ends a handle when the server closes with 4000 in answer to Identify, twice in a row: that is how
	// Spacebar refuses a token, where others close with 4004. The *CloseError is wrapped beside it.
	ErrTokenRefused = errors.New("gateway: the server closes the connection in answer to Identify, as Spacebar does for a token that is not valid")

	// ErrNotConnected is returned by heartbeats between two sockets, and by Suspend when there is no session to keep.
	ErrNotConnected = errors.New("gateway: not connected")

	// ErrZombie is the cause of the CloseError of a connection on which the server fell silent: see
	// https://docs.discord.food/topics/gateway#sending-heartbeats.
	ErrZombie = errors.New("gateway: zombie connection: the server stopped answering")
)

// PanicError is what an observer's panic becomes on Events.Error; delivery goes on.
type PanicError = observer.PanicError

// CloseError tells that the websocket ended, and how. A socket that was lost without a close frame has the code
// 1006 and the reason for the loss as Err.
type CloseError struct {
	Code   types.CloseCode // as sent by the server, or 1006
	Reason string          // as sent by the server, usually empty
	Err    error           // what was seen locally, nil for a close frame
}

// Error gives the code with its name and, where there are any, the server's reason and what was seen locally.
func (e *CloseError) Error() string {
	text := "gateway: connection closed with " + strconv.Itoa(int(e.Code)) + " (" + e.Code.String() + ")"
	if e.Reason != "" {
		text += ": " + strconv.Quote(e.Reason)
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap returns what was seen locally.
func (e *CloseError) Unwrap() error { return e.Err }

// DecodeError tells that something the server sent could not be understood. Of a single event it is published on
// Events.Error, nobody is given a half-filled event, and the connection goes on. When the stream itself is beyond
// repair (a broken compressed block, a payload over Options.MaxPayload) it ends the socket.
type DecodeError struct {
	Event       string // the dispatch's name, "" when the envelope itself was malformed
	Sequence    int64  // the dispatch's sequence number
	HasSequence bool   // whether it had one
	Path        string // the JSON path of the value that does not fit, "" when unknown
	Raw         []byte // a copy of the payload's d, or of the whole payload when the envelope is malformed
	Err         error  // the decoder's error
}

// Error gives the event, its sequence and the path as far as they are known, and the decoder's error; not the payload.
func (e *DecodeError) Error() string {
	what := "a payload"
	if e.Event != "" {
		what = e.Event
	}
	if e.HasSequence {
		what += " (sequence " + strconv.FormatInt(e.Sequence, 10) + ")"
	}
	if e.Path != "" {
		what += " at " + e.Path
	}
	return fmt.Sprintf("gateway: cannot decode %s: %v", what, e.Err)
}

// Unwrap returns the decoder's error.
func (e *DecodeError) Unwrap() error { return e.Err }

// PayloadError tells why a typed send refused a payload before anything was written: the protocol forbids it, so that
// a server would ignore it or close the connection. Send, which takes any payload, never returns it.
type PayloadError struct {
	Op     types.Opcode // the opcode of the payload
	Field  string       // the path of the field in the payload, with the names that it has on the wire
	Reason string       // what is wrong with it, to be read after the field: "is longer than 32 bytes"
}

// Error gives the opcode, the field and what is wrong with it; not its value.
func (e *PayloadError) Error() string {
	return fmt.Sprintf("gateway: opcode %d (%v): %s %s", int(e.Op), e.Op, e.Field, e.Reason)
}

// Stage is a step of the way from a URL to a session.
type Stage string

// The stages of a handshake, in order.
const (
	StageDial     Stage = "dial"     // TCP, TLS and the websocket upgrade
	StageHello    Stage = "hello"    // awaiting HELLO (opcode 10), at most 10 s
	StageIdentify Stage = "identify" // writing Identify and awaiting READY, at most 30 s
	StageResume   Stage = "resume"   // writing Resume and awaiting RESUMED, at most 30 s without an event
)

var (
	errNoHello   = fmt.Errorf("no HELLO within %v", helloTimeout)
	errNoReady   = fmt.Errorf("no READY within %v", readyTimeout)
	errNoSession = fmt.Errorf("no RESUMED and no READY within %v", readyTimeout)
	errNoResumed = fmt.Errorf("no RESUMED within %v", readyTimeout)
)

// Why a session is given up without asking the server.
var (
	errSessionExpired   = errors.New("gateway: the session is older than Options.MaxSessionAge")
	errSessionUnresumed = fmt.Errorf("gateway: %d Resumes in a row had no effect", resumeLimit)
)

// SessionLostError tells that a session is gone: what happened between the last event that was received and the next
// READY is not replayed. It is the Reason of a LifecycleChange, and what requests end with whose answer cannot come
// any more.
type SessionLostError struct {
	SessionID   string // of the session that is gone
	Sequence    int64  // of the last dispatch that was received
	HasSequence bool   // whether there was one
	Err         error  // why: ErrSessionInvalid, a *CloseError, the session's age, or ten Resumes without an effect
}

// Error gives the last sequence number that was received, and why the session is gone.
func (e *SessionLostError) Error() string {
	text := "gateway: the session is lost"
	if e.HasSequence {
		text += " after sequence " + strconv.FormatInt(e.Sequence, 10)
	}
	return text + ": " + e.Err.Error()
}

// Unwrap returns why the session is gone.
func (e *SessionLostError) Unwrap() error { return e.Err }

// HandshakeError tells at which stage a connection could not be made, and why.
type HandshakeError struct {
	Stage  Stage  // the step that failed
	Host   string // the host that was dialled; never the whole URL, whose query may hold secrets
	Status int    // the HTTP status of the answer to the upgrade, 0 when there was none
	Err    error  // the cause
}

// Error gives the stage, the host, the HTTP status where there is one, and the cause.
func (e *HandshakeError) Error() string {
	text := "gateway: " + string(e.Stage) + " " + e.Host
	if e.Status != 0 {
		text += ": HTTP status " + strconv.Itoa(e.Status)
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap returns the reason.
func (e *HandshakeError) Unwrap() error { return e.Err }
