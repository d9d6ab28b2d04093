package gatewaytest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"github.com/chorus-go/chorus/gateway/gatewaytest/pubsub"
	"github.com/chorus-go/chorus/types"
)

// The tests of this file are the rows of the life of a connection where Discord's documentation says otherwise.

const discordAck = `{"t":null,"s":null,"op":11,"d":null}`

// begin identifies with Discord and returns the session id.
func (c *rawClient) begin(d string) string {
	c.t.Helper()
	c.send(`{"op":2,"d":` + d + `}`)
	var ready struct {
		T string
		S int64
		D struct {
			SessionID string `json:"session_id"`
		}
	}
	if err := json.Unmarshal([]byte(c.next()), &ready); err != nil || ready.T != "READY" || ready.S != 1 {
		c.t.Fatalf("READY is %+v, %v", ready, err)
	}
	c.wantEvent("READY_SUPPLEMENTAL", 2)
	return ready.D.SessionID
}

func TestDiscordHello(t *testing.T) {
	bubble(t, ServerOptions{Profile: Discord}, func(t *testing.T, server *Server, _ *fakeWorld) {
		c := dialURL(t, server, server.URL(), http.Header{"User-Agent": {""}})
		c.want(`{"t":null,"s":null,"op":10,"d":{"heartbeat_interval":41250,"_trace":["[\"gatewaytest\"]"]}}`)
		c.send(`{"op":1,"d":null,"extra":true}`)
		c.want(discordAck)
	})
}

func TestDiscordRefusals(t *testing.T) {
	for frame, code := range map[string]int{
		`{"op":2,"d":{"token":"nobody's"}}`:                                  4004,
		`{"op":2,"d":{"token":""}}`:                                          4004,
		`{"op":2,"d":{"token":"Bot alice-token"}}`:                           4004,
		`{"op":2,"d":{}}`:                                                    4002,
		`{"op":2,"d":{"token":"alice-token","presence":7}}`:                  4002,
		`{"op":2,"d":{"token":"bot-token"}}`:                                 4013,
		`{"op":2,"d":{"token":"bot-token","intents":-1}}`:                    4013,
		`{"op":2,"d":{"token":"bot-token","intents":536870912}}`:             4013,
		`{"op":2,"d":{"token":"bot-token","intents":"1"}}`:                   4002,
		`{"op":2,"d":{"token":"bot-token","intents":2}}`:                     4014,
		`{"op":2,"d":{"token":"bot-token","intents":1,"shard":[1,1]}}`:       4010,
		`{"op":2,"d":{"token":"bot-token","intents":1,"shard":[0]}}`:         4010,
		`{"op":3,"d":{"status":"online"}}`:                                   4003,
		`{"op":12,"d":["77"]}`:                                               4003,
		`{"op":5,"d":null}`:                                                  4003,
		`{"op":99,"d":null}`:                                                 4001,
		`{"op":1`:                                                            4002,
		`[]`:                                                                 4002,
		`{"op":1,"d":"5"}`:                                                   4002,
		`{"op":6,"d":{"token":"nobody's","session_id":"x","seq":1}}`:         4004,
		`{"op":6,"d":7}`:                                                     4002,
		`{"op":1,"d":null}` + strings.Repeat(" ", 4080):                      4002,
		`{"op":2,"d":{"token":"bot-token","intents":1,"unknown":"is fine"}}`: 0,
	} {
		options := ServerOptions{Profile: Discord, DeniedIntents: types.IntentGuildMembers}
		bubble(t, options, func(t *testing.T, server *Server, _ *fakeWorld) {
			c := dial(t, server, "/?v=10")
			c.send(frame)
			if code != 0 {
				if got := c.closed(); got != code {
					t.Errorf("%.70s: closed with %d, want %d", frame, got, code)
				}
				return
			}
			c.wantEvent("READY", 1)
		})
	}
}

func TestDiscordVersion(t *testing.T) {
	bubble(t, ServerOptions{Profile: Discord}, func(t *testing.T, server *Server, _ *fakeWorld) {
		dialURL(t, server, server.URL()+"/?v=5", nil).wantClosed(4012)
		dial(t, server, "/?v=9&version=10")
	})
}

func TestDiscordSecondIdentify(t *testing.T) {
	bubble(t, ServerOptions{Profile: Discord}, func(t *testing.T, server *Server, _ *fakeWorld) {
		c := dial(t, server, "/")
		c.begin(`{"token":"alice-token"}`)
		c.send(`{"op":2,"d":{"token":"alice-token"}}`)
		c.wantClosed(4005)
	})
}

func TestDiscordResume(t *testing.T) {
	bubble(t, ServerOptions{Profile: Discord}, func(t *testing.T, server *Server, world *fakeWorld) {
		c := dial(t, server, "/")
		session := c.begin(`{"token":"alice-token"}`)
		world.tell(aliceID, "MESSAGE_CREATE", `{"content":"three"}`)
		c.wantEvent("MESSAGE_CREATE", 3)
		server.Peers()[0].Drop()
		c.wantClosed(1006)
		time.Sleep(time.Minute)
		world.tell(aliceID, "MESSAGE_CREATE", `{"content":"four"}`)
		world.tell(aliceID, "MESSAGE_CREATE", `{"content":"five"}`)

		c = dialURL(t, server, server.ResumeURL()+"/?v=9", nil)
		c.next()
		c.send(fmt.Sprintf(`{"op":6,"d":{"token":"Bearer alice-token","session_id":%q,"seq":3}}`, session))
		c.want(`{"t":"MESSAGE_CREATE","s":4,"op":0,"d":{"content":"four"}}`)
		c.want(`{"t":"MESSAGE_CREATE","s":5,"op":0,"d":{"content":"five"}}`)
		c.wantEvent("RESUMED", 6)
		world.tell(aliceID, "MESSAGE_CREATE", `{"content":"seven"}`)
		c.wantEvent("MESSAGE_CREATE", 7)
		if world.called("detach 1000") {
			t.Error("the session has ended in between")
		}
	})
}

// Some clients answer every close frame with 1000, which does not end a session that the server has closed otherwise.
func TestDiscordResumeAfterAnswerOf1000(t *testing.T) {
	bubble(t, ServerOptions{Profile: Discord}, func(t *testing.T, server *Server, _ *fakeWorld) {
		c := dial(t, server, "/")
		session := c.begin(`{"token":"alice-token"}`)
		c.ws.SetCloseHandler(func(int, string) error {
			normal := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
			return c.ws.WriteControl(websocket.CloseMessage, normal, time.Now().Add(time.Second))
		})
		server.Peers()[0].Close(4000, "")
		c.wantClosed(4000)
		time.Sleep(time.Second)

		c = dial(t, server, "/")
		c.send(fmt.Sprintf(`{"op":6,"d":{"token":"alice-token","session_id":%q,"seq":2}}`, session))
		c.wantEvent("RESUMED", 3)
	})
}

func TestDiscordResumeRefused(t *testing.T) {
	type end func(t *testing.T, server *Server, c *rawClient)
	drop := func(t *testing.T, server *Server, c *rawClient) { server.Peers()[0].Drop(); c.wantClosed(1006) }
	for name, row := range map[string]struct {
		end    end
		resume string // with the session id for %s
		code   int    // 0: op 9
	}{
		"sequence of the future": {drop, `{"token":"alice-token","session_id":"%s","seq":99}`, 4007},
		"sequence of the past":   {drop, `{"token":"alice-token","session_id":"%s","seq":-1}`, 0},
		"other session":          {drop, `{"token":"alice-token","session_id":"x%s","seq":2}`, 0},
		"token of somebody else": {drop, `{"token":"bot-token","session_id":"%s","seq":2}`, 0},
		"closed with 1000": {func(t *testing.T, server *Server, c *rawClient) {
			_ = c.ws.WriteMessage(8, []byte{0x03, 0xe8})
			c.wantClosed(1000)
			time.Sleep(time.Second)
		}, `{"token":"alice-token","session_id":"%s","seq":2}`, 0},
		"too late": {func(t *testing.T, server *Server, c *rawClient) {
			drop(t, server, c)
			time.Sleep(3 * time.Minute)
		}, `{"token":"alice-token","session_id":"%s","seq":2}`, 0},
		"invalidated": {func(t *testing.T, server *Server, c *rawClient) {
			server.Peers()[0].InvalidSession(false)
			c.want(`{"t":null,"s":null,"op":9,"d":false}`)
		}, `{"token":"alice-token","session_id":"%s","seq":2}`, 0},
	} {
		options := ServerOptions{Profile: Discord, ReplayEvents: 2, IdentifyInterval: -1}
		bubble(t, options, func(t *testing.T, server *Server, _ *fakeWorld) {
			c := dial(t, server, "/")
			session := c.begin(`{"token":"alice-token"}`)
			row.end(t, server, c)
			c = dial(t, server, "/")
			c.send(`{"op":6,"d":` + fmt.Sprintf(row.resume, session) + `}`)
			if row.code != 0 {
				if got := c.closed(); got != row.code {
					t.Errorf("%s: closed with %d, want %d", name, got, row.code)
				}
				return
			}
			if got := c.next(); got != `{"t":null,"s":null,"op":9,"d":false}` {
				t.Errorf("%s: answered with %s", name, got)
			}
			c.begin(`{"token":"alice-token"}`) // the same socket identifies
		})
	}
}

func TestDiscordIntents(t *testing.T) {
	bubble(t, ServerOptions{Profile: Discord}, func(t *testing.T, server *Server, world *fakeWorld) {
		world.after = []pubsub.Event{{Type: "GUILD_CREATE", Payload: json.RawMessage(`{"id":"77"}`)}}
		c := dial(t, server, "/")
		c.begin(`{"token":"bot-token","intents":512}`) // GUILD_MESSAGES: no GUILD_CREATE
		world.tell(botID, "TYPING_START", `{"guild_id":"77"}`)
		world.tell(botID, "MESSAGE_CREATE", `{"content":"direct"}`)
		world.tell(botID, "MESSAGE_CREATE", `{"guild_id":"77"}`)
		c.want(`{"t":"MESSAGE_CREATE","s":3,"op":0,"d":{"guild_id":"77"}}`)
		world.tell(botID, "USER_UPDATE", `{}`)
		c.wantEvent("USER_UPDATE", 4)

		c = dial(t, server, "/")
		c.begin(`{"token":"alice-token"}`) // an account without intents gets everything
		c.wantEvent("GUILD_CREATE", 3)
	})
}

func TestDiscordLimits(t *testing.T) {
	bubble(t, ServerOptions{Profile: Discord}, func(t *testing.T, server *Server, _ *fakeWorld) {
		c := dial(t, server, "/")
		for range 120 {
			c.send(`{"op":1,"d":null}`)
			c.want(discordAck)
		}
		c.send(`{"op":1,"d":null}`)
		c.wantClosed(4008)

		c = dial(t, server, "/")
		c.begin(`{"token":"alice-token"}`)
		for i := range 6 {
			c.send(`{"op":3,"d":{"status":"idle","activities":[],"afk":false,"since":0}}`)
			if i < 5 {
				c.wantEvent("PRESENCE_UPDATE", i+3)
			}
		}
		c.wantClosed(4008)
	})
}

func TestDiscordLimitsOfRequests(t *testing.T) {
	bubble(t, ServerOptions{Profile: Discord}, func(t *testing.T, server *Server, _ *fakeWorld) {
		c := dial(t, server, "/")
		c.begin(`{"token":"alice-token"}`)
		const request = `{"op":8,"d":{"guild_id":"77","query":"","limit":0,"nonce":"n"}}`
		c.send(request)
		c.wantEvent("GUILD_MEMBERS_CHUNK", 3)
		time.Sleep(20 * time.Second)
		c.send(request)
		c.want(`{"t":"RATE_LIMITED","s":4,"op":0,"d":{"meta":{"guild_id":"77","nonce":"n"},"opcode":8,"retry_after":10}}`)
		time.Sleep(10 * time.Second)
		c.send(request)
		c.wantEvent("GUILD_MEMBERS_CHUNK", 5)

		second := dial(t, server, "/")
		second.begin(`{"token":"alice-token"}`)
		third := dial(t, server, "/")
		third.send(`{"op":2,"d":{"token":"alice-token"}}`)
		third.want(`{"t":null,"s":null,"op":9,"d":false}`)
		time.Sleep(5 * time.Second)
		third.begin(`{"token":"alice-token"}`)
	})
	single := ServerOptions{Profile: Discord, MaxSessions: 1, IdentifyInterval: -1}
	bubble(t, single, func(t *testing.T, server *Server, _ *fakeWorld) {
		dial(t, server, "/").begin(`{"token":"alice-token"}`)
		dial(t, server, "/").begin(`{"token":"bot-token","intents":0}`)
		c := dial(t, server, "/")
		c.send(`{"op":2,"d":{"token":"alice-token"}}`)
		c.wantClosed(4015)
	})
}

func TestDiscordControl(t *testing.T) {
	bubble(t, ServerOptions{Profile: Discord}, func(t *testing.T, server *Server, _ *fakeWorld) {
		c := dial(t, server, "/")
		c.begin(`{"token":"alice-token"}`)
		start := time.Now()
		server.Peers()[0].Reconnect(time.Second)
		c.want(`{"t":null,"s":null,"op":7,"d":null}`)
		c.wantClosed(4000)
		if waited := time.Since(start); waited != 5*time.Second {
			t.Errorf("closed after %v", waited)
		}
		c = dial(t, server, "/")
		c.begin(`{"token":"bot-token","intents":0}`)
		if err := server.Close(); err != nil {
			t.Fatal(err)
		}
		c.wantClosed(1001)
	})
}

// TestDiscordLogoutOfALostSocket has an account log out while its client is away.
func TestDiscordLogoutOfALostSocket(t *testing.T) {
	bubble(t, ServerOptions{Profile: Discord}, func(t *testing.T, server *Server, _ *fakeWorld) {
		c := dial(t, server, "/")
		session := c.begin(`{"token":"alice-token"}`)
		server.Peers()[0].Drop()
		synctest.Wait()
		server.Logout(aliceToken)
		c = dial(t, server, "/")
		c.send(fmt.Sprintf(`{"op":6,"d":{"token":"alice-token","session_id":%q,"seq":2}}`, session))
		c.want(`{"t":null,"s":null,"op":9,"d":false}`)
	})
}

// TestDiscordStaleConnection has a session ended on a connection that does not have it any longer.
func TestDiscordStaleConnection(t *testing.T) {
	bubble(t, ServerOptions{Profile: Discord}, func(t *testing.T, server *Server, world *fakeWorld) {
		session := dial(t, server, "/").begin(`{"token":"alice-token"}`)
		stale := server.Peers()[0]
		stale.Stall()
		c := dial(t, server, "/")
		c.send(fmt.Sprintf(`{"op":6,"d":{"token":"alice-token","session_id":%q,"seq":2}}`, session))
		c.wantEvent("RESUMED", 3)
		stale.InvalidSession(false)
		world.tell(aliceID, "MESSAGE_CREATE", message("1"))
		c.wantEvent("MESSAGE_CREATE", 4)
	})
}
