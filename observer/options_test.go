package observer_test

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/observer"
)

func TestConcurrent(t *testing.T) {
	for n, want := range map[int]int{-1: 1, 0: 1, 1: 1, 4: 4} {
		synctest.Test(t, func(t *testing.T) {
			var p observer.Publisher[int]
			q := observer.NewQueue(100, observer.Block)
			g, ordinary := newGate(), newGate()
			close(ordinary.open)
			p.Subscribe(g, observer.Concurrent(n))
			p.Subscribe(ordinary)
			publish(t.Context(), t, &p, q, 1, 10)
			synctest.Wait()
			if got := g.got(); len(got) != want {
				t.Errorf("Concurrent(%d): %d calls run at once, want %d", n, len(got), want)
			}
			if got := ordinary.got(); !slices.Equal(got, numbers(1, 10)) {
				t.Errorf("Concurrent(%d): an observer beside it got %v", n, got)
			}
			close(g.open)
			synctest.Wait()
			got := g.got()
			slices.Sort(got)
			if !slices.Equal(got, numbers(1, 10)) {
				t.Errorf("Concurrent(%d): got %v", n, got)
			}
		})
	}
}

func TestConcurrentOnAQueue(t *testing.T) {
	options := []observer.Option{observer.Concurrent(3), observer.On(observer.NewQueue(2, observer.DropNewest))}
	for range 2 {
		slices.Reverse(options) // their order does not matter
		synctest.Test(t, func(t *testing.T) {
			var p observer.Publisher[int]
			g := newGate()
			p.Subscribe(g, options...)
			for i := range 10 {
				publish(t.Context(), t, &p, nil, i, i)
				synctest.Wait()
			}
			if got := g.got(); len(got) != 3 {
				t.Errorf("%d calls run at once, want 3", len(got))
			}
			close(g.open)
			synctest.Wait()
			if got := g.got(); len(got) != 5 {
				t.Errorf("%d events, want the 3 that ran and the 2 there was room for", len(got))
			}
		})
	}
}

func TestInlineExcludesAQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p observer.Publisher[int]
		q := observer.NewQueue(10, observer.Block)
		nap := func(context.Context, *int) { time.Sleep(time.Second) }
		for _, c := range []struct {
			options []observer.Option
			inline  bool
		}{
			{[]observer.Option{observer.Inline()}, true},
			{[]observer.Option{observer.On(q), observer.Inline()}, true},
			{[]observer.Option{observer.Concurrent(2), observer.Inline()}, true},
			{[]observer.Option{observer.Inline(), observer.On(nil)}, true},
			{[]observer.Option{observer.Inline(), observer.On(q)}, false},
			{[]observer.Option{observer.Inline(), observer.Concurrent(2)}, false},
			{nil, false},
		} {
			sub := p.SubscribeFunc(nap, c.options...)
			start := time.Now()
			publish(t.Context(), t, &p, q, 1, 1)
			if inline := time.Since(start) != 0; inline != c.inline {
				t.Errorf("%d options: inline is %v, want %v", len(c.options), inline, c.inline)
			}
			synctest.Wait()
			time.Sleep(time.Second)
			sub.Unsubscribe()
		}
	})
}

func TestPolicyString(t *testing.T) {
	for p, want := range map[observer.Policy]string{
		observer.Block: "Block", observer.DropOldest: "DropOldest", observer.DropNewest: "DropNewest", 9: "Policy(9)",
	} {
		if got := p.String(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
