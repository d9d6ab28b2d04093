package gateway

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/chorus-go/chorus/observer"
)

// drainTimeout bounds how long the observers of a lost connection may take for what had arrived.
const drainTimeout = 10 * time.Second

// severTimeout bounds how long goroutines may take to end once their socket is severed.
const severTimeout = 100 * time.Millisecond

// connection is what all copies of a handle share, and what outlives its sockets. Its supervisor is the only one to
// begin and end a socket, and to change the session.
type connection struct {
	options    Options
	events     *Events
	address    string   // the URL that Spawn was given
	url        *url.URL // what that is dialled as
	supervisor *supervisor
	current    atomic.Pointer[socket] // nil between sockets

	limiter  *limiter
	queue    *observer.Queue           // of the events
	control  *observer.Queue           // of what the connection says about itself
	gate     gate                      // to whichever socket has a session
	turn     turn                      // of the commands to wait for the gate
	refusals observer.Publisher[error] // why a pending Identify or Resume fails
	lost     observer.Publisher[error] // why the answers of pending requests will not come

	sessions  observer.Publisher[sessionStart] // that have begun or go on
	undecoded observer.Publisher[DecodeError]  // what pending requests may have waited for
	asking    chan struct{}                    // holds a value while a request subscribes and sends that must do so in one step
	echoes    atomic.Bool                      // whether the server has been seen to echo nonces

	lifecycle     sync.Mutex                 // held while a change of state is queued, so that changes are published in order
	announcements observer.Publisher[func()] // what the connection says about itself, for the control queue

	observed    atomic.Pointer[observatory] // by Observe; nil before its first use
	state       atomic.Int32
	sequence    atomic.Int64 // the highest of any dispatch of the session, noSequence before there is one
	session     atomic.Pointer[Session]
	greeted     chan struct{} // closed at the first HELLO
	begun       chan struct{} // closed when there is a session for the first time
	established atomic.Bool   // there has been a session
	bereft      atomic.Bool   // a session was lost
	marks       marks         // with CheckpointObserved
	moving      sync.RWMutex  // locked while the bytes of an event move, see delivery; held for a copy of them
	keeper      *keeper       // nil without a store
	resumed     atomic.Bool   // the session at hand was resumed
	replaying   atomic.Bool   // what the server sends again is on its way: from Resume to RESUMED
	shard       atomic.Int64
	presence    atomic.Pointer[[]byte] // the last one that was sent
	counts      counts
	lagged      atomic.Bool  // whether the log was warned of a lag
	warned      atomic.Int64 // when it was last warned of an error, since born
	born        time.Time

	life     context.Context // of the observers; ends when the handle does
	endLife  context.CancelCauseFunc
	over     context.Context // ends, with the reason, when the handle begins to end
	cancel   context.CancelCauseFunc
	suspend  atomic.Bool     // whether the session is to stay resumable
	force    context.Context // when it ends, nobody is waited for any longer
	forceNow context.CancelCauseFunc
	done     chan struct{}
	err      error // set before done is closed
}

const noSequence = -1

func newConnection(address string, target *url.URL, options Options) *connection {
	c := &connection{
		options: options,
		events:  options.Events,
		address: address,
		url:     target,
		born:    time.Now(),
		turn:    make(turn, 1),
		limiter: newLimiter(options.RateLimits),
		greeted: make(chan struct{}),
		begun:   make(chan struct{}),
		queue:   observer.NewQueue(options.QueueEvents, observer.Block, observer.MaxBytes(options.QueueBytes), observer.Named("events")),
		control: observer.NewQueue(controlEvents, observer.DropOldest, observer.MaxBytes(controlBytes), observer.Named("control")),
		asking:  make(chan struct{}, 1),
		done:    make(chan struct{}),
	}
	c.announcements.SubscribeFunc(func(_ context.Context, announce *func()) { (*announce)() }, observer.As("the connection's own events"))
	c.sequence.Store(noSequence)
	c.life, c.endLife = context.WithCancelCause(context.Background())
	c.over, c.cancel = context.WithCancelCause(context.Background())
	c.force, c.forceNow = context.WithCancelCause(context.Background())
	c.supervisor = &supervisor{c: c}
	return c
}

// finish begins the end of the handle. Only the first reason counts.
func (c *connection) finish(cause error) {
	c.cancel(cause)
	c.supervisor.post(func() {})
}

// tell tells the supervisor what has happened, and returns what it was doing then. When ctx or the handle ends before the
// supervisor has taken the note, it never will.
func (c *connection) tell(ctx context.Context, n note) (reception, error) {
	taken := make(chan reception, 1)
	var claimed atomic.Bool // by the supervisor, or by giving up
	c.supervisor.post(func() {
		if claimed.CompareAndSwap(false, true) {
			taken <- c.supervisor.note(n)
		}
	})
	var err error
	select {
	case told := <-taken:
		return told, nil
	case <-ctx.Done():
		err = context.Cause(ctx)
	case <-c.over.Done():
		err = context.Cause(c.over)
	}
	if claimed.CompareAndSwap(false, true) {
		return reception{}, err
	}
	return <-taken, nil
}

// greetedOnce says whether there has been a HELLO.
func (c *connection) greetedOnce() bool {
	select {
	case <-c.greeted:
		return true
	default:
		return false
	}
}

// patience returns a context that ends when observers are waited for no longer: after Close when its context has
// ended, after a loss when drainTimeout has passed as well.
func (c *connection) patience(closed bool) context.Context {
	if closed {
		return c.force
	}
	limit, cancel := context.WithTimeout(c.force, drainTimeout)
	context.AfterFunc(c.force, cancel)
	return limit
}

// ending returns why the handle ends, if it does, or else the cause given.
func (c *connection) ending(cause error) error {
	if c.over.Err() != nil {
		return context.Cause(c.over)
	}
	return cause
}

// end ends the handle. What its observers have not been given is dropped.
func (c *connection) end(cause error) {
	c.marks.freeze()
	if discarded := c.queue.Close(); discarded > 0 {
		c.options.Logger.Warn("gateway: the handle ended before its observers had seen everything", slog.Int("dropped", discarded))
	}
	c.enter(StateClosed, LifecycleChange{Reason: cause})
	c.err = cause
	close(c.done)
	c.endLife(cause)
	c.forceNow(cause)
}

// abort ends the connection for the reason given, waiting for nobody.
func (c *connection) abort(cause error) {
	c.finish(cause)
	c.forceNow(cause)
	<-c.done
}

// close ends the connection within ctx. Only the first reason counts.
func (c *connection) close(ctx context.Context) error {
	c.finish(ErrClosed)
	if ctx.Value(observedKey{}) == c {
		return nil // The end waits for this very observer.
	}
	select {
	case <-c.done:
		return nil
	case <-ctx.Done():
	}
	c.forceNow(context.Cause(ctx))
	<-c.done
	return fmt.Errorf("gateway: closed before everything had ended: %w", context.Cause(ctx))
}

// Err implements GatewayHandle.Err.
func (c *connection) Err() error {
	select {
	case <-c.done:
		return c.err
	default:
		return nil
	}
}
