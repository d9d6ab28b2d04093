package gateway

import (
	"context"
	"runtime"

	"github.com/chorus-go/chorus/types"
)

// Observable are the types that Observe keeps current: what has an id, and is changed by events. Threads are channels.
type Observable interface {
	types.Guild | types.Channel | types.Role | types.Emoji | types.Sticker | types.SoundboardSound | types.GuildMember |
		types.VoiceState | types.StageInstance | types.GuildScheduledEvent | types.Integration | types.AutoModRule |
		types.Message | types.ThreadMember | types.User | types.Presence | types.Relationship | types.GameRelationship |
		types.Entitlement | types.ApplicationSubscription
}

// ObserveOption is an option of Observe. A nil one is none.
type ObserveOption func(*observeOptions)

type observeOptions struct {
	guild  *types.Snowflake
	inside *types.GatewayGuild
}

// InGuild says in which guild the value is, for those that do not carry it: a Role, GuildMember, Emoji, Integration,
// and a VoiceState or Presence, for which 0 says that it is in no guild, but that of a call or a friend. A guild that
// the value carries counts more.
func InGuild(id types.Snowflake) ObserveOption {
	return func(o *observeOptions) { o.guild = &id }
}

// WithContents gives what is in a guild that is observed, as READY and GUILD_CREATE have it. Without it Child and
// Children begin with the roles, emojis and stickers of the value, and learn the rest from events. It is read-only from
// then on. A guild that is observed already knows better, and ignores it.
//
//	guild, err := gateway.Observe(ctx, handle, event.Merged(), gateway.WithContents(&event.GatewayGuild))
func WithContents(guild *types.GatewayGuild) ObserveOption {
	return func(o *observeOptions) { o.inside = guild }
}

// Observe keeps a value current: what comes back holds the value given and, from then on, whatever the events of the
// handle make of it, until it is stopped, ctx ends, or the handle does. The events are observed inline (see
// observer.Inline), so an observer of an event finds it applied. The value must not be changed any more.
//
//	guild, err := gateway.Observe(ctx, handle, types.Guild{ID: guildID})
//
// Observing what is observed already, also as a part of an observed guild, gives another Shared of the same entity: it
// has what is known of it, and the value given only if it is gone. A guild brings with it what is in it: its roles,
// emojis and stickers are in the value, and Child and Children have these and its channels and threads, members, voice
// states, stage instances, scheduled events, sounds, integrations and rules.
//
// Only the events that can change what is observed are observed, and only as long as anybody holds it: when the last
// Shared of it was stopped, or is garbage, nothing is kept and no subscription is left.
//
// An entity is gone, and Load returns nil, when an event deletes it or what it is in (a guild of which the server says
// that it is not available has gone, too), and when a new session of the handle begins whose READY does not mention it.
// It is there again with the event that brings it back: for a bot, whose READY has the ids of its guilds alone, that is
// GUILD_CREATE. Users, messages, members of threads, integrations, rules, entitlements and subscriptions are never in
// READY as a whole and stay as they are. A message goes with its channel's deletion, but not with its guild's. A resume
// changes nothing, as it misses nothing. Of a user, events tell what others see of it.
//
// An *ObserveError tells that the value has no id (ErrNoID), that the guild which it is in must be known and is not
// (ErrNoGuild), or that its id is observed as another type (ErrOtherType) and ids of both types are never the same: a
// guild and its first role may be observed, and so may a thread and the message that it began with, or whatever there
// is of one user. The zero handle gives ErrClosed, one that has ended its error, a ctx that has ended its cause.
func Observe[T Observable](
	ctx context.Context, handle GatewayHandle, value T, options ...ObserveOption,
) (*Shared[T], error) {
	c := handle.connection
	if c == nil {
		return nil, ErrClosed
	}
	if ctx == nil {
		ctx = context.Background()
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	var chosen observeOptions
	for _, option := range options {
		if option != nil {
			option(&chosen)
		}
	}
	key, err := observedAs(&value, &chosen)
	if err != nil {
		return nil, err
	}
	h, err := admit(c.observatoryOf(), key, &value, chosen.inside)
	if err != nil {
		return nil, err
	}
	s := &Shared[T]{hold: h}
	h.unbind = context.AfterFunc(ctx, func() { h.end(true) })
	// The cleanup wakes nobody: who waits for changes holds the Shared.
	s.cleanup = runtime.AddCleanup(s, func(h *hold[T]) {
		h.unbind()
		h.end(false)
	}, h)
	return s, nil
}
