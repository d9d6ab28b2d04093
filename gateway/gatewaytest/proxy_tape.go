package gatewaytest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/gorilla/websocket"

	"github.com/chorus-go/chorus/internal/recording"
	"github.com/chorus-go/chorus/internal/wire"
)

// tape is the recording of one proxied connection. Each direction has one goroutine that calls frame.
type tape struct {
	writer  *recording.Writer
	name    string
	in, out *unpacker

	mu     sync.Mutex
	ended  bool     // nothing more is recorded
	tokens []string // that the client has sent
}

// newTape begins the recording of a connection.
func newTape(w *recording.Writer, name string, dialled *url.URL) *tape {
	asked := transportOf(dialled.Query())
	w.Open(name, dialled.String())
	return &tape{
		writer: w, name: name,
		in:  &unpacker{asked: asked, dir: recording.In},
		out: &unpacker{asked: asked, dir: recording.Out},
	}
}

// frame records a message. An error ends the recording of the connection, and is told once.
func (t *tape) frame(dir recording.Direction, kind int, data []byte) error {
	if t.over() {
		return nil
	}
	u := t.in
	if dir == recording.Out {
		u = t.out
	}
	payload, complete, err := u.unpack(kind, data)
	if err != nil {
		t.end()
		return fmt.Errorf("%w: %w", ErrUnreadable, err)
	}
	if !complete {
		return nil
	}
	record := t.writer.In
	if dir == recording.Out {
		t.learn(payload)
		record = t.writer.Out
	}
	record(t.name, t.scrub(recording.Redact(payload)))
	return nil
}

// closed records how the connection ended. Only the first end counts.
func (t *tape) closed(dir recording.Direction, code int, reason string) {
	if !t.end() {
		return
	}
	t.writer.Closed(t.name, dir, code, string(t.scrub([]byte(reason))))
}

func (t *tape) over() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.ended
}

// end ends the recording. It says whether that had not been done before.
func (t *tape) end() (first bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	first, t.ended = !t.ended, true
	return first
}

// shortestToken is how long a token is at least: shorter strings may well be ordinary words of a payload.
const shortestToken = 8

// mostTokens bounds what is remembered of a client that sends one Identify after the other.
const mostTokens = 16

// learn remembers the token of Identify and Resume.
func (t *tape) learn(payload []byte) {
	if op := requestOf(payload).op; op != opIdentify && op != opResume {
		return
	}
	text, err := textOf(payload)
	var message struct {
		D struct {
			Token string `json:"token"`
		} `json:"d"`
	}
	if err != nil || json.Unmarshal(text, &message) != nil {
		return
	}
	token := message.D.Token
	if _, bare, found := strings.Cut(token, " "); found { // behind Bot or Bearer
		token = bare
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(token) >= shortestToken && len(t.tokens) < mostTokens {
		t.tokens = append(t.tokens, token)
	}
}

// scrub takes the client's tokens out of whatever repeats them.
func (t *tape) scrub(data []byte) []byte {
	t.mu.Lock()
	tokens := t.tokens
	t.mu.Unlock()
	for _, token := range tokens {
		if !bytes.Contains(data, []byte(token)) {
			continue
		}
		with := recording.Redacted
		if isTerm(data) { // where all lengths must stay right
			with = strings.Repeat("R", len(token))
		}
		data = bytes.ReplaceAll(data, []byte(token), []byte(with))
	}
	return data
}

// unpacking is a decompressor of one direction.
type unpacking interface {
	Next(dst, frame []byte) (payload []byte, complete bool, err error)
}

// unpacker turns the frames of one direction into payloads.
type unpacker struct {
	asked   transport
	dir     recording.Direction
	begun   bool      // a binary frame was seen
	packed  unpacking // the compressed stream; nil before it begins, and if there is none
	payload unpacking // for payloads that are compressed on their own
	buf     []byte
}

// unpack returns the payload that a frame completes. It is valid until the next call.
func (u *unpacker) unpack(kind int, data []byte) ([]byte, bool, error) {
	if kind == websocket.TextMessage {
		return legible(data)
	}
	first := !u.begun
	u.begun = true
	if u.plain(data, first) {
		return legible(data)
	}
	if u.packed == nil && first {
		switch u.asked.compress {
		case compressZlib:
			u.packed = wire.NewInflater(maxPayload)
		case compressZstd:
			u.packed = wire.NewZstd(maxPayload)
		}
	}
	from := u.packed
	if from == nil {
		if u.payload == nil {
			u.payload = wire.NewZlibPayload(maxPayload)
		}
		from = u.payload
	}
	if cap(u.buf) > keepMessage {
		u.buf = nil
	}
	payload, complete, err := from.Next(u.buf[:0], data)
	if u.buf = payload; err != nil || !complete {
		return nil, false, err
	}
	return legible(payload)
}

// plain says whether a binary frame is a payload as it is. Servers do not compress before they know of it, so the first
// frame decides about theirs; clients compress or not from frame to frame, and Spacebar looks at the first byte too.
func (u *unpacker) plain(data []byte, first bool) bool {
	if len(data) == 0 {
		return u.packed == nil
	}
	uncompressed := data[0] == '{' || isTerm(data) && (u.asked.encoding == encodingETF || u.asked.compress == compressNone)
	if u.dir == recording.In && !first {
		return u.packed == nil && uncompressed
	}
	return uncompressed
}

// legible returns a payload in which secrets can be found. In a term that is compressed on its own (tag P) they cannot.
func legible(payload []byte) ([]byte, bool, error) {
	if isTerm(payload) && len(payload) > 1 && payload[1] == 'P' {
		return nil, false, errors.New("a compressed term")
	}
	if !isTerm(payload) && !utf8.Valid(payload) && !bytes.HasPrefix(payload, []byte("{")) {
		return nil, false, fmt.Errorf("%d bytes that are neither JSON nor a term", len(payload))
	}
	return payload, true, nil
}
