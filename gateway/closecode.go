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

// refuses says whether a server that closes with the code in answer to Identify or Resume refuses what was sent, so
// that it would do the same again. With 4000 Spacebar refuses a token; the others say that the payload is wrong.
func refuses(code types.CloseCode) bool {
	switch code {
	case types.CloseCodeUnknownError, types.CloseCodeDecodeError, types.CloseCodeMessageTooBig, invalidPayload:
		return true
	}
	return false
}

// invalidPayload is the close code of RFC 6455 for text that is not UTF-8.
const invalidPayload types.CloseCode = 1007

// verdict is what follows the end of a socket in a phase.
func (p policy) verdict(s signal, during phase) CloseAction {
	if !s.framed {
		return CloseResume
	}
	action, ok := p.codes[s.code]
	if !ok {
		action = CloseActionOf(s.code)
	}
	switch {
	case during == phaseLeaving && (action != CloseFatal || s.code == goodbyeCode || s.code == types.CloseCodeNormalClosure):
		return CloseResume // It answers the close frame of this side, or follows the wish to reconnect.
	case during == phaseGreeting && action == CloseIdentify:
		return CloseResume // The server has not heard of the session yet.
	}
	return action
}
