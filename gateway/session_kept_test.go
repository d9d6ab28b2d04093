package gateway_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/types"
)

type dialing = func(ctx context.Context, network, address string) (net.Conn, error)

// gated refuses connections until a time.
func gated(dial dialing, until *time.Time) dialing {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		if time.Now().Before(*until) {
			return nil, syscall.ECONNREFUSED
		}
		return dial(ctx, network, address)
	}
}

// watchedStore counts what is done with the leases of a store.
type watchedStore struct {
	gateway.SessionStore
	mu                       sync.Mutex
	saves, deletes, releases int
	last                     gateway.Session // that was saved
}

// counts returns how often it was saved, deleted and released, and what was saved last.
func (s *watchedStore) counts() (saves, deletes, releases int, last gateway.Session) {
	synctest.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.saves, s.deletes, s.releases, s.last
}

func (s *watchedStore) note(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
}

type watchedLease struct {
	gateway.SessionLease
	store *watchedStore
}

func (s *watchedStore) Lease(ctx context.Context, key string) (gateway.SessionLease, error) {
	lease, err := s.SessionStore.Lease(ctx, key)
	if err != nil {
		return nil, err
	}
	return &watchedLease{lease, s}, nil
}

func (l *watchedLease) Save(ctx context.Context, session gateway.Session) error {
	l.store.note(func() { l.store.saves++; l.store.last = session })
	return l.SessionLease.Save(ctx, session)
}

func (l *watchedLease) Delete(ctx context.Context) error {
	l.store.note(func() { l.store.deletes++ })
	return l.SessionLease.Delete(ctx)
}

func (l *watchedLease) Release() error {
	l.store.note(func() { l.store.releases++ })
	return l.SessionLease.Release()
}

// stored is what a store keeps, nil if nothing.
func stored(t *testing.T, store gateway.SessionStore) *gateway.Session {
	t.Helper()
	lease, err := store.Lease(t.Context(), "bot")
	if err != nil {
		t.Fatal(err)
	}
	defer lease.Release()
	session, err := lease.Load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return session
}

func keptIn(c *cluster, store gateway.SessionStore) gateway.Options {
	options := c.options()
	options.SessionStore, options.SessionKey = store, "bot"
	return options
}

func TestASessionIsKeptAfterREADYOnATimerAndOnSuspend(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t, discord)
		store := &watchedStore{SessionStore: gateway.NewMemorySessions()}
		handle := connect(t, keptIn(c, store))
		synctest.Wait()
		last := func(saves int, sequence int64) {
			t.Helper()
			count, _, _, got := store.counts()
			if count != saves {
				t.Fatalf("it was saved %d times, want %d", count, saves)
			}
			if got.ID != "s1" || got.Sequence.Or(-1) != sequence || got.Token != "secret" || got.ResumeURL == "" {
				t.Errorf("what was saved is %v, want sequence %d", got, sequence)
			}
		}
		last(1, 0)
		c.do(func(v *visit) { v.post("a") })
		time.Sleep(4 * time.Second)
		last(1, 0)
		time.Sleep(2 * time.Second)
		last(2, 1)
		c.do(func(v *visit) { v.post("b") })
		synctest.Wait()
		if _, err := handle.Suspend(t.Context()); err != nil {
			t.Fatal(err)
		}
		last(3, 2)
		if _, deletes, releases, _ := store.counts(); deletes != 0 || releases != 1 {
			t.Errorf("%d deletes, %d releases", deletes, releases)
		}
		c.miss("c")
		options := keptIn(c, store)
		seen := keepDiary(options)
		connect(t, options)
		expect(t, "the messages", seen.messages(), "c")
		expect(t, "the connections", c.log(), "gateway identify, resume resume")
	})
}

// A process that ends without a word leaves in the store what the timer saved.
func TestASessionOutlivesAHandleThatWasLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t, discord)
		store := gateway.NewMemorySessions()
		options := keptIn(c, store)
		options.NoReconnect = true
		handle := connect(t, options)
		c.do(func(v *visit) { v.post("a"); c.miss("b"); v.drop() })
		<-handle.Done()
		options = keptIn(c, store)
		seen := keepDiary(options)
		connect(t, options)
		expect(t, "the messages", seen.messages(), "b")
	})
}

func TestASessionIsDeletedByCloseAndByItsLoss(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t, discord)
		store := gateway.NewMemorySessions()
		handle := connect(t, keptIn(c, store))
		time.Sleep(10 * time.Second)
		shut(t, handle)
		if session := stored(t, store); session != nil {
			t.Errorf("after Close it keeps %v", session)
		}
		watched := &watchedStore{SessionStore: store}
		handle = connect(t, keptIn(c, watched))
		synctest.Wait()
		c.do(func(v *visit) { v.raw(`{"op":9,"d":false}`) })
		if _, deletes, _, _ := watched.counts(); deletes != 1 {
			t.Errorf("after the loss of the session it was deleted %d times", deletes)
		}
		time.Sleep(time.Minute)
		if _, err := handle.Suspend(t.Context()); err != nil {
			t.Error(err)
		}
		if session := stored(t, store); session == nil || session.ID != "s3" {
			t.Errorf("after the next READY it keeps %v", session)
		}
	})
}

func TestASecondHandleWithTheSameKeyIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t, discord)
		store := gateway.NewMemorySessions()
		handle := connect(t, keptIn(c, store))
		_, _, err := gateway.Connect(t.Context(), testURL, types.Identify{Token: "secret"}, keptIn(c, store))
		if !errors.Is(err, gateway.ErrSessionLeased) || !strings.HasPrefix(err.Error(), "gateway: ") {
			t.Errorf("the second handle: %v", err)
		}
		if c.count() != 1 {
			t.Errorf("it dialled: %s", c.log())
		}
		shut(t, handle)
		connect(t, keptIn(c, store))
	})
}

// A key that fails to connect is free afterwards, with what it kept.
func TestAFailedConnectKeepsTheSessionAndFreesTheKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t, discord)
		store := gateway.NewMemorySessions()
		handle := connect(t, keptIn(c, store))
		if _, err := handle.Suspend(t.Context()); err != nil {
			t.Fatal(err)
		}
		options := keptIn(c, store)
		options.Dialer.NetDialContext = func(context.Context, string, string) (net.Conn, error) { return nil, syscall.ENETUNREACH }
		if _, err := gateway.Spawn(t.Context(), testURL, options); !errors.Is(err, syscall.ENETUNREACH) {
			t.Errorf("Spawn: %v", err)
		}
		if session := stored(t, store); session == nil || session.ID != "s1" {
			t.Errorf("it keeps %v", session)
		}
		connect(t, keptIn(c, store))
		expect(t, "the connections", c.log(), "gateway identify, resume resume")
	})
}

// What is stored for somebody else is not resumed.
func TestAStoredSessionOfAnotherTokenOrShardIsNotResumed(t *testing.T) {
	for name, identify := range map[string]types.Identify{
		"token": {Token: "another"}, "shard": {Token: "secret", Shard: [2]int64{1, 2}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newCluster(t, discord)
				store := gateway.NewMemorySessions()
				if _, err := connect(t, keptIn(c, store)).Suspend(t.Context()); err != nil {
					t.Fatal(err)
				}
				handle, _, err := gateway.Connect(t.Context(), testURL, identify, keptIn(c, store))
				if err != nil {
					t.Fatal(err)
				}
				defer shut(t, handle)
				expect(t, "the connections", c.log(), "gateway identify, gateway identify")
			})
		})
	}
}

// With CheckpointObserved only what the observers returned from counts as received: a crash loses no event.
func TestCheckpointObservedKeepsWhatObserversReturnedFrom(t *testing.T) {
	for name, test := range map[string]struct {
		checkpoint gateway.Checkpoint
		want       int64
	}{"observed": {gateway.CheckpointObserved, 1}, "received": {gateway.CheckpointReceived, 3}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newCluster(t, discord)
				store := &watchedStore{SessionStore: gateway.NewMemorySessions()}
				options := keptIn(c, store)
				options.Checkpoint = test.checkpoint
				release := make(chan struct{})
				options.Events.Message.Create.SubscribeFunc(func(_ context.Context, m *types.MessageCreate) {
					if m.Content == "b" {
						<-release
					}
				})
				connect(t, options)
				c.do(func(v *visit) { v.post("a", "b", "c") })
				time.Sleep(time.Minute)
				if _, _, _, last := store.counts(); last.Sequence.Or(-1) != test.want {
					t.Errorf("while an observer runs %v is kept, want sequence %d", last, test.want)
				}
				close(release)
				time.Sleep(6 * time.Second)
				if _, _, _, last := store.counts(); last.Sequence.Or(-1) != 3 {
					t.Errorf("in the end %v is kept, want sequence 3", last)
				}
			})
		})
	}
}

// A store that fails costs the session, not the connection.
func TestAStoreThatFailsIsReportedAndEndsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t, discord)
		full := errors.New("the disk is full")
		options := keptIn(c, &brokenStore{err: full})
		seen := keepDiary(options)
		handle := connect(t, options)
		c.do(func(v *visit) { v.post("a") })
		time.Sleep(6 * time.Second)
		expect(t, "the messages", seen.messages(), "a")
		if errs := seen.errors(); len(errs) != 2 || !errors.Is(errs[0], full) || !strings.HasPrefix(errs[0].Error(), "gateway: ") {
			t.Errorf("what was reported: %v", errs)
		}
		shut(t, handle)
		if errs := seen.errors(); len(errs) < 3 {
			t.Errorf("of the end nothing was reported: %v", errs)
		}
	})
}

// A store that hangs does not hang the handle.
func TestAStoreThatHangsStopsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t, discord)
		release := make(chan struct{})
		defer close(release)
		options := keptIn(c, &brokenStore{hang: release})
		seen := keepDiary(options)
		handle := connect(t, options)
		c.do(func(v *visit) { v.post("a"); c.miss("b"); v.drop() })
		time.Sleep(time.Minute)
		expect(t, "the messages", seen.messages(), "a b")
		_ = closeWithin(t, handle, 1100*time.Millisecond)
	})
}

// The context of Close and Suspend is for whoever hangs, and that was not the store.
func TestAStoreIsServedAlsoWhenTheContextOfCloseHasEnded(t *testing.T) {
	for name, suspend := range map[string]bool{"Close": false, "Suspend": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newCluster(t, discord)
				store := gateway.NewMemorySessions()
				options := keptIn(c, store)
				release := make(chan struct{})
				defer close(release)
				options.Events.Message.Create.SubscribeFunc(func(context.Context, *types.MessageCreate) { <-release })
				handle := connect(t, options)
				time.Sleep(11 * time.Second)
				c.do(func(v *visit) { v.post("a") })
				synctest.Wait()
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				if suspend {
					if _, err := handle.Suspend(ctx); !errors.Is(err, context.DeadlineExceeded) {
						t.Errorf("Suspend: %v", err)
					}
					if session := stored(t, store); session == nil || session.Sequence.Or(-1) != 1 {
						t.Errorf("it keeps %v, want sequence 1", session)
					}
					return
				}
				if err := handle.Close(ctx); !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("Close: %v", err)
				}
				if session := stored(t, store); session != nil {
					t.Errorf("it keeps %v", session)
				}
			})
		})
	}
}

// A session that the server refuses before anything has begun is lost as well.
func TestASessionThatIsRefusedAtOnceIsDeleted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t, discord, spacebar)
		store := &watchedStore{SessionStore: gateway.NewMemorySessions()}
		handle := connect(t, keptIn(c, store))
		if _, err := handle.Suspend(t.Context()); err != nil {
			t.Fatal(err)
		}
		handle = spawned(t, keptIn(c, store))
		time.Sleep(time.Second)
		if _, deletes, _, _ := store.counts(); deletes != 1 {
			t.Errorf("%d deletes in state %v", deletes, handle.State())
		}
	})
}
