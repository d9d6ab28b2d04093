package observer_test

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/chorus-go/chorus/observer"
)

func TestUnsubscribeSkipsWhatIsQueued(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p observer.Publisher[int]
		q := observer.NewQueue(10, observer.Block)
		leaving, staying := newGate(), newGate()
		close(staying.open)
		sub := p.Subscribe(leaving)
		p.Subscribe(staying)
		publish(t.Context(), t, &p, q, 1, 5)
		synctest.Wait()
		sub.Unsubscribe() // while its first call runs: does not wait for it
		sub.Unsubscribe()
		if s := q.Stats(); s.Events != 4 {
			t.Errorf("%d events wait, want 4", s.Events)
		}
		close(leaving.open)
		synctest.Wait()
		if got := leaving.got(); !slices.Equal(got, []int{1}) {
			t.Errorf("unsubscribed observer got %v, want only what ran already", got)
		}
		if got := staying.got(); !slices.Equal(got, numbers(1, 5)) {
			t.Errorf("the other one got %v", got)
		}
	})
}

func TestUnsubscribeFromInside(t *testing.T) {
	for name, opt := range map[string]func(*observer.Queue) observer.Option{
		"inline":     func(*observer.Queue) observer.Option { return observer.Inline() },
		"plain":      func(*observer.Queue) observer.Option { return nil },
		"queued":     observer.On,
		"concurrent": func(*observer.Queue) observer.Option { return observer.Concurrent(1) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var p observer.Publisher[int]
				q := observer.NewQueue(4, observer.Block)
				var got []int
				var sub *observer.Subscription
				sub = p.SubscribeFunc(func(_ context.Context, event *int) {
					got = append(got, *event)
					sub.Unsubscribe()
					sub.Unsubscribe()
				}, opt(q))
				publish(t.Context(), t, &p, nil, 1, 3)
				synctest.Wait()
				if !slices.Equal(got, []int{1}) || p.Observed() {
					t.Errorf("got %v, want only the first; still observed: %v", got, p.Observed())
				}
			})
		})
	}
}

func TestSubscribingUnderFire(t *testing.T) {
	var p observer.Publisher[int]
	q := observer.NewQueue(8, observer.DropOldest)
	stop := make(chan struct{})
	var publishers, subscribers sync.WaitGroup
	for range 2 {
		publishers.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
					_ = p.PublishOn(context.Background(), q, &i)
				}
			}
		})
	}
	options := []observer.Option{nil, observer.Inline(), observer.On(q), observer.Concurrent(2)}
	var calls atomic.Int64
	for n := range 8 {
		subscribers.Go(func() {
			for range 100 {
				sub := p.SubscribeFunc(func(context.Context, *int) { calls.Add(1) }, options[n%len(options)])
				w := p.Expect(func(*int) bool { return calls.Load() > 0 })
				if _, err := w.Wait(context.Background()); err != nil {
					t.Error(err)
				}
				p.Expect(nil).Cancel()
				sub.Unsubscribe()
			}
		})
	}
	subscribers.Wait()
	close(stop)
	publishers.Wait()
	if err := q.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	if p.Observed() {
		t.Error("something is still subscribed")
	}
}
