package effect

import (
	"github.com/chorus-go/chorus/types"
)

// ready is the rule of READY. It is all that there is: what was known before and is not in it is gone. Users whom it
// names by their ids alone are in one list.
func ready(e *types.Ready, emit func(Effect)) {
	emit(Effect{Op: Refresh, All: true})
	users := byID{}
	for i := range e.Users {
		users[e.Users[i].ID] = &e.Users[i]
		setUser(0, &e.Users[i], emit)
	}
	users[e.User.ID] = &e.User
	setSelf(0, &e.User, emit)
	setUser(0, &e.User, emit)
	for i := range e.Guilds {
		wholeGuild(&e.Guilds[i], emit)
		if i < len(e.MergedMembers) && !e.Guilds[i].Unavailable {
			setMembers(e.Guilds[i].ID, e.MergedMembers[i], users, emit)
		}
		if p := e.MergedPresences; p != nil && i < len(p.Guilds) {
			setPresences(e.Guilds[i].ID, p.Guilds[i], users, emit)
		}
	}
	for i := range e.PrivateChannels {
		setPrivate(&e.PrivateChannels[i], users, emit)
	}
	for i := range e.Relationships {
		r := &e.Relationships[i]
		if user := users[r.UserID]; r.User == nil && user != nil {
			v := *r
			v.User, r = user, &v
		}
		setRelationship(0, r, emit)
	}
	for i := range e.GameRelationships {
		setGameRelationship(e.GameRelationships[i].ApplicationID, &e.GameRelationships[i], emit)
	}
	setPresences(0, e.Presences, users, emit)
	if e.MergedPresences != nil {
		setPresences(0, e.MergedPresences.Friends, users, emit)
	}
	readyAccount(e, emit)
}

// readyAccount emits what READY has about the user alone.
func readyAccount(e *types.Ready, emit func(Effect)) {
	for user, note := range e.Notes {
		setNote(0, &types.UserNoteUpdate{ID: user, Note: note}, emit)
	}
	if e.UserSettings != nil {
		emit(Effect{Op: Set, Key: Key{KindUserSettings, 0, e.User.ID}, Value: e.UserSettings})
	}
	for i := range e.UserGuildSettings.Entries {
		setUserGuildSettings(0, &e.UserGuildSettings.Entries[i], emit)
	}
}

// readySupplemental is the rule of READY_SUPPLEMENTAL: what READY leaves out to be quicker. Users are known from READY.
func readySupplemental(e *types.ReadySupplemental, emit func(Effect)) {
	for i := range e.Guilds {
		guild := e.Guilds[i].ID
		for j := range e.Guilds[i].VoiceStates {
			setVoiceState(guild, &e.Guilds[i].VoiceStates[j], emit)
		}
		if i < len(e.MergedMembers) {
			setMembers(guild, e.MergedMembers[i], nil, emit)
		}
		if i < len(e.MergedPresences.Guilds) {
			setPresences(guild, e.MergedPresences.Guilds[i], nil, emit)
		}
	}
	setPresences(0, e.MergedPresences.Friends, nil, emit)
	for i := range e.LazyPrivateChannels {
		setPrivate(&e.LazyPrivateChannels[i], nil, emit)
	}
}

// byID are the users whom an event names by their ids.
type byID map[types.Snowflake]*types.User

// setMembers sets members, with the users whom they name by their ids.
func setMembers(guild types.Snowflake, members []types.GuildMember, users byID, emit func(Effect)) {
	for i := range members {
		member := &members[i]
		if user := users[member.UserID]; member.User == nil && user != nil {
			v := *member
			v.User, member = user, &v
		}
		setMember(guild, member, emit)
	}
}

// setPresences sets presences, with the users whom they name by their ids.
func setPresences(guild types.Snowflake, presences []types.Presence, users byID, emit func(Effect)) {
	for i := range presences {
		presence, scope := &presences[i], guild
		if user := users[presence.UserID]; presence.User == nil && user != nil {
			v := *presence
			v.User, presence = user, &v
		}
		if scope == 0 {
			scope = presence.GuildID
		}
		setPresence(scope, presence, emit)
	}
}

// setPrivate sets a private channel, with the recipients whom it names by their ids.
func setPrivate(c *types.Channel, users byID, emit func(Effect)) {
	if len(c.Recipients) == 0 && len(c.RecipientIDs) > 0 {
		v := *c
		for _, id := range c.RecipientIDs {
			if user := users[id]; user != nil {
				v.Recipients = append(v.Recipients, *user)
			} else {
				v.Recipients = append(v.Recipients, types.User{ID: id})
			}
		}
		// They are no users that come with the channel: whoever knows them knows more.
		emit(Effect{Op: Set, Key: Key{KindChannel, 0, c.ID}, Value: &v})
		return
	}
	setChannel(0, c, emit)
}
