package gatewaytest

import (
	"net/http"
	"testing"
)

func TestResumeHostRefuses(t *testing.T) {
	bubble(t, ServerOptions{Profile: Discord}, func(t *testing.T, server *Server, _ *fakeWorld) {
		server.RefuseResumeHost(true)
		_, response, err := server.Dialer().Dial(server.ResumeURL(), nil)
		if err == nil || response == nil || response.StatusCode != http.StatusServiceUnavailable {
			t.Errorf("the resume host answered %v, %v", response, err)
		}
		dial(t, server, "/")
		server.RefuseResumeHost(false)
		dialURL(t, server, server.ResumeURL(), nil).next()
	})
}

func TestDiscordPayloadZlib(t *testing.T) {
	for profile, want := range map[Profile]byte{Discord: 0x78, Spacebar: '{'} { // Spacebar takes no notice of the wish
		bubble(t, ServerOptions{Profile: profile}, func(t *testing.T, server *Server, _ *fakeWorld) {
			c := dial(t, server, "/")
			c.send(`{"op":2,"d":{"token":"alice-token","compress":true}}`)
			if got := c.next()[0]; got != want {
				t.Errorf("%s: READY begins with %#x, want %#x", profile, got, want)
			}
		})
	}
}

func TestDiscordDirectIntents(t *testing.T) {
	bubble(t, ServerOptions{Profile: Discord}, func(t *testing.T, server *Server, world *fakeWorld) {
		c := dial(t, server, "/")
		c.begin(`{"token":"bot-token","intents":4096}`) // DIRECT_MESSAGES
		world.tell(botID, "MESSAGE_CREATE", `{"guild_id":"77"}`)
		world.tell(botID, "MESSAGE_CREATE", `{"content":"direct"}`)
		c.want(`{"t":"MESSAGE_CREATE","s":3,"op":0,"d":{"content":"direct"}}`)
	})
}
