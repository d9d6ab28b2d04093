package cache

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/bwmarrin/discordgo"
)

type discordgoCache struct {
	session *discordgo.Session
	events  map[string]func() any
}

func newDiscordgo() (Library, error) {
	session, err := discordgo.New("Bot benchmark")
	if err != nil {
		return nil, err
	}
	session.State.MaxMessageCount = perChannel
	return &discordgoCache{session: session, events: discordgoEvents()}, nil
}

func fresh[T any]() any { return new(T) }

func discordgoEvents() map[string]func() any {
	return map[string]func() any{
		"READY":               fresh[discordgo.Ready],
		"GUILD_CREATE":        fresh[discordgo.GuildCreate],
		"GUILD_MEMBERS_CHUNK": fresh[discordgo.GuildMembersChunk],
		"GUILD_MEMBER_ADD":    fresh[discordgo.GuildMemberAdd],
		"GUILD_MEMBER_UPDATE": fresh[discordgo.GuildMemberUpdate],
		"GUILD_MEMBER_REMOVE": fresh[discordgo.GuildMemberRemove],
		"CHANNEL_CREATE":      fresh[discordgo.ChannelCreate],
		"CHANNEL_UPDATE":      fresh[discordgo.ChannelUpdate],
		"CHANNEL_DELETE":      fresh[discordgo.ChannelDelete],
		"GUILD_ROLE_CREATE":   fresh[discordgo.GuildRoleCreate],
		"GUILD_ROLE_UPDATE":   fresh[discordgo.GuildRoleUpdate],
		"GUILD_ROLE_DELETE":   fresh[discordgo.GuildRoleDelete],
		"THREAD_CREATE":       fresh[discordgo.ThreadCreate],
		"THREAD_UPDATE":       fresh[discordgo.ThreadUpdate],
		"THREAD_DELETE":       fresh[discordgo.ThreadDelete],
		"PRESENCE_UPDATE":     fresh[discordgo.PresenceUpdate],
		"VOICE_STATE_UPDATE":  fresh[discordgo.VoiceStateUpdate],
		"GUILD_EMOJIS_UPDATE": fresh[discordgo.GuildEmojisUpdate],
		"MESSAGE_CREATE":      fresh[discordgo.MessageCreate],
	}
}

func (c *discordgoCache) Decode(frame []byte) (any, error) {
	var envelope *discordgo.Event
	if err := json.NewDecoder(bytes.NewReader(frame)).Decode(&envelope); err != nil {
		return nil, err
	}
	event, known := c.events[envelope.Type]
	if !known {
		return nil, errors.New("cache: discordgo cannot read " + envelope.Type)
	}
	envelope.Struct = event()
	return envelope.Struct, json.Unmarshal(envelope.RawData, envelope.Struct)
}

// Apply does what the session does before its handlers are called.
func (c *discordgoCache) Apply(event any) {
	switch e := event.(type) {
	case *discordgo.Ready:
		for _, g := range e.Guilds {
			setGuild(g)
		}
	case *discordgo.GuildCreate:
		setGuild(e.Guild)
	}
	// Its errors are of what it does not know, as the session logs for debugging.
	_ = c.session.State.OnInterface(c.session, event)
}

// setGuild tells what is in a guild in which it is.
func setGuild(g *discordgo.Guild) {
	for _, channel := range g.Channels {
		channel.GuildID = g.ID
	}
	for _, member := range g.Members {
		member.GuildID = g.ID
	}
	for _, voice := range g.VoiceStates {
		voice.GuildID = g.ID
	}
}

func (c *discordgoCache) Look(kind Kind, guild, id uint64) string {
	state, g, i := c.session.State, strconv.FormatUint(guild, 10), strconv.FormatUint(id, 10)
	switch kind {
	case Member:
		if m, err := state.Member(g, i); err == nil {
			return fmt.Sprintf("%s %q %d", m.User.Username, m.Nick, len(m.Roles))
		}
	case Channel:
		if v, err := state.Channel(i); err == nil {
			return v.Name + v.Topic
		}
	case Role:
		if v, err := state.Role(g, i); err == nil {
			return v.Name
		}
	case Emoji:
		if v, err := state.Emoji(g, i); err == nil {
			return v.Name
		}
	case Presence:
		if v, err := state.Presence(g, i); err == nil {
			return string(v.Status)
		}
	case Voice:
		if v, err := state.VoiceState(g, i); err == nil {
			return v.ChannelID
		}
	case Message:
		if v, err := state.Message(g, i); err == nil {
			return v.Content
		}
	}
	return ""
}
