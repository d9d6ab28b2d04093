package observer_test

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/observer"
)

// feeder is what a gateway's reader does: it publishes the numbers from 1 on, one every second, on a queue of its own.
func feeder(t *testing.T, p *observer.Publisher[int], q *observer.Queue, last int) {
	for i := 1; i <= last; i++ {
		publish(context.Background(), t, p, q, i, i)
		time.Sleep(time.Second)
	}
}

// record subscribes an observer that writes down what it gets.
func record(p *observer.Publisher[int], opts ...observer.Option) *gate {
	g := newGate()
	close(g.open)
	p.Subscribe(g, opts...)
	return g
}

// TestOneObserverAmongOthers: what one observer does to those beside it, before and after it on the same queue, and on
// other queues.
func TestOneObserverAmongOthers(t *testing.T) {
	type others struct{ before, after, elsewhere, inline []int }
	all := others{numbers(1, 5), numbers(1, 5), numbers(1, 5), numbers(1, 5)}
	for name, c := range map[string]struct {
		update func(p *observer.Publisher[int], leave func(), release <-chan struct{}) observer.Func[int]
		calls  []int
		want   others
	}{
		"panics": {
			func(*observer.Publisher[int], func(), <-chan struct{}) observer.Func[int] {
				return func(context.Context, *int) { panic("on purpose") }
			}, numbers(1, 5), all,
		},
		"blocks for ever": { // delays its queue, and nothing else
			func(_ *observer.Publisher[int], _ func(), release <-chan struct{}) observer.Func[int] {
				return func(context.Context, *int) { <-release }
			}, numbers(1, 1), others{numbers(1, 1), nil, numbers(1, 5), numbers(1, 5)},
		},
		"unsubscribes itself": {
			func(_ *observer.Publisher[int], leave func(), _ <-chan struct{}) observer.Func[int] {
				return func(context.Context, *int) { leave() }
			}, numbers(1, 1), all,
		},
		"subscribes another": {
			func(p *observer.Publisher[int], _ func(), _ <-chan struct{}) observer.Func[int] {
				return func(context.Context, *int) { p.SubscribeFunc(func(context.Context, *int) {}) }
			}, numbers(1, 5), all,
		},
		"waits for a later event": {
			func(p *observer.Publisher[int], _ func(), _ <-chan struct{}) observer.Func[int] {
				return func(ctx context.Context, event *int) {
					if *event == 1 {
						w := p.Expect(func(later *int) bool { return *later == 4 })
						if later, err := w.Wait(ctx); err != nil || *later != 4 {
							panic("the later event did not come")
						}
					}
				}
			}, numbers(1, 5), all,
		},
		"loops over later events": {
			func(p *observer.Publisher[int], _ func(), _ <-chan struct{}) observer.Func[int] {
				return func(ctx context.Context, event *int) {
					if *event == 1 {
						for later := range p.Stream(ctx) {
							if *later == 4 {
								return
							}
						}
					}
				}
			}, numbers(1, 5), all,
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var p observer.Publisher[int]
				q := observer.NewQueue(100, observer.Block, observer.OnPanic(func(error) {}))
				release := make(chan struct{})
				before := record(&p)
				var calls []int
				var sub *observer.Subscription
				update := c.update(&p, func() { sub.Unsubscribe() }, release)
				sub = p.SubscribeFunc(func(ctx context.Context, event *int) {
					calls = append(calls, *event)
					update(ctx, event)
				})
				after := record(&p)
				elsewhere := record(&p, observer.On(observer.NewQueue(100, observer.Block)))
				inline := record(&p, observer.Inline())
				start := time.Now()
				feeder(t, &p, q, 5)
				synctest.Wait()
				if took := time.Since(start); took != 5*time.Second {
					t.Errorf("publishing took %v, want 5s", took)
				}
				got := others{before.got(), after.got(), elsewhere.got(), inline.got()}
				if !slices.Equal(calls, c.calls) {
					t.Errorf("its own calls are %v, want %v", calls, c.calls)
				}
				if !slices.Equal(got.before, c.want.before) || !slices.Equal(got.after, c.want.after) ||
					!slices.Equal(got.elsewhere, c.want.elsewhere) || !slices.Equal(got.inline, c.want.inline) {
					t.Errorf("the others got %v, want %v", got, c.want)
				}
				close(release)
			})
		})
	}
}

func TestObserverSubscribedFromInsideSeesLaterEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p observer.Publisher[int]
		q := observer.NewQueue(100, observer.Block)
		var late *gate
		p.SubscribeFunc(func(context.Context, *int) {
			if late == nil {
				late = record(&p)
			}
		})
		feeder(t, &p, q, 4)
		synctest.Wait()
		if got := late.got(); !slices.Equal(got, numbers(2, 4)) {
			t.Errorf("got %v, want what was published after it had subscribed", got)
		}
	})
}

// TestObserverWaitsOnAFullQueue: the queue has stopped the publisher, so only the wait's own context can end it.
func TestObserverWaitsOnAFullQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p observer.Publisher[int]
		var lags []observer.Lag
		q := observer.NewQueue(2, observer.Block, observer.OnLag(func(lag observer.Lag) { lags = append(lags, lag) }))
		var got []int
		p.SubscribeFunc(func(ctx context.Context, event *int) {
			got = append(got, *event)
			if *event == 1 {
				ctx, cancel := context.WithTimeout(ctx, time.Minute)
				defer cancel()
				if _, err := p.Expect(func(later *int) bool { return *later == 6 }).Wait(ctx); err != context.DeadlineExceeded {
					t.Errorf("the wait ended with %v", err)
				}
			}
		})
		start := time.Now()
		feeder(t, &p, q, 6) // 2 and 3 fill the queue, 4 waits
		synctest.Wait()
		if took := time.Since(start); took != 63*time.Second {
			t.Errorf("publishing took %v, want 60s until the wait ended and 3s for the rest", took)
		}
		if !slices.Equal(got, numbers(1, 6)) {
			t.Errorf("got %v", got)
		}
		const name = "github.com/chorus-go/chorus/observer_test.TestObserverWaitsOnAFullQueue.func1.2"
		if len(lags) != 2 || lags[0].Blocked || !lags[1].Blocked || lags[1].Observer != name || !lags[1].Since.Equal(start) {
			t.Errorf("lags are %v, want a slow call and then a blocked publisher, both because of %s", lags, name)
		}
	})
}
