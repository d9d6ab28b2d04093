package gateway

import (
	"context"

	"github.com/chorus-go/chorus/types"
)

// SendRequestGuildMembers sends Request Guild Members (opcode 8): asks for members of a guild. The answers are
// GUILD_MEMBERS_CHUNK, each with the Nonce and up to 1,000 members. There are three requests:
//
//   - UserIDs: those members. More than 100, or more than Options.MaxFrame holds, are split over several payloads in
//     their order, each with the same nonce, and each is answered by chunks that count from 0. If one cannot be written,
//     those before it have been.
//   - Query: members whose names begin with it, at most Limit, and 100 at most, which is written when Limit is absent.
//   - neither: all members, which is written as an empty Query with a Limit of 0 unless one is given. Bots need the intent
//     GUILD_MEMBERS, user accounts a permission to manage roles, kick or ban.
//
// A *PayloadError refuses what servers do: a Query and UserIDs; a Query that is not empty with a Limit of 0; a negative
// Limit; a list of UserIDs that is empty and not nil, which would ask for everybody by mistake; a Nonce over 32
// bytes, which Discord would leave out of the answer.
//
// Bots and user accounts send it. Spacebar handles it. It closes the connection with 4000 before READY and for a
// guild that the account is not in, knows a guild of more than 75,000 members only by the account's own, and answers
// a query or ids with 100 members at most.
//
// Source: https://docs.discord.food/topics/gateway-events#request-guild-members
func (h GatewayHandle) SendRequestGuildMembers(ctx context.Context, request types.RequestGuildMembers) error {
	if h.connection == nil {
		return ErrClosed
	}
	request, err := memberQuery(request)
	if err == nil && request.UserIDs != nil && len(request.UserIDs) == 0 {
		err = &PayloadError{Op: types.OpcodeRequestGuildMembers, Field: "user_ids", Reason: "is empty"}
	}
	if err != nil {
		return err
	}
	return sendSplit(ctx, h, types.OpcodeRequestGuildMembers, request.UserIDs, maxRequestedUsers, func(part []types.Snowflake) any {
		request := request
		request.UserIDs = part
		return request
	})
}

// SendSearchRecentMembers sends Search Recent Members (opcode 35): asks for those of the 10,000 members who joined a
// guild last, newest first, whose names begin with Query. With a Query the answer has one member at most; with an
// empty one it goes on from ContinuationToken, the id of the last member of the answer before. The answer is a
// GUILD_MEMBERS_CHUNK with the Nonce and up to 1,000 members; a Nonce over 32 bytes is refused with a *PayloadError.
// Only user accounts send it. Spacebar does not know it.
//
// Source: https://docs.discord.food/topics/gateway-events#search-recent-members
func (h GatewayHandle) SendSearchRecentMembers(ctx context.Context, search types.SearchRecentMembers) error {
	const op = types.OpcodeSearchRecentMembers
	return h.sendChecked(ctx, op, search, checkNonce(op, search.Nonce))
}
