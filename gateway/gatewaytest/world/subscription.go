package world

import (
	"github.com/chorus-go/chorus/gateway/gatewaytest/pubsub"
	"github.com/chorus-go/chorus/types"
)

// Subscribe is what op 14, and op 37 for each guild, asks for: the member lists beside channels, of which
// GUILD_MEMBER_LIST_UPDATE tells from then on, and to be told of the presences of members, each of whom begins with a
// PRESENCE_UPDATE. What a channel's ranges were before is replaced; a channel that is not named stays as it was, and so
// do members, unless there is a list of them, which replaces the one before.
//
// On Discord, typing that is false ends TYPING_START of the guild for the session, until it is true, and each of
// thread_member_lists is answered with a THREAD_MEMBER_LIST_UPDATE; Spacebar ignores both. Threads, activities and
// member_updates need no subscription here.
//
// The error is ErrNotAttached, ErrForbidden for a guild of which the user is no member or a channel that the user
// cannot see, or an *InputError for ranges that there cannot be; then nothing has changed.
func (w *World) Subscribe(s *pubsub.State, guild types.Snowflake, sub types.GuildSubscription) error {
	return w.session(s, func(s *session) error {
		g, err := w.memberGuild(s, guild)
		if err != nil {
			return err
		}
		for _, id := range keys(sub.Channels) {
			c := g.channels[id]
			if c == nil || !c.seenBy(s.account.id()) {
				return forbidden("subscribe", "the user cannot see channel "+id.String())
			}
			if err := checkRanges(sub.Channels[id]); err != nil {
				return err
			}
		}
		if err := w.checkThreads(s, g, sub.ThreadMemberLists); err != nil {
			return err
		}
		w.hearTyping(s, g, sub.Typing)
		w.threadMembers(s, g, sub.ThreadMemberLists)
		if sub.Members != nil {
			w.watchMembers(s, g, sub.Members)
		}
		for _, id := range keys(sub.Channels) {
			list := pubsub.ListSubscription{SessionID: s.id}
			for _, r := range sub.Channels[id] {
				list.Ranges = append(list.Ranges, pubsub.Range{int(r[0]), int(r[1])})
			}
			w.later(func() { w.report(nil, w.topics.lists.Sub(id, list)) })
		}
		return nil
	})
}

// checkRanges returns what is wrong with ranges of a member list.
func checkRanges(ranges [][2]int64) error {
	var rows int64
	for _, r := range ranges {
		if r[0] < 0 || r[1] < r[0] || r[1]-r[0] >= pubsub.MaxRangeRows {
			return wrong("channels", "there cannot be such a range")
		}
		rows += r[1] - r[0] + 1
	}
	if rows > pubsub.MaxListRows {
		return wrong("channels", "the ranges have too many rows")
	}
	return nil
}

// watchMembers replaces whom of a guild a session watches.
func (w *World) watchMembers(s *session, g *guild, users []types.Snowflake) {
	for _, user := range keys(s.watching) {
		if g.members[user] != nil {
			w.unwatch(s, user)
		}
	}
	for _, user := range users {
		if g.members[user] == nil || s.watching[user] {
			continue
		}
		w.watch(s, user)
		id := types.Snowflake(0)
		if w.options.Profile == Discord {
			id = g.data.ID
		}
		w.toSession(s, "PRESENCE_UPDATE", w.accounts[user].presenceUpdate(id, true))
	}
}
