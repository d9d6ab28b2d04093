package world_test

import (
	"fmt"

	"github.com/chorus-go/chorus/gateway/gatewaytest/pubsub"
	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
	"github.com/chorus-go/chorus/types"
)

// Two people in a guild, of whom one listens: whoever sees a channel gets its events, until it is hidden.
func Example() {
	w := world.New(world.Options{Seed: 1})
	alice, bob := w.AddUser("alice"), w.AddUser("bob")
	guild, err := w.AddGuild(alice.ID, "Home")
	if err != nil {
		fmt.Println(err)
		return
	}
	channel, err := guild.CreateChannel("news")
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := guild.Join(bob.ID); err != nil {
		fmt.Println(err)
		return
	}

	// A server does this when a client identifies.
	state, err := pubsub.NewState(pubsub.StateOptions{SessionID: "s", UserID: bob.ID, Sink: func(e pubsub.Event) error {
		fmt.Println("bob gets", e.Sequence, e.Type)
		return nil
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	err = w.AttachFunc(&bob, state, types.Identify{}, func(b world.Bootstrap) error {
		return state.Dispatch("READY", b.Ready)
	})
	if err != nil {
		fmt.Println(err)
		return
	}

	if _, err := channel.SendMessage(alice.ID, "hello"); err != nil {
		fmt.Println(err)
	}
	hide := types.PermissionOverwrite{ID: guild.ID(), Deny: types.PermissionViewChannel}
	if err := channel.SetOverwrite(hide); err != nil {
		fmt.Println(err)
	}
	if _, err := channel.SendMessage(alice.ID, "bob does not get this"); err != nil {
		fmt.Println(err)
	}
	if _, err := channel.SendMessage(bob.ID, "am I here?"); err != nil {
		fmt.Println(err)
	}
	// Output:
	// bob gets 1 READY
	// bob gets 2 SESSIONS_REPLACE
	// bob gets 3 MESSAGE_CREATE
	// bob gets 4 CHANNEL_DELETE
	// world: may not send a message: the user cannot see the channel
}
