package foreign

import (
	"encoding/json"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/bwmarrin/discordgo"

	"github.com/chorus-go/chorus/types"
)

func TestDiscordgo(t *testing.T) { everything(t, openDiscordgo) }

// theGateway answers discordgo's question for the gateway's address, the only request it makes here.
type theGateway string

func (url theGateway) RoundTrip(request *http.Request) (*http.Response, error) {
	status, body := http.StatusOK, `{"url":"`+string(url)+`"}`
	if request.URL.String() != discordgo.EndpointGateway {
		status, body = http.StatusNotFound, "{}"
	}
	return &http.Response{
		StatusCode: status, Status: http.StatusText(status), Header: http.Header{}, Request: request,
		Body: io.NopCloser(strings.NewReader(body)),
	}, nil
}

func openDiscordgo(t *testing.T, url, token string) *client {
	session, err := discordgo.New("Bot " + token)
	if err != nil {
		t.Fatal(err)
	}
	session.Client = &http.Client{Transport: theGateway(url)}
	session.Identify.Intents = discordgo.IntentsAll
	session.SyncEvents = true // one after the other, so that the tests see their order
	c := newClient()
	session.AddHandler(func(_ *discordgo.Session, e *discordgo.Ready) { c.ready <- id(text(e.User.ID)) })
	session.AddHandler(func(_ *discordgo.Session, e *discordgo.Resumed) { c.resumed <- struct{}{} })
	session.AddHandler(func(_ *discordgo.Session, e *discordgo.GuildCreate) {
		c.guilds <- guild{id: e.ID, name: e.Name, channels: len(e.Channels)}
	})
	session.AddHandler(func(_ *discordgo.Session, e *discordgo.MessageCreate) {
		c.messages <- message{author: e.Author.ID, channel: e.ChannelID, content: e.Content}
	})
	session.AddHandler(func(_ *discordgo.Session, e *discordgo.GuildMembersChunk) {
		part := chunk{guild: e.GuildID, nonce: e.Nonce, index: e.ChunkIndex, count: e.ChunkCount}
		for _, member := range e.Members {
			part.members = append(part.members, member.User.ID)
		}
		c.chunks <- part
	})
	session.AddHandler(func(_ *discordgo.Session, e *discordgo.Event) {
		if e.Struct == nil {
			return // an event that it does not know
		}
		// It only logs what it cannot read, and goes on with what it could.
		again := reflect.New(reflect.TypeOf(e.Struct).Elem()).Interface()
		if err := json.Unmarshal(e.RawData, again); err != nil {
			c.faults.add("%s: %v in %s", e.Type, err, e.RawData)
		}
	})
	c.requestMembers = func(guild types.Snowflake, nonce string) error {
		return session.RequestGuildMembers(guild.String(), "", 0, nonce, true)
	}
	if err := session.Open(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = session.Close() })
	return c
}
