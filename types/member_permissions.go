package types

import (
	"slices"
	"time"
)

// MemberPermissions is what the permissions of a member follow from. Guild works them out for the guild, Channel for a
// channel of it, Thread for a thread. They allocate nothing, and may be called from several goroutines as long as nobody
// writes to what Roles and Member refer to.
//
// Source: userdoccers topics/permissions.mdx.
type MemberPermissions struct {
	// GuildID is the id of the guild. The role with the same id is @everyone.
	GuildID Snowflake
	// OwnerID is the id of the guild's owner, who has every permission.
	OwnerID Snowflake
	// Roles are the roles of the guild in any order. A role of the member that is not among them gives nothing.
	Roles []Role
	// UserID is the id of the member. Without it, it is that of Member.User, or Member.UserID.
	UserID Snowflake
	// Member has the ids of the member's roles, with or without @everyone, the end of its timeout, and its flags. nil is a
	// member without roles.
	Member *GuildMember
	// Now is the moment that a timeout is compared with. With the zero time, every timeout that is set counts.
	Now time.Time
}

// readOnly is what a member in timeout has left.
const readOnly = PermissionViewChannel | PermissionReadMessageHistory

// quarantined are the flags of members whose name or tag breaks the guild's rules.
const quarantined = GuildMemberFlagAutoModQuarantinedName | GuildMemberFlagAutoModQuarantinedBio |
	GuildMemberFlagAutoModQuarantinedGuildTag

// needSendMessages is of no use to somebody who cannot send messages.
const needSendMessages = PermissionMentionEveryone | PermissionSendTTSMessages | PermissionAttachFiles |
	PermissionEmbedLinks

// Guild returns what the member may do in the guild as a whole: the permissions of @everyone and of the member's roles
// together, unknown bits included. The owner, and a member with PermissionAdministrator, have [PermissionsAll] and what
// unknown bits their roles have. A timeout leaves all others only PermissionViewChannel and
// PermissionReadMessageHistory, a quarantine PermissionChangeNickname besides.
func (m *MemberPermissions) Guild() Permissions {
	base, all := m.base()
	if all {
		return base
	}
	return base & m.limit()
}

// Channel returns what the member may do in a channel of the guild with these overwrites, unknown bits included. The
// overwrite of @everyone is applied to the permissions in the guild, then those of the member's roles, of which all that
// deny are applied before all that allow, then the member's own. Owner and administrators have what they have in the
// guild; a timeout is as in Guild, whatever overwrites allow.
//
// What a permission is of no use without counts as well: without PermissionViewChannel there is none at all; without
// PermissionSendMessages none to mention everyone, to send text-to-speech, to attach files or to embed links; and in
// voice and stage channels, which nobody gets into without PermissionConnect, only PermissionViewChannel without it.
//
// A thread has no overwrites of its own: use Thread.
func (m *MemberPermissions) Channel(kind ChannelType, overwrites []PermissionOverwrite) Permissions {
	return m.in(kind, overwrites, PermissionSendMessages)
}

// Thread returns what the member may do in a thread, whose parent, the channel it was made in, has these overwrites. It
// is what the member may do in the parent, but for PermissionSendMessages: that is not inherited, and
// PermissionSendMessagesInThreads has its place. Whether a member may see a private thread depends on more than that.
func (m *MemberPermissions) Thread(parentOverwrites []PermissionOverwrite) Permissions {
	return m.in(ChannelTypePublicThread, parentOverwrites, PermissionSendMessagesInThreads)
}

// in works out the permissions in a channel where messages need the permission send.
func (m *MemberPermissions) in(kind ChannelType, overwrites []PermissionOverwrite, send Permissions) Permissions {
	p, all := m.base()
	if all {
		return p
	}
	p = m.overwrite(p, overwrites) & m.limit()
	if !p.Has(PermissionViewChannel) {
		return 0
	}
	if (kind == ChannelTypeGuildVoice || kind == ChannelTypeGuildStageVoice) && !p.Has(PermissionConnect) {
		return PermissionViewChannel
	}
	if send != PermissionSendMessages {
		p = p.Remove(PermissionSendMessages)
	}
	if !p.Has(send) {
		p = p.Remove(needSendMessages)
	}
	return p
}

// base returns the permissions of all roles together, and whether nothing can take any away.
func (m *MemberPermissions) base() (Permissions, bool) {
	var p Permissions
	for i := range m.Roles {
		if role := &m.Roles[i]; m.hasRole(role.ID) {
			p = p.Add(role.Permissions)
		}
	}
	user := m.user()
	if p.Has(PermissionAdministrator) || user != 0 && user == m.OwnerID {
		return p | PermissionsAll, true
	}
	return p, false
}

// limit returns what a timeout or a quarantine leaves.
func (m *MemberPermissions) limit() Permissions {
	switch {
	case m.Member == nil:
		return ^Permissions(0)
	case m.Member.CommunicationDisabledUntil.Time().After(m.Now):
		return readOnly
	case m.Member.Flags&quarantined != 0:
		return readOnly | PermissionChangeNickname
	}
	return ^Permissions(0)
}

// overwrite applies the overwrites of a channel.
func (m *MemberPermissions) overwrite(p Permissions, overwrites []PermissionOverwrite) Permissions {
	var everyone, roles, member PermissionOverwrite
	user := m.user()
	for i := range overwrites {
		o := &overwrites[i]
		var to *PermissionOverwrite
		switch {
		// Some servers list @everyone among the roles of a member. It is still overwritten once, and before them.
		case o.Type == PermissionOverwriteTypeRole && o.ID == m.GuildID:
			to = &everyone
		case o.Type == PermissionOverwriteTypeRole && m.hasRole(o.ID):
			to = &roles
		case o.Type == PermissionOverwriteTypeMember && user != 0 && o.ID == user:
			to = &member
		default:
			continue
		}
		to.Allow, to.Deny = to.Allow|o.Allow, to.Deny|o.Deny
	}
	for _, o := range []PermissionOverwrite{everyone, roles, member} {
		p = p.Remove(o.Deny).Add(o.Allow)
	}
	return p
}

// hasRole says whether the member has a role; everybody has @everyone.
func (m *MemberPermissions) hasRole(id Snowflake) bool {
	return id == m.GuildID || m.Member != nil && slices.Contains(m.Member.Roles, id)
}

// user returns the id of the member, 0 if nothing tells it.
func (m *MemberPermissions) user() Snowflake {
	switch {
	case m.UserID != 0 || m.Member == nil:
		return m.UserID
	case m.Member.User != nil && m.Member.User.ID != 0:
		return m.Member.User.ID
	}
	return m.Member.UserID
}
