package gateway

import (
	"context"
	"sync"
)

// MemorySessions is a SessionStore that lasts as long as the process: for tests, and for handing sessions from one handle
// to the next. The zero value is an empty store. It must not be copied.
type MemorySessions struct {
	mu    sync.Mutex
	slots map[string]*memorySlot // of the keys that have a session or a lease
}

// memorySlot is what is kept under one key. It is a pointer wherever it is, so that nothing prints what is in it.
type memorySlot struct {
	leased  bool
	session *Session
}

// NewMemorySessions returns an empty store.
func NewMemorySessions() *MemorySessions { return new(MemorySessions) }

var _ SessionStore = (*MemorySessions)(nil)

// Lease implements SessionStore.
func (m *MemorySessions) Lease(ctx context.Context, key string) (SessionLease, error) {
	if ctx != nil && ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	slot := m.slots[key]
	if slot == nil {
		slot = new(memorySlot)
		if m.slots == nil {
			m.slots = map[string]*memorySlot{}
		}
		m.slots[key] = slot
	}
	if slot.leased {
		return nil, ErrSessionLeased
	}
	slot.leased = true
	return &memoryLease{store: m, key: key, slot: slot, turn: newLeaseTurn()}, nil
}

// memoryLease is the lease of a slot.
type memoryLease struct {
	store *MemorySessions
	key   string
	slot  *memorySlot
	turn  leaseTurn
}

func (l *memoryLease) Load(ctx context.Context) (*Session, error) {
	if err := l.turn.take(ctx); err != nil {
		return nil, err
	}
	defer l.turn.give()
	if l.slot.session == nil {
		return nil, nil
	}
	session := *l.slot.session
	return &session, nil
}

func (l *memoryLease) Save(ctx context.Context, session Session) error {
	if err := session.storable(); err != nil {
		return err
	}
	if err := l.turn.take(ctx); err != nil {
		return err
	}
	defer l.turn.give()
	l.slot.session = &session
	return nil
}

func (l *memoryLease) Delete(ctx context.Context) error {
	if err := l.turn.take(ctx); err != nil {
		return err
	}
	defer l.turn.give()
	l.slot.session = nil
	return nil
}

func (l *memoryLease) Release() error {
	if !l.turn.end() {
		return nil
	}
	l.store.mu.Lock()
	defer l.store.mu.Unlock()
	l.slot.leased = false
	if l.slot.session == nil {
		delete(l.store.slots, l.key)
	}
	return nil
}
