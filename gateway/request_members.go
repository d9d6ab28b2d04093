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

const (
	maxUserIDs     = 100 // in one frame
	maxQueryLimit  = 100 // members that a search by name returns at most
	maxNonceLength = 32
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
// connection for (a nonce over 32 bytes, both Query and UserIDs), nothing is sent and there is no result.
//
// Source: https://docs.discord.food/topics/gateway-events#request-guild-members
func (h GatewayHandle) RequestGuildMembers(ctx context.Context, request types.RequestGuildMembers) (*GuildMembersResult, error) {
	var chunks []memberChunk
	var failure error
	for chunk, err := range h.memberChunks(ctx, request) {
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
	result := &GuildMembersResult{GuildID: request.GuildID}
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
			err = completeMembers(&request)
		}
		if err != nil {
			yield(memberChunk{}, err)
			return
		}
		ids := request.UserIDs
		for frame := 0; ids == nil || len(ids) > 0; frame++ {
			size := min(len(ids), maxUserIDs)
			request.UserIDs = ids[:size]
			for size > 1 && !c.fits(types.OpcodeRequestGuildMembers, request) {
				size /= 2
				request.UserIDs = ids[:size]
			}
			if !h.memberFrame(ctx, c, request, frame, yield) || ids == nil {
				return
			}
			ids = ids[size:]
			request.Nonce = rand.Text()
		}
	}
}

// memberFrame sends one frame and yields its chunks. It reports whether to go on with the next frame.
func (h GatewayHandle) memberFrame(ctx context.Context, c *connection, request types.RequestGuildMembers, frame int, yield func(memberChunk, error) bool) bool {
	const op = types.OpcodeRequestGuildMembers
	a := newAnswers[memberChunk](c, op, func(meta types.RateLimitMetadata) bool {
		return (meta.GuildID == 0 || meta.GuildID == request.GuildID) && (meta.Nonce == "" || string(meta.Nonce) == request.Nonce)
	})
	defer a.close()
	a.exclusive = true
	pending := &memberRequest{c: c, guildID: request.GuildID, nonce: types.Nonce(request.Nonce), frame: frame, seen: map[int64]bool{}}
	expect(a, "GUILD_MEMBERS_CHUNK", &c.events.Guild.MembersChunk, pending.take)
	if err := h.Send(ctx, op, request); err != nil {
		yield(memberChunk{asked: frame > 0}, err)
		return false
	}
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

// memberRequest is what the reader knows of a frame that waits for its chunks.
type memberRequest struct {
	c       *connection
	guildID types.Snowflake
	nonce   types.Nonce
	frame   int
	seen    map[int64]bool // chunk indexes
	count   int64          // how many chunks there will be, 0 before there is one
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

// completeMembers fills in what servers require, and refuses what they close the connection for.
func completeMembers(request *types.RequestGuildMembers) error {
	query, searches := request.Query.Get()
	switch {
	case len(request.Nonce) > maxNonceLength:
		return fmt.Errorf("gateway: the nonce of a request for members has %d bytes; %d are allowed", len(request.Nonce), maxNonceLength)
	case searches && request.UserIDs != nil:
		return errors.New("gateway: a request for members has both a query and user ids")
	case request.UserIDs == nil:
		request.Query = types.Some(query)
		if !request.Limit.IsPresent() && query != "" {
			request.Limit = types.Some[int64](maxQueryLimit)
		} else if !request.Limit.IsPresent() {
			request.Limit = types.Some[int64](0)
		}
	default:
		request.Query = types.Optional[string]{} // null, at most
	}
	if request.Nonce == "" {
		request.Nonce = rand.Text()
	}
	return nil
}

// fits reports whether a payload is within the limit of a frame, or cannot be encoded at all.
func (c *connection) fits(op types.Opcode, payload any) bool {
	_, err := newOutgoing(op, payload, c.options.form())
	return !errors.Is(err, ErrTooLarge)
}
