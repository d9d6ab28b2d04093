package foreign

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/bwmarrin/discordgo"

	"github.com/chorus-go/chorus/gateway/gatewaytest"
)

func TestDiscordgoREST(t *testing.T) { byREST(t, openDiscordgo, callDiscordgo) }

// callDiscordgo leads discordgo's requests home by the HTTP client of its session: its addresses are variables of the
// package, which all sessions share.
func callDiscordgo(t *testing.T, server *gatewaytest.Server, token string) api {
	session, err := discordgo.New("Bot " + token)
	if err != nil {
		t.Fatal(err)
	}
	session.Client = &http.Client{Transport: newHome(t, server)}
	noted := func(m *discordgo.Message, err error) (note, error) {
		if err != nil {
			return note{}, err
		}
		n := note{id: m.ID, content: m.Content}
		for _, file := range m.Attachments {
			n.files = append(n.files, fmt.Sprint(file.Filename, " ", file.Size))
		}
		return n, nil
	}
	return api{
		send: func(channel, content string) (note, error) {
			return noted(session.ChannelMessageSend(channel, content))
		},
		sendFile: func(channel, name, content string) (note, error) {
			return noted(session.ChannelFileSend(channel, name, strings.NewReader(content)))
		},
		edit: func(channel, message, content string) (note, error) {
			return noted(session.ChannelMessageEdit(channel, message, content))
		},
		react: func(channel, message, emoji string) error { return session.MessageReactionAdd(channel, message, emoji) },
		reactors: func(channel, message, emoji string) (ids []string, err error) {
			users, err := session.MessageReactions(channel, message, emoji, 100, "", "")
			for _, user := range users {
				ids = append(ids, user.ID)
			}
			return ids, err
		},
		list: func(channel string) (notes []note, err error) {
			messages, err := session.ChannelMessages(channel, 10, "", "", "")
			for _, m := range messages {
				n, _ := noted(m, nil)
				notes = append(notes, n)
			}
			return notes, err
		},
		direct: func(user string) (string, error) {
			channel, err := session.UserChannelCreate(user)
			if err != nil {
				return "", err
			}
			return channel.ID, nil
		},
		guild: func(id string) (string, error) {
			guild, err := session.Guild(id)
			if err != nil {
				return "", err
			}
			return guild.Name, nil
		},
	}
}
