package gatewaytest

import (
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

// accept takes connections until the listener is closed. It is a goroutine of its own for each address.
func (s *Server) accept(listener net.Listener, resumeHost bool) {
	for {
		netConn, err := listener.Accept()
		if err != nil {
			return
		}
		s.work.Go(func() { s.serve(netConn, resumeHost) })
	}
}

// serve handles one client from its first byte to its last; the goroutine becomes the connection's reader.
func (s *Server) serve(netConn net.Conn, resumeHost bool) {
	moment := time.Duration(0)
	if s.options.Profile == Discord {
		moment = grace
	}
	defer leash(s.ctx, netConn, moment)()
	s.stall.wait(s.ctx.Done())
	h, err := readHandshake(netConn)
	if err != nil {
		return // left, or spoke something other than HTTP
	}
	if resumeHost && s.refusesResume() {
		h.refuse("the resume host is out of order")
		return
	}
	if s.api.serves(h.request) {
		s.api.ServeHTTP(h, h.request)
		_ = h.flush() // the client may be gone already
		return
	}
	ws, err := h.upgrade(&s.buffers.frames)
	if err != nil {
		return
	}
	p := s.newPeer(ws, h)
	p.run(s.greeting(h, p.courier.asked))
	s.leave(p)
}

func (s *Server) refusesResume() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.refuseResume
}

// newPeer makes the connection known.
func (s *Server) newPeer(ws *websocket.Conn, h *handshake) *Peer {
	asked := transportOf(h.request.URL.Query())
	p := &Peer{
		server: s, ws: ws, url: h.request.URL.String(), header: h.request.Header,
		courier: &courier{
			ws: ws, recorded: transport{encoding: "none"}, asked: asked, oneFrame: s.rules.oneZstdFrame, shared: &s.packers,
		},
		gone: make(chan struct{}),
	}
	p.outbox.filled = make(chan struct{}, 1)
	p.outbox.limit = int64(s.options.OutboxBytes)
	p.log.limit = s.options.LogEntries
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count++
	p.id = s.count
	s.peers[p.id] = p
	return p
}

// leave forgets a connection.
func (s *Server) leave(p *Peer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.peers, p.id)
}

// greeting says why a client is not even greeted, or nil.
func (s *Server) greeting(h *handshake, asked transport) error {
	if s.rules.userAgent && h.request.Header.Get("User-Agent") == "" {
		return refuse(4002, "no User-Agent")
	}
	if asked.encoding != encodingJSON && asked.encoding != encodingETF {
		return refuse(4002, "unknown encoding %q", asked.encoding)
	}
	query := h.request.URL.Query()
	if s.options.Profile == Spacebar && !spacebarVersion(query.Get("version")) {
		return refuse(4012, "unsupported version")
	}
	versions := []string{"", "6", "7", "8", "9", "10"}
	if v := query.Get("v"); s.options.Profile == Discord && !slices.Contains(versions, v) {
		return refuse(4012, "unsupported version")
	}
	if !asked.known() {
		return refuse(4002, "unknown compress %q", asked.compress)
	}
	return nil
}

// spacebarVersion says whether Spacebar takes a version parameter: 8, and whatever is nothing to JavaScript.
func spacebarVersion(version string) bool {
	n, err := strconv.ParseFloat(strings.TrimSpace(version), 64)
	return err != nil || n == 0 || n == 8
}
