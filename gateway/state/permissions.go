package state

import (
	"time"

	"github.com/chorus-go/chorus/types"
)

// Permissions returns what a member may do in a channel or thread, at a moment with which the end of a timeout is
// compared; see [types.MemberPermissions]. It reports false if the channel, its guild, the member, or the channel of a
// thread is not known, and for private channels, which have no permissions.
func (s *State) Permissions(channel, user types.Snowflake, now time.Time) (types.Permissions, bool) {
	c := s.Channel(channel)
	if c == nil || c.GuildID == 0 {
		return 0, false
	}
	m, ok := s.permissions(c.GuildID, user, now)
	if !ok {
		return 0, false
	}
	if !isThread(c) {
		return m.Channel(c.Type, c.PermissionOverwrites), true
	}
	parent := s.Channel(c.ParentID)
	if parent == nil {
		return 0, false
	}
	return m.Thread(parent.PermissionOverwrites), true
}

// GuildPermissions returns what a member may do in a guild as a whole, as [State.Permissions] does in a channel.
func (s *State) GuildPermissions(guild, user types.Snowflake, now time.Time) (types.Permissions, bool) {
	m, ok := s.permissions(guild, user, now)
	if !ok {
		return 0, false
	}
	return m.Guild(), true
}

func (s *State) permissions(guild, user types.Snowflake, now time.Time) (types.MemberPermissions, bool) {
	g, member := s.Guild(guild), s.Member(guild, user)
	if g == nil || member == nil {
		return types.MemberPermissions{}, false
	}
	return types.MemberPermissions{
		GuildID: guild, OwnerID: g.OwnerID, Roles: g.Roles, UserID: user, Member: member, Now: now,
	}, true
}
