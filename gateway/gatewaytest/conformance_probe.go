package gatewaytest

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// probe is what a check does its work with.
type probe struct {
	*testing.T
	target ConformanceTarget
}

// need skips a check that cannot be made.
func (p *probe) need(there bool, what string) {
	p.Helper()
	if !there {
		p.Skip("the target has no " + what)
	}
}

// pause waits.
func (p *probe) pause(d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-p.Context().Done():
	}
}

// open connects, with a query or a path and a query behind the URL.
func (p *probe) open(query string, header http.Header) (*socket, *http.Response) {
	p.Helper()
	dialer := *p.target.Dialer
	dialer.EnableCompression = true
	url := query
	if !strings.Contains(query, "://") {
		url = strings.TrimSuffix(p.target.URL, "/") + query
	}
	ws, response, err := dialer.DialContext(p.Context(), url, header)
	if err != nil {
		p.Fatalf("%s: %v", url, err)
	}
	p.Cleanup(func() { _ = ws.Close() }) // it may have ended by then
	s := &socket{probe: p, ws: ws, opened: time.Now()}
	return s, response
}

// plainQuery asks for JSON without compression.
const plainQuery = "/?v=9&encoding=json"

// dial connects and reads HELLO.
func (p *probe) dial(query string) *socket {
	p.Helper()
	s, _ := p.open(query, nil)
	hello, err := s.read()
	if err != nil || hello.Op != 10 {
		p.Fatalf("%s: instead of HELLO: %s, %v", query, hello.text, err)
	}
	s.hello = hello
	return s
}

// socket is one connection of a probe.
type socket struct {
	*probe
	ws     *websocket.Conn
	opened time.Time
	hello  reply
	next   int64 // the sequence that follows that of the last dispatch
}

// reply is what the server sent.
type reply struct {
	Op   int             `json:"op"`
	Name string          `json:"t"`
	Seq  *int64          `json:"s"`
	Data json.RawMessage `json:"d"`

	text string // as it came
}

// send sends text frames.
func (s *socket) send(frames ...string) {
	s.Helper()
	for _, frame := range frames {
		s.frame(websocket.TextMessage, frame)
	}
}

// frame sends one frame. The server may have closed by then, which the next reading tells.
func (s *socket) frame(kind int, data string) { _ = s.ws.WriteMessage(kind, []byte(data)) }

// read returns the next message.
func (s *socket) read() (m reply, err error) {
	if err := s.ws.SetReadDeadline(time.Now().Add(s.target.Patience)); err != nil {
		return m, err
	}
	_, data, err := s.ws.ReadMessage()
	if err != nil {
		return m, err
	}
	m.text = string(data)
	err = json.Unmarshal(data, &m)
	if m.Op == 0 && m.Seq != nil {
		s.next = *m.Seq + 1
	}
	return m, err
}

// answer returns the next message that is no dispatch, since events may come at any time.
func (s *socket) answer() (reply, error) {
	for {
		m, err := s.read()
		if err != nil || m.Op != 0 {
			return m, err
		}
	}
}

// event returns the next dispatch of a name. Others are passed over, what is no dispatch is an error.
func (s *socket) event(name string) reply {
	s.Helper()
	for {
		m, err := s.read()
		if err != nil || m.Op != 0 {
			s.Fatalf("instead of %s: %s, %v", name, m.text, err)
		}
		if m.Name == name {
			return m
		}
	}
}

// closed waits for the end and returns its code: 1006 for an end without one, 0 if there is none. What the server sends
// before it is passed over.
func (s *socket) closed(patience time.Duration) int {
	deadline := time.Now().Add(patience)
	for {
		if err := s.ws.SetReadDeadline(deadline); err != nil {
			return websocket.CloseAbnormalClosure
		}
		if _, _, err := s.ws.ReadMessage(); err != nil {
			return codeOf(err)
		}
	}
}

// codeOf is how a connection ended: 0 if it has not, and only the time to wait for it has.
func codeOf(err error) int {
	var closed *websocket.CloseError
	var late interface{ Timeout() bool }
	switch {
	case errors.As(err, &closed):
		return closed.Code
	case errors.As(err, &late) && late.Timeout():
		return 0
	}
	return websocket.CloseAbnormalClosure
}

// wantClosed checks the close code.
func (s *socket) wantClosed(what string, code int) {
	s.Helper()
	if got := s.closed(s.target.Patience); got != code {
		s.Errorf("%s: closed with %d (0: not at all), want %d", what, got, code)
	}
}

// wantOpen checks that the server still answers to a heartbeat, and has nothing else to say but dispatches.
func (s *socket) wantOpen(what string) {
	s.Helper()
	s.send(`{"op":1,"d":null}`)
	if m, err := s.answer(); err != nil || m.Op != 11 {
		s.Errorf("%s: instead of op 11: %s, %v", what, m.text, err)
	}
}

// outcome is what becomes of a frame: the connection is closed with a code, or goes on if the code is 0.
type outcome struct {
	frame string
	code  int
}

// wants sends each frame on a connection of its own, behind what begin does with it, and checks what becomes of it.
func (p *probe) wants(begin func(*socket), outcomes ...outcome) {
	p.Helper()
	for _, o := range outcomes {
		s := p.dial(plainQuery)
		begin(s)
		s.send(o.frame)
		if what := fmt.Sprintf("%.90s", o.frame); o.code == 0 {
			s.wantOpen(what)
		} else {
			s.wantClosed(what, o.code)
		}
		_ = s.ws.Close() // the server has said what was asked
	}
}

// bare is no beginning.
func bare(*socket) {}

// known begins with an Identify.
func known(s *socket) { s.identify(s.target.Token, "") }

// identifyFrame makes an Identify of a token and further fields, each with a comma before it.
func (p *probe) identifyFrame(token, fields string) string {
	if p.target.Profile == Discord {
		if !strings.Contains(fields, `"properties"`) {
			fields += `,"properties":{"os":"linux","browser":"chorus","device":"chorus"}`
		}
		if token == p.target.BotToken && !strings.Contains(fields, `"intents"`) {
			fields += `,"intents":0`
		}
	}
	return fmt.Sprintf(`{"op":2,"d":{"token":%q%s}}`, token, fields)
}

// identify begins a session and returns READY.
func (s *socket) identify(token, fields string) reply {
	s.Helper()
	m, err := s.attempt(s.identifyFrame(token, fields))
	if err != nil || m.Name != "READY" {
		s.Fatalf("%s: instead of READY: %.200s, %v", fields, m.text, err)
	}
	return m
}

// attempt sends an Identify and returns the first message that follows. Where Discord has it wait, it waits.
func (s *socket) attempt(frame string) (reply, error) {
	for tries := 0; ; tries++ {
		s.send(frame)
		m, err := s.read()
		if err != nil || m.Op != 9 || tries == 3 || s.target.Profile != Discord {
			return m, err
		}
		s.pause(6 * time.Second)
	}
}

// admits sends each Identify on a connection of its own, and checks that it is admitted, or closed with a code.
func (p *probe) admits(outcomes ...outcome) {
	p.Helper()
	for _, o := range outcomes {
		s := p.dial(plainQuery)
		m, err := s.attempt(o.frame)
		var closed *websocket.CloseError
		switch {
		case o.code == 0 && (err != nil || m.Name != "READY"):
			p.Errorf("%.150s: instead of READY: %.100s, %v", o.frame, m.text, err)
		case o.code != 0 && (!errors.As(err, &closed) || closed.Code != o.code):
			p.Errorf("%.150s: want close code %d, not %.100s, %v", o.frame, o.code, m.text, err)
		}
		_ = s.ws.Close() // the server has said what was asked
	}
}

// identity is what READY says of a session.
type identity struct {
	SessionID string `json:"session_id"`
	ResumeURL string `json:"resume_gateway_url"`
	Guilds    []struct {
		ID          string `json:"id"`
		Unavailable bool   `json:"unavailable"`
	} `json:"guilds"`
}

// identity reads READY.
func (p *probe) identity(ready reply) identity {
	p.Helper()
	var id identity
	if err := json.Unmarshal(ready.Data, &id); err != nil {
		p.Fatalf("READY: %v", err)
	}
	return id
}

// has says whether a guild is among those of READY.
func (id identity) has(guild string) bool {
	for _, g := range id.Guilds {
		if g.ID == guild {
			return true
		}
	}
	return false
}
