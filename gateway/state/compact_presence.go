package state

import "github.com/chorus-go/chorus/types"

// compactPresence is a presence without what only some servers and clients add.
type compactPresence struct {
	user       *entry[types.User] // nil if the presence has none
	guild, id  types.Snowflake
	status     types.StatusType
	activities []types.Activity
	clients    types.ClientStatus
}

type keptPresence struct {
	entry[types.Presence]
	presence compactPresence
}

// presenceEntry returns the entry of the presence, which is copied, of a user, who may be nil.
func presenceEntry(v *types.Presence, user *entry[types.User]) *entry[types.Presence] {
	c := compactPresence{
		user: user, guild: v.GuildID, id: v.UserID, status: v.Status, activities: v.Activities, clients: v.ClientStatus,
	}
	var again types.Presence
	c.expand(&again, func(*entry[types.User]) *types.User { return v.User })
	again.User = v.User // who is known may have come without
	if identical(&again, v) {
		k := &keptPresence{presence: c}
		k.compact = &k.presence
		return &k.entry
	}
	kept := *v
	kept.User = user.value()
	return whole(&kept)
}

func (c *compactPresence) expand(v *types.Presence, user expander) {
	*v = types.Presence{
		GuildID: c.guild, UserID: c.id, Status: c.status, Activities: c.activities, ClientStatus: c.clients,
	}
	if c.user != nil {
		v.User = user(c.user)
	}
}
