// Command discordgo is the benchmark's client of discordgo.
package main

import (
	"context"
	"io"
	"net/http"
	"strings"

	"github.com/bwmarrin/discordgo"

	"github.com/chorus-go/chorus/internal/bench/client"
)

func main() { client.Main(client.Discordgo, open) }

// theGateway answers discordgo's question for the gateway's address, the only request it makes.
type theGateway string

func (url theGateway) RoundTrip(request *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusOK, Status: "200 OK", Header: http.Header{}, Request: request,
		Body: io.NopCloser(strings.NewReader(`{"url":"` + string(url) + `/"}`)),
	}, nil
}

func open(_ context.Context, config client.Config, tally *client.Tally) error {
	session, err := discordgo.New("Bot benchmark")
	if err != nil {
		return err
	}
	session.Client = &http.Client{Transport: theGateway(config.URL)}
	for range max(config.Observers, 1) {
		observe(session, config.Observe, tally)
	}
	session.AddHandler(func(*discordgo.Session, *discordgo.GuildDelete) { tally.Sentinel() })
	return session.Open()
}

func observe(s *discordgo.Session, what client.Observe, tally *client.Tally) {
	switch what {
	case client.Messages:
		s.AddHandler(func(*discordgo.Session, *discordgo.MessageCreate) { tally.Event() })
	case client.Guilds:
		s.AddHandler(func(*discordgo.Session, *discordgo.GuildCreate) { tally.Event() })
	case client.All:
		s.AddHandler(func(*discordgo.Session, *discordgo.PresenceUpdate) { tally.Event() })
		s.AddHandler(func(*discordgo.Session, *discordgo.MessageCreate) { tally.Event() })
		s.AddHandler(func(*discordgo.Session, *discordgo.TypingStart) { tally.Event() })
		s.AddHandler(func(*discordgo.Session, *discordgo.MessageReactionAdd) { tally.Event() })
		s.AddHandler(func(*discordgo.Session, *discordgo.MessageReactionRemove) { tally.Event() })
		s.AddHandler(func(*discordgo.Session, *discordgo.MessageUpdate) { tally.Event() })
		s.AddHandler(func(*discordgo.Session, *discordgo.MessageDelete) { tally.Event() })
		s.AddHandler(func(*discordgo.Session, *discordgo.VoiceStateUpdate) { tally.Event() })
		s.AddHandler(func(*discordgo.Session, *discordgo.GuildMemberUpdate) { tally.Event() })
		s.AddHandler(func(*discordgo.Session, *discordgo.GuildMemberAdd) { tally.Event() })
		s.AddHandler(func(*discordgo.Session, *discordgo.GuildMemberRemove) { tally.Event() })
		s.AddHandler(func(*discordgo.Session, *discordgo.ChannelUpdate) { tally.Event() })
		s.AddHandler(func(*discordgo.Session, *discordgo.GuildRoleUpdate) { tally.Event() })
		s.AddHandler(func(*discordgo.Session, *discordgo.GuildCreate) { tally.Event() })
	}
}
