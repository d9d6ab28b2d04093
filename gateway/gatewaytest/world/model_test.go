package world_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/chorus-go/chorus/gateway/gatewaytest/pubsub"
	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
	"github.com/chorus-go/chorus/types"
)

type id = types.Snowflake

// model is what a client knows that has only its events.
type model struct {
	t       *testing.T
	guilds  map[id]*guildModel
	private map[id]types.Channel
	related map[id]types.RelationshipType
	friends map[id]types.StatusType
}

// guildModel is what a client knows of a guild.
type guildModel struct {
	guild    types.Guild
	members  map[id]types.GuildMember
	channels map[id]types.Channel
	threads  map[id]types.Channel
	joined   map[id][]id // the members of threads, of which there was an event
	voice    map[id]types.VoiceState
	messages map[id]map[id]types.Message
}

// newModel returns the model of a client that knows nothing.
func newModel(t *testing.T) *model {
	return &model{t: t, guilds: map[id]*guildModel{}, private: map[id]types.Channel{},
		related: map[id]types.RelationshipType{}, friends: map[id]types.StatusType{}}
}

// apply brings the model up to date.
func (m *model) apply(events []pubsub.Event) {
	for _, e := range events {
		switch e.Type {
		case "READY":
			m.ready(e.Payload)
		case "READY_SUPPLEMENTAL":
			var p types.ReadySupplemental
			decode(m.t, e.Payload, &p)
			for _, presence := range p.MergedPresences.Friends {
				if presence.User != nil {
					presence.UserID = presence.User.ID
				}
				m.friends[presence.UserID] = presence.Status
			}
			for _, g := range p.Guilds {
				for _, state := range g.VoiceStates {
					m.guilds[g.ID].voice[state.UserID] = state
				}
			}
		case "GUILD_CREATE":
			var p types.GuildCreate
			decode(m.t, e.Payload, &p)
			m.guildCreate(p.GatewayGuild)
		case "GUILD_DELETE":
			delete(m.guilds, e.Payload.(*types.GuildDelete).ID)
		case "RELATIONSHIP_ADD":
			p := e.Payload.(*types.RelationshipAdd)
			m.related[p.User.ID] = p.Type
		case "RELATIONSHIP_REMOVE":
			p := e.Payload.(*types.RelationshipRemove)
			delete(m.related, p.ID)
			delete(m.friends, p.ID)
		case "PRESENCE_UPDATE":
			p := e.Payload.(*types.PresenceUpdate)
			if status, ok := p.Status.Get(); ok && !p.GuildID.IsPresent() {
				m.friends[p.User.ID] = status
			}
		case "CHANNEL_RECIPIENT_ADD":
			p := e.Payload.(*types.ChannelRecipientAdd)
			c := m.private[p.ChannelID]
			c.Recipients = append(slices.Clone(c.Recipients), p.User)
			m.private[p.ChannelID] = c
		case "CHANNEL_RECIPIENT_REMOVE":
			p := e.Payload.(*types.ChannelRecipientRemove)
			c := m.private[p.ChannelID]
			c.Recipients = slices.DeleteFunc(slices.Clone(c.Recipients), func(u types.User) bool { return u.ID == p.User.ID })
			m.private[p.ChannelID] = c
		default:
			m.inGuild(e)
		}
	}
}

// ready begins the model.
func (m *model) ready(payload any) {
	var p types.Ready
	decode(m.t, payload, &p)
	for _, g := range p.Guilds {
		if !g.Unavailable {
			m.guildCreate(g)
		}
	}
	for _, c := range p.PrivateChannels {
		for _, user := range c.RecipientIDs {
			c.Recipients = append(c.Recipients, types.User{ID: user})
		}
		m.private[c.ID] = c
	}
	for _, r := range p.Relationships {
		user := r.UserID
		if r.User != nil {
			user = r.User.ID
		}
		m.related[user] = r.Type
	}
}

// guildCreate adds a guild.
func (m *model) guildCreate(p types.GatewayGuild) {
	g := &guildModel{
		guild: p.Merged(), members: map[id]types.GuildMember{}, channels: map[id]types.Channel{},
		threads: map[id]types.Channel{}, joined: map[id][]id{}, voice: map[id]types.VoiceState{},
		messages: map[id]map[id]types.Message{},
	}
	m.guilds[p.ID] = g
	for _, c := range p.Channels {
		g.channels[c.ID], g.messages[c.ID] = c, map[id]types.Message{}
	}
	for _, c := range p.Threads {
		g.threads[c.ID], g.messages[c.ID] = c, map[id]types.Message{}
	}
	for _, state := range p.VoiceStates {
		g.voice[state.UserID] = state
	}
}

// inGuild applies an event about something in a guild or a private channel.
func (m *model) inGuild(e pubsub.Event) {
	switch p := e.Payload.(type) {
	case *types.GuildUpdate:
		roles, emojis := m.guilds[p.ID].guild.Roles, m.guilds[p.ID].guild.Emojis
		m.guilds[p.ID].guild = p.Guild
		m.guilds[p.ID].guild.Roles, m.guilds[p.ID].guild.Emojis = roles, emojis
	case *types.GuildEmojisUpdate:
		m.guilds[p.GuildID].guild.Emojis = p.Emojis
	case *types.GuildMembersChunk:
		for _, member := range p.Members {
			m.guilds[p.GuildID].members[member.User.ID] = member
		}
	case *types.GuildMemberAdd:
		m.guilds[p.GuildID].members[p.User.ID] = p.GuildMember
	case *types.GuildMemberRemove:
		delete(m.guilds[p.GuildID].members, p.User.ID)
	case *types.GuildMemberUpdate:
		member := m.guilds[p.GuildID].members[p.User.ID]
		p.Nick.Apply(&member.Nick)
		p.Roles.Apply(&member.Roles)
		m.guilds[p.GuildID].members[p.User.ID] = member
	case *types.GuildRoleCreate:
		g := m.guilds[p.GuildID]
		g.guild.Roles = append(slices.Clone(g.guild.Roles), p.Role)
	case *types.GuildRoleUpdate:
		g := m.guilds[p.GuildID]
		g.guild.Roles = slices.Clone(g.guild.Roles)
		g.guild.Roles[slices.IndexFunc(g.guild.Roles, func(r types.Role) bool { return r.ID == p.Role.ID })] = p.Role
	case *types.GuildRoleDelete:
		m.roleDelete(m.guilds[p.GuildID], p.RoleID)
	case *types.VoiceStateUpdate:
		if p.GuildID == 0 {
			return // of a call, which the annex knows
		}
		g := m.guilds[p.GuildID]
		if _, seen := g.channels[p.ChannelID]; seen {
			g.voice[p.UserID] = p.VoiceState
		} else {
			delete(g.voice, p.UserID)
		}
	default:
		m.aboutChannel(e)
	}
}

// aboutChannel applies an event about a channel, a thread or a message.
func (m *model) aboutChannel(e pubsub.Event) {
	switch p := e.Payload.(type) {
	case *types.ThreadListSync:
		for _, c := range p.Threads {
			m.thread(c)
		}
	case *types.ThreadCreate:
		m.thread(p.Channel)
	case *types.ThreadUpdate:
		m.thread(p.Channel)
	case *types.ThreadDelete:
		g := m.guilds[p.GuildID]
		delete(g.threads, p.ID)
		delete(g.messages, p.ID)
	case *types.ThreadMembersUpdate:
		g := m.guilds[p.GuildID]
		if c, ok := g.threads[p.ID]; ok {
			c.MemberCount = p.MemberCount
			g.threads[p.ID] = c
		}
	case *types.ChannelCreate:
		m.channel(p.Channel)
	case *types.ChannelUpdate:
		m.channel(p.Channel)
	case *types.ChannelDelete:
		m.channelDelete(p.Channel)
	default:
		m.inChannel(e)
	}
}

// roleDelete removes a role and what hangs on it.
func (m *model) roleDelete(g *guildModel, role id) {
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

// thread adds or changes a thread.
func (m *model) thread(c types.Channel) {
	g := m.guilds[c.GuildID]
	g.threads[c.ID] = c
	if g.messages[c.ID] == nil {
		g.messages[c.ID] = map[id]types.Message{}
	}
}

// channel adds or changes a channel.
func (m *model) channel(c types.Channel) {
	switch {
	case c.GuildID == 0:
		m.private[c.ID] = c
	case c.Type == types.ChannelTypePublicThread || c.Type == types.ChannelTypePrivateThread:
		m.thread(c)
	default:
		g := m.guilds[c.GuildID]
		g.channels[c.ID] = c
		if g.messages[c.ID] == nil {
			g.messages[c.ID] = map[id]types.Message{}
		}
	}
}

// channelDelete removes a channel with its threads and who is in its voice.
func (m *model) channelDelete(c types.Channel) {
	if c.GuildID == 0 {
		delete(m.private, c.ID)
		return
	}
	g := m.guilds[c.GuildID]
	delete(g.channels, c.ID)
	delete(g.messages, c.ID)
	for thread, t := range g.threads {
		if t.ParentID == c.ID {
			delete(g.threads, thread)
			delete(g.messages, thread)
		}
	}
	maps.DeleteFunc(g.voice, func(_ id, state types.VoiceState) bool { return state.ChannelID == c.ID })
}

// inChannel applies an event about a message.
func (m *model) inChannel(e pubsub.Event) {
	var messages map[id]types.Message
	in := func(guild, channel id) bool {
		if guild == 0 {
			return false
		}
		messages = m.guilds[guild].messages[channel]
		if messages == nil {
			m.t.Errorf("%s in channel %d, which cannot be seen", e.Type, channel)
		}
		return messages != nil
	}
	switch p := e.Payload.(type) {
	case *types.MessageCreate:
		if in(p.GuildID, p.ChannelID) {
			messages[p.ID] = p.Message
		}
	case *types.MessageUpdate:
		if in(p.GuildID.Or(0), p.ChannelID) {
			if message, ok := messages[p.ID]; ok {
				p.Content.Apply(&message.Content)
				p.Pinned.Apply(&message.Pinned)
				messages[p.ID] = message
			}
		}
	case *types.MessageDelete:
		if in(p.GuildID, p.ChannelID) {
			delete(messages, p.ID)
		}
	case *types.MessageDeleteBulk:
		if in(p.GuildID, p.ChannelID) {
			for _, message := range p.IDs {
				delete(messages, message)
			}
		}
	case *types.MessageReactionAdd:
		if in(p.GuildID, p.ChannelID) {
			m.react(messages, p.MessageID, p.Emoji, 1)
		}
	case *types.MessageReactionRemove:
		if in(p.GuildID, p.ChannelID) {
			m.react(messages, p.MessageID, p.Emoji, -1)
		}
	case *types.TypingStart:
		in(p.GuildID, p.ChannelID)
	}
}

// react counts a reaction.
func (m *model) react(messages map[id]types.Message, message id, emoji types.Emoji, by int64) {
	known, ok := messages[message]
	if !ok {
		return
	}
	known.Reactions = slices.Clone(known.Reactions)
	i := slices.IndexFunc(known.Reactions, func(r types.Reaction) bool { return r.Emoji.Name == emoji.Name })
	if i < 0 {
		i = len(known.Reactions)
		known.Reactions = append(known.Reactions, types.Reaction{Emoji: emoji})
	}
	if known.Reactions[i].Count += by; known.Reactions[i].Count == 0 {
		known.Reactions = slices.Delete(known.Reactions, i, i+1)
	}
	messages[message] = known
}

// compare fails the test where the model is not what the world says.
func (m *model) compare(step string, v world.View) {
	m.t.Helper()
	same(m.t, step+": guilds", keysOf(m.guilds), keysOf(v.Guilds))
	for guild, g := range m.guilds {
		if want, ok := v.Guilds[guild]; ok {
			g.compare(m.t, step, want)
		}
	}
	same(m.t, step+": private channels", keysOf(m.private), keysOf(v.Private))
	for channel, c := range m.private {
		if v.Private[channel].Type == types.ChannelTypeGroupDM {
			same(m.t, step+": recipients", userIDs(c.Recipients), userIDs(v.Private[channel].Recipients))
		}
	}
	if v.User.Bot {
		return
	}
	same(m.t, step+": relationships", m.related, v.Relationships)
	for user, presence := range v.Friends {
		status := m.friends[user]
		if status == "" {
			status = types.StatusTypeOffline
		}
		same(m.t, step+": presence of a friend", status, presence.Status)
	}
}
