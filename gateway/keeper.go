package gateway

import (
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	saveInterval = 5 * time.Second
	saveTimeout  = 10 * time.Second // for one call of a store
)

// keeper keeps the session of a connection in a store: after READY, RESUMED and the loss of a session, then every five
// seconds, and at the end. Its goroutine is the only one to use the lease once the connection has begun.
type keeper struct {
	c       *connection
	lease   SessionLease
	changed chan struct{} // holds a value when the session has begun or is gone
	finish  chan bool     // receives whether the session ends with the handle
	ended   chan struct{} // closed when the lease is released
	saved   Session       // what the store has
	stored  bool          // whether it has something
}

// keep leases what Options.SessionStore keeps and returns the session in it, nil if there is none that can be resumed.
func (c *connection) keep(ctx context.Context) (*Session, error) {
	if c.options.SessionStore == nil {
		return nil, nil
	}
	lease, err := c.options.SessionStore.Lease(ctx, c.options.SessionKey)
	if err != nil {
		return nil, fmt.Errorf("gateway: the session store: %w", err)
	}
	stored, err := lease.Load(ctx)
	if _, damaged := errors.AsType[*DamagedSessionError](err); err != nil && !damaged {
		return nil, errors.Join(fmt.Errorf("gateway: the session store: %w", err), lease.Release())
	} else if damaged {
		c.report(err)
	}
	c.keeper = &keeper{
		c: c, lease: lease, stored: stored != nil || err != nil,
		changed: make(chan struct{}, 1), finish: make(chan bool, 1), ended: make(chan struct{}),
	}
	go c.keeper.run()
	if stored == nil || stored.resumable() != nil {
		return nil, nil
	}
	return stored, nil
}

// change says that the session has begun or is gone.
func (k *keeper) change() {
	if k == nil {
		return
	}
	select {
	case k.changed <- struct{}{}:
	default:
	}
}

func (k *keeper) run() {
	defer close(k.ended)
	ticker := time.NewTicker(saveInterval)
	defer ticker.Stop()
	over := false
	for !over {
		forget := false
		select {
		case <-k.changed:
		case <-ticker.C:
		case forget = <-k.finish:
			over = true
		}
		if err := k.save(forget); err != nil {
			k.c.report(fmt.Errorf("gateway: the session store: %w", err))
		}
	}
	if err := k.lease.Release(); err != nil {
		k.c.report(fmt.Errorf("gateway: the session store: %w", err))
	}
}

// save brings the store up to date.
func (k *keeper) save(forget bool) error {
	parent, most := k.c.force, saveTimeout
	if parent.Err() != nil {
		parent, most = context.Background(), severTimeout // It is for observers that time has run out.
	}
	ctx, cancel := context.WithTimeout(parent, most)
	defer cancel()
	session, ok := k.c.snapshot()
	switch {
	case forget, !ok && k.c.bereft.Load():
		if !k.stored {
			return nil
		}
		k.stored = false
		return k.lease.Delete(ctx)
	case !ok, session.resumable() != nil:
		return nil // Nothing has begun that could be gone on with.
	case k.stored && session == k.saved:
		return nil
	}
	if err := k.lease.Save(ctx, session); err != nil {
		return err
	}
	k.saved, k.stored = session, true
	return nil
}

// end saves or forgets the session for the last time, and waits for it until limit ends.
func (k *keeper) end(limit context.Context, forget bool) {
	if k == nil {
		return
	}
	k.finish <- forget
	select {
	case <-k.ended:
	case <-limit.Done():
		// A store that minds its context is about to end.
		select {
		case <-k.ended:
		case <-time.After(severTimeout):
		}
	}
}
