package gatewaytest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/gateway/gatewaytest/internal/soak"
	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
	"github.com/chorus-go/chorus/gateway/state"
	"github.com/chorus-go/chorus/observer"
	"github.com/chorus-go/chorus/types"
)

// soakClient is a client of this repository, and what it knows from its events alone.
type soakClient struct {
	name     string
	user     world.User
	identify types.Identify
	options  gateway.Options
	queued   bool // whether a model is fed by the handle's queue, too
	known    *state.State
	views    *soakViews
	context  context.Context // of the test
	report   func(format string, args ...any)

	// Of the goroutine that does the steps.
	handle    gateway.GatewayHandle
	connected bool

	mu             sync.Mutex
	inline         *soak.Model // of the goroutine that reads
	model          *soak.Model // of the handle's queue; of clients that are queued
	checks         soakChecks
	observing      *observing     // of the handle, nil while there is none
	observed       map[string]int // how often each kind was compared
	ready, resumed int            // how often it became so
}

// soakHeader tells the server which client a connection is of.
const soakHeader = "X-Soak-Client"

// newClient makes the n-th client, with an encoding, a compression and a way of observing of its own.
func (s *trial) newClient(user world.User, n int) *soakClient {
	c := &soakClient{
		name: fmt.Sprint("client", n, " of ", user.Username), user: user, queued: n%2 == 0, views: &s.views,
		context: s.t.Context(), observed: map[string]int{},
	}
	c.report = func(format string, args ...any) { s.t.Errorf("%s: "+format, append([]any{c.name}, args...)...) }
	c.begin(false)
	c.begin(true)
	transports := []gateway.Options{
		{Encoding: gateway.JSON, Compression: gateway.ZlibStream}, {Encoding: gateway.ETF, Compression: gateway.ZstdStream},
		{Encoding: gateway.JSON, Compression: gateway.NoCompression},
		{Encoding: gateway.ETF, Compression: gateway.ZlibStream}, {Encoding: gateway.JSON, Compression: gateway.ZstdStream},
		{Encoding: gateway.JSON, Compression: gateway.PayloadZlib},
		{Encoding: gateway.ETF, Compression: gateway.NoCompression},
	}
	c.options = transports[(n+s.Rand.IntN(len(transports)))%len(transports)]
	c.options.Dialer, c.options.Logger = s.server.Dialer(), slog.New(slog.DiscardHandler)
	c.options.Header = http.Header{soakHeader: {c.name}}
	c.options.Events = gateway.NewEvents()
	c.identify = types.IdentifyUser(user.Token)
	if user.Bot {
		c.identify = types.IdentifyBot(user.Token, knownIntents)
	} else {
		c.identify.Capabilities = soak.One(&s.Chance, []types.Capabilities{
			0, c.identify.Capabilities, types.CapabilityClientStateV2,
		})
		c.identify.Capabilities |= types.CapabilityAutoCallConnect // without op 13 nothing tells of the calls that there are
	}
	if s.server.options.Profile == Discord {
		c.options.RateLimits = gateway.DiscordLimits()
		if !user.Bot {
			// Without READY_SUPPLEMENTAL nothing tells of friends' presences.
			c.identify.Capabilities |= types.CapabilityDedupeUserObjects | types.CapabilityPrioritizedReadyPayload
		}
	}
	c.known = state.New(c.options.Events, state.Options{Messages: -1})
	c.watch(c.options.Events)
	return c
}

// watch subscribes to what the model is made of.
func (c *soakClient) watch(e *gateway.Events) {
	watch(c, &e.Session.Ready)
	watch(c, &e.Session.ReadySupplemental)
	watch(c, &e.Session.Resumed)
	watch(c, &e.User.Update)
	watch(c, &e.User.PresenceUpdate)
	watch(c, &e.User.TypingStart)
	watch(c, &e.Relationship.Add)
	watch(c, &e.Relationship.Remove)
	watch(c, &e.Guild.Create)
	watch(c, &e.Guild.Update)
	watch(c, &e.Guild.Delete)
	watch(c, &e.Guild.EmojisUpdate)
	watch(c, &e.Guild.MemberAdd)
	watch(c, &e.Guild.MemberUpdate)
	watch(c, &e.Guild.MemberRemove)
	watch(c, &e.Guild.MembersChunk)
	watch(c, &e.Guild.RoleCreate)
	watch(c, &e.Guild.RoleUpdate)
	watch(c, &e.Guild.RoleDelete)
	watch(c, &e.Channel.Create)
	watch(c, &e.Channel.Update)
	watch(c, &e.Channel.Delete)
	watch(c, &e.Channel.RecipientAdd)
	watch(c, &e.Channel.RecipientRemove)
	watch(c, &e.Thread.Create)
	watch(c, &e.Thread.Update)
	watch(c, &e.Thread.Delete)
	watch(c, &e.Thread.ListSync)
	watch(c, &e.Thread.MembersUpdate)
	watch(c, &e.Message.Create)
	watch(c, &e.Message.Update)
	watch(c, &e.Message.Delete)
	watch(c, &e.Message.DeleteBulk)
	watch(c, &e.Message.ReactionAdd)
	watch(c, &e.Message.ReactionRemove)
	watch(c, &e.Message.ReactionRemoveAll)
	watch(c, &e.Message.ReactionRemoveEmoji)
	watch(c, &e.Voice.StateUpdate)
	e.Unknown.SubscribeFunc(func(_ context.Context, raw *gateway.RawDispatch) { c.checkpoint(raw) }, observer.Inline())
}

// watch has a client take the events of a publisher: on the goroutine that reads, and half of the clients on the
// handle's queue, too.
func watch[T any](c *soakClient, p *observer.Publisher[T]) {
	p.SubscribeFunc(func(_ context.Context, event *T) { c.take(event, false) }, observer.Inline())
	if c.queued {
		p.SubscribeFunc(func(_ context.Context, event *T) { c.take(event, true) })
	}
}

// take brings a model up to date. A new session begins it anew, a resumed one goes on.
func (c *soakClient) take(event any, queued bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch event.(type) {
	case *types.Ready:
		c.begin(queued)
		if !queued {
			c.ready++
			c.observing.session()
		}
	case *types.Resumed:
		if !queued {
			c.resumed++
		}
	}
	if queued {
		c.model.Apply(event)
	} else {
		c.inline.Apply(event)
		c.inline.CompareKnown(fmt.Sprintf("%s at %T", c.name, event), c.known)
		c.checks.events++
	}
}

// begin makes a model of what knows nothing yet.
func (c *soakClient) begin(queued bool) {
	if queued {
		c.model = soak.NewModel(c.report)
		return
	}
	c.inline = soak.NewModel(c.report)
}

// observe has the client observe entities on its handle from now on.
func (c *soakClient) observe(o *observing) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.observing = o
}

func (c *soakClient) compare(t *testing.T, step string, view world.View) {
	t.Helper()
	if state := c.handle.State(); state != gateway.StateReady {
		t.Errorf("%s is %v: %v", step, state, c.handle.Err())
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.inline.Compare(step, view)
	if c.queued {
		c.model.Compare(step+", on the queue", view)
	}
	c.inline.CompareState(step, c.known, view)
}

func (c *soakClient) incomplete() []types.Snowflake {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.inline.Incomplete()
}

func (c *soakClient) counts() (resumed, ready int, checks soakChecks) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.resumed, c.ready, c.checks
}

// unlucky says whether an error of a Send follows from the end of the handle or of the socket.
func unlucky(err error) bool {
	var closed *gateway.CloseError
	return errors.Is(err, gateway.ErrClosed) || errors.Is(err, gateway.ErrNotConnected) || errors.As(err, &closed)
}

// toggle has a client come, or go: for good, or so that its session can be resumed by the next handle.
func (s *trial) toggle() (string, func() error) {
	c, suspend := soak.One(&s.Chance, s.clients), s.Rand.IntN(2) == 0
	for _, other := range s.clients {
		if !other.connected {
			c = other // most are there most of the time
		}
	}
	switch {
	case !c.connected:
		return c.name + " comes", func() error { return s.connect(c) }
	case suspend:
		return c.name + " is suspended", func() error { return s.suspend(c) }
	default:
		return c.name + " goes", func() error {
			c.connected = false
			c.observe(nil)
			return c.handle.Close(s.t.Context())
		}
	}
}

// connect makes a handle. Of an account that has just identified elsewhere, the server may refuse it for a while.
func (s *trial) connect(c *soakClient) error {
	var err error
	for range 20 {
		ctx, cancel := context.WithTimeout(s.t.Context(), 5*time.Minute)
		c.handle, _, err = gateway.Connect(ctx, s.server.URL(), c.identify, c.options)
		cancel()
		if err == nil {
			c.connected, c.options.Session = true, nil
			c.observe(newObserving(c, c.handle))
			return nil
		}
		time.Sleep(time.Duration(7+s.Rand.IntN(10)) * time.Second)
	}
	return fmt.Errorf("%s: %w", c.name, err)
}

// suspend ends a handle, and keeps the session for the next one.
func (s *trial) suspend(c *soakClient) error {
	c.connected = false
	c.observe(nil)
	session, err := c.handle.Suspend(s.t.Context())
	if err == nil {
		c.options.Session = &session
	}
	if errors.Is(err, gateway.ErrNotConnected) {
		return nil // the session is lost already
	}
	return err
}
