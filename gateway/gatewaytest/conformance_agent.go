package gatewaytest

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"strings"
)

// noUserAgent has no User-Agent sent: net/http leaves an empty one out.
func noUserAgent() http.Header { return http.Header{"User-Agent": {""}} }

// userAgents connects without the header and with an empty one, which can only be sent where there is no TLS.
func (p *probe) userAgents(check func(s *socket, what string)) {
	p.Helper()
	s, _ := p.open(plainQuery, noUserAgent())
	check(s, "no User-Agent")
	if !strings.HasPrefix(p.target.URL, "ws://") {
		return
	}
	empty := *p
	dialer := *p.target.Dialer
	connect := dialer.NetDialContext
	if connect == nil {
		connect = new(net.Dialer).DialContext
	}
	dialer.NetDialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := connect(ctx, network, address)
		return &agentless{Conn: conn}, err
	}
	empty.target.Dialer = &dialer
	s, _ = empty.open(plainQuery, noUserAgent())
	check(s, "an empty User-Agent")
}

// agentless is a connection that puts an empty User-Agent behind the first line of what is written.
type agentless struct {
	net.Conn
	done bool
}

// Write makes it a net.Conn. What follows the first line can come in a later call.
func (a *agentless) Write(data []byte) (int, error) {
	end := bytes.IndexByte(data, '\n') + 1
	if a.done || end == 0 {
		return a.Conn.Write(data)
	}
	a.done = true
	changed := append(append(append([]byte(nil), data[:end]...), "User-Agent: \r\n"...), data[end:]...)
	if _, err := a.Conn.Write(changed); err != nil {
		return 0, err
	}
	return len(data), nil
}

func spacebarUserAgent(p *probe) {
	p.userAgents(func(s *socket, what string) { s.wantClosed(what, 4002) })
}

func discordUserAgent(p *probe) {
	p.userAgents(func(s *socket, what string) {
		if m, err := s.read(); err != nil || m.Op != 10 {
			p.Errorf("%s: instead of HELLO: %s, %v", what, m.text, err)
		}
	})
}
