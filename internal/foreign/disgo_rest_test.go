package foreign

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/disgo/rest"
	"github.com/disgoorg/snowflake/v2"

	"github.com/chorus-go/chorus/gateway/gatewaytest"
)

func TestDisgoREST(t *testing.T) { byREST(t, openDisgo, callDisgo) }

// callDisgo gives disgo's client the server's address, for which it has an option.
func callDisgo(t *testing.T, server *gatewaytest.Server, token string) api {
	client := rest.New(rest.NewClient(token, rest.WithURL(server.APIURL())))
	t.Cleanup(func() { client.Close(context.Background()) })
	id := func(text string) snowflake.ID {
		v, err := snowflake.Parse(text)
		if err != nil {
			t.Error(err)
		}
		return v
	}
	return api{
		send: func(channel, content string) (note, error) {
			return disgoNote(client.CreateMessage(id(channel), discord.MessageCreate{Content: content}))
		},
		sendFile: func(channel, name, content string) (note, error) {
			return disgoNote(client.CreateMessage(id(channel), discord.MessageCreate{
				Files: []*discord.File{discord.NewFile(name, "a song", strings.NewReader(content))},
			}))
		},
		edit: func(channel, message, content string) (note, error) {
			return disgoNote(client.UpdateMessage(id(channel), id(message), discord.MessageUpdate{Content: &content}))
		},
		react: func(channel, message, emoji string) error { return client.AddReaction(id(channel), id(message), emoji) },
		reactors: func(channel, message, emoji string) (ids []string, err error) {
			users, err := client.GetReactions(id(channel), id(message), emoji, discord.MessageReactionTypeNormal, 0, 100)
			for _, user := range users {
				ids = append(ids, user.ID.String())
			}
			return ids, err
		},
		list: func(channel string) (notes []note, err error) {
			messages, err := client.GetMessages(id(channel), 0, 0, 0, 10)
			for _, m := range messages {
				n, _ := disgoNote(&m, nil)
				notes = append(notes, n)
			}
			return notes, err
		},
		direct: func(user string) (string, error) {
			channel, err := client.CreateDMChannel(id(user))
			if err != nil {
				return "", err
			}
			return channel.ID().String(), nil
		},
		guild: func(text string) (string, error) {
			guild, err := client.GetGuild(id(text), true)
			if err != nil {
				return "", err
			}
			return guild.Name, nil
		},
	}
}

// disgoNote is a message as disgo has it.
func disgoNote(m *discord.Message, err error) (note, error) {
	if err != nil {
		return note{}, err
	}
	n := note{id: m.ID.String(), content: m.Content}
	for _, file := range m.Attachments {
		n.files = append(n.files, fmt.Sprint(file.Filename, " ", file.Size))
	}
	return n, nil
}
