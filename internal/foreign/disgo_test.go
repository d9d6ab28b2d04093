package foreign

import (
	"context"
	"log/slog"
	"strings"
	"testing"

	disgo "github.com/disgoorg/disgo/gateway"
	"github.com/disgoorg/snowflake/v2"

	"github.com/chorus-go/chorus/types"
)

func TestDisgo(t *testing.T) { everything(t, openDisgo) }

func openDisgo(t *testing.T, url, token string) *client {
	c := newClient()
	handle := func(kind disgo.EventType, _, _ int, event disgo.EventData) {
		switch e := event.(type) {
		case disgo.EventReady:
			c.ready <- id(e.User.ID)
		case disgo.EventGuildCreate:
			c.guilds <- guild{id: e.ID.String(), name: e.Name, channels: len(e.Channels)}
		case disgo.EventMessageCreate:
			c.messages <- message{author: e.Author.ID.String(), channel: e.ChannelID.String(), content: e.Content}
		case disgo.EventGuildMembersChunk:
			part := chunk{guild: e.GuildID.String(), nonce: e.Nonce, index: e.ChunkIndex, count: e.ChunkCount}
			for _, member := range e.Members {
				part.members = append(part.members, member.User.ID.String())
			}
			c.chunks <- part
		}
		if kind == disgo.EventTypeResumed {
			c.resumed <- struct{}{}
		}
	}
	gateway := disgo.New(token, handle, nil,
		disgo.WithURL(url), disgo.WithIntents(disgo.IntentsAll), disgo.WithLogger(slog.New(&complaints{faults: &c.faults})))
	c.requestMembers = func(guild types.Snowflake, nonce string) error {
		query, limit := "", 0
		return gateway.Send(context.Background(), disgo.OpcodeRequestGuildMembers, disgo.MessageDataRequestGuildMembers{
			GuildID: snowflake.ID(guild), Query: &query, Limit: &limit, Presences: true, Nonce: nonce,
		})
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := gateway.Open(ctx); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { gateway.Close(context.Background()) })
	return c
}

// complaints is a log of which only what disgo could not read is kept.
type complaints struct {
	faults *faults
}

func (c *complaints) Enabled(_ context.Context, level slog.Level) bool {
	return level >= slog.LevelError
}

func (c *complaints) Handle(_ context.Context, record slog.Record) error {
	if strings.Contains(record.Message, "parsing") || strings.Contains(record.Message, "invalid message data") {
		text := record.Message
		record.Attrs(func(a slog.Attr) bool {
			text += " " + a.String()
			return true
		})
		c.faults.add("%s", text)
	}
	return nil
}

func (c *complaints) WithAttrs([]slog.Attr) slog.Handler { return c }

func (c *complaints) WithGroup(string) slog.Handler { return c }
