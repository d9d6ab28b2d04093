package world_test

import (
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/chorus-go/chorus/gateway/gatewaytest/pubsub"
	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
	"github.com/chorus-go/chorus/types"
)

// crowd makes a world with a guild of that many members, the owner among them.
func crowd(b *testing.B, members int) (*world.World, world.GuildHandle, []world.User) {
	b.Helper()
	w := world.New(world.Options{Seed: 1, Report: func(err error) { b.Error(err) }})
	users := make([]world.User, members)
	var guild world.GuildHandle
	for i := range users {
		users[i] = w.AddUser(fmt.Sprint("user", i))
		var err error
		if i == 0 {
			guild, err = w.AddGuild(users[0].ID, "Home")
		} else {
			err = guild.Join(users[i].ID)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	return w, guild, users
}

// attend begins a session that counts what it gets.
func attend(b *testing.B, w *world.World, user *world.User, events *atomic.Int64) *pubsub.State {
	b.Helper()
	state, err := pubsub.NewState(pubsub.StateOptions{
		SessionID: user.ID.String(), UserID: user.ID, ReplayEvents: -1,
		Sink: func(pubsub.Event) error {
			events.Add(1)
			return nil
		},
	})
	if err == nil {
		_, err = w.Attach(user, state, types.Identify{})
	}
	if err != nil {
		b.Fatal(err)
	}
	return state
}

// BenchmarkMessage is a message to a guild whose members are all online and get it.
func BenchmarkMessage(b *testing.B) {
	const members = 10_000
	w, guild, users := crowd(b, members)
	var events atomic.Int64
	for i := range users {
		attend(b, w, &users[i], &events)
	}
	system, err := guild.SystemChannel()
	if err != nil {
		b.Fatal(err)
	}
	channel := guild.Channel(system)
	events.Store(0)
	sent := int64(0)
	for b.Loop() {
		if _, err := channel.SendMessage(users[0].ID, "hello"); err != nil {
			b.Fatal(err)
		}
		sent++
	}
	if got := events.Load(); got != sent*members {
		b.Fatalf("%d events arrived of %d", got, sent*members)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(sent*members), "ns/recipient")
}

// BenchmarkMemberList is that one member's presence changes while somebody looks at the beginning of the list. All
// members are online; the one is among those who are looked at, or at the end.
func BenchmarkMemberList(b *testing.B) {
	for _, members := range []int{1_000, 10_000, 100_000} {
		w, guild, users := crowd(b, members)
		system, err := guild.SystemChannel()
		if err != nil {
			b.Fatal(err)
		}
		for i := range users {
			if err := w.User(users[i].ID).SetPresence(types.StatusTypeOnline); err != nil {
				b.Fatal(err)
			}
		}
		var events atomic.Int64
		state := attend(b, w, &users[0], &events)
		look := types.GuildSubscription{Channels: map[types.Snowflake][][2]int64{system: {{0, 99}}}}
		if err := w.Subscribe(state, guild.ID(), look); err != nil {
			b.Fatal(err)
		}
		for _, place := range []string{"first", "last"} {
			user := map[string]types.Snowflake{"first": users[1].ID, "last": users[members-1].ID}[place]
			b.Run(fmt.Sprintf("%d/%s", members, place), func(b *testing.B) {
				events.Store(0)
				changes := int64(0)
				for b.Loop() {
					status := []types.StatusType{types.StatusTypeOffline, types.StatusTypeOnline}[changes%2]
					if err := w.User(user).SetPresence(status); err != nil {
						b.Fatal(err)
					}
					changes++
				}
				if got := events.Load(); got < changes {
					b.Fatalf("%d events for %d changes", got, changes)
				}
			})
		}
	}
}
