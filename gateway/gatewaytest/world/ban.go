package world

import (
	"slices"
	"time"

	"github.com/chorus-go/chorus/types"
)

// maxPurge is how far back a ban deletes messages at most.
const maxPurge = 7 * 24 * time.Hour

// BanOptions are what a ban does besides.
type BanOptions struct {
	// DeleteMessages is how far back the messages of the user are deleted, 0 for none, up to seven days.
	DeleteMessages time.Duration
}

// Ban bans a user, who is a member or not: it dispatches what Kick dispatches, and GUILD_BAN_ADD to those who may ban
// members. Somebody who is banned already stays it, without an event. The error is ErrNotFound, or ErrForbidden for the
// owner.
func (h GuildHandle) Ban(user types.Snowflake) error { return h.BanWith(user, BanOptions{}) }

// BanWith is Ban, and deletes messages of the user: after the events of the ban, those who can see a channel get
// MESSAGE_DELETE_BULK, or MESSAGE_DELETE if it is one message. The error is that of Ban, or an *InputError for more
// than seven days.
func (h GuildHandle) BanWith(user types.Snowflake, options BanOptions) error {
	return h.change(func(g *guild) error {
		a, err := h.w.account(user)
		switch {
		case err != nil:
			return err
		case user == g.data.OwnerID:
			return forbidden("ban", "the user owns the guild")
		case options.DeleteMessages < 0 || options.DeleteMessages > maxPurge:
			return wrong("delete_message_seconds", "it is not between 0 and seven days")
		case g.bans[user]:
			return nil
		}
		if g.members[user] != nil {
			h.w.remove(g, a)
		}
		g.bans[user] = true
		h.w.toGuild(h.id, "GUILD_BAN_ADD", &types.GuildBanAdd{
			GuildID: h.id, User: a.public(), DeleteMessageSecs: int64(options.DeleteMessages.Seconds()),
		}, only(g.allowed(nil, types.PermissionBanMembers)))
		h.audit(types.AuditLogActionTypeMemberBanAdd, user, nil, nil)
		if options.DeleteMessages > 0 {
			h.w.purge(g, a, time.Now().Add(-options.DeleteMessages))
		}
		return nil
	})
}

// purge deletes the messages that a user has sent since a moment.
func (w *World) purge(g *guild, a *account, since time.Time) {
	for _, c := range sorted(g.channels) {
		var gone []types.Snowflake
		for _, m := range sorted(c.messages) {
			if m.author == a && !m.data.Timestamp.Time().Before(since) {
				gone = append(gone, m.data.ID)
				delete(c.messages, m.data.ID)
			}
		}
		switch len(gone) {
		case 0:
		case 1:
			w.toChannel(c.data.ID, "MESSAGE_DELETE", &types.MessageDelete{
				ID: gone[0], ChannelID: c.data.ID, GuildID: g.data.ID,
			})
		default:
			w.toChannel(c.data.ID, "MESSAGE_DELETE_BULK", &types.MessageDeleteBulk{
				IDs: slices.Clip(gone), ChannelID: c.data.ID, GuildID: g.data.ID,
			})
		}
	}
}

// Unban lifts a ban and dispatches GUILD_BAN_REMOVE to those who may ban members. The error is ErrNotFound.
func (h GuildHandle) Unban(user types.Snowflake) error {
	return h.change(func(g *guild) error {
		a, err := h.w.account(user)
		if err != nil {
			return err
		}
		if !g.bans[user] {
			return missing("ban", user)
		}
		delete(g.bans, user)
		h.w.toGuild(h.id, "GUILD_BAN_REMOVE", &types.GuildBanRemove{GuildID: h.id, User: a.public()},
			only(g.allowed(nil, types.PermissionBanMembers)))
		h.audit(types.AuditLogActionTypeMemberBanRemove, user, nil, nil)
		return nil
	})
}
