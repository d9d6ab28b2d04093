package observer_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/observer"
)

// corked publishes numbers on a queue and tells how many were seen.
func corked(q *observer.Queue) (publish func(n int), seen func() int) {
	var p observer.Publisher[int]
	count, next := 0, 0
	p.SubscribeFunc(func(_ context.Context, n *int) {
		if *n == count { // in their order
			count++
		}
	})
	publish = func(n int) {
		for range n {
			number := next
			next++
			_ = p.PublishOn(context.Background(), q, &number)
		}
	}
	return publish, func() int { synctest.Wait(); return count }
}

func TestCorkGathersUntilUncork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := observer.NewQueue(1000, observer.Block)
		publish, seen := corked(q)
		q.Cork()
		q.Cork()
		publish(5)
		if n := seen(); n != 0 {
			t.Fatalf("%d of 5 were delivered while the queue was corked", n)
		}
		q.Uncork()
		if n := seen(); n != 5 {
			t.Fatalf("%d of 5 were delivered", n)
		}
		publish(1)
		q.Uncork()
		if n := seen(); n != 6 {
			t.Errorf("%d of 6 were delivered after the cork was gone", n)
		}
	})
}

func TestCorkHoldsBackOnlySoMany(t *testing.T) {
	for _, c := range []struct{ capacity, held int }{{1000, 63}, {40, 9}, {4, 0}, {1, 0}} {
		synctest.Test(t, func(t *testing.T) {
			q := observer.NewQueue(c.capacity, observer.DropNewest)
			publish, seen := corked(q)
			q.Cork()
			publish(c.held)
			if n := seen(); n != 0 {
				t.Fatalf("capacity %d: %d of %d were delivered", c.capacity, n, c.held)
			}
			publish(1)
			if n := seen(); n != c.held+1 {
				t.Errorf("capacity %d: %d of %d were delivered", c.capacity, n, c.held+1)
			}
			q.Uncork()
		})
	}
}

func TestCorkBoundsTheBytesItHoldsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := observer.NewQueue(1000, observer.Block, observer.MaxBytes(400))
		var p observer.Publisher[int]
		count := 0
		p.SubscribeFunc(func(context.Context, *int) { count++ })
		q.Cork()
		for i, want := range []int{0, 2, 2, 4} {
			_ = p.PublishOn(&heavy{Context: context.Background(), size: 60}, q, new(int))
			if synctest.Wait(); count != want {
				t.Fatalf("after %d events of 60 bytes %d were delivered, want %d", i+1, count, want)
			}
		}
		q.Uncork()
	})
}

func TestAFullQueueIsNotHeldByItsCork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := observer.NewQueue(1000, observer.Block, observer.MaxBytes(100))
		var p observer.Publisher[int]
		count := 0
		p.SubscribeFunc(func(context.Context, *int) { count++ })
		q.Cork()
		for _, size := range []int{20, 90, 20, 90} { // each second one has no room beside the first
			_ = p.PublishOn(&heavy{Context: context.Background(), size: size}, q, new(int))
		}
		if synctest.Wait(); count < 3 {
			t.Errorf("%d events were delivered although the queue was full", count)
		}
		q.Uncork()
		if synctest.Wait(); count != 4 {
			t.Errorf("%d of 4 events were delivered", count)
		}
	})
}

func TestWaitAndCloseOfACorkedQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := observer.NewQueue(1000, observer.Block)
		publish, seen := corked(q)
		q.Cork()
		publish(3)
		if err := q.Wait(t.Context()); err != nil || seen() != 3 {
			t.Fatalf("%d of 3 were delivered before Wait returned %v", seen(), err)
		}
		publish(3)
		if n := q.Close(); n != 3 {
			t.Errorf("Close discarded %d events, want the 3 that were held back", n)
		}
		q.Uncork()
		if n := seen(); n != 3 {
			t.Errorf("%d events were delivered, the last ones after Close", n)
		}
		(*observer.Queue)(nil).Cork()
		new(observer.Queue).Uncork()
	})
}

// An event that has no room beside what another publisher has just left to the cork must not wait for that publisher.
func TestAPublisherThatWaitsIsNotHeldByWhatAnotherLeftToTheCork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := observer.NewQueue(1000, observer.Block, observer.MaxBytes(100))
		var p observer.Publisher[int]
		count := 0
		p.SubscribeFunc(func(context.Context, *int) { count++ })
		publish := func(ctx context.Context) { _ = p.PublishOn(ctx, q, new(int)) }
		q.Cork()
		publish(&heavy{Context: context.Background(), size: 20})
		large := &heavy{Context: context.Background(), size: 90}
		large.asked = func() { // The queue was flushed: it had no room.
			large.asked = nil
			synctest.Wait()
			publish(&heavy{Context: context.Background(), size: 20})
		}
		go publish(large)
		time.Sleep(time.Minute)
		if synctest.Wait(); count != 3 {
			t.Errorf("%d of 3 events were delivered", count)
		}
		q.Uncork()
	})
}

// A Stream's loop may wait for an observer of what a cork holds back.
func TestAPublisherThatIsAboutToWaitHearsOfIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := observer.NewQueue(1000, observer.Block)
		waited := 0
		var p observer.Publisher[int]
		forLoop, forOther := make(chan int, 4), make(chan int, 4)
		p.SubscribeFunc(func(_ context.Context, n *int) { forLoop <- *n; forOther <- *n })
		other := observer.NewQueue(1, observer.Block)
		p.SubscribeFunc(func(context.Context, *int) { <-forOther }, observer.On(other))
		go func() {
			for range p.Stream(t.Context(), observer.Buffer(1, observer.Block)) {
				<-forLoop
			}
		}()
		synctest.Wait()
		done := 0
		go func() {
			for n := range 4 {
				q.Cork()
				ctx := &patient{heavy: heavy{Context: t.Context()}, waiting: func() { waited++; q.Uncork() }}
				_ = p.PublishOn(ctx, q, &n)
				done++
			}
		}()
		if synctest.Wait(); done != 4 {
			t.Errorf("%d of 4 were published: the publisher waits for those who wait for what it holds back", done)
		}
		if waited == 0 {
			t.Error("the publisher never waited")
		}
		q.Uncork()
		synctest.Wait() // What the cork held back goes into channels that are open.
		close(forLoop)
		close(forOther)
	})
}

// patient is a delivery of a publisher that corks a queue.
type patient struct {
	heavy
	waiting func()
}

func (p *patient) Waiting() { p.waiting() }

// heavy is a delivery of some size.
type heavy struct {
	context.Context
	size  int
	asked func() // called by Value, if set
}

func (h *heavy) Value(key any) any {
	if h.asked != nil {
		h.asked()
	}
	return h.Context.Value(key)
}

func (h *heavy) Size() int            { return h.size }
func (h *heavy) Retain()              {}
func (h *heavy) Release()             {}
func (h *heavy) Report(error)         {}
func (h *heavy) Lagging(observer.Lag) {}
