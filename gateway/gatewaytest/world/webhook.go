package world

import (
	"cmp"

	"github.com/chorus-go/chorus/types"
)

// Webhook is a way into a channel without a session. It is a copy.
type Webhook struct {
	ID        types.Snowflake // is the author's id of its messages, and their webhook_id
	ChannelID types.Snowflake // where it writes
	GuildID   types.Snowflake // of the channel
	Name      string          // the author's name of its messages
	Token     string          // what whoever writes by it has to know
	Creator   types.Snowflake // who made it
}

// webhook is a webhook in the world.
type webhook struct {
	data    Webhook
	channel *channel
}

// WebhookMessage is what a webhook writes.
type WebhookMessage struct {
	MessageOptions // what any message can have

	Username string // the author's name in place of the webhook's, "" for that
}

// CreateWebhook makes a webhook of a channel of a guild by a user, and dispatches WEBHOOKS_UPDATE to those who may
// manage the webhooks of the channel; which ones there are, a client asks for. The error is ErrNotFound, ErrForbidden
// if the user may not or the channel is a thread or in no guild, or an *InputError for no name.
func (h ChannelHandle) CreateWebhook(by types.Snowflake, name string) (Webhook, error) {
	var made Webhook
	err := h.change(func(c *channel) error {
		switch {
		case c.guild == nil || c.isThread() || c.data.Type == types.ChannelTypeGuildCategory:
			return forbidden("make a webhook", "the channel has none")
		case !c.permissions(by).Has(types.PermissionViewChannel | types.PermissionManageWebhooks):
			return forbidden("make a webhook", "the user lacks the permission")
		case name == "":
			return wrong("name", "a webhook has one")
		}
		made = Webhook{
			ID: h.w.id(), ChannelID: h.id, GuildID: c.data.GuildID, Name: name, Token: h.w.ids.secret("webhook"), Creator: by,
		}
		h.w.webhooks[made.ID] = &webhook{data: made, channel: c}
		h.w.webhooksUpdate(c)
		h.audit(c, types.AuditLogActionTypeWebhookCreate, made.ID, nil, nil)
		return nil
	})
	return made, err
}

// RenameWebhook gives a webhook of the channel another name, and dispatches WEBHOOKS_UPDATE. Messages that there are
// keep the name. The error is ErrNotFound.
func (h ChannelHandle) RenameWebhook(id types.Snowflake, name string) error {
	return h.webhook(id, func(c *channel, hook *webhook) error {
		hook.data.Name = name
		h.w.webhooksUpdate(c)
		h.audit(c, types.AuditLogActionTypeWebhookUpdate, id, nil, nil)
		return nil
	})
}

// DeleteWebhook deletes a webhook of the channel, and dispatches WEBHOOKS_UPDATE. Its messages stay. The error is
// ErrNotFound.
func (h ChannelHandle) DeleteWebhook(id types.Snowflake) error {
	return h.webhook(id, func(c *channel, _ *webhook) error {
		delete(h.w.webhooks, id)
		h.w.webhooksUpdate(c)
		h.audit(c, types.AuditLogActionTypeWebhookDelete, id, nil, nil)
		return nil
	})
}

// Webhooks returns the webhooks of the channel, in the order of their ids. The error is ErrNotFound.
func (h ChannelHandle) Webhooks() ([]Webhook, error) {
	webhooks := []Webhook{}
	err := h.read(func(c *channel) error {
		for _, hook := range sorted(h.w.webhooks) {
			if hook.channel == c {
				webhooks = append(webhooks, hook.data)
			}
		}
		return nil
	})
	return webhooks, err
}

// ExecuteWebhook has a webhook write a message, and dispatches MESSAGE_CREATE with webhook_id to whoever can see the
// channel. Its author is no user of the world. The error is ErrNotFound, also for another token, for the
// message that is replied to and for stickers, or an *InputError for a message of nothing.
func (w *World) ExecuteWebhook(id types.Snowflake, token string, options WebhookMessage) (types.Message, error) {
	var sent types.Message
	err := w.change(func() error {
		hook := w.webhooks[id]
		if hook == nil || hook.data.Token != token {
			return missing("webhook", id)
		}
		author := &account{
			user: types.User{
				ID: id, Username: cmp.Or(options.Username, hook.data.Name), Discriminator: "0000", Bot: true,
			},
			read: map[types.Snowflake]types.Snowflake{},
		}
		m, err := w.compose(hook.channel, author, options.MessageOptions)
		if err != nil {
			return err
		}
		m.data.WebhookID = id
		sent = w.submit(hook.channel, m)
		return nil
	})
	return sent, err
}

// webhooksUpdate dispatches that the webhooks of a channel are others.
func (w *World) webhooksUpdate(c *channel) {
	w.toChannelBut(c.data.ID, "WEBHOOKS_UPDATE",
		&types.WebhooksUpdate{GuildID: c.data.GuildID, ChannelID: c.data.ID},
		only(c.guild.allowed(c, types.PermissionManageWebhooks)))
}

// dropWebhooks deletes the webhooks of channels that are deleted, without a word.
func (w *World) dropWebhooks(drop func(*channel) bool) {
	for id, hook := range w.webhooks {
		if drop(hook.channel) {
			delete(w.webhooks, id)
		}
	}
}

// webhook changes a webhook of the channel and delivers.
func (h ChannelHandle) webhook(id types.Snowflake, f func(*channel, *webhook) error) error {
	return h.change(func(c *channel) error {
		hook := h.w.webhooks[id]
		if hook == nil || hook.channel != c {
			return missing("webhook", id)
		}
		return f(c, hook)
	})
}
