package gatewaytest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/gateway/gatewaytest"
	"github.com/gorilla/websocket"
)

// token is what must never be written, and the payloads are one conversation that has it everywhere.
const (
	token      = "MTIzNDU2.abc-def_ghi.secretsecretsecret"
	identified = `{"op":2,"d":{"token":"Bot ` + token + `","properties":{}}}`
	greeting   = `{"op":10,"d":{"heartbeat_interval":30000}}`
	loggedIn   = `{"op":0,"t":"READY","s":1,"d":{"auth_token":"` + token + `","session_id":"abc","resume_gateway_url":"ws://resume.test"}}`
	echo       = `{"op":0,"t":"MESSAGE_CREATE","s":2,"d":{"content":"you are ` + token + `"}}`
)

// conversation is a recording of a server that says those payloads.
func conversation(t *testing.T) *gatewaytest.Recording {
	t.Helper()
	var lines bytes.Buffer
	line := func(dir, kind, text string) {
		quoted, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&lines, `{"t_ms":0,"conn":"a","dir":%q,"type":%q,"text":%s}`+"\n", dir, kind, quoted)
	}
	line("out", "open", "ws://x/?encoding=json")
	line("in", "text", greeting)
	line("out", "text", identified)
	line("in", "text", loggedIn)
	line("in", "text", echo)
	lines.WriteString(`{"t_ms":0,"conn":"a","dir":"in","type":"close","close_code":4004,"reason":"no ` + token + `"}` + "\n")
	return parse(t, lines.Bytes())
}

// tape is a destination for a recording.
type tape struct {
	mu   sync.Mutex
	data bytes.Buffer
}

func (t *tape) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.data.Write(p)
}

func (t *tape) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.data.String()
}

// proxy starts a proxy that the test closes.
func proxy(t *testing.T, target string, w io.Writer, options gatewaytest.ProxyOptions) *gatewaytest.Proxy {
	t.Helper()
	p, err := gatewaytest.NewProxy(t.Context(), target, w, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() }) // tests that expect something of it have closed it before
	return p
}

// through dials the proxy.
func through(t *testing.T, p *gatewaytest.Proxy, rest string) *client {
	t.Helper()
	ws, _, err := p.Dialer().DialContext(t.Context(), p.URL()+rest, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ws.Close() })
	return &client{t, ws}
}

// ends closes a proxy and expects its error.
func ends(t *testing.T, p *gatewaytest.Proxy, want error, stage gatewaytest.ProxyStage) {
	t.Helper()
	err := p.Close()
	if want == nil {
		if err != nil {
			t.Errorf("the proxy's error is %v", err)
		}
		return
	}
	typed, ok := errors.AsType[*gatewaytest.ProxyError](err)
	if !ok || typed.Stage != stage || !errors.Is(err, want) || !strings.HasPrefix(err.Error(), "gatewaytest: proxy: ") {
		t.Errorf("the proxy's error is %v, want %v at %s", err, want, stage)
	}
}

var transports = []string{
	"encoding=json", "encoding=etf", "encoding=json&compress=zlib-stream", "encoding=etf&compress=zlib-stream",
	"encoding=json&compress=zstd-stream", "encoding=etf&compress=zstd-stream",
}

// TestProxyIsTransparent compares what a client sees with and without the proxy, byte for byte, and what was recorded
// with what was said, in each encoding and compression; in memory and over loopback.
func TestProxyIsTransparent(t *testing.T) {
	networks(t, func(t *testing.T, options gatewaytest.ReplayOptions) {
		options.Wrap = true
		server := serve(t, conversation(t), options)
		for _, query := range transports {
			var written tape
			p := proxy(t, server.URL()+"/path", &written, gatewaytest.ProxyOptions{Network: options.Network})
			direct := newClient(t, server, server.URL()+"/?v=9&"+query)
			behind := through(t, p, "/?v=9&"+query)
			for _, c := range []*client{direct, behind} {
				c.send(identified)
			}
			want, wantEnd := direct.rest()
			got, gotEnd := behind.rest()
			if len(got) != 3 || !slices.Equal(got, want) {
				t.Errorf("%s: got %v, want %v", query, got, want)
			}
			closed(t, wantEnd, 4004, "no "+token)
			closed(t, gotEnd, 4004, "no "+token)
			_ = behind.ws.Close()
			ends(t, p, nil, "")
			if strings.Contains(written.String(), "secretsecret") {
				t.Errorf("%s: the token was written:\n%s", query, &written)
			}
			rec := parse(t, []byte(written.String()))
			events := rec.Dispatches("conn-1")
			if len(events) != 2 || events[0].Name != "READY" || !strings.Contains(string(events[1].Data), "you are R") {
				t.Errorf("%s: recorded was %v", query, events)
			}
			for _, line := range []string{`"dir":"out","type":"open"`, `\"op\":2,`, `"close_code":4004,"reason":"no REDACTED"`, query} {
				if strings.Count(written.String(), line) != 1 {
					t.Errorf("%s: %s is not there once in\n%s", query, line, &written)
				}
			}
		}
	})
}

// TestProxyRecordsInOrder: an answer never stands before its question.
func TestProxyRecordsInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network, written := &gatewaytest.Network{}, &tape{}
		scripted(t, network, "gateway.test", func(ws *websocket.Conn, _ *http.Request) {
			for {
				kind, data, err := ws.ReadMessage()
				if err != nil || ws.WriteMessage(kind, data) != nil {
					return
				}
			}
		})
		p := proxy(t, "ws://gateway.test", written, gatewaytest.ProxyOptions{Network: network})
		c := through(t, p, "/")
		var want []string
		for i := range 200 {
			text := fmt.Sprintf(`{"op":1,"d":%d}`, i)
			c.send(text)
			if got := c.receive().data; got != text {
				t.Fatalf("%s came back as %s", text, got)
			}
			want = append(want, "out "+text, "in "+text)
		}
		_ = c.ws.Close()
		synctest.Wait() // until the proxy has noticed
		ends(t, p, nil, "")
		if got := frames(t, written.String()); !slices.Equal(got, append(want, "out close 1006 ")) {
			t.Errorf("recorded was %q", got)
		}
	})
}

// frames lists what is in a recording, without the times.
func frames(t *testing.T, recorded string) []string {
	t.Helper()
	var all []string
	for line := range strings.Lines(recorded) {
		var l struct {
			Dir, Type, Text, Reason string
			Code                    int `json:"close_code"`
		}
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			t.Fatal(err)
		}
		switch l.Type {
		case "open":
		case "close":
			all = append(all, fmt.Sprintf("%s close %d %s", l.Dir, l.Code, l.Reason))
		default:
			all = append(all, l.Dir+" "+l.Text)
		}
	}
	return all
}

// scripted is a websocket server on the network, for each of whose clients serve is called.
func scripted(t *testing.T, network *gatewaytest.Network, host string, serve func(*websocket.Conn, *http.Request)) {
	t.Helper()
	listener := listen(t, network, host)
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		upgrader := websocket.Upgrader{
			Subprotocols: []string{"spoken"}, CheckOrigin: func(*http.Request) bool { return true },
		}
		ws, err := upgrader.Upgrade(w, r, http.Header{"Set-Cookie": {"a=b"}})
		if err != nil {
			t.Error(err)
			return
		}
		defer ws.Close()
		serve(ws, r)
	})}
	t.Cleanup(func() { server.Close() })
	go server.Serve(listener)
}

// TestProxyForwardsHandshakes: the query, the headers and the subprotocol reach the server, and its answer the client.
func TestProxyForwardsHandshakes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network, requests := &gatewaytest.Network{}, make(chan *http.Request, 1)
		scripted(t, network, "gateway.test", func(ws *websocket.Conn, r *http.Request) { requests <- r; ws.ReadMessage() })
		p := proxy(t, "http://gateway.test/gateway?v=1", nil, gatewaytest.ProxyOptions{Network: network})
		dialer := p.Dialer()
		dialer.Subprotocols = []string{"unknown", "spoken"}
		header := http.Header{"User-Agent": {"Foreign (1)"}, "Cookie": {"c=d"}, "Origin": {"https://app.test"}}
		for path, want := range map[string]string{
			"/other/?encoding=json&v=9&x=%41": "/gateway?encoding=json&v=9&x=%41", "/": "/gateway?v=1", "": "/gateway?v=1",
		} {
			ws, response, err := dialer.DialContext(t.Context(), p.URL()+path, header)
			if err != nil {
				t.Fatal(err)
			}
			r := <-requests
			if r.RequestURI != want || r.Host != "gateway.test" {
				t.Errorf("%s: the server got %s of %s", path, r.RequestURI, r.Host)
			}
			for key := range header {
				if r.Header.Get(key) != header.Get(key) {
					t.Errorf("%s is %q", key, r.Header[key])
				}
			}
			if ws.Subprotocol() != "spoken" || response.Header.Get("Set-Cookie") != "a=b" {
				t.Errorf("the client got %v", response.Header)
			}
			ws.Close()
		}
		ends(t, p, nil, "")
	})
}

// TestProxyPassesRefusals: the server's own answer reaches the client, and one that cannot be reached is status 502.
func TestProxyPassesRefusals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network := &gatewaytest.Network{}
		listener := listen(t, network, "full.test")
		full := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "7")
			http.Error(w, "too many", http.StatusServiceUnavailable)
		})}
		defer full.Close()
		go full.Serve(listener)
		for target, want := range map[string]int{"ws://full.test": 503, "ws://nowhere.test": 502} {
			var written tape
			p := proxy(t, target, &written, gatewaytest.ProxyOptions{Network: network})
			_, response, err := p.Dialer().DialContext(t.Context(), p.URL(), nil)
			if err == nil || response == nil || response.StatusCode != want {
				t.Fatalf("%s: %v %v", target, response, err)
			}
			if want == 503 {
				body, _ := io.ReadAll(response.Body)
				if string(body) != "too many\n" || response.Header.Get("Retry-After") != "7" {
					t.Errorf("the answer is %q with %v", body, response.Header)
				}
				ends(t, p, nil, "")
			} else {
				err := p.Close()
				typed, ok := errors.AsType[*gatewaytest.ProxyError](err)
				if _, dns := errors.AsType[*net.DNSError](err); !dns || !ok || typed.Stage != gatewaytest.StageDial {
					t.Errorf("the proxy's error is %v", err)
				}
			}
			if written.String() != "" {
				t.Errorf("recorded was %s", &written)
			}
		}
	})
}

func TestProxyRefusesArguments(t *testing.T) {
	network := &gatewaytest.Network{}
	listen(t, network, "taken")
	for target, stage := range map[string]gatewaytest.ProxyStage{
		"ftp://gateway.test": gatewaytest.StageTarget, "ws://": gatewaytest.StageTarget, "gateway.test": gatewaytest.StageTarget,
		"ws://a b": gatewaytest.StageTarget, "ws://gateway.test": gatewaytest.StageListen,
	} {
		_, err := gatewaytest.NewProxy(t.Context(), target, nil, gatewaytest.ProxyOptions{Network: network, Address: "taken"})
		if typed, ok := errors.AsType[*gatewaytest.ProxyError](err); !ok || typed.Stage != stage {
			t.Errorf("%s: %v", target, err)
		}
	}
}

// TestProxyEndsWithContext: the proxy ends in whichever state its connections are, and leaves no goroutine, which the
// bubble would notice.
func TestProxyEndsWithContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network, written := &gatewaytest.Network{}, &tape{}
		serverEnds := make(chan error, 1)
		scripted(t, network, "gateway.test", func(ws *websocket.Conn, _ *http.Request) {
			_, _, err := ws.ReadMessage()
			serverEnds <- err
		})
		silent := listen(t, network, "silent.test") // accepts, and never answers
		ctx, cancel := context.WithCancel(t.Context())
		options := gatewaytest.ProxyOptions{Network: network}
		p, err := gatewaytest.NewProxy(ctx, "ws://gateway.test", written, options)
		if err != nil {
			t.Fatal(err)
		}
		options.Address = "second.test"
		second, err := gatewaytest.NewProxy(ctx, "ws://silent.test", nil, options)
		if err != nil {
			t.Fatal(err)
		}
		c := through(t, p, "/")
		idle := dial(t, network, "proxy.test:80") // never sends a request
		stuck := dial(t, network, "second.test:80")
		fmt.Fprint(stuck, "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
			"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n")
		if _, err := silent.Accept(); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		began := time.Now()
		cancel()
		_, err = c.rest()
		closed(t, err, websocket.CloseGoingAway, "the proxy is closed")
		closed(t, <-serverEnds, websocket.CloseGoingAway, "the proxy is closed")
		for _, conn := range []net.Conn{idle, stuck} {
			if n, err := conn.Read(make([]byte, 1)); n != 0 || err == nil {
				t.Errorf("an open handshake goes on: %d, %v", n, err)
			}
		}
		for _, p := range []*gatewaytest.Proxy{p, second, p} {
			if err := p.Close(); err != nil {
				t.Error(err)
			}
		}
		if took := time.Since(began); took > 100*time.Millisecond {
			t.Errorf("closing took %v", took)
		}
		if got := frames(t, written.String()); !slices.Equal(got, []string{"out close 1001 the proxy is closed"}) {
			t.Errorf("recorded was %q", got)
		}
		if _, _, err := p.Dialer().DialContext(t.Context(), p.URL(), nil); err == nil {
			t.Error("the proxy still listens")
		}
	})
}
