package gateway

import (
	"github.com/chorus-go/chorus/internal/effect"
	"github.com/chorus-go/chorus/observer"
	"github.com/chorus-go/chorus/types"
)

// unmentioned are the kinds that READY does not have, or not as a whole: its silence says nothing about them.
var unmentioned = effect.SetOf(effect.KindUser, effect.KindMessage, effect.KindThreadMember, effect.KindIntegration,
	effect.KindAutoModRule, effect.KindEntitlement, effect.KindSubscription)

// revision is one event on its way into what is observed. The observatory's lock is held, but for tell.
type revision struct {
	o       *observatory
	touched []observed

	set       map[effect.Key]struct{} // what was set since the first refresh; nil before it
	refreshes []effect.Key

	wake []chan struct{} // of the loops over changes, when the lock is free again
	lags []observer.Lag
}

// emit takes one effect of the event.
func (t *revision) emit(e effect.Effect) {
	switch {
	case e.Op == effect.Refresh:
		t.refreshes = append(t.refreshes, e.Key)
		if t.set == nil {
			t.set = map[effect.Key]struct{}{}
		}
	case t.o.needs[e.Key.Kind] == 0 && e.Op != effect.Delete:
	case e.All:
		for _, c := range t.o.cells {
			if key := c.about(); key.Kind == e.Key.Kind && key.Scope == e.Key.Scope {
				c.carry(t, &e)
			}
		}
		if inside := t.o.guilds[e.Key.Scope]; inside != nil {
			inside.carryAll(&e)
		}
	default:
		t.one(&e)
	}
}

// one carries out an effect on one entity.
func (t *revision) one(e *effect.Effect) {
	key := plain(e.Key)
	known := false
	if c := t.o.cells[key]; c != nil {
		c.carry(t, e)
		known = true
	}
	for inside := range t.o.around(e.Key) {
		known = inside.carry(e) || known
	}
	if known && t.set != nil && (e.Op == effect.Set || e.Op == effect.Upsert) {
		t.set[key] = struct{}{}
	}
	if e.Op == effect.Delete {
		t.within(e.Key.Kind, e.Key.ID)
	}
}

// within removes what is in an entity that is deleted.
func (t *revision) within(kind effect.Kind, id types.Snowflake) {
	if kind == effect.KindGuild {
		if inside := t.o.guilds[id]; inside != nil {
			inside.clear()
		}
	} else if kind != effect.KindChannel || t.o.needs[effect.KindMessage]+t.o.needs[effect.KindThreadMember] == 0 {
		return
	}
	for _, c := range t.o.cells {
		if key := c.about(); key.Kind.Within() == kind && key.Scope == id {
			c.remove(t)
		}
	}
}

// end removes what was refreshed and not set again, and makes everything what the event makes it.
func (t *revision) end() {
	for _, refresh := range t.refreshes {
		if refresh.Kind == 0 {
			t.anew()
			continue
		}
		for _, c := range t.o.cells {
			if key := c.about(); key.Kind == refresh.Kind && key.Scope == refresh.Scope && !t.isSet(key) {
				c.remove(t)
			}
		}
		if inside := t.o.guilds[refresh.Scope]; inside != nil {
			inside.sweep(refresh.Kind, t.isSet)
		}
	}
	t.settle()
}

// anew removes what a new session does not mention.
func (t *revision) anew() {
	for _, c := range t.o.cells {
		if key := c.about(); !unmentioned.Has(key.Kind) && !t.isSet(key) {
			c.remove(t)
		}
	}
	for _, inside := range t.o.guilds {
		if !t.isSet(effect.Key{Kind: effect.KindGuild, ID: inside.guild}) {
			inside.clear()
			continue
		}
		for kind := range inside.kinds {
			if !unmentioned.Has(kind) {
				inside.sweep(kind, t.isSet)
			}
		}
	}
}

func (t *revision) isSet(key effect.Key) bool {
	_, ok := t.set[plain(key)]
	return ok
}

func (t *revision) settle() {
	for _, c := range t.touched {
		c.settle(t)
	}
}

// tell wakes who waits for changes. The lock is not held.
func (t *revision) tell() {
	for _, ready := range t.wake {
		notify(ready)
	}
	for _, lag := range t.lags {
		t.o.c.lagging(lag)
	}
}
