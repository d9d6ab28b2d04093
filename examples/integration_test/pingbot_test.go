package pingbot

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/gateway/gatewaytest"
	"github.com/chorus-go/chorus/types"
)

func TestPingIsAnsweredAndNothingElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := gatewaytest.NewServer(t, gatewaytest.ServerOptions{Network: new(gatewaytest.Network)})
		ann, bot := server.World().AddUser("ann"), server.World().AddBot("pingbot")
		guild, _ := server.World().AddGuild(ann.ID, "Home")
		channel, _ := guild.CreateChannel("general")
		if err := guild.Join(bot.ID); err != nil {
			t.Fatal(err)
		}

		events := gateway.NewEvents()
		Attach(events, func(_ context.Context, channel types.Snowflake, content string) error {
			_, err := server.World().Channel(channel).SendMessage(bot.ID, content)
			return err
		})
		identify := types.IdentifyBot(bot.Token, types.IntentGuildMessages|types.IntentMessageContent)
		handle, _, err := gateway.Connect(t.Context(), server.URL(), identify,
			gateway.Options{Events: events, Dialer: server.Dialer()})
		if err != nil {
			t.Fatal(err)
		}
		defer handle.Close(t.Context())

		for _, content := range []string{"hello", "ping", "pong"} {
			if _, err := channel.SendMessage(ann.ID, content); err != nil {
				t.Fatal(err)
			}
			synctest.Wait() // until the bot has nothing left to do
		}
		messages, err := channel.Messages()
		if err != nil || len(messages) != 4 {
			t.Fatalf("%d messages and %v, want the three of ann and one of the bot", len(messages), err)
		}
		if answer := messages[2]; answer.Author.ID != bot.ID || answer.Content != "pong" {
			t.Errorf("ping was answered by %s with %q", answer.Author.Username, answer.Content)
		}
	})
}
