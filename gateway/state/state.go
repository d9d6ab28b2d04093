package state

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/internal/carry"
	"github.com/chorus-go/chorus/internal/effect"
	"github.com/chorus-go/chorus/observer"
	"github.com/chorus-go/chorus/types"
)

// State is everything that the events of one handle, or of several shards of one account, have told. It is safe for use
// by several goroutines; reading takes no lock. Make it with [New].
type State struct {
	stores *stores
	own    atomic.Uint64 // the id of the user of the session

	mu      sync.Mutex // held while an event is carried out, by the goroutines that read connections
	sources []*source
	owners  map[types.Snowflake]*source // of the guilds
	turn    turn                        // the event that is being carried out
	emit    func(effect.Effect)         // the turn's
	renamed []types.Snowflake           // users who have changed by that event
	unnamed map[types.Snowflake]bool    // users who are members and of whom only the id is known
	latest  *types.User                 // the user who was set last by that event, and the entry
	entry   *entry[types.User]
}

// source is one tree of events.
type source struct {
	first         bool
	subscriptions []*observer.Subscription
}

// New makes a state that follows the events of a tree: handle.Events, or one from [gateway.NewEvents] that is given to
// Spawn, which misses nothing. It subscribes inline to the events that tell of what the options keep, so an observer of
// any of them finds the state with its event in it. Inline observers that were subscribed before New are the exception.
func New(events *gateway.Events, options Options) *State {
	s := &State{stores: newStores(options), owners: map[types.Snowflake]*source{}, unnamed: map[types.Snowflake]bool{}}
	s.turn.state, s.turn.expand, s.emit = s, s.turn.expandUser, s.turn.emit
	s.settle()
	s.Attach(events)
	return s
}

// Attach has the state follow one more tree: that of another shard of the same account. The first tree is the one that
// tells of what belongs to no guild. A nil tree is none.
func (s *State) Attach(events *gateway.Events) {
	if events == nil {
		return
	}
	from := &source{}
	s.mu.Lock()
	from.first = len(s.sources) == 0
	s.sources = append(s.sources, from)
	s.mu.Unlock()
	take := func(ctx context.Context, event any) { s.take(ctx, from, event) }
	kinds := map[string]bool{}
	for event := range effect.Sources(s.stores.kinds) {
		kinds[event.Event] = true
	}
	var subscriptions []*observer.Subscription
	for _, subscribe := range trees {
		if kinds[subscribe.event] {
			subscriptions = append(subscriptions, subscribe.to(events, take))
		}
	}
	s.mu.Lock()
	from.subscriptions = subscriptions
	s.mu.Unlock()
}

// Close ends the subscriptions. What is known stays, and gets old.
func (s *State) Close() {
	s.mu.Lock()
	var ended []*observer.Subscription
	for _, from := range s.sources {
		ended = append(ended, from.subscriptions...)
		from.subscriptions = nil
	}
	s.mu.Unlock()
	for _, subscription := range ended {
		subscription.Unsubscribe()
	}
}

// watch subscribes to one publisher of a tree.
func watch[T any](p *observer.Publisher[T], take func(context.Context, any)) *observer.Subscription {
	update := func(ctx context.Context, event *T) { take(ctx, event) }
	return p.SubscribeFunc(update, observer.Inline(), observer.As("state"))
}

// Apply brings the state up to date with an event that was not delivered by a tree that it follows, such as one of a
// recording. The event is a pointer to its type in package types, which nobody may write to afterwards. Apply returns
// whether it is one that can have effects. With the context of an observer, [State.Before] works for those who come
// later.
func (s *State) Apply(ctx context.Context, event any) bool {
	s.mu.Lock()
	if len(s.sources) == 0 {
		s.sources = append(s.sources, &source{first: true})
	}
	from := s.sources[0]
	s.mu.Unlock()
	return s.take(ctx, from, event)
}

// take brings the state up to date with an event.
func (s *State) take(ctx context.Context, from *source, event any) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := &s.turn
	t.begin(from, ctx != nil && carry.Has(ctx))
	t.about = subject(event)
	if ready, ok := event.(*types.Ready); ok && ready.User.ID != 0 {
		s.own.Store(uint64(ready.User.ID))
	}
	known := effect.Of(event, s.emit)
	t.end()
	s.rename(t)
	s.latest, s.entry = nil, nil
	t.leave(ctx)
	return known
}

// admits says whether an entity may be there: what it is within must be known, if that is kept at all.
func (s *State) admits(kind effect.Kind, policy Policy, scope, id types.Snowflake) bool {
	if policy.own && uint64(id) != s.own.Load() {
		return false
	}
	if scope == 0 {
		return true
	}
	switch kind.Within() {
	case effect.KindGuild:
		return s.stores.guilds == nil || s.stores.guilds.entry(0, scope) != nil
	case effect.KindChannel:
		return s.stores.channels == nil || s.stores.channels.has(scope)
	default:
		return true
	}
}

// gone removes what is within an entity that is gone.
func (s *State) gone(t *turn, kind effect.Kind, id types.Snowflake) {
	if kind == effect.KindGuild {
		delete(s.owners, id)
	}
	for within := range effect.Kinds() {
		if k := s.stores.byKind[within]; k != nil && within.Within() == kind {
			k.drop(t, id)
		}
	}
}

// holds says whether other kinds that are kept are within entities of a kind.
func (s *State) holds(kind effect.Kind) bool {
	for within := range effect.Kinds() {
		if s.stores.byKind[within] != nil && within.Within() == kind {
			return true
		}
	}
	return false
}

// sweeps says whether an entity that belongs to what was refreshed is to go: it was not set again, and nobody but the
// turn's source tells of it.
func (s *State) sweeps(t *turn, kind effect.Kind, scope, id types.Snowflake) bool {
	if t.marked(kind, scope, id) {
		return false
	}
	if !t.anew || scope != 0 {
		return true
	}
	switch kind {
	case effect.KindGuild:
		return s.owners[id] == t.from
	case effect.KindUser:
		return len(s.sources) == 1
	default:
		return t.from.first
	}
}
