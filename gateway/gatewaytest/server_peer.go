package gatewaytest

import (
	"errors"
	"net/http"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/gorilla/websocket"

	"github.com/chorus-go/chorus/types"
)

// Peer is one client's connection, as the server sees it; a client that reconnects is a new one. Its methods are safe
// from any goroutine, may be called after the connection has ended, when they do nothing, and never wait for the
// client.
type Peer struct {
	server *Server
	id     int
	ws     *websocket.Conn
	url    string
	header http.Header
	outbox outbox
	log    log
	stall  stall
	faults injections
	gone   chan struct{} // closed when the reader has ended

	// The writer's.
	courier  *courier
	sequence int64     // of Spacebar: the next s of the connection
	held     *Outgoing // what is to be sent behind the next message
	odd      oddity    // of Quirks
	closed   int       // the code of the close frame that was sent before the client had sent one, 0 for none

	// The reader's.
	identified time.Time
	window     rateWindows

	mu       sync.Mutex
	session  *session
	identity *time.Timer // the deadline for Identify
	heart    *time.Timer // the deadline for the next heartbeat
	patience *time.Timer // how long a client that was asked to reconnect may stay
	closing  bool        // nothing that the client sends matters any longer
}

// closeGrace is how long a client may take to answer a close frame.
const closeGrace = 5 * time.Second

// ID returns the number of the connection: 1 for the first that the server had.
func (p *Peer) ID() int { return p.id }

// URL returns the path and the query that the client asked for.
func (p *Peer) URL() string { return p.url }

// Header returns the header of the client's handshake. It is shared and read-only.
func (p *Peer) Header() http.Header { return p.header }

// SessionID returns the session that the connection has, as READY named it; it is empty before Identify.
func (p *Peer) SessionID() string {
	if session := p.current(); session != nil {
		return session.id
	}
	return ""
}

// UserID returns whose session it is; 0 before Identify.
func (p *Peer) UserID() types.Snowflake {
	if session := p.current(); session != nil {
		return session.account.ID
	}
	return 0
}

// Done is closed when the connection has ended.
func (p *Peer) Done() <-chan struct{} { return p.gone }

func (p *Peer) current() *session {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.session
}

// run greets the client and reads until the connection has ended. refused is why it is closed instead of being greeted.
func (p *Peer) run(refused error) {
	p.log.add(Entry{Direction: Inbound, Kind: EntryOpen, Text: p.url})
	var writing sync.WaitGroup
	writing.Go(p.write)
	if refused == nil {
		p.hello()
	} else {
		p.refused(refused)
	}
	code := p.read()
	p.log.add(Entry{Direction: Inbound, Kind: EntryClose, Code: code})
	p.stopTimers()
	close(p.gone)
	_ = p.ws.Close() // ends a write that waits for the client
	writing.Wait()
	if p.closed != 0 {
		code = p.closed // some clients answer every close frame with 1000, and mean nothing by it
	}
	p.server.detach(p, code)
}

// read handles what the client sends until there is nothing more, and returns the close code.
func (p *Peer) read() int {
	p.ws.SetReadLimit(readLimit)
	for {
		kind, data, err := p.ws.ReadMessage()
		if err != nil {
			var closed *websocket.CloseError
			if errors.As(err, &closed) {
				return closed.Code
			}
			return websocket.CloseAbnormalClosure
		}
		p.stalled(p.server.ctx.Done())
		if !p.isClosing() {
			p.refused(p.take(kind, data))
		}
	}
}

// take handles one message.
func (p *Peer) take(kind int, data []byte) error {
	if len(data) > p.server.options.MaxFrame {
		return refuse(p.server.rules.tooLarge, "%d bytes", len(data))
	}
	if kind == websocket.TextMessage && !utf8.Valid(data) {
		return refuse(websocket.CloseInvalidFramePayloadData, "invalid UTF-8")
	}
	in, ok, err := p.payload(kind, data)
	if err != nil || !ok {
		return err
	}
	p.log.add(Entry{Direction: Inbound, Kind: EntryMessage, Op: in.Op, Data: in.Data})
	if p.server.received.take(Received{Peer: p, Op: in.Op, Data: in.Data, At: time.Now()}) {
		return nil
	}
	return p.obey(in)
}

// refused closes the connection if there is a reason.
func (p *Peer) refused(err error) {
	var r *refusal
	if errors.As(err, &r) {
		p.Close(r.code, r.reason)
	}
}

func (p *Peer) isClosing() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.closing
}

// stopTimers ends the deadlines, and lets none begin.
func (p *Peer) stopTimers() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closing = true
	for _, timer := range []*time.Timer{p.identity, p.heart, p.patience} {
		if timer != nil {
			timer.Stop()
		}
	}
}
