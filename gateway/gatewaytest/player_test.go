package gatewaytest_test

import (
	"io"
	"net"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/gateway/gatewaytest"
	"github.com/chorus-go/chorus/internal/recording"
	"github.com/gorilla/websocket"
)

// script is a recording in the making, of one connection.
type script struct{ data []byte }

func newScript(query string) *script {
	s := &script{}
	s.add(0, recording.Out, recording.Open, "ws://gateway"+query)
	return s
}

func (s *script) add(at time.Duration, dir recording.Direction, kind recording.Kind, data string) *script {
	s.data = recording.Record{Time: at, Conn: "c", Dir: dir, Kind: kind, Data: []byte(data)}.Append(s.data)
	return s
}

func (s *script) in(at time.Duration, data string) *script {
	return s.add(at, recording.In, recording.Text, data)
}
func (s *script) out(at time.Duration, data string) *script {
	return s.add(at, recording.Out, recording.Text, data)
}

func (s *script) close(at time.Duration, code int, reason string) *script {
	s.data = recording.Record{Time: at, Conn: "c", Dir: recording.In, Kind: recording.Close, Code: code, Reason: reason}.Append(s.data)
	return s
}

const (
	hello = `{"op":10,"d":{"heartbeat_interval":30000}}`
	ready = `{"op":0,"t":"READY","s":0,"d":{}}`
	sec   = time.Second
)

// inMemory runs a test in a bubble with a replay of a script.
func inMemory(t *testing.T, s *script, options gatewaytest.ReplayOptions, test func(t *testing.T, server *gatewaytest.ReplayServer)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		options.Network = &gatewaytest.Network{}
		test(t, serve(t, parse(t, s.data), options))
	})
}

// arrivals reads in the background.
type arrival struct {
	at   time.Duration
	data string
}

func (c *client) arrivals() <-chan arrival {
	start := time.Now()
	arrived := make(chan arrival, 1000)
	go func() {
		defer close(arrived)
		for {
			_, data, err := c.ws.ReadMessage()
			if err != nil {
				return
			}
			arrived <- arrival{time.Since(start), string(data)}
		}
	}()
	return arrived
}

func TestReplayWaitsForIdentifyAndResume(t *testing.T) {
	s := newScript(plainQuery).in(0, hello).out(0, identify).in(0, `{"op":9,"d":false}`).
		out(0, `{"op":6,"d":{}}`).out(0, `{"op":3,"d":{}}`).in(0, ready).close(0, 1000, "")
	inMemory(t, s, gatewaytest.ReplayOptions{}, func(t *testing.T, server *gatewaytest.ReplayServer) {
		c := newClient(t, server, server.URL())
		arrived := c.arrivals()
		expect := func(want ...string) {
			t.Helper()
			time.Sleep(time.Hour)
			for _, data := range want {
				if got := <-arrived; got.data != data {
					t.Errorf("got %s, want %s", got.data, data)
				}
			}
			select {
			case more, open := <-arrived:
				if open {
					t.Errorf("%s came too early", more.data)
				}
			default:
			}
		}
		expect(hello)
		c.send(`{"op":3,"d":{}}`)
		c.send(`{"op":"2"}`)
		c.send(`nonsense`)
		expect()
		c.send(`{"op":6,"d":{}}`)
		expect(`{"op":9,"d":false}`)
		c.send(identify)
		expect(ready)
	})
}

func TestReplayTakesAnEarlyIdentify(t *testing.T) {
	networks(t, func(t *testing.T, options gatewaytest.ReplayOptions) {
		server := serve(t, gatewaytest.Sample(), options)
		c := newClient(t, server, server.URL())
		c.send(identify)
		if got, err := c.rest(); len(got) < 50 {
			t.Errorf("%d messages, then %v", len(got), err)
		}
	})
}

func TestReplayAnswersHeartbeats(t *testing.T) {
	for name, test := range map[string]struct {
		rec   *gatewaytest.Recording
		query string
	}{
		"plain":           {gatewaytest.Sample(), plainQuery},
		"deflated":        {gatewaytest.Sample(), zlibQuery},
		"inflated":        {gatewaytest.SampleZlib(), plainQuery},
		"recorded stream": {gatewaytest.SampleZlib(), zlibQuery},
	} {
		t.Run(name, func(t *testing.T) {
			networks(t, func(t *testing.T, options gatewaytest.ReplayOptions) {
				options.Hold = true
				server := serve(t, test.rec, options)
				conn := test.rec.Connections()[0]
				events := test.rec.Dispatches(conn)
				for _, early := range []int{0, 1, 5} { // messages before the first heartbeat
					c := newClient(t, server, server.URLFor(conn)+test.query)
					var got []message
					for range early {
						if got = append(got, c.receive()); len(got) == 1 {
							c.send(identify)
						}
					}
					c.send(heartbeat)
					c.send(`{"op":40,"d":{"seq":null}}`)
					if early == 0 {
						c.send(identify)
					}
					for range 1 + len(events) + 2 - early {
						got = append(got, c.receive())
					}
					c.send(heartbeat)
					got = append(got, c.receive())
					plain := texts(got)
					if strings.Contains(test.query, "zlib") {
						plain = inflate(t, got)
					}
					if n := strings.Count(plain, acknowledge); n != 3 || !strings.HasSuffix(plain, acknowledge) {
						t.Errorf("%d of 3 heartbeats were answered", n)
					}
					for _, event := range events {
						before, after, found := strings.Cut(plain, string(event.Data))
						if plain = after; !found || !strings.Contains(before, `"t":"`+event.Name) && !strings.Contains(after, `"t":"`+event.Name) {
							t.Fatalf("%s is missing or out of order", event.Name)
						}
					}
					c.ws.Close()
				}
			})
		})
	}
}

// TestReplayHolds lets a client live for a simulated day.
func TestReplayHolds(t *testing.T) {
	s := newScript(plainQuery).in(0, hello).close(sec, 4000, "over")
	inMemory(t, s, gatewaytest.ReplayOptions{Hold: true, Rhythm: gatewaytest.Recorded}, func(t *testing.T, server *gatewaytest.ReplayServer) {
		c := newClient(t, server, server.URL())
		c.receive()
		for range 24 * 60 * 2 {
			time.Sleep(30 * time.Second)
			c.send(heartbeat)
			if got := c.receive().data; got != acknowledge {
				t.Fatal(got)
			}
		}
	})
}

func TestReplayRhythm(t *testing.T) {
	s := newScript(plainQuery).in(2*sec, hello).out(3*sec, identify).in(5*sec, ready).in(9*sec, "{}").
		close(20*sec, 1000, "")
	for rhythm, want := range map[gatewaytest.Rhythm][]arrival{
		gatewaytest.FullSpeed: {{0, hello}, {time.Hour, ready}, {time.Hour, "{}"}},
		gatewaytest.Recorded:  {{2 * sec, hello}, {time.Hour + 2*sec, ready}, {time.Hour + 6*sec, "{}"}},
		4:                     {{sec / 2, hello}, {time.Hour + sec/2, ready}, {time.Hour + 3*sec/2, "{}"}},
	} {
		inMemory(t, s, gatewaytest.ReplayOptions{Rhythm: rhythm}, func(t *testing.T, server *gatewaytest.ReplayServer) {
			c := newClient(t, server, server.URL())
			arrived := c.arrivals()
			start := time.Now()
			time.Sleep(time.Hour)
			c.send(identify)
			var got []arrival
			for a := range arrived {
				got = append(got, a)
			}
			if !slices.Equal(got, want) {
				t.Errorf("rhythm %v: %v, want %v", rhythm, got, want)
			}
			end := time.Hour
			if rhythm > 0 {
				end += time.Duration(float64(17*sec) / float64(rhythm))
			}
			if took := time.Since(start); took != end {
				t.Errorf("rhythm %v: closed after %v, want %v", rhythm, took, end)
			}
		})
	}
}

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

// TestReplayWaitsForASlowReader: nothing is lost, not even what is on its way when the server closes.
func TestReplayWaitsForASlowReader(t *testing.T) {
	for _, query := range []string{plainQuery, zlibQuery} {
		synctest.Test(t, func(t *testing.T) {
			server := serve(t, gatewaytest.Sample(), gatewaytest.ReplayOptions{Network: &gatewaytest.Network{Buffer: 256}})
			c := newClient(t, server, server.URL()+query)
			c.send(identify)
			var got []message
			for {
				time.Sleep(50 * time.Second)
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
		time.Sleep(time.Hour - 1)
		synctest.Wait()
		if err := server.Err(); err != nil {
			t.Errorf("too early: %v", err)
		}
		time.Sleep(1)
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
		if took := time.Since(start); took > 200*time.Millisecond {
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
	stacks := make([]byte, 1<<20)
	stacks = stacks[:runtime.Stack(stacks, true)]
	for _, function := range []string{"(*ReplayServer).", "(*player)."} {
		if strings.Contains(string(stacks), function) {
			t.Errorf("%s is still running:\n%s", function, stacks)
		}
	}
}
