package gateway

import (
	"context"
	"errors"
	"iter"
	"slices"
	"sync/atomic"

	"github.com/chorus-go/chorus/internal/json"
	"github.com/chorus-go/chorus/types"
)

// ErrListClosed is why a member list ended that was closed by MemberList.Close.
var ErrListClosed = errors.New("gateway: the member list is closed")

// MemberList is the list of members beside a channel, as a client shows it: GatewayHandle.MemberList makes one, and it
// goes on applying what the server says until it ends. All methods are safe from any goroutine, at any time, and none
// but Scroll blocks.
//
// Events are applied as they are read: an observer of GUILD_MEMBER_LIST_UPDATE finds the list at least as new as its
// event. Each method reads the list as it is at that moment; what belongs together is read from one State.
//
// An event that makes no sense, or does not decode, is reported on Events.Error, as a *MemberListError or a
// *DecodeError, and all rows become holes, because nobody knows which indexes they have now: Scroll asks for them
// again. When a new session begins on the handle, all rows become holes and the ranges are asked for anew; after a
// resume they are asked for, and the rows stay.
type MemberList struct {
	handle  GatewayHandle
	request MemberListRequest
	ctx     context.Context // the life of the list
	cancel  context.CancelCauseFunc

	current atomic.Pointer[memberListPage]
	ranges  atomic.Pointer[[][2]int64] // that the server was asked for last
	watches Subscriptions
}

// memberListPage is a state of a list, and tells when there is a newer one.
type memberListPage struct {
	*MemberListState
	replaced chan struct{} // closed when it is not the newest any longer
}

// State returns the list as it is now.
func (l *MemberList) State() *MemberListState { return l.current.Load().MemberListState }

// Row returns the row with that index, a heading or a member, and false for a hole and beyond the list.
func (l *MemberList) Row(index int) (types.GuildMemberListItem, bool) { return l.State().Row(index) }

// Rows yields the known rows with their indexes, in their order, as they are when the loop begins.
func (l *MemberList) Rows() iter.Seq2[int, types.GuildMemberListItem] {
	return func(yield func(int, types.GuildMemberListItem) bool) { l.State().Rows()(yield) }
}

// Range yields each row from first to last, both included, as far as the list goes and as it is when the loop begins. A
// hole is an item that has neither Group nor Member.
func (l *MemberList) Range(first, last int) iter.Seq2[int, types.GuildMemberListItem] {
	return func(yield func(int, types.GuildMemberListItem) bool) { l.State().Range(first, last)(yield) }
}

// Groups returns the headings of the list in their order, known rows or not. The slice is the caller's.
func (l *MemberList) Groups() []MemberListGroup { return l.State().Groups() }

// Len returns how many rows the list has, known or not. See MemberListState.Len.
func (l *MemberList) Len() int { return l.State().Len() }

// Find returns the row of a user and its index, or nil and -1 when it is not among the known rows. See
// MemberListState.Find.
func (l *MemberList) Find(userID types.Snowflake) (index int, member *types.GuildMemberListMember) {
	return l.State().Find(userID)
}

// Changes yields the list whenever it has changed since the state that it yielded before, the first time since Changes
// was called, and ends when ctx or the list does. A loop that takes its time delays nobody and misses states in
// between, never the newest.
func (l *MemberList) Changes(ctx context.Context) iter.Seq[*MemberListState] {
	if ctx == nil {
		ctx = context.Background()
	}
	begin := l.current.Load()
	return func(yield func(*MemberListState) bool) {
		for page := begin; ; {
			select {
			case <-page.replaced:
			case <-ctx.Done():
				return
			case <-l.ctx.Done():
				select {
				case <-page.replaced: // The last change.
				default:
					return
				}
			}
			if ctx.Err() != nil {
				return
			}
			page = l.current.Load()
			if !yield(page.MemberListState) {
				return
			}
		}
	}
}

// Scroll asks the server for other ranges of the list, in place of those asked for before; MemberListRanges makes them
// of the rows that are to be seen. It returns when the request is written. What the server answers shows in Changes;
// rows of other ranges stay as they are until the server says otherwise. Ranges that an official client would not ask
// for are refused with a *PayloadError: each is 100 rows wide and begins at a multiple of 100, and there are three at
// most. With no range at all, the server is told that nobody looks at the list.
//
// It ends with ctx; with the reason for which the list has ended; and with the error of the handle when that ends.
//
// Source: https://docs.discord.food/topics/gateway-events#update-guild-subscriptions
func (l *MemberList) Scroll(ctx context.Context, ranges ...[2]int64) error {
	if err := l.Err(); err != nil {
		return err
	}
	if err := checkBlocks(l.request.op(), l.request.ChannelID, ranges); err != nil {
		return err
	}
	ranges = slices.Clone(ranges)
	l.ranges.Store(&ranges)
	return l.request.send(ctx, l.handle, ranges)
}

// Close ends the list: it stays as it is, and no subscription to events is left. The server is not told, as other lists
// may be open beside the same channel; Scroll without ranges does. Closing a list that has ended does nothing.
func (l *MemberList) Close() { l.end(ErrListClosed) }

// Done is closed when the list has ended: by Close, with the context that it was made with, or with the handle.
func (l *MemberList) Done() <-chan struct{} { return l.ctx.Done() }

// Err returns nil until Done is closed; then ErrListClosed after Close, the cause of the context's end, or the error of
// the handle.
func (l *MemberList) Err() error {
	if l.ctx.Err() == nil {
		return nil
	}
	return context.Cause(l.ctx)
}

// newMemberList makes a list of which nothing is known yet.
func newMemberList(ctx context.Context, h GatewayHandle, request MemberListRequest) *MemberList {
	l := &MemberList{handle: h, request: request}
	l.ctx, l.cancel = context.WithCancelCause(ctx)
	l.current.Store(&memberListPage{MemberListState: new(MemberListState), replaced: make(chan struct{})})
	l.ranges.Store(&request.Ranges)
	return l
}

// follow makes a list that has its first rows go on by itself.
func (l *MemberList) follow() {
	c := l.handle.connection
	stop := context.AfterFunc(c.life, func() { l.end(context.Cause(c.life)) })
	context.AfterFunc(l.ctx, func() {
		stop()
		l.watches.Unsubscribe()
	})
}

// end ends the list and its subscriptions.
func (l *MemberList) end(cause error) {
	l.cancel(cause)
	l.watches.Unsubscribe()
}

// apply applies an event of the list. It runs on the reader.
func (l *MemberList) apply(event *types.GuildMemberListUpdate) error {
	return l.change(func(s *MemberListState) (*MemberListState, error) { return s.Apply(event) })
}

// forget makes holes of all rows.
func (l *MemberList) forget() {
	_ = l.change(func(s *MemberListState) (*MemberListState, error) { return s.forgotten(), nil })
}

// change replaces the state by a new one, without rows if there is no telling which they are.
func (l *MemberList) change(next func(*MemberListState) (*MemberListState, error)) error {
	for {
		page := l.current.Load()
		state, err := next(page.MemberListState)
		if err != nil {
			state = page.forgotten()
		}
		if l.current.CompareAndSwap(page, &memberListPage{MemberListState: state, replaced: make(chan struct{})}) {
			close(page.replaced)
			return err
		}
	}
}

// updated takes an event of any list of any guild, once the list knows which it is. It runs on the reader.
func (l *MemberList) updated(event *types.GuildMemberListUpdate) {
	state := l.State()
	if l.ctx.Err() != nil || state.id == "" || event.GuildID != state.guildID || event.ID != state.id {
		return
	}
	if err := l.apply(event); err != nil {
		l.handle.connection.report(err)
	}
}

// missed takes an event that does not decode, and may have been one of this list. It runs on the reader.
func (l *MemberList) missed(failure *DecodeError) {
	state := l.State()
	if l.ctx.Err() == nil && state.id != "" && missedList(failure, state.guildID, state.id) {
		l.forget()
	}
}

// missedList reports whether an event that does not decode may have been about a list. The id of a list that is not
// known is "".
func missedList(failure *DecodeError, guildID types.Snowflake, id string) bool {
	if failure.Event != "GUILD_MEMBER_LIST_UPDATE" {
		return false
	}
	var s struct {
		ID      any             `json:"id"`
		GuildID types.Snowflake `json:"guild_id"`
	}
	if json.Unmarshal(failure.Raw, &s) != nil || s.GuildID != guildID {
		return false
	}
	got, ok := s.ID.(string)
	return !ok || id == "" || got == id
}

// began takes the beginning of another session of the handle, or of another connection of the same one: servers keep
// what a client looks at with the session, if they keep it. It runs on the reader.
func (l *MemberList) began(start *sessionStart) {
	if l.ctx.Err() != nil || l.State().id == "" {
		return
	}
	if start.resumed == nil {
		l.forget()
	}
	go func() {
		if err := l.request.send(l.ctx, l.handle, *l.ranges.Load()); err != nil && l.ctx.Err() == nil {
			l.handle.connection.report(err)
		}
	}()
}
