// Package carry lets an inline observer of an event leave something for the observers that come after it: package state
// leaves there what entities were before the event. It belongs to the event, and goes with it.
package carry

import (
	"context"
	"sync/atomic"
)

// Key is the key under which the context of an observer has the event's *Slot.
type Key struct{}

// Slot is the place of one event. Its zero value is empty.
type Slot struct{ first atomic.Pointer[item] }

// item is what one owner has left.
type item struct {
	owner, value any
	next         *item
}

// Has says whether the context is that of an event, for which something can be left.
func Has(ctx context.Context) bool {
	_, ok := ctx.Value(Key{}).(*Slot)
	return ok
}

// Leave leaves a value for those who ask for the owner's, in the slot of the context's event. It returns false if the
// context has none, as that of a publisher without a gateway.
func Leave(ctx context.Context, owner, value any) bool {
	slot, ok := ctx.Value(Key{}).(*Slot)
	if !ok {
		return false
	}
	for {
		first := slot.first.Load()
		if slot.first.CompareAndSwap(first, &item{owner: owner, value: value, next: first}) {
			return true
		}
	}
}

// Left returns what the owner has left last, or nil.
func Left(ctx context.Context, owner any) any {
	slot, ok := ctx.Value(Key{}).(*Slot)
	if !ok {
		return nil
	}
	for i := slot.first.Load(); i != nil; i = i.next {
		if i.owner == owner {
			return i.value
		}
	}
	return nil
}
