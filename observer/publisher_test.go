package observer_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/chorus-go/chorus/observer"
)

func TestPublishIsInSubscriptionOrder(t *testing.T) {
	var p observer.Publisher[string]
	var got []string
	for _, name := range []string{"a", "b", "c"} {
		p.SubscribeFunc(func(_ context.Context, event *string) { got = append(got, name+*event) })
	}
	for _, event := range []string{"1", "2"} {
		if err := p.Publish(t.Context(), &event); err != nil {
			t.Fatal(err)
		}
	}
	if want := []string{"a1", "b1", "c1", "a2", "b2", "c2"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestPublishServesInlineThenWaitersThenTheRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p observer.Publisher[int]
		q := observer.NewQueue(1, observer.Block)
		var mu sync.Mutex
		var got []string
		note := func(name string) func(context.Context, *int) {
			return func(context.Context, *int) {
				mu.Lock()
				got = append(got, name)
				mu.Unlock()
			}
		}
		p.SubscribeFunc(note("plain 1"))
		p.SubscribeFunc(note("queued"), observer.On(q))
		p.Expect(func(*int) bool { note("waiter")(nil, nil); return true })
		p.SubscribeFunc(note("inline 1"), observer.Inline())
		p.SubscribeFunc(note("plain 2"))
		p.SubscribeFunc(note("inline 2"), observer.Inline())

		publish(t.Context(), t, &p, nil, 1, 1)
		synctest.Wait()
		want := []string{"inline 1", "inline 2", "waiter", "plain 1", "plain 2", "queued"}
		if !slices.Equal(got, want) {
			t.Errorf("Publish: got %v, want %v", got, want)
		}
		got = nil
		p.Expect(func(*int) bool { note("waiter")(nil, nil); return true })
		publish(t.Context(), t, &p, q, 1, 1)
		synctest.Wait()
		want = []string{"inline 1", "inline 2", "waiter", "plain 1", "queued", "plain 2"}
		if !slices.Equal(got, want) {
			t.Errorf("PublishOn: got %v, want %v", got, want)
		}
	})
}

func TestPublishWorksOnASnapshot(t *testing.T) {
	var p observer.Publisher[int]
	var got []string
	var second *observer.Subscription
	p.SubscribeFunc(func(context.Context, *int) {
		got = append(got, "first")
		second.Unsubscribe()
		p.SubscribeFunc(func(context.Context, *int) { got = append(got, "late") })
	})
	second = p.SubscribeFunc(func(context.Context, *int) { got = append(got, "second") })
	p.SubscribeFunc(func(context.Context, *int) { got = append(got, "third") })

	publish(t.Context(), t, &p, nil, 1, 1)
	if want := []string{"first", "third"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v: the removed one is skipped, the added one not yet called", got, want)
	}
	got = nil
	publish(t.Context(), t, &p, nil, 2, 2)
	if want := []string{"first", "third", "late"}; !slices.Equal(got, want) {
		t.Errorf("then %v, want %v", got, want)
	}
}

func TestObserved(t *testing.T) {
	var p observer.Publisher[int]
	q := observer.NewQueue(1, observer.Block)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	steps := map[string]func() (end func()){
		"plain":  func() func() { return p.SubscribeFunc(func(context.Context, *int) {}).Unsubscribe },
		"queued": func() func() { return p.SubscribeFunc(func(context.Context, *int) {}, observer.On(q)).Unsubscribe },
		"inline": func() func() { return p.SubscribeFunc(func(context.Context, *int) {}, observer.Inline()).Unsubscribe },
		"waiter": func() func() { return p.Expect(nil).Cancel },
		"stream": func() func() {
			events := p.Stream(ctx)
			return func() {
				publish(ctx, t, &p, nil, 1, 1)
				for range events {
					break
				}
			}
		},
	}
	for name, begin := range steps {
		if p.Observed() {
			t.Fatalf("observed before %s", name)
		}
		end := begin()
		if !p.Observed() {
			t.Errorf("%s: not observed", name)
		}
		end()
		if p.Observed() {
			t.Errorf("%s: observed after its end", name)
		}
	}
}

func TestSubscribingNothingIsHarmless(t *testing.T) {
	var p observer.Publisher[int]
	inert := []*observer.Subscription{
		p.Subscribe(nil), p.SubscribeFunc(nil), p.Subscribe(observer.Func[int](nil)), nil, {},
	}
	if p.Observed() {
		t.Error("nil observes")
	}
	for _, s := range inert {
		s.Unsubscribe()
		s.Unsubscribe()
	}
}

func TestPublishWithNilArguments(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p observer.Publisher[int]
		calls := 0
		observe := func(ctx context.Context, event *int) {
			if ctx == nil || ctx.Err() != nil {
				t.Errorf("ctx is %v", ctx)
			}
			calls++
		}
		p.SubscribeFunc(observe, nil, observer.On(nil))
		p.SubscribeFunc(observe, observer.On(new(observer.Queue)))
		var none context.Context
		if err := errors.Join(p.Publish(none, nil), p.PublishOn(none, nil, nil), p.PublishOn(none, new(observer.Queue), nil),
			p.PublishOn(none, observer.NewQueue(-1, 77, nil), nil)); err != nil {
			t.Error(err)
		}
		synctest.Wait()
		if calls != 8 {
			t.Errorf("%d calls, want 8", calls)
		}
	})
}

func TestPublishFromManyGoroutines(t *testing.T) {
	const publishers, events, observers = 8, 500, 4
	var p observer.Publisher[int]
	q := observer.NewQueue(16, observer.Block)
	sums := make([]int, observers)
	for i := range observers {
		p.SubscribeFunc(func(_ context.Context, event *int) { sums[i] += *event })
	}
	var wg sync.WaitGroup
	for range publishers {
		wg.Go(func() {
			for i := range events {
				if err := p.PublishOn(t.Context(), q, &i); err != nil {
					t.Error(err)
				}
				p.SubscribeFunc(func(context.Context, *int) {}).Unsubscribe()
			}
		})
	}
	wg.Wait()
	if err := q.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	for i, sum := range sums {
		if want := publishers * events * (events - 1) / 2; sum != want {
			t.Errorf("observer %d: the sum of all events is %d, want %d", i, sum, want)
		}
	}
	if s := q.Stats(); s.Dropped != 0 || s.Events != 0 || s.HighEvents > 16 {
		t.Errorf("%+v", s)
	}
}

func TestPublishAllocatesNothing(t *testing.T) {
	ctx, event := t.Context(), new(int)
	for _, n := range []int{0, 1, 8, 64} {
		var p observer.Publisher[int]
		for i := range n {
			p.SubscribeFunc(func(context.Context, *int) {}, []observer.Option{nil, observer.Inline()}[i%2])
		}
		if got := testing.AllocsPerRun(100, func() { _ = p.Publish(ctx, event) }); got != 0 {
			t.Errorf("%d inline observers: %v allocations", n, got)
		}
	}
}

func TestPublishOnAllocatesNothing(t *testing.T) {
	var p observer.Publisher[int]
	done := make(chan struct{}, 1)
	for range 8 {
		p.SubscribeFunc(func(context.Context, *int) {})
	}
	p.SubscribeFunc(func(context.Context, *int) { done <- struct{}{} })
	event := new(int)
	for name, ctx := range map[string]context.Context{"Background": context.Background(), "Delivery": deliver(1)} {
		q := observer.NewQueue(100, observer.Block)
		got := testing.AllocsPerRun(100, func() {
			_ = p.PublishOn(ctx, q, event)
			<-done
		})
		if got != 0 {
			t.Errorf("%s: %v allocations for an event on an idle queue", name, got)
		}
	}
}
