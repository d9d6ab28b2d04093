package gateway

import (
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/chorus-go/chorus/types"
)

// ErrNotReady is returned by requests that need a session when there was no READY yet. Nothing was sent: Spacebar
// closes the connection with 4000 for most of them.
var ErrNotReady = errors.New("gateway: not ready: there is no session yet")

// RateLimitedError tells that the server refused a request because it was made too often (the event RATE_LIMITED). The
// connection goes on; the request may be made again after RetryAfter.
//
// Source: https://docs.discord.food/topics/gateway-events#rate-limited
type RateLimitedError struct {
	Op         types.Opcode    // of the request
	RetryAfter time.Duration   // as the server says, 0 if it does not
	GuildID    types.Snowflake // as the server says, 0 if it does not
	Nonce      string          // as the server says, "" if it does not
}

// Error gives the opcode, the guild if there is one, and the delay.
func (e *RateLimitedError) Error() string {
	text := fmt.Sprintf("gateway: %v was refused: rate limited", e.Op)
	if e.GuildID != 0 {
		text += fmt.Sprintf(" in guild %v", e.GuildID)
	}
	return text + fmt.Sprintf(", retry after %v", e.RetryAfter)
}

// rateLimited makes the error of a RATE_LIMITED.
func rateLimited(event *types.RateLimited) *RateLimitedError {
	e := &RateLimitedError{Op: event.Opcode, GuildID: event.Meta.GuildID, Nonce: string(event.Meta.Nonce)}
	if delay := event.RetryAfter * float64(time.Second); delay >= math.MaxInt64 {
		e.RetryAfter = math.MaxInt64
	} else if delay > 0 {
		e.RetryAfter = time.Duration(delay)
	}
	return e
}

// TimeoutError tells that the server fell silent before it had answered a request whole. The connection goes on. What
// had arrived is in the result that is returned beside the error.
type TimeoutError struct {
	Op      types.Opcode  // of the request
	After   time.Duration // how long nothing arrived that belongs to the answer
	Answers int           // how many events had arrived that belong to it
}

// Error gives the opcode, how long nothing came, and how much had come before.
func (e *TimeoutError) Error() string {
	return fmt.Sprintf("gateway: %v: no answer for %v, after %d that had arrived", e.Op, e.After, e.Answers)
}

// Timeout returns true. It is what net.Error and the like ask for.
func (e *TimeoutError) Timeout() bool { return true }
