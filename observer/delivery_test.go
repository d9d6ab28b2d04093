package observer_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/observer"
)

// delivery is a Delivery that writes down what it is told.
type delivery struct {
	context.Context
	size   int
	onSize func()

	mu       sync.Mutex
	retained int
	released int
	errs     []error
	lags     []observer.Lag
}

func deliver(size int) *delivery { return &delivery{Context: context.Background(), size: size} }

func (d *delivery) Size() int {
	if d.onSize != nil {
		d.onSize()
	}
	return d.size
}

func (d *delivery) Retain() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.retained++
}

func (d *delivery) Release() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.released++
}

func (d *delivery) Report(err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.errs = append(d.errs, err)
}

func (d *delivery) Lagging(lag observer.Lag) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lags = append(d.lags, lag)
}

func (d *delivery) Value(key any) any {
	if key == (observer.DeliveryKey{}) {
		return d
	}
	return d.Context.Value(key)
}

// told returns the lags so far.
func (d *delivery) told() []observer.Lag {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]observer.Lag(nil), d.lags...)
}

func (d *delivery) reported() []error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]error(nil), d.errs...)
}

// holds checks how often d was retained, and how often released since.
func (d *delivery) holds(t *testing.T, retained, released int) {
	t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.retained != retained || d.released != released {
		t.Errorf("retained %d and released %d times, want %d and %d", d.retained, d.released, retained, released)
	}
}

// gate is an observer that writes down what it got and then waits until it is opened.
type gate struct {
	open chan struct{}
	mu   sync.Mutex
	seen []int
}

func newGate() *gate { return &gate{open: make(chan struct{})} }

func (g *gate) Update(_ context.Context, event *int) {
	g.mu.Lock()
	g.seen = append(g.seen, *event)
	g.mu.Unlock()
	<-g.open
}

func (g *gate) got() []int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return append([]int(nil), g.seen...)
}

// publish publishes the numbers first to last on q, which is expected to succeed.
func publish(ctx context.Context, t *testing.T, p *observer.Publisher[int], q *observer.Queue, first, last int) {
	t.Helper()
	for i := first; i <= last; i++ {
		if err := p.PublishOn(ctx, q, &i); err != nil {
			t.Errorf("publishing %d: %v", i, err)
		}
	}
}

func numbers(first, last int) []int {
	var all []int
	for i := first; i <= last; i++ {
		all = append(all, i)
	}
	return all
}

func TestDeliveryIsRetainedOncePerQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p observer.Publisher[int]
		own, other := observer.NewQueue(8, observer.Block), observer.NewQueue(8, observer.Block)
		seen := 0
		for range 3 {
			p.SubscribeFunc(func(context.Context, *int) { seen++ }, observer.Inline())
		}
		held := make(chan struct{})
		for _, q := range []*observer.Queue{own, other} {
			for range 2 {
				p.SubscribeFunc(func(context.Context, *int) { <-held }, observer.On(q))
			}
		}
		p.SubscribeFunc(func(context.Context, *int) { <-held }) // shares the entry of own
		p.SubscribeFunc(func(context.Context, *int) { <-held }, observer.Concurrent(2))
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		p.Stream(ctx)

		d := deliver(10)
		publish(d, t, &p, own, 1, 1)
		synctest.Wait()
		d.holds(t, 4, 0)
		close(held)
		synctest.Wait()
		d.holds(t, 4, 3)
		cancel() // the Stream discards what it holds
		synctest.Wait()
		d.holds(t, 4, 4)
		if seen != 3 {
			t.Errorf("%d inline calls, want 3", seen)
		}
	})
}

func TestDeliveryIsReleasedWhenDroppedOrSkipped(t *testing.T) {
	for _, policy := range []observer.Policy{observer.Block, observer.DropOldest, observer.DropNewest} {
		t.Run(policy.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var p observer.Publisher[int]
				q := observer.NewQueue(2, policy)
				g := newGate()
				sub := p.Subscribe(g)
				ended, cancel := context.WithCancel(t.Context())
				cancel() // so that a Block queue drops at once
				var all []*delivery
				for i := range 10 {
					d := deliver(1)
					d.Context = ended
					all = append(all, d)
					_ = p.PublishOn(d, q, &i)
					synctest.Wait()
				}
				if s := q.Stats(); s.Dropped != 7 || s.Events != 2 {
					t.Fatalf("%+v, want 7 dropped and 2 waiting", s)
				}
				sub.Unsubscribe()
				close(g.open)
				time.Sleep(2 * time.Second) // the last drop is held until it was reported
				for _, d := range all {
					d.holds(t, 1, 1)
				}
				if got := g.got(); len(got) != 1 {
					t.Errorf("observer was called for %v after it had unsubscribed", got[1:])
				}
			})
		})
	}
}
