package gateway

import (
	"iter"
	"slices"

	"github.com/chorus-go/chorus/types"
)

// MemberListState is a lazy member list at one moment: what a client shows beside a channel. It never changes, so it
// may be read from any goroutine; Apply makes the next one. The zero value is a list of which nothing is known. It
// needs no connection: MemberList is the one that follows a server.
//
// Headings (groups) and members are rows of one list and share its indexes, from 0. Only some rows are known, those of
// the ranges that were asked for; the others are holes, for which clients show placeholders. What is read is shared
// with the observers of the events and read-only.
//
// Source: GUILD_MEMBER_LIST_UPDATE.
type MemberListState struct {
	guildID types.Snowflake
	id      string
	members int64
	online  int64
	groups  []types.GuildMemberListGroup
	rows    memberRows
}

// MemberListGroup is a heading of a member list, with its place in it.
type MemberListGroup struct {
	types.GuildMemberListGroup // the id of a role, "online" or "offline", and how many members follow

	Index int // of the row with the heading, as the counts have it; the first member of the group has the next one
}

// Apply returns the list as an event makes it. The operations are carried out in their order:
//
//   - SYNC replaces the rows of a range; what the list has no items for becomes a hole.
//   - INSERT puts a row at an index; the rows from there on move up by one.
//   - UPDATE replaces a row.
//   - DELETE removes a row; those behind it move down by one.
//   - INVALIDATE makes holes of a range, and moves nothing.
//
// Indexes may lie in holes. The groups and both counts are those of the event. An event with an operation that makes
// no sense (a negative index, a range that is none, no item, a kind that is not known, of which nobody can say what it
// did to the indexes) is not applied at all: the result is the list as it was, and a *MemberListError; so it is for an
// event of another guild or list. Memory is taken by what an event holds, never by the numbers in it: of more than
// 65,536 known rows, all but those of the last SYNC are forgotten.
func (s *MemberListState) Apply(event *types.GuildMemberListUpdate) (*MemberListState, error) {
	refused := func(position int, op types.GuildMemberListOpType, reason string) (*MemberListState, error) {
		return s, &MemberListError{GuildID: event.GuildID, ListID: event.ID, Position: position, Op: op, Reason: reason}
	}
	switch {
	case s.id != "" && (event.ID != s.id || event.GuildID != s.guildID):
		return refused(-1, "", "is about another list")
	case len(event.Ops) > maxListOps:
		return refused(-1, "", "has too many operations")
	}
	rows := slices.Clone(s.rows)
	for i := range event.Ops {
		var reason string
		if rows, reason = rows.apply(&event.Ops[i]); reason != "" {
			return refused(i, event.Ops[i].Op, reason)
		}
	}
	next := &MemberListState{
		guildID: event.GuildID,
		id:      event.ID,
		members: event.MemberCount,
		online:  event.OnlineCount,
		groups:  event.Groups,
		rows:    rows,
	}
	next.recount()
	return next, nil
}

// recount gives the headings that are known the counts that their groups have. An official client shows those, and a
// server need not update the row. Spacebar counts a group once for each range: then the row is right as it is.
func (s *MemberListState) recount() {
	groups := make(map[string]*types.GuildMemberListGroup, len(s.groups))
	for i := range s.groups {
		if group := &s.groups[i]; groups[group.ID] == nil {
			groups[group.ID] = group
		} else {
			groups[group.ID] = new(types.GuildMemberListGroup) // of no row
		}
	}
	for i := range s.rows {
		if heading := s.rows[i].item.Group; heading != nil {
			if group := groups[heading.ID]; group != nil && group.ID == heading.ID {
				s.rows[i].item.Group = group
			}
		}
	}
}

// forgotten returns the list with nothing but holes.
func (s *MemberListState) forgotten() *MemberListState {
	next := *s
	next.rows = nil
	return &next
}

// GuildID returns the guild of which these are members, 0 on the zero value.
func (s *MemberListState) GuildID() types.Snowflake { return s.guildID }

// ID returns the id of the list, "" on the zero value. Lists have ids of their own because channels that the same
// people may see share one: "everyone" is the list of all channels that everybody may see, others are a hash that
// types.MemberListID computes.
func (s *MemberListState) ID() string { return s.id }

// MemberCount returns how many members the guild has, as the server said last.
func (s *MemberListState) MemberCount() int64 { return s.members }

// OnlineCount returns how many members are online, as the server said last.
func (s *MemberListState) OnlineCount() int64 { return s.online }

// Groups returns the headings of the list in their order, known rows or not. The slice is the caller's.
func (s *MemberListState) Groups() []MemberListGroup {
	groups := make([]MemberListGroup, len(s.groups))
	index := 0
	for i, group := range s.groups {
		groups[i] = MemberListGroup{GuildMemberListGroup: group, Index: index}
		index = following(index, group)
	}
	return groups
}

// following returns the index behind a group that begins at index. What a server says that it counts cannot overflow.
func following(index int, group types.GuildMemberListGroup) int {
	return int(min(int64(index)+1+min(max(group.Count, 0), maxListIndex), maxListIndex))
}

// Len returns how many rows the list has, known or not: those of its groups by their counts, or more if a row is known
// behind them. It is a number of the server's: allocate nothing by it.
func (s *MemberListState) Len() int {
	length := 0
	for _, group := range s.groups {
		length = following(length, group)
	}
	if n := len(s.rows); n > 0 {
		length = max(length, s.rows[n-1].index+1)
	}
	return length
}

// Known returns how many rows are known.
func (s *MemberListState) Known() int { return len(s.rows) }

// Row returns the row with that index, a heading or a member, and false for a hole and beyond the list.
func (s *MemberListState) Row(index int) (types.GuildMemberListItem, bool) { return s.rows.at(index) }

// Rows yields the known rows with their indexes, in their order.
func (s *MemberListState) Rows() iter.Seq2[int, types.GuildMemberListItem] {
	return func(yield func(int, types.GuildMemberListItem) bool) {
		for _, row := range s.rows {
			if !yield(row.index, row.item) {
				return
			}
		}
	}
}

// Range yields each row from first to last, both included, as far as the list goes. A hole is an item that has neither
// Group nor Member.
func (s *MemberListState) Range(first, last int) iter.Seq2[int, types.GuildMemberListItem] {
	return func(yield func(int, types.GuildMemberListItem) bool) {
		first, last := max(first, 0), min(last, s.Len()-1)
		known := s.rows[s.rows.search(first):]
		for index := first; index <= last; index++ {
			var item types.GuildMemberListItem
			if len(known) > 0 && known[0].index == index {
				item, known = known[0].item, known[1:]
			}
			if !yield(index, item) {
				return
			}
		}
	}
}

// Find returns the row of a user and its index, or nil and -1 when it is not among the known rows. It looks at each of
// them. Spacebar repeats members at the edges of ranges: it is the first of them.
func (s *MemberListState) Find(userID types.Snowflake) (index int, member *types.GuildMemberListMember) {
	for _, row := range s.rows {
		if m := row.item.Member; m != nil && (m.User != nil && m.User.ID == userID || m.User == nil && m.UserID == userID) {
			return row.index, m
		}
	}
	return -1, nil
}
