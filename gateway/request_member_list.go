package gateway

import (
	"context"
	"fmt"
	"slices"

	"github.com/chorus-go/chorus/types"
)

// MemberListRequest says which member list GatewayHandle.MemberList is to follow.
type MemberListRequest struct {
	GuildID   types.Snowflake // of the guild
	ChannelID types.Snowflake // a channel that the account may see: for another, Spacebar closes the connection with 4000

	// Ranges are the rows to begin with, as MemberListRanges makes them; none are for the first hundred.
	Ranges [][2]int64

	// ListID is the id of the list, if it is known: types.MemberListID computes it. Without it, the list is the one of
	// which the server sends rows next, as servers do not say for which channel they are. It is needed only when
	// another list of the same guild is open, whose rows may come at that moment.
	ListID string

	// Bulk asks with opcode 37, as recent official clients do, and not with opcode 14, which every server knows.
	Bulk bool
}

// op returns the opcode to ask with.
func (r MemberListRequest) op() types.Opcode {
	if r.Bulk {
		return types.OpcodeGuildSubscriptionsBulk
	}
	return types.OpcodeGuildSubscriptions
}

// send asks for ranges.
func (r MemberListRequest) send(ctx context.Context, h GatewayHandle, ranges [][2]int64) error {
	channels := map[types.Snowflake][][2]int64{r.ChannelID: ranges}
	if r.Bulk {
		guild := types.GuildSubscription{Channels: channels}
		return h.SendGuildSubscriptions(ctx, types.GuildSubscriptionsBulk{Subscriptions: map[types.Snowflake]types.GuildSubscription{r.GuildID: guild}})
	}
	return h.SendLazyRequest(ctx, types.GuildSubscriptionSingle{GuildID: r.GuildID, Channels: channels})
}

// MemberList asks for the member list beside a channel, with opcode 14 or 37, and returns it when its first rows have
// come (a SYNC in a GUILD_MEMBER_LIST_UPDATE). It subscribes before it sends. The list then goes on applying what the
// server says, until ctx ends, Close is called on it, or the handle ends: ctx is for the life of the list and not only
// for the request. Only user accounts have member lists. A channel's ranges are the session's, so there should be one
// list for a channel at a time; any number of channels of any guild may have theirs.
//
// It ends with ctx; with the error of the handle when that ends; with a *RateLimitedError when the server refuses
// because of the rate; with a *DecodeError or a *MemberListError when the answer does not decode or makes no sense; and
// with a *TimeoutError when there is none within 10 s. Ranges that an official client would not ask for are refused
// with a *PayloadError, see MemberList.Scroll. Before READY it returns ErrNotReady.
//
// Spacebar sends rows only when it is asked, and no changes; it takes a range for the offset and the limit of members,
// so that members at the edges of ranges may be repeated, and sends the headings of each range.
//
// Source: https://docs.discord.food/topics/gateway-events#update-guild-subscriptions
func (h GatewayHandle) MemberList(ctx context.Context, request MemberListRequest) (*MemberList, error) {
	c, err := h.asker()
	if err != nil {
		return nil, err
	}
	if ctx == nil {
		ctx = context.Background()
	}
	if request.Ranges = slices.Clone(request.Ranges); len(request.Ranges) == 0 {
		request.Ranges = MemberListRanges(0, 0)
	}
	if err := checkBlocks(request.op(), request.ChannelID, request.Ranges); err != nil {
		return nil, err
	}
	select {
	case c.asking <- struct{}{}:
	case <-ctx.Done():
		return nil, fmt.Errorf("gateway: opcode %v not sent: %w", request.op(), context.Cause(ctx))
	}
	l := newMemberList(ctx, h, request)
	a := l.await(c)
	err = request.send(ctx, h, request.Ranges)
	if err != nil {
		a.close()
	}
	<-c.asking
	if err == nil {
		a.sent()
		_, err = a.only(ctx)
	}
	if err != nil {
		l.end(err)
		return nil, err
	}
	l.follow()
	return l, nil
}

// await subscribes to the events of the list, and to the first of them as the answer to the request. The answer is
// applied on the reader, as the next event may be there before the goroutine that waits.
func (l *MemberList) await(c *connection) *answers[struct{}] {
	const name = "a member list"
	r, updates := l.request, &c.events.Guild.MemberListUpdate
	// This one goes first: it is not for the event that is the answer.
	l.watches = Subscriptions{
		listen(c, updates, name, func(_ *delivery, event *types.GuildMemberListUpdate) { l.updated(event) }),
		listen(c, &c.undecoded, name, func(_ *delivery, failure *DecodeError) { l.missed(failure) }),
		c.sessions.SubscribeFunc(func(_ context.Context, start *sessionStart) { l.began(start) }),
	}
	a := newAnswers[struct{}](c, r.op(), limitedIn(r.GuildID))
	answered := false
	claim := func(d *delivery) bool {
		if d.claimed || answered {
			return false
		}
		d.claimed, answered = true, true
		return true
	}
	subscribe(a, updates, func(d *delivery, event *types.GuildMemberListUpdate) {
		if !r.answeredBy(event) || !claim(d) {
			return
		}
		if err := l.apply(event); err != nil {
			a.fail(err)
			return
		}
		a.put(struct{}{})
	})
	subscribe(a, &c.undecoded, func(d *delivery, failure *DecodeError) {
		if missedList(failure, r.GuildID, r.ListID) && claim(d) {
			a.fail(failure)
		}
	})
	return a
}

// answeredBy reports whether an event has rows that were asked for.
func (r MemberListRequest) answeredBy(event *types.GuildMemberListUpdate) bool {
	if event.GuildID != r.GuildID || event.ID == "" || r.ListID != "" && event.ID != r.ListID {
		return false
	}
	for _, op := range event.Ops {
		if op.Op != types.GuildMemberListOpTypeSync {
			continue
		}
		if len(op.Items) == 0 {
			return true // Of a range beyond the end Spacebar sends neither rows nor the range.
		}
		for _, asked := range r.Ranges {
			if op.Range[0] <= asked[1] && op.Range[1] >= asked[0] {
				return true
			}
		}
	}
	return false
}
