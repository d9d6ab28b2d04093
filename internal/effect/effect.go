// Package effect says what events do to the entities of the protocol: which guild, channel, member, message and so on
// an event creates, changes or removes. What is said follows from the tables (internal/protocol/data/effects.json), and
// is generated but for a few rules that rows cannot say.
//
// It keeps nothing. [Of] gives the effects of one event; who keeps entities carries them out:
//
//	effect.Of(event, func(e effect.Effect) {
//		if e.Key == observed {
//			value = e.Next(value)
//		}
//	})
//
// Values are never changed: an effect gives a new value, or the one that the event brought, which is shared with the
// event and read-only.
package effect

import "github.com/chorus-go/chorus/types"

// Op is what an effect does.
type Op uint8

// The operations.
const (
	// Set makes the entity what Value is, whether it was known or not.
	Set Op = iota + 1
	// Patch changes a part of an entity. One that is not known stays unknown.
	Patch
	// Upsert changes a part of an entity. One that is not known begins as the zero value.
	Upsert
	// Delete removes the entity, with everything that has it as its scope, and so on: see [Kind.Within].
	Delete
	// Refresh says that the event has all entities of the kind in the scope, those of every kind and scope if the
	// kind is 0: whatever the same event does not set after it is to be removed when all its effects are carried out.
	Refresh
)

// String returns the operation's name.
func (o Op) String() string {
	names := [...]string{"none", "set", "patch", "upsert", "delete", "refresh"}
	if int(o) < len(names) {
		return names[o]
	}
	return "unknown"
}

// Key says which entity an effect is about.
type Key struct {
	// Kind is what sort of entity it is.
	Kind Kind
	// Scope is the id of what the entity is within: the guild of a channel, role or member, the channel of a message,
	// the thread of a member of a thread; 0 for what is within nothing, as private channels and presences of friends
	// are. For kinds that are unique an event may not tell it, and the scope is 0 then: see [Kind.Unique].
	Scope types.Snowflake
	// ID is the entity's id, which is that of a user for members, presences, voice states and relationships.
	ID types.Snowflake
}

// Effect is what an event does to one entity, or, if All is set, to all entities of a kind in a scope.
type Effect struct {
	// Op is what is done.
	Op Op
	// All says that it is done to each entity of Key.Kind in Key.Scope; Key.ID is 0.
	All bool
	// Key says to which entity.
	Key Key
	// Value is, for Set, a pointer to the entity, of the type that the kind's comment names; nil otherwise. It is
	// part of the event, or a new one, and read-only.
	Value any

	// by is what next needs of the event, and next returns what becomes of an entity.
	by   any
	next func(by, old any) any
}

// Next returns what the effect makes of an entity: nil, or a pointer to a value of the kind's type. old is nil, for an
// entity that is not known, or such a pointer; what it points to is not changed. The result is old itself if the effect
// changes nothing of it, which is common for effects on All. The result for Refresh is old.
func (e *Effect) Next(old any) any {
	switch {
	case e.Op == Set:
		return e.Value
	case e.Op == Delete:
		return nil
	case e.next == nil || old == nil && e.Op != Upsert:
		return old
	}
	return e.next(e.by, old)
}

// Next is [Effect.Next] for a value whose type is known. A kind with values of another type gives nil.
func Next[T any](e *Effect, old *T) *T {
	var before any
	if old != nil {
		before = old
	}
	next, _ := e.Next(before).(*T)
	return next
}

// copyOf returns a copy of an entity, or the zero value if there is none.
func copyOf[T any](old any) *T {
	v := new(T)
	if known, ok := old.(*T); ok {
		*v = *known
	}
	return v
}
