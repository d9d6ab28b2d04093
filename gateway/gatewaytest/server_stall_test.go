package gatewaytest

import (
	"net/http"
	"testing"
	"testing/synctest"
)

func TestAStalledServerDoesNothing(t *testing.T) {
	bubble(t, ServerOptions{}, func(t *testing.T, server *Server, world *fakeWorld) {
		c, other := dial(t, server, "/"), dial(t, server, "/")
		c.identify(aliceToken)
		server.Stall()
		server.Stall() // once is enough
		c.send(`{"op":1,"d":null}`)
		world.tell(aliceID, "MESSAGE_CREATE", `{"content":"later"}`)
		late := make(chan *rawClient, 1)
		go func() { late <- dialURL(t, server, server.URL()+"/", http.Header{}) }()
		synctest.Wait()
		if n := len(server.Peers()[0].Log()); n != 5 { // the handshake, HELLO, Identify and two dispatches
			t.Errorf("a stalled server has done something: %v", server.Peers()[0].Log())
		}
		if len(late) > 0 || len(server.Peers()) != 2 {
			t.Error("a stalled server has greeted somebody")
		}
		server.Peers()[1].Stall()
		server.Unstall()
		server.Unstall()
		c.wantEvent("MESSAGE_CREATE", 2)
		c.want(heartbeatAck)
		(<-late).want(`{"op":10,"d":{"heartbeat_interval":30000}}`)
		other.send(`{"op":1,"d":null}`)
		synctest.Wait()
		if n := len(server.Peers()[1].Log()); n != 2 {
			t.Errorf("a stalled connection has gone on: %v", server.Peers()[1].Log())
		}
		server.Peers()[1].Unstall()
		other.want(heartbeatAck)
	})
}

func TestAStalledServerAnswersNoRequest(t *testing.T) {
	inREST(t, Spacebar, func(t *testing.T, w *restWorld) {
		w.server.Stall()
		done := make(chan int, 1)
		go func() {
			status, _ := w.do(w.ben.Token, "GET /users/@me", "")
			done <- status
		}()
		synctest.Wait()
		if len(done) > 0 {
			t.Error("a stalled server has answered")
		}
		w.server.Unstall()
		if status := <-done; status != 200 {
			t.Errorf("the answer is %d", status)
		}
	})
}

func TestAStalledServerIsClosed(t *testing.T) {
	bubble(t, ServerOptions{}, func(t *testing.T, server *Server, _ *fakeWorld) {
		c := dial(t, server, "/")
		server.Stall()
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		c.wantClosed(1006)
	})
}
