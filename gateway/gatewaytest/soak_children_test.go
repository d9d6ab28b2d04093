package gatewaytest

import (
	"fmt"
	"maps"
	"slices"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
	"github.com/chorus-go/chorus/types"
)

// childrenIn is an observed guild at a checkpoint.
type childrenIn struct {
	*observing

	step  string
	guild *gateway.Shared[types.Guild]
	id    types.Snowflake
}

// compareChildren holds what is in an observed guild against what there is, by its ids, and, unless known is nil, each
// against what the state has of it. Of members, those have to be there that have been asked for.
func compareChildren[T gateway.Observable](
	in childrenIn, want map[types.Snowflake]T, known func(types.Snowflake) *T,
) {
	have := maps.Collect(gateway.Children[T](in.guild))
	in.c.observed[fmt.Sprintf("child %T", *new(T))] += len(have)
	_, members := any(want).(map[types.Snowflake]types.GuildMember)
	for id, v := range have {
		if _, ok := want[id]; !ok {
			in.c.report("%s: guild %d has %T %d, which is not there", in.step, in.id, v, id)
		} else if known != nil {
			in.same(in.step, fmt.Sprintf("%T %d in guild %d", v, id, in.id), comparable(*v), comparable(*known(id)))
		}
	}
	if members && slices.Contains(in.c.inline.Incomplete(), in.id) {
		return
	}
	for id, v := range want {
		if have[id] == nil {
			in.c.report("%s: guild %d lacks %T %d", in.step, in.id, v, id)
		}
	}
}

// comparable leaves out of a value what the state keeps apart and an observed entity does not.
func comparable(v any) any {
	switch v := v.(type) {
	case types.VoiceState:
		v.Member = nil
		return v
	case types.GuildMember:
		// The state has the user as it is now, wherever it has learnt that.
		return types.GuildMember{Nick: v.Nick, Roles: v.Roles, Flags: v.Flags, JoinedAt: v.JoinedAt}
	case types.Presence:
		v.User = nil // as in members
		return v
	case types.Relationship:
		v.User = nil // which an update does not bring
		return v
	}
	return v
}

// byItsID returns a list by its ids, nothing if it is not there.
func byItsID[T any](list []T, here bool, of func(*T) types.Snowflake) map[types.Snowflake]T {
	all := map[types.Snowflake]T{}
	for i := range list {
		if here {
			all[of(&list[i])] = list[i]
		}
	}
	return all
}

func roleID(r *types.Role) types.Snowflake       { return r.ID }
func emojiID(e *types.Emoji) types.Snowflake     { return e.ID }
func stickerID(s *types.Sticker) types.Snowflake { return s.ID }

// more observes something more of a kind that is chosen at random, if there is any.
func (o *observing) more(view world.View) {
	kinds := []func(world.View){o.moreInGuild, o.moreInGuild, o.moreLists, o.moreOfUsers}
	kinds[o.dice.IntN(len(kinds))](view)
}

// chosen returns one of the keys of a map.
func chosen[V any](o *observing, m map[types.Snowflake]V) types.Snowflake {
	if len(m) == 0 {
		return 0
	}
	return slices.Sorted(maps.Keys(m))[o.dice.IntN(len(m))]
}

// part observes an entity that the state has, if it has it. want is what it must be: nil while it is gone; lasting says
// that a new session tells what became of it.
func part[T gateway.Observable](
	o *observing, lasting bool, want func(world.View) *T, view world.View, options ...gateway.ObserveOption,
) {
	value := want(view)
	if value == nil {
		return
	}
	kind := fmt.Sprintf("%T", *value)
	shared := hold(o, *value, options...)
	if shared == nil {
		return
	}
	there := true
	check := func(view world.View) bool {
		have, want := shared.Load(), want(view)
		o.turns(&there, have != nil)
		switch {
		case (have == nil) != (want == nil):
			if !lasting && want == nil {
				return false // What it was in has gone, which is not said of it.
			}
			o.c.report("an observed %s is %+v, and there is %+v", kind, have, want)
		case have != nil:
			o.same(o.c.name, "a "+kind, comparable(*have), comparable(*want))
		}
		return true
	}
	o.parts = append(o.parts, observedPart{kind: kind, lasting: lasting, stop: shared.Stop, check: check})
}

// turns counts what has gone, and what has come back.
func (o *observing) turns(there *bool, now bool) {
	switch {
	case *there && !now:
		o.c.observed["gone"]++
	case now && !*there:
		o.c.observed["back"]++
	}
	*there = now
}

// moreInGuild observes what is in a guild, with an id that the guild's events name.
func (o *observing) moreInGuild(view world.View) {
	s, guild := o.c.known, chosen(o, view.Guilds)
	inside, here := view.Guilds[guild]
	if !here {
		return
	}
	in := gateway.InGuild(guild)
	switch o.dice.IntN(5) {
	case 0:
		id := chosen(o, inside.Channels)
		part(o, true, func(world.View) *types.Channel { return s.Channel(id) }, view)
	case 1:
		id := chosen(o, inside.Threads)
		part(o, true, func(world.View) *types.Channel { return s.Channel(id) }, view)
	case 2:
		id := chosen(o, inside.Members)
		part(o, true, func(world.View) *types.GuildMember { return s.Member(guild, id) }, view, in)
	case 3:
		id := chosen(o, inside.VoiceStates)
		part(o, true, func(world.View) *types.VoiceState { return s.VoiceState(guild, id) }, view, in)
	default:
		channel := chosen(o, inside.Messages)
		id := chosen(o, inside.Messages[channel])
		part(o, false, func(world.View) *types.Message { return s.Message(channel, id) }, view)
	}
}

// moreLists observes what a guild has in lists, and its stages and events.
func (o *observing) moreLists(view world.View) {
	guild := chosen(o, view.Guilds)
	inside, here := view.Guilds[guild]
	if !here {
		return
	}
	in := gateway.InGuild(guild)
	switch o.dice.IntN(5) {
	case 0:
		id := chosen(o, byItsID(inside.Guild.Roles, true, roleID))
		part(o, true, func(world.View) *types.Role { return o.c.known.Role(guild, id) }, view, in)
	case 1:
		id := chosen(o, byItsID(inside.Guild.Emojis, true, emojiID))
		part(o, true, func(world.View) *types.Emoji { return inList(o, guild, id, emojisOf, emojiID) }, view, in)
	case 2:
		id := chosen(o, byItsID(inside.Guild.Stickers, true, stickerID))
		part(o, true, func(world.View) *types.Sticker { return inList(o, guild, id, stickersOf, stickerID) }, view, in)
	case 3:
		id := chosen(o, inside.ScheduledEvents)
		part(o, true, func(world.View) *types.GuildScheduledEvent { return o.c.known.ScheduledEvent(id) }, view)
	default:
		channel := chosen(o, inside.Stages)
		id := inside.Stages[channel].ID
		part(o, true, func(world.View) *types.StageInstance {
			if stage := o.c.known.StageInstance(guild, channel); stage != nil && stage.ID == id {
				return stage
			}
			return nil
		}, view)
	}
}

func emojisOf(g *types.Guild) []types.Emoji     { return g.Emojis }
func stickersOf(g *types.Guild) []types.Sticker { return g.Stickers }

// inList returns what the state has in a list of a guild, or nil.
func inList[T any](
	o *observing, guild, id types.Snowflake, list func(*types.Guild) []T, of func(*T) types.Snowflake,
) *T {
	known := o.c.known.Guild(guild)
	if known == nil {
		return nil
	}
	all := list(known)
	if i := slices.IndexFunc(all, func(v T) bool { return of(&v) == id }); i >= 0 {
		return &all[i]
	}
	return nil
}

// moreOfUsers observes what has the id of a user.
func (o *observing) moreOfUsers(view world.View) {
	s := o.c.known
	users := map[types.Snowflake]*types.User{}
	for u := range s.Users() {
		users[u.ID] = u
	}
	switch o.dice.IntN(4) {
	case 0:
		id := chosen(o, users)
		part(o, false, func(world.View) *types.User { return s.User(id) }, view)
	case 1:
		id := chosen(o, view.Relationships)
		part(o, true, func(world.View) *types.Relationship { return s.Relationship(id) }, view)
	case 2:
		id := chosen(o, view.Friends)
		part(o, true, func(world.View) *types.Presence { return s.Presence(0, id) }, view, gateway.InGuild(0))
	default:
		guild := chosen(o, view.Guilds)
		thread := chosen(o, view.Guilds[guild].Threads)
		members := map[types.Snowflake]*types.ThreadMember{}
		for m := range s.ThreadMembers(thread) {
			members[m.UserID] = m
		}
		id := chosen(o, members)
		part(o, false, func(world.View) *types.ThreadMember { return s.ThreadMember(thread, id) }, view)
	}
}
