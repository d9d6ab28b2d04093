package world

import (
	"maps"
	"slices"
	"time"

	"github.com/chorus-go/chorus/types"
)

// invite is an invitation into a guild.
type invite struct {
	guild   *guild
	channel *channel
	data    types.InviteCreate
	ends    time.Time // when it expires, zero for never
}

// InviteOptions are what an invitation is made with. The zero value is one that never expires.
type InviteOptions struct {
	MaxAge  time.Duration // after which it expires, in whole seconds; 0 for never
	MaxUses int           // how many can join by it, 0 for all
}

// CreateInvite makes an invitation that never expires, as NewInvite does.
func (h ChannelHandle) CreateInvite(by types.Snowflake) (types.InviteCreate, error) {
	return h.NewInvite(by, InviteOptions{})
}

// NewInvite makes an invitation to a channel of a guild by a user, and dispatches INVITE_CREATE: on Spacebar to those
// who may manage the guild, on Discord to those who may manage the channel. When it expires or is used for the last
// time it is deleted, as DeleteInvite does; one that is too old is deleted by the next change of the world, before it,
// and cannot be found from its age on. The error is ErrNotFound, ErrForbidden if the user may not or the channel is in
// no guild, or an *InputError for a negative number.
func (h ChannelHandle) NewInvite(by types.Snowflake, options InviteOptions) (types.InviteCreate, error) {
	var data types.InviteCreate
	err := h.change(func(c *channel) error {
		a, err := h.w.account(by)
		switch {
		case err != nil:
			return err
		case options.MaxAge < 0 || options.MaxUses < 0:
			return wrong("max_age", "it is negative, or max_uses is")
		case c.guild == nil || c.isThread():
			return forbidden("invite", "the channel is in no guild")
		case !c.permissions(by).Has(types.PermissionViewChannel | types.PermissionCreateInstantInvite):
			return forbidden("invite", "the user lacks the permission")
		}
		user, age := a.public(), options.MaxAge.Truncate(time.Second)
		data = types.InviteCreate{
			Code: h.w.ids.secret("invite"), ChannelID: h.id, GuildID: c.data.GuildID, Inviter: &user, CreatedAt: now(),
			MaxAge: int64(age.Seconds()), MaxUses: int64(options.MaxUses),
		}
		made := &invite{guild: c.guild, channel: c}
		if age > 0 {
			made.ends = time.Now().Add(age)
			data.ExpiresAt = types.TimestampOf(made.ends)
			h.w.due(made.ends)
		}
		made.data = data
		h.w.invites[data.Code] = made
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
	if i := w.invites[code]; i != nil && !i.expired(time.Now()) {
		return i.data, nil
	}
	return types.InviteCreate{}, &NotFoundError{Kind: "invite", ID: code}
}

// expired says whether an invitation is too old.
func (i *invite) expired(now time.Time) bool { return !i.ends.IsZero() && !now.Before(i.ends) }

// DeleteInvite deletes an invitation and dispatches INVITE_DELETE to those whom CreateInvite tells. The error is
// ErrNotFound.
func (w *World) DeleteInvite(code string) error {
	return w.change(func() error {
		i := w.invites[code]
		if i == nil {
			return &NotFoundError{Kind: "invite", ID: code}
		}
		w.dropInvite(i)
		return nil
	})
}

// dropInvite deletes an invitation.
func (w *World) dropInvite(i *invite) {
	delete(w.invites, i.data.Code)
	w.toGuild(i.data.GuildID, "INVITE_DELETE", &types.InviteDelete{
		Code: i.data.Code, ChannelID: i.data.ChannelID, GuildID: i.data.GuildID,
	}, only(w.inviteReaders(i.channel)))
}

// AcceptInvite makes a user a member of the guild of an invitation, as GuildHandle.Join does, and returns a handle of
// the guild. Somebody who is a member already does not use it up. After its last use it is deleted. The error is
// ErrNotFound, or ErrForbidden for somebody who is banned.
func (w *World) AcceptInvite(user types.Snowflake, code string) (GuildHandle, error) {
	handle := GuildHandle{w: w}
	err := w.change(func() error {
		i := w.invites[code]
		if i == nil {
			return &NotFoundError{Kind: "invite", ID: code}
		}
		before := len(i.guild.members)
		if err := w.admit(i.guild, user); err != nil {
			return err
		}
		i.data.Uses += int64(len(i.guild.members) - before)
		if i.data.MaxUses > 0 && i.data.Uses >= i.data.MaxUses {
			w.dropInvite(i)
		}
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
			if i := h.w.invites[code]; i.guild == g && !i.expired(time.Now()) {
				invites = append(invites, i.data)
			}
		}
		return nil
	})
	return invites, err
}
