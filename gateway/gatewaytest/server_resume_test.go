package gatewaytest

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/gorilla/websocket"

	"github.com/chorus-go/chorus/gateway/gatewaytest/pubsub"
)

// TestTwoResumesOfOneSession has several connections resume a session at the same time: one of them has it afterwards,
// and the others were closed.
func TestTwoResumesOfOneSession(t *testing.T) {
	for range 60 {
		bubble(t, ServerOptions{Profile: Discord}, func(t *testing.T, server *Server, world *fakeWorld) {
			c := dial(t, server, "/")
			session := c.begin(`{"token":"alice-token"}`)
			server.Peers()[0].Drop()
			c.wantClosed(1006)
			clients := make([]*rawClient, 4)
			for i := range clients {
				clients[i] = dial(t, server, "/")
			}
			resume := []byte(fmt.Sprintf(`{"op":6,"d":{"token":"alice-token","session_id":%q,"seq":2}}`, session))
			var sending sync.WaitGroup
			for _, c := range clients {
				sending.Go(func() { _ = c.ws.WriteMessage(websocket.TextMessage, resume) })
			}
			sending.Wait()
			synctest.Wait()
			world.tell(aliceID, "MESSAGE_CREATE", `{"content":"for one"}`)
			synctest.Wait()
			winners := 0
			for _, c := range clients {
				switch text, closed := c.lastBefore("MESSAGE_CREATE"); {
				case strings.Contains(text, "for one"):
					winners++
				case closed != 4000:
					t.Errorf("a connection has neither the session nor close code 4000 but %d, %s", closed, text)
				}
			}
			synctest.Wait()
			if peers := server.Peers(); winners != 1 || len(peers) != 1 || peers[0].SessionID() != session {
				t.Errorf("%d connections have the session, %d are open", winners, len(peers))
			}
		})
	}
}

// lastBefore reads until an event comes or the connection ends.
func (c *rawClient) lastBefore(event string) (text string, closed int) {
	c.t.Helper()
	for {
		_, data, err := c.ws.ReadMessage()
		if err != nil {
			return text, codeOf(err)
		}
		if text = string(data); strings.Contains(text, event) {
			return text, 0
		}
	}
}

// TestEventsDuringAttachComeBehindIt dispatches from many goroutines while a session begins: READY is the first all the
// same, what belongs to it follows, and nothing is lost or out of its order.
func TestEventsDuringAttachComeBehindIt(t *testing.T) {
	const senders, each = 8, 25
	for _, profile := range []Profile{Spacebar, Discord} {
		bubble(t, ServerOptions{Profile: profile}, func(t *testing.T, server *Server, world *fakeWorld) {
			var sending sync.WaitGroup
			world.during = func(state *pubsub.State) {
				begun := make(chan struct{}, senders)
				for sender := range senders {
					sending.Go(func() {
						for i := range each {
							_ = state.Dispatch("EARLY", json.RawMessage(fmt.Sprintf(`{"sender":%d,"i":%d}`, sender, i)))
							if i == 0 {
								begun <- struct{}{}
							}
						}
					})
				}
				for range senders {
					<-begun
				}
			}
			c := dial(t, server, "/")
			c.send(`{"op":2,"d":{"token":"alice-token"}}`)
			sending.Wait()
			next := map[int]int{}
			for n := range 2 + senders*each {
				var got struct {
					T string
					S int
					D struct{ Sender, I int }
				}
				if err := json.Unmarshal([]byte(c.next()), &got); err != nil {
					t.Fatal(err)
				}
				first := 0
				if profile == Discord {
					first = 1
				}
				want := []string{"READY", "READY_SUPPLEMENTAL", "EARLY"}[min(n, 2)]
				if got.T != want || got.S != n+first || want == "EARLY" && got.D.I != next[got.D.Sender] {
					t.Fatalf("dispatch %d is %+v, want %s", n, got, want)
				}
				if want == "EARLY" {
					next[got.D.Sender]++
				}
			}
		})
	}
}
