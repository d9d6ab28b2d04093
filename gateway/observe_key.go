package gateway

import (
	"errors"
	"fmt"

	"github.com/chorus-go/chorus/internal/effect"
	"github.com/chorus-go/chorus/types"
)

// Why a value cannot be observed. Observe returns them within an *ObserveError.
var (
	// ErrNoID says that a value has no id, or a part of what identifies it is missing.
	ErrNoID = errors.New("the value has no id")
	// ErrNoGuild says that the value does not carry the guild that it is in, and neither does an option: see InGuild.
	ErrNoGuild = errors.New("the value does not say in which guild it is")
	// ErrOtherType says that the id is observed as something else, or that contents are those of another guild.
	ErrOtherType = errors.New("the id is that of something else")
)

// ObserveError tells why Observe does not take a value.
type ObserveError struct {
	Type  string          // what was to be observed: "Guild", "Member", "VoiceState" …
	ID    types.Snowflake // its id, 0 if there is none
	Other string          // with ErrOtherType, what the id is observed as
	Err   error           // ErrNoID, ErrNoGuild or ErrOtherType
}

// Error names the value and the reason.
func (e *ObserveError) Error() string {
	text := fmt.Sprintf("gateway: cannot observe %s %v: %v", e.Type, e.ID, e.Err)
	if e.Other != "" {
		text += ", " + e.Other
	}
	return text
}

// Unwrap returns the reason.
func (e *ObserveError) Unwrap() error { return e.Err }

// observedAs returns which entity a value is; it is a pointer to one of the types of Observable.
func observedAs(value any, options *observeOptions) (effect.Key, error) {
	key := keyOf(value)
	fail := func(err error) (effect.Key, error) {
		return key, &ObserveError{Type: key.Kind.String(), ID: key.ID, Err: err}
	}
	inGuild := key.Kind.Within() == effect.KindGuild
	if inGuild && key.Scope == 0 && options.guild != nil {
		key.Scope = *options.guild
	}
	if key.ID == 0 {
		return fail(ErrNoID)
	}
	if key.Scope == 0 {
		switch key.Kind {
		case effect.KindRole, effect.KindEmoji, effect.KindMember, effect.KindIntegration:
			return fail(ErrNoGuild)
		case effect.KindVoiceState, effect.KindPresence:
			if options.guild == nil {
				return fail(ErrNoGuild)
			}
		case effect.KindThreadMember, effect.KindGameRelationship:
			return fail(ErrNoID)
		}
	}
	if key.Kind == effect.KindGuild && options.inside != nil && options.inside.ID != key.ID {
		return fail(ErrOtherType)
	}
	return key, nil
}

// keyOf returns what a value itself says of which entity it is.
func keyOf(value any) effect.Key {
	key := func(kind effect.Kind, scope, id types.Snowflake) effect.Key {
		return effect.Key{Kind: kind, Scope: scope, ID: id}
	}
	switch v := value.(type) {
	case *types.Guild:
		return key(effect.KindGuild, 0, v.ID)
	case *types.Channel:
		return key(effect.KindChannel, v.GuildID, v.ID)
	case *types.Role:
		return key(effect.KindRole, 0, v.ID)
	case *types.Emoji:
		return key(effect.KindEmoji, 0, v.ID)
	case *types.Sticker:
		return key(effect.KindSticker, v.GuildID, v.ID)
	case *types.SoundboardSound:
		return key(effect.KindSoundboardSound, v.GuildID, v.SoundID)
	case *types.StageInstance:
		return key(effect.KindStageInstance, v.GuildID, v.ID)
	case *types.GuildScheduledEvent:
		return key(effect.KindScheduledEvent, v.GuildID, v.ID)
	case *types.Integration:
		return key(effect.KindIntegration, 0, v.ID)
	case *types.AutoModRule:
		return key(effect.KindAutoModRule, v.GuildID, v.ID)
	case *types.Message:
		return key(effect.KindMessage, v.ChannelID, v.ID)
	case *types.Entitlement:
		return key(effect.KindEntitlement, 0, v.ID)
	case *types.ApplicationSubscription:
		return key(effect.KindSubscription, 0, v.ID)
	default:
		return keyOfUser(value)
	}
}

// keyOfUser is keyOf for what has the id of a user.
func keyOfUser(value any) (key effect.Key) {
	either := func(user *types.User, id types.Snowflake) types.Snowflake {
		if user != nil && user.ID != 0 {
			return user.ID
		}
		return id
	}
	switch v := value.(type) {
	case *types.User:
		key.Kind, key.ID = effect.KindUser, v.ID
	case *types.GuildMember:
		key.Kind, key.ID = effect.KindMember, either(v.User, v.UserID)
	case *types.VoiceState:
		key.Kind, key.Scope, key.ID = effect.KindVoiceState, v.GuildID, v.UserID
	case *types.Presence:
		key.Kind, key.Scope, key.ID = effect.KindPresence, v.GuildID, either(v.User, v.UserID)
	case *types.ThreadMember:
		key.Kind, key.Scope, key.ID = effect.KindThreadMember, v.ID, v.UserID
	case *types.Relationship:
		key.Kind, key.ID = effect.KindRelationship, either(v.User, v.UserID)
	case *types.GameRelationship:
		key.Kind, key.Scope, key.ID = effect.KindGameRelationship, v.ApplicationID, either(&v.User, v.UserID)
	}
	return key
}

// plain returns the key under which an entity is found: without the scope where the id says enough, as events do not
// always tell it.
func plain(key effect.Key) effect.Key {
	if key.Kind.Unique() {
		key.Scope = 0
	}
	return key
}

// usersOwn are the kinds of which the ids are those of users.
var usersOwn = effect.SetOf(effect.KindUser, effect.KindMember, effect.KindVoiceState, effect.KindPresence,
	effect.KindThreadMember, effect.KindRelationship, effect.KindGameRelationship)

// mayShare says whether two entities of these kinds may have the same id: that of a user; of a guild and its role for
// everyone; of a message and the thread that begins with it.
func mayShare(a, b effect.Kind) bool {
	both := effect.SetOf(a, b)
	return a == b || usersOwn.Has(a) && usersOwn.Has(b) ||
		both == effect.SetOf(effect.KindGuild, effect.KindRole) ||
		both == effect.SetOf(effect.KindChannel, effect.KindMessage)
}
