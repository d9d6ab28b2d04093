package foreign

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	arikawaapi "github.com/diamondburned/arikawa/v3/api"
	"github.com/diamondburned/arikawa/v3/discord"
	"github.com/diamondburned/arikawa/v3/utils/httputil"
	"github.com/diamondburned/arikawa/v3/utils/httputil/httpdriver"
	"github.com/diamondburned/arikawa/v3/utils/sendpart"

	"github.com/chorus-go/chorus/gateway/gatewaytest"
)

func TestArikawaREST(t *testing.T) { byREST(t, openArikawa, callArikawa) }

// callArikawa leads arikawa's requests home by its HTTP driver: its addresses are variables of the package, of which
// the others were made.
func callArikawa(t *testing.T, server *gatewaytest.Server, token string) api {
	transport := httputil.NewClient()
	transport.Client = httpdriver.WrapClient(http.Client{Transport: newHome(t, server)})
	client := arikawaapi.NewCustomClient("Bot "+token, transport)
	id := func(s string) discord.Snowflake {
		v, err := discord.ParseSnowflake(s)
		if err != nil {
			t.Error(err)
		}
		return v
	}
	channelID := func(s string) discord.ChannelID { return discord.ChannelID(id(s)) }
	messageID := func(s string) discord.MessageID { return discord.MessageID(id(s)) }
	return api{
		send: func(channel, content string) (note, error) {
			return arikawaNote(client.SendMessage(channelID(channel), content))
		},
		sendFile: func(channel, name, content string) (note, error) {
			return arikawaNote(client.SendMessageComplex(channelID(channel), arikawaapi.SendMessageData{
				Files: []sendpart.File{{Name: name, Reader: strings.NewReader(content)}},
			}))
		},
		edit: func(channel, message, content string) (note, error) {
			return arikawaNote(client.EditText(channelID(channel), messageID(message), content))
		},
		react: func(channel, message, emoji string) error {
			return client.React(channelID(channel), messageID(message), discord.APIEmoji(emoji))
		},
		reactors: func(channel, message, emoji string) (ids []string, err error) {
			users, err := client.Reactions(channelID(channel), messageID(message), discord.APIEmoji(emoji), 100)
			for _, user := range users {
				ids = append(ids, user.ID.String())
			}
			return ids, err
		},
		list: func(channel string) (notes []note, err error) {
			messages, err := client.Messages(channelID(channel), 10)
			for _, m := range messages {
				n, _ := arikawaNote(&m, nil)
				notes = append(notes, n)
			}
			return notes, err
		},
		direct: func(user string) (string, error) {
			channel, err := client.CreatePrivateChannel(discord.UserID(id(user)))
			if err != nil {
				return "", err
			}
			return channel.ID.String(), nil
		},
		guild: func(text string) (string, error) {
			guild, err := client.Guild(discord.GuildID(id(text)))
			if err != nil {
				return "", err
			}
			return guild.Name, nil
		},
	}
}

// arikawaNote is a message as arikawa has it.
func arikawaNote(m *discord.Message, err error) (note, error) {
	if err != nil {
		return note{}, err
	}
	n := note{id: m.ID.String(), content: m.Content}
	for _, file := range m.Attachments {
		n.files = append(n.files, fmt.Sprint(file.Filename, " ", file.Size))
	}
	return n, nil
}
