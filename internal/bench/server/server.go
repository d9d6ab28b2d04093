package server

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"github.com/chorus-go/chorus/internal/bench/stream"
)

// Options are how a server behaves.
type Options struct {
	Spec stream.Spec

	// Compressions are those that clients may ask for; None always is.
	Compressions []stream.Compression

	// Loop is how long the flood is repeated; 0 is once. It can only be repeated without compression.
	Loop time.Duration

	// Auto begins the flood right after READY instead of when the control connection says so.
	Auto bool
}

// Server is a gateway on a port of the loopback interface.
type Server struct {
	options Options
	streams map[stream.Compression]*stream.Stream
	gateway net.Listener
	control net.Listener
	http    *http.Server

	mu    sync.Mutex
	start chan struct{} // closed when the floods of the present connections begin
	beats []float64     // of the newest connection; milliseconds since its HELLO
}

// Listen makes a server with everything that it will say.
func Listen(options Options) (*Server, error) {
	s := &Server{options: options, streams: map[stream.Compression]*stream.Stream{}, start: make(chan struct{})}
	for _, compression := range options.Compressions {
		if options.Loop > 0 && compression != stream.None {
			return nil, errors.New("server: a compressed flood cannot be repeated")
		}
		prepared, err := stream.Build(options.Spec, compression)
		if err != nil {
			return nil, err
		}
		s.streams[compression] = prepared
	}
	var err error
	if s.gateway, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return nil, fmt.Errorf("server: %w", err)
	}
	if s.control, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return nil, errors.Join(fmt.Errorf("server: %w", err), s.gateway.Close())
	}
	s.http = &http.Server{Handler: http.HandlerFunc(s.accept), ReadHeaderTimeout: time.Minute}
	return s, nil
}

// URL is where clients go.
func (s *Server) URL() string { return "ws://" + s.gateway.Addr().String() }

// Control is the address of the control connections.
func (s *Server) Control() string { return s.control.Addr().String() }

// Stream is what clients with this compression are sent; nil when there is none.
func (s *Server) Stream(compression stream.Compression) *stream.Stream { return s.streams[compression] }

// Serve serves until Close is called.
func (s *Server) Serve() error {
	controlled := make(chan error, 1)
	go func() { controlled <- s.serveControl() }()
	err := s.http.Serve(s.gateway)
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	return errors.Join(err, <-controlled)
}

// Close ends Serve and refuses new connections.
func (s *Server) Close() error { return errors.Join(s.http.Close(), s.control.Close()) }

// accept serves one connection of a client.
func (s *Server) accept(w http.ResponseWriter, r *http.Request) {
	prepared := s.streams[stream.Compression(r.URL.Query().Get("compress"))]
	if prepared == nil {
		http.Error(w, "not prepared for this compression", http.StatusBadRequest)
		return
	}
	upgrader := websocket.Upgrader{ReadBufferSize: 1 << 10, WriteBufferSize: 1 << 10}
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return // the client has been told
	}
	c := newClient(s, conn, prepared)
	c.serve()
	_ = conn.Close()
}

// begun is closed when the flood of a connection that is made now begins.
func (s *Server) begun() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.start
}

// begin begins the floods.
func (s *Server) begin() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.start)
	s.start = make(chan struct{})
}

// beat notes a heartbeat.
func (s *Server) beat(since time.Duration, first bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if first {
		s.beats = nil
	}
	s.beats = append(s.beats, float64(since.Microseconds())/1000)
}

// heard are the heartbeats of the newest connection.
func (s *Server) heard() []float64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]float64{}, s.beats...)
}

// closed tells whether an error is only that somebody has gone.
func closed(err error) bool { return errors.Is(err, net.ErrClosed) || errors.Is(err, io.EOF) }
