package pubsub

import (
	"slices"

	"github.com/chorus-go/chorus/types"
)

// listGuild holds the member lists of one guild. Its lane is the only one who touches the rest, so nothing is locked
// while the source or a sink is called.
type listGuild struct {
	id       types.Snowflake
	owner    *LazyGuild
	lane     lane
	lists    []*memberList                      // that somebody looks at, in the order in which they were made
	channels map[types.Snowflake]*listedChannel // beside which somebody looks
}

// listedChannel is a channel beside which somebody looks at a list.
type listedChannel struct {
	list     *memberList
	sessions map[string][]Range
}

// guild returns the lists of a guild, and notes that a channel is in it.
func (l *LazyGuild) guild(guild, channel types.Snowflake) *listGuild {
	l.mu.Lock()
	defer l.mu.Unlock()
	g := l.guilds[guild]
	if g == nil {
		g = &listGuild{id: guild, owner: l, channels: make(map[types.Snowflake]*listedChannel)}
		l.guilds[guild] = g
	}
	l.channels[channel] = g
	return g
}

// all returns the guilds of which somebody looked at a list, sorted.
func (l *LazyGuild) all() []types.Snowflake {
	l.mu.Lock()
	defer l.mu.Unlock()
	guilds := make([]types.Snowflake, 0, len(l.guilds))
	for guild := range l.guilds {
		guilds = append(guilds, guild)
	}
	slices.Sort(guilds)
	return guilds
}

// do carries out an operation on the lists of a guild, in its turn.
func (l *LazyGuild) do(g *listGuild, operation func(*listGuild) []*StateError) error {
	return dispatchError(l.name, g.lane.do(func() []*StateError { return operation(g) }))
}

// in is do for the guild with that id, if somebody looked at a list of it.
func (l *LazyGuild) in(guild types.Snowflake, operation func(*listGuild) []*StateError) error {
	l.mu.Lock()
	g := l.guilds[guild]
	l.mu.Unlock()
	if g == nil {
		return nil
	}
	return l.do(g, operation)
}

// on is do for the guild of a channel, if somebody looked at its list.
func (l *LazyGuild) on(channel types.Snowflake, operation func(*listGuild) []*StateError) error {
	l.mu.Lock()
	g := l.channels[channel]
	l.mu.Unlock()
	if g == nil {
		return nil
	}
	return l.do(g, operation)
}

// look makes a session look at ranges beside a channel.
func (g *listGuild) look(session string, channel types.Snowflake, ranges []Range) (failed []*StateError) {
	c := g.channels[channel]
	if len(ranges) == 0 {
		if c == nil || c.sessions[session] == nil {
			return nil
		}
		failed = c.list.look(session, channel, nil)
		g.leave(session, channel)
		return failed
	}
	id, ok := g.owner.source.List(channel)
	if !ok { // deleted since it was asked for
		g.removeChannel(channel)
		return nil
	}
	if c != nil && c.list.id != id {
		failed = g.update(channel)
		c = g.channels[channel]
	}
	if c == nil {
		c = &listedChannel{list: g.list(id), sessions: make(map[string][]Range)}
		g.channels[channel] = c
	}
	c.sessions[session] = ranges
	_ = g.owner.lookers.Sub(channel, session) // which admits everybody
	return append(failed, c.list.look(session, channel, ranges)...)
}

// forget ends whatever a session looks at.
func (g *listGuild) forget(session string) {
	for _, channel := range g.sortedChannels() {
		g.leave(session, channel)
	}
}

// leave ends what a session looks at beside a channel.
func (g *listGuild) leave(session string, channel types.Snowflake) {
	c := g.channels[channel]
	if c == nil {
		return
	}
	c.list.leave(session, channel)
	delete(c.sessions, session)
	g.owner.lookers.Unsub(channel, session)
	if len(c.sessions) == 0 {
		delete(g.channels, channel)
		g.drop(c.list)
	}
}

// removeChannel ends what everybody looks at beside a channel.
func (g *listGuild) removeChannel(channel types.Snowflake) {
	if c := g.channels[channel]; c != nil {
		for _, session := range g.owner.lookers.Subscribers(channel) { // in an order that is always the same
			c.list.leave(session, channel)
		}
		delete(g.channels, channel)
		g.owner.lookers.Remove(channel)
		g.drop(c.list)
	}
}

// update gives a channel the list that it has now.
func (g *listGuild) update(channel types.Snowflake) (failed []*StateError) {
	c := g.channels[channel]
	if c == nil {
		return nil
	}
	id, ok := g.owner.source.List(channel)
	switch {
	case !ok:
		g.removeChannel(channel)
		return nil
	case id == c.list.id:
		return c.list.refresh()
	}
	old := c.list
	c.list = g.list(id)
	for _, session := range g.owner.lookers.Subscribers(channel) {
		failed = append(failed, old.look(session, channel, nil)...)
		failed = append(failed, c.list.look(session, channel, c.sessions[session])...)
	}
	g.drop(old)
	return failed
}

// list returns the list with an id, made if it is not there.
func (g *listGuild) list(id ListID) *memberList {
	for _, list := range g.lists {
		if list.id == id {
			return list
		}
	}
	list := newMemberList(id, g.owner.source, g.owner.states, g.forget)
	g.lists = append(g.lists, list)
	return list
}

// drop forgets a list unless a channel has it: the lists that nobody looks at take no memory.
func (g *listGuild) drop(list *memberList) {
	for _, c := range g.channels {
		if c.list == list {
			return
		}
	}
	g.lists = slices.DeleteFunc(g.lists, func(other *memberList) bool { return other == list })
}

// sortedChannels returns the channels beside which somebody looks.
func (g *listGuild) sortedChannels() []types.Snowflake {
	channels := make([]types.Snowflake, 0, len(g.channels))
	for channel := range g.channels {
		channels = append(channels, channel)
	}
	slices.Sort(channels)
	return channels
}
