package world

import (
	"cmp"
	"iter"
	"slices"

	"github.com/chorus-go/chorus/gateway/gatewaytest/pubsub"
	"github.com/chorus-go/chorus/types"
)

// listSource is the world as the member lists ask it.
type listSource struct{ w *World }

// List says which member list is shown beside a channel.
func (l listSource) List(channel types.Snowflake) (pubsub.ListID, bool) {
	l.w.mu.Lock()
	defer l.w.mu.Unlock()
	c := l.w.channels[channel]
	if c == nil || c.guild == nil {
		return pubsub.ListID{}, false
	}
	return c.listID(), true
}

// listID returns the id of the list beside a channel of a guild; that of a thread is its channel's.
func (c *channel) listID() pubsub.ListID {
	overwrites := c.data.PermissionOverwrites
	if c.isThread() && c.parent != nil {
		overwrites = c.parent.data.PermissionOverwrites
	}
	return pubsub.ListID{Guild: c.data.GuildID, ID: types.MemberListID(overwrites)}
}

// Roles returns the hoisted roles that can see the channels of a list.
func (l listSource) Roles(list pubsub.ListID) []pubsub.ListRole {
	l.w.mu.Lock()
	defer l.w.mu.Unlock()
	var roles []pubsub.ListRole
	g, c := l.find(list)
	if c == nil {
		return nil
	}
	for _, role := range g.data.Roles {
		p := types.MemberPermissions{
			GuildID: g.data.ID, Roles: g.data.Roles, Member: &types.GuildMember{Roles: types.RoleIDs{role.ID}},
		}
		if role.Hoist && p.Channel(c.data.Type, c.data.PermissionOverwrites).Has(types.PermissionViewChannel) {
			roles = append(roles, pubsub.ListRole{ID: role.ID, Position: int(role.Position)})
		}
	}
	return roles
}

// Members yields everybody in a list, as it was when the loop began.
func (l listSource) Members(list pubsub.ListID) iter.Seq[pubsub.ListMember] {
	l.w.mu.Lock()
	defer l.w.mu.Unlock()
	var members []pubsub.ListMember
	g, c := l.find(list)
	if c != nil {
		for _, user := range keys(g.members) {
			if c.seenBy(user) {
				members = append(members, l.w.listMember(g, user))
			}
		}
	}
	return slices.Values(members)
}

// Member returns one member of a list.
func (l listSource) Member(list pubsub.ListID, user types.Snowflake) (pubsub.ListMember, bool) {
	l.w.mu.Lock()
	defer l.w.mu.Unlock()
	g, c := l.find(list)
	if c == nil || g.members[user] == nil || !c.seenBy(user) {
		return pubsub.ListMember{}, false
	}
	return l.w.listMember(g, user), true
}

// Counts returns how many members a guild has, and how many of them are online.
func (l listSource) Counts(guild types.Snowflake) (members, online int) {
	l.w.mu.Lock()
	defer l.w.mu.Unlock()
	g := l.w.guilds[guild]
	if g == nil {
		return 0, 0
	}
	return len(g.members), g.online
}

// find returns the guild of a list and one of its channels that is no thread, nil if there is none any longer.
func (l listSource) find(list pubsub.ListID) (*guild, *channel) {
	g := l.w.guilds[list.Guild]
	if g == nil {
		return nil, nil
	}
	// Voice channels have a condition of their own, so another one says better who sees the list.
	var found *channel
	for _, c := range g.channels {
		if c.isThread() || c.listID() != list {
			continue
		}
		if found == nil || cmp.Or(cmp.Compare(c.data.Type, found.data.Type), cmp.Compare(c.data.ID, found.data.ID)) < 0 {
			found = c
		}
	}
	return g, found
}

// listMember returns a member as member lists have them.
func (w *World) listMember(g *guild, user types.Snowflake) pubsub.ListMember {
	a, row := w.accounts[user], w.member(g, user)
	presence := a.presenceIn(0)
	presence.User = &types.User{ID: user}
	row.Presence = &presence
	row.Roles = slices.Clone(g.members[user].Roles)
	return pubsub.ListMember{
		UserID: user, Name: cmp.Or(row.Nick, a.user.GlobalName, a.user.Username), Roles: row.Roles,
		Online: a.isOnline(), Row: &row,
	}
}
