package gatewaytest

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/gateway/gatewaytest/pubsub"
	"github.com/chorus-go/chorus/types"
)

func TestExpect(t *testing.T) {
	bubble(t, ServerOptions{}, func(t *testing.T, server *Server, _ *fakeWorld) {
		c := dial(t, server, "/")
		c.identify(aliceToken)
		c.send(`{"op":3,"d":{"status":"idle"}}`, `{"op":3,"d":{"status":"dnd"}}`)
		synctest.Wait()
		status := func(want types.StatusType) func(Received) bool {
			return func(r Received) bool {
				var p types.UpdatePresence
				return r.Decode(&p) == nil && p.Status == want
			}
		}
		got, err := server.Expect(t.Context(), types.OpcodePresenceUpdate, status("dnd"))
		if err != nil || got.Peer != server.Peers()[0] || string(got.Data) != `{"status":"dnd"}` || got.At != time.Now() {
			t.Errorf("got %+v, %v", got, err)
		}
		if got, err = server.Expect(t.Context(), types.OpcodePresenceUpdate); err != nil || !status("idle")(got) {
			t.Errorf("got %+v, %v", got, err)
		}
		go func() {
			time.Sleep(time.Minute / 2)
			c.send(`{"op":3,"d":{"status":"online"}}`)
		}()
		start := time.Now()
		got, err = server.Expect(t.Context(), types.OpcodePresenceUpdate)
		if err != nil || !status("online")(got) || time.Since(start) != time.Minute/2 {
			t.Errorf("got %+v, %v after %v", got, err, time.Since(start))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := server.Expect(ctx, types.OpcodePresenceUpdate); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("expected nothing, got %v", err)
		}
	})
}

func TestOn(t *testing.T) {
	bubble(t, ServerOptions{}, func(t *testing.T, server *Server, _ *fakeWorld) {
		c := dial(t, server, "/")
		c.identify(aliceToken)
		seen := 0
		server.On(types.OpcodePresenceUpdate, func(Received) bool { seen++; return false })
		remove := server.On(types.OpcodePresenceUpdate, func(r Received) bool {
			r.Peer.Send([]byte(`{"op":0,"t":"MINE","s":2,"d":{}}`))
			return true
		})
		c.send(`{"op":3,"d":{"status":"idle"}}`)
		c.wantEvent("MINE", 2)
		remove()
		c.send(`{"op":3,"d":{"status":"idle"}}`)
		c.wantEvent("PRESENCE_UPDATE", 2)
		if seen != 2 {
			t.Errorf("seen %d times", seen)
		}
	})
}

func TestLog(t *testing.T) {
	bubble(t, ServerOptions{LogEntries: 8}, func(t *testing.T, server *Server, _ *fakeWorld) {
		c := dial(t, server, "/path?v=9")
		peer := server.Peers()[0]
		c.identify(aliceToken)
		peer.Inject(Drop().Event("PRESENCE_UPDATE"))
		peer.Inject(Duplicate())
		c.send(`{"op":3,"d":{"status":"online"}}`)
		c.wantEventually(peer, "in message op 3")
		peer.Close(4321, "enough")
		c.wantClosed(4321)
		<-peer.Done()
		var lines []string
		for _, entry := range peer.Log() {
			lines = append(lines, entry.String())
			if strings.Contains(string(entry.Data), aliceToken) {
				t.Errorf("the log tells a token: %s", entry.Data)
			}
		}
		want := []string{
			"in open (/path?v=9)", "out message op 10", "in message op 2", "out message op 0 READY s 0",
			"out message op 0 READY_SUPPLEMENTAL s 1", "in message op 3", "out close 4321 (enough)", "in close 4321",
		}
		if !slices.Equal(lines, want) {
			t.Errorf("the log is\n%s\nwant\n%s", strings.Join(lines, "\n"), strings.Join(want, "\n"))
		}
	})
}

// wantEventually waits until the log of a peer ends with a line.
func (c *rawClient) wantEventually(p *Peer, line string) {
	c.t.Helper()
	synctest.Wait()
	log := p.Log()
	if got := log[len(log)-1].String(); got != line {
		c.t.Fatalf("the log ends with %q, want %q", got, line)
	}
}

// TestAttachAndDispatch checks that what happens while a session begins comes behind its beginning, in order.
func TestAttachAndDispatch(t *testing.T) {
	bubble(t, ServerOptions{Profile: Discord}, func(t *testing.T, server *Server, world *fakeWorld) {
		world.during = func(state *pubsub.State) {
			for _, n := range []string{"1", "2"} {
				_ = state.Dispatch("MESSAGE_CREATE", json.RawMessage(message(n)))
			}
		}
		c := dial(t, server, "/")
		c.begin(`{"token":"alice-token"}`)
		c.want(`{"t":"MESSAGE_CREATE","s":3,"op":0,"d":{"content":"1"}}`)
		c.want(`{"t":"MESSAGE_CREATE","s":4,"op":0,"d":{"content":"2"}}`)
	})
}

// TestTransports has this repository's client use every encoding with every compression, with both profiles.
func TestTransports(t *testing.T) {
	for _, profile := range []Profile{Spacebar, Discord} {
		for _, encoding := range []gateway.Encoding{gateway.JSON, gateway.ETF} {
			for _, compression := range []gateway.Compression{
				gateway.NoCompression, gateway.ZlibStream, gateway.ZstdStream, gateway.PayloadZlib,
			} {
				if encoding == gateway.ETF && compression == gateway.PayloadZlib {
					continue // there is no such thing
				}
				bubble(t, ServerOptions{Profile: profile}, func(t *testing.T, server *Server, world *fakeWorld) {
					options := gateway.Options{Dialer: server.Dialer(), Encoding: encoding, Compression: compression}
					handle, ready, err := gateway.Connect(t.Context(), server.URL(), types.IdentifyUser(aliceToken), options)
					if err != nil {
						t.Fatal(profile, encoding, compression, err)
					}
					defer handle.Close(context.WithoutCancel(t.Context()))
					if ready.User.ID != aliceID {
						t.Errorf("READY of %v", ready.User.ID)
					}
					for _, text := range []string{"first", strings.Repeat("long ", 5000), "third"} {
						next := handle.Events.Message.Create.Expect(nil)
						world.tell(aliceID, "MESSAGE_CREATE", message(text))
						if m, err := next.Wait(t.Context()); err != nil || m.Content != text {
							t.Errorf("%v %v %v: %.20s, %v", profile, encoding, compression, m.Content, err)
						}
					}
					chunk := handle.Events.Guild.MembersChunk.Expect(nil)
					if err := handle.SendRequestGuildMembers(t.Context(), types.RequestGuildMembers{GuildID: homeGuild}); err != nil {
						t.Error(err)
					}
					if _, err := chunk.Wait(t.Context()); err != nil {
						t.Error(err)
					}
				})
			}
		}
	}
}
