package gateway

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/chorus-go/chorus/internal/json"
	"github.com/chorus-go/chorus/observer"
	"github.com/chorus-go/chorus/types"
)

// answerTimeout is how long a server may be silent while a request waits for its answer. Not every server knows every
// request, and those that do not know one say nothing.
const answerTimeout = 10 * time.Second

// answers is what arrives for one request. It is subscribed before the request is sent, by observers that run on the
// reader and only note what is theirs; the goroutine that asks takes it from there. Whoever makes one closes it.
type answers[A any] struct {
	c             *connection
	op            types.Opcode
	exclusive     bool // an event that answers this request answers no other one
	subscriptions Subscriptions
	count         int           // how many were taken, by the goroutine that asks
	came          chan struct{} // holds a value when something has arrived since the last look

	mu        sync.Mutex // guards the rest; never held for longer than it takes to copy it
	arrived   []A
	failure   error  // comes after what has arrived
	abandoned func() // ends the subscriptions of a request that nobody waits for; nil while somebody does
}

// newAnswers makes the answers of a request with that opcode. limited says which rate limits are this request's.
func newAnswers[A any](c *connection, op types.Opcode, limited func(types.RateLimitMetadata) bool) *answers[A] {
	a := &answers[A]{c: c, op: op, came: make(chan struct{}, 1)}
	subscribe(a, &c.events.Session.RateLimited, func(_ *delivery, event *types.RateLimited) {
		if event.Opcode == op && limited(event.Meta) {
			a.fail(rateLimited(event))
		}
	})
	a.subscriptions = append(a.subscriptions, c.lost.SubscribeFunc(func(_ context.Context, err *error) { a.fail(*err) }, observer.Inline()))
	return a
}

// subscribe calls update for each event of the connection's own, on the reader.
func subscribe[A, E any](a *answers[A], from *observer.Publisher[E], update func(*delivery, *E)) {
	a.subscriptions = append(a.subscriptions, listen(a.c, from, fmt.Sprintf("a request with opcode %v", a.op), update))
}

// listen calls update for each event of the connection's own, on the reader. name is for reports of what fails.
func listen[E any](c *connection, from *observer.Publisher[E], name string, update func(*delivery, *E)) *observer.Subscription {
	return from.SubscribeFunc(func(ctx context.Context, event *E) {
		// Other handles may share the tree.
		if d, ok := ctx.Value(dispatchKey{}).(*delivery); ok && d.connection == c {
			update(d, event)
		}
	}, observer.Inline(), observer.As(name))
}

// expect subscribes to the event with that name. take runs on the reader, in the order of the events, and says whether
// an event belongs to the answer. An event that does not decode ends the request when take says so by its subject.
func expect[A, E any](a *answers[A], name string, from *observer.Publisher[E], take func(*E) (A, bool)) {
	subscribe(a, from, func(d *delivery, event *E) {
		if a.exclusive && d.claimed {
			return
		}
		if answer, ok := take(event); ok {
			d.claimed = d.claimed || a.exclusive
			a.put(answer)
		}
	})
	subscribe(a, &a.c.undecoded, func(d *delivery, failure *DecodeError) {
		if failure.Event != name || a.exclusive && d.claimed {
			return
		}
		event, ok := about[E](failure.Raw)
		if !ok {
			return
		}
		if _, ok := take(event); ok {
			d.claimed = d.claimed || a.exclusive
			a.fail(failure)
		}
	})
}

// subject is by what an answer is recognised.
type subject struct {
	GuildID   types.Snowflake `json:"guild_id"`
	ChannelID types.Snowflake `json:"channel_id"`
	UserID    types.Snowflake `json:"user_id"`
	SessionID string          `json:"session_id"`
	Nonce     types.Nonce     `json:"nonce"`
}

// about returns an event that has nothing but the subject of one that does not decode, if that much can be read.
func about[E any](raw []byte) (*E, bool) {
	var s subject
	event := new(E)
	if decode(raw, &s, false) != nil {
		return nil, false
	}
	known, err := json.Marshal(s)
	return event, err == nil && json.Unmarshal(known, event) == nil
}

func (a *answers[A]) put(answer A) {
	a.mu.Lock()
	a.arrived = append(a.arrived, answer)
	abandoned := a.abandoned
	a.mu.Unlock()
	a.wake(abandoned)
}

// fail ends the request, after what has arrived was taken. The first failure counts.
func (a *answers[A]) fail(err error) {
	a.mu.Lock()
	if a.failure == nil {
		a.failure = err
	}
	abandoned := a.abandoned
	a.mu.Unlock()
	a.wake(abandoned)
}

// sent forgets the loss of a session before the one on which the request was sent.
func (a *answers[A]) sent() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if _, lost := errors.AsType[*SessionLostError](a.failure); lost && a.c.session.Load() != nil {
		a.failure = nil
	}
}

// wake tells whoever waits, or that nobody needs to be told.
func (a *answers[A]) wake(abandoned func()) {
	if abandoned != nil {
		abandoned()
		return
	}
	select {
	case a.came <- struct{}{}:
	default:
	}
}

// take returns what has arrived next, or the failure, if there is either.
func (a *answers[A]) take() (answer A, ok bool, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.arrived) == 0 {
		return answer, false, a.failure
	}
	answer, a.arrived = a.arrived[0], a.arrived[1:]
	a.count++
	return answer, true, nil
}

// next waits for the next answer. What has arrived takes precedence over every reason to end.
func (a *answers[A]) next(ctx context.Context) (A, error) {
	if ctx == nil {
		ctx = context.Background()
	}
	answer, ok, err := a.take()
	if ok || err != nil {
		return answer, err
	}
	timer := time.NewTimer(answerTimeout)
	defer timer.Stop()
	waiting(ctx)
	for {
		var end error
		select {
		case <-a.came:
		case <-ctx.Done():
			end = fmt.Errorf("gateway: %v: not answered: %w", a.op, context.Cause(ctx))
		case <-a.c.over.Done():
			end = context.Cause(a.c.over)
		case <-timer.C:
			end = &TimeoutError{Op: a.op, After: answerTimeout, Answers: a.count}
		}
		answer, ok, err := a.take() // What has arrived at the same moment takes precedence.
		if ok || err != nil {
			return answer, err
		}
		if end != nil {
			return answer, end
		}
	}
}

// close ends the subscriptions.
func (a *answers[A]) close() { a.subscriptions.Unsubscribe() }

// abandon is close for a request of one answer that was sent and that nobody waits for any longer. Its answer may still
// come, and must not be taken for that of the next request: so it keeps its place among them until it is answered, or
// the server has been silent for too long, or the handle has ended.
func (a *answers[A]) abandon() {
	limit, over := context.WithTimeout(a.c.life, answerTimeout)
	context.AfterFunc(limit, a.close)
	a.mu.Lock()
	answered := len(a.arrived) > 0 || a.failure != nil
	a.abandoned = over
	a.mu.Unlock()
	if answered {
		over()
	}
}

// asker returns the connection of a handle that has a session.
func (h GatewayHandle) asker() (*connection, error) {
	c := h.connection
	switch {
	case c == nil:
		return nil, ErrClosed
	case c.over.Err() != nil:
		return nil, context.Cause(c.over)
	case c.established.Load():
		return c, nil
	}
	return nil, ErrNotReady
}

// ask sends a request of which the answer is one event, that cannot be told from the answer to another request except
// by the order: servers answer in the order in which they are asked. So it subscribes and sends in one step.
func ask[E any](ctx context.Context, h GatewayHandle, r request[E]) (*E, error) {
	c, err := h.asker()
	if err != nil {
		return nil, err
	}
	if ctx == nil {
		ctx = context.Background()
	}
	waiting(ctx)
	sending, err := h.admit(ctx, r.op, r.payload) // Before the turn to ask is taken, which others wait for.
	if err != nil {
		return nil, err
	}
	select {
	case c.asking <- struct{}{}:
	case <-ctx.Done():
		sending.giveUp()
		return nil, notSent(r.op, context.Cause(ctx))
	}
	a := newAnswers[*E](c, r.op, limitedIn(r.guildID))
	a.exclusive = true
	answered := false
	expect(a, r.event, r.at(c.events), func(event *E) (*E, bool) {
		if answered || !r.match(event) {
			return nil, false
		}
		answered = true
		return event, true
	})
	err = sending.send(ctx)
	if err != nil {
		a.close() // before somebody else sends
	}
	<-c.asking
	if err != nil {
		return nil, err
	}
	a.sent()
	return a.only(ctx)
}

// only waits for the answer to a request that has one, and closes or abandons it.
func (a *answers[A]) only(ctx context.Context) (A, error) {
	answer, err := a.next(ctx)
	if err != nil && ctx.Err() != nil {
		a.abandon()
	} else {
		a.close()
	}
	return answer, err
}

// request is a request of which the answer is one event.
type request[E any] struct {
	op      types.Opcode
	guildID types.Snowflake
	payload any
	event   string // the name of the answer
	at      func(*Events) *observer.Publisher[E]
	match   func(*E) bool
}

// limitedIn accepts the rate limits of a guild, and those that name none.
func limitedIn(guildIDs ...types.Snowflake) func(types.RateLimitMetadata) bool {
	return func(meta types.RateLimitMetadata) bool {
		if meta.GuildID == 0 {
			return true
		}
		for _, id := range guildIDs {
			if id == meta.GuildID {
				return true
			}
		}
		return false
	}
}
