package state

import (
	"slices"

	"github.com/chorus-go/chorus/types"
)

// compactMember is a member with roles and maybe a nick.
type compactMember struct {
	user                *entry[types.User] // nil if the member has none
	nick                string
	roles               types.RoleIDs
	joined, premium     types.Timestamp
	flags               uint32
	deaf, mute, pending bool
	named               bool // the user's id stands beside the user
}

type keptMember struct {
	entry[types.GuildMember]
	member compactMember
}

// memberEntry returns the entry of a member who is a user, who may be nil: old, which may be nil too, if that is the
// same. The member itself may be on its way to somewhere else, and is copied.
func memberEntry(
	v *types.GuildMember, user *entry[types.User], old *entry[types.GuildMember],
) *entry[types.GuildMember] {
	c := compactMember{
		user: user, nick: v.Nick, roles: v.Roles, joined: v.JoinedAt, premium: v.PremiumSince, flags: uint32(v.Flags),
		deaf: v.Deaf, mute: v.Mute, pending: v.Pending, named: v.User != nil && v.UserID != 0 && v.UserID == v.User.ID,
	}
	var again types.GuildMember
	c.expand(&again, func(*entry[types.User]) *types.User { return v.User })
	again.User = v.User // who is known may have come without
	if identical(&again, v) {
		if old != nil {
			if known, ok := old.compact.(*compactMember); ok && known.equal(&c) {
				return old
			}
		}
		k := &keptMember{member: c}
		k.compact = &k.member
		return &k.entry
	}
	kept := *v
	kept.User = user.value()
	return whole(&kept)
}

// equal says whether two members are the same in every field.
func (c *compactMember) equal(d *compactMember) bool {
	return c.user == d.user && c.nick == d.nick &&
		slices.Equal(c.roles, d.roles) && (c.roles == nil) == (d.roles == nil) &&
		c.joined == d.joined && c.premium == d.premium && c.flags == d.flags &&
		c.deaf == d.deaf && c.mute == d.mute && c.pending == d.pending && c.named == d.named
}

func (c *compactMember) expand(v *types.GuildMember, user expander) {
	*v = types.GuildMember{
		Nick: c.nick, Roles: c.roles, JoinedAt: c.joined, PremiumSince: c.premium,
		Flags: types.GuildMemberFlags(c.flags), Deaf: c.deaf, Mute: c.mute, Pending: c.pending,
	}
	if c.user == nil {
		return
	}
	if v.User = user(c.user); c.named && v.User != nil {
		v.UserID = v.User.ID
	}
}
