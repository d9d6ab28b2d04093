package state

import (
	"github.com/chorus-go/chorus/internal/effect"
	"github.com/chorus-go/chorus/types"
)

// keeper is a store of any kind, as the state carries effects out on it.
type keeper interface {
	// carry carries an effect out.
	carry(t *turn, e *effect.Effect)
	// drop removes all of a scope.
	drop(t *turn, scope types.Snowflake)
	// sweep removes what is in a scope, or owned by the turn's source, and was not set in the turn.
	sweep(t *turn, scope types.Snowflake)
	sweepAll(t *turn)
	// measure counts what is kept.
	measure(m *meter) Usage
	count() int
}

// stores are the kinds that are kept; nil are those that are not.
type stores struct {
	self              *store[types.User]
	users             *store[types.User]
	relationships     *store[types.Relationship]
	notes             *store[types.UserNoteUpdate]
	userSettings      *store[types.UserSettings]
	userGuildSettings *store[types.UserGuildSettings]
	guilds            *store[types.Guild]
	channels          *store[types.Channel]
	sounds            *store[types.SoundboardSound]
	members           *store[types.GuildMember]
	presences         *store[types.Presence]
	voiceStates       *store[types.VoiceState]
	stages            *store[types.StageInstance]
	events            *store[types.GuildScheduledEvent]
	messages          *store[types.Message]
	threadMembers     *store[types.ThreadMember]
	calls             *store[types.CallCreate]
	integrations      *store[types.Integration]
	rules             *store[types.AutoModRule]
	bans              *store[types.GuildBanAdd]
	gameRelationships *store[types.GameRelationship]
	entitlements      *store[types.Entitlement]
	subscribers       *store[types.ApplicationSubscription]

	byKind [64]keeper // by kind
	kinds  effect.KindSet
}

// newStores makes what the options ask for.
func newStores(o Options) *stores {
	s := &stores{}
	messages := Latest(o.Messages)
	if o.Messages < 0 {
		messages = All()
	}
	s.self = keep[types.User](s, effect.KindSelf, All())
	s.users = keep[types.User](s, effect.KindUser, o.Users)
	s.relationships = keep[types.Relationship](s, effect.KindRelationship, o.Relationships)
	s.notes = keep[types.UserNoteUpdate](s, effect.KindNote, o.Notes)
	s.userSettings = keep[types.UserSettings](s, effect.KindUserSettings, o.Settings)
	s.userGuildSettings = keep[types.UserGuildSettings](s, effect.KindUserGuildSettings, o.Settings)
	s.guilds = keep[types.Guild](s, effect.KindGuild, o.Guilds)
	s.channels = keep[types.Channel](s, effect.KindChannel, o.Channels)
	s.sounds = keep[types.SoundboardSound](s, effect.KindSoundboardSound, o.SoundboardSounds)
	s.members = keep[types.GuildMember](s, effect.KindMember, o.Members)
	s.presences = keep[types.Presence](s, effect.KindPresence, o.Presences)
	s.voiceStates = keep[types.VoiceState](s, effect.KindVoiceState, o.VoiceStates)
	s.stages = keep[types.StageInstance](s, effect.KindStageInstance, o.StageInstances)
	s.events = keep[types.GuildScheduledEvent](s, effect.KindScheduledEvent, o.ScheduledEvents)
	s.messages = keep[types.Message](s, effect.KindMessage, messages)
	s.threadMembers = keep[types.ThreadMember](s, effect.KindThreadMember, o.ThreadMembers)
	s.calls = keep[types.CallCreate](s, effect.KindCall, o.Calls)
	s.integrations = keep[types.Integration](s, effect.KindIntegration, o.Integrations)
	s.rules = keep[types.AutoModRule](s, effect.KindAutoModRule, o.AutoModRules)
	s.bans = keep[types.GuildBanAdd](s, effect.KindBan, o.Bans)
	s.gameRelationships = keep[types.GameRelationship](s, effect.KindGameRelationship, o.GameRelationships)
	s.entitlements = keep[types.Entitlement](s, effect.KindEntitlement, o.Entitlements)
	s.subscribers = keep[types.ApplicationSubscription](s, effect.KindSubscription, o.Subscriptions)
	if s.channels != nil {
		s.channels.scopeOf = func(c *types.Channel) types.Snowflake { return c.GuildID }
	}
	if s.events != nil {
		s.events.scopeOf = func(e *types.GuildScheduledEvent) types.Snowflake { return e.GuildID }
	}
	return s
}

// keep makes the store of a kind, nil if it is off.
func keep[V any](s *stores, kind effect.Kind, policy Policy) *store[V] {
	if policy.off {
		return nil
	}
	made := &store[V]{kind: kind, policy: policy}
	switch kind {
	case effect.KindMember, effect.KindPresence, effect.KindVoiceState:
	default:
		made.policy.own = false
	}
	s.byKind[kind] = made
	s.kinds |= effect.SetOf(kind)
	return made
}
