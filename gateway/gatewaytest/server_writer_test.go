package gatewaytest

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestSlowClientIsCut has a client that reads nothing while events come.
func TestSlowClientIsCut(t *testing.T) {
	for _, bytes := range []int{8 << 10, -1} {
		bubble(t, ServerOptions{OutboxBytes: bytes}, func(t *testing.T, server *Server, world *fakeWorld) {
			server.options.Network.Buffer = 2 << 10
			c := dial(t, server, "/")
			c.identify(aliceToken)
			peer := server.Peers()[0]
			text := fmt.Sprintf(`{"text":%q}`, strings.Repeat("x", 1000))
			for range 20 {
				world.tell(aliceID, "A", text)
			}
			synctest.Wait()
			if bytes < 0 {
				for i := range 20 {
					c.wantEvent("A", 2+i)
				}
				c.wantOpen()
				return
			}
			select {
			case <-peer.Done():
			case <-time.After(time.Second):
				t.Fatal("the client is not cut off")
			}
			c.wantClosed(1006)
			var log strings.Builder
			for _, entry := range peer.Log() {
				fmt.Fprintln(&log, entry)
			}
			if !strings.Contains(log.String(), "out error (the client is too slow)") {
				t.Errorf("the log is\n%s", log.String())
			}
		})
	}
}

// TestStallLosesNothing stalls a connection for longer than its outbox has room.
func TestStallLosesNothing(t *testing.T) {
	bubble(t, ServerOptions{OutboxBytes: 8 << 10}, func(t *testing.T, server *Server, world *fakeWorld) {
		c := dial(t, server, "/")
		c.identify(aliceToken)
		peer := server.Peers()[0]
		peer.Stall()
		for range 100 {
			world.tell(aliceID, "A", fmt.Sprintf(`{"text":%q}`, strings.Repeat("x", 1000)))
		}
		synctest.Wait()
		peer.Unstall()
		world.tell(aliceID, "B", `{}`)
		for i := range 100 {
			c.wantEvent("A", 2+i)
		}
		c.wantEvent("B", 102)
	})
}

// TestOutboxMakesRoom sends more than an outbox has room for to a client that reads.
func TestOutboxMakesRoom(t *testing.T) {
	bubble(t, ServerOptions{OutboxBytes: 2 << 10}, func(t *testing.T, server *Server, world *fakeWorld) {
		c := dial(t, server, "/")
		c.identify(aliceToken)
		for i := range 100 {
			world.tell(aliceID, "A", fmt.Sprintf(`{"text":%q}`, strings.Repeat("x", 1000)))
			c.wantEvent("A", 2+i)
			synctest.Wait() // the client can have it before the writer has counted it
		}
		c.wantOpen()
	})
}

// TestLogForgets looks at a log that is full.
func TestLogForgets(t *testing.T) {
	bubble(t, ServerOptions{LogEntries: 3}, func(t *testing.T, server *Server, world *fakeWorld) {
		c := dial(t, server, "/")
		c.identify(aliceToken)
		for i := range 7 {
			world.tell(aliceID, fmt.Sprint("E", i), `{}`)
		}
		synctest.Wait()
		for i, entry := range server.Peers()[0].Log() {
			if want := fmt.Sprint("E", 4+i); entry.Event != want || i > 2 {
				t.Errorf("entry %d is %s, want %s", i, entry, want)
			}
		}
	})
}
