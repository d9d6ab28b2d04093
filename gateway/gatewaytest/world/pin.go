package world

import (
	"time"

	"github.com/chorus-go/chorus/gateway/gatewaytest/pubsub"
	"github.com/chorus-go/chorus/types"
)

// Pin pins a message by a user. It dispatches, to whoever can see the channel, MESSAGE_UPDATE, CHANNEL_PINS_UPDATE and
// the MESSAGE_CREATE of the message that tells of it. A message that is pinned stays it, without an event. The error is
// ErrNotFound, or ErrForbidden if the user may not send.
func (h ChannelHandle) Pin(user, id types.Snowflake) error {
	return h.message(id, func(c *channel, m *message) error {
		a, err := h.w.account(user)
		if err != nil {
			return err
		}
		if err := h.w.maySend(c, a, "pin a message"); err != nil || m.data.Pinned {
			return err
		}
		m.data.Pinned, c.data.LastPinTimestamp = true, now()
		h.w.pinned(c, m)
		notice := h.w.newMessage(c, a, types.MessageTypeChannelPinnedMessage, MessageOptions{})
		notice.data.MessageReference = &types.MessageReference{
			ChannelID: h.id, GuildID: c.data.GuildID, MessageID: id,
		}
		h.w.post(c, notice)
		return nil
	})
}

// Unpin is the opposite of Pin: it dispatches MESSAGE_UPDATE and CHANNEL_PINS_UPDATE. The error is ErrNotFound.
func (h ChannelHandle) Unpin(id types.Snowflake) error {
	return h.message(id, func(c *channel, m *message) error {
		if m.data.Pinned {
			m.data.Pinned = false
			h.w.pinned(c, m)
		}
		return nil
	})
}

// pinned dispatches that a message was pinned or unpinned. Spacebar does not say when the last one was pinned.
func (w *World) pinned(c *channel, m *message) {
	w.toChannel(c.data.ID, "MESSAGE_UPDATE", w.update(c, m))
	update := &types.ChannelPinsUpdate{GuildID: c.data.GuildID, ChannelID: c.data.ID}
	if w.options.Profile == Discord {
		update.LastPinTimestamp = types.Some(c.data.LastPinTimestamp)
	}
	w.toChannel(c.data.ID, "CHANNEL_PINS_UPDATE", update)
}

// Typing tells whoever can see the channel that a user is typing, by TYPING_START, but sessions that have ended it by
// Subscribe. The error is ErrNotFound, or ErrForbidden if the user may not send.
func (h ChannelHandle) Typing(user types.Snowflake) error {
	return h.change(func(c *channel) error {
		a, err := h.w.account(user)
		if err != nil {
			return err
		}
		if err := h.w.maySend(c, a, "type"); err != nil {
			return err
		}
		deaf := h.w.deaf(c.guild)
		h.w.toChannelBut(h.id, "TYPING_START", &types.TypingStart{
			ChannelID: h.id, GuildID: c.data.GuildID, UserID: user, Timestamp: types.UnixSecondsOf(time.Now()),
			Member: h.w.memberIn(c.guild, user),
		}, func(s *pubsub.State) bool { return !deaf[s.SessionID()] })
		return nil
	})
}
