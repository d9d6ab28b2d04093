package gatewaytest

import (
	"errors"
	"math/rand/v2"
	"reflect"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
	"github.com/chorus-go/chorus/types"
)

// observing is what a client observes with gateway.Observe on one handle: every guild as soon as it sees it, and from
// time to time something else. It is held against the world at each checkpoint.
type observing struct {
	c      *soakClient
	handle gateway.GatewayHandle
	dice   *rand.Rand
	guilds map[types.Snowflake]*gateway.Shared[types.Guild]
	there  map[types.Snowflake]bool // which of them were there at the last checkpoint
	parts  []observedPart
}

// observedPart is one entity that is observed.
type observedPart struct {
	kind    string
	lasting bool // whether a new session says what became of it
	stop    func()
	check   func(view world.View) (known bool) // false once nothing can be said of it any more
}

// soakParts is how many entities are observed at most beside guilds.
const soakParts = 40

func newObserving(c *soakClient, handle gateway.GatewayHandle) *observing {
	return &observing{
		c: c, handle: handle, dice: rand.New(rand.NewPCG(uint64(c.user.ID), 3)),
		guilds: map[types.Snowflake]*gateway.Shared[types.Guild]{}, there: map[types.Snowflake]bool{},
	}
}

// checkpoint compares everything, and then observes something more.
func (o *observing) checkpoint(step string, view world.View) {
	if o == nil || o.handle.Err() != nil {
		return
	}
	for id, guild := range o.guilds {
		o.compareGuild(step, id, guild, view)
	}
	kept := o.parts[:0]
	for _, part := range o.parts {
		if part.check(view) {
			o.c.observed[part.kind]++
			kept = append(kept, part)
		} else {
			part.stop()
		}
	}
	clear(o.parts[len(kept):])
	o.parts = kept
	for id := range view.Guilds {
		if o.guilds[id] == nil {
			contents := o.contents(id)
			if guild := hold(o, contents.Guild, gateway.WithContents(&contents)); guild != nil {
				o.guilds[id], o.there[id] = guild, true
			}
		}
	}
	o.more(view)
	if len(o.parts) > soakParts {
		if oldest := o.parts[0]; o.dice.IntN(2) == 0 {
			oldest.stop() // or it is garbage
		}
		o.parts = append([]observedPart{}, o.parts[1:]...)
	}
}

// session is called when a session has begun: what READY does not have may have changed unseen.
func (o *observing) session() {
	if o == nil {
		return
	}
	var kept []observedPart
	for _, part := range o.parts {
		if part.lasting {
			kept = append(kept, part)
		} else {
			part.stop()
		}
	}
	o.parts = kept
}

// hold observes something. It returns nil if the handle has ended just now.
func hold[T gateway.Observable](o *observing, value T, options ...gateway.ObserveOption) *gateway.Shared[T] {
	shared, err := gateway.Observe(o.c.context, o.handle, value, options...)
	if err != nil && !errors.Is(err, gateway.ErrClosed) {
		o.c.report("%T: %v", value, err)
	}
	return shared
}

// contents is what a client knows of a guild.
func (o *observing) contents(id types.Snowflake) types.GatewayGuild {
	s := o.c.known
	g := types.GatewayGuild{Guild: types.Guild{ID: id}}
	if known := s.Guild(id); known != nil {
		g.Guild = *known
	}
	for v := range s.Channels(id) {
		g.Channels = append(g.Channels, *v)
	}
	for v := range s.Threads(id) {
		g.Threads = append(g.Threads, *v)
	}
	for v := range s.Members(id) {
		g.Members = append(g.Members, *v)
	}
	for v := range s.VoiceStates(id) {
		g.VoiceStates = append(g.VoiceStates, *v)
	}
	for v := range s.StageInstances(id) {
		g.StageInstances = append(g.StageInstances, *v)
	}
	for v := range s.ScheduledEvents(id) {
		g.GuildScheduledEvents = append(g.GuildScheduledEvents, *v)
	}
	return g
}

// compareGuild holds an observed guild and what is in it against the world, and where the world has other words for the
// same, against the state, which is held against the world too.
func (o *observing) compareGuild(step string, id types.Snowflake, guild *gateway.Shared[types.Guild], view world.View) {
	o.c.observed["guild"]++
	want, here := view.Guilds[id]
	now := guild.Load()
	there := o.there[id]
	o.turns(&there, now != nil)
	o.there[id] = there
	if (now != nil) != here {
		o.c.report("%s: guild %d is observed as %+v, and there: %v", step, id, now, here)
		return
	}
	if here && (now.Name != want.Guild.Name || now.OwnerID != want.Guild.OwnerID) {
		o.c.report("%s: guild %d is observed as %+v, not %+v", step, id, now, want.Guild)
	}
	if here {
		o.same(step, "the roles of the guild", now.Roles, o.c.known.Guild(id).Roles)
		o.same(step, "the stickers of the guild", now.Stickers, o.c.known.Guild(id).Stickers)
		o.same(step, "the emojis of the guild", now.Emojis, o.c.known.Guild(id).Emojis)
	}
	in, channels := childrenIn{o, step, guild, id}, map[types.Snowflake]types.Channel{}
	for id, c := range want.Channels {
		channels[id] = c
	}
	for id, c := range want.Threads {
		channels[id] = c
	}
	s := o.c.known
	compareChildren(in, channels, func(id types.Snowflake) *types.Channel { return s.Channel(id) })
	compareChildren(in, byItsID(want.Guild.Roles, here, roleID), func(role types.Snowflake) *types.Role {
		return s.Role(id, role)
	})
	compareChildren(in, byItsID(want.Guild.Emojis, here, emojiID), nil)
	compareChildren(in, byItsID(want.Guild.Stickers, here, stickerID), nil)
	compareChildren(in, want.VoiceStates, func(user types.Snowflake) *types.VoiceState { return s.VoiceState(id, user) })
	compareChildren(in, want.ScheduledEvents, s.ScheduledEvent)
	stages := map[types.Snowflake]types.StageInstance{}
	for _, stage := range want.Stages {
		stages[stage.ID] = stage
	}
	compareChildren(in, stages, nil)
	compareChildren(in, want.Members, func(user types.Snowflake) *types.GuildMember { return s.Member(id, user) })
}

// same reports a difference.
func (o *observing) same(step, what string, have, want any) {
	if !reflect.DeepEqual(have, want) {
		o.c.report("%s: %s is observed as\n%+v, and the state has\n%+v", step, what, have, want)
	}
}
