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

// actor is what an observer under test may need.
type actor struct {
	t       *testing.T
	p       *observer.Publisher[int]
	release chan struct{}
	sub     *observer.Subscription
	calls   []int
}

// onPurpose is what observers panic with.
const onPurpose = "on purpose"

// update returns the Update of an observer that behaves as told.
func (a *actor) update(behaviour string) observer.Func[int] {
	return func(ctx context.Context, event *int) {
		a.calls = append(a.calls, *event)
		switch behaviour {
		case "panics":
			panic(onPurpose)
		case "blocks for ever":
			<-a.release
		case "unsubscribes itself":
			a.sub.Unsubscribe()
		case "subscribes another":
			a.p.SubscribeFunc(func(context.Context, *int) {})
		case "waits for a later event":
			if *event == 1 {
				later, err := a.p.Expect(func(later *int) bool { return *later == 4 }).Wait(ctx)
				if err != nil || *later != 4 {
					a.t.Errorf("the wait ended with %v, %v", later, err)
				}
			}
		case "loops over later events":
			if *event == 1 {
				for later := range a.p.Stream(ctx) {
					if *later == 4 {
						return
					}
				}
			}
		}
	}
}

// TestOneObserverAmongOthers: what one observer does to those beside it, before and after it on the same queue, and on
// other queues.
func TestOneObserverAmongOthers(t *testing.T) {
	every := numbers(1, 5)
	for _, c := range []struct {
		behaviour            string
		calls, before, after []int
	}{
		{"panics", every, every, every},
		{"blocks for ever", numbers(1, 1), numbers(1, 1), nil}, // delays its queue, and nothing else
		{"unsubscribes itself", numbers(1, 1), every, every},
		{"subscribes another", every, every, every},
		{"waits for a later event", every, every, every},
		{"loops over later events", every, every, every},
	} {
		t.Run(c.behaviour, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var p observer.Publisher[int]
				q := observer.NewQueue(100, observer.Block, observer.OnPanic(func(error) {}))
				a := &actor{t: t, p: &p, release: make(chan struct{})}
				before := record(&p)
				a.sub = p.Subscribe(a.update(c.behaviour))
				after := record(&p)
				elsewhere := record(&p, observer.On(observer.NewQueue(100, observer.Block)))
				inline := record(&p, observer.Inline())
				start := time.Now()
				feeder(t, &p, q, 5)
				synctest.Wait()
				if took := time.Since(start); took != 5*time.Second {
					t.Errorf("publishing took %v, want 5s", took)
				}
				for _, o := range []struct {
					who       string
					got, want []int
				}{
					{"itself", a.calls, c.calls},
					{"before it", before.got(), c.before},
					{"after it", after.got(), c.after},
					{"elsewhere", elsewhere.got(), every},
					{"inline", inline.got(), every},
				} {
					if !slices.Equal(o.got, o.want) {
						t.Errorf("the observer %s got %v, want %v", o.who, o.got, o.want)
					}
				}
				close(a.release)
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
