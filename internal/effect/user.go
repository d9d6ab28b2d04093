package effect

import "github.com/chorus-go/chorus/types"

// ownUser makes the user what an event says, if it is about this one.
func ownUser(e *types.UserUpdate, v *types.User) { *v = e.User }

// presenceUser is the rule of the user in PRESENCE_UPDATE: it mostly is an id alone, which changes nothing. Servers
// that say more say at least one of these.
func presenceUser(e *types.PresenceUpdate, emit func(Effect)) {
	u := &e.User
	if !u.Username.IsPresent() && !u.GlobalName.IsPresent() && !u.Avatar.IsPresent() && !u.Discriminator.IsPresent() {
		return
	}
	emit(Effect{Op: Patch, Key: Key{KindUser, 0, u.ID}, by: u, next: func(by, old any) any {
		v := copyOf[types.User](old)
		by.(*types.PartialUser).Apply(v)
		return v
	}})
}

// presencesReplace is the rule of PRESENCES_REPLACE: it has the presences of all friends.
func presencesReplace(e *types.PresencesReplace, emit func(Effect)) {
	emit(Effect{Op: Refresh, All: true, Key: Key{Kind: KindPresence}})
	setPresences(0, *e, nil, emit)
}

// memberList is the rule of GUILD_MEMBER_LIST_UPDATE: whoever is seen in a list is a member, with a presence and maybe
// in voice. Who is seen no longer may still be one.
func memberList(e *types.GuildMemberListUpdate, emit func(Effect)) {
	for i := range e.Ops {
		op := &e.Ops[i]
		for j := range op.Items {
			listed(e.GuildID, op.Items[j].Member, emit)
		}
		if op.Item != nil {
			listed(e.GuildID, op.Item.Member, emit)
		}
	}
}

func listed(guild types.Snowflake, member *types.GuildMemberListMember, emit func(Effect)) {
	if member == nil {
		return
	}
	setMember(guild, &member.GuildMember, emit)
	if presence := member.Presence; presence != nil {
		if presence.User == nil && presence.UserID == 0 {
			v := *presence
			v.User, v.UserID, presence = member.User, member.UserID, &v
		}
		setPresence(guild, presence, emit)
	}
	if member.VoiceState != nil {
		voiceState(guild, member.VoiceState, emit)
	}
}

// voiceStateUpdate is the rule of VOICE_STATE_UPDATE.
func voiceStateUpdate(e *types.VoiceStateUpdate, emit func(Effect)) {
	voiceState(e.GuildID, &e.VoiceState, emit)
}

// voiceStateUpdateBatch is the rule of VOICE_STATE_UPDATE_BATCH.
func voiceStateUpdateBatch(e *types.VoiceStateUpdateBatch, emit func(Effect)) {
	for i := range e.VoiceStates {
		guild := e.GuildID
		if guild == 0 {
			guild = e.VoiceStates[i].GuildID
		}
		voiceState(guild, &e.VoiceStates[i], emit)
	}
}

// voiceState emits a voice state; one without a channel is the end of it.
func voiceState(guild types.Snowflake, v *types.VoiceState, emit func(Effect)) {
	if v.ChannelID != 0 {
		setVoiceState(guild, v, emit)
		return
	}
	setMember(guild, v.Member, emit)
	emit(Effect{Op: Delete, Key: Key{KindVoiceState, guild, v.UserID}})
}

// callDeleteInVoiceState removes those who were in a call that has ended.
func callDeleteInVoiceState(e *types.CallDelete, old *types.VoiceState) *types.VoiceState {
	if old.ChannelID == e.ChannelID {
		return nil
	}
	return old
}
