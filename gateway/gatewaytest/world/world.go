package world

import (
	"cmp"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/chorus-go/chorus/gateway/gatewaytest/pubsub"
	"github.com/chorus-go/chorus/types"
)

// World is everything that a server knows, and the one place where it is changed. A change dispatches the events that a
// server would send, to the sessions of those who may see them.
//
// All methods are safe from any goroutine. A change is whole or not at all, and what is handed out is a copy or
// immutable. Events are delivered without locks and in the order of the changes: a method that returns has delivered
// its events, unless another goroutine is delivering at that moment, or it was called by a sink; then whoever delivers
// does these as well, in their turn.
type World struct {
	options Options
	states  *pubsub.StateManager
	topics  topics

	mu       sync.Mutex
	ids      identities
	accounts map[types.Snowflake]*account
	tokens   map[string]*account
	guilds   map[types.Snowflake]*guild
	channels map[types.Snowflake]*channel // of guilds, threads and private ones
	invites  map[string]*invite
	sessions map[string]*session
	bots     map[string]*session                     // the sessions of bots that are told of presences
	watchers map[types.Snowflake]map[string]*session // who has asked to be told of a user's presence
	streams  map[string]*stream
	webhooks map[types.Snowflake]*webhook
	polls    map[types.Snowflake]*message // those that may still be voted in
	next     time.Time                    // before which nothing expires, zero while nothing does

	outbox      outbox
	checkpoints func(View) any // see Checkpoints; nil for none
}

// New returns a world without anybody in it.
func New(options Options) *World {
	options = options.withDefaults()
	w := &World{
		options:  options,
		states:   pubsub.NewStateManager(),
		ids:      identities{seed: options.Seed},
		accounts: map[types.Snowflake]*account{},
		tokens:   map[string]*account{},
		guilds:   map[types.Snowflake]*guild{},
		channels: map[types.Snowflake]*channel{},
		invites:  map[string]*invite{},
		sessions: map[string]*session{},
		bots:     map[string]*session{},
		watchers: map[types.Snowflake]map[string]*session{},
		streams:  map[string]*stream{},
		webhooks: map[types.Snowflake]*webhook{},
		polls:    map[types.Snowflake]*message{},
	}
	w.topics = newTopics(w)
	return w
}

// Options returns the options of the world, with what was left out filled in.
func (w *World) Options() Options { return w.options }

// States returns the manager of the sessions. Attach inserts into it and Detach removes.
func (w *World) States() *pubsub.StateManager { return w.states }

// NextID returns a new id, as a server needs for what is not in the world, such as an interaction.
func (w *World) NextID() types.Snowflake {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.id()
}

// id returns a new id. The lock is held.
func (w *World) id() types.Snowflake { return w.ids.next(time.Now()) }

// change runs f with the lock held, after what has expired by then, and delivers what is in the outbox.
func (w *World) change(f func() error) error {
	err := w.locked(func() error {
		w.expire(time.Now())
		err := f()
		w.checkpoint()
		return err
	})
	w.deliver()
	return err
}

// locked runs f with the lock held.
func (w *World) locked(f func() error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return f()
}

// account returns an account by its id.
func (w *World) account(id types.Snowflake) (*account, error) {
	if a := w.accounts[id]; a != nil {
		return a, nil
	}
	return nil, missing("user", id)
}

// guild returns a guild by its id.
func (w *World) guild(id types.Snowflake) (*guild, error) {
	if g := w.guilds[id]; g != nil {
		return g, nil
	}
	return nil, missing("guild", id)
}

// channel returns a channel by its id. With a guild, it must be a channel of it.
func (w *World) channel(guild, id types.Snowflake) (*channel, error) {
	c := w.channels[id]
	if c == nil || guild != 0 && c.data.GuildID != guild {
		return nil, missing("channel", id)
	}
	return c, nil
}

// sorted returns the values of a map in the order of its keys, so that everything happens in the same order each time.
func sorted[K cmp.Ordered, V any](m map[K]V) []V {
	values := make([]V, 0, len(m))
	for _, key := range slices.Sorted(maps.Keys(m)) {
		values = append(values, m[key])
	}
	return values
}

// keys returns the keys of a map in their order.
func keys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
