package gatewaytest

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
	"github.com/chorus-go/chorus/types"
)

// must returns what was made, or ends the test.
func must[T any](t *testing.T, made T, err error) T {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// targetOf makes a server, with all that the suite can use, its target.
func targetOf(t *testing.T, options ServerOptions) ConformanceTarget {
	t.Helper()
	server := NewServer(t, options)
	w := server.World()
	ann, bot, gone := w.AddUser("ann"), w.AddBot("bot"), w.AddUser("gone")
	owner, first, second := w.AddUser("owner"), w.AddUser("first"), w.AddUser("second")
	guild, err := w.AddGuild(owner.ID, "Home")
	guild = must(t, guild, err)
	for _, id := range []types.Snowflake{ann.ID, bot.ID} {
		must(t, id, guild.Join(id))
	}
	channel, err := guild.CreateChannel("secret")
	channel = must(t, channel, err)
	must(t, channel, channel.SetOverwrite(types.PermissionOverwrite{ID: guild.ID(), Deny: types.PermissionViewChannel}))
	must(t, gone, w.User(gone.ID).Disable())
	deleted := w.AddUser("deleted")
	must(t, deleted, w.User(deleted.ID).Delete())
	return ConformanceTarget{
		URL: server.URL(), Dialer: server.Dialer(), Profile: options.Profile,
		Token: ann.Token, BotToken: bot.Token, DisabledToken: gone.Token, DeletedToken: deleted.Token,
		Spares: []string{first.Token, second.Token}, Guild: guild.ID(),
		HiddenChannel: channel.ID(), Control: controlOf(server, second),
	}
}

func controlOf(server *Server, spare world.User) ConformanceControl {
	return ConformanceControl{
		Logout:  func(token string) error { server.Logout(token); return nil },
		Disable: func(string) error { return server.World().User(spare.ID).Disable() },
		Reconnect: func(delay time.Duration) error {
			for _, peer := range server.Peers() {
				peer.Reconnect(delay)
			}
			return nil
		},
		Stop: server.Close,
	}
}

// TestConformance has a server for each check, in a bubble where deadlines take no time.
func TestConformance(t *testing.T) {
	for _, profile := range []Profile{Spacebar, Discord} {
		t.Run(string(profile), func(t *testing.T) {
			Conformance(t, ConformanceTarget{Profile: profile, Slow: true,
				Each: func(t *testing.T, run func(*testing.T, ConformanceTarget)) {
					synctest.Test(t, func(t *testing.T) {
						run(t, targetOf(t, ServerOptions{Profile: profile, Network: new(Network), Seed: 3}))
					})
				},
			})
		})
	}
}

// TestConformanceOfASocket has one server on TCP for all checks but those of deadlines, as a real one is tested.
func TestConformanceOfASocket(t *testing.T) {
	target := targetOf(t, ServerOptions{Profile: Spacebar})
	target.Slow, target.Settle = false, 50*time.Millisecond
	target.Skip = map[string]string{"second-identify": "on a busy machine the time for two at once may be over"}
	Conformance(t, target)
}
