package gateway_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/gateway/gatewaytest"
	"github.com/chorus-go/chorus/internal/etf"
	"github.com/chorus-go/chorus/types"
)

const (
	testURL   = "ws://gateway.test"
	readyJSON = `{"v":9,"session_id":"s1","resume_gateway_url":"ws://resume.test","user":{"id":"42","username":"ann"},"guilds":[]}`
)

// peer is the server's end of one connection, for tests that say what the server does.
type peer struct {
	t      *testing.T
	ws     *websocket.Conn
	url    string
	header http.Header
	terms  bool                        // whether the encoding is ETF
	pack   func(payload string) string // compresses what raw sends; nil on a connection without compression
	turn   chan struct{}               // holds a value while something is written
}

// serve makes a server on an in-memory network that runs script for each connection; the connection is closed when
// script returns. The options returned lead to it, uncompressed, and do not reconnect.
func serve(t *testing.T, script func(p *peer)) gateway.Options {
	t.Helper()
	network := new(gatewaytest.Network)
	listener, err := network.Listen("gateway.test")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go accept(t, conn, script)
		}
	}()
	return gateway.Options{Dialer: network.Dialer(), Compression: gateway.NoCompression, NoReconnect: true}
}

func accept(t *testing.T, conn net.Conn, script func(p *peer)) {
	p := &peer{t: t, turn: make(chan struct{}, 1)}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ws, err := (&websocket.Upgrader{}).Upgrade(w, r, nil)
		if err != nil {
			if _, cut := conn.(*cutter); !cut {
				t.Error(err)
			}
			return
		}
		defer ws.Close()
		p.ws, p.url, p.header = ws, r.URL.String(), r.Header
		p.terms = r.URL.Query().Get("encoding") == "etf"
		switch r.URL.Query().Get("compress") {
		case "zlib-stream":
			p.pack = packZlibStream(t)
		case "zstd-stream":
			p.pack = packZstdFrames(t)
		}
		script(p)
	})}
	_ = server.Serve(&oneConn{conn: conn})
}

// oneConn is a listener that gives one connection.
type oneConn struct{ conn net.Conn }

func (l *oneConn) Accept() (net.Conn, error) {
	if l.conn == nil {
		return nil, net.ErrClosed
	}
	conn := l.conn
	l.conn = nil
	return conn, nil
}
func (l *oneConn) Close() error   { return nil }
func (l *oneConn) Addr() net.Addr { return nil }

// raw sends one payload, compressed if the connection is.
func (p *peer) raw(payload string) {
	if p.terms {
		term, err := etf.Append(nil, []byte(payload))
		if err != nil {
			p.t.Error(err)
		}
		payload = string(term)
	}
	switch {
	case p.pack != nil:
		p.binary(p.pack(payload))
	case p.terms:
		p.binary(payload)
	default:
		_ = p.write(websocket.TextMessage, payload)
	}
}

// write writes one message, in the turn of whoever writes.
func (p *peer) write(kind int, data string) error {
	p.turn <- struct{}{}
	defer func() { <-p.turn }()
	return p.ws.WriteMessage(kind, []byte(data))
}

// binary sends one binary frame as it is.
func (p *peer) binary(data string) { _ = p.write(websocket.BinaryMessage, data) }

// unfinished sends so many bytes of a zlib stream that never reaches the end of a message.
func (p *peer) unfinished(bytes int) {
	for range bytes / 4096 {
		p.binary(strings.Repeat("x", 4096))
	}
}

func (p *peer) hello(interval time.Duration) {
	p.raw(fmt.Sprintf(`{"op":10,"d":{"heartbeat_interval":%d}}`, interval.Milliseconds()))
}

func (p *peer) dispatch(name string, sequence int, data string) {
	p.raw(fmt.Sprintf(`{"op":0,"t":%q,"s":%d,"d":%s}`, name, sequence, data))
}

func (p *peer) close(code int, reason string) {
	_ = p.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, reason), time.Now().Add(time.Second))
}

// payload is what a client sent.
type payload struct {
	Op types.Opcode    `json:"op"`
	D  json.RawMessage `json:"d"`
}

// next returns the next payload of the client, or an error when the connection has ended.
func (p *peer) next() (payload, error) {
	kind, data, err := p.ws.ReadMessage()
	if err != nil {
		return payload{}, err
	}
	if p.terms != (kind == websocket.BinaryMessage) {
		p.t.Errorf("the client sent a message of kind %d", kind)
	}
	if p.terms {
		if data, err = etf.AppendJSON(nil, data); err != nil {
			p.t.Error(err)
		}
	}
	var got payload
	if err := json.Unmarshal(data, &got); err != nil {
		p.t.Errorf("the client sent %q: %v", data, err)
	}
	if got.Op == types.OpcodeIdentify && strings.Contains(string(got.D), `"compress":true`) {
		p.pack = packZlib(p.t)
	}
	return got, nil
}

// until answers heartbeats until the client sends the opcode.
func (p *peer) until(op types.Opcode) (payload, bool) {
	for {
		got, err := p.next()
		if err != nil {
			return got, false
		}
		if got.Op == types.OpcodeHeartbeat {
			p.raw(`{"op":11,"d":{}}`)
		}
		if got.Op == op {
			return got, true
		}
	}
}

// identify greets a client, awaits its Identify and sends READY.
func (p *peer) identify(interval time.Duration) {
	p.hello(interval)
	p.until(types.OpcodeIdentify)
	p.dispatch("READY", 0, readyJSON)
}

// linger answers heartbeats until the client is gone.
func (p *peer) linger() { p.until(-1) }

// connect makes an identified handle and closes it at the end of the test.
func connect(t *testing.T, options gateway.Options) gateway.GatewayHandle {
	t.Helper()
	handle, _, err := gateway.Connect(t.Context(), testURL, types.Identify{Token: "secret"}, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { shut(t, handle) })
	return handle
}

// shut closes a handle within a bounded time. Cleanups run outside of the context of the test.
func shut(t *testing.T, handle gateway.GatewayHandle) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if err := handle.Close(ctx); err != nil {
		t.Errorf("Close: %v", err)
	}
}
