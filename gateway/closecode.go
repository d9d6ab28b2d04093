package gateway

import "github.com/chorus-go/chorus/types"

// CloseAction is what a handle does when the server closes its connection with some code.
type CloseAction uint8

// The actions. Each reconnects but the last.
const (
	CloseResume   CloseAction = iota + 1 // go on with the session; what was missed is replayed if the server can
	CloseIdentify                        // the session is gone: identify again
	CloseBackOff                         // the session is gone and the client too fast: identify again, a minute later at the earliest
	CloseFatal                           // connecting again is of no use: the handle ends with the *CloseError
)

// String returns the action's name in lower case.
func (a CloseAction) String() string {
	switch a {
	case CloseResume:
		return "resume"
	case CloseIdentify:
		return "identify"
	case CloseBackOff:
		return "back off"
	case CloseFatal:
		return "fatal"
	}
	return "unknown"
}

// CloseActionOf returns what a handle does for a code when Options.CloseActions does not say otherwise. A code that
// nobody knows, and the loss of a socket without a code (1006), resume: when the session is gone the server says so.
//
// Source: https://docs.discord.food/topics/opcodes-and-status-codes#gateway-close-codes
func CloseActionOf(code types.CloseCode) CloseAction {
	switch code {
	case types.CloseCodeNormalClosure, types.CloseCodeGoingAway, types.CloseCodeMessageTooBig,
		types.CloseCodeNotAuthenticated, types.CloseCodeAlreadyAuthenticated, types.CloseCodeSessionNoLongerValid,
		types.CloseCodeInvalidSeq, types.CloseCodeSessionTimedOut:
		return CloseIdentify
	case types.CloseCodeRateLimited:
		return CloseBackOff
	case types.CloseCodeAuthenticationFailed, types.CloseCodeInvalidShard, types.CloseCodeShardingRequired,
		types.CloseCodeInvalidAPIVersion, types.CloseCodeInvalidIntents, types.CloseCodeDisallowedIntents,
		types.CloseCodeTooManySessions, types.CloseCodeConnectionRequestCanceled:
		return CloseFatal
	}
	return CloseResume
}

// verdict is what follows the end of a socket.
func (p policy) verdict(s signal) CloseAction {
	if !s.framed {
		return CloseResume
	}
	if action, ok := p.codes[s.code]; ok {
		return action
	}
	return CloseActionOf(s.code)
}
