package state

import (
	"slices"

	"github.com/chorus-go/chorus/types"
)

// mentioned is a set of ids. When a role or a channel is gone, whoever refers to it has to change. Mostly nobody does;
// the set says so without a look at each member of a large guild.
type mentioned map[types.Snowflake]struct{}

// may says whether anybody may refer to what an event is about; 0 is an event that may be about anything.
func (m mentioned) may(about types.Snowflake) bool {
	if about == 0 {
		return true
	}
	_, ok := m[about]
	return ok
}

func (m mentioned) add(ids mentions) {
	for _, role := range ids.roles {
		m[role] = struct{}{}
	}
	for i := range ids.overwrites {
		// No event is about what refers to a user, and a channel that is made for one or two comes and goes.
		if ids.overwrites[i].Type != types.PermissionOverwriteTypeMember {
			m[ids.overwrites[i].ID] = struct{}{}
		}
	}
	if ids.parent != 0 {
		m[ids.parent] = struct{}{}
	}
}

// mentions are the ids to which an entity refers.
type mentions struct {
	roles      []types.Snowflake
	overwrites []types.PermissionOverwrite
	parent     types.Snowflake
}

func (m mentions) has(id types.Snowflake) bool {
	return m.parent == id || slices.Contains(m.roles, id) ||
		slices.ContainsFunc(m.overwrites, func(o types.PermissionOverwrite) bool { return o.ID == id })
}

// subject returns the id to which those refer whom an event changes because they refer to it; 0 for all other events.
func subject(event any) types.Snowflake {
	switch e := event.(type) {
	case *types.GuildRoleDelete:
		return e.RoleID
	case *types.ChannelDelete:
		return e.ID
	}
	return 0
}

// memberMentions returns the roles of a member.
func memberMentions(e *entry[types.GuildMember]) mentions {
	if c, ok := e.compact.(*compactMember); ok {
		return mentions{roles: c.roles}
	}
	return mentions{roles: e.full.Load().Roles}
}

// channelMentions returns what a channel is in, and whom its overwrites are for.
func channelMentions(e *entry[types.Channel]) mentions {
	if c, ok := e.compact.(*compactChannel); ok {
		return mentions{overwrites: c.overwrites, parent: c.parent}
	}
	v := e.full.Load()
	return mentions{overwrites: v.PermissionOverwrites, parent: v.ParentID}
}
