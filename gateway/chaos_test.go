package gateway_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/gateway/gatewaytest"
	"github.com/chorus-go/chorus/types"
)

// chaos is a server whose connections are cut at random points: after a random number of bytes, in the middle of a frame
// as likely as not, or by what a server says. Its sessions survive that when it replays, and end with it when not.
type chaos struct {
	t       *testing.T
	replays bool

	mu       sync.Mutex // never held while something is sent
	random   *rand.Rand
	left     int                 // faults to come
	sessions map[string]*session // by id
	latest   *session
}

// session is what the server knows of one.
type session struct {
	id   string
	on   *peer // the connection that has it
	sent int   // the last sequence number given to an event
	cut  int   // without replay: the last one that was written whole
}

// cutter is a connection that ends after a number of bytes written to the client.
type cutter struct {
	net.Conn
	left int
}

func (c *cutter) Write(data []byte) (int, error) {
	if c.left -= len(data); c.left >= 0 {
		return c.Conn.Write(data)
	}
	n, _ := c.Conn.Write(data[:len(data)+c.left])
	c.left = 0
	_ = c.Conn.Close()
	return n, io.ErrClosedPipe
}

func (c *chaos) roll(n int) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.random.IntN(n)
}

// serve runs the server until faults connections were cut; the one after them stays.
func (c *chaos) serve(network *gatewaytest.Network) {
	listener, err := network.Listen("gateway.test")
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			c.mu.Lock()
			c.left--
			cut := &cutter{Conn: conn, left: c.random.IntN(4000)}
			if c.left < 0 {
				cut.left = 1 << 40
			}
			c.mu.Unlock()
			go accept(c.t, cut, c.talk)
		}
	}()
}

// talk is the script of one connection.
func (c *chaos) talk(p *peer) {
	p.hello(30 * time.Second)
	for {
		got, err := p.next()
		if err != nil {
			return
		}
		switch got.Op {
		case types.OpcodeHeartbeat:
			p.raw(`{"op":11,"d":null}`)
		case types.OpcodeIdentify:
			s := c.begin(p)
			p.dispatch("READY", 0, fmt.Sprintf(`{"v":9,"session_id":%q,"user":{"id":"1"}}`, s.id))
			go c.chatter(p, s, 1)
		case types.OpcodeResume:
			var resume types.Resume
			if err := json.Unmarshal(got.D, &resume); err != nil {
				c.t.Error(err)
			}
			s := c.find(resume.SessionID, p)
			if !c.replays || s == nil {
				p.raw(`{"op":9,"d":false}`)
				continue
			}
			go c.chatter(p, s, max(1, int(resume.Seq)+1-c.roll(3))) // Some of what had arrived comes again.
		}
	}
}

func (c *chaos) begin(on *peer) *session {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := &session{id: fmt.Sprint("s", len(c.sessions)), on: on}
	c.sessions[s.id], c.latest = s, s
	return s
}

func (c *chaos) find(id string, on *peer) *session {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.sessions[id]
	if s != nil {
		s.on = on
	}
	return s
}

// say writes one event of a session, and reports whether it was written whole.
func (c *chaos) say(p *peer, s *session, sequence int) bool {
	content := fmt.Sprintf(`{"id":"%d","channel_id":"1","content":%q,"author":{"id":"1"}}`, sequence, s.id)
	payload := fmt.Sprintf(`{"op":0,"t":"MESSAGE_CREATE","s":%d,"d":%s}`, sequence, content)
	err := p.write(websocket.TextMessage, payload)
	c.mu.Lock()
	defer c.mu.Unlock()
	if err == nil {
		s.cut = max(s.cut, sequence)
	}
	return err == nil
}

// chatter replays what follows from, says RESUMED if there was anything before, and then makes events until the connection
// is cut, or the server has enough of it.
func (c *chaos) chatter(p *peer, s *session, from int) {
	last := 0
	for sequence := from; ; sequence++ {
		c.mu.Lock()
		last = s.sent
		c.mu.Unlock()
		if sequence > last {
			break
		}
		if !c.say(p, s, sequence) {
			return
		}
	}
	if from > 1 || c.replays && last > 0 {
		p.raw(`{"op":0,"t":"RESUMED","d":{}}`)
	}
	for {
		switch time.Sleep(time.Duration(c.roll(2000)) * time.Millisecond); c.roll(60) {
		case 0:
			p.raw(`{"op":7,"d":null}`)
		case 1:
			p.raw(`{"op":7,"s":1,"d":1234}`)
			p.close(1000, "")
			return
		case 2:
			p.close(4000+c.roll(3), "chaos")
			return
		case 3:
			p.raw(`{"op":10,"d":{"heartbeat_interval":1}}`)
		case 4:
			if c.replays {
				p.raw(`{"op":9,"d":true}`)
			}
		}
		c.mu.Lock()
		done := c.left < -1 || s.on != p
		if !done {
			s.sent++
		}
		sequence := s.sent
		c.mu.Unlock()
		if done || !c.say(p, s, sequence) {
			return
		}
	}
}

// chaotic runs a client against the server until all faults have happened and a last connection is well.
func chaotic(t *testing.T, c *chaos, faults int, observe func(*gateway.Events)) {
	c.t, c.left, c.sessions = t, faults, map[string]*session{}
	c.random = rand.New(rand.NewPCG(7, uint64(faults)))
	network := new(gatewaytest.Network)
	c.serve(network)
	events := gateway.NewEvents()
	observe(events)
	options := gateway.Options{
		Dialer: network.Dialer(), Compression: gateway.NoCompression, Events: events, Logger: slog.New(slog.DiscardHandler),
	}
	var handle gateway.GatewayHandle
	for {
		var err error
		if handle, _, err = gateway.Connect(t.Context(), testURL, types.Identify{Token: "secret"}, options); err == nil {
			break // What is cut before the first HELLO is Spawn's error, and the caller's to try again.
		}
		if _, ok := errors.AsType[*gateway.HandshakeError](err); !ok {
			t.Fatal(err)
		}
	}
	for remaining := faults; remaining >= 0; {
		select {
		case <-handle.Done():
			t.Fatal(handle.Err())
		case <-time.After(time.Minute):
		}
		c.mu.Lock()
		remaining = c.left
		c.mu.Unlock()
	}
	time.Sleep(10 * time.Minute)
	if state := handle.State(); state != gateway.StateReady {
		t.Errorf("after all faults the handle is %v", state)
	}
	shut(t, handle)
}

func faults(t *testing.T) int {
	if raceDetector || testing.Short() {
		return 1000
	}
	return 10_000
}

func TestEveryEventIsDeliveredOnceAndInOrderThroughTenThousandDisconnects(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &chaos{replays: true}
		received := map[string]int{}
		chaotic(t, c, faults(t), func(events *gateway.Events) {
			events.Message.Create.SubscribeFunc(func(_ context.Context, m *types.MessageCreate) {
				if received[m.Content]++; int(m.ID) != received[m.Content] {
					t.Fatalf("session %s: event %d where %d was due", m.Content, m.ID, received[m.Content])
				}
			})
		})
		if got, want := received[c.latest.id], c.latest.sent; got != want || want < 100 || len(received) != 1 {
			t.Errorf("%d of %d events were delivered, of %d sessions", got, want, len(received))
		}
	})
}

func TestWithoutReplayTheLossIsWhatTheServerDidNotSendAndIsReported(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &chaos{}
		received, reported := map[string]int{}, map[string]int{}
		chaotic(t, c, faults(t)/10, func(events *gateway.Events) {
			events.Message.Create.SubscribeFunc(func(_ context.Context, m *types.MessageCreate) {
				if received[m.Content]++; int(m.ID) != received[m.Content] {
					t.Fatalf("session %s: event %d where %d was due", m.Content, m.ID, received[m.Content])
				}
			})
			events.Lifecycle.SubscribeFunc(func(_ context.Context, change *gateway.LifecycleChange) {
				if lost, ok := errors.AsType[*gateway.SessionLostError](change.Reason); ok {
					reported[lost.SessionID] = int(lost.Sequence)
				}
			})
		})
		for id, s := range c.sessions {
			if received[id] != s.cut {
				t.Errorf("session %s: %d events were sent whole, %d delivered", id, s.cut, received[id])
			}
			if last, ok := reported[id]; s != c.latest && received[id] > 0 && (!ok || last != received[id]) {
				t.Errorf("session %s: %d events were delivered; reported was a loss after %d (%t)", id, received[id], last, ok)
			}
		}
		if len(reported) < 10 {
			t.Errorf("only %d sessions were lost", len(reported))
		}
	})
}
