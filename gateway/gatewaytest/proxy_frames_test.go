package gatewaytest_test

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/gateway/gatewaytest"
	"github.com/gorilla/websocket"
	"github.com/klauspost/compress/zstd"
)

// lost says whether a connection ended without a close frame.
func lost(err error) bool {
	end, ok := errors.AsType[*websocket.CloseError](err)
	return !ok || end.Code == websocket.CloseAbnormalClosure
}

// TestProxyForwardsEnds: whichever side closes, and in whatever way, the other one sees the same.
func TestProxyForwardsEnds(t *testing.T) {
	for _, code := range []int{1000, 1001, 3000, 4000, 4014, websocket.CloseNoStatusReceived, 0} {
		for _, dir := range []string{"in", "out"} {
			t.Run(fmt.Sprintf("%d %s", code, dir), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { forwardEnd(t, code, dir) })
			})
		}
	}
}

// forwardEnd lets one side close with code, or without a close frame if it is 0.
func forwardEnd(t *testing.T, code int, dir string) {
	network, written := &gatewaytest.Network{}, &tape{}
	accepted := make(chan *websocket.Conn)
	finish := make(chan struct{})
	scripted(t, network, "gateway.test", func(ws *websocket.Conn, _ *http.Request) { accepted <- ws; <-finish })
	p := proxy(t, "ws://gateway.test", written, gatewaytest.ProxyOptions{Network: network})
	near := through(t, p, "/").ws
	far := <-accepted
	if dir == "in" {
		near, far = far, near
	}
	reason := "because"
	if code == websocket.CloseNoStatusReceived {
		reason = ""
	}
	if code == 0 {
		near.NetConn().Close()
	} else if err := near.WriteMessage(websocket.CloseMessage, websocket.FormatCloseMessage(code, reason)); err != nil {
		t.Fatal(err)
	}
	_, _, err := far.ReadMessage() // answers the close frame
	if code == 0 {
		if !lost(err) {
			t.Errorf("the other side ended with %v", err)
		}
	} else {
		closed(t, err, code, reason)
		_, _, err = near.ReadMessage()
		closed(t, err, code, "") // an answer has the code alone
	}
	far.Close()
	close(finish)
	ends(t, p, nil, "")
	wantCode, wantReason := code, reason
	switch code {
	case 0:
		wantCode, wantReason = 1006, ""
	case websocket.CloseNoStatusReceived:
		wantCode = 0
	}
	want := []string{fmt.Sprintf("%s close %d %s", dir, wantCode, wantReason)}
	if got := frames(t, written.String()); !slices.Equal(got, want) {
		t.Errorf("recorded was %q, want %q", got, want)
	}
}

// TestProxyForwardsHalfCloses: a side that has ended only its own sending still gets what the other one sends.
func TestProxyForwardsHalfCloses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network, arrived := &gatewaytest.Network{}, make(chan string, 1)
		scripted(t, network, "gateway.test", func(ws *websocket.Conn, _ *http.Request) {
			ws.NetConn().(interface{ CloseWrite() error }).CloseWrite()
			_, data, _ := ws.ReadMessage()
			arrived <- string(data)
		})
		p := proxy(t, "ws://gateway.test", nil, gatewaytest.ProxyOptions{Network: network})
		c := through(t, p, "/")
		if _, err := c.rest(); !lost(err) {
			t.Errorf("the client ended with %v", err)
		}
		c.send(heartbeat)
		if got := <-arrived; got != heartbeat {
			t.Errorf("the server got %q", got)
		}
		ends(t, p, nil, "")
	})
}

// TestProxyGivesUpOnSilence: a side that does not answer a close frame is cut off after five seconds.
func TestProxyGivesUpOnSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network := &gatewaytest.Network{}
		finish := make(chan struct{})
		scripted(t, network, "gateway.test", func(*websocket.Conn, *http.Request) { <-finish })
		p := proxy(t, "ws://gateway.test", nil, gatewaytest.ProxyOptions{Network: network})
		c := through(t, p, "/")
		began := time.Now()
		c.ws.WriteMessage(websocket.CloseMessage, websocket.FormatCloseMessage(4000, ""))
		if _, err := c.rest(); !lost(err) {
			t.Errorf("the client ended with %v", err)
		}
		if took := time.Since(began); took != 5*time.Second {
			t.Errorf("that took %v", took)
		}
		close(finish)
		ends(t, p, nil, "")
	})
}

// TestProxyForwardsPings: the other side is asked, and the answer is its own.
func TestProxyForwardsPings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network := &gatewaytest.Network{}
		pings := make(chan string, 1)
		scripted(t, network, "gateway.test", func(ws *websocket.Conn, _ *http.Request) {
			ws.SetPingHandler(func(data string) error {
				pings <- data
				return ws.WriteControl(websocket.PongMessage, []byte("answer"), time.Time{})
			})
			ws.ReadMessage()
		})
		p := proxy(t, "ws://gateway.test", nil, gatewaytest.ProxyOptions{Network: network})
		c := through(t, p, "/")
		pongs := make(chan string, 1)
		c.ws.SetPongHandler(func(data string) error { pongs <- data; return nil })
		go c.ws.ReadMessage()
		if err := c.ws.WriteControl(websocket.PingMessage, []byte("question"), time.Time{}); err != nil {
			t.Fatal(err)
		}
		if ping, pong := <-pings, <-pongs; ping != "question" || pong != "answer" {
			t.Errorf("the server got ping %q, the client pong %q", ping, pong)
		}
		ends(t, p, nil, "")
	})
}

// TestProxyReadsCompressedClients: Spacebar takes compressed messages from clients, which hide their tokens.
func TestProxyReadsCompressedClients(t *testing.T) {
	var deflated bytes.Buffer
	w := zlib.NewWriter(&deflated)
	inZlib := func() []byte {
		deflated.Reset()
		w.Write([]byte(identified))
		w.Flush()
		return bytes.Clone(deflated.Bytes())
	}
	encoder, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	inZstd := encoder.EncodeAll([]byte(identified), nil)
	for query, sent := range map[string][][]byte{
		"encoding=json&compress=zlib-stream": {inZlib(), []byte(identified), inZlib()},
		"encoding=json&compress=zstd-stream": {inZstd, []byte(identified), inZstd},
		"encoding=json":                      {[]byte(identified), []byte(identified), []byte(identified)},
	} {
		synctest.Test(t, func(t *testing.T) {
			network, written := &gatewaytest.Network{}, &tape{}
			arrived := make(chan []byte, len(sent))
			scripted(t, network, "gateway.test", func(ws *websocket.Conn, _ *http.Request) {
				for range sent {
					_, data, _ := ws.ReadMessage()
					arrived <- data
				}
			})
			p := proxy(t, "ws://gateway.test", written, gatewaytest.ProxyOptions{Network: network})
			c := through(t, p, "/?"+query)
			for _, data := range sent {
				c.ws.WriteMessage(websocket.BinaryMessage, data)
				if got := <-arrived; !bytes.Equal(got, data) {
					t.Errorf("%s: %q arrived as %q", query, data, got)
				}
			}
			ends(t, p, nil, "")
			text := `out {"op":2,"d":{"token":"REDACTED","properties":{}}}`
			if got := frames(t, written.String()); len(got) != 4 || !slices.Equal(got[:3], []string{text, text, text}) {
				t.Errorf("%s: recorded was %q", query, got)
			}
		})
	}
}

// TestProxyReadsSplitMessages: what begins like JSON may be the middle of a compressed message, and is no payload then.
func TestProxyReadsSplitMessages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network, written := &gatewaytest.Network{}, &tape{}
		var stored bytes.Buffer // not compressed, so that the payload stands in it
		w, err := zlib.NewWriterLevel(&stored, zlib.NoCompression)
		if err != nil {
			t.Fatal(err)
		}
		w.Write([]byte(loggedIn))
		w.Flush()
		at := bytes.IndexByte(stored.Bytes(), '{')
		scripted(t, network, "gateway.test", func(ws *websocket.Conn, _ *http.Request) {
			ws.WriteMessage(websocket.BinaryMessage, stored.Bytes()[:at])
			ws.WriteMessage(websocket.BinaryMessage, stored.Bytes()[at:])
			ws.ReadMessage()
		})
		p := proxy(t, "ws://gateway.test", written, gatewaytest.ProxyOptions{Network: network})
		c := through(t, p, "/?compress=zlib-stream")
		if got := c.receive().data + c.receive().data; got != stored.String() {
			t.Errorf("the client got %q", got)
		}
		ends(t, p, nil, "")
		want := "in " + strings.Replace(loggedIn, token, "REDACTED", 1)
		if got := frames(t, written.String()); len(got) != 2 || got[0] != want {
			t.Errorf("recorded was %q", got)
		}
	})
}

// TestProxyReadsCompressedPayloads: Identify may ask for payloads that are compressed on their own.
func TestProxyReadsCompressedPayloads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network, written := &gatewaytest.Network{}, &tape{}
		server := serve(t, conversation(t), gatewaytest.ReplayOptions{Network: network, PayloadZlib: true})
		p := proxy(t, server.URL(), written, gatewaytest.ProxyOptions{Network: network})
		c := through(t, p, "/?encoding=json")
		c.send(strings.Replace(identified, `{"token"`, `{"compress":true,"token"`, 1))
		got, _ := c.rest()
		if len(got) != 3 || got[1].kind != websocket.BinaryMessage || strings.Contains(got[1].data, "READY") {
			t.Fatalf("the client got %v", got)
		}
		_ = c.ws.Close()
		ends(t, p, nil, "")
		if got := frames(t, written.String()); len(got) != 5 || !strings.Contains(got[2], `"auth_token":"REDACTED"`) {
			t.Errorf("recorded was %q", got)
		}
	})
}

// TestProxyDoesNotRecordTheUnreadable: what cannot be decoded could be a token, so it is forwarded and not written.
func TestProxyDoesNotRecordTheUnreadable(t *testing.T) {
	for query, bad := range map[string]string{
		"encoding=json&compress=zlib-stream": "\x78\x9c" + token + "\x00\x00\xff\xff",
		"encoding=json&compress=zstd-stream": "\x28\xb5\x2f\xfd" + token,
		"encoding=json":                      "\xff\xfe" + token,
		"encoding=etf":                       "\x83P\x00\x00\x00\x30\x78\x9c" + token,
	} {
		synctest.Test(t, func(t *testing.T) {
			network, written := &gatewaytest.Network{}, &tape{}
			scripted(t, network, "gateway.test", func(ws *websocket.Conn, _ *http.Request) {
				ws.WriteMessage(websocket.TextMessage, []byte(greeting))
				ws.WriteMessage(websocket.BinaryMessage, []byte(bad))
				ws.WriteMessage(websocket.TextMessage, []byte(echo))
				ws.ReadMessage()
			})
			p := proxy(t, "ws://gateway.test", written, gatewaytest.ProxyOptions{Network: network})
			c := through(t, p, "/?"+query)
			for _, want := range []string{greeting, bad, echo} {
				if got := c.receive().data; got != want {
					t.Errorf("%s: got %q, want %q", query, got, want)
				}
			}
			ends(t, p, gatewaytest.ErrUnreadable, gatewaytest.StageRecord)
			if got := frames(t, written.String()); !slices.Equal(got, []string{"in " + greeting}) {
				t.Errorf("%s: recorded was %q", query, got)
			}
		})
	}
}

// TestProxyBoundsMessages: one that is too long ends its connection, and only that.
func TestProxyBoundsMessages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network := &gatewaytest.Network{}
		scripted(t, network, "gateway.test", func(ws *websocket.Conn, _ *http.Request) {
			ws.WriteMessage(websocket.TextMessage, []byte(`"`+strings.Repeat("x", 98)+`"`))
			ws.WriteMessage(websocket.TextMessage, []byte(`"`+strings.Repeat("x", 99)+`"`))
			ws.ReadMessage()
		})
		p := proxy(t, "ws://gateway.test", nil, gatewaytest.ProxyOptions{Network: network, MaxMessage: 100})
		for range 2 {
			got, err := through(t, p, "/").rest()
			if len(got) != 1 || len(got[0].data) != 100 || !lost(err) {
				t.Errorf("the client got %v and %v", got, err)
			}
		}
		ends(t, p, websocket.ErrReadLimit, gatewaytest.StageForward)
	})
}

// full is a destination without room.
type full struct{}

var errFull = errors.New("no room")

func (full) Write([]byte) (int, error) { return 0, errFull }

// TestProxyForwardsWithoutRecording: a recording that fails is told, and disturbs nobody.
func TestProxyForwardsWithoutRecording(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network := &gatewaytest.Network{}
		server := serve(t, conversation(t), gatewaytest.ReplayOptions{Network: network})
		p := proxy(t, server.URL(), full{}, gatewaytest.ProxyOptions{Network: network})
		c := through(t, p, "/")
		c.send(identified)
		if got, _ := c.rest(); len(got) != 3 {
			t.Errorf("the client got %v", got)
		}
		_ = c.ws.Close()
		ends(t, p, errFull, gatewaytest.StageRecord)
	})
}
