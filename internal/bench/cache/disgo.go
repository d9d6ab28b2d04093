package cache

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"log/slog"

	disgo "github.com/disgoorg/disgo"
	"github.com/disgoorg/disgo/bot"
	"github.com/disgoorg/disgo/cache"
	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/disgo/gateway"
	"github.com/disgoorg/json/v2"
	"github.com/disgoorg/snowflake/v2"
)

type disgoCache struct {
	client  *bot.Client
	gateway *silent
	nonces  map[snowflake.ID]string // of the requests for members
}

// silent is a gateway that sends nothing and remembers of which nonce the last request for members was.
type silent struct {
	gateway.Gateway

	nonce string
}

func (s *silent) Send(_ context.Context, _ gateway.Opcode, data gateway.MessageData) error {
	if request, ok := data.(gateway.MessageDataRequestGuildMembers); ok {
		s.nonce = request.Nonce
	}
	return nil
}

func newDisgo() (Library, error) {
	token := base64.RawStdEncoding.EncodeToString([]byte("1099999999999999998")) + ".bench.mark"
	quiet := slog.New(slog.DiscardHandler)
	s := &silent{Gateway: gateway.New(token, nil, gateway.WithLogger(quiet), gateway.WithIntents(gateway.IntentsAll))}
	client, err := disgo.New(token, bot.WithLogger(quiet), bot.WithGateway(s),
		bot.WithCacheConfigOpts(cache.WithCaches(cache.FlagsAll)))
	if err != nil {
		return nil, err
	}
	return &disgoCache{client: client, gateway: s, nonces: map[snowflake.ID]string{}}, nil
}

func (c *disgoCache) Decode(frame []byte) (any, error) {
	var message gateway.Message
	if err := json.NewDecoder(bytes.NewReader(frame)).Decode(&message); err != nil {
		return nil, err
	}
	event, ok := message.D.(gateway.EventData)
	if !ok {
		return nil, fmt.Errorf("cache: disgo cannot read %s", message.T)
	}
	if chunk, ok := event.(gateway.EventGuildMembersChunk); ok {
		nonce, err := c.nonce(chunk.GuildID)
		if err != nil {
			return nil, err
		}
		chunk.Nonce = nonce
		event = chunk
	}
	return disgoEvent{kind: message.T, data: event}, nil
}

// disgoEvent is what the event manager is given.
type disgoEvent struct {
	kind gateway.EventType
	data gateway.EventData
}

// nonce is that of the request for the members of a guild, which never ends.
func (c *disgoCache) nonce(guild snowflake.ID) (string, error) {
	if nonce := c.nonces[guild]; nonce != "" {
		return nonce, nil
	}
	none := func(discord.Member) bool { return false }
	if _, _, err := c.client.MemberChunkingManager.RequestMembersWithFilterChan(guild, none); err != nil {
		return "", err
	}
	c.nonces[guild] = c.gateway.nonce
	return c.gateway.nonce, nil
}

func (c *disgoCache) Apply(event any) {
	if e, ok := event.(disgoEvent); ok {
		c.client.EventManager.HandleGatewayEvent(c.gateway, e.kind, 1, e.data)
	}
}

func (c *disgoCache) Look(kind Kind, guild, id uint64) string {
	caches, g, i := c.client.Caches, snowflake.ID(guild), snowflake.ID(id)
	switch kind {
	case Member:
		if m, ok := caches.Member(g, i); ok {
			nick := ""
			if m.Nick != nil {
				nick = *m.Nick
			}
			return fmt.Sprintf("%s %q %d", m.User.Username, nick, len(m.RoleIDs))
		}
	case Channel:
		if v, ok := caches.Channel(i); ok {
			if text, ok := v.(discord.GuildTextChannel); ok && text.Topic() != nil {
				return v.Name() + *text.Topic()
			}
			return v.Name()
		}
	case Role:
		if v, ok := caches.Role(g, i); ok {
			return v.Name
		}
	case Emoji:
		if v, ok := caches.Emoji(g, i); ok {
			return v.Name
		}
	case Presence:
		if v, ok := caches.Presence(g, i); ok {
			return string(v.Status)
		}
	case Voice:
		if v, ok := caches.VoiceState(g, i); ok && v.ChannelID != nil {
			return v.ChannelID.String()
		}
	case Message:
		if v, ok := caches.Message(g, i); ok {
			return v.Content
		}
	}
	return ""
}
