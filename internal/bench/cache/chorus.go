package cache

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/chorus-go/chorus/gateway/state"
	"github.com/chorus-go/chorus/internal/decode"
	"github.com/chorus-go/chorus/internal/json"
	"github.com/chorus-go/chorus/internal/wire"
	"github.com/chorus-go/chorus/types"
)

// perChannel is how many messages of a channel are held, by those libraries that can be told.
const perChannel = 100

type chorus struct {
	state   *state.State
	readers map[string]func([]byte) (any, error)
}

func newChorus() (Library, error) {
	return &chorus{state: state.New(nil, state.Options{Messages: perChannel}), readers: chorusReaders()}, nil
}

// reading is how the dispatch table reads an event: by a decoder of its own if there is one and it does not give up.
func reading[T any](quick func([]byte, *T) error) func([]byte) (any, error) {
	return func(d []byte) (any, error) {
		event := new(T)
		if quick != nil && quick(d, event) == nil {
			return event, nil
		}
		*event = *new(T)
		return event, json.Unmarshal(d, event)
	}
}

func chorusReaders() map[string]func([]byte) (any, error) {
	return map[string]func([]byte) (any, error){
		"READY":               reading(decode.Ready),
		"GUILD_CREATE":        reading(decode.GuildCreate),
		"GUILD_MEMBERS_CHUNK": reading(decode.GuildMembersChunk),
		"GUILD_MEMBER_ADD":    reading(decode.GuildMemberAdd),
		"GUILD_MEMBER_UPDATE": reading(decode.GuildMemberUpdate),
		"GUILD_MEMBER_REMOVE": reading(decode.GuildMemberRemove),
		"CHANNEL_CREATE":      reading[types.ChannelCreate](nil),
		"CHANNEL_UPDATE":      reading(decode.ChannelUpdate),
		"CHANNEL_DELETE":      reading(decode.ChannelDelete),
		"GUILD_ROLE_CREATE":   reading(decode.GuildRoleCreate),
		"GUILD_ROLE_UPDATE":   reading(decode.GuildRoleUpdate),
		"GUILD_ROLE_DELETE":   reading(decode.GuildRoleDelete),
		"THREAD_CREATE":       reading[types.ThreadCreate](nil),
		"THREAD_UPDATE":       reading[types.ThreadUpdate](nil),
		"THREAD_DELETE":       reading[types.ThreadDelete](nil),
		"PRESENCE_UPDATE":     reading(decode.PresenceUpdate),
		"VOICE_STATE_UPDATE":  reading(decode.VoiceStateUpdate),
		"GUILD_EMOJIS_UPDATE": reading[types.GuildEmojisUpdate](nil),
		"MESSAGE_CREATE":      reading(decode.MessageCreate),
	}
}

func (c *chorus) Decode(frame []byte) (any, error) {
	envelope, err := wire.Scan(frame)
	if err != nil {
		return nil, err
	}
	read := c.readers[string(envelope.Name)]
	if read == nil {
		return nil, errors.New("cache: chorus cannot read " + string(envelope.Name))
	}
	return read(envelope.Data)
}

func (c *chorus) Apply(event any) { c.state.Apply(context.Background(), event) }

func (c *chorus) Look(kind Kind, guild, id uint64) string {
	g, i := types.Snowflake(guild), types.Snowflake(id)
	switch kind {
	case Member:
		if m := c.state.Member(g, i); m != nil && m.User != nil {
			return fmt.Sprintf("%s %q %d", m.User.Username, m.Nick, len(m.Roles))
		}
	case Channel:
		if v := c.state.Channel(i); v != nil {
			return v.Name + v.Topic
		}
	case Role:
		if v := c.state.Role(g, i); v != nil {
			return v.Name
		}
	case Emoji:
		if v := c.state.Guild(g); v != nil {
			for _, e := range v.Emojis {
				if e.ID == i {
					return e.Name
				}
			}
		}
	case Presence:
		if v := c.state.Presence(g, i); v != nil {
			return string(v.Status)
		}
	case Voice:
		if v := c.state.VoiceState(g, i); v != nil {
			return strconv.FormatUint(uint64(v.ChannelID), 10)
		}
	case Message:
		if v := c.state.Message(g, i); v != nil {
			return v.Content
		}
	}
	return ""
}
