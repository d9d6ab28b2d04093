package world

import (
	"slices"
	"strings"

	"github.com/chorus-go/chorus/types"
)

// message is a message in the world. Its data is replaced, never written to.
type message struct {
	data      types.Message // without author, mentions and reactions
	author    *account
	mentions  []*account
	reactions []*reaction
	poll      *poll // nil for none
}

// MessageOptions are what a message is sent with.
type MessageOptions struct {
	Content string          // its text
	Nonce   types.Nonce     // given back in MESSAGE_CREATE
	ReplyTo types.Snowflake // a message of the same channel, 0 for none
	TTS     bool            // whether it is to be spoken
	Embeds  []types.Embed   // what is shown below the text

	Stickers    []types.Snowflake  // stickers of the guild
	Poll        *PollOptions       // a poll, nil for none
	Attachments []types.Attachment // files that are with it; ids, sizes and addresses are the caller's
}

// SendMessage sends a message by a user, as Send does.
func (h ChannelHandle) SendMessage(author types.Snowflake, content string) (types.Message, error) {
	return h.Send(author, MessageOptions{Content: content})
}

// Send sends a message by a user and dispatches MESSAGE_CREATE to whoever can see the channel, the author included. A
// direct message that its recipient has closed, or has not seen yet, opens before, with CHANNEL_CREATE. Users and roles
// that the content mentions are in the message. The error is ErrNotFound, also for the message that is replied to and
// for stickers, ErrForbidden if the author may not send, or an *InputError for a message of nothing.
func (h ChannelHandle) Send(author types.Snowflake, options MessageOptions) (types.Message, error) {
	var sent types.Message
	err := h.change(func(c *channel) error {
		a, err := h.w.account(author)
		if err != nil {
			return err
		}
		if err := h.w.maySend(c, a, "send a message"); err != nil {
			return err
		}
		m, err := h.w.compose(c, a, options)
		if err != nil {
			return err
		}
		sent = h.w.submit(c, m)
		return nil
	})
	return sent, err
}

// compose makes the message that options ask for, which is not sent yet.
func (w *World) compose(c *channel, a *account, options MessageOptions) (*message, error) {
	besides := len(options.Embeds) + len(options.Stickers) + len(options.Attachments)
	if options.Content == "" && options.Poll == nil && besides == 0 {
		return nil, wrong("content", "the message is empty")
	}
	items, err := c.stickerItems(options.Stickers)
	if err != nil {
		return nil, err
	}
	m := w.newMessage(c, a, types.MessageTypeDefault, options)
	m.data.StickerItems = items
	if options.Poll != nil {
		if m.poll, err = newPoll(options.Poll); err != nil {
			return nil, err
		}
	}
	if options.ReplyTo != 0 {
		if c.messages[options.ReplyTo] == nil {
			return nil, missing("message", options.ReplyTo)
		}
		referenced := w.message(c, c.messages[options.ReplyTo])
		m.data.Type, m.data.ReferencedMessage = types.MessageTypeReply, &referenced
		m.data.MessageReference = &types.MessageReference{
			ChannelID: c.data.ID, GuildID: c.data.GuildID, MessageID: options.ReplyTo,
		}
	}
	return m, nil
}

// submit sends a message that was composed, with whom it mentions, and has its poll begin.
func (w *World) submit(c *channel, m *message) types.Message {
	w.mention(c, m)
	w.post(c, m)
	if m.poll != nil {
		w.polls[m.data.ID] = m
		w.due(m.poll.ends)
	}
	return w.message(c, m)
}

// maySend returns why somebody may not write to a channel.
func (w *World) maySend(c *channel, a *account, action string) error {
	need := types.PermissionViewChannel | types.PermissionSendMessages
	if c.isThread() {
		need = types.PermissionViewChannel | types.PermissionSendMessagesInThreads
	}
	switch {
	case !c.seenBy(a.id()):
		return forbidden(action, "the user cannot see the channel")
	case !c.permissions(a.id()).Has(need):
		return forbidden(action, "the user lacks the permission")
	case c.data.Type == types.ChannelTypeDM && w.blocked(c):
		return forbidden(action, "one of the two has blocked the other")
	case c.data.Type == types.ChannelTypeGuildCategory:
		return forbidden(action, "the channel is a category")
	}
	return nil
}

// newMessage makes a message that is not sent yet.
func (w *World) newMessage(c *channel, a *account, kind types.MessageType, options MessageOptions) *message {
	return &message{author: a, data: types.Message{
		ID: w.id(), ChannelID: c.data.ID, Content: options.Content, Timestamp: now(), Type: kind, Nonce: options.Nonce,
		TTS: options.TTS, Embeds: append([]types.Embed{}, options.Embeds...),
		Attachments:  append([]types.Attachment{}, options.Attachments...),
		MentionRoles: []types.Snowflake{}, Components: []types.AnyComponent{},
	}}
}

// post puts a message into its channel and dispatches MESSAGE_CREATE.
func (w *World) post(c *channel, m *message) {
	w.openForAll(c)
	c.messages[m.data.ID] = m
	c.data.LastMessageID = m.data.ID
	if c.isThread() {
		c.data.MessageCount++
		c.data.TotalMessageSent++
	}
	m.author.read[c.data.ID] = m.data.ID
	create := &types.MessageCreate{
		Message: w.message(c, m), ChannelType: c.data.Type, GuildID: c.data.GuildID,
		Member: w.memberBeside(c.guild, m.author.id()),
	}
	w.toChannel(c.data.ID, "MESSAGE_CREATE", create)
	// The nonce is for whoever waits for this one event.
	m.data.Nonce = ""
}

// mention finds who is mentioned in the content of a message.
func (w *World) mention(c *channel, m *message) {
	m.mentions, m.data.MentionRoles, m.data.MentionEveryone = nil, []types.Snowflake{}, false
	for rest := m.data.Content; ; {
		_, after, found := strings.Cut(rest, "<@")
		if !found {
			break
		}
		text, _, closed := strings.Cut(after, ">")
		rest = after
		role := strings.HasPrefix(text, "&")
		id, err := types.ParseSnowflake(strings.TrimLeft(text, "!&"))
		switch {
		case !closed || err != nil:
		case role && c.guild != nil && c.guild.role(id) >= 0 && !slices.Contains(m.data.MentionRoles, id):
			m.data.MentionRoles = append(m.data.MentionRoles, id)
		case !role && w.accounts[id] != nil && !slices.Contains(m.mentions, w.accounts[id]):
			m.mentions = append(m.mentions, w.accounts[id])
		}
	}
	if strings.Contains(m.data.Content, "@everyone") || strings.Contains(m.data.Content, "@here") {
		m.data.MentionEveryone = c.permissions(m.author.id()).Has(types.PermissionMentionEveryone)
	}
}

// message returns a message as payloads have it, for nobody in particular.
func (w *World) message(c *channel, m *message) types.Message {
	data := m.data
	data.Author = m.author.public()
	data.Mentions = []types.User{}
	if m.poll != nil {
		data.Poll = m.poll.payload()
	}
	for _, a := range m.mentions {
		user := a.public()
		user.Member = w.memberBeside(c.guild, a.id())
		data.Mentions = append(data.Mentions, user)
	}
	for _, r := range m.reactions {
		count := int64(len(r.users))
		data.Reactions = append(data.Reactions, types.Reaction{
			Count: count, CountDetails: types.ReactionCountDetails{Normal: count}, Emoji: r.emoji, BurstColors: []string{},
		})
	}
	return data
}

// update returns the payload of MESSAGE_UPDATE: the whole message.
func (w *World) update(c *channel, m *message) *types.MessageUpdate {
	data := w.message(c, m)
	update := &types.MessageUpdate{
		ID: data.ID, ChannelID: data.ChannelID, Author: types.Some(data.Author), Content: types.Some(data.Content),
		Timestamp: types.Some(data.Timestamp), EditedTimestamp: types.Null[types.Timestamp](), TTS: types.Some(data.TTS),
		MentionEveryone: types.Some(data.MentionEveryone), Mentions: types.Some(data.Mentions),
		MentionRoles: types.Some(data.MentionRoles), Attachments: types.Some(data.Attachments),
		Embeds: types.Some(data.Embeds), Pinned: types.Some(data.Pinned), Type: types.Some(data.Type),
		Flags: types.Some(data.Flags), Components: types.Some(data.Components),
		Reactions: types.Some(append([]types.Reaction{}, data.Reactions...)),
	}
	if data.EditedTimestamp != 0 {
		update.EditedTimestamp = types.Some(data.EditedTimestamp)
	}
	if data.Poll != nil {
		update.Poll = types.Some(data.Poll)
	}
	if data.WebhookID != 0 {
		update.WebhookID = types.Some(data.WebhookID)
	}
	if data.Call != nil {
		update.Call = types.Some(data.Call)
	}
	if c.guild != nil {
		update.GuildID = types.Some(c.data.GuildID)
	}
	if w.options.Profile == Discord {
		update.ChannelType = types.Some(c.data.Type)
		if member := w.memberBeside(c.guild, m.author.id()); member != nil {
			update.Member = types.Some(member)
		}
	}
	return update
}

// EditMessage changes the content of a message and dispatches MESSAGE_UPDATE to whoever can see the channel. The error
// is ErrNotFound.
func (h ChannelHandle) EditMessage(id types.Snowflake, content string) (types.Message, error) {
	var edited types.Message
	err := h.message(id, func(c *channel, m *message) error {
		m.data.Content, m.data.EditedTimestamp = content, now()
		h.w.mention(c, m)
		h.w.toChannel(h.id, "MESSAGE_UPDATE", h.w.update(c, m))
		edited = h.w.message(c, m)
		return nil
	})
	return edited, err
}

// DeleteMessage deletes a message and dispatches MESSAGE_DELETE to whoever can see the channel. The error is
// ErrNotFound.
func (h ChannelHandle) DeleteMessage(id types.Snowflake) error {
	return h.message(id, func(c *channel, m *message) error {
		delete(c.messages, id)
		h.w.toChannel(h.id, "MESSAGE_DELETE", &types.MessageDelete{ID: id, ChannelID: h.id, GuildID: c.data.GuildID})
		if m.author.id() != h.by {
			h.audit(c, types.AuditLogActionTypeMessageDelete, m.author.id(), nil, nil)
		}
		return nil
	})
}

// DeleteMessages deletes several messages and dispatches one MESSAGE_DELETE_BULK to whoever can see the channel. The
// error is ErrNotFound, on which none is deleted.
func (h ChannelHandle) DeleteMessages(ids ...types.Snowflake) error {
	return h.change(func(c *channel) error {
		for _, id := range ids {
			if c.messages[id] == nil {
				return missing("message", id)
			}
		}
		for _, id := range ids {
			delete(c.messages, id)
		}
		if len(ids) > 0 {
			h.w.toChannel(h.id, "MESSAGE_DELETE_BULK", &types.MessageDeleteBulk{
				IDs: slices.Clone(ids), ChannelID: h.id, GuildID: c.data.GuildID,
			})
			h.audit(c, types.AuditLogActionTypeMessageBulkDelete, h.id, nil, nil)
		}
		return nil
	})
}

// Message returns a message as it is now. The error is ErrNotFound.
func (h ChannelHandle) Message(id types.Snowflake) (types.Message, error) {
	var found types.Message
	err := h.read(func(c *channel) error {
		if c.messages[id] == nil {
			return missing("message", id)
		}
		found = h.w.message(c, c.messages[id])
		return nil
	})
	return found, err
}

// Messages returns the messages of the channel, from the oldest to the newest. The error is ErrNotFound.
func (h ChannelHandle) Messages() ([]types.Message, error) {
	messages := []types.Message{}
	err := h.read(func(c *channel) error {
		for _, m := range sorted(c.messages) {
			messages = append(messages, h.w.message(c, m))
		}
		return nil
	})
	return messages, err
}

// message changes a message and delivers.
func (h ChannelHandle) message(id types.Snowflake, f func(*channel, *message) error) error {
	return h.change(func(c *channel) error {
		if c.messages[id] == nil {
			return missing("message", id)
		}
		return f(c, c.messages[id])
	})
}
