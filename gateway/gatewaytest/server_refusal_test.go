package gatewaytest

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// The tests of this file are further rows of the life of a connection with Spacebar, and what it refuses.

func TestSpacebarShardsAndIntents(t *testing.T) {
	for field, code := range map[string]int{
		`"shard":[2,1]`: 4010, `"shard":[0,0]`: 4010, `"shard":[-1,1]`: 4010, `"shard":[0]`: 4010, `"shard":[]`: 4010,
		`"shard":"0,1"`: 4002, `"shard":{}`: 4002, `"shard":[1,1]`: 0, `"shard":[0,4]`: 0,
		`"intents":-1`: 4000, `"intents":true`: 4000, `"intents":"1"`: 4002, `"intents":1.5`: 4002, `"intents":{}`: 4002,
		`"intents":0`: 0, `"intents":1125899906842623`: 0,
	} {
		bubble(t, ServerOptions{}, func(t *testing.T, server *Server, world *fakeWorld) {
			c := dial(t, server, "/")
			c.send(`{"op":2,"d":{"token":"bot-token",` + field + `}}`)
			if code != 0 {
				if got := c.closed(); got != code {
					t.Errorf("%s: closed with %d, want %d", field, got, code)
				}
				return
			}
			c.wantEvent("READY", 0)
			c.wantEvent("READY_SUPPLEMENTAL", 1)
			world.tell(botID, "MESSAGE_CREATE", `{"guild_id":"77","content":"hello"}`) // neither filters anything
			c.want(`{"op":0,"t":"MESSAGE_CREATE","s":2,"d":{"guild_id":"77","content":"hello"}}`)
		})
	}
}

func TestSpacebarRate(t *testing.T) {
	bubble(t, ServerOptions{}, func(t *testing.T, server *Server, _ *fakeWorld) {
		for range 30 {
			dial(t, server, "/").identify(aliceToken)
		}
		c := dial(t, server, "/")
		c.identify(aliceToken)
		for range 200 {
			c.wantOpen()
		}
		for i := range 130 {
			c.send(`{"op":3,"d":{"status":"idle","activities":[],"afk":false,"since":0}}`)
			c.wantEvent("PRESENCE_UPDATE", i+2)
		}
	})
}

func TestSpacebarLogout(t *testing.T) {
	bubble(t, ServerOptions{}, func(t *testing.T, server *Server, world *fakeWorld) {
		c, other := dial(t, server, "/"), dial(t, server, "/")
		c.identify(aliceToken)
		other.identify(botToken)
		server.Logout(aliceToken)
		c.want(`{"op":9,"s":2}`)
		c.wantClosed(4006)
		other.wantOpen()
		if !world.called("detach 1000") {
			t.Error("the session is still there")
		}
	})
}

func TestSpacebarDisabledLater(t *testing.T) {
	bubble(t, ServerOptions{}, func(t *testing.T, server *Server, world *fakeWorld) {
		c := dial(t, server, "/")
		c.identify(aliceToken)
		world.disable(aliceToken, aliceID)
		c.wantOpen()
	})
}

func TestSpacebarReconnect(t *testing.T) {
	bubble(t, ServerOptions{}, func(t *testing.T, server *Server, _ *fakeWorld) {
		c := dial(t, server, "/")
		c.identify(aliceToken)
		server.Peers()[0].Reconnect(1234 * time.Millisecond)
		c.want(`{"op":7,"s":2,"d":1234}`)
		c.wantClosed(1000)
	})
}

func TestSpacebarStopped(t *testing.T) {
	bubble(t, ServerOptions{}, func(t *testing.T, server *Server, _ *fakeWorld) {
		c := dial(t, server, "/")
		c.identify(aliceToken)
		if err := server.Close(); err != nil {
			t.Fatal(err)
		}
		_, data, err := c.ws.ReadMessage()
		if err == nil {
			t.Errorf("the last words of the server are %s", data)
		}
		c.wantClosed(1006)
	})
}

func TestSpacebarBeforeIdentify(t *testing.T) {
	for frame, want := range map[string]string{
		`{"op":3,"d":{"status":"online"}}`:               "4000",
		`{"op":8,"d":{"guild_id":"77"}}`:                 "4000",
		`{"op":14,"d":{"guild_id":"77"}}`:                "4000",
		`{"op":12,"d":["77"]}`:                           `{"op":0,"t":"GUILD_SYNC","s":0,"d":{"id":"77","members":[],"presences":[]}}`,
		`{"op":36,"d":{"guild_id":"77"}}`:                `{"op":0,"t":"CHANNEL_STATUSES","d":{"guild_id":"77","channels":[]}}`,
		`{"op":43,"d":{"guild_id":"77","fields":["x"]}}`: `{"op":0,"t":"CHANNEL_INFO","d":{"guild_id":"77","channels":[]}}`,
	} {
		bubble(t, ServerOptions{}, func(t *testing.T, server *Server, _ *fakeWorld) {
			c := dial(t, server, "/")
			c.send(frame)
			if want == "4000" {
				c.wantClosed(4000)
				return
			}
			c.want(want)
			c.wantOpen()
		})
	}
}

func TestSpacebarSessionID(t *testing.T) {
	bubble(t, ServerOptions{Seed: 7}, func(t *testing.T, server *Server, _ *fakeWorld) {
		first := dial(t, server, "/").identify(aliceToken)
		second := dial(t, server, "/").identify(aliceToken)
		other := dial(t, server, "/").identify(botToken)
		peers := server.Peers()
		if first != second || peers[0].SessionID() != peers[1].SessionID() {
			t.Errorf("two sockets with one token: %s and %s", first, second)
		}
		if peers[0].SessionID() == peers[2].SessionID() || !strings.Contains(other, peers[2].SessionID()) {
			t.Errorf("another token: %s", other)
		}
		if want := `"resume_gateway_url":"ws://gateway.test"`; !strings.Contains(first, want) {
			t.Errorf("%s is not in %s", want, first)
		}
	})
}

func TestSpacebarRefusesPayloads(t *testing.T) {
	for frame, code := range map[string]int{
		`{"op":3,"d":{"status":"online","x":1}}`:                                               4002,
		`{"op":3,"d":{"activities":[]}}`:                                                       4002,
		`{"op":3,"d":{"status":"online","activities":null}}`:                                   4000,
		`{"op":3,"d":{"status":"online","activities":[{"name":"x","type":0,"created_at":1}]}}`: 4002,
		`{"op":3,"d":{"status":"online","activities":[{"name":"x","type":0,"buttons":[]}]}}`:   4002,
		`{"op":3,"d":{"status":"online","activities":[{"name":"x","type":0}]}}`:                0,
		`{"op":4,"d":{"guild_id":"77","channel_id":"1","self_mute":true,"self_deaf":false}}`:   4000,
		`{"op":4,"d":{"guild_id":"77","self_mute":true,"self_deaf":false,"self_video":null}}`:  4000,
		`{"op":4,"d":{"guild_id":"77","self_video":false,"preferred_regions":[]}}`:             4002,
		`{"op":4,"d":{"guild_id":"77","self_video":false,"self_mute":true}}`:                   0,
		`{"op":8,"d":{"guild_id":"77","x":1}}`:                                                 4002,
		`{"op":8,"d":{"guild_id":"77","query":"a"}}`:                                           4000,
		`{"op":8,"d":{"guild_id":"77","query":"a","limit":0}}`:                                 4000,
		`{"op":8,"d":{"guild_id":"77","query":"a","limit":5,"user_ids":["1"]}}`:                4000,
		`{"op":8,"d":{"guild_id":"78","query":"","limit":0}}`:                                  4000,
		`{"op":8,"d":{"guild_id":"77","query":"","limit":0}}`:                                  0,
		`{"op":12,"d":{"guild_id":"77"}}`:                                                      4000,
		`{"op":12,"d":["77"]}`:                                                                 0,
		`{"op":14,"d":{"guild_id":"77","x":1}}`:                                                4002,
		`{"op":14,"d":{"guild_id":"77","channels":{"99":[[0,99]]}}}`:                           4000,
		`{"op":14,"d":{"guild_id":"77","channels":{"98":[[0,99]]}}}`:                           0,
		`{"op":18,"d":{"type":"other","channel_id":"1"}}`:                                      4000,
		`{"op":18,"d":{"type":"call","channel_id":"1"}}`:                                       0,
		`{"op":19,"d":{"stream_key":"nonsense"}}`:                                              4000,
		`{"op":19,"d":{"stream_key":"call:1:1000"}}`:                                           0,
		`{"op":20,"d":{"stream_key":"guild:1:1000"}}`:                                          4000,
		`{"op":20,"d":{"stream_key":"guild:77:1:1000"}}`:                                       0,
		`{"op":37,"d":{"subscriptions":{"77":{}},"x":1}}`:                                      4002,
		`{"op":37,"d":{"subscriptions":{"77":{"x":1}}}}`:                                       4002,
		`{"op":37,"d":{"subscriptions":{"77":{"typing":true}}}}`:                               0,
		`{"op":43,"d":{"guild_id":"77"}}`:                                                      4000,
	} {
		bubble(t, ServerOptions{}, func(t *testing.T, server *Server, _ *fakeWorld) {
			c := dial(t, server, "/")
			c.identify(aliceToken)
			c.send(frame)
			if code != 0 {
				if got := c.closed(); got != code {
					t.Errorf("%s: closed with %d, want %d", frame, got, code)
				}
				return
			}
			if got := c.next(); !strings.Contains(got, fmt.Sprintf(`"s":%d,`, 2)) {
				t.Errorf("%s: answered with %s", frame, got)
			}
			c.wantOpen()
		})
	}
}
