// Package pingbot is a bot with its test: both together are the smallest whole example of testing a bot with
// gatewaytest, without a server, a socket or a second of waiting.
package pingbot

import (
	"context"
	"log"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/types"
)

// Attach makes a bot that answers "pong" to each "ping" in a channel. What send does is not the gateway's business: a
// real bot asks the REST API.
func Attach(events *gateway.Events, send func(ctx context.Context, channel types.Snowflake, content string) error) {
	events.Message.Create.SubscribeFunc(func(ctx context.Context, message *types.MessageCreate) {
		if message.Author.Bot || message.Content != "ping" {
			return
		}
		if err := send(ctx, message.ChannelID, "pong"); err != nil {
			log.Print(err)
		}
	})
}
