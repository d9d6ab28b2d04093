package gatewaytest

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// The tests of this file are the rows of the life of a connection, as a Spacebar server was observed to live it.

func TestSpacebarHello(t *testing.T) {
	bubble(t, ServerOptions{}, func(t *testing.T, server *Server, _ *fakeWorld) {
		if c := dial(t, server, "/?v=9"); c.hello != `{"op":10,"d":{"heartbeat_interval":30000}}` {
			t.Errorf("HELLO is %s", c.hello)
		}
	})
}

func TestSpacebarUserAgent(t *testing.T) {
	bubble(t, ServerOptions{}, func(t *testing.T, server *Server, _ *fakeWorld) {
		dialURL(t, server, server.URL(), http.Header{"User-Agent": {""}}).wantClosed(4002)
	})
}

func TestSpacebarURL(t *testing.T) {
	for query, code := range map[string]int{
		"/?v=1": 0, "/?v=x": 0, "/?version=8": 0, "/?version=0": 0, "/?version=eight": 0, "/?version=": 0,
		"/?version=9": 4012, "/?version=10": 4012,
		"/?encoding=JSON": 4002, "/?encoding=erl": 4002, "/?compress=zlib": 4002, "/?compress=Zlib-Stream": 4002,
		"/any/path?v=9": 0, "/?compress=zlib-stream": 0, "/?encoding=etf": 0, "/?compress=zstd-stream": 0,
	} {
		bubble(t, ServerOptions{}, func(t *testing.T, server *Server, _ *fakeWorld) {
			c := dialURL(t, server, server.URL()+query, http.Header{"Origin": {"https://elsewhere.example"}})
			if code != 0 {
				if got := c.closed(); got != code {
					t.Errorf("%s: closed with %d, want %d", query, got, code)
				}
				return
			}
			if c.next() == "" {
				t.Errorf("%s: no HELLO", query)
			}
		})
	}
}

func TestSpacebarWebsocket(t *testing.T) {
	bubble(t, ServerOptions{}, func(t *testing.T, server *Server, _ *fakeWorld) {
		dialer := server.Dialer()
		dialer.EnableCompression = true
		ws, response, err := dialer.Dial(server.URL(), nil)
		if err != nil {
			t.Fatal(err)
		}
		defer ws.Close()
		if got := response.Header.Get("Sec-Websocket-Extensions"); got != "" {
			t.Errorf("the server offers %q", got)
		}
		pong := make(chan string, 1)
		ws.SetPongHandler(func(data string) error { pong <- data; return nil })
		ws.SetPingHandler(func(string) error { t.Error("a ping from the server"); return nil })
		if err := ws.WriteControl(websocket.PingMessage, []byte("hey"), time.Now().Add(time.Second)); err != nil {
			t.Fatal(err)
		}
		for range 2 { // HELLO, and then the close for never having identified
			_, _, _ = ws.ReadMessage()
		}
		select {
		case got := <-pong:
			if got != "hey" {
				t.Errorf("pong %q", got)
			}
		default:
			t.Error("a ping was not answered")
		}
	})
}

func TestSpacebarToken(t *testing.T) {
	for d, code := range map[string]int{
		`{"token":"nobody's"}`: 4000, `{"token":""}`: 4000, `{"token":"disabled"}`: 4000, `{"token":"Bot nobody's"}`: 4000,
		`{}`: 4002, `{"token":null}`: 4002, `{"token":7}`: 4002, `[]`: 4002,
		`{"token":"alice-token","unknown":1}`:                                        4002,
		`{"token":"alice-token","client_state":{"other":1}}`:                         4002,
		`{"token":"alice-token","client_state":{}}`:                                  0,
		`{"token":"Bot alice-token"}`:                                                0,
		`{"token":"Bearer alice-token"}`:                                             0,
		`{"token":"alice-token","properties":{"os":"Linux"}}`:                        0,
		`{"token":"alice-token","presence":{"status":7,"activities":"none","x":[]}}`: 0,
		`{"token":"alice-token","presence":[]}`:                                      0,
	} {
		bubble(t, ServerOptions{}, func(t *testing.T, server *Server, world *fakeWorld) {
			world.disable("disabled", 5)
			c := dial(t, server, "/")
			c.send(`{"op":2,"d":` + d + `}`)
			if code != 0 {
				if got := c.closed(); got != code {
					t.Errorf("%s: closed with %d, want %d", d, got, code)
				}
				return
			}
			c.wantEvent("READY", 0)
		})
	}
	bubble(t, ServerOptions{}, func(t *testing.T, server *Server, _ *fakeWorld) {
		c := dial(t, server, "/")
		c.send(`{"op":2}`)
		c.wantClosed(4002)
	})
}

func TestSpacebarSecondIdentify(t *testing.T) {
	const identify = `{"op":2,"d":{"token":"alice-token"}}`
	bubble(t, ServerOptions{}, func(t *testing.T, server *Server, _ *fakeWorld) {
		c := dial(t, server, "/")
		c.identify(aliceToken)
		time.Sleep(time.Second)
		c.send(identify)
		c.wantClosed(4005)
	})
	bubble(t, ServerOptions{}, func(t *testing.T, server *Server, _ *fakeWorld) {
		c := dial(t, server, "/")
		c.send(identify, identify)
		c.wantEvent("READY", 0)
		c.wantEvent("READY_SUPPLEMENTAL", 1)
		c.wantEvent("READY", 2)
		c.wantEvent("READY_SUPPLEMENTAL", 3)
		c.wantOpen()
	})
}

func TestSpacebarResume(t *testing.T) {
	for _, resume := range []string{
		`{"op":6,"d":{"token":"alice-token","session_id":"x","seq":5}}`, `{"op":6,"d":{}}`, `{"op":6}`,
	} {
		bubble(t, ServerOptions{}, func(t *testing.T, server *Server, _ *fakeWorld) {
			c := dial(t, server, "/")
			c.send(resume)
			c.want(`{"op":9,"d":false}`)
			c.wantOpen()
			c.identify(aliceToken)
		})
	}
	bubble(t, ServerOptions{}, func(t *testing.T, server *Server, _ *fakeWorld) {
		c, start := dial(t, server, "/"), time.Now()
		c.send(`{"op":6,"d":{}}`)
		c.wantClosed(4009)
		if waited := time.Since(start); waited != 30*time.Second {
			t.Errorf("closed after %v", waited)
		}
	})
}

func TestSpacebarNeverIdentifies(t *testing.T) {
	bubble(t, ServerOptions{}, func(t *testing.T, server *Server, _ *fakeWorld) {
		c, start := dial(t, server, "/"), time.Now()
		for range 5 {
			time.Sleep(5 * time.Second)
			c.wantOpen()
		}
		c.wantClosed(4009)
		if waited := time.Since(start); waited != 30*time.Second {
			t.Errorf("closed after %v", waited)
		}
	})
}

func TestSpacebarNoHeartbeat(t *testing.T) {
	for payload, deadline := range map[string]time.Duration{
		`{"op":1,"d":0}`:                      85 * time.Second,
		`{"op":40,"d":{"seq":0,"qos":{}}}`:    85 * time.Second,
		`{"op":3,"d":{"status":"online"}}`:    45 * time.Second,
		`{"op":99,"d":{"what":"is unknown"}}`: 45 * time.Second,
	} {
		bubble(t, ServerOptions{}, func(t *testing.T, server *Server, _ *fakeWorld) {
			c, start := dial(t, server, "/"), time.Now()
			c.identify(aliceToken)
			time.Sleep(40 * time.Second)
			c.send(payload)
			if got := c.closed(); got != 4009 || time.Since(start) != deadline {
				t.Errorf("%s: closed with %d after %v, want 4009 after %v", payload, got, time.Since(start), deadline)
			}
		})
	}
}

func TestSpacebarHeartbeat(t *testing.T) {
	bubble(t, ServerOptions{}, func(t *testing.T, server *Server, _ *fakeWorld) {
		c := dial(t, server, "/")
		c.send(`{"op":1,"d":null}`, `{"op":1,"d":5}`, `{"op":1}`)
		for range 3 {
			c.want(`{"op":11,"d":{}}`)
		}
		c.send(`{"op":1,"d":"5"}`)
		c.wantClosed(4002)
	})
}

func TestSpacebarIgnores(t *testing.T) {
	bubble(t, ServerOptions{}, func(t *testing.T, server *Server, _ *fakeWorld) {
		c := dial(t, server, "/")
		c.send(`{"op":99,"d":null}`, `{"op":-5}`, `{"op":41,"d":{}}`, `{"op":1`, "\ufeff"+`{"op":1,"d":null}`, "", "nonsense")
		c.binary("\x00\x01garbage")
		c.binary("")
		c.wantOpen()
		c.binary(`{"op":1,"d":null}`) // JSON in a binary frame
		c.want(heartbeatAck)
	})
}

func TestSpacebarEnvelope(t *testing.T) {
	for frame, code := range map[string]int{
		`[]`: 4002, `null`: 4002, `1`: 4002, `{}`: 4002, `{"op":null}`: 4002, `{"op":"1"}`: 4002, `{"d":1}`: 4002,
		`{"op":1,"d":null,"x":1}`: 4002, `{"op":1,"d":true}`: 4002, "{\"op\":1,\"d\":\"\xff\"}": 1007,
		`{"op":1,"d":null}` + strings.Repeat(" ", 4080): 1009,
	} {
		bubble(t, ServerOptions{}, func(t *testing.T, server *Server, _ *fakeWorld) {
			c := dial(t, server, "/")
			c.send(frame)
			if got := c.closed(); got != code {
				t.Errorf("%.40s: closed with %d, want %d", frame, got, code)
			}
		})
	}
	bubble(t, ServerOptions{}, func(t *testing.T, server *Server, _ *fakeWorld) {
		c := dial(t, server, "/")
		frame := `{"op":1,"d":null}`
		c.send(frame + strings.Repeat(" ", 4096-len(frame)))
		c.want(heartbeatAck)
	})
}
