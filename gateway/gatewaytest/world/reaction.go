package world

import (
	"slices"

	"github.com/chorus-go/chorus/types"
)

// reaction is an emoji under a message and who has reacted with it.
type reaction struct {
	emoji types.Emoji
	users []types.Snowflake
}

// is says whether an emoji is that of the reaction: the one with the same id, or without one, with the same name.
func (r *reaction) is(emoji types.Emoji) bool {
	return r.emoji.ID == emoji.ID && (emoji.ID != 0 || r.emoji.Name == emoji.Name)
}

// reaction returns the place of a reaction under a message, -1 if there is none.
func (m *message) reaction(emoji types.Emoji) int {
	return slices.IndexFunc(m.reactions, func(r *reaction) bool { return r.is(emoji) })
}

// Unicode returns an emoji that is text, for the methods that take one.
func Unicode(text string) types.Emoji { return types.Emoji{Name: text} }

// bare returns an emoji as it is in events of reactions.
func bare(emoji types.Emoji) types.Emoji {
	return types.Emoji{ID: emoji.ID, Name: emoji.Name, Animated: emoji.Animated}
}

// AddReaction reacts to a message by a user and dispatches MESSAGE_REACTION_ADD to whoever can see the channel. A reaction
// that is there already changes nothing. The error is ErrNotFound, or ErrForbidden if the user may not react.
func (h ChannelHandle) AddReaction(id, user types.Snowflake, emoji types.Emoji) error {
	return h.message(id, func(c *channel, m *message) error {
		emoji = bare(emoji)
		i := m.reaction(emoji)
		need := types.PermissionViewChannel | types.PermissionReadMessageHistory
		if i < 0 {
			need |= types.PermissionAddReactions
		}
		if !c.seenBy(user) || !c.permissions(user).Has(need) {
			return forbidden("react", "the user lacks the permission")
		}
		if i < 0 {
			i = len(m.reactions)
			m.reactions = append(m.reactions, &reaction{emoji: emoji})
		}
		if slices.Contains(m.reactions[i].users, user) {
			return nil
		}
		m.reactions[i].users = append(m.reactions[i].users, user)
		add := &types.MessageReactionAdd{
			UserID: user, ChannelID: h.id, MessageID: id, GuildID: c.data.GuildID, Emoji: emoji,
			Member: h.w.memberIn(c.guild, user),
		}
		if h.w.options.Profile == Discord {
			add.MessageAuthorID = m.author.id()
		}
		h.w.toChannel(h.id, "MESSAGE_REACTION_ADD", add)
		return nil
	})
}

// RemoveReaction takes a user's reaction off a message and dispatches MESSAGE_REACTION_REMOVE to whoever can see the
// channel. The error is ErrNotFound.
func (h ChannelHandle) RemoveReaction(id, user types.Snowflake, emoji types.Emoji) error {
	return h.message(id, func(c *channel, m *message) error {
		i := m.reaction(emoji)
		if i < 0 || !slices.Contains(m.reactions[i].users, user) {
			return &NotFoundError{Kind: "reaction", ID: emoji.Name}
		}
		emoji = m.reactions[i].emoji
		m.reactions[i].users = without(m.reactions[i].users, user)
		if len(m.reactions[i].users) == 0 {
			m.reactions = slices.Delete(m.reactions, i, i+1)
		}
		h.w.toChannel(h.id, "MESSAGE_REACTION_REMOVE", &types.MessageReactionRemove{
			UserID: user, ChannelID: h.id, MessageID: id, GuildID: c.data.GuildID, Emoji: emoji,
		})
		return nil
	})
}

// ClearReaction takes one emoji off a message, whoever has reacted with it, and dispatches MESSAGE_REACTION_REMOVE_EMOJI
// to whoever can see the channel. The error is ErrNotFound.
func (h ChannelHandle) ClearReaction(id types.Snowflake, emoji types.Emoji) error {
	return h.message(id, func(c *channel, m *message) error {
		i := m.reaction(emoji)
		if i < 0 {
			return &NotFoundError{Kind: "reaction", ID: emoji.Name}
		}
		emoji = m.reactions[i].emoji
		m.reactions = slices.Delete(m.reactions, i, i+1)
		h.w.toChannel(h.id, "MESSAGE_REACTION_REMOVE_EMOJI", &types.MessageReactionRemoveEmoji{
			ChannelID: h.id, MessageID: id, GuildID: c.data.GuildID, Emoji: emoji,
		})
		return nil
	})
}

// ClearReactions takes all reactions off a message and dispatches MESSAGE_REACTION_REMOVE_ALL to whoever can see the
// channel. The error is ErrNotFound.
func (h ChannelHandle) ClearReactions(id types.Snowflake) error {
	return h.message(id, func(c *channel, m *message) error {
		m.reactions = nil
		h.w.toChannel(h.id, "MESSAGE_REACTION_REMOVE_ALL", &types.MessageReactionRemoveAll{
			ChannelID: h.id, MessageID: id, GuildID: c.data.GuildID,
		})
		return nil
	})
}
