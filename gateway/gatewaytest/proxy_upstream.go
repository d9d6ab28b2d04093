package gatewaytest

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

// serve handles one client from its first byte to its last.
func (p *Proxy) serve(ctx context.Context, conn net.Conn) {
	release := whenDone(ctx, func() { _ = conn.Close() })
	client, server, to, err := p.open(ctx, conn)
	if release() || err != nil {
		for _, ws := range []*websocket.Conn{client, server} {
			if ws != nil {
				_ = ws.Close() // nothing was said yet
			}
		}
		_ = conn.Close() // closed before if the proxy ends
		return
	}
	name := "conn-" + strconv.FormatInt(p.opened.Add(1), 10)
	l := &link{
		proxy: p, name: name, client: client, server: server,
		tape: newTape(p.writer, name, to), plain: transportOf(to.Query()) == transport{encoding: encodingJSON},
	}
	l.run(ctx)
}

var errNoLink = errors.New("there is nothing to forward")

// open shakes hands with both sides, with the server first: what it says to the client's wish is then said to the
// client.
func (p *Proxy) open(ctx context.Context, conn net.Conn) (client, server *websocket.Conn, to *url.URL, err error) {
	h, err := readHandshake(conn)
	if err != nil {
		return nil, nil, nil, err // left, or spoke something other than HTTP
	}
	if !websocket.IsWebSocketUpgrade(h.request) {
		_, err := h.upgrade(nil) // which says what is missing
		return nil, nil, nil, errors.Join(errNoLink, err)
	}
	to = p.destination(h.request.URL)
	server, response, err := p.dial(ctx, to, forwarded(h.request.Header))
	if err := conn.SetDeadline(time.Now().Add(handshakeTimeout)); err != nil {
		return nil, server, nil, err
	}
	if err != nil {
		if errors.Is(err, websocket.ErrBadHandshake) && response != nil {
			h.pass(response)
		} else if ctx.Err() == nil {
			p.fail("", StageDial, err)
			http.Error(h, "the gateway cannot be reached", http.StatusBadGateway)
			_ = h.flush() // the client may be gone
		}
		return nil, nil, nil, err
	}
	upgrader := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	answer := forwarded(response.Header)
	client, err = upgrader.Upgrade(h, h.request, answer)
	if err != nil && !h.hijacked {
		err = errors.Join(err, h.flush())
	}
	return client, server, to, err
}

// pass answers the client with what the server said instead of accepting the websocket.
func (h *handshake) pass(response *http.Response) {
	for key, values := range forwarded(response.Header) {
		h.header[key] = values
	}
	h.status = response.StatusCode
	if response.Body != nil {
		_, _ = h.body.ReadFrom(response.Body) // what the dialer has kept of it
	}
	_ = h.flush() // the client may be gone
}

// destination is what to dial for a request.
func (p *Proxy) destination(asked *url.URL) *url.URL {
	to := *p.target
	if resume := p.resumes.lookup(asked.Path); resume != nil {
		to = *resume
	}
	if asked.RawQuery != "" {
		to.RawQuery = asked.RawQuery
	}
	return &to
}

// forwarded is a header without what belongs to one connection only. The subprotocol stays.
func forwarded(header http.Header) http.Header {
	kept := http.Header{}
	for key, values := range header {
		name := strings.ToLower(key)
		if strings.HasPrefix(name, "sec-websocket-") && name != "sec-websocket-protocol" || slices.Contains([]string{
			"host", "connection", "upgrade", "keep-alive", "te", "trailer", "transfer-encoding", "content-length",
			"proxy-authenticate", "proxy-authorization", "proxy-connection",
		}, name) {
			continue
		}
		kept[key] = values
	}
	return kept
}

// dial opens the websocket to the server. The websocket package minds ctx while it connects, and not while it waits
// for the answer to the upgrade: so the network connection is closed when ctx ends.
func (p *Proxy) dial(ctx context.Context, to *url.URL, header http.Header) (*websocket.Conn, *http.Response, error) {
	type netDial = func(ctx context.Context, network, address string) (net.Conn, error)
	var releases []func() bool
	tied := func(dial netDial) netDial {
		return func(dialing context.Context, network, address string) (net.Conn, error) {
			conn, err := dial(dialing, network, address)
			if err == nil {
				releases = append(releases, whenDone(ctx, func() { _ = conn.Close() }))
			}
			return conn, err
		}
	}
	dialer := *p.dialer
	switch {
	case dialer.NetDialContext != nil:
		dialer.NetDialContext = tied(dialer.NetDialContext)
	case dialer.NetDial != nil:
		dial := dialer.NetDial
		dialer.NetDialContext = tied(func(_ context.Context, network, address string) (net.Conn, error) {
			return dial(network, address)
		})
	default:
		dialer.NetDialContext = tied(new(net.Dialer).DialContext)
	}
	if dialer.NetDialTLSContext != nil {
		dialer.NetDialTLSContext = tied(dialer.NetDialTLSContext)
	}
	dialer.Subprotocols = nil // the client's are in the header
	ws, response, err := dialer.DialContext(ctx, to.String(), header)
	for _, release := range releases {
		if release() && err == nil {
			_ = ws.Close()
			err = context.Cause(ctx)
		}
	}
	return ws, response, err
}

// whenDone calls f when ctx ends, unless it is released before. The release waits for a call of f that has begun, and
// says whether there was one.
func whenDone(ctx context.Context, f func()) (release func() bool) {
	done := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(done)
		f()
	})
	return func() bool {
		if stop() {
			return false
		}
		<-done
		return true
	}
}
