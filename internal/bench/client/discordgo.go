package client

import (
	"context"
	"io"
	"net/http"
	"strings"

	"github.com/bwmarrin/discordgo"
)

// theGateway answers discordgo's question for the gateway's address, the only request it makes.
type theGateway string

func (url theGateway) RoundTrip(request *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusOK, Status: "200 OK", Header: http.Header{}, Request: request,
		Body: io.NopCloser(strings.NewReader(`{"url":"` + string(url) + `/"}`)),
	}, nil
}

func openDiscordgo(_ context.Context, config Config, tally *tally) error {
	session, err := discordgo.New("Bot benchmark")
	if err != nil {
		return err
	}
	session.Client = &http.Client{Transport: theGateway(config.URL)}
	for range max(config.Observers, 1) {
		observeDiscordgo(session, config.Observe, tally)
	}
	session.AddHandler(func(*discordgo.Session, *discordgo.GuildDelete) { tally.sentinel() })
	return session.Open()
}

func observeDiscordgo(s *discordgo.Session, what Observe, tally *tally) {
	switch what {
	case Messages:
		s.AddHandler(func(*discordgo.Session, *discordgo.MessageCreate) { tally.event() })
	case Guilds:
		s.AddHandler(func(*discordgo.Session, *discordgo.GuildCreate) { tally.event() })
	case All:
		s.AddHandler(func(*discordgo.Session, *discordgo.PresenceUpdate) { tally.event() })
		s.AddHandler(func(*discordgo.Session, *discordgo.MessageCreate) { tally.event() })
		s.AddHandler(func(*discordgo.Session, *discordgo.TypingStart) { tally.event() })
		s.AddHandler(func(*discordgo.Session, *discordgo.MessageReactionAdd) { tally.event() })
		s.AddHandler(func(*discordgo.Session, *discordgo.MessageReactionRemove) { tally.event() })
		s.AddHandler(func(*discordgo.Session, *discordgo.MessageUpdate) { tally.event() })
		s.AddHandler(func(*discordgo.Session, *discordgo.MessageDelete) { tally.event() })
		s.AddHandler(func(*discordgo.Session, *discordgo.VoiceStateUpdate) { tally.event() })
		s.AddHandler(func(*discordgo.Session, *discordgo.GuildMemberUpdate) { tally.event() })
		s.AddHandler(func(*discordgo.Session, *discordgo.GuildMemberAdd) { tally.event() })
		s.AddHandler(func(*discordgo.Session, *discordgo.GuildMemberRemove) { tally.event() })
		s.AddHandler(func(*discordgo.Session, *discordgo.ChannelUpdate) { tally.event() })
		s.AddHandler(func(*discordgo.Session, *discordgo.GuildRoleUpdate) { tally.event() })
		s.AddHandler(func(*discordgo.Session, *discordgo.GuildCreate) { tally.event() })
	}
}
