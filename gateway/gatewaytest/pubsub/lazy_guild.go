package pubsub

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/chorus-go/chorus/types"
)

// LazyGuildBackend is the name of [LazyGuild].
const LazyGuildBackend = "lazy_guild"

// The bounds of what one session may look at beside one channel.
const (
	MaxRangeRows = 100  // of one range, as the protocol has it
	MaxListRows  = 1000 // of all ranges together
)

// ListSubscription is a subscriber of [LazyGuild]: what a client says with op 14 or op 37 about one channel.
type ListSubscription struct {
	SessionID string  // who looks at the list
	Ranges    []Range // all that is looked at; they replace those of before
}

// LazyGuild is the backend lazy_guild: the key is a channel, and the subscribers are sessions that look at ranges of the
// member list beside it. It keeps the list of each channel that somebody looks at, and sends GUILD_MEMBER_LIST_UPDATE,
// with a *[ListUpdate]: SYNC for what a session begins to look at, INVALIDATE for what it does not look at any longer,
// and INSERT, UPDATE and DELETE, as few as lead from the old rows to the new, when a member changes. The groups are the
// hoisted roles, online and offline; within a group members are sorted by name.
//
// The rows come from the [ListSource] and are asked for again when the server tells of a change: UpdateMember, Refresh
// and UpdateChannel are called after the change. A change of one member takes time for the rows that are looked at and
// for the logarithm of the list, not for the list.
//
// Whatever is done to the lists of a guild is done in the order of the calls. A call that comes while another goroutine
// is at work on the same guild leaves its work to that goroutine and returns, with nil; all others return what failed,
// as a *[DispatchError]. Headings are not updated when only their count changes: clients take counts from Groups, which
// everybody who looks at a list is told.
type LazyGuild struct {
	Base[types.Snowflake] // its name and the states
	source                ListSource
	lookers               *WithSubscribers[types.Snowflake, string] // by channel; for Dispatch, the lists know better

	mu       sync.Mutex
	guilds   map[types.Snowflake]*listGuild
	channels map[types.Snowflake]*listGuild // that somebody looked at
}

// NewLazyGuild returns the backend over those states and that world.
func NewLazyGuild(states *StateManager, source ListSource) *LazyGuild {
	return &LazyGuild{
		Base:     NewBase[types.Snowflake](LazyGuildBackend, states),
		source:   source,
		lookers:  NewWithSubscribers[types.Snowflake, string](LazyGuildBackend, states, nil),
		guilds:   make(map[types.Snowflake]*listGuild),
		channels: make(map[types.Snowflake]*listGuild),
	}
}

// Sub makes a session look at those ranges of the list beside a channel, instead of those that it looked at there, and
// sends it their rows; without any it is Unsub with an INVALIDATE. The error is [ErrUnknownSession], [ErrUnknownChannel]
// or a *[RangeError], on which nothing changes, or a *[DispatchError].
func (l *LazyGuild) Sub(channel types.Snowflake, subscription ListSubscription) error {
	if err := checkRanges(subscription.Ranges); err != nil {
		return err
	}
	if _, ok := l.states.Session(subscription.SessionID); !ok {
		return ErrUnknownSession
	}
	id, ok := l.source.List(channel)
	if !ok {
		return ErrUnknownChannel
	}
	session, ranges := subscription.SessionID, slices.Clone(subscription.Ranges)
	return l.do(l.guild(id.Guild, channel), func(g *listGuild) []*StateError {
		return g.look(session, channel, ranges)
	})
}

// checkRanges returns what is wrong with ranges.
func checkRanges(ranges []Range) error {
	rows := 0
	for _, r := range ranges {
		switch {
		case r[0] < 0 || r[1] < r[0]:
			return &RangeError{Range: r, Reason: "is none"}
		case r[1]-r[0] >= MaxRangeRows:
			return &RangeError{Range: r, Reason: fmt.Sprintf("has more than %d rows", MaxRangeRows)}
		}
		if rows += r[1] - r[0] + 1; rows > MaxListRows {
			return &RangeError{Range: r, Reason: fmt.Sprintf("makes more than %d rows", MaxListRows)}
		}
	}
	return nil
}

// Unsub ends what a session looks at beside a channel. Nothing is sent.
func (l *LazyGuild) Unsub(channel types.Snowflake, sessionID string) error {
	return l.on(channel, func(g *listGuild) []*StateError {
		g.leave(sessionID, channel)
		return nil
	})
}

// UnsubGuild ends what a session looks at in a whole guild, as when its user leaves. Nothing is sent.
func (l *LazyGuild) UnsubGuild(guild types.Snowflake, sessionID string) error {
	return l.in(guild, func(g *listGuild) []*StateError {
		g.forget(sessionID)
		return nil
	})
}

// UnsubAll ends whatever a session looks at, as when it ends. Nothing is sent.
func (l *LazyGuild) UnsubAll(sessionID string) error {
	var failed []error
	for _, guild := range l.all() {
		if err := l.UnsubGuild(guild, sessionID); err != nil {
			failed = append(failed, err)
		}
	}
	return errors.Join(failed...)
}

// Subscribe is Sub for a [ListSubscription] whose type is checked now, with a *[TypeError].
func (l *LazyGuild) Subscribe(channel types.Snowflake, subscriber any) error {
	s, err := as[ListSubscription](l.name, "subscriber", subscriber)
	if err != nil {
		return err
	}
	return l.Sub(channel, s)
}

// Unsubscribe is Unsub for a session id, or a [ListSubscription] whose ranges do not matter. Another type is a
// *[TypeError].
func (l *LazyGuild) Unsubscribe(channel types.Snowflake, subscriber any) error {
	if s, ok := subscriber.(ListSubscription); ok {
		return l.Unsub(channel, s.SessionID)
	}
	session, err := as[string](l.name, "subscriber", subscriber)
	if err != nil {
		return err
	}
	return l.Unsub(channel, session)
}

// Reset ends what everybody looks at beside a channel and tells them so, with INVALIDATE.
func (l *LazyGuild) Reset(channel types.Snowflake) {
	// A state that fails to take an INVALIDATE needs none: it is not sent anything else.
	_ = l.on(channel, func(g *listGuild) (failed []*StateError) {
		for _, session := range l.lookers.Subscribers(channel) {
			failed = append(failed, g.look(session, channel, nil)...)
		}
		return failed
	})
}

// Remove forgets a channel, as when it is deleted. Nothing is sent.
func (l *LazyGuild) Remove(channel types.Snowflake) {
	_ = l.on(channel, func(g *listGuild) []*StateError {
		g.removeChannel(channel)
		return nil
	})
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.channels, channel)
}

// RemoveGuild forgets all channels of a guild, as when it is deleted. Nothing is sent.
func (l *LazyGuild) RemoveGuild(guild types.Snowflake) {
	_ = l.in(guild, func(g *listGuild) []*StateError {
		for _, channel := range g.sortedChannels() {
			g.removeChannel(channel)
		}
		return nil
	})
	l.mu.Lock()
	defer l.mu.Unlock()
	for channel, g := range l.channels {
		if g.id == guild {
			delete(l.channels, channel)
		}
	}
	delete(l.guilds, guild)
}

// Subscribers returns the sessions that look at the list beside a channel, in the order in which they began.
func (l *LazyGuild) Subscribers(channel types.Snowflake) []string {
	return l.lookers.Subscribers(channel)
}

// Dispatch sends an event of any type to everybody who looks at the list beside a channel. The lists themselves are
// changed by UpdateMember, Refresh and UpdateChannel.
func (l *LazyGuild) Dispatch(channel types.Snowflake, event Event, filter Filter) ([]*State, error) {
	return dispatchSessions(l.lookers, channel, event, filter)
}

// UpdateMember tells that a member has joined, left, or changed: presence, roles, name or anything else in the row.
// Everybody who looks at a list of the guild gets what that changes for them. A change of the permissions of one member
// is one as well.
func (l *LazyGuild) UpdateMember(guild, user types.Snowflake) error {
	return l.in(guild, func(g *listGuild) (failed []*StateError) {
		for _, list := range slices.Clone(g.lists) {
			failed = append(failed, list.update(user)...)
		}
		return failed
	})
}

// Refresh tells that many members may have changed group or sight at once: a role was made, deleted, moved, hoisted, or
// has other permissions. All lists of the guild are asked for anew. Rows that stay where they were are not sent again.
func (l *LazyGuild) Refresh(guild types.Snowflake) error {
	return l.in(guild, func(g *listGuild) (failed []*StateError) {
		for _, list := range slices.Clone(g.lists) {
			failed = append(failed, list.refresh()...)
		}
		return failed
	})
}

// UpdateChannel tells that the permission overwrites of a channel have changed. If it has another list now, everybody
// who looked at the old one gets the same ranges of the new one; otherwise the list is asked for anew. A channel that
// is no more is removed.
func (l *LazyGuild) UpdateChannel(channel types.Snowflake) error {
	return l.on(channel, func(g *listGuild) []*StateError { return g.update(channel) })
}
