package state_test

import (
	"context"
	"fmt"
	"time"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/gateway/gatewaytest"
	"github.com/chorus-go/chorus/gateway/state"
	"github.com/chorus-go/chorus/types"
)

// A client knows its guilds from READY, and learns what changes. An observer finds what was there before its event.
func Example() {
	server, err := gatewaytest.Serve(gatewaytest.ServerOptions{Network: new(gatewaytest.Network)})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()
	ann := server.World().AddUser("ann")
	guild, _ := server.World().AddGuild(ann.ID, "Home")
	channel, _ := guild.CreateChannel("general")

	events := gateway.NewEvents()
	known := state.New(events, state.Options{Messages: 100})
	defer known.Close()
	renamed := make(chan string, 1)
	events.Channel.Update.SubscribeFunc(func(ctx context.Context, e *types.ChannelUpdate) {
		was := known.Before(ctx).Channel(e.GuildID, e.ID)
		renamed <- was.Name + " is " + known.Channel(e.ID).Name
	})

	ctx := context.Background()
	handle, _, err := gateway.Connect(ctx, server.URL(), types.IdentifyUser(ann.Token),
		gateway.Options{Dialer: server.Dialer(), Events: events})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer handle.Close(ctx)
	fmt.Println(known.Self().Username, "is in", known.Guild(guild.ID()).Name)
	fmt.Println(channel.Rename("lounge"))
	fmt.Println(<-renamed)
	all, ok := known.Permissions(channel.ID(), ann.ID, time.Now())
	fmt.Println(all == types.PermissionsAll, ok)
	// Output:
	// ann is in Home
	// <nil>
	// general is lounge
	// true true
}
