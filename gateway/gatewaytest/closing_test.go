package gatewaytest_test

import (
	"io"
	"net"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/gateway/gatewaytest"
	"github.com/gorilla/websocket"
)

func TestReplayClosesAsRecorded(t *testing.T) {
	for _, test := range []struct {
		code, want int
		reason     string
	}{{1000, 1000, ""}, {4009, 4009, "Session timed out"}, {0, 1005, ""}, {1005, 1005, ""}, {1006, 1006, "unexpected EOF"}, {1015, 1006, "unexpected EOF"}} {
		s := newScript(plainQuery).in(0, hello).close(0, test.code, test.reason).in(0, "never sent")
		networks(t, func(t *testing.T, options gatewaytest.ReplayOptions) {
			server := serve(t, parse(t, s.data), options)
			got, err := newClient(t, server, server.URL()).rest()
			if len(got) != 1 {
				t.Errorf("got %v", got)
			}
			closed(t, err, test.want, test.reason)
		})
	}
	s := newScript(plainQuery).in(0, hello) // a recording that was cut off
	inMemory(t, s, gatewaytest.ReplayOptions{}, func(t *testing.T, server *gatewaytest.ReplayServer) {
		_, err := newClient(t, server, server.URL()).rest()
		closed(t, err, 1000, "")
	})
}

// TestReplayLetsTheClientGoFirst: a TCP socket that is closed while the client has not read everything yet can lose the
// rest.
func TestReplayLetsTheClientGoFirst(t *testing.T) {
	for code, want := range map[int]string{1000: "the close frame", 1006: "nothing"} {
		s := newScript(plainQuery).in(0, hello).close(0, code, "")
		inMemory(t, s, gatewaytest.ReplayOptions{}, func(t *testing.T, server *gatewaytest.ReplayServer) {
			c := newClient(t, server, server.URL())
			c.ws.SetCloseHandler(func(int, string) error { return nil }) // does not answer
			if _, err := c.rest(); err == nil {
				t.Fatal("the connection did not end")
			}
			for range 3 { // writing to a socket that the other side has closed fails
				time.Sleep(time.Hour)
				if _, err := c.ws.NetConn().Write([]byte{0x8a, 0x80, 0, 0, 0, 0}); err != nil {
					t.Errorf("after %s the server closed the socket before the client did: %v", want, err)
				}
			}
			for range 200 { // too late to be answered, but they must not keep the server from seeing the end
				c.ws.NetConn().Write(append([]byte{0x81, 0x80 + byte(len(heartbeat)), 0, 0, 0, 0}, heartbeat...))
			}
			if err := c.ws.NetConn().(interface{ CloseWrite() error }).CloseWrite(); err != nil {
				t.Error(err)
			}
			if _, err := io.ReadAll(c.ws.NetConn()); err != nil {
				t.Errorf("the server did not close its side: %v", err)
			}
		})
	}
}

// TestReplayWaitsForASlowReader: nothing is lost, not even what is on its way when the server closes.
func TestReplayWaitsForASlowReader(t *testing.T) {
	for _, query := range []string{plainQuery, zlibQuery} {
		synctest.Test(t, func(t *testing.T) {
			server := serve(t, gatewaytest.Sample(), gatewaytest.ReplayOptions{Network: &gatewaytest.Network{Buffer: 256}})
			c := newClient(t, server, server.URL()+query)
			c.send(identify)
			var got []message
			for {
				time.Sleep(time.Hour)
				kind, data, err := c.ws.ReadMessage()
				if err != nil {
					closed(t, err, 1000, "")
					break
				}
				got = append(got, message{kind, string(data)})
			}
			if want := len(gatewaytest.Sample().Dispatches("alice-1")) + 1; len(got) != want {
				t.Errorf("%d messages of %d", len(got), want)
			}
		})
	}
}

func TestReplayGivesUpOnADeadReader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		options := gatewaytest.ReplayOptions{Network: &gatewaytest.Network{Buffer: 256}, WriteTimeout: time.Hour}
		server, err := gatewaytest.Replay(gatewaytest.Sample(), options)
		if err != nil {
			t.Fatal(err)
		}
		c := newClient(t, server, server.URL())
		c.send(identify)
		time.Sleep(59 * time.Minute)
		synctest.Wait()
		if err := server.Err(); err != nil {
			t.Errorf("too early: %v", err)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if err := server.Err(); err == nil || !strings.HasPrefix(err.Error(), "gatewaytest: connection alice-1: the client took nothing for 1h") {
			t.Errorf("the error is %v", err)
		}
		server.Close()
	})
}

// TestReplayForgivesLeaving: a client that goes in the middle is no error.
func TestReplayForgivesLeaving(t *testing.T) {
	networks(t, func(t *testing.T, options gatewaytest.ReplayOptions) {
		server := serve(t, gatewaytest.Sample(), options)
		c := newClient(t, server, server.URL())
		c.send(identify)
		c.receive()
		c.ws.Close()
		c = newClient(t, server, server.URL())
		c.receive()
		c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(1000, ""), time.Now().Add(time.Second))
		_, err := c.rest()
		closed(t, err, 1000, "")
	})
}

// TestCloseEndsEverything closes a server with clients in every state. The bubble fails if a goroutine is left.
func TestCloseEndsEverything(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network := &gatewaytest.Network{Buffer: 256}
		options := gatewaytest.ReplayOptions{Network: network, Hold: true, Wrap: true, WriteTimeout: time.Hour}
		server := serve(t, gatewaytest.Sample(), options)
		silent := dial(t, network, "gateway.test:80")     // never shakes hands
		newClient(t, server, server.URL()).send(identify) // does not read
		waited := newClient(t, server, server.URL())      // does not identify
		waited.receive()
		held := newClient(t, server, server.URLFor("bot"))
		held.send(identify)
		for range 1 + len(gatewaytest.Sample().Dispatches("bot")) {
			held.receive()
		}
		synctest.Wait()
		start := time.Now()
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		if took := time.Since(start); took != 100*time.Millisecond { // which the client gets that does not read
			t.Errorf("Close took %v", took)
		}
		for _, c := range []*client{waited, held} {
			_, err := c.rest()
			closed(t, err, 1001, "the replay is closed")
		}
		if _, err := silent.Read(make([]byte, 1)); err != io.EOF {
			t.Errorf("a silent client: %v", err)
		}
		if _, _, err := server.Dialer().Dial(server.URL(), nil); err == nil {
			t.Error("a closed server was dialled")
		}
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		silent.Close()
	})
}

// TestCloseLeavesNothingOnLoopback does the same with sockets, where Close itself has to wait for its goroutines.
func TestCloseLeavesNothingOnLoopback(t *testing.T) {
	server := serve(t, gatewaytest.Sample(), gatewaytest.ReplayOptions{Hold: true, Wrap: true, Rhythm: gatewaytest.Recorded})
	silent, err := net.Dial("tcp", strings.TrimPrefix(server.URL(), "ws://"))
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	for range 5 {
		c := newClient(t, server, server.URL())
		c.receive()
		c.send(identify)
		c.receive()
	}
	if err := server.Close(); err != nil {
		t.Error(err)
	}
	// A goroutine that has ended may still be on its way out of its last function.
	for limit := time.Now().Add(10 * time.Second); running("(*ReplayServer).") || running("(*player)."); runtime.Gosched() {
		if time.Now().After(limit) {
			t.Fatal("a goroutine of the server is still running")
		}
	}
}

// running says whether a goroutine is in a function of the package.
func running(function string) bool {
	stacks := make([]byte, 1<<20)
	stacks = stacks[:runtime.Stack(stacks, true)]
	return strings.Contains(string(stacks), "gatewaytest."+function)
}
