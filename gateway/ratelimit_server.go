package gateway

import (
	"time"

	"github.com/chorus-go/chorus/internal/wire"
	"github.com/chorus-go/chorus/types"
)

// maxRefusal bounds for how long a server's RATE_LIMITED is obeyed: more is the mistake, or the attack, of a server.
const maxRefusal = 24 * time.Hour

// rateLimitedEntry is an event that the connection reads itself.
var rateLimitedEntry = dispatchTable["RATE_LIMITED"]

// obey notes a RATE_LIMITED, ahead of its observers: whoever learns of it and asks again waits.
func (c *connection) obey(envelope wire.Envelope) error {
	event := new(types.RateLimited)
	if err := decode(envelope.Data, event, false); err != nil {
		return err
	}
	c.limiter.refused(rateLimited(event))
	return nil
}

// refused holds back an opcode, in the guild that the server names or everywhere, for as long as the server says. What
// waits already is held back as well. What never waits does not wait for this either.
func (l *limiter) refused(e *RateLimitedError) {
	l.counts.refused.Add(1)
	if exempt(e.Op) || e.RetryAfter <= 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	limit := l.limit(now, limitKey{op: e.Op, guild: e.GuildID})
	limit.until = max(limit.until, now+min(e.RetryAfter, maxRefusal))
	l.active.Store(true)
}
