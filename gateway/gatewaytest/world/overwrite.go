package world

import (
	"github.com/chorus-go/chorus/types"
)

// SetOverwrite sets what a channel allows and denies a role or a member, in place of what it did. Those who see the
// channel before and after get CHANNEL_UPDATE, those who do not any longer CHANNEL_DELETE, and those who do now
// CHANNEL_CREATE, with who is in its voice, and its threads. The error is ErrNotFound, also for a role that the guild
// does not have, or ErrForbidden for a thread or a private channel.
func (h ChannelHandle) SetOverwrite(overwrite types.PermissionOverwrite) error {
	return h.overwrite(types.AuditLogActionTypeChannelOverwriteUpdate, func(
		c *channel,
	) ([]types.PermissionOverwrite, error) {
		if overwrite.Type == types.PermissionOverwriteTypeRole && c.guild.role(overwrite.ID) < 0 {
			return nil, missing("role", overwrite.ID)
		}
		return append(withoutOverwrite(c.data.PermissionOverwrites, overwrite.ID), overwrite), nil
	})
}

// DeleteOverwrite removes what a channel allows and denies a role or a member, and dispatches as SetOverwrite does. The
// error is ErrNotFound, also if there was nothing.
func (h ChannelHandle) DeleteOverwrite(id types.Snowflake) error {
	return h.overwrite(types.AuditLogActionTypeChannelOverwriteDelete, func(
		c *channel,
	) ([]types.PermissionOverwrite, error) {
		left := withoutOverwrite(c.data.PermissionOverwrites, id)
		if len(left) == len(c.data.PermissionOverwrites) {
			return nil, missing("overwrite", id)
		}
		return left, nil
	})
}

// overwrite replaces the overwrites of a channel, which is a deed of that kind.
func (h ChannelHandle) overwrite(
	deed types.AuditLogActionType, f func(*channel) ([]types.PermissionOverwrite, error),
) error {
	return h.change(func(c *channel) error {
		if c.guild == nil || c.isThread() {
			return forbidden("set an overwrite", "only channels of guilds have them")
		}
		overwrites, err := f(c)
		if err != nil {
			return err
		}
		before := c.data
		c.data.PermissionOverwrites = overwrites
		h.w.resee(c.guild, nil, c.family(), func() { h.w.channelUpdate(c) })
		id := c.data.ID
		h.w.later(func() { h.w.report(nil, h.w.topics.lists.UpdateChannel(id)) })
		h.audit(c, deed, id, before, c.data)
		return nil
	})
}
