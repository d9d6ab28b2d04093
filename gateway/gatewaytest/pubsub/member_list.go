package pubsub

import (
	"math"
	"slices"

	"github.com/chorus-go/chorus/types"
)

// memberList is one member list that somebody looks at. Its guild's lane is what protects it.
type memberList struct {
	id       ListID
	source   ListSource
	states   *StateManager
	rows     *listRows
	views    []*listView
	sessions map[string]*listSession
	gone     func(session string) // told of a session that does not exist any longer; it makes the list forget it
}

// listSession is a session that looks at a member list.
type listSession struct {
	channels map[types.Snowflake][]Range // several channels can have the same list
	view     *listView
}

// spans returns the rows that the session looks at.
func (s *listSession) spans() []Range {
	var ranges []Range
	for _, r := range s.channels {
		ranges = append(ranges, r...)
	}
	return merged(ranges)
}

// newMemberList returns a list as the source has it, which nobody looks at.
func newMemberList(id ListID, source ListSource, states *StateManager, gone func(string)) *memberList {
	return &memberList{
		id:       id,
		source:   source,
		states:   states,
		rows:     newListRows(source, id),
		sessions: make(map[string]*listSession),
		gone:     gone,
	}
}

// look makes a session look at those ranges of the list beside a channel, and at no others for that channel; none ends
// it. The client gets the rows of all of them. What it does not look at any longer is invalidated.
func (l *memberList) look(session string, channel types.Snowflake, ranges []Range) []*StateError {
	s := l.sessions[session]
	if s == nil {
		if len(ranges) == 0 {
			return nil
		}
		s = &listSession{channels: make(map[types.Snowflake][]Range)}
		l.sessions[session] = s
	}
	var before []Range
	if s.view != nil {
		before = s.view.spans
	}
	if s.channels[channel] = ranges; len(ranges) == 0 {
		delete(s.channels, channel)
	}
	spans := s.spans()
	l.move(session, s, spans)
	var ops []ListOp
	for _, span := range without(before, spans) {
		ops = append(ops, ListOp{Op: ListInvalidate, Range: span})
	}
	for _, r := range ranges {
		ops = append(ops, ListOp{Op: ListSync, Range: r, Items: l.rows.items(r)})
	}
	if len(ops) == 0 {
		return nil
	}
	return l.send([]string{session}, ops)
}

// leave ends what a session looks at beside a channel, without a word to the client.
func (l *memberList) leave(session string, channel types.Snowflake) {
	if s := l.sessions[session]; s != nil {
		delete(s.channels, channel)
		l.move(session, s, s.spans())
	}
}

// move puts a session into the view with those spans. Without any it is forgotten.
func (l *memberList) move(session string, s *listSession, spans []Range) {
	if s.view != nil {
		if slices.Equal(s.view.spans, spans) {
			return
		}
		s.view.sessions.remove(session)
		if len(s.view.sessions.places) == 0 {
			l.views = slices.DeleteFunc(l.views, func(v *listView) bool { return v == s.view })
		}
	}
	if len(spans) == 0 {
		delete(l.sessions, session)
		return
	}
	at := slices.IndexFunc(l.views, func(v *listView) bool { return slices.Equal(v.spans, spans) })
	if at < 0 {
		at = len(l.views)
		l.views = append(l.views, newListView(spans, l.rows))
	}
	s.view = l.views[at]
	s.view.sessions.add(session)
}

// update asks the source for a member and tells everybody what that has changed on their screens.
func (l *memberList) update(user types.Snowflake) []*StateError {
	member, in := l.source.Member(l.id, user)
	member.UserID = user
	change, ok := l.rows.update(user, member, in)
	if !ok {
		return nil
	}
	return l.advance(change)
}

// refresh asks the source for the whole list and tells everybody what that has changed on their screens.
func (l *memberList) refresh() []*StateError {
	before := l.rows.length()
	l.rows = newListRows(l.source, l.id)
	return l.advance(listChange{last: math.MaxInt, counted: true, shrunk: l.rows.length() < before})
}

// advance brings all views to what the rows are after a change.
func (l *memberList) advance(change listChange) (failed []*StateError) {
	for _, view := range slices.Clone(l.views) {
		ops := view.advance(l.rows, change)
		if len(ops) > 0 || change.counted {
			failed = append(failed, l.send(view.sessions.all(), ops)...)
		}
	}
	return failed
}

// send dispatches operations to sessions, and drops those that have gone.
func (l *memberList) send(sessions []string, ops []ListOp) (failed []*StateError) {
	states, gone := l.states.resolve(sessions)
	for _, session := range gone {
		l.gone(session)
	}
	if len(states) == 0 {
		return nil
	}
	update := &ListUpdate{ID: l.id.ID, GuildID: l.id.Guild, Groups: l.rows.shown(), Ops: ops}
	update.MemberCount, update.OnlineCount = l.source.Counts(l.id.Guild)
	if update.Ops == nil {
		update.Ops = []ListOp{}
	}
	for _, s := range states {
		s.enqueue(Event{Type: ListUpdateEvent, Payload: update})
		failed = append(failed, s.flush()...)
	}
	return failed
}
