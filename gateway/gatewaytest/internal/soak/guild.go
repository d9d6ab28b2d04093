package soak

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/chorus-go/chorus/types"
)

// guild is what a client knows of a guild.
type guild struct {
	guild    types.Guild
	complete bool // whether all chunks of the members have come
	members  map[id]types.GuildMember
	channels map[id]types.Channel
	threads  map[id]types.Channel
	voice    map[id]types.VoiceState
	messages map[id]map[id]types.Message
	since    map[id]id // the last message of a channel when the client began to see it: all later ones are known
}

func newGuild(data types.Guild) *guild {
	return &guild{
		guild: data, members: map[id]types.GuildMember{}, channels: map[id]types.Channel{},
		threads: map[id]types.Channel{}, voice: map[id]types.VoiceState{}, messages: map[id]map[id]types.Message{},
		since: map[id]id{},
	}
}

// guildCreate adds a guild.
func (m *Model) guildCreate(p types.GatewayGuild) {
	g := newGuild(p.Merged())
	m.guilds[p.ID] = g
	for _, c := range p.Channels {
		g.channels[c.ID] = c
		g.see(c)
	}
	for _, c := range p.Threads {
		g.threads[c.ID] = c
		g.see(c)
	}
	for _, state := range p.VoiceStates {
		g.voice[state.UserID] = state
	}
}

// see begins to know the messages of a channel, unless they are known.
func (g *guild) see(c types.Channel) {
	if g.messages[c.ID] == nil {
		g.messages[c.ID], g.since[c.ID] = map[id]types.Message{}, c.LastMessageID
	}
}

// unsee forgets the messages of a channel.
func (g *guild) unsee(channel id) {
	delete(g.messages, channel)
	delete(g.since, channel)
}

// name returns what an event is called here.
func name(event any) string { return strings.TrimPrefix(fmt.Sprintf("%T", event), "*types.") }

// inGuild applies an event about a guild.
func (m *Model) inGuild(event any) {
	switch p := event.(type) {
	case *types.GuildCreate:
		m.guildCreate(p.GatewayGuild)
	case *types.GuildDelete:
		m.of("GuildDelete", p.ID)
		delete(m.guilds, p.ID)
	case *types.GuildUpdate:
		g := m.of("GuildUpdate", p.ID)
		roles, emojis := g.guild.Roles, g.guild.Emojis
		g.guild = p.Guild
		g.guild.Roles, g.guild.Emojis = roles, emojis
	case *types.GuildEmojisUpdate:
		m.of("GuildEmojisUpdate", p.GuildID).guild.Emojis = p.Emojis
	case *types.GuildRoleCreate:
		g := m.of("GuildRoleCreate", p.GuildID)
		g.guild.Roles = append(slices.Clone(g.guild.Roles), p.Role)
	case *types.GuildRoleUpdate:
		g := m.of("GuildRoleUpdate", p.GuildID)
		g.guild.Roles = slices.Clone(g.guild.Roles)
		i := slices.IndexFunc(g.guild.Roles, func(r types.Role) bool { return r.ID == p.Role.ID })
		if i < 0 {
			m.report("GuildRoleUpdate of role %d, which there is not", p.Role.ID)
			return
		}
		g.guild.Roles[i] = p.Role
	case *types.GuildRoleDelete:
		m.of("GuildRoleDelete", p.GuildID).roleDelete(p.RoleID)
	case *types.VoiceStateUpdate:
		if p.GuildID == 0 {
			return // Of a call.
		}
		g := m.of("VoiceStateUpdate", p.GuildID)
		if _, seen := g.channels[p.ChannelID]; seen {
			g.voice[p.UserID] = p.VoiceState
		} else {
			delete(g.voice, p.UserID)
		}
	default:
		m.ofMembers(event)
	}
}

// ofMembers applies an event about members.
func (m *Model) ofMembers(event any) {
	switch p := event.(type) {
	case *types.GuildMembersChunk:
		// It can be the answer to what was asked before the guild was left.
		g := m.guilds[p.GuildID]
		if g == nil {
			return
		}
		for _, member := range p.Members {
			if member.User != nil {
				g.members[member.User.ID] = member
			}
		}
		g.complete = g.complete || p.ChunkIndex == p.ChunkCount-1
	case *types.GuildMemberAdd:
		m.of("GuildMemberAdd", p.GuildID).members[p.User.ID] = p.GuildMember
	case *types.GuildMemberRemove:
		delete(m.of("GuildMemberRemove", p.GuildID).members, p.User.ID)
	case *types.GuildMemberUpdate:
		g := m.of("GuildMemberUpdate", p.GuildID)
		member := g.members[p.User.ID]
		p.Nick.Apply(&member.Nick)
		p.Roles.Apply(&member.Roles)
		g.members[p.User.ID] = member
	default:
		m.aboutChannel(event)
	}
}

// roleDelete removes a role and what hangs on it.
func (g *guild) roleDelete(role id) {
	g.guild.Roles = slices.DeleteFunc(slices.Clone(g.guild.Roles), func(r types.Role) bool { return r.ID == role })
	for user, member := range g.members {
		member.Roles = slices.DeleteFunc(slices.Clone(member.Roles), func(r id) bool { return r == role })
		g.members[user] = member
	}
	for channel, c := range g.channels {
		c.PermissionOverwrites = slices.DeleteFunc(slices.Clone(c.PermissionOverwrites),
			func(o types.PermissionOverwrite) bool { return o.ID == role })
		g.channels[channel] = c
	}
}

// channelDelete removes a channel with its threads and who is in its voice.
func (g *guild) channelDelete(channel id) {
	delete(g.channels, channel)
	g.unsee(channel)
	for thread, t := range g.threads {
		if t.ParentID == channel {
			delete(g.threads, thread)
			g.unsee(thread)
		}
	}
	maps.DeleteFunc(g.voice, func(_ id, state types.VoiceState) bool { return state.ChannelID == channel })
}
