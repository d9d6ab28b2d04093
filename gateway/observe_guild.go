package gateway

import (
	"iter"
	"sync"

	"github.com/chorus-go/chorus/internal/effect"
	"github.com/chorus-go/chorus/types"
)

// Child returns what is in an observed guild and has that id, as it is now: a Channel or thread, Role, Emoji, Sticker,
// SoundboardSound, GuildMember, VoiceState (these two by the user's id), StageInstance, GuildScheduledEvent,
// Integration or AutoModRule. It is nil if there is none, for other types, and once the guild is stopped. It takes no
// lock, and its time does not depend on how much is in the guild. What it returns never changes and must not be
// changed.
//
//	channel := gateway.Child[types.Channel](guild, channelID)
//
// To be told of changes of a child, observe it: it begins with what the guild knows of it.
func Child[T Observable](guild *Shared[types.Guild], id types.Snowflake) *T {
	list := childrenOf[T](guild)
	if list == nil {
		return nil
	}
	v, _ := list.Load(id)
	typed, _ := v.(*T)
	return typed
}

// Children yields what is in an observed guild, with the ids, in no order: see Child. Each is as it is when it is
// yielded; what comes or goes while the loop runs may be in it or not.
//
//	for user, member := range gateway.Children[types.GuildMember](guild) { … }
func Children[T Observable](guild *Shared[types.Guild]) iter.Seq2[types.Snowflake, *T] {
	return func(yield func(types.Snowflake, *T) bool) {
		list := childrenOf[T](guild)
		if list == nil {
			return
		}
		for key, v := range list.Range {
			id, _ := key.(types.Snowflake)
			if typed, ok := v.(*T); ok && !yield(id, typed) {
				return
			}
		}
	}
}

func childrenOf[T Observable](guild *Shared[types.Guild]) *sync.Map {
	if guild == nil || guild.hold == nil {
		return nil
	}
	inside := guild.hold.inside.Load()
	if inside == nil {
		return nil
	}
	return inside.kinds[keyOf(new(T)).Kind]
}

// guildKinds are the kinds of what is observed with a guild. Presences are not among them: they are most of what a
// gateway sends, and would all have to be decoded.
var guildKinds = effect.SetOf(
	effect.KindChannel, effect.KindRole, effect.KindEmoji, effect.KindSticker, effect.KindSoundboardSound,
	effect.KindMember, effect.KindVoiceState, effect.KindStageInstance, effect.KindScheduledEvent,
	effect.KindIntegration, effect.KindAutoModRule)

// contents is what is in an observed guild: by id, pointers to values that are never changed. Only the revision of an
// event writes to it.
type contents struct {
	guild types.Snowflake
	kinds map[effect.Kind]*sync.Map // never written
}

// newContents makes the contents of a guild, of what is known at first.
func newContents(guild *types.Guild, known *types.GatewayGuild) *contents {
	c := &contents{guild: guild.ID, kinds: map[effect.Kind]*sync.Map{}}
	for kind := range effect.Kinds() {
		if guildKinds.Has(kind) {
			c.kinds[kind] = new(sync.Map)
		}
	}
	if known == nil {
		known = &types.GatewayGuild{Guild: *guild}
	}
	effect.Of(&types.GuildCreate{GatewayGuild: *known}, func(e effect.Effect) {
		if e.Op == effect.Set && e.Key.Scope == c.guild {
			c.carry(&e)
		}
	})
	return c
}

// get returns an entity, or nil.
func (c *contents) get(key effect.Key) any {
	list := c.kinds[key.Kind]
	if list == nil {
		return nil
	}
	v, _ := list.Load(key.ID)
	return v
}

// carry carries out an effect on one entity, and says whether the contents are of its kind.
func (c *contents) carry(e *effect.Effect) bool {
	list := c.kinds[e.Key.Kind]
	if list == nil {
		return false
	}
	old, _ := list.Load(e.Key.ID)
	next := e.Next(old)
	switch {
	case next == old:
	case next == nil:
		list.Delete(e.Key.ID)
	default:
		list.Store(e.Key.ID, detached(next))
	}
	return true
}

// carryAll carries out an effect on all entities of a kind.
func (c *contents) carryAll(e *effect.Effect) {
	list := c.kinds[e.Key.Kind]
	if list == nil {
		return
	}
	for id, old := range list.Range {
		switch next := e.Next(old); next {
		case old:
		case nil:
			list.Delete(id)
		default:
			list.Store(id, next)
		}
	}
}

// sweep removes the entities of a kind that are not among those kept.
func (c *contents) sweep(kind effect.Kind, keep func(effect.Key) bool) {
	list := c.kinds[kind]
	if list == nil {
		return
	}
	for key := range list.Range {
		id, _ := key.(types.Snowflake)
		if !keep(effect.Key{Kind: kind, Scope: c.guild, ID: id}) {
			list.Delete(key)
		}
	}
}

func (c *contents) clear() {
	for _, list := range c.kinds {
		list.Clear()
	}
}

// detached returns a member without what would keep a whole message with it.
func detached(v any) any {
	member, ok := v.(*types.GuildMember)
	if !ok || member.User == nil {
		return v
	}
	m, user := *member, *member.User
	m.User = &user
	return &m
}
