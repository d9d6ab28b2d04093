package gateway_test

import (
	"context"
	"fmt"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/types"
)

func ExampleObserve() {
	url, options, stop := clubServer()
	defer stop()
	ctx := context.Background()
	handle, _, err := gateway.Connect(ctx, url, types.Identify{Token: "a token"}, options)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer handle.Close(ctx)

	guild, err := gateway.Observe(ctx, handle, types.Guild{ID: 7, Name: "The club"})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer guild.Stop()
	changes := guild.Changes()

	// What follows stands for events of the server.
	club := types.Guild{ID: 7, Name: "The chess club"}
	_ = handle.Events.Guild.Update.Publish(ctx, &types.GuildUpdate{Guild: club})
	channel := types.Channel{ID: 8, GuildID: 7, Name: "openings"}
	_ = handle.Events.Channel.Create.Publish(ctx, &types.ChannelCreate{Channel: channel})

	for before, after := range changes {
		fmt.Println(before.Name, "is now", after.Name)
		break
	}
	fmt.Println(guild.Load().Name)
	for _, channel := range gateway.Children[types.Channel](guild) {
		fmt.Println("#" + channel.Name)
	}
	// Output:
	// The club is now The chess club
	// The chess club
	// #openings
}
