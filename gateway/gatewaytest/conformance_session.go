package gatewaytest

import (
	"fmt"
	"strings"
	"time"
)

// sessionChecks are about how sessions go on and end.
func sessionChecks() []conformanceCheck {
	return []conformanceCheck{
		{name: "resume", spacebar: spacebarResume, discord: discordResume},
		{name: "resume-deadline", slow: true, spacebar: resumeDeadline, discord: resumeDeadline},
		{name: "never-identifies", slow: true, spacebar: neverIdentifies, discord: neverIdentifies},
		{name: "no-heartbeat", slow: true, spacebar: noHeartbeat, discord: noHeartbeat},
		{name: "no-ping", slow: true, spacebar: noPing, discord: noPing},
	}
}

// controlChecks are about what is done to the server from its own side.
func controlChecks() []conformanceCheck {
	return []conformanceCheck{
		{name: "reconnect", spacebar: spacebarReconnects, discord: discordReconnects},
		{name: "logout", spacebar: spacebarLogout, discord: discordLogout},
		{name: "account-disabled", spacebar: accountDisabled, discord: accountDisabled},
		{name: "server-stopped", spacebar: spacebarStopped, discord: discordStopped},
	}
}

// resumeFrame makes a Resume.
func (p *probe) resumeFrame(session string, seq int64) string {
	return fmt.Sprintf(`{"op":6,"d":{"token":%q,"session_id":%q,"seq":%d}}`, p.target.Token, session, seq)
}

// wantGone checks that a Resume is refused, and that the same socket identifies.
func (s *socket) wantGone(frame string) {
	s.Helper()
	s.send(frame)
	if m, err := s.read(); err != nil || m.Op != 9 || string(m.Data) != "false" {
		s.Fatalf("%s: instead of op 9: %.200s, %v", frame, m.text, err)
	}
	s.identify(s.target.Token, "")
}

func spacebarResume(p *probe) {
	s := p.dial(plainQuery)
	session := p.identity(s.identify(p.target.Token, "")).SessionID
	_ = s.ws.NetConn().Close() // a connection that is lost has no last words
	for _, frame := range []string{p.resumeFrame(session, 0), p.resumeFrame("nobody's", 5), `{"op":6,"d":{}}`} {
		p.dial(plainQuery).wantGone(frame)
	}
}

func discordResume(p *probe) {
	s := p.dial(plainQuery)
	id := p.identity(s.identify(p.target.Token, supplementing))
	last := s.event("READY_SUPPLEMENTAL")
	_ = s.ws.NetConn().Close() // a connection that is lost has no last words
	p.pause(p.target.Settle)

	s = p.dial(strings.TrimSuffix(id.ResumeURL, "/") + plainQuery)
	s.send(p.resumeFrame(id.SessionID, *last.Seq-1))
	if again := s.event("READY_SUPPLEMENTAL"); *again.Seq != *last.Seq {
		p.Errorf("sequence %d is replayed as %d", *last.Seq, *again.Seq)
	}
	if resumed := s.event("RESUMED"); resumed.Seq == nil || *resumed.Seq <= *last.Seq {
		p.Errorf("RESUMED is %s", resumed.text)
	}
	s.wantOpen("after RESUMED")
	p.wants(bare, outcome{p.resumeFrame(id.SessionID, 1<<20), 4007})
	p.dial(plainQuery).wantGone(p.resumeFrame("nobody's", 1))
}

// ends checks when a connection is closed with 4009, counted from when it was opened. The times of Discord are nobody's
// promise, and taken more broadly.
func (s *socket) ends(what string, after time.Duration) {
	s.Helper()
	early, late := 2*time.Second, 2*time.Second
	if s.target.Profile == Discord {
		early, late = after/3, after/3
	}
	code := s.closed(time.Until(s.opened.Add(after+late)) + s.target.Patience)
	if took := time.Since(s.opened); code != 4009 || took < after-early || took > after+late {
		s.Errorf("%s: closed with %d (0: not at all) after %v, want 4009 after %v", what, code, took, after)
	}
}

// identifyDeadline is how long a client may take to identify.
const identifyDeadline = 30 * time.Second

func resumeDeadline(p *probe) {
	s := p.dial(plainQuery)
	s.send(p.resumeFrame("nobody's", 1))
	if m, err := s.read(); err != nil || m.Op != 9 {
		p.Fatalf("instead of op 9: %s, %v", m.text, err)
	}
	s.ends("a Resume in vain and no Identify", identifyDeadline)
}

func neverIdentifies(p *probe) {
	s := p.dial(plainQuery)
	for range 2 {
		p.pause(10 * time.Second)
		s.wantOpen("before the deadline")
	}
	s.ends("no Identify", identifyDeadline)
}

// noHeartbeat has three sockets send different things 20 s after Identify, and nothing after that.
func noHeartbeat(p *probe) {
	var sockets []*socket
	rows := []struct {
		frame string
		moves bool // the deadline
	}{
		{presenceFrame, false}, {`{"op":1,"d":null}`, true},
		{`{"op":40,"d":{"seq":null,"qos":{"ver":27,"active":true,"reasons":[]}}}`, true},
	}
	for range rows {
		s := p.dial(plainQuery)
		s.identify(p.target.Token, "")
		s.opened = time.Now()
		s.send(`{"op":1,"d":null}`) // with a limit on Identify the connection is older than its session
		sockets = append(sockets, s)
	}
	var deadlines []time.Duration
	for i, row := range rows {
		s := sockets[i]
		p.pause(time.Until(s.opened.Add(20 * time.Second)))
		deadlines = append(deadlines, s.hello.interval()*3/2)
		if row.moves {
			deadlines[i] += time.Since(s.opened)
		}
		s.send(row.frame)
	}
	for i, row := range rows {
		sockets[i].ends(row.frame, deadlines[i])
	}
}

// quiet is how long a connection is watched for pings of the server: longer than any interval that is usual for them.
const quiet = 75 * time.Second

// noPing has a session whose heart beats, and to which the server sends no ping of the websocket.
func noPing(p *probe) {
	s := p.dial(plainQuery)
	s.identify(p.target.Token, "")
	s.ws.SetPingHandler(func(string) error { p.Error("the server sends a ping"); return nil })
	for begun := time.Now(); time.Since(begun) < quiet; {
		p.pause(quiet / 5)
		s.wantOpen("while the heart beats")
	}
}

func spacebarReconnects(p *probe) {
	p.need(p.target.Control.Reconnect != nil, "Control.Reconnect")
	s := p.dial(plainQuery)
	s.identify(p.target.Token, "")
	p.done(p.target.Control.Reconnect(1234 * time.Millisecond))
	m, err := s.answer()
	if err != nil || m.Op != 7 || m.Seq == nil || *m.Seq != s.next || string(m.Data) != "1234" ||
		keysOf(m.text) != "d op s" {
		p.Errorf("instead of op 7 with the sequence %d and 1234: %s, %v", s.next, m.text, err)
	}
	s.wantClosed("after op 7", 1000)
}

func discordReconnects(p *probe) {
	p.need(p.target.Control.Reconnect != nil, "Control.Reconnect")
	s := p.dial(plainQuery)
	s.identify(p.target.Token, "")
	p.done(p.target.Control.Reconnect(0))
	if m, err := s.answer(); err != nil || m.Op != 7 || m.Seq != nil || string(m.Data) != "null" {
		p.Errorf("instead of op 7: %s, %v", m.text, err)
	}
	if code := s.closed(p.target.Patience); code == 0 || code == 1000 || code == 1001 {
		p.Errorf("after op 7: closed with %d (0: not at all), which ends the session", code)
	}
}

// done checks that something was done to the server.
func (p *probe) done(err error) {
	p.Helper()
	if err != nil {
		p.Fatal(err)
	}
}

// loggedOut logs an account out and checks what its client gets.
func (p *probe) loggedOut(keys, data string) {
	p.Helper()
	p.need(p.target.Control.Logout != nil && len(p.target.Spares) > 0, "Control.Logout or no spare account")
	s, other := p.dial(plainQuery), p.dial(plainQuery)
	s.identify(p.target.Spares[0], "")
	other.identify(p.target.Token, "")
	p.done(p.target.Control.Logout(p.target.Spares[0]))
	m, err := s.answer()
	if err != nil || m.Op != 9 || keysOf(m.text) != keys || string(m.Data) != data || m.Seq != nil && *m.Seq != s.next {
		p.Errorf("instead of op 9 with %q, and if numbered, with the sequence %d: %s, %v", data, s.next, m.text, err)
	}
	s.wantClosed("logged out", 4006)
	other.wantOpen("another account")
}

func spacebarLogout(p *probe) { p.loggedOut("op s", "") }

func discordLogout(p *probe) { p.loggedOut("d op s t", "false") }

func accountDisabled(p *probe) {
	p.need(p.target.Control.Disable != nil && len(p.target.Spares) > 1, "Control.Disable or no second spare account")
	s := p.dial(plainQuery)
	s.identify(p.target.Spares[1], "")
	p.done(p.target.Control.Disable(p.target.Spares[1]))
	p.pause(p.target.Settle)
	s.wantOpen("after the account was disabled")
}

// stopped stops the server and checks how the connection ends.
func (p *probe) stopped(code int) {
	p.Helper()
	p.need(p.target.Control.Stop != nil, "Control.Stop")
	s := p.dial(plainQuery)
	s.identify(p.target.Token, "")
	p.done(p.target.Control.Stop())
	for {
		m, err := s.read()
		if err == nil && m.Op == 7 {
			p.Errorf("the server says %s before it stops", m.text)
		}
		if err != nil {
			if got := codeOf(err); got != code {
				p.Errorf("stopped: closed with %d, want %d", got, code)
			}
			return
		}
	}
}

func spacebarStopped(p *probe) { p.stopped(1006) }

func discordStopped(p *probe) { p.stopped(1001) }
