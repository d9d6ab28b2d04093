package world

import (
	"slices"

	"github.com/chorus-go/chorus/types"
)

// maxGroup is how many people a group can have.
const maxGroup = 10

// isRecipient says whether a user is in a private channel.
func (c *channel) isRecipient(user types.Snowflake) bool {
	return slices.ContainsFunc(c.recipients, func(a *account) bool { return a.id() == user })
}

// private returns a private channel as a user sees it, whom it does not list among the recipients; 0 sees all.
func (c *channel) private(viewer types.Snowflake) types.Channel {
	data := c.data
	data.Recipients = []types.User{}
	for _, a := range c.recipients {
		if a.id() != viewer {
			data.Recipients = append(data.Recipients, a.public())
		}
	}
	return data
}

// OpenDM opens the direct messages of a user with another, making the channel if there is none, and dispatches
// CHANNEL_CREATE to the user who opens them. The other one is told by the first message. If they are open already,
// nothing is dispatched. A bot of the Discord profile gets the messages, but is never told of private channels. The
// error is ErrNotFound, or an *InputError for two times the same user.
func (w *World) OpenDM(user, with types.Snowflake) (ChannelHandle, error) {
	handle := ChannelHandle{w: w}
	err := w.change(func() error {
		a, err := w.account(user)
		if err != nil {
			return err
		}
		b, err := w.account(with)
		if err != nil {
			return err
		}
		if a == b {
			return wrong("recipient_id", "nobody has direct messages with themselves")
		}
		c := w.dm(a, b)
		if c == nil {
			c = w.newPrivate(types.ChannelTypeDM, a, b)
		}
		w.open(c, a)
		handle.id = c.data.ID
		return nil
	})
	return handle, err
}

// dm returns the direct messages of two users, nil if they have none.
func (w *World) dm(a, b *account) *channel {
	for _, c := range w.channels {
		if c.data.Type == types.ChannelTypeDM && c.isRecipient(a.id()) && c.isRecipient(b.id()) {
			return c
		}
	}
	return nil
}

// newPrivate makes a private channel that nobody has open.
func (w *World) newPrivate(kind types.ChannelType, recipients ...*account) *channel {
	c := &channel{
		data:       types.Channel{ID: w.id(), Type: kind},
		messages:   map[types.Snowflake]*message{},
		recipients: recipients,
		open:       map[types.Snowflake]bool{},
	}
	w.channels[c.data.ID] = c
	return c
}

// open puts a private channel into the list of one of its recipients.
func (w *World) open(c *channel, a *account) {
	if c.open[a.id()] {
		return
	}
	c.open[a.id()] = true
	a.private[c.data.ID] = c
	w.subscribe(a.id(), c)
	if w.keepsPrivate(a) {
		return
	}
	data := c.private(a.id())
	// Spacebar lists both sides of direct messages when they are made.
	if w.options.Profile == Spacebar && c.data.Type == types.ChannelTypeDM {
		data = c.private(0)
	}
	w.toPrivate(a.id(), "CHANNEL_CREATE", &types.ChannelCreate{Channel: data})
	if c.call != nil && !a.user.Bot {
		w.toPrivate(a.id(), "CALL_CREATE", c.callCreate())
	}
}

// keepsPrivate says whether a user is told nothing of private channels but what happens in them. So are the bots of
// Discord, since version 8 of its gateway: they learn of direct messages by the messages.
func (w *World) keepsPrivate(a *account) bool { return a.user.Bot && w.options.Profile == Discord }

// toRecipients dispatches to those recipients of a private channel who are told of private channels.
func (w *World) toRecipients(c *channel, event string, payload any) {
	users := map[types.Snowflake]bool{}
	for _, a := range c.recipients {
		users[a.id()] = !w.keepsPrivate(a)
	}
	w.toChannelBut(c.data.ID, event, payload, only(users))
}

// openForAll opens a private channel for those who have closed it, as before a message.
func (w *World) openForAll(c *channel) {
	for _, a := range c.recipients {
		w.open(c, a)
	}
}

// close takes a private channel out of the list of one of its recipients.
func (w *World) close(c *channel, a *account) {
	if !c.open[a.id()] {
		return
	}
	w.quitCall(c, a.id())
	if !w.keepsPrivate(a) {
		w.toPrivate(a.id(), "CHANNEL_DELETE", &types.ChannelDelete{Channel: c.private(a.id())})
	}
	w.unsubscribe(a.id(), c)
	delete(c.open, a.id())
	delete(a.private, c.data.ID)
}

// Close closes direct messages for one of the two, who gets CHANNEL_DELETE. The next message opens them again. The
// error is ErrNotFound, or ErrForbidden for another channel.
func (h ChannelHandle) Close(user types.Snowflake) error {
	return h.change(func(c *channel) error {
		a, err := h.w.account(user)
		switch {
		case err != nil:
			return err
		case c.data.Type != types.ChannelTypeDM || !c.isRecipient(user):
			return forbidden("close the channel", "it is not one of the user's direct messages")
		}
		h.w.close(c, a)
		return nil
	})
}

// AddGroup makes a group of a user, who owns it, with others, and dispatches CHANNEL_CREATE to all of them. The error
// is ErrNotFound, or an *InputError for more than ten people or for one of them twice.
func (w *World) AddGroup(owner types.Snowflake, others ...types.Snowflake) (ChannelHandle, error) {
	handle := ChannelHandle{w: w}
	err := w.change(func() error {
		if len(others) >= maxGroup {
			return wrong("recipients", "a group has ten people at most")
		}
		var recipients []*account
		for _, id := range append([]types.Snowflake{owner}, others...) {
			a, err := w.account(id)
			if err != nil {
				return err
			}
			if slices.Contains(recipients, a) {
				return wrong("recipients", "a user is there twice")
			}
			recipients = append(recipients, a)
		}
		c := w.newPrivate(types.ChannelTypeGroupDM, recipients...)
		c.data.OwnerID = owner
		w.openForAll(c)
		handle.id = c.data.ID
		return nil
	})
	return handle, err
}

// AddRecipient adds a user to a group. It dispatches CHANNEL_RECIPIENT_ADD to those who are in it, and CHANNEL_CREATE
// to the user. Somebody who is in it already changes nothing. The error is ErrNotFound, ErrForbidden for a channel that
// is no group, or an *InputError for a full one.
func (h ChannelHandle) AddRecipient(user types.Snowflake) error {
	return h.group(user, func(c *channel, a *account) error {
		if c.isRecipient(user) {
			return nil
		}
		if len(c.recipients) >= maxGroup {
			return wrong("recipients", "a group has ten people at most")
		}
		h.w.toRecipients(c, "CHANNEL_RECIPIENT_ADD", &types.ChannelRecipientAdd{ChannelID: h.id, User: a.public()})
		c.recipients = append(slices.Clone(c.recipients), a)
		h.w.open(c, a)
		if by := h.w.accounts[h.by]; by != nil {
			h.w.notify(c, by, types.MessageTypeRecipientAdd, "", a)
		}
		return nil
	})
}

// RemoveRecipient takes a user out of a group, or lets the user leave it. It dispatches CHANNEL_DELETE to the user and
// CHANNEL_RECIPIENT_REMOVE to the others, and when the owner is gone, CHANNEL_UPDATE with the next one. The error is
// ErrNotFound, or ErrForbidden for a channel that is no group.
func (h ChannelHandle) RemoveRecipient(user types.Snowflake) error {
	return h.group(user, func(c *channel, a *account) error {
		if !c.isRecipient(user) {
			return missing("recipient", user)
		}
		h.w.close(c, a)
		c.recipients = slices.DeleteFunc(slices.Clone(c.recipients), func(other *account) bool { return other == a })
		h.w.toRecipients(c, "CHANNEL_RECIPIENT_REMOVE", &types.ChannelRecipientRemove{ChannelID: h.id, User: a.public()})
		if c.data.OwnerID == user && len(c.recipients) > 0 {
			c.data.OwnerID = c.recipients[0].id()
			h.w.privateUpdate(c)
		}
		if by := h.w.accounts[h.by]; by != nil {
			h.w.notify(c, by, types.MessageTypeRecipientRemove, "", a)
		}
		return nil
	})
}

// group changes who is in a group.
func (h ChannelHandle) group(user types.Snowflake, f func(*channel, *account) error) error {
	return h.change(func(c *channel) error {
		a, err := h.w.account(user)
		if err != nil {
			return err
		}
		if c.data.Type != types.ChannelTypeGroupDM {
			return forbidden("change the recipients", "the channel is no group")
		}
		return f(c, a)
	})
}

// privateUpdate dispatches CHANNEL_UPDATE of a private channel to each recipient as they see it.
func (w *World) privateUpdate(c *channel) {
	for _, a := range c.recipients {
		if c.open[a.id()] && !w.keepsPrivate(a) {
			w.toPrivate(a.id(), "CHANNEL_UPDATE", &types.ChannelUpdate{Channel: c.private(a.id())})
		}
	}
}
