package gatewaytest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"net"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// Rhythm is how fast a replay goes: any positive number is a factor, so that 2 is twice as fast as it was recorded.
type Rhythm float64

const (
	// FullSpeed sends each frame as soon as the client has taken the one before.
	FullSpeed Rhythm = 0
	// Recorded leaves as much time between frames as there was when they were recorded, the client's own pauses excepted:
	// what followed an Identify is timed from the live one.
	Recorded Rhythm = 1
)

// ReplayOptions says how to serve a recording. The zero value serves all of it at full speed on a loopback socket.
type ReplayOptions struct {
	// Network is the network to listen on; nil means a TCP socket on 127.0.0.1 with a free port.
	Network *Network
	// Host is the name under which to listen on Network; "gateway.test" if empty. It has no meaning without Network.
	Host string
	// Rhythm is how fast frames are sent.
	Rhythm Rhythm
	// Connections names the recorded connections to serve, in this order; all of them if empty, in the order of the
	// recording.
	Connections []string
	// Wrap begins again with the first connection after the last one. Otherwise a client that comes when every
	// connection was served is refused with status 503, so that a client that reconnects for ever does not replay for
	// ever.
	Wrap bool
	// Hold keeps a connection open after its last frame, still answering heartbeats, instead of closing it as it was
	// closed.
	Hold bool
	// OneZstdFrame puts all messages to a client that asks for zstd-stream into one frame that never ends. Otherwise each
	// has a frame of its own, as Spacebar sends them. It has no meaning for frames that are served as they were recorded.
	OneZstdFrame bool
	// PayloadZlib compresses each message to a client without transport compression whose encoding is JSON and whose
	// Identify asks for it with compress, from then on, in a zlib stream of its own. Spacebar takes no notice of such a
	// wish.
	PayloadZlib bool
	// WriteTimeout bounds how long the client may keep a single frame waiting, and how long it may take to answer the
	// server's close frame; zero is no bound, so that a client can stop reading for as long as it likes. Close ends the
	// waiting either way.
	WriteTimeout time.Duration
}

// ReplayServer is a websocket server that replays a Recording. See [Replay].
type ReplayServer struct {
	options  ReplayOptions
	serving  []*connection
	listener net.Listener
	root     string
	cancel   context.CancelFunc
	work     sync.WaitGroup

	mu   sync.Mutex
	next int // index into serving
	err  error
}

// Replay starts a server that plays the server's part of a recording, until Close. The n-th client gets the n-th
// connection, or the one it names (see [ReplayServer.URLFor]).
//
// A client gets every recorded frame in order. Where the recorded client sent Identify or Resume, the server waits
// until the live one has sent either; it waits for nothing else, and ignores whatever else the client sends but
// heartbeats. Heartbeats (op 1 and 40) are answered with op 11, and the recorded answers left out. A client that does
// not read makes the server wait; no frame is left out because of it. After the last frame the server closes as the
// recorded one did: with its code and reason, without a close frame if the code is 1006, and with 1000 if the recording
// ends before that.
//
// The URL says which encoding and compression the client gets, JSON or ETF with nothing, zlib-stream or zstd-stream. If
// both are the recording's, frames are served byte for byte; otherwise messages are decompressed, translated and
// compressed anew. Payloads that were recorded compressed on their own, because Identify had asked for it, are so for
// clients that ask for it too. In a recorded stream nothing can be inserted without changing what comes later: a live
// heartbeat is answered there too, but from then on the stream is compressed anew, and until then the recorded answers
// are sent like all frames. An encoding or a compression that is unknown closes the connection with 4002.
func Replay(rec *Recording, options ReplayOptions) (*ReplayServer, error) {
	serving, err := choose(rec, options)
	if err != nil {
		return nil, err
	}
	s := &ReplayServer{options: options, serving: serving}
	if options.Network != nil {
		host := cmp.Or(options.Host, "gateway.test")
		s.listener, err = options.Network.Listen(host)
		s.root = "ws://" + host
	} else if s.listener, err = net.Listen("tcp", "127.0.0.1:0"); err == nil {
		s.root = "ws://" + s.listener.Addr().String()
	}
	if err != nil {
		return nil, fmt.Errorf("gatewaytest: %w", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	s.cancel = cancel
	s.work.Go(func() { s.accept(ctx) })
	return s, nil
}

// choose checks the options and finds the connections to serve.
func choose(rec *Recording, options ReplayOptions) ([]*connection, error) {
	if rec == nil || len(rec.connections) == 0 {
		return nil, errors.New("gatewaytest: nothing to replay: the recording has no connection")
	}
	if !(options.Rhythm >= 0) || math.IsInf(float64(options.Rhythm), 1) {
		return nil, fmt.Errorf("gatewaytest: Rhythm is %v, which is no speed", options.Rhythm)
	}
	if options.WriteTimeout < 0 {
		return nil, fmt.Errorf("gatewaytest: WriteTimeout is negative: %v", options.WriteTimeout)
	}
	if len(options.Connections) == 0 {
		return rec.connections, nil
	}
	var serving []*connection
	for _, name := range options.Connections {
		c := rec.connection(name)
		if c == nil {
			return nil, fmt.Errorf("gatewaytest: the recording has no connection %q", name)
		}
		serving = append(serving, c)
	}
	return serving, nil
}

// URL returns the server's address, such as ws://127.0.0.1:40123, without a path or query. Any path and query may be
// added.
func (s *ReplayServer) URL() string { return s.root }

// URLFor returns the address at which a client gets the named connection, whatever other clients got, and as often as
// it likes.
func (s *ReplayServer) URLFor(conn string) string { return s.root + "/" + url.PathEscape(conn) }

// Dialer returns a dialer that reaches the server, over its Network if it has one. Each call returns a new one that the
// caller may change.
func (s *ReplayServer) Dialer() *websocket.Dialer {
	if s.options.Network != nil {
		return s.options.Network.Dialer()
	}
	return &websocket.Dialer{HandshakeTimeout: handshakeTimeout}
}

// Err returns the first thing that kept the server from replaying: a client that stopped reading for longer than
// WriteTimeout, a recorded message that cannot be translated into the encoding that a client asked for, or a broken
// listener.
// A client that leaves early is no error.
func (s *ReplayServer) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// Close ends the server and its connections, and returns when all of its goroutines have ended, with what Err returns.
// Clients get close code 1001 if they take it within a tenth of a second. Calling it again does no harm.
func (s *ReplayServer) Close() error {
	s.cancel()
	_ = s.listener.Close() // a second close has nothing new to say
	s.work.Wait()
	return s.Err()
}

// fail keeps the first error.
func (s *ReplayServer) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil {
		s.err = fmt.Errorf("gatewaytest: %w", err)
	}
}

func (s *ReplayServer) accept(ctx context.Context) {
	for {
		netConn, err := s.listener.Accept()
		if err != nil {
			if ctx.Err() == nil {
				s.fail(err)
			}
			return
		}
		s.work.Go(func() { s.serve(ctx, netConn) })
	}
}

// grace is how long the ends of connections may take after Close.
const grace = 100 * time.Millisecond

// serve handles one client from its first byte to its last.
func (s *ReplayServer) serve(ctx context.Context, netConn net.Conn) {
	defer leash(ctx, netConn, grace)()
	if err := s.client(ctx, netConn); err != nil && ctx.Err() == nil {
		s.fail(err)
	}
}

// client shakes hands and plays.
func (s *ReplayServer) client(ctx context.Context, netConn net.Conn) error {
	h, err := readHandshake(netConn)
	if err != nil {
		return nil // left, or spoke something other than HTTP
	}
	asked := transportOf(h.request.URL.Query())
	var c *connection
	if asked.known() && websocket.IsWebSocketUpgrade(h.request) {
		if c = s.take(h.request.URL.Path); c == nil {
			h.refuse("all recorded connections have been served")
			return nil
		}
	}
	ws, err := h.upgrade(nil)
	if err != nil {
		return nil
	}
	p := &player{
		ws: ws, timeout: s.options.WriteTimeout, rhythm: s.options.Rhythm, hold: s.options.Hold,
		compress: s.options.PayloadZlib,
	}
	if c == nil {
		return p.refuse(ctx, fmt.Sprintf("unknown encoding %q or compress %q", asked.encoding, asked.compress))
	}
	p.steps = c.steps
	p.courier = &courier{
		ws: ws, timeout: s.options.WriteTimeout, recorded: c.wire, asked: asked,
		endless: c.endless, oneFrame: s.options.OneZstdFrame,
	}
	if err := p.run(ctx); err != nil {
		return fmt.Errorf("connection %s: %w", c.name, err)
	}
	return nil
}

// take returns the connection for the next client, or nil if there is none.
func (s *ReplayServer) take(path string) *connection {
	name := strings.Trim(path, "/") // clients put a slash before the query
	for _, c := range s.serving {
		if name == c.name {
			return c
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.next == len(s.serving) {
		if !s.options.Wrap {
			return nil
		}
		s.next = 0
	}
	s.next++
	return s.serving[s.next-1]
}
