package gateway

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/chorus-go/chorus/types"
)

// limiter keeps the rate limits of one handle. Sends ask it for a grant, in the goroutines of their callers, and give
// the grant back when they know whether they were written. Those that must wait stand in one queue, in the order in
// which they came. Whoever comes, gives back, or is the timer goes through the queue and grants what may go: so a
// send is overtaken only by those that do not need what it waits for.
//
// It has no goroutine. The lock is held for looking and counting alone, never while somebody waits.
type limiter struct {
	rates  RateLimits
	born   time.Time
	active atomic.Bool // whether there is any limit to look at
	total  *limit      // nil when there is none
	counts limitCounts

	mu      sync.Mutex // guards the rest, and what hangs off it
	limits  map[limitKey]*limit
	sweepAt int // how many limits there may be before those that are idle are forgotten
	queue   waiters
	newest  *waiter // the presence that waits, if one does
	next    time.Duration
	timer   *time.Timer // goes off at next
}

// limitKey says what a limit is about. Guild 0 is all guilds together.
type limitKey struct {
	op    types.Opcode
	guild types.Snowflake
}

// limit is one thing that a send may have to wait for.
type limit struct {
	window *window       // nil when the options bound nothing
	until  time.Duration // what the server said: nothing before
	users  int           // sends that wait for it or hold a grant
}

// clearAt returns now if a send may go as far as this limit is concerned, and otherwise when to ask again.
func (l *limit) clearAt(now time.Duration) time.Duration {
	at := max(now, l.until)
	if l.window != nil {
		at = max(at, l.window.roomAt(now))
	}
	return at
}

func newLimiter(rates RateLimits) *limiter {
	l := &limiter{rates: rates, born: time.Now(), limits: map[limitKey]*limit{}, sweepAt: 64, next: never}
	if window := rates.Total.window(); window != nil {
		window.reserve = reserve(window.length, maxInterval)
		l.total = &limit{window: window}
	}
	l.active.Store(rates.set())
	return l
}

func (l *limiter) now() time.Duration { return time.Since(l.born) }

// connected tells that a new connection to the server begins, on which heartbeats leave at that interval. The server
// counts anew; who waits keeps its place. An error tells that heartbeats alone fill the limit; one place is left to
// commands all the same, so that they do not wait for ever when the handle goes on.
func (l *limiter) connected(interval time.Duration) error {
	if l.total == nil {
		return nil
	}
	window := l.total.window
	needed := reserve(window.length, interval)
	l.mu.Lock()
	window.restart()
	window.reserve = min(needed, window.limit-1)
	granted := l.pump(l.now())
	l.mu.Unlock()
	wake(granted)
	if needed >= window.limit {
		return fmt.Errorf("gateway: RateLimits.Total allows %d payloads in %v; heartbeats every %v and handshakes alone need %d",
			window.limit, l.rates.Total.Window, interval, needed)
	}
	return nil
}

// admit waits until a payload may be written. It ends with ctx, and when over is closed, with errEnded.
// The grant that is returned without an error must be settled.
func (l *limiter) admit(ctx context.Context, payload outgoing, over <-chan struct{}) (grant, error) {
	if err := context.Cause(ctx); err != nil || !l.active.Load() {
		return grant{}, err
	}
	guilds := guildsOf(payload.data)
	w := &waiter{presence: payload.op == types.OpcodePresenceUpdate, ready: make(chan struct{})}
	l.mu.Lock()
	now := l.now()
	w.limits = l.limitsOf(now, payload.op, guilds)
	outcome := l.enter(w, now)
	l.mu.Unlock()
	wake(outcome)
	select {
	case <-w.ready:
		return w.outcome(l)
	default: // What is ready at once is not given up for a context that ends at the same moment.
	}
	err := errEnded
	select {
	case <-w.ready:
		return w.outcome(l)
	case <-ctx.Done():
		err = context.Cause(ctx)
	case <-over:
	}
	l.abandon(w)
	return grant{}, err
}

// count counts a payload that does not wait.
func (l *limiter) count() grant {
	if l.total == nil {
		return grant{}
	}
	l.mu.Lock()
	l.total.window.exempt.begin()
	l.mu.Unlock()
	return grant{limiter: l, exempt: true}
}

// limitsOf returns what a payload may have to wait for, as one of the users of each.
func (l *limiter) limitsOf(now time.Duration, op types.Opcode, guilds []types.Snowflake) []*limit {
	limits := make([]*limit, 0, 3)
	use := func(limit *limit) {
		limit.users++ // At once: what is not used may be forgotten when the next one is made.
		limits = append(limits, limit)
	}
	if l.total != nil {
		use(l.total)
	}
	use(l.limit(now, limitKey{op: op}))
	for _, guild := range guilds {
		use(l.limit(now, limitKey{op: op, guild: guild}))
	}
	return limits
}

// limit returns the limit of a key, and forgets others that are as good as new.
func (l *limiter) limit(now time.Duration, key limitKey) *limit {
	if known, ok := l.limits[key]; ok {
		return known
	}
	if len(l.limits) >= l.sweepAt {
		for key, limit := range l.limits {
			if limit.users == 0 && limit.until <= now && (limit.window == nil || limit.window.idle(now)) {
				delete(l.limits, key)
			}
		}
		l.sweepAt = 2*len(l.limits) + 64
	}
	rate := l.rates.Opcodes[key.op]
	if key.guild != 0 {
		rate = l.rates.PerGuild[key.op]
	}
	made := &limit{window: rate.window()}
	l.limits[key] = made
	return made
}

// pump grants what may go, in the order of the queue, and sets the timer for the rest. It returns those to wake when
// the lock is given back.
func (l *limiter) pump(now time.Duration) []*waiter {
	l.next = never
	return l.pumpFrom(l.queue.first, now)
}

// pumpFrom is pump for a part of the queue, when nobody ahead of it can go before next.
func (l *limiter) pumpFrom(w *waiter, now time.Duration) (granted []*waiter) {
	for w != nil {
		at, behind := now, w.behind
		for _, limit := range w.limits {
			at = max(at, limit.clearAt(now))
		}
		if at <= now {
			l.leave(w, now)
			w.granted = true
			for _, limit := range w.limits {
				limit.begin()
			}
			granted = append(granted, w)
		} else {
			l.next = min(l.next, at)
			if l.total != nil {
				if at := l.total.clearAt(now); at > now { // Nobody behind it can go either.
					l.next = min(l.next, at)
					break
				}
			}
		}
		w = behind
	}
	l.setTimer(now)
	return granted
}

func (l *limit) begin() {
	if l.window != nil {
		l.window.ordinary.begin()
	}
}

func (l *limiter) setTimer(now time.Duration) {
	switch {
	case l.next == never && l.timer != nil:
		l.timer.Stop()
	case l.next == never:
	case l.timer == nil:
		l.timer = time.AfterFunc(l.next-now, l.tick)
	default:
		l.timer.Reset(l.next - now)
	}
}

// tick is called by the timer.
func (l *limiter) tick() {
	l.mu.Lock()
	granted := l.pump(l.now())
	l.mu.Unlock()
	wake(granted)
}

// grant is the permission to write one payload. The zero value is that of a limiter with nothing to count.
type grant struct {
	limiter *limiter
	limits  []*limit
	exempt  bool
}

// settle tells whether the payload was written, or may have been.
func (g grant) settle(written bool) {
	l := g.limiter
	if l == nil {
		return
	}
	l.mu.Lock()
	now := l.now()
	if g.exempt {
		l.total.window.exempt.end(now, written)
		l.total.window.exempt.expire(now, l.total.window.length) // Nobody may ever ask for room.
	}
	for _, limit := range g.limits {
		limit.users--
		if limit.window != nil {
			limit.window.ordinary.end(now, written)
		}
	}
	var granted []*waiter
	if l.queue.first != nil {
		granted = l.pump(now)
	}
	l.mu.Unlock()
	wake(granted)
}
