package gateway

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/chorus-go/chorus/types"
)

// GuildMembersResult is the answer to RequestGuildMembers, of all chunks together.
type GuildMembersResult struct {
	GuildID   types.Snowflake     // the guild that was asked about
	Members   []types.GuildMember // in the order in which the server numbered the chunks
	Presences []types.Presence    // if they were asked for; servers leave out who is offline
	NotFound  []types.Snowflake   // of the user ids asked for, those that are no members
}

// RequestGuildMembers sends Request Guild Members (opcode 8) and returns when all chunks of the answer
// (GUILD_MEMBERS_CHUNK) are there, in whatever order they came and however often. It subscribes before it sends, and
// chunks are recognised by their guild and by a nonce, which is made up if the request has none; any number of requests
// may be under way at once. A server that echoes no nonces is taken to answer those of one guild in their order, until
// it has echoed one. The event's other observers are called as for any event; what is returned is shared with them and
// read-only, apart from the slices of the result themselves.
//
// A request with neither Query nor UserIDs is for all members. A Query without a Limit gets one: 100, and for an empty
// Query 0, which means all. Several frames carry more than 100 UserIDs, or those that would exceed Options.MaxFrame;
// each has a nonce of its own (the first one the nonce given) and is sent when the one before is answered. UserIDs that
// are empty and not nil are answered with nothing, without asking.
//
// It ends with ctx; with the error of the handle when that ends; with a *RateLimitedError when the server refuses
// because of the rate; with a *DecodeError when a chunk does not decode; and with a *TimeoutError when no chunk has come
// for 10 s: a Spacebar server whose requests for members are offloaded answers with GUILD_SYNC and no chunk. With each
// of these errors the result holds what had arrived. With ErrNotReady, and for a request that servers close the
// connection for (a nonce over 32 bytes, both Query and UserIDs, a Query with a Limit of 0: a *PayloadError), nothing is
// sent and there is no result.
//
// Source: https://docs.discord.food/topics/gateway-events#request-guild-members
func (h GatewayHandle) RequestGuildMembers(ctx context.Context, request types.RequestGuildMembers) (*GuildMembersResult, error) {
	return gathered(request.GuildID, h.memberChunks(ctx, request))
}

// gathered returns what all chunks have. A request that was not sent has no result.
func gathered(guildID types.Snowflake, all iter.Seq2[memberChunk, error]) (*GuildMembersResult, error) {
	var chunks []memberChunk
	var failure error
	for chunk, err := range all {
		if err != nil {
			failure = err
			if !chunk.asked {
				return nil, failure
			}
			break
		}
		chunks = append(chunks, chunk)
	}
	slices.SortStableFunc(chunks, func(a, b memberChunk) int {
		return cmp.Or(cmp.Compare(a.frame, b.frame), cmp.Compare(a.ChunkIndex, b.ChunkIndex))
	})
	result := &GuildMembersResult{GuildID: guildID}
	for _, chunk := range chunks {
		result.Members = append(result.Members, chunk.Members...)
		result.Presences = append(result.Presences, chunk.Presences...)
		result.NotFound = append(result.NotFound, chunk.NotFound...)
	}
	return result, failure
}

// GuildMembers is RequestGuildMembers as a loop, for guilds that are too large to be waited for:
//
//	for member, err := range handle.GuildMembers(ctx, types.RequestGuildMembers{GuildID: id}) { … }
//
// The members come as the chunks arrive, in that order. An error comes with a nil member and is the last. Each loop is
// a request of its own, which is sent when the loop begins; leaving the loop ends the subscription, though the server
// goes on sending. No member comes after ctx has ended. The loop's body may take its time: it delays nobody, chunks
// wait for it in memory, and the time does not count as the server's silence. The members are shared with the event's
// other observers and read-only.
//
// Source: https://docs.discord.food/topics/gateway-events#request-guild-members
func (h GatewayHandle) GuildMembers(ctx context.Context, request types.RequestGuildMembers) iter.Seq2[*types.GuildMember, error] {
	if ctx == nil {
		ctx = context.Background()
	}
	return func(yield func(*types.GuildMember, error) bool) {
		for chunk, err := range h.memberChunks(ctx, request) {
			if err != nil {
				yield(nil, err)
				return
			}
			for i := range chunk.Members {
				if ctx.Err() != nil {
					yield(nil, fmt.Errorf("gateway: %v: not awaited to the end: %w", types.OpcodeRequestGuildMembers, context.Cause(ctx)))
					return
				}
				if !yield(&chunk.Members[i], nil) {
					return
				}
			}
		}
	}
}

// SearchRecentMembers sends Search Recent Members (opcode 35), see SendSearchRecentMembers, and returns when the answer
// is there, which is a GUILD_MEMBERS_CHUNK with the nonce of the request. It subscribes before it sends, and makes up a
// nonce if the request has none, as RequestGuildMembers does, with which it has errors and result in common. To go on
// where an answer ends, the ContinuationToken is the id of its last member. Only user accounts may ask.
//
// It ends with a *TimeoutError when there is no answer within 10 s: Spacebar does not know this request. A nonce over 32
// bytes is refused with a *PayloadError.
//
// Source: https://docs.discord.food/topics/gateway-events#search-recent-members
func (h GatewayHandle) SearchRecentMembers(ctx context.Context, search types.SearchRecentMembers) (*GuildMembersResult, error) {
	const op = types.OpcodeSearchRecentMembers
	c, err := h.asker()
	if err == nil {
		err = checkNonce(op, search.Nonce)
	}
	if err != nil {
		return nil, err
	}
	if search.Nonce == "" {
		search.Nonce = rand.Text()
	}
	pending := &memberRequest{c: c, op: op, guildID: search.GuildID, nonce: types.Nonce(search.Nonce)}
	return gathered(search.GuildID, func(yield func(memberChunk, error) bool) { pending.chunks(ctx, h, search, yield) })
}

// memberChunk is one chunk of the answer to one frame.
type memberChunk struct {
	*types.GuildMembersChunk
	frame int  // the number of the frame within the request
	last  bool // the frame is answered
	asked bool // a frame was sent
}

// memberChunks makes the request, and yields the chunks as they arrive, or at last an error.
func (h GatewayHandle) memberChunks(ctx context.Context, request types.RequestGuildMembers) iter.Seq2[memberChunk, error] {
	return func(yield func(memberChunk, error) bool) {
		c, err := h.asker()
		if err == nil {
			request, err = memberQuery(request)
		}
		if err != nil {
			yield(memberChunk{}, err)
			return
		}
		if request.Nonce == "" {
			request.Nonce = rand.Text()
		}
		ids := request.UserIDs
		for frame := 0; ids == nil || len(ids) > 0; frame++ {
			size := min(len(ids), maxRequestedUsers)
			request.UserIDs = ids[:size]
			for size > 1 && !c.fits(types.OpcodeRequestGuildMembers, request) {
				size /= 2
				request.UserIDs = ids[:size]
			}
			pending := &memberRequest{c: c, op: types.OpcodeRequestGuildMembers, guildID: request.GuildID, nonce: types.Nonce(request.Nonce), frame: frame}
			if !pending.chunks(ctx, h, request, yield) || ids == nil {
				return
			}
			ids = ids[size:]
			request.Nonce = rand.Text()
		}
	}
}

// memberRequest is a frame that asks for members, and what the reader knows of its chunks.
type memberRequest struct {
	c       *connection
	op      types.Opcode
	guildID types.Snowflake
	nonce   types.Nonce
	frame   int            // the number of the frame within the request
	seen    map[int64]bool // chunk indexes
	count   int64          // how many chunks there will be, 0 before there is one
}

// chunks sends the frame and yields its chunks. It reports whether to go on with the next frame.
func (m *memberRequest) chunks(ctx context.Context, h GatewayHandle, frame any, yield func(memberChunk, error) bool) bool {
	sending, err := h.admit(ctx, m.op, frame)
	if err != nil {
		yield(memberChunk{asked: m.frame > 0}, err)
		return false
	}
	a := newAnswers[memberChunk](m.c, m.op, func(meta types.RateLimitMetadata) bool {
		return (meta.GuildID == 0 || meta.GuildID == m.guildID) && (meta.Nonce == "" || meta.Nonce == m.nonce)
	})
	defer a.close()
	a.exclusive = true
	m.seen = map[int64]bool{}
	expect(a, "GUILD_MEMBERS_CHUNK", &m.c.events.Guild.MembersChunk, m.take)
	if err := sending.send(ctx); err != nil {
		yield(memberChunk{asked: m.frame > 0}, err)
		return false
	}
	a.sent()
	for {
		chunk, err := a.next(ctx)
		if err != nil {
			yield(memberChunk{asked: true}, err)
			return false
		}
		if !yield(chunk, nil) {
			return false
		}
		if chunk.last {
			return true
		}
	}
}

// take takes a chunk of this frame that is not here yet.
func (m *memberRequest) take(chunk *types.GuildMembersChunk) (memberChunk, bool) {
	switch chunk.Nonce {
	case m.nonce:
		m.c.echoes.Store(true)
	case "":
		if m.c.echoes.Load() {
			return memberChunk{}, false // The answer to somebody who asked without a nonce.
		}
	default:
		return memberChunk{}, false
	}
	if chunk.GuildID != m.guildID || m.answered() || m.seen[chunk.ChunkIndex] {
		return memberChunk{}, false
	}
	m.seen[chunk.ChunkIndex] = true
	m.count = max(m.count, chunk.ChunkCount, 1)
	return memberChunk{GuildMembersChunk: chunk, frame: m.frame, last: m.answered()}, true
}

func (m *memberRequest) answered() bool { return m.count > 0 && int64(len(m.seen)) >= m.count }

// fits reports whether a payload is within the limit of a frame, or cannot be encoded at all.
func (c *connection) fits(op types.Opcode, payload any) bool {
	_, err := newOutgoing(op, payload, c.options.form())
	return !errors.Is(err, ErrTooLarge)
}
