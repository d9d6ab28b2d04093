package gatewaytest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/chorus-go/chorus/gateway/gatewaytest"
)

// networks runs a test over a loopback socket and, in a bubble, over a network in memory.
func networks(t *testing.T, test func(t *testing.T, options gatewaytest.ReplayOptions)) {
	t.Run("loopback", func(t *testing.T) { test(t, gatewaytest.ReplayOptions{}) })
	t.Run("memory", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) { test(t, gatewaytest.ReplayOptions{Network: &gatewaytest.Network{}}) })
	})
}

// TestReplayIsVerbatim plays all connections of all recordings to clients that ask for what was recorded.
func TestReplayIsVerbatim(t *testing.T) {
	for name, data := range recordings(t) {
		t.Run(name, func(t *testing.T) {
			rec, want := parse(t, data), expectations(t, data)
			networks(t, func(t *testing.T, options gatewaytest.ReplayOptions) {
				server := serve(t, rec, options)
				for _, conn := range rec.Connections() {
					query, want := plainQuery, want[conn]
					if want.compressed {
						query = zlibQuery
					}
					c := newClient(t, server, server.URL()+query)
					c.send(identify)
					got, err := c.rest()
					closed(t, err, want.code, want.reason)
					messages := want.messages
					if !want.compressed {
						messages = withoutAcknowledgements(messages)
					}
					if !slices.Equal(got, messages) {
						t.Errorf("%s: %d messages came, not the %d recorded ones", conn, len(got), len(messages))
					}
				}
			})
		})
	}
}

// TestReplayTranscodes plays all connections of all recordings to clients that ask for the other compression.
func TestReplayTranscodes(t *testing.T) {
	for name, data := range recordings(t) {
		t.Run(name, func(t *testing.T) {
			rec, want := parse(t, data), expectations(t, data)
			networks(t, func(t *testing.T, options gatewaytest.ReplayOptions) {
				server := serve(t, rec, options)
				for _, conn := range rec.Connections() {
					query, want := zlibQuery, want[conn]
					if want.compressed {
						query = plainQuery
					}
					c := newClient(t, server, server.URLFor(conn)+query[1:])
					c.send(identify)
					got, err := c.rest()
					closed(t, err, want.code, want.reason)
					var left, right string
					if want.compressed {
						left, right = texts(got), inflate(t, want.messages)
						for range 2 { // recorded acknowledgements, which are not sent
							right = strings.ReplaceAll(right, acknowledge, "")
						}
					} else {
						left, right = inflate(t, got), texts(withoutAcknowledgements(want.messages))
					}
					if left != right {
						t.Errorf("%s: %d bytes came, recorded were %d", conn, len(left), len(right))
					}
				}
			})
		})
	}
}

func TestDispatchesAreWhatAClientSees(t *testing.T) {
	for name, data := range recordings(t) {
		rec, all := parse(t, data), expectations(t, data)
		for _, conn := range rec.Connections() {
			want := all[conn]
			plain := texts(want.messages)
			if want.compressed {
				plain = inflate(t, want.messages)
			}
			events := rec.Dispatches(conn)
			if len(events) != strings.Count(plain, `{"op":0,`) || len(events) == 0 || events[0].Name != "READY" {
				t.Errorf("%s: %s has %d dispatches", name, conn, len(events))
			}
			at := 0
			for _, event := range events {
				n := strings.Index(plain[at:], string(event.Data))
				if n < 0 {
					t.Errorf("%s: %s: d of %s is not in the recording, or not in this order", name, conn, event.Name)
					break
				}
				at += n + len(event.Data)
			}
			if events[0].Seq != 0 || !events[0].HasSeq {
				t.Errorf("%s: %s: READY has sequence %d", name, conn, events[0].Seq)
			}
		}
	}
}

func TestReplayServesConnectionsInOrder(t *testing.T) {
	networks(t, func(t *testing.T, options gatewaytest.ReplayOptions) {
		options.Connections = []string{"bot", "alice-1"}
		server := serve(t, gatewaytest.Sample(), options)
		for i, url := range []string{server.URL(), server.URLFor("bot"), server.URL()} {
			c := newClient(t, server, url+"?encoding=json")
			c.receive()
			c.send(identify)
			if ready := c.receive().data; strings.Contains(ready, `"bot":true`) != (i < 2) {
				t.Errorf("client %d got another connection", i)
			}
		}
		ws, response, err := server.Dialer().Dial(server.URL()+plainQuery, nil)
		if err == nil {
			ws.Close()
			t.Fatal("a third client was served")
		}
		if response == nil || response.StatusCode != 503 {
			t.Fatalf("a third client got %v: %v", response, err)
		}
		newClient(t, server, server.URLFor("alice-1")).receive()
	})
}

func TestReplayWraps(t *testing.T) {
	networks(t, func(t *testing.T, options gatewaytest.ReplayOptions) {
		options.Wrap = true
		server := serve(t, gatewaytest.SampleZlib(), options)
		for range 3 {
			c := newClient(t, server, server.URL()+plainQuery)
			c.send(identify)
			if got, _ := c.rest(); len(got) < 10 {
				t.Errorf("a client got %d messages", len(got))
			}
		}
	})
}

func TestReplayRefusesTransports(t *testing.T) {
	for _, query := range []string{
		"?encoding=xml", "?encoding=JSON", "?encoding=json&compress=gzip", "?compress=ZLIB-STREAM",
		"?encoding=ETF", "?encoding=json&compress=ZSTD-STREAM", "?encoding=json&compress=zstd",
	} {
		networks(t, func(t *testing.T, options gatewaytest.ReplayOptions) {
			server, err := gatewaytest.Replay(gatewaytest.Sample(), options)
			if err != nil {
				t.Fatal(err)
			}
			c := newClient(t, server, server.URL()+"/"+query)
			got, err := c.rest()
			if len(got) > 0 {
				t.Errorf("%s: got %v", query, got)
			}
			if !strings.Contains(fmt.Sprint(err), "close 4002") {
				t.Errorf("%s: %v", query, err)
			}
			if err := server.Close(); err != nil {
				t.Errorf("%s: the server's error is %v", query, err)
			}
		})
	}
}

func TestReplayRefusesOptions(t *testing.T) {
	network := &gatewaytest.Network{}
	listen(t, network, "taken")
	for want, options := range map[string]gatewaytest.ReplayOptions{
		`no connection "nobody"`: {Connections: []string{"nobody"}},
		"Rhythm":                 {Rhythm: -1},
		"WriteTimeout":           {WriteTimeout: -1},
		"in use":                 {Network: network, Host: "taken"},
	} {
		_, err := gatewaytest.Replay(gatewaytest.Sample(), options)
		if err == nil || !strings.HasPrefix(err.Error(), "gatewaytest: ") || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
	for _, rec := range []*gatewaytest.Recording{nil, {}} {
		if _, err := gatewaytest.Replay(rec, gatewaytest.ReplayOptions{}); err == nil {
			t.Error("nothing was replayed")
		}
	}
}

// TestReplayAnswersOtherRequests: a browser or a health check is told what this is, and takes no connection away.
func TestReplayAnswersOtherRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network := &gatewaytest.Network{}
		server := serve(t, gatewaytest.SampleZlib(), gatewaytest.ReplayOptions{Network: network})
		for request, want := range map[string]string{
			"GET / HTTP/1.1\r\nHost: gateway.test\r\n\r\n": "HTTP/1.1 400 Bad Request\r\n",
			"nonsense\r\n\r\n": "",
		} {
			conn := dial(t, network, "gateway.test:80")
			conn.Write([]byte(request))
			answer := make([]byte, 4096)
			n, _ := conn.Read(answer)
			if got := string(answer[:n]); !strings.HasPrefix(got, want) || want == "" && got != "" {
				t.Errorf("%q was answered with %q", request, got)
			}
			conn.Close()
		}
		newClient(t, server, server.URL()).receive()
	})
}
