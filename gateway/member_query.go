package gateway

import (
	"github.com/chorus-go/chorus/types"
)

// Limits of the requests for members.
const (
	maxRequestedUsers = 100 // in one payload
	maxQueryLimit     = 100 // members that a search by name returns at most
	maxNonceBytes     = 32
)

// memberQuery returns a request for members with the keys that servers need, or the reason why they refuse it. Every
// way to send one goes through here. One for an empty list of user ids, which a server would take to be for everybody, is
// left to the caller, and then UserIDs is empty and not nil.
func memberQuery(request types.RequestGuildMembers) (types.RequestGuildMembers, error) {
	refuse := func(field, reason string) (types.RequestGuildMembers, error) {
		return request, &PayloadError{Op: types.OpcodeRequestGuildMembers, Field: field, Reason: reason}
	}
	if err := checkNonce(types.OpcodeRequestGuildMembers, request.Nonce); err != nil {
		return request, err
	}
	query, searches := request.Query.Get()
	limit, limited := request.Limit.Get()
	switch {
	case searches && len(request.UserIDs) > 0:
		return refuse("user_ids", "cannot be combined with query")
	case limit < 0:
		return refuse("limit", "is negative")
	case query != "" && limited && limit == 0:
		return refuse("limit", "is required with query")
	case request.UserIDs != nil && !searches:
		request.Query = types.Optional[string]{} // null, at most
		return request, nil
	}
	if query != "" && !limited {
		limit = maxQueryLimit
	}
	request.UserIDs = nil
	request.Query = types.Some(query)
	request.Limit = types.Some(limit)
	return request, nil
}

// checkNonce refuses a nonce that servers would leave out of the answer.
func checkNonce(op types.Opcode, nonce string) error {
	if len(nonce) > maxNonceBytes {
		return &PayloadError{Op: op, Field: "nonce", Reason: "is longer than 32 bytes"}
	}
	return nil
}
