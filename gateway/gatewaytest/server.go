package gatewaytest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"slices"
	"sync"
	"testing"

	"github.com/gorilla/websocket"

	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
	"github.com/chorus-go/chorus/types"
)

// Server is a gateway in this process: clients connect, identify and get events as from a real server, of which it has
// the rules and the refusals (see [Profile]). Tests read what clients send with [Server.Expect], change what happens
// with [Server.On], and break things with [Server.Inject] and the methods of [Peer].
//
// Goroutines: one accepts on each of the two addresses. Each connection has one that reads, and carries out what the
// client asks for, and one that writes what is in the connection's outbox; whoever has something to send, be it the
// reader, a timer, a test or the dispatcher of events, puts it there and never waits for the client. No lock is held
// while anything is read, written, waited for or called.
//
// All methods are safe from any goroutine.
type Server struct {
	options   ServerOptions
	rules     rules
	listeners [2]net.Listener // of the server itself and of the resume host
	urls      [2]string
	ctx       context.Context // ends with Close
	cancel    context.CancelFunc
	work      sync.WaitGroup
	received  receipts
	faults    injections
	stall     stall
	identify  identifyLimit
	commands  map[types.Opcode]command
	api       *rest // nil if there is no World
	packers   packers
	buffers   buffers
	limits    restLimits

	mu           sync.Mutex
	peers        map[int]*Peer // that are connected, by their numbers
	count        int           // of peers that ever were
	sessions     map[string]*session
	owned        map[types.Snowflake]int // how many sessions a user has
	born         map[string]int          // how many sessions a token had
	refuseResume bool
}

// NewServer starts a server that ends with the test. If it cannot be started the test fails at once. Inside a
// testing/synctest bubble the options need a Network, and t is the bubble's.
func NewServer(t testing.TB, options ServerOptions) *Server {
	t.Helper()
	server, err := Serve(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() }) // what keeps a listener from closing is of no interest to the test
	return server
}

// Serve starts a server for which Close must be called. The error says what is wrong with the options, or why there can
// be no listener.
func Serve(options ServerOptions) (*Server, error) {
	options, err := options.filled()
	if err != nil {
		return nil, err
	}
	s := &Server{
		options: options, rules: rulesOf(options.Profile), commands: commands(),
		peers: make(map[int]*Peer), sessions: make(map[string]*session), owned: make(map[types.Snowflake]int),
		born: make(map[string]int),
	}
	s.received.changed = make(chan struct{})
	s.rules.limits = s.rules.limits && !options.NoRateLimits
	for i, host := range []string{options.Host, "resume." + options.Host} {
		if s.listeners[i], s.urls[i], err = listen(options.Network, host); err != nil {
			if i > 0 {
				_ = s.listeners[0].Close() // nothing is served yet
			}
			return nil, fmt.Errorf("gatewaytest: %w", err)
		}
	}
	if options.World != nil {
		s.api = newREST(s)
	}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	for i, listener := range s.listeners {
		s.work.Go(func() { s.accept(listener, i == 1) })
	}
	return s, nil
}

// listen opens an address and returns its URL.
func listen(network *Network, host string) (net.Listener, string, error) {
	if network != nil {
		listener, err := network.Listen(host)
		return listener, "ws://" + host, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, "", err
	}
	return listener, "ws://" + listener.Addr().String(), nil
}

// URL returns the server's address, such as ws://127.0.0.1:40123, without a path or query. Any path may be added.
func (s *Server) URL() string { return s.urls[0] }

// ResumeURL returns the address of the resume host. READY names it unless the profile is Spacebar without
// SeparateResumeHost. It behaves as URL does, until RefuseResumeHost.
func (s *Server) ResumeURL() string { return s.urls[1] }

// World returns what is served: that of the options, or the one that was made without.
func (s *Server) World() *world.World { return s.options.World }

// Dialer returns a dialer that reaches the server, over its Network if it has one. Each call returns a new one that the
// caller may change.
func (s *Server) Dialer() *websocket.Dialer {
	if s.options.Network != nil {
		return s.options.Network.Dialer()
	}
	return &websocket.Dialer{HandshakeTimeout: handshakeTimeout}
}

// Close ends the server as the real one ends: of Spacebar the sockets are cut, without op 7 and without a close frame;
// those of Discord get close code 1001 if they take it within a tenth of a second. It returns when all goroutines have
// ended, with what the listeners said. Calling it again does no harm.
func (s *Server) Close() error {
	s.cancel()
	errs := make([]error, 0, len(s.listeners))
	for _, listener := range s.listeners {
		if err := listener.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
			errs = append(errs, fmt.Errorf("gatewaytest: %w", err))
		}
	}
	s.work.Wait()
	s.forgetAll()
	return errors.Join(errs...)
}

// Peers returns the connections that are open, in the order in which they came.
func (s *Server) Peers() []*Peer {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.SortedFunc(maps.Values(s.peers), func(a, b *Peer) int { return a.id - b.id })
}

// RefuseResumeHost makes the resume host answer with status 503, or not any longer. Connections that there are stay.
func (s *Server) RefuseResumeHost(refuse bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuseResume = refuse
}

// resumeURL is what READY says.
func (s *Server) resumeURL() string {
	if s.options.SeparateResumeHost {
		return s.urls[1]
	}
	return s.urls[0]
}
