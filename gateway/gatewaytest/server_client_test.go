package gatewaytest

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
)

// bubble runs a test with a server on a network in memory.
func bubble(t *testing.T, options ServerOptions, test func(t *testing.T, server *Server, world *fakeWorld)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		world := newFakeWorld()
		options.Network, options.backend = new(Network), world
		test(t, NewServer(t, options), world)
	})
}

// rawClient is a websocket that sends what a test says.
type rawClient struct {
	t     *testing.T
	ws    *websocket.Conn
	hello string
}

// dial connects to the server's URL with something behind it, and reads HELLO if there is one.
func dial(t *testing.T, server *Server, query string) *rawClient {
	t.Helper()
	c := dialURL(t, server, server.URL()+query, http.Header{})
	c.hello = c.next()
	return c
}

func dialURL(t *testing.T, server *Server, url string, header http.Header) *rawClient {
	t.Helper()
	ws, _, err := server.Dialer().Dial(url, header)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ws.Close() })
	return &rawClient{t: t, ws: ws}
}

func (c *rawClient) send(texts ...string) {
	c.t.Helper()
	for _, text := range texts {
		if err := c.ws.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
			c.t.Fatal(err)
		}
	}
}

func (c *rawClient) binary(data string) {
	c.t.Helper()
	if err := c.ws.WriteMessage(websocket.BinaryMessage, []byte(data)); err != nil {
		c.t.Fatal(err)
	}
}

// next returns the next message; a test waits for at most an hour of the bubble's time.
func (c *rawClient) next() string {
	c.t.Helper()
	_ = c.ws.SetReadDeadline(time.Now().Add(time.Hour))
	_, data, err := c.ws.ReadMessage()
	if err != nil {
		c.t.Fatalf("no message: %v", err)
	}
	return string(data)
}

func (c *rawClient) want(text string) {
	c.t.Helper()
	if got := c.next(); got != text {
		c.t.Fatalf("got %s, want %s", got, text)
	}
}

// wantEvent reads a dispatch and checks its name and sequence.
func (c *rawClient) wantEvent(name string, seq int) {
	c.t.Helper()
	got := c.next()
	if !strings.Contains(got, fmt.Sprintf(`"t":%q`, name)) || !strings.Contains(got, fmt.Sprintf(`"s":%d,`, seq)) {
		c.t.Fatalf("got %s, want %s with s %d", got, name, seq)
	}
}

// closed returns the close code, 1006 for none; messages before it are passed over.
func (c *rawClient) closed() int {
	c.t.Helper()
	_ = c.ws.SetReadDeadline(time.Now().Add(time.Hour))
	for {
		_, _, err := c.ws.ReadMessage()
		var closed *websocket.CloseError
		switch {
		case errors.As(err, &closed):
			return closed.Code
		case err != nil:
			return websocket.CloseAbnormalClosure
		}
	}
}

func (c *rawClient) wantClosed(code int) {
	c.t.Helper()
	if got := c.closed(); got != code {
		c.t.Fatalf("closed with %d, want %d", got, code)
	}
}

// wantOpen checks that the server still answers, with nothing in between.
func (c *rawClient) wantOpen() {
	c.t.Helper()
	c.send(`{"op":1,"d":null}`)
	c.want(heartbeatAck)
}

// identify begins a session of Spacebar and reads what it begins with.
func (c *rawClient) identify(token string) string {
	c.t.Helper()
	c.send(fmt.Sprintf(`{"op":2,"d":{"token":%q}}`, token))
	ready := c.next()
	if !strings.Contains(ready, `"READY"`) {
		c.t.Fatalf("READY is %s", ready)
	}
	if got := c.next(); !strings.Contains(got, `"READY_SUPPLEMENTAL"`) {
		c.t.Fatalf("READY_SUPPLEMENTAL is %s", got)
	}
	return ready
}
