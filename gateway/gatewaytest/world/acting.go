package world

import (
	"github.com/chorus-go/chorus/types"
)

// As returns a handle of the same guild, whose changes are those of a user. Whether the user may is not asked: a test
// says what happens. They are in the guild's audit log, of which GUILD_AUDIT_LOG_ENTRY_CREATE tells those who may see
// it, after the events of the change. Handles of channels that come from it are of the same user.
func (h GuildHandle) As(user types.Snowflake) GuildHandle {
	h.by = user
	return h
}

// As returns a handle of the same channel, whose changes are those of a user, as GuildHandle.As does. In groups and
// threads there is a message then that tells of the change: of a new name or icon, of who was added and who was
// removed.
func (h ChannelHandle) As(user types.Snowflake) ChannelHandle {
	h.by = user
	return h
}
