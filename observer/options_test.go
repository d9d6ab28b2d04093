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

func TestConcurrentOnAQueueKeepsWhatTheQueueIsMadeFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p observer.Publisher[int]
		var heard []error
		var lags []observer.Lag
		q := observer.NewQueue(10, observer.DropOldest, observer.Named("mail"), observer.MaxBytes(5),
			observer.OnPanic(func(err error) { heard = append(heard, err) }),
			observer.OnLag(func(lag observer.Lag) { lags = append(lags, lag) }),
			observer.SlowAfter(time.Minute))
		p.SubscribeFunc(func(context.Context, *int) {
			time.Sleep(time.Hour)
			panic(onPurpose)
		}, observer.On(q), observer.Concurrent(1))
		publish(t.Context(), t, &p, nil, 1, 1)
		time.Sleep(59 * time.Second)
		synctest.Wait()
		publish(t.Context(), t, &p, nil, 2, 2)
		first := deliver(3)
		publish(first, t, &p, nil, 3, 3)
		publish(deliver(3), t, &p, nil, 4, 4) // the bytes are too many: 2 and 3 are dropped
		if len(lags) != 1 || lags[0].Queue != "mail" || lags[0].Dropped != 1 {
			t.Errorf("lags are %v, want one of the first drop", lags)
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		publish(t.Context(), t, &p, nil, 5, 5)
		if told := first.told(); len(told) != 1 || told[0].Dropped != 2 || len(lags) != 2 || lags[1].Dropped != 2 {
			t.Errorf("then %v and %v, want the second drop and the slow call", told, lags[1:])
		}
		time.Sleep(3 * time.Hour)
		synctest.Wait()
		if len(heard) != 2 { // 4, which was published under a Delivery, was reported to that
			t.Errorf("heard of %v, want the panics of 1 and 5", heard)
		}
	})
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

func TestAs(t *testing.T) {
	var p observer.Publisher[int]
	p.Subscribe(faulty{"oops"}, observer.As("careless"), observer.Inline())
	one := 1
	if err := p.Publish(t.Context(), &one); err == nil || err.Error() != "observer: panic in careless: oops" {
		t.Errorf("error is %v", err)
	}
}
