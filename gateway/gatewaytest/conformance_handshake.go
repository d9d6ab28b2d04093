package gatewaytest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

// handshakeChecks are about what comes before Identify.
func handshakeChecks() []conformanceCheck {
	return []conformanceCheck{
		{name: "hello", spacebar: spacebarHello, discord: discordHello},
		{name: "user-agent", spacebar: spacebarUserAgent, discord: discordUserAgent},
		{name: "version", spacebar: spacebarVersions, discord: discordVersions},
		{name: "encoding-and-compress", spacebar: spacebarEncodings, discord: discordEncodings},
		{name: "path-and-origin", spacebar: anyPath, discord: anyPath},
		{name: "websocket", spacebar: websocketRules, discord: websocketRules},
		{name: "compression", spacebar: spacebarCompression, discord: discordCompression},
	}
}

// keysOf returns the names of an object's fields.
func keysOf(object string) string {
	var fields map[string]json.RawMessage
	if json.Unmarshal([]byte(object), &fields) != nil {
		return "no object: " + object
	}
	return strings.Join(slices.Sorted(maps.Keys(fields)), " ")
}

func spacebarHello(p *probe) {
	hello := p.dial(plainQuery).hello
	if keysOf(hello.text) != "d op" || string(hello.Data) != `{"heartbeat_interval":30000}` {
		p.Errorf("HELLO is %s", hello.text)
	}
}

func discordHello(p *probe) {
	hello := p.dial(plainQuery).hello
	if keysOf(hello.text) != "d op s t" || hello.Seq != nil || hello.Name != "" || hello.interval() <= 0 {
		p.Errorf("HELLO is %s", hello.text)
	}
}

// interval is what HELLO says.
func (m reply) interval() time.Duration {
	var d struct {
		Interval int64 `json:"heartbeat_interval"`
	}
	if json.Unmarshal(m.Data, &d) != nil {
		return 0
	}
	return time.Duration(d.Interval) * time.Millisecond
}

// queries checks which queries are greeted, and with what others are closed.
func (p *probe) queries(code int, greeted, closed []string) {
	p.Helper()
	for _, query := range greeted {
		s, _ := p.open(query, nil)
		if _, _, err := s.ws.ReadMessage(); err != nil {
			p.Errorf("%s: instead of HELLO: %v", query, err)
		}
	}
	for _, query := range closed {
		s, _ := p.open(query, nil)
		s.wantClosed(query, code)
	}
}

func spacebarVersions(p *probe) {
	p.queries(4012, []string{
		"/?encoding=json&v=1", "/?encoding=json&v=x", "/?encoding=json&v=10", "/?encoding=json&version=8",
		"/?encoding=json&version=0", "/?encoding=json&version=eight",
	}, []string{"/?encoding=json&version=9", "/?encoding=json&version=10"})
}

func discordVersions(p *probe) {
	p.queries(4012, []string{"/?encoding=json&v=9", "/?encoding=json&v=10", "/?encoding=json&v=10&version=5"},
		[]string{"/?encoding=json&v=5"})
}

func spacebarEncodings(p *probe) {
	p.queries(4002, []string{
		"/?encoding=json", "/?encoding=etf", "/?encoding=json&compress=zlib-stream", "/?encoding=json&compress=zstd-stream",
	}, []string{
		"/?encoding=JSON", "/?encoding=erl", "/?encoding=json&compress=zlib", "/?encoding=json&compress=Zlib-Stream",
	})
}

func discordEncodings(p *probe) { spacebarEncodings(p) }

func anyPath(p *probe) {
	for _, path := range []string{"/any/path", "/"} {
		s, _ := p.open(path+strings.TrimPrefix(plainQuery, "/"), http.Header{"Origin": {"https://elsewhere.example"}})
		if m, err := s.read(); err != nil || m.Op != 10 {
			p.Errorf("%s: instead of HELLO: %s, %v", path, m.text, err)
		}
	}
}

// websocketRules are about the protocol beneath: no permessage-deflate, and pings.
func websocketRules(p *probe) {
	s, response := p.open(plainQuery, nil)
	if got := response.Header.Get("Sec-Websocket-Extensions"); got != "" {
		p.Errorf("the server accepts the extension %q", got)
	}
	var pongs []string
	s.ws.SetPongHandler(func(data string) error { pongs = append(pongs, data); return nil })
	s.ws.SetPingHandler(func(string) error { p.Error("the server sends a ping"); return nil })
	if err := s.ws.WriteControl(websocket.PingMessage, []byte("hey"), time.Now().Add(p.target.Patience)); err != nil {
		p.Fatal(err)
	}
	if m, err := s.read(); err != nil || m.Op != 10 {
		p.Fatalf("instead of HELLO: %s, %v", m.text, err)
	}
	s.wantOpen("after a ping")
	if fmt.Sprint(pongs) != "[hey]" {
		p.Errorf("a ping was answered with %q", pongs)
	}
}

// packets connects with a compression, and returns the frames of HELLO and of two acknowledgements.
func (p *probe) packets(compress string) [][]byte {
	p.Helper()
	s, _ := p.open(plainQuery+"&compress="+compress, nil)
	s.send(`{"op":1,"d":null}`, `{"op":1,"d":null}`)
	var packets [][]byte
	for range 3 {
		if err := s.ws.SetReadDeadline(time.Now().Add(p.target.Patience)); err != nil {
			p.Fatal(err)
		}
		kind, data, err := s.ws.ReadMessage()
		if err != nil || kind != websocket.BinaryMessage {
			p.Fatalf("%s: kind %d, %v", compress, kind, err)
		}
		packets = append(packets, data)
	}
	return packets
}

// zlibStream checks that each message is one frame that ends with a flush.
func (p *probe) zlibStream() {
	p.Helper()
	for i, packet := range p.packets("zlib-stream") {
		if !bytes.HasSuffix(packet, []byte{0, 0, 0xff, 0xff}) || bytes.HasPrefix(packet, []byte{0x78}) != (i == 0) {
			p.Errorf("zlib-stream: message %d is % x", i, packet)
		}
	}
}

// zstdMagic is how a zstd frame begins.
const zstdMagic = "\x28\xb5\x2f\xfd"

func spacebarCompression(p *probe) {
	p.zlibStream()
	for i, packet := range p.packets("zstd-stream") {
		if !bytes.HasPrefix(packet, []byte(zstdMagic)) {
			p.Errorf("zstd-stream: message %d begins no frame: % x", i, packet)
		}
	}
}

func discordCompression(p *probe) {
	p.zlibStream()
	for i, packet := range p.packets("zstd-stream") {
		if bytes.HasPrefix(packet, []byte(zstdMagic)) != (i == 0) {
			p.Errorf("zstd-stream: message %d is % x", i, packet)
		}
	}
}
