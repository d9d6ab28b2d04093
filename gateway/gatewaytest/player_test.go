package gatewaytest_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/gateway/gatewaytest"
	"github.com/chorus-go/chorus/internal/recording"
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

// TestReplayAnswersAHeartbeatBeforeHello: there the stream has not even begun.
func TestReplayAnswersAHeartbeatBeforeHello(t *testing.T) {
	s := newScript(zlibQuery).binary(string(deflateAll(t, []byte(hello)))).close(0, 1000, "")
	s.data = bytes.ReplaceAll(s.data, []byte(`{"t_ms":0,"conn":"c","dir":"in"`), []byte(`{"t_ms":5000,"conn":"c","dir":"in"`))
	inMemory(t, s, gatewaytest.ReplayOptions{Rhythm: gatewaytest.Recorded}, func(t *testing.T, server *gatewaytest.ReplayServer) {
		c := newClient(t, server, server.URL()+zlibQuery)
		c.send(heartbeat)
		got, err := c.rest()
		closed(t, err, 1000, "")
		if plain := inflate(t, got); plain != acknowledge+hello {
			t.Errorf("got %s", plain)
		}
	})
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
