package state_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/gateway/gatewaytest"
	"github.com/chorus-go/chorus/gateway/state"
	"github.com/chorus-go/chorus/types"
)

// TestBefore looks at the state from observers on the handle's queue, which run when it may be further already.
func TestBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := gatewaytest.NewServer(t, gatewaytest.ServerOptions{Network: new(gatewaytest.Network)})
		ann, bob := server.World().AddUser("ann"), server.World().AddUser("bob")
		guild := given(server.World().AddGuild(ann.ID, "Home"))(t)
		channel := given(guild.CreateChannel("general"))(t)
		events := gateway.NewEvents()
		known := state.New(events, state.Options{Messages: 10})
		var seen []string
		note := func(format string, args ...any) { seen = append(seen, fmt.Sprintf(format, args...)) }
		events.Message.Delete.SubscribeFunc(func(ctx context.Context, e *types.MessageDelete) {
			note("%q was deleted: %v", known.Before(ctx).Message(e.ChannelID, e.ID).Content, known.Message(e.ChannelID, e.ID) == nil)
		})
		events.Guild.MemberAdd.SubscribeFunc(func(ctx context.Context, e *types.GuildMemberAdd) {
			note("%s came: %v", e.User.Username, known.Before(ctx).Member(e.GuildID, e.User.ID) == nil)
		})
		events.Guild.RoleDelete.SubscribeFunc(func(ctx context.Context, e *types.GuildRoleDelete) {
			note("role %s", known.Before(ctx).Role(e.GuildID, e.RoleID).Name)
		})
		events.Guild.Delete.SubscribeFunc(func(ctx context.Context, e *types.GuildDelete) {
			was := known.Before(ctx)
			note("%s of %s", was.Channel(e.ID, channel.ID()).Name, was.Guild(e.ID).Name)
		})
		handle, _, err := gateway.Connect(t.Context(), server.URL(), types.IdentifyUser(ann.Token),
			gateway.Options{Dialer: server.Dialer(), Events: events})
		if err != nil {
			t.Fatal(err)
		}
		defer handle.Close(t.Context())
		message := given(channel.SendMessage(ann.ID, "hello"))(t)
		must(t, channel.DeleteMessage(message.ID))
		must(t, guild.Join(bob.ID))
		role := given(guild.CreateRole(types.Role{Name: "r"}))(t)
		must(t, guild.DeleteRole(role.ID))
		must(t, guild.Delete())
		synctest.Wait()
		if want := []string{`"hello" was deleted: true`, "bob came: true", "role r", "general of Home"}; !slices.Equal(seen, want) {
			t.Errorf("seen %q, not %q", seen, want)
		}
		if known.Before(t.Context()).Guild(guild.ID()) != nil {
			t.Error("a context without an event has a past")
		}
	})
}

// TestAfterAResumeItGoesOn cuts the connection of a server that resumes, and then of one that does not.
func TestAfterAResumeItGoesOn(t *testing.T) {
	for _, profile := range []gatewaytest.Profile{gatewaytest.Discord, gatewaytest.Spacebar} {
		synctest.Test(t, func(t *testing.T) {
			server := gatewaytest.NewServer(t, gatewaytest.ServerOptions{Profile: profile, Network: new(gatewaytest.Network)})
			ann := server.World().AddUser("ann")
			guild := given(server.World().AddGuild(ann.ID, "Home"))(t)
			channel := given(guild.CreateChannel("general"))(t)
			events := gateway.NewEvents()
			known := state.New(events, state.Options{Messages: 10})
			handle, _, err := gateway.Connect(t.Context(), server.URL(), types.IdentifyUser(ann.Token),
				gateway.Options{Dialer: server.Dialer(), Events: events})
			if err != nil {
				t.Fatal(err)
			}
			defer handle.Close(t.Context())
			message := given(channel.SendMessage(ann.ID, "hello"))(t)
			synctest.Wait()
			back := handle.Events.Lifecycle.Expect(func(c *gateway.LifecycleChange) bool { return c.To == gateway.StateReady })
			for _, p := range server.Peers() {
				p.Drop()
			}
			must(t, guild.Rename("Changed"))
			if _, err := back.Wait(t.Context()); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			if g := known.Guild(guild.ID()); g == nil || g.Name != "Changed" {
				t.Errorf("%v: the guild is %+v", profile, g)
			}
			if kept := known.Message(channel.ID(), message.ID) != nil; kept != (profile == gatewaytest.Discord) {
				t.Errorf("%v: a message of before is there: %v", profile, kept)
			}
		})
	}
}

// given returns a value, or fails the test.
func given[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		must(t, err)
		return v
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
