package gatewaytest

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/types"
)

// message is the n-th message that a test's world sends.
func message(n string) string { return `{"content":"` + n + `"}` }

func TestFaultsOfMessages(t *testing.T) {
	for name, row := range map[string]struct {
		fault Fault
		want  string // the contents that arrive, of messages 1, 2, 3 and 4
	}{
		"none":      {Drop().Event("OTHER"), "1234"},
		"drop":      {Drop().Event("MESSAGE_CREATE").Times(2), "34"},
		"duplicate": {Duplicate().Event("MESSAGE_CREATE").Times(1), "11234"},
		"reorder":   {Reorder().Event("MESSAGE_CREATE").Times(1), "2134"},
		"when":      {Drop().When(func(m Outgoing) bool { return string(m.Data) == message("3") }), "124"},
		"replace":   {Replace([]byte(message("x"))).Event("MESSAGE_CREATE").Times(1), "x234"},
	} {
		bubble(t, ServerOptions{}, func(t *testing.T, server *Server, world *fakeWorld) {
			c := dial(t, server, "/?compress=zlib-stream&encoding=json")
			inflate := newInflater()
			if _, ok, err := inflate.add([]byte(c.hello)); !ok || err != nil {
				t.Fatal(ok, err)
			}
			injection := server.Inject(row.fault)
			c.send(`{"op":2,"d":{"token":"alice-token"}}`)
			synctest.Wait()
			for _, n := range []string{"1", "2", "3", "4"} {
				world.tell(aliceID, "MESSAGE_CREATE", message(n))
			}
			var got string
			for range 2 + len(row.want) {
				text, ok, err := inflate.add([]byte(c.next()))
				if !ok || err != nil {
					t.Fatal(ok, err)
				}
				if _, content, ok := strings.Cut(string(text), `"content":"`); ok {
					got += content[:1]
				}
			}
			if got != row.want {
				t.Errorf("%s: %s arrived, want %s", name, got, row.want)
			}
			if hits := injection.Hits(); (hits == 0) != (name == "none") {
				t.Errorf("%s: %d hits", name, hits)
			}
		})
	}
}

func TestFaultRemoved(t *testing.T) {
	bubble(t, ServerOptions{}, func(t *testing.T, server *Server, _ *fakeWorld) {
		c := dial(t, server, "/")
		peer := server.Peers()[0]
		withheld := peer.Inject(WithholdAcknowledgements())
		c.send(`{"op":1,"d":null}`, `{"op":40,"d":{}}`)
		synctest.Wait()
		if withheld.Hits() != 2 {
			t.Errorf("%d acknowledgements were withheld", withheld.Hits())
		}
		withheld.Remove()
		c.wantOpen()

		late := peer.Inject(Delay(3 * time.Second))
		start := time.Now()
		c.wantOpen()
		if waited := time.Since(start); waited != 3*time.Second || late.Hits() != 1 {
			t.Errorf("the answer came after %v", waited)
		}
		late.Remove()
		peer.Inject(Truncate(4).Times(1))
		c.send(`{"op":1,"d":null}`)
		c.want(`{"op`)
		peer.Send([]byte(`{"op":`))
		c.want(`{"op":`)
		peer.SendFrame(true, []byte{1, 2})
		c.want("\x01\x02")
		peer.Heartbeat()
		c.want(`{"op":1,"d":null}`)
	})
}

func TestStallAndHalfClose(t *testing.T) {
	bubble(t, ServerOptions{}, func(t *testing.T, server *Server, world *fakeWorld) {
		c := dial(t, server, "/")
		c.identify(aliceToken)
		peer := server.Peers()[0]
		peer.Stall()
		world.tell(aliceID, "MESSAGE_CREATE", message("1"))
		c.send(`{"op":3,"d":{"status":"online"}}`)
		_ = c.ws.SetReadDeadline(time.Now().Add(20 * time.Second))
		peeked := make(chan string, 1)
		go func() { peeked <- c.next() }()
		time.Sleep(10 * time.Second)
		if len(peeked) > 0 {
			t.Errorf("a stalled server sent %s", <-peeked)
		}
		peer.Unstall()
		if got := <-peeked; !strings.Contains(got, message("1")) {
			t.Errorf("got %s", got)
		}
		c.wantEvent("PRESENCE_UPDATE", 3)

		peer.HalfClose()
		c.wantClosed(1006)
		c.send(`{"op":4,"d":{"self_video":false}}`)
		if _, err := server.Expect(t.Context(), types.OpcodeVoiceStateUpdate); err != nil {
			t.Errorf("a half-closed server does not read: %v", err)
		}
	})
}

// TestClientAndFaults has this repository's client meet what servers do to clients.
func TestClientAndFaults(t *testing.T) {
	for name, row := range map[string]struct {
		fault func(server *Server, peer *Peer)
		takes time.Duration // at most, until the session is back
	}{
		"drop":         {func(_ *Server, p *Peer) { p.Drop() }, 5 * time.Second},
		"close 4000":   {func(_ *Server, p *Peer) { p.Close(4000, "") }, 5 * time.Second},
		"op 7":         {func(_ *Server, p *Peer) { p.Reconnect(0) }, 5 * time.Second},
		"half-close":   {func(_ *Server, p *Peer) { p.HalfClose() }, 10 * time.Second},
		"corrupt":      {func(_ *Server, p *Peer) { p.Inject(Corrupt().Times(1)); p.Heartbeat() }, 5 * time.Second},
		"malformed":    {func(_ *Server, p *Peer) { p.Send([]byte("{")); p.Drop() }, 5 * time.Second},
		"withheld":     {func(_ *Server, p *Peer) { p.Inject(WithholdAcknowledgements()) }, 4 * time.Minute},
		"stall":        {func(_ *Server, p *Peer) { p.Stall() }, 2 * time.Minute},
		"resume host":  {func(s *Server, p *Peer) { s.RefuseResumeHost(true); p.Drop() }, time.Minute},
		"resume again": {func(_ *Server, p *Peer) { p.InvalidSession(true) }, 20 * time.Second},
	} {
		bubble(t, ServerOptions{Profile: Discord}, func(t *testing.T, server *Server, world *fakeWorld) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
			defer cancel()
			handle, _, err := gateway.Connect(ctx, server.URL(), types.IdentifyUser(aliceToken),
				gateway.Options{Dialer: server.Dialer()})
			if err != nil {
				t.Fatal(err)
			}
			defer handle.Close(context.WithoutCancel(ctx))
			resumed := handle.Events.Session.Resumed.Expect(nil)
			third := handle.Events.Message.Create.Expect(func(m *types.MessageCreate) bool { return m.Content == "missed" })
			synctest.Wait()
			start, peer := time.Now(), server.Peers()[0]
			session := peer.SessionID()
			row.fault(server, peer)
			world.tell(aliceID, "MESSAGE_CREATE", message("missed"))
			if _, err := resumed.Wait(ctx); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if took := time.Since(start); took > row.takes {
				t.Errorf("%s: the session was back after %v", name, took)
			}
			if _, err := third.Wait(ctx); err != nil {
				t.Errorf("%s: a message was lost: %v", name, err)
			}
			synctest.Wait()
			peers := server.Peers()
			if last := peers[len(peers)-1]; last.SessionID() != session || last == peer {
				t.Errorf("%s: session %s became %s", name, session, last.SessionID())
			}
		})
	}
}

// TestClientIsRefused has this repository's client meet the refusals that end a handle.
func TestClientIsRefused(t *testing.T) {
	for profile, code := range map[Profile]int{Spacebar: 4000, Discord: 4004} {
		bubble(t, ServerOptions{Profile: profile}, func(t *testing.T, server *Server, _ *fakeWorld) {
			_, _, err := gateway.Connect(t.Context(), server.URL(), types.IdentifyUser("nobody's"),
				gateway.Options{Dialer: server.Dialer(), NoReconnect: true})
			var closed *gateway.CloseError
			if !errors.As(err, &closed) || int(closed.Code) != code {
				t.Errorf("%s: %v, want %d", profile, err, code)
			}
		})
	}
}

// TestClientWithSpacebar has this repository's client lose a session that Spacebar does not resume.
func TestClientWithSpacebar(t *testing.T) {
	bubble(t, ServerOptions{}, func(t *testing.T, server *Server, world *fakeWorld) {
		handle, ready, err := gateway.Connect(t.Context(), server.URL(), types.IdentifyUser(aliceToken),
			gateway.Options{Dialer: server.Dialer()})
		if err != nil {
			t.Fatal(err)
		}
		defer handle.Close(context.WithoutCancel(t.Context()))
		again := handle.Events.Session.Ready.Expect(nil)
		server.Peers()[0].Close(websocket.CloseAbnormalClosure, "")
		if _, err := server.Expect(t.Context(), types.OpcodeResume); err != nil {
			t.Error(err)
		}
		second, err := again.Wait(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if ready.SessionID != second.SessionID || ready.SessionID != server.Peers()[0].SessionID() {
			t.Errorf("session %s became %s", ready.SessionID, second.SessionID)
		}
	})
}
