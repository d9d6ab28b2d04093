package gatewaytest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
	"github.com/chorus-go/chorus/types"
)

// The tests of this file have a world behind the server.

// living runs a test with a guild of a user and a bot.
func living(t *testing.T, profile Profile, test func(*testing.T, *Server, world.GuildHandle, world.User, world.User)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		server := NewServer(t, ServerOptions{Profile: profile, Network: new(Network), Seed: 5})
		ann, bot := server.World().AddUser("ann"), server.World().AddBot("bot")
		guild, err := server.World().AddGuild(ann.ID, "Home")
		if err != nil {
			t.Fatal(err)
		}
		if err := guild.Join(bot.ID); err != nil {
			t.Fatal(err)
		}
		test(t, server, guild, ann, bot)
	})
}

// connect makes a handle that is closed with the test.
func connect(t *testing.T, server *Server, identify types.Identify) (gateway.GatewayHandle, *types.Ready) {
	t.Helper()
	handle, ready, err := gateway.Connect(t.Context(), server.URL(), identify, gateway.Options{Dialer: server.Dialer()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = handle.Close(context.Background()) })
	return handle, ready
}

func TestLivingWorld(t *testing.T) {
	for _, profile := range []Profile{Spacebar, Discord} {
		living(t, profile, func(t *testing.T, server *Server, guild world.GuildHandle, ann, bot world.User) {
			user, ready := connect(t, server, types.IdentifyUser(ann.Token))
			machine, _ := connect(t, server, types.IdentifyBot(bot.Token, knownIntents))
			if ready.SessionID != server.Peers()[0].SessionID() || ready.User.ID != ann.ID || len(ready.Guilds) != 1 {
				t.Errorf("READY has session %s, user %s, %d guilds", ready.SessionID, ready.User.ID, len(ready.Guilds))
			}
			channel, err := guild.CreateChannel("talk")
			if err != nil {
				t.Fatal(err)
			}
			heard := machine.Events.Message.Create.Expect(nil)
			if _, err := channel.SendMessage(ann.ID, "hello"); err != nil {
				t.Fatal(err)
			}
			if m, err := heard.Wait(t.Context()); err != nil || m.Content != "hello" {
				t.Errorf("%s: heard %v, %v", profile, m, err)
			}
			members, err := user.RequestGuildMembers(t.Context(), types.RequestGuildMembers{GuildID: guild.ID()})
			if err != nil || len(members.Members) != 2 {
				t.Errorf("%s: members %+v, %v", profile, members, err)
			}
		})
	}
}

// TestLivingLogin has two sockets of one login of Spacebar, which nothing that is sent tells apart.
func TestLivingLogin(t *testing.T) {
	living(t, Spacebar, func(t *testing.T, server *Server, _ world.GuildHandle, ann, _ world.User) {
		c := dial(t, server, "/")
		c.identify(ann.Token)
		dial(t, server, "/").identify(ann.Token)
		synctest.Wait()
		for _, peer := range server.Peers() {
			for _, entry := range peer.Log() {
				if strings.ContainsRune(string(entry.Data), keyMark) {
					t.Errorf("%v: %s", entry, entry.Data)
				}
			}
		}
		if id := server.Peers()[0].SessionID(); id != server.Peers()[1].SessionID() || len(id) != sessionIDLength {
			t.Errorf("the session id is %q", id)
		}
	})
}

func TestLivingRefusals(t *testing.T) {
	living(t, Spacebar, func(t *testing.T, server *Server, guild world.GuildHandle, ann, bot world.User) {
		secret, err := guild.CreateChannel("secret")
		if err != nil {
			t.Fatal(err)
		}
		everyone := types.PermissionOverwrite{ID: guild.ID(), Deny: types.PermissionViewChannel}
		if err := secret.SetOverwrite(everyone); err != nil {
			t.Fatal(err)
		}
		for frame, code := range map[string]int{
			`{"op":8,"d":{"guild_id":"12345","query":"","limit":0}}`:                                           4000,
			fmt.Sprintf(`{"op":14,"d":{"guild_id":"%s","channels":{"%s":[[0,99]]}}}`, guild.ID(), secret.ID()): 4000,
		} {
			c := dial(t, server, "/")
			c.send(fmt.Sprintf(`{"op":2,"d":{"token":%q}}`, bot.Token), frame)
			if got := c.closed(); got != code {
				t.Errorf("%s: closed with %d, want %d", frame, got, code)
			}
		}
	})
}

// TestLivingResume has a session of Discord miss what happens in a guild, and get it afterwards.
func TestLivingResume(t *testing.T) {
	living(t, Discord, func(t *testing.T, server *Server, guild world.GuildHandle, ann, bot world.User) {
		channel, err := guild.CreateChannel("talk")
		if err != nil {
			t.Fatal(err)
		}
		handle, _ := connect(t, server, types.IdentifyBot(bot.Token, knownIntents))
		seen := make(chan string, 10)
		handle.Events.Message.Create.SubscribeFunc(func(_ context.Context, m *types.MessageCreate) { seen <- m.Content })
		for i := range 5 {
			if i == 2 {
				server.Peers()[0].Drop()
			}
			if _, err := channel.SendMessage(ann.ID, fmt.Sprint(i)); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(time.Minute)
		got := ""
		for len(seen) > 0 {
			got += <-seen
		}
		if got != "01234" {
			t.Errorf("seen %s", got)
		}
	})
}
