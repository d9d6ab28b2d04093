package world

import (
	"slices"

	"github.com/chorus-go/chorus/types"
)

// role returns the place of a role in the guild's list, -1 if it is not there.
func (g *guild) role(id types.Snowflake) int {
	return slices.IndexFunc(g.data.Roles, func(r types.Role) bool { return r.ID == id })
}

// CreateRole adds a role, with an id if it has none, above those that there are if it has no position, and dispatches
// GUILD_ROLE_CREATE to all members. Nobody has it yet. The error is ErrNotFound, or an *InputError when there is a role
// with that id.
func (h GuildHandle) CreateRole(role types.Role) (types.Role, error) {
	err := h.change(func(g *guild) error {
		if role.ID == 0 {
			role.ID = h.w.id()
		}
		if g.role(role.ID) >= 0 {
			return wrong("id", "there is a role with id "+role.ID.String())
		}
		if role.Position == 0 {
			role.Position = int64(len(g.data.Roles))
		}
		g.data.Roles = append(slices.Clone(g.data.Roles), role)
		h.w.toGuild(h.id, "GUILD_ROLE_CREATE", &types.GuildRoleCreate{GuildID: h.id, Role: role}, nil)
		h.w.refreshLists(g)
		h.audit(types.AuditLogActionTypeRoleCreate, role.ID, nil, role)
		return nil
	})
	return role, err
}

// EditRole changes a role by a function, which is called as the package says, and dispatches GUILD_ROLE_UPDATE to all
// members. Whoever can see other channels than before is told. The id stays. @everyone is the role with the guild's id.
// The error is ErrNotFound or ErrConflict.
func (h GuildHandle) EditRole(id types.Snowflake, edit func(*types.Role)) error {
	var g *guild
	look := func() (*types.Role, error) {
		var err error
		if g, err = h.w.guild(h.id); err != nil {
			return nil, err
		}
		if g.role(id) < 0 {
			return nil, missing("role", id)
		}
		return &g.data.Roles[g.role(id)], nil
	}
	return edited(h.w, edit, look, func(changed types.Role) error {
		i, roles := g.role(id), slices.Clone(g.data.Roles)
		before := roles[i]
		changed.ID = id
		roles[i] = changed
		g.data.Roles = roles
		h.w.resee(g, nil, nil, func() {
			h.w.toGuild(h.id, "GUILD_ROLE_UPDATE", &types.GuildRoleUpdate{GuildID: h.id, Role: roles[i]}, nil)
		})
		h.w.refreshLists(g)
		h.audit(types.AuditLogActionTypeRoleUpdate, id, before, changed)
		return nil
	})
}

// DeleteRole deletes a role, takes it from all members and from the overwrites of all channels, and dispatches
// GUILD_ROLE_DELETE to all members; that they have it no longer follows from it. Whoever can see other channels than
// before is told. The error is ErrNotFound, or ErrForbidden for @everyone.
func (h GuildHandle) DeleteRole(id types.Snowflake) error {
	return h.change(func(g *guild) error {
		i := g.role(id)
		switch {
		case i < 0:
			return missing("role", id)
		case id == h.id:
			return forbidden("delete a role", "it is @everyone")
		}
		before := g.data.Roles[i]
		g.data.Roles = slices.Delete(slices.Clone(g.data.Roles), i, i+1)
		for user, member := range g.members {
			if slices.Contains(member.Roles, id) {
				g.members[user] = withRoles(member, without(member.Roles, id))
			}
		}
		for _, c := range g.channels {
			c.data.PermissionOverwrites = withoutOverwrite(c.data.PermissionOverwrites, id)
		}
		h.w.resee(g, nil, nil, func() {
			h.w.toGuild(h.id, "GUILD_ROLE_DELETE", &types.GuildRoleDelete{GuildID: h.id, RoleID: id}, nil)
		})
		h.w.refreshLists(g)
		h.audit(types.AuditLogActionTypeRoleDelete, id, before, nil)
		return nil
	})
}

// AddRole gives a member a role, as EditMember does. A role that the member has changes nothing and dispatches nothing.
func (h GuildHandle) AddRole(user, role types.Snowflake) error {
	member, err := h.memberRoles(user)
	if err != nil || slices.Contains(member, role) {
		return err
	}
	return h.EditMember(user, func(m *types.GuildMember) { m.Roles = append(without(m.Roles, role), role) })
}

// RemoveRole takes a role from a member, as EditMember does. A role that the member does not have changes nothing.
func (h GuildHandle) RemoveRole(user, role types.Snowflake) error {
	member, err := h.memberRoles(user)
	if err != nil || !slices.Contains(member, role) {
		return err
	}
	return h.EditMember(user, func(m *types.GuildMember) { m.Roles = without(m.Roles, role) })
}

// memberRoles returns the roles of a member without @everyone.
func (h GuildHandle) memberRoles(user types.Snowflake) (types.RoleIDs, error) {
	var roles types.RoleIDs
	err := h.read(func(g *guild) error {
		if g.members[user] == nil {
			return missing("member", user)
		}
		roles = g.members[user].Roles
		return nil
	})
	return roles, err
}

// withRoles returns a copy of a member with other roles.
func withRoles(member *types.GuildMember, roles types.RoleIDs) *types.GuildMember {
	changed := *member
	changed.Roles = roles
	return &changed
}

// without returns a copy of a list without an id.
func without[S ~[]types.Snowflake](ids S, id types.Snowflake) S {
	return slices.DeleteFunc(append(S{}, ids...), func(other types.Snowflake) bool { return other == id })
}

// withoutOverwrite returns a copy of a list of overwrites without that of a role or member.
func withoutOverwrite(overwrites []types.PermissionOverwrite, id types.Snowflake) []types.PermissionOverwrite {
	return slices.DeleteFunc(append([]types.PermissionOverwrite{}, overwrites...),
		func(o types.PermissionOverwrite) bool { return o.ID == id })
}
