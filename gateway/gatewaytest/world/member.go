package world

import (
	"slices"

	"github.com/chorus-go/chorus/types"
)

// Join makes a user a member. It dispatches GUILD_MEMBER_ADD to the members that there are, and then GUILD_CREATE to
// the user, who gets the events of the guild from then on; with Options.Welcome, a message in the system channel
// follows. Somebody who is a member already stays it, without an event. The error is ErrNotFound, or ErrForbidden for
// somebody who is banned.
func (h GuildHandle) Join(user types.Snowflake) error {
	return h.change(func(g *guild) error { return h.w.admit(g, user) })
}

// admit is Join with the lock held.
func (w *World) admit(g *guild, user types.Snowflake) error {
	a, err := w.account(user)
	switch {
	case err != nil:
		return err
	case g.bans[user]:
		return forbidden("join", "the user is banned from the guild")
	case g.members[user] == nil:
		w.join(g, a)
	}
	return nil
}

// join makes an account a member and lets its sessions in.
func (w *World) join(g *guild, a *account) {
	user := a.id()
	g.members[user] = &types.GuildMember{Roles: types.RoleIDs{}, JoinedAt: now()}
	a.guilds[g.data.ID] = g
	g.countOnline(a.isOnline(), 1)
	w.toGuild(g.data.ID, "GUILD_MEMBER_ADD", &types.GuildMemberAdd{
		GuildMember: w.member(g, user), GuildID: g.data.ID,
	}, nil)
	w.refreshMember(g, user)
	if len(a.sessions) > 0 {
		g.open(user)
	}
	for _, s := range a.sessions {
		if s.state.Holds(g.data.ID) {
			w.toSession(s, "GUILD_CREATE", w.guildCreate(g, s))
			w.enter(s, g)
		}
	}
	w.welcome(g, a)
}

// open begins to keep what a member can see.
func (g *guild) open(user types.Snowflake) {
	if g.sight[user] != nil {
		return
	}
	g.sight[user] = map[types.Snowflake]bool{}
	for _, c := range g.visible(user) {
		g.sight[user][c.data.ID] = true
	}
}

// enter subscribes a session to a guild and the channels of it that can be seen.
func (w *World) enter(s *session, g *guild) {
	id, user := g.data.ID, s.account.id()
	channels := keys(g.sight[user])
	w.later(func() {
		if !w.outbox.ready[s.id] {
			return
		}
		// A session that has ended in the meantime needs no subscription.
		_ = w.topics.guilds.Sub(id, s.id)
		for _, channel := range channels {
			_ = w.topics.channels.Sub(channel, s.id)
		}
	})
}

// Leave ends a user's membership. It dispatches GUILD_DELETE to the user, who gets nothing of the guild from then on,
// and GUILD_MEMBER_REMOVE to the other members. The error is ErrNotFound, or ErrForbidden for the owner.
func (h GuildHandle) Leave(user types.Snowflake) error {
	return h.change(func(g *guild) error { return h.w.expel(g, user, "leave") })
}

// Kick is Leave, as it is seen from outside: it dispatches the same.
func (h GuildHandle) Kick(user types.Snowflake) error {
	return h.change(func(g *guild) error {
		if err := h.w.expel(g, user, "kick"); err != nil {
			return err
		}
		h.audit(types.AuditLogActionTypeMemberKick, user, nil, nil)
		return nil
	})
}

// expel ends a membership that there is.
func (w *World) expel(g *guild, user types.Snowflake, action string) error {
	a, err := w.account(user)
	switch {
	case err != nil:
		return err
	case g.members[user] == nil:
		return missing("member", user)
	case user == g.data.OwnerID:
		return forbidden(action, "the user owns the guild")
	}
	w.remove(g, a)
	return nil
}

// remove ends a membership and all that hangs on it.
func (w *World) remove(g *guild, a *account) {
	user, id := a.id(), g.data.ID
	w.leaveVoice(g, user)
	for _, c := range sorted(g.channels) {
		if c.threadMembers[user] != nil {
			w.leaveThread(c, user)
		}
	}
	for _, p := range sorted(g.plans) {
		if p.interested[user] {
			w.dropInterest(p, user)
		}
	}
	w.toMember(id, user, "GUILD_DELETE", &types.GuildDelete{UnavailableGuild: types.UnavailableGuild{ID: id}})
	channels := keys(g.sight[user])
	delete(g.sight, user)
	w.later(func() {
		for _, s := range w.topics.guilds.UnsubUser(id, user) {
			for _, channel := range channels {
				w.topics.channels.Unsub(channel, s.SessionID())
			}
			w.report(nil, w.topics.lists.UnsubGuild(id, s.SessionID()))
		}
	})
	delete(g.members, user)
	delete(a.guilds, id)
	g.countOnline(a.isOnline(), -1)
	w.toGuild(id, "GUILD_MEMBER_REMOVE", &types.GuildMemberRemove{GuildID: id, User: a.public()}, nil)
	w.refreshMember(g, user)
}

// EditMember changes a member by a function, which is called as the package says, and dispatches GUILD_MEMBER_UPDATE to
// all members. When roles or a timeout change what the member can see, the member is told. The error is ErrNotFound,
// also for a role that the guild does not have, or ErrConflict.
func (h GuildHandle) EditMember(user types.Snowflake, edit func(*types.GuildMember)) error {
	var g *guild
	look := func() (*types.GuildMember, error) {
		var err error
		if g, err = h.w.guild(h.id); err != nil {
			return nil, err
		}
		if g.members[user] == nil {
			return nil, missing("member", user)
		}
		return g.members[user], nil
	}
	return edited(h.w, edit, look, func(changed types.GuildMember) error {
		changed.User, changed.UserID, changed.JoinedAt = nil, 0, g.members[user].JoinedAt
		changed.Roles = slices.Clone(changed.Roles)
		for _, role := range changed.Roles {
			if g.role(role) < 0 {
				return missing("role", role)
			}
		}
		before := *g.members[user]
		g.members[user] = &changed
		h.w.resee(g, []types.Snowflake{user}, nil, func() {
			h.w.toGuild(h.id, "GUILD_MEMBER_UPDATE", h.w.memberUpdate(g, user), nil)
		})
		h.w.refreshMember(g, user)
		deed := types.AuditLogActionTypeMemberUpdate
		if !slices.Equal(before.Roles, changed.Roles) {
			deed = types.AuditLogActionTypeMemberRoleUpdate
		}
		h.audit(deed, user, before, changed)
		return nil
	})
}

// SetNick gives a member a nickname, or takes it with "", as EditMember does.
func (h GuildHandle) SetNick(user types.Snowflake, nick string) error {
	return h.EditMember(user, func(m *types.GuildMember) { m.Nick = nick })
}

// Member returns a member as payloads have it, with the user. The error is ErrNotFound.
func (h GuildHandle) Member(user types.Snowflake) (types.GuildMember, error) {
	var member types.GuildMember
	err := h.read(func(g *guild) error {
		if g.members[user] == nil {
			return missing("member", user)
		}
		member = h.w.member(g, user)
		return nil
	})
	return member, err
}

// Members returns the ids of the members, in ascending order. The error is ErrNotFound.
func (h GuildHandle) Members() ([]types.Snowflake, error) {
	var members []types.Snowflake
	err := h.read(func(g *guild) error {
		members = keys(g.members)
		return nil
	})
	return members, err
}

// Permissions returns what a member may do in the guild. The error is ErrNotFound.
func (h GuildHandle) Permissions(user types.Snowflake) (types.Permissions, error) {
	var p types.Permissions
	err := h.read(func(g *guild) error {
		if g.members[user] == nil {
			return missing("member", user)
		}
		p = g.permissions(user, nil)
		return nil
	})
	return p, err
}

// member returns a member as payloads have it. On Spacebar, everybody has @everyone among the roles.
func (w *World) member(g *guild, user types.Snowflake) types.GuildMember {
	member := *g.members[user]
	public := w.accounts[user].public()
	member.User = &public
	member.Roles = w.roles(g, user)
	return member
}

// memberBeside returns a member without the user, for payloads in which the user stands beside the member.
func (w *World) memberBeside(g *guild, user types.Snowflake) *types.GuildMember {
	if g == nil || g.members[user] == nil {
		return nil
	}
	member := w.member(g, user)
	if w.options.Profile == Discord {
		member.User = nil
	}
	return &member
}

// memberIn returns a member with the user, nil if there is none.
func (w *World) memberIn(g *guild, user types.Snowflake) *types.GuildMember {
	if g == nil || g.members[user] == nil {
		return nil
	}
	member := w.member(g, user)
	return &member
}

// roles returns the ids of a member's roles.
func (w *World) roles(g *guild, user types.Snowflake) types.RoleIDs {
	roles := types.RoleIDs{}
	if w.options.Profile == Spacebar {
		roles = append(roles, g.data.ID)
	}
	return append(roles, g.members[user].Roles...)
}

// memberUpdate returns the payload of GUILD_MEMBER_UPDATE.
func (w *World) memberUpdate(g *guild, user types.Snowflake) *types.GuildMemberUpdate {
	m := g.members[user]
	update := &types.GuildMemberUpdate{
		GuildID: g.data.ID, User: w.accounts[user].public(), Roles: types.Some(w.roles(g, user)),
		JoinedAt: types.Some(m.JoinedAt), Nick: types.Some(m.Nick), Avatar: types.Some(m.Avatar),
		Deaf: types.Some(m.Deaf), Mute: types.Some(m.Mute), Pending: types.Some(m.Pending), Flags: types.Some(m.Flags),
		PremiumSince:               types.Some(m.PremiumSince),
		CommunicationDisabledUntil: types.Some(m.CommunicationDisabledUntil),
	}
	if m.Nick == "" {
		update.Nick = types.Null[string]()
	}
	return update
}
