package soak

import (
	"slices"

	"github.com/chorus-go/chorus/types"
)

// aboutChannel applies an event about a channel or a thread.
func (m *Model) aboutChannel(event any) {
	switch p := event.(type) {
	case *types.ThreadListSync:
		for _, c := range p.Threads {
			m.thread(c)
		}
	case *types.ThreadCreate:
		m.thread(p.Channel)
	case *types.ThreadUpdate:
		m.thread(p.Channel)
	case *types.ThreadDelete:
		g := m.of("ThreadDelete", p.GuildID)
		delete(g.threads, p.ID)
		g.unsee(p.ID)
	case *types.ThreadMembersUpdate:
		g := m.of("ThreadMembersUpdate", p.GuildID)
		if c, ok := g.threads[p.ID]; ok {
			c.MemberCount = p.MemberCount
			g.threads[p.ID] = c
		}
	case *types.ChannelCreate:
		m.channel(p.Channel)
	case *types.ChannelUpdate:
		m.channel(p.Channel)
	case *types.ChannelDelete:
		if p.GuildID == 0 {
			delete(m.private, p.ID)
		} else {
			m.of("ChannelDelete", p.GuildID).channelDelete(p.ID)
		}
	default:
		m.inChannel(event)
	}
}

// thread adds or changes a thread.
func (m *Model) thread(c types.Channel) {
	g := m.of("a thread", c.GuildID)
	g.threads[c.ID] = c
	g.see(c)
}

// channel adds or changes a channel.
func (m *Model) channel(c types.Channel) {
	switch {
	case c.GuildID == 0:
		m.private[c.ID] = c
	case c.Type == types.ChannelTypePublicThread || c.Type == types.ChannelTypePrivateThread:
		m.thread(c)
	default:
		g := m.of("a channel", c.GuildID)
		g.channels[c.ID] = c
		g.see(c)
	}
}

// in returns the messages of a channel that an event happens in: none of a private one.
func (m *Model) in(event any, guild, channel id) map[id]types.Message {
	if guild == 0 {
		if _, ok := m.private[channel]; !ok && !m.user.Bot { // Discord does not tell bots of such channels.
			m.report("%s in private channel %d, which is not open", name(event), channel)
		}
		return nil
	}
	messages := m.of(name(event), guild).messages[channel]
	if messages == nil {
		m.report("%s in channel %d, which cannot be seen", name(event), channel)
	}
	return messages
}

// inChannel applies an event about a message.
func (m *Model) inChannel(event any) {
	switch p := event.(type) {
	case *types.MessageCreate:
		m.messageCreate(p)
	case *types.MessageUpdate:
		messages := m.in(event, p.GuildID.Or(0), p.ChannelID)
		if message, ok := messages[p.ID]; ok {
			p.Content.Apply(&message.Content)
			p.Pinned.Apply(&message.Pinned)
			messages[p.ID] = message
		}
	case *types.MessageDelete:
		delete(m.in(event, p.GuildID, p.ChannelID), p.ID)
	case *types.MessageDeleteBulk:
		messages := m.in(event, p.GuildID, p.ChannelID)
		for _, message := range p.IDs {
			delete(messages, message)
		}
	case *types.MessageReactionAdd:
		react(m.in(event, p.GuildID, p.ChannelID), p.MessageID, p.Emoji, 1)
	case *types.MessageReactionRemove:
		react(m.in(event, p.GuildID, p.ChannelID), p.MessageID, p.Emoji, -1)
	case *types.MessageReactionRemoveAll:
		clearReactions(m.in(event, p.GuildID, p.ChannelID), p.MessageID, func(types.Reaction) bool { return true })
	case *types.MessageReactionRemoveEmoji:
		clearReactions(m.in(event, p.GuildID, p.ChannelID), p.MessageID,
			func(r types.Reaction) bool { return r.Emoji.Name == p.Emoji.Name })
	case *types.TypingStart:
		m.in(event, p.GuildID, p.ChannelID)
	}
}

// messageCreate adds a message, of a private channel only that it is the last one.
func (m *Model) messageCreate(p *types.MessageCreate) {
	messages := m.in(p, p.GuildID, p.ChannelID)
	if _, twice := messages[p.ID]; twice {
		m.report("message %d is created twice", p.ID)
	}
	if messages != nil {
		messages[p.ID] = p.Message
	}
	if c, ok := m.private[p.ChannelID]; ok {
		c.LastMessageID = p.ID
		m.private[p.ChannelID] = c
	}
}

// react counts a reaction.
func react(messages map[id]types.Message, message id, emoji types.Emoji, by int64) {
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

// clearReactions takes reactions off a message.
func clearReactions(messages map[id]types.Message, message id, off func(types.Reaction) bool) {
	if known, ok := messages[message]; ok {
		known.Reactions = slices.DeleteFunc(slices.Clone(known.Reactions), off)
		messages[message] = known
	}
}
