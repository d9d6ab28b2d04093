package gateway

import (
	"context"
	"iter"
	"slices"
	"sync"

	"github.com/chorus-go/chorus/internal/effect"
	"github.com/chorus-go/chorus/observer"
	"github.com/chorus-go/chorus/types"
)

// observatory is what is observed on a connection. It has no cost before the first Observe, and no subscriptions when
// nothing is observed.
type observatory struct {
	c *connection

	mu      sync.Mutex // held while an event is carried out; taken before that of a watcher
	ended   bool
	cells   map[effect.Key]observed           // by plain keys
	ids     map[types.Snowflake][]effect.Key  // the keys of the cells
	guilds  map[types.Snowflake]*contents     // of the guilds that are observed
	needs   map[effect.Kind]int               // how many cells need the events of a kind
	watches map[string]*observer.Subscription // by event
}

// watched is the type of functions that take an event of any type.
type watched func(ctx context.Context, event any)

// observatoryOf returns what is observed on the connection.
func (c *connection) observatoryOf() *observatory {
	for {
		if o := c.observed.Load(); o != nil {
			return o
		}
		o := &observatory{c: c}
		o.reset()
		if c.observed.CompareAndSwap(nil, o) {
			context.AfterFunc(c.life, o.end)
			return o
		}
	}
}

// reset makes the maps anew: those that have held much stay large.
func (o *observatory) reset() {
	o.cells = map[effect.Key]observed{}
	o.ids = map[types.Snowflake][]effect.Key{}
	o.guilds = map[types.Snowflake]*contents{}
	o.needs = map[effect.Kind]int{}
	o.watches = map[string]*observer.Subscription{}
}

// take carries out an event. It runs on the reader.
func (o *observatory) take(ctx context.Context, event any) {
	if from, _ := ctx.Value(observedKey{}).(*connection); from != nil && from != o.c {
		return // The tree is shared by several connections.
	}
	t := &revision{o: o}
	o.carryOut(t, event)
	t.tell()
}

func (o *observatory) carryOut(t *revision, event any) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.cells) > 0 {
		effect.Of(event, t.emit)
		t.end()
	}
}

// admits says why an entity cannot be observed.
func (o *observatory) admits(key effect.Key) error {
	if o.ended || o.c.over.Err() != nil {
		return context.Cause(o.c.over)
	}
	for _, other := range o.ids[key.ID] {
		if !mayShare(key.Kind, other.Kind) {
			return &ObserveError{Type: key.Kind.String(), ID: key.ID, Other: other.Kind.String(), Err: ErrOtherType}
		}
	}
	return nil
}

// keep begins to observe an entity.
func (o *observatory) keep(key effect.Key, c observed) {
	o.cells[plain(key)] = c
	o.ids[key.ID] = append(o.ids[key.ID], plain(key))
	o.need(key.Kind, 1)
}

// forget is the end of an entity that nobody holds any more.
func (o *observatory) forget(c observed) {
	key := plain(c.about())
	if o.cells[key] != c {
		return // The handle has ended.
	}
	delete(o.cells, key)
	if left := slices.DeleteFunc(o.ids[key.ID], func(k effect.Key) bool { return k == key }); len(left) == 0 {
		delete(o.ids, key.ID)
	} else {
		o.ids[key.ID] = left
	}
	if key.Kind == effect.KindGuild {
		delete(o.guilds, key.ID)
	}
	o.need(key.Kind, -1)
	if len(o.cells) == 0 {
		o.reset()
	}
}

// need counts an entity of a kind, and observes the events that this asks for.
func (o *observatory) need(kind effect.Kind, by int) {
	changed := false
	for k := range effect.Kinds() {
		if k != kind && (kind != effect.KindGuild || !guildKinds.Has(k)) {
			continue
		}
		before := o.needs[k]
		o.needs[k] = before + by
		changed = changed || before == 0 || before+by == 0
	}
	if changed {
		o.subscribe()
	}
}

// subscribe observes the events that are needed, and no others.
func (o *observatory) subscribe() {
	var kinds effect.KindSet
	events := map[string]bool{}
	for kind, n := range o.needs {
		if n == 0 {
			continue
		}
		kinds |= effect.SetOf(kind)
		for _, event := range endsOf(kind.Within()) {
			events[event] = true
		}
	}
	for source := range effect.Sources(kinds) {
		events[source.Event] = true
	}
	for event, watch := range o.watches {
		if !events[event] {
			watch.Unsubscribe()
			delete(o.watches, event)
		}
	}
	for event := range events {
		entry := dispatchTable[event]
		if o.watches[event] != nil || entry == nil {
			continue
		}
		options := []observer.Option{observer.Inline(), observer.As("gateway.Observe")}
		if watch, ok := entry.subscribe(o.c.events, watched(o.take), options); ok {
			o.watches[event] = watch
		}
	}
}

// endsOf returns the events that may be the end of an entity that others are in.
func endsOf(kind effect.Kind) []string {
	switch kind {
	case effect.KindGuild:
		return []string{"GUILD_DELETE", "GUILD_CREATE", "INITIAL_GUILD"}
	case effect.KindChannel:
		return []string{"CHANNEL_DELETE", "THREAD_DELETE", "DELETED_ENTITY_IDS", "GUILD_CREATE", "INITIAL_GUILD"}
	default:
		return nil
	}
}

// around yields the observed guilds that an entity is in: all of them that know it when the event does not tell.
func (o *observatory) around(key effect.Key) iter.Seq[*contents] {
	return func(yield func(*contents) bool) {
		if !guildKinds.Has(key.Kind) {
			return
		}
		if key.Scope != 0 || !key.Kind.Unique() {
			if inside := o.guilds[key.Scope]; inside != nil {
				yield(inside)
			}
			return
		}
		for _, inside := range o.guilds {
			if inside.get(key) != nil && !yield(inside) {
				return
			}
		}
	}
}

// child returns what an observed guild knows of an entity, and which guild that is, or nil.
func (o *observatory) child(key effect.Key) (any, types.Snowflake) {
	for inside := range o.around(key) {
		if v := inside.get(key); v != nil {
			return v, inside.guild
		}
	}
	return nil, 0
}

// end is the end of the handle.
func (o *observatory) end() {
	t := &revision{o: o}
	o.mu.Lock()
	o.ended = true
	for _, watch := range o.watches {
		watch.Unsubscribe()
	}
	for _, c := range o.cells {
		c.end(t)
	}
	o.reset()
	o.mu.Unlock()
	t.tell()
}
