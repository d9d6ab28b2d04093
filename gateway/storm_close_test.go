package gateway_test

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/types"
)

// Whatever observers do while one of them closes the handle, everybody has seen what came before the end, once and in
// order, and nothing is left: the bubble of the test could not end with a goroutine in it.
func TestAnObserverClosesTheHandleInAStorm(t *testing.T) {
	for seed := range uint64(60) {
		synctest.Test(t, func(t *testing.T) { closeInside(t, seed) })
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

func closeInside(t *testing.T, seed uint64) {
	s, options := brew(t, seed)
	events, way := 1+s.roll(s.total), s.roll(6)
	handle := make(chan gateway.GatewayHandle, 1)
	calls, forced := 0, false
	var begun atomic.Bool
	s.then = func(ctx context.Context) {
		if calls++; calls < events || begun.Swap(true) {
			return
		}
		h := <-handle
		if forced = way == 0; forced {
			// Not the context it was given: it is waited for, in vain.
			impatient, cancel := context.WithTimeout(context.Background(), 5*time.Millisecond)
			defer cancel()
			if err := h.Close(impatient); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("Close: %v", err)
			}
			return
		}
		if way == 1 {
			go func() { _ = h.Close(context.Background()) }()
			return
		}
		if err := h.Close(ctx); err != nil {
			t.Errorf("Close: %v", err)
		}
		switch way {
		case 2:
			runtime.Goexit()
		case 3:
			panic("on purpose")
		case 4:
			time.Sleep(20 * time.Millisecond)
		}
	}
	h, _, err := gateway.Connect(t.Context(), testURL, types.Identify{Token: "secret"}, options)
	if err != nil {
		t.Fatal(err)
	}
	handle <- h
	select {
	case <-h.Done():
	case <-time.After(20 * time.Minute):
		t.Fatalf("the handle is %v after %d of %d calls", h.State(), calls, events)
	}
	if !errors.Is(h.Err(), gateway.ErrClosed) {
		t.Errorf("Err: %v", h.Err())
	}
	time.Sleep(time.Minute)
	synctest.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.contents(s.total)
	for who, got := range s.seen {
		if who == "two at once" {
			slices.Sort(got)
		}
		if forced {
			// Who has no room when the life of the events ends is given what there is room for.
			if !slices.IsSorted(got) || len(slices.Compact(slices.Clone(got))) != len(got) {
				t.Errorf("%s: %d events, not in order or not once", who, len(got))
			}
		} else if queued := len(s.seen["the handle's queue"]); !slices.Equal(got, all[:queued]) {
			t.Errorf("%s: %d events, or not those that came first; the handle's queue: %d", who, len(got), queued)
		}
	}
}
