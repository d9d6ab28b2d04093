package gatewaytest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"

	"github.com/gorilla/websocket"

	"github.com/chorus-go/chorus/internal/recording"
)

// ProxyOptions says where a [Proxy] listens and how it reaches the gateway. The zero value listens on a loopback socket
// with a free port and dials over the machine's own network.
type ProxyOptions struct {
	// Network is the network to listen on and, without a Dialer, to dial on; nil means TCP.
	Network *Network
	// Address is where to listen: on Network a host, "proxy.test" if empty; otherwise a TCP address with its port,
	// "127.0.0.1:0" if empty. Whoever can reach it can reach the gateway.
	Address string
	// Dialer reaches the gateway. It is copied, and the copy dials without a limit of time only if its
	// HandshakeTimeout is zero. Nil means the Network's, or without a Network one that minds the proxy of the
	// environment.
	Dialer *websocket.Dialer
	// RewriteResume puts the proxy's own address in the place of resume_gateway_url in READY, so that a client
	// resumes through the proxy too; what connects there is led to the address that the server had named. Only a
	// READY that crosses the socket as plain JSON text is rewritten: in a compressed stream, in a payload that is
	// compressed on its own, and in ETF nothing is changed, and such a client resumes past the proxy. The recording
	// always has the server's address.
	RewriteResume bool
	// MaxMessage bounds one websocket message in bytes, as it crosses the socket; 256 MiB if it is not positive. A
	// longer one ends its connection.
	MaxMessage int64
}

// Proxy is a websocket server in front of a real gateway that writes down what crosses it. See [NewProxy].
type Proxy struct {
	options  ProxyOptions
	target   *url.URL
	dialer   *websocket.Dialer
	listener net.Listener
	root     string
	writer   *recording.Writer
	resumes  resumeTable
	cancel   context.CancelFunc
	work     sync.WaitGroup
	opened   atomic.Int64

	mu  sync.Mutex
	err error
}

// NewProxy starts a proxy in front of the gateway at target, a URL with the scheme ws, wss, http or https, and
// records what crosses it to w, in the format of gateway.Options.Recorder that [ReadRecording] reads. It runs until
// Close, or until ctx ends. A nil w records nothing. An error is a *[ProxyError].
//
// Any client can use it: only the address changes. For each client the proxy dials target, with the client's query
// byte for byte (so version, encoding and compression are the client's; target's own query stands in for an absent
// one) and its headers, and then forwards messages of both directions as they are: text as text, binary as binary,
// ping, pong and close frames with their payload, code and reason. It answers none of them itself. A message in
// fragments is forwarded as one. A side that is lost without a close frame is lost without one on the other side. The
// server's refusal of the handshake reaches the client with its status, headers and the first 1024 bytes of its body;
// a server that cannot be reached is status 502. Websocket compression (permessage-deflate) is not negotiated.
//
// Each message is recorded before it is forwarded, so that an answer never stands before its question: decompressed,
// whichever encoding and compression the client asked for, as text or, if it is ETF, as binary. Tokens and other
// secrets are redacted before anything is written, and a token that the client sent is taken out wherever the server
// repeats it. A frame that cannot be decoded might hide a token: then nothing more of that connection is recorded,
// which Err tells as [ErrUnreadable], and forwarding goes on. Of closing, the first close frame is recorded, or code
// 1006 of the side that was lost. Ping and pong are not recorded, nor are handshakes that failed.
//
// Memory is bounded: per direction one message, plus the decompressor's window; for all connections 64 MiB that w
// has not taken yet, beyond which recording ends.
func NewProxy(ctx context.Context, target string, w io.Writer, options ProxyOptions) (*Proxy, error) {
	to, err := parseTarget(target)
	if err != nil {
		return nil, &ProxyError{Stage: StageTarget, Err: err}
	}
	if w == nil {
		w = io.Discard
	}
	if options.MaxMessage <= 0 {
		options.MaxMessage = maxPayload
	}
	p := &Proxy{options: options, target: to, dialer: options.Dialer, writer: recording.NewWriter(w)}
	if options.Network != nil {
		host := cmp.Or(options.Address, "proxy.test")
		p.listener, err = options.Network.Listen(host)
		p.root = "ws://" + host
		p.dialer = cmp.Or(p.dialer, options.Network.Dialer())
	} else if p.listener, err = net.Listen("tcp", cmp.Or(options.Address, "127.0.0.1:0")); err == nil {
		p.root = "ws://" + p.listener.Addr().String()
		p.dialer = cmp.Or(p.dialer, &websocket.Dialer{Proxy: http.ProxyFromEnvironment, HandshakeTimeout: handshakeTimeout})
	}
	if err != nil {
		return nil, &ProxyError{Stage: StageListen, Err: err}
	}
	ctx, p.cancel = context.WithCancel(ctx)
	p.work.Go(func() {
		<-ctx.Done()
		_ = p.listener.Close() // ends accept; that it was closed already says nothing new
	})
	p.work.Go(func() { p.accept(ctx) })
	return p, nil
}

// parseTarget reads the address of a gateway.
func parseTarget(target string) (*url.URL, error) {
	u, err := url.Parse(target)
	if err != nil {
		return nil, err
	}
	switch u.Scheme {
	case "http":
		u.Scheme = "ws"
	case "https":
		u.Scheme = "wss"
	case "ws", "wss":
	default:
		return nil, fmt.Errorf("%q has the scheme %q, not ws or wss", recording.RedactURL(target), u.Scheme)
	}
	if u.Host == "" {
		return nil, fmt.Errorf("%q has no host", recording.RedactURL(target))
	}
	u.Fragment = "" // is never sent
	u.Path = cmp.Or(u.Path, "/")
	return u, nil
}

// URL returns the proxy's address, such as ws://127.0.0.1:40123, without a path or query. Clients may add both; the
// path has no meaning, target's is dialled.
func (p *Proxy) URL() string { return p.root }

// Dialer returns a dialer that reaches the proxy, over its Network if it has one. Each call returns a new one that the
// caller may change.
func (p *Proxy) Dialer() *websocket.Dialer {
	if p.options.Network != nil {
		return p.options.Network.Dialer()
	}
	return &websocket.Dialer{HandshakeTimeout: handshakeTimeout}
}

// Err returns the first thing that kept the proxy from its work, as a *[ProxyError]: a server that could not be
// reached, a message over MaxMessage or one that breaks the websocket protocol, a frame that could not be decoded
// ([ErrUnreadable]), or the writer's error. That either side leaves, in whatever way, is no error.
func (p *Proxy) Err() error {
	p.mu.Lock()
	err := p.err
	p.mu.Unlock()
	if err == nil {
		if failed := p.writer.Err(); failed != nil {
			err = &ProxyError{Stage: StageRecord, Err: failed}
		}
	}
	return err
}

// Close ends the proxy and its connections, and returns with what Err returns, when all its goroutines have ended and
// all that was recorded is written. Both sides of a connection get close code 1001 if they take it within a tenth of
// a second; in the recording it is the client that has sent it. Calling it again does no harm.
func (p *Proxy) Close() error {
	p.cancel()
	p.work.Wait()
	_ = p.writer.Close() // Err returns it
	return p.Err()
}

// fail keeps the first error.
func (p *Proxy) fail(conn string, stage ProxyStage, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.err == nil {
		p.err = &ProxyError{Conn: conn, Stage: stage, Err: err}
	}
}

func (p *Proxy) accept(ctx context.Context) {
	for {
		conn, err := p.listener.Accept()
		if err != nil {
			if ctx.Err() == nil && !errors.Is(err, net.ErrClosed) {
				p.fail("", StageListen, err)
			}
			return
		}
		p.work.Go(func() { p.serve(ctx, conn) })
	}
}
