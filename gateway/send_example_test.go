package gateway_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/types"
)

// printing connects to a server and prints what is sent after Identify.
func printing() (handle gateway.GatewayHandle, stop func()) {
	url, options, stopServer := replay()
	options.Events = gateway.NewEvents()
	options.Events.Sent.SubscribeFunc(func(_ context.Context, p *gateway.SentPayload) {
		if p.Op != types.OpcodeHeartbeat {
			fmt.Println(int(p.Op), string(p.Data))
		}
	})
	handle, err := gateway.Spawn(context.Background(), url, options)
	if err != nil {
		fmt.Println(err)
	}
	return handle, func() {
		_ = handle.Close(context.Background())
		_ = stopServer()
	}
}

func ExampleGatewayHandle_SendRequestGuildMembers() {
	handle, stop := printing()
	ctx := context.Background()
	guild := types.Snowflake(1573868338252199815)

	// Those whose names begin with "al".
	err := handle.SendRequestGuildMembers(ctx, types.RequestGuildMembers{
		GuildID: guild, Query: types.Some("al"), Limit: types.Some[int64](10), Nonce: "1",
	})
	fmt.Println(err)
	// Some by their ids: more than 100 would be several payloads.
	err = handle.SendRequestGuildMembers(ctx, types.RequestGuildMembers{
		GuildID: guild, UserIDs: types.SnowflakeList{1573868331067357036}, Presences: true,
	})
	fmt.Println(err)
	// What servers refuse is not sent.
	err = handle.SendRequestGuildMembers(ctx, types.RequestGuildMembers{GuildID: guild, Query: types.Some("al"), Limit: types.Some[int64](0)})
	var refused *gateway.PayloadError
	fmt.Println(errors.As(err, &refused), err)
	stop()
	// Unordered output:
	// <nil>
	// <nil>
	// true gateway: opcode 8 (RequestGuildMembers): limit is required with query
	// 8 {"guild_id":"1573868338252199815","query":"al","limit":10,"nonce":"1"}
	// 8 {"guild_id":"1573868338252199815","presences":true,"user_ids":["1573868331067357036"]}
}

func ExampleGatewayHandle_SendGuildSubscriptions() {
	handle, stop := printing()
	err := handle.SendGuildSubscriptions(context.Background(), types.GuildSubscriptionsBulk{
		Subscriptions: map[types.Snowflake]types.GuildSubscription{
			1573868338252199815: {
				Typing:   types.Some(true),
				Channels: map[types.Snowflake][][2]int64{1573868338298337162: {{0, 99}}},
			},
		},
	})
	fmt.Println(err)
	stop()
	// Unordered output:
	// <nil>
	// 37 {"subscriptions":{"1573868338252199815":{"typing":true,"channels":{"1573868338298337162":[[0,99]]}}}}
}

func ExampleGatewayHandle_SendUpdateVoiceState() {
	handle, stop := printing()
	ctx := context.Background()
	guild := types.Some[types.Snowflake](1573868338252199815)

	join := types.UpdateVoiceState{GuildID: guild, ChannelID: types.Some[types.Snowflake](1573868338487080862), SelfMute: true}
	fmt.Println(handle.SendUpdateVoiceState(ctx, join))
	leave := types.UpdateVoiceState{GuildID: guild}
	fmt.Println(handle.SendUpdateVoiceState(ctx, leave))
	stop()
	// Unordered output:
	// <nil>
	// <nil>
	// 4 {"guild_id":"1573868338252199815","channel_id":"1573868338487080862","self_mute":true,"self_deaf":false,"self_video":false}
	// 4 {"guild_id":"1573868338252199815","channel_id":null,"self_mute":false,"self_deaf":false,"self_video":false}
}
