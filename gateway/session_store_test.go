package gateway_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/types"
)

// storedSession is a session whose parts tell whether they belong together.
func storedSession(number int) gateway.Session {
	return gateway.Session{
		ID: fmt.Sprint("s", number), Gateway: "wss://gateway.example", Sequence: types.Some(int64(number)), UserID: 42,
		Token: fmt.Sprint("hunter2-", number), AliveAt: time.Date(2026, 8, 1, 12, 0, number, 0, time.UTC),
	}
}

// eachStore runs a test with each of the stores.
func eachStore(t *testing.T, run func(t *testing.T, store gateway.SessionStore)) {
	t.Run("memory", func(t *testing.T) { run(t, gateway.NewMemorySessions()) })
	t.Run("zero memory", func(t *testing.T) { run(t, new(gateway.MemorySessions)) })
	t.Run("file", func(t *testing.T) { run(t, fileStore(t, t.TempDir())) })
}

func fileStore(t *testing.T, dir string) *gateway.FileSessions {
	t.Helper()
	store, err := gateway.NewFileSessions(dir)
	if err != nil {
		t.Fatal(err)
	}
	return store
}

// lease takes a lease that is released at the end of the test.
func lease(t *testing.T, store gateway.SessionStore, key string) gateway.SessionLease {
	t.Helper()
	lease, err := store.Lease(t.Context(), key)
	if err != nil {
		t.Fatalf("Lease(%q): %v", key, err)
	}
	t.Cleanup(func() { _ = lease.Release() })
	return lease
}

func wantSession(t *testing.T, lease gateway.SessionLease, want *gateway.Session) {
	t.Helper()
	got, err := lease.Load(t.Context())
	if err != nil || (got == nil) != (want == nil) || got != nil && *got != *want {
		t.Errorf("Load: %v, %v, want %v", got, err, want)
	}
}

func TestASessionStoreKeepsSessions(t *testing.T) {
	eachStore(t, func(t *testing.T, store gateway.SessionStore) {
		first := lease(t, store, "bot")
		wantSession(t, first, nil)
		for number := range 3 {
			saved := storedSession(number)
			if err := first.Save(t.Context(), saved); err != nil {
				t.Fatal(err)
			}
			wantSession(t, first, &saved)
		}
		loaded, _ := first.Load(t.Context())
		loaded.ID = "changed"
		last := storedSession(2)
		wantSession(t, first, &last)
		if err := first.Release(); err != nil {
			t.Fatal(err)
		}

		second := lease(t, store, "bot")
		wantSession(t, second, &last)
		for range 2 {
			if err := second.Delete(t.Context()); err != nil {
				t.Error(err)
			}
			wantSession(t, second, nil)
		}
	})
}

func TestALeaseIsForOne(t *testing.T) {
	eachStore(t, func(t *testing.T, store gateway.SessionStore) {
		first := lease(t, store, "bot")
		if other, err := store.Lease(t.Context(), "bot"); !errors.Is(err, gateway.ErrSessionLeased) || other != nil {
			t.Fatalf("a second lease: %v, %v", other, err)
		}
		lease(t, store, "another bot")
		for range 3 {
			if err := first.Release(); err != nil {
				t.Errorf("Release: %v", err)
			}
		}
		second := lease(t, store, "bot")
		if err := first.Release(); err != nil {
			t.Errorf("Release, late: %v", err)
		}
		if _, err := store.Lease(t.Context(), "bot"); !errors.Is(err, gateway.ErrSessionLeased) {
			t.Errorf("the late Release of the first released the second: %v", err)
		}
		_, loading := first.Load(t.Context())
		for name, err := range map[string]error{
			"Load":   loading,
			"Save":   first.Save(t.Context(), storedSession(1)),
			"Delete": first.Delete(t.Context()),
		} {
			if !errors.Is(err, gateway.ErrLeaseReleased) {
				t.Errorf("%s after Release: %v", name, err)
			}
		}
		wantSession(t, second, nil)
	})
}

func TestOfManyWhoWantALeaseOneGetsIt(t *testing.T) {
	eachStore(t, func(t *testing.T, store gateway.SessionStore) {
		const many, rounds = 8, 20
		holders, wins := make(chan struct{}, 1), make(chan int, many*rounds)
		var group sync.WaitGroup
		for number := range many {
			group.Go(func() {
				for range rounds {
					lease, err := store.Lease(t.Context(), "bot")
					if errors.Is(err, gateway.ErrSessionLeased) {
						continue
					}
					if err != nil {
						t.Error(err)
						return
					}
					select {
					case holders <- struct{}{}:
					default:
						t.Error("two hold the lease")
						return
					}
					if err := lease.Save(t.Context(), storedSession(number)); err != nil {
						t.Error(err)
					}
					wins <- number
					<-holders
					if err := lease.Release(); err != nil {
						t.Error(err)
					}
				}
			})
		}
		group.Wait()
		close(wins)
		last := -1
		for number := range wins {
			last = number
		}
		if last < 0 {
			t.Fatal("nobody got the lease")
		}
		want := storedSession(last)
		wantSession(t, lease(t, store, "bot"), &want)
	})
}

func TestCallsOfOneLeaseTakeTurns(t *testing.T) {
	eachStore(t, func(t *testing.T, store gateway.SessionStore) {
		lease := lease(t, store, "bot")
		if err := lease.Save(t.Context(), storedSession(0)); err != nil {
			t.Fatal(err)
		}
		var group sync.WaitGroup
		for number := range 8 {
			group.Go(func() {
				for range 10 {
					if err := lease.Save(t.Context(), storedSession(number)); err != nil {
						t.Error(err)
					}
					got, err := lease.Load(t.Context())
					if err != nil || got == nil || got.Token != "hunter2-"+strings.TrimPrefix(got.ID, "s") {
						t.Errorf("%v, %v", got, err)
					}
				}
			})
		}
		group.Wait()
	})
}

func TestASessionStoreHeedsItsContext(t *testing.T) {
	eachStore(t, func(t *testing.T, store gateway.SessionStore) {
		lease := lease(t, store, "bot")
		reason := errors.New("no time")
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(reason)
		_, leasing := store.Lease(ctx, "free")
		_, loading := lease.Load(ctx)
		for name, err := range map[string]error{
			"Lease": leasing, "Load": loading, "Save": lease.Save(ctx, storedSession(1)), "Delete": lease.Delete(ctx),
		} {
			if !errors.Is(err, reason) {
				t.Errorf("%s: %v", name, err)
			}
		}
		wantSession(t, lease, nil)
	})
}

func TestASessionStoreTakesNoSessionThatItCannotGiveBack(t *testing.T) {
	eachStore(t, func(t *testing.T, store gateway.SessionStore) {
		lease, kept := lease(t, store, "bot"), storedSession(1)
		if err := lease.Save(t.Context(), kept); err != nil {
			t.Fatal(err)
		}
		for name, session := range map[string]gateway.Session{
			"no id":     {Token: "hunter2"},
			"null":      {ID: "s1", Sequence: types.Null[int64]()},
			"not UTF-8": {ID: "s1", Token: "hunter2\xff"},
		} {
			err := lease.Save(t.Context(), session)
			if _, ok := errors.AsType[*gateway.SessionError](err); !ok || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("%s: %v", name, err)
			}
		}
		wantSession(t, lease, &kept)
	})
}

func TestNothingPrintsWhatASessionStoreKeeps(t *testing.T) {
	eachStore(t, func(t *testing.T, store gateway.SessionStore) {
		lease := lease(t, store, "bot")
		if err := lease.Save(t.Context(), storedSession(1)); err != nil {
			t.Fatal(err)
		}
		if err := lease.Release(); err != nil { // Printing takes no turns.
			t.Fatal(err)
		}
		for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
			if text := fmt.Sprintf(verb+verb, store, lease); strings.Contains(text, "hunter2") {
				t.Errorf("%s: %s", verb, text)
			}
		}
	})
}

func TestAnyStringIsAKey(t *testing.T) {
	dir := t.TempDir()
	inside := filepath.Join(dir, "a", "sessions")
	stores := map[string]gateway.SessionStore{"memory": gateway.NewMemorySessions(), "file": fileStore(t, inside)}
	for name, store := range stores {
		keys := []string{
			"", ".", "..", "../../escaped", "/etc/escaped", "a/b", `a\b`, "NUL", "a\x00b", "\xff", "BOT", "bot",
			strings.Repeat("x", 5000),
		}
		leases := map[string]gateway.SessionLease{}
		for number, key := range keys {
			leases[key] = lease(t, store, key)
			if err := leases[key].Save(t.Context(), storedSession(number)); err != nil {
				t.Errorf("%s, %.20q: %v", name, key, err)
			}
		}
		for number, key := range keys {
			want := storedSession(number)
			wantSession(t, leases[key], &want)
		}
	}
	for _, pattern := range []string{"*", "a/*"} {
		found, _ := filepath.Glob(filepath.Join(dir, pattern))
		if len(found) != 1 {
			t.Errorf("outside of the store's directory: %q", found)
		}
	}
}
