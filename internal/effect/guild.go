package effect

import (
	"slices"

	"github.com/chorus-go/chorus/types"
)

// guildCreate is the rule of GUILD_CREATE.
func guildCreate(e *types.GuildCreate, emit func(Effect)) { wholeGuild(&e.GatewayGuild, emit) }

// initialGuild is the rule of INITIAL_GUILD.
func initialGuild(e *types.InitialGuild, emit func(Effect)) { wholeGuild(&e.GatewayGuild, emit) }

// wholeGuild emits a guild with everything that is in it. One that is not available is one of which nothing is known.
func wholeGuild(g *types.GatewayGuild, emit func(Effect)) {
	if g.Unavailable {
		emit(Effect{Op: Delete, Key: Key{KindGuild, 0, g.ID}})
		return
	}
	// The client has named what it knows of the guild when it identified, and gets the rest.
	if g.DataMode != types.DataModePartial {
		for _, kind := range []Kind{
			KindChannel, KindRole, KindEmoji, KindSticker, KindSoundboardSound, KindVoiceState, KindStageInstance,
			KindScheduledEvent,
		} {
			emit(Effect{Op: Refresh, All: true, Key: Key{kind, g.ID, 0}})
		}
	}
	ofGatewayGuild(g, emit)
}

// gatewayGuild is the rule of the guild itself, of which there are two forms.
func gatewayGuild(g *types.GatewayGuild, emit func(Effect)) {
	partial := g.DataMode == types.DataModePartial
	if !partial || g.Properties != nil {
		merged := g.Merged()
		setGuild(0, &merged, emit)
		rolesAndSo(&merged, emit)
	}
	if p := g.PartialUpdates; partial && p != nil {
		for i := range p.Channels {
			setChannel(g.ID, &p.Channels[i], emit)
		}
		for _, channel := range p.DeletedChannelIDs {
			emit(Effect{Op: Delete, Key: Key{KindChannel, g.ID, channel}})
		}
	}
}

// rolesAndSo emits what a guild holds as lists: a list that is nil was not sent.
func rolesAndSo(g *types.Guild, emit func(Effect)) {
	for i := range g.Roles {
		setRole(g.ID, &g.Roles[i], emit)
	}
	for i := range g.Emojis {
		setEmoji(g.ID, &g.Emojis[i], emit)
	}
	for i := range g.Stickers {
		setSticker(g.ID, &g.Stickers[i], emit)
	}
}

// guildUpdate is the rule of GUILD_UPDATE, from which servers leave lists out.
func guildUpdate(e *types.GuildUpdate, emit func(Effect)) {
	emit(Effect{Op: Patch, Key: Key{KindGuild, 0, e.ID}, by: &e.Guild, next: func(by, old any) any {
		v, known := *by.(*types.Guild), old.(*types.Guild)
		if v.Roles == nil {
			v.Roles = known.Roles
		}
		if v.Emojis == nil {
			v.Emojis = known.Emojis
		}
		if v.Stickers == nil {
			v.Stickers = known.Stickers
		}
		return &v
	}})
	for kind, sent := range map[Kind]bool{
		KindRole: e.Roles != nil, KindEmoji: e.Emojis != nil, KindSticker: e.Stickers != nil,
	} {
		if sent {
			emit(Effect{Op: Refresh, All: true, Key: Key{kind, e.ID, 0}})
		}
	}
	rolesAndSo(&e.Guild, emit)
}

func roleCreateInGuild(e *types.GuildRoleCreate, g *types.Guild) { g.Roles = withRole(g.Roles, e.Role) }

func roleUpdateInGuild(e *types.GuildRoleUpdate, g *types.Guild) { g.Roles = withRole(g.Roles, e.Role) }

// withRole returns a copy of a list with the role in it.
func withRole(roles []types.Role, role types.Role) []types.Role {
	i := slices.IndexFunc(roles, func(r types.Role) bool { return r.ID == role.ID })
	if i < 0 {
		return append(slices.Clip(roles), role)
	}
	roles = slices.Clone(roles)
	roles[i] = role
	return roles
}

func roleDeleteInGuild(e *types.GuildRoleDelete, g *types.Guild) {
	g.Roles = without(g.Roles, func(r *types.Role) bool { return r.ID == e.RoleID })
}

// roleDeleteInMember takes the role from a member of the guild.
func roleDeleteInMember(e *types.GuildRoleDelete, old *types.GuildMember) *types.GuildMember {
	if !slices.Contains(old.Roles, e.RoleID) {
		return old
	}
	v := *old
	v.Roles = without(old.Roles, func(r *types.Snowflake) bool { return *r == e.RoleID })
	return &v
}

// roleDeleteInChannel takes the overwrite for the role from a channel of the guild.
func roleDeleteInChannel(e *types.GuildRoleDelete, old *types.Channel) *types.Channel {
	gone := func(o *types.PermissionOverwrite) bool { return o.ID == e.RoleID }
	for i := range old.PermissionOverwrites {
		if gone(&old.PermissionOverwrites[i]) {
			v := *old
			v.PermissionOverwrites = without(old.PermissionOverwrites, gone)
			return &v
		}
	}
	return old
}

// deletedEntities is the rule of DELETED_ENTITY_IDS.
func deletedEntities(e *types.DeletedEntityIDs, emit func(Effect)) {
	drop := func(kind Kind, ids []types.Snowflake) {
		for _, id := range ids {
			emit(Effect{Op: Delete, Key: Key{kind, e.GuildID, id}})
		}
	}
	drop(KindChannel, e.Channels)
	drop(KindRole, e.Roles)
	drop(KindEmoji, e.Emojis)
	drop(KindSticker, e.Stickers)
	emit(Effect{Op: Patch, Key: Key{KindGuild, 0, e.GuildID}, by: e, next: func(by, old any) any {
		e, v := by.(*types.DeletedEntityIDs), copyOf[types.Guild](old)
		v.Roles = without(v.Roles, func(r *types.Role) bool { return slices.Contains(e.Roles, r.ID) })
		v.Emojis = without(v.Emojis, func(m *types.Emoji) bool { return slices.Contains(e.Emojis, m.ID) })
		v.Stickers = without(v.Stickers, func(s *types.Sticker) bool { return slices.Contains(e.Stickers, s.ID) })
		return v
	}})
}

// without returns the list without some elements: a new one, unless it has none of them.
func without[S ~[]T, T any](list S, gone func(*T) bool) S {
	for i := range list {
		if !gone(&list[i]) {
			continue
		}
		kept := append(make(S, 0, len(list)-1), list[:i]...)
		for j := i + 1; j < len(list); j++ {
			if !gone(&list[j]) {
				kept = append(kept, list[j])
			}
		}
		return kept
	}
	return list
}

func eventUserAdd(_ *types.GuildScheduledEventUserAdd, v *types.GuildScheduledEvent) { v.UserCount++ }

func eventUserRemove(_ *types.GuildScheduledEventUserRemove, v *types.GuildScheduledEvent) {
	v.UserCount = max(0, v.UserCount-1)
}

func eventExceptionCreate(e *types.GuildScheduledEventExceptionCreate, v *types.GuildScheduledEvent) {
	withException(v, &e.GuildScheduledEventException, true)
}

func eventExceptionUpdate(e *types.GuildScheduledEventExceptionUpdate, v *types.GuildScheduledEvent) {
	withException(v, &e.GuildScheduledEventException, true)
}

func eventExceptionDelete(e *types.GuildScheduledEventExceptionDelete, v *types.GuildScheduledEvent) {
	withException(v, &e.GuildScheduledEventException, false)
}

func eventExceptionsDelete(_ *types.GuildScheduledEventExceptionsDelete, v *types.GuildScheduledEvent) {
	v.GuildScheduledEventExceptions = nil
}

// withException puts an exception into an event, or takes it out.
func withException(v *types.GuildScheduledEvent, x *types.GuildScheduledEventException, in bool) {
	v.GuildScheduledEventExceptions = without(v.GuildScheduledEventExceptions,
		func(known *types.GuildScheduledEventException) bool {
			return known.EventExceptionID == x.EventExceptionID
		})
	if in {
		v.GuildScheduledEventExceptions = append(slices.Clip(v.GuildScheduledEventExceptions), *x)
	}
}
