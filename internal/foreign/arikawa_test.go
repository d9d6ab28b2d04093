package foreign

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/diamondburned/arikawa/v3/discord"
	arikawa "github.com/diamondburned/arikawa/v3/gateway"
	"github.com/diamondburned/arikawa/v3/utils/json/option"
	"github.com/diamondburned/arikawa/v3/utils/ws"

	"github.com/chorus-go/chorus/types"
)

func TestArikawa(t *testing.T) { everything(t, openArikawa) }

func openArikawa(t *testing.T, url, token string) *client {
	gateway := arikawa.NewCustomWithIdentifier(arikawa.AddGatewayParams(url),
		// Without its limit of one Identify in five seconds.
		arikawa.Identifier{IdentifyCommand: arikawa.DefaultIdentifyCommand("Bot " + token)}, nil)
	gateway.AddIntents(1<<22 - 1 - 1<<17 - 1<<18 - 1<<19)
	c := newClient()
	c.requestMembers = func(guild types.Snowflake, nonce string) error {
		return gateway.Send(context.Background(), &arikawa.RequestGuildMembersCommand{
			GuildIDs: []discord.GuildID{discord.GuildID(guild)}, Query: option.NewString(""), Presences: true, Nonce: nonce,
		})
	}
	ctx, cancel := context.WithCancel(context.Background())
	events, ended := gateway.Connect(ctx), make(chan struct{})
	go func() {
		defer close(ended)
		for event := range events {
			c.arikawa(event)
		}
	}()
	t.Cleanup(func() {
		cancel()
		wait(t, "end of arikawa", ended)
	})
	return c
}

// arikawa takes an event of arikawa's.
func (c *client) arikawa(event ws.Op) {
	switch e := event.Data.(type) {
	case *arikawa.ReadyEvent:
		c.ready <- id(e.User.ID)
	case *arikawa.ResumedEvent:
		c.resumed <- struct{}{}
	case *arikawa.GuildCreateEvent:
		c.guilds <- guild{id: e.ID.String(), name: e.Name, channels: len(e.Channels)}
	case *arikawa.MessageCreateEvent:
		c.messages <- message{author: e.Author.ID.String(), channel: e.ChannelID.String(), content: e.Content}
	case *arikawa.GuildMembersChunkEvent:
		part := chunk{guild: e.GuildID.String(), nonce: e.Nonce, index: e.ChunkIndex, count: e.ChunkCount}
		for _, member := range e.Members {
			part.members = append(part.members, member.User.ID.String())
		}
		c.chunks <- part
	case *ws.BackgroundErrorEvent:
		// What it does not know is no fault, and neither is that a connection is lost.
		var unknown ws.UnknownEventError
		if !errors.As(e, &unknown) && strings.Contains(e.Error(), "unmarshal") {
			c.faults.add("%v", e)
		}
	}
}
