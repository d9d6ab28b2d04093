package gatewaytest

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/types"
)

// TestServerOverTCP has real sockets: no bubble, no time that runs by itself.
func TestServerOverTCP(t *testing.T) {
	for _, profile := range []Profile{Spacebar, Discord} {
		server := NewServer(t, ServerOptions{Profile: profile})
		ann := server.World().AddUser("ann")
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		handle, ready, err := gateway.Connect(ctx, server.URL(), types.IdentifyUser(ann.Token),
			gateway.Options{Dialer: server.Dialer(), NoReconnect: true})
		if err != nil {
			t.Fatal(err)
		}
		if ready.User.ID != ann.ID || !strings.HasPrefix(server.URL(), "ws://127.0.0.1:") {
			t.Errorf("READY of %v at %s", ready.User.ID, server.URL())
		}
		peer := server.Peers()[0]
		peer.HalfClose()
		select {
		case <-peer.Done():
		case <-ctx.Done():
			t.Error("the client did not notice that half of the connection is closed")
		}
		_ = handle.Close(ctx)
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		if left := server.Peers(); len(left) > 0 {
			t.Errorf("%d connections are left", len(left))
		}
	}
}

func TestServerOptionsAreChecked(t *testing.T) {
	if _, err := Serve(ServerOptions{Profile: "other"}); err == nil || !strings.HasPrefix(err.Error(), "gatewaytest: ") {
		t.Errorf("an unknown profile: %v", err)
	}
	network := new(Network)
	taken, err := network.Listen("resume.gateway.test")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Serve(ServerOptions{Network: network}); err == nil {
		t.Error("the resume host is taken")
	}
	_ = taken.Close()
	server, err := Serve(ServerOptions{Network: network}) // what was opened before the failure is free again
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Close(); err != nil {
		t.Error(err)
	}
}

// TestSessionIDsAreDeterministic has two servers with one seed, and one with another.
func TestSessionIDsAreDeterministic(t *testing.T) {
	ids := map[string]int{}
	for _, seed := range []uint64{1, 1, 2} {
		bubble(t, ServerOptions{Profile: Discord, Seed: seed, IdentifyInterval: -1},
			func(t *testing.T, server *Server, _ *fakeWorld) {
				for range 2 {
					ids[dial(t, server, "/").begin(`{"token":"alice-token"}`)]++
				}
			})
	}
	if len(ids) != 4 {
		t.Errorf("session ids: %v", ids)
	}
}
