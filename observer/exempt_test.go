package observer_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/observer"
)

// awkward is a context of a type that cannot be compared.
type awkward struct {
	context.Context
	_ []int
}

type keyOf string

// TestObserverMayPublishToItsOwnFullQueue: the queue is full, and an observer on it publishes to it.
func TestObserverMayPublishToItsOwnFullQueue(t *testing.T) {
	published := map[string]func() context.Context{
		"Background": context.Background,
		"plain":      func() context.Context { return context.WithValue(context.Background(), keyOf("a"), "b") },
		"awkward":    func() context.Context { return awkward{Context: context.Background()} },
		"Delivery":   func() context.Context { return deliver(1) },
	}
	derived := map[string]func(context.Context) context.Context{
		"same":     func(ctx context.Context) context.Context { return ctx },
		"valued":   func(ctx context.Context) context.Context { return context.WithValue(ctx, keyOf("c"), "d") },
		"deadline": func(ctx context.Context) context.Context { return withDeadline(ctx) },
	}
	for from, parent := range published {
		for how, derive := range derived {
			t.Run(from+"/"+how, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					var p, answers observer.Publisher[int]
					q := observer.NewQueue(2, observer.Block)
					start := make(chan struct{})
					p.SubscribeFunc(func(ctx context.Context, event *int) {
						<-start
						if from == "plain" && ctx.Value(keyOf("a")) != "b" {
							t.Error("the context has lost its value")
						}
						publish(derive(ctx), t, &answers, q, 10**event, 10**event+2)
					})
					var got []int
					answers.SubscribeFunc(func(_ context.Context, event *int) { got = append(got, *event) })
					for i := 1; i <= 3; i++ {
						publish(parent(), t, &p, q, i, i)
						synctest.Wait()
					}
					close(start)
					synctest.Wait()
					if want := []int{10, 11, 12, 20, 21, 22, 30, 31, 32}; !slices.Equal(got, want) {
						t.Errorf("got %v, want %v", got, want)
					}
					if s := q.Stats(); s.Dropped != 0 || s.HighEvents <= 2 {
						t.Errorf("%+v, want nothing dropped and the bound exceeded", s)
					}
				})
			})
		}
	}
}

func withDeadline(ctx context.Context) context.Context {
	ctx, cancel := context.WithTimeout(ctx, time.Hour)
	context.AfterFunc(ctx, cancel)
	return ctx
}

func TestObserverOnAnotherQueueMayAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p, relayed observer.Publisher[int]
		here, there := observer.NewQueue(1, observer.Block), observer.NewQueue(1, observer.Block)
		start := make(chan struct{})
		p.SubscribeFunc(func(ctx context.Context, event *int) {
			<-start
			publish(ctx, t, &relayed, there, *event, *event)
		})
		var got []int
		back := observer.Func[int](func(_ context.Context, event *int) { got = append(got, *event) })
		var answers observer.Publisher[int]
		relayed.SubscribeFunc(func(ctx context.Context, event *int) {
			publish(ctx, t, &answers, here, *event, *event)
		})
		answers.Subscribe(back)
		for i := 1; i <= 2; i++ {
			publish(context.Background(), t, &p, here, i, i)
			synctest.Wait()
		}
		close(start)
		synctest.Wait()
		if !slices.Equal(got, []int{1, 2}) {
			t.Errorf("got %v", got)
		}
	})
}

func TestUnderAnotherContextAnObserverWaitsForItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p, answers observer.Publisher[int]
		q := observer.NewQueue(1, observer.Block)
		answers.SubscribeFunc(func(context.Context, *int) { t.Error("an event came that had no room") })
		start, waited := make(chan struct{}), make(chan time.Duration, 1)
		p.SubscribeFunc(func(_ context.Context, event *int) {
			<-start
			if *event == 1 {
				began := time.Now()
				if err := answers.PublishOn(withDeadline(context.Background()), q, event); !errors.Is(err, observer.ErrDropped) {
					t.Errorf("error is %v", err)
				}
				waited <- time.Since(began)
			}
		})
		publish(context.Background(), t, &p, q, 1, 1)
		synctest.Wait()
		publish(context.Background(), t, &p, q, 2, 2)
		close(start)
		if got := <-waited; got != time.Hour {
			t.Errorf("the publish waited %v, want an hour, until the end of its context", got)
		}
	})
}

func TestContextsDoNotPileUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p, relayed observer.Publisher[int]
		here, there := observer.NewQueue(1, observer.Block), observer.NewQueue(1, observer.Block)
		var seen []context.Context
		p.SubscribeFunc(func(ctx context.Context, event *int) {
			seen = append(seen, ctx)
			publish(ctx, t, &relayed, there, *event, *event)
		})
		relayed.SubscribeFunc(func(ctx context.Context, event *int) {
			if *event < 5 {
				publish(ctx, t, &p, here, *event+1, *event+1)
			}
		})
		publish(t.Context(), t, &p, here, 1, 1)
		synctest.Wait()
		if len(seen) != 5 || seen[1] != seen[4] {
			t.Errorf("events that lead to each other without end have a context that grows without end: %v", seen)
		}
	})
}

func TestMarksAreNotMixedUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p, crowded observer.Publisher[int]
		q, full := observer.NewQueue(10, observer.Block), observer.NewQueue(1, observer.Block)
		g := newGate()
		crowded.Subscribe(g)
		for range 2 {
			publish(t.Context(), t, &crowded, full, 1, 1)
			synctest.Wait()
		}
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		start := make(chan struct{})
		var results []error
		p.SubscribeFunc(func(ctx context.Context, event *int) {
			<-start
			results = append(results, crowded.PublishOn(ctx, full, event))
		})
		ours := q.Exempt(ended)
		publish(full.Exempt(ours), t, &p, q, 1, 1) // only this one is exempt there
		publish(ours, t, &p, q, 2, 2)
		close(start)
		synctest.Wait()
		if len(results) != 2 || results[0] != nil || !errors.Is(results[1], observer.ErrDropped) {
			t.Errorf("publishing there returned %v", results)
		}
		close(g.open)
	})
}

func TestExempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p observer.Publisher[int]
		q, other := observer.NewQueue(1, observer.Block), observer.NewQueue(1, observer.Block)
		g := newGate()
		p.Subscribe(g)
		publish(t.Context(), t, &p, q, 1, 1)
		synctest.Wait()
		publish(context.WithValue(q.Exempt(t.Context()), keyOf("a"), "b"), t, &p, q, 2, 9)
		ended, cancel := context.WithCancel(other.Exempt(t.Context()))
		cancel()
		lost := 10
		if err := p.PublishOn(ended, q, &lost); !errors.Is(err, observer.ErrDropped) {
			t.Errorf("exempt from another queue: %v", err)
		}
		close(g.open)
		synctest.Wait()
		if got := g.got(); !slices.Equal(got, numbers(1, 9)) {
			t.Errorf("observer got %v", got)
		}
	})
}
