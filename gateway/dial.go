package gateway

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// Sizes of a websocket's own buffers, unless the dialer has some. What is read goes past them, see frames, and what is
// written is one small frame at a time, in a buffer that is there while it is written.
const (
	websocketReadBuffer  = 1 << 8
	websocketWriteBuffer = 4 << 10
)

// dial opens a websocket. It ends with ctx at every stage: TCP, a proxy, TLS and the upgrade.
func (c *connection) dial(ctx context.Context, target *url.URL) (*websocket.Conn, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, dialTimeout, fmt.Errorf("not connected within %v", dialTimeout))
	defer cancel()
	var opened tether
	ws, response, err := opened.dialer(ctx, c.options.Dialer).DialContext(ctx, target.String(), withUserAgent(c.options.Header))
	if cut := opened.release(); cut && err == nil {
		_ = ws.Close()
		err = context.Cause(ctx)
	}
	if err == nil && deflates(response.Header) {
		_ = ws.Close()
		err = errDeflate
	}
	if err == nil {
		return ws, nil
	}
	failure := &HandshakeError{Stage: StageDial, Host: target.Host, Err: err}
	if response != nil {
		failure.Status = response.StatusCode
	}
	if deadline, _ := ctx.Deadline(); !time.Now().Before(deadline) {
		<-ctx.Done() // The connection's own deadline was the same moment, and may have come first.
	}
	if cause := context.Cause(ctx); cause != nil {
		failure.Err = cause
	}
	return nil, failure
}

// errDeflate is a server that compresses as a websocket without being asked. The websocket package would go along:
// compress what it writes, and inflate what it reads without a limit.
var errDeflate = errors.New("the server compresses by permessage-deflate, which it was not asked for")

// deflates says whether the answer to an upgrade has the extension that compresses.
func deflates(answer http.Header) bool {
	extensions := strings.Join(answer["Sec-Websocket-Extensions"], ",")
	return strings.Contains(strings.ToLower(extensions), "permessage-deflate")
}

// tether closes the network connection of a dial when its context ends. The websocket package minds the context while
// it connects, and from then on only the context's deadline: a dial that was given up would wait for the answer to its
// upgrade until then.
type tether struct {
	mu    sync.Mutex // held to add to stops
	stops []func() bool
}

// withUserAgent returns a header with a User-Agent, which Spacebar wants.
func withUserAgent(header http.Header) http.Header {
	if header.Get("User-Agent") != "" {
		return header
	}
	if header = header.Clone(); header == nil {
		header = http.Header{}
	}
	header.Set("User-Agent", userAgent)
	return header
}

// dialer returns a copy of a dialer, or of the default for nil, whose network connections are closed when ctx ends.
func (t *tether) dialer(ctx context.Context, from *websocket.Dialer) *websocket.Dialer {
	if from == nil {
		from = &websocket.Dialer{Proxy: http.ProxyFromEnvironment, HandshakeTimeout: dialTimeout}
	}
	dialer := *from
	if dialer.ReadBufferSize == 0 {
		dialer.ReadBufferSize = websocketReadBuffer
	}
	if dialer.WriteBufferSize == 0 && dialer.WriteBufferPool == nil {
		dialer.WriteBufferSize, dialer.WriteBufferPool = websocketWriteBuffer, &writeBuffers
	}
	switch {
	case from.NetDialContext != nil:
		dialer.NetDialContext = t.tied(ctx, from.NetDialContext)
	case from.NetDial != nil:
		dialer.NetDialContext = t.tied(ctx, func(_ context.Context, network, address string) (net.Conn, error) {
			return from.NetDial(network, address)
		})
	default:
		dialer.NetDialContext = t.tied(ctx, new(net.Dialer).DialContext)
	}
	if from.NetDialTLSContext != nil {
		dialer.NetDialTLSContext = t.tied(ctx, from.NetDialTLSContext)
	}
	return &dialer
}

type netDial = func(ctx context.Context, network, address string) (net.Conn, error)

func (t *tether) tied(ctx context.Context, dial netDial) netDial {
	return func(dialing context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(dialing, network, address)
		if err != nil {
			return nil, err
		}
		stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
		t.mu.Lock()
		defer t.mu.Unlock()
		t.stops = append(t.stops, stop)
		return conn, nil
	}
}

// release lets the connections live on without ctx. It reports whether one was closed already.
func (t *tether) release() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	cut := false
	for _, stop := range t.stops {
		cut = !stop() || cut
	}
	return cut
}
