package world

import (
	"maps"
	"slices"

	"github.com/chorus-go/chorus/types"
)

// invite is an invitation into a guild.
type invite struct {
	guild   *guild
	channel *channel
	data    types.InviteCreate
}

// CreateInvite makes an invitation to a channel of a guild by a user, and dispatches INVITE_CREATE: on Spacebar to those
// who may manage the guild, on Discord to those who may manage the channel. It never expires. The error is ErrNotFound,
// or ErrForbidden if the user may not or the channel is in no guild.
func (h ChannelHandle) CreateInvite(by types.Snowflake) (types.InviteCreate, error) {
	var data types.InviteCreate
	err := h.change(func(c *channel) error {
		a, err := h.w.account(by)
		switch {
		case err != nil:
			return err
		case c.guild == nil || c.isThread():
			return forbidden("invite", "the channel is in no guild")
		case !c.permissions(by).Has(types.PermissionViewChannel | types.PermissionCreateInstantInvite):
			return forbidden("invite", "the user lacks the permission")
		}
		user := a.public()
		data = types.InviteCreate{
			Code: h.w.ids.secret("invite"), ChannelID: h.id, GuildID: c.data.GuildID, Inviter: &user, CreatedAt: now(),
		}
		h.w.invites[data.Code] = &invite{guild: c.guild, channel: c, data: data}
		h.w.toGuild(data.GuildID, "INVITE_CREATE", &data, only(h.w.inviteReaders(c)))
		return nil
	})
	return data, err
}

// inviteReaders returns who is told of invitations to a channel.
func (w *World) inviteReaders(c *channel) map[types.Snowflake]bool {
	if w.options.Profile == Discord {
		return c.guild.allowed(c, types.PermissionManageChannels)
	}
	return c.guild.allowed(nil, types.PermissionManageGuild)
}

// Invite returns an invitation by its code, with how often it was used. The error is ErrNotFound.
func (w *World) Invite(code string) (types.InviteCreate, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if i := w.invites[code]; i != nil {
		return i.data, nil
	}
	return types.InviteCreate{}, &NotFoundError{Kind: "invite", ID: code}
}

// DeleteInvite deletes an invitation and dispatches INVITE_DELETE to those whom CreateInvite tells. The error is
// ErrNotFound.
func (w *World) DeleteInvite(code string) error {
	return w.change(func() error {
		i := w.invites[code]
		if i == nil {
			return &NotFoundError{Kind: "invite", ID: code}
		}
		delete(w.invites, code)
		w.toGuild(i.data.GuildID, "INVITE_DELETE", &types.InviteDelete{
			Code: code, ChannelID: i.data.ChannelID, GuildID: i.data.GuildID,
		}, only(w.inviteReaders(i.channel)))
		return nil
	})
}

// AcceptInvite makes a user a member of the guild of an invitation, as GuildHandle.Join does, and returns a handle of the
// guild. The error is ErrNotFound, or ErrForbidden for somebody who is banned.
func (w *World) AcceptInvite(user types.Snowflake, code string) (GuildHandle, error) {
	handle := GuildHandle{w: w}
	err := w.change(func() error {
		i := w.invites[code]
		if i == nil {
			return &NotFoundError{Kind: "invite", ID: code}
		}
		if err := w.admit(i.guild, user); err != nil {
			return err
		}
		i.data.Uses++
		handle.id = i.guild.data.ID
		return nil
	})
	return handle, err
}

// Invites returns the invitations into the guild, in the order of their codes. The error is ErrNotFound.
func (h GuildHandle) Invites() ([]types.InviteCreate, error) {
	invites := []types.InviteCreate{}
	err := h.read(func(g *guild) error {
		for _, code := range slices.Sorted(maps.Keys(h.w.invites)) {
			if i := h.w.invites[code]; i.guild == g {
				invites = append(invites, i.data)
			}
		}
		return nil
	})
	return invites, err
}
