package observer_test

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/observer"
)

func TestQueueKeepsTheOrderAcrossEventTypes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var guilds observer.Publisher[string]
		var messages observer.Publisher[int]
		q := observer.NewQueue(100, observer.Block)
		known := map[string]bool{}
		n := 0
		guilds.SubscribeFunc(func(_ context.Context, name *string) {
			time.Sleep(time.Second)
			known[*name] = true
		})
		messages.SubscribeFunc(func(context.Context, *int) {
			if n++; !known["guild"] {
				t.Error("the message came before the guild it was sent in")
			}
		})
		name := "guild"
		_ = guilds.PublishOn(t.Context(), q, &name)
		publish(t.Context(), t, &messages, q, 1, 3)
		time.Sleep(time.Minute)
		synctest.Wait()
		if n != 3 {
			t.Errorf("%d messages, want 3", n)
		}
	})
}

func TestQueueMakesThePublisherWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p observer.Publisher[int]
		q := observer.NewQueue(2, observer.Block)
		g := newGate()
		p.Subscribe(g)
		publish(t.Context(), t, &p, q, 1, 1)
		synctest.Wait() // 1 runs
		publish(t.Context(), t, &p, q, 2, 3)

		var order []int
		for i := 4; i <= 6; i++ {
			go func() {
				publish(t.Context(), t, &p, q, i, i)
				order = append(order, i)
			}()
			time.Sleep(time.Second)
			synctest.Wait()
		}
		if len(order) != 0 {
			t.Fatalf("%v did not wait for room", order)
		}
		if s := q.Stats(); s != (observer.Stats{Events: 2, HighEvents: 2, Blocked: 3 * time.Second}) {
			t.Errorf("while blocked: %+v", s)
		}
		for range 3 {
			g.open <- struct{}{}
			synctest.Wait()
		}
		if !slices.Equal(order, numbers(4, 6)) {
			t.Errorf("publishers got their room in the order %v", order)
		}
		close(g.open)
		time.Sleep(time.Second)
		if got := g.got(); !slices.Equal(got, numbers(1, 6)) {
			t.Errorf("observer got %v", got)
		}
		if s := q.Stats(); s != (observer.Stats{HighEvents: 2, Blocked: 3 * time.Second}) {
			t.Errorf("afterwards: %+v", s)
		}
	})
}

func TestQueueStopsWaitingWhenTheContextEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p observer.Publisher[int]
		q := observer.NewQueue(1, observer.Block, observer.Named("narrow"))
		g := newGate()
		p.Subscribe(g)
		publish(t.Context(), t, &p, q, 1, 1)
		synctest.Wait()
		publish(t.Context(), t, &p, q, 2, 2)
		cause := errors.New("enough")
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Minute, cause)
		defer cancel()
		lost := 3
		err := p.PublishOn(ctx, q, &lost)
		if !errors.Is(err, observer.ErrDropped) || !errors.Is(err, cause) {
			t.Errorf("error is %v", err)
		}
		if s := q.Stats(); s.Dropped != 1 || s.Blocked != time.Minute {
			t.Errorf("%+v, want 1 dropped after a minute", s)
		}
		close(g.open)
		publish(t.Context(), t, &p, q, 4, 4)
		synctest.Wait()
		if got := g.got(); !slices.Equal(got, []int{1, 2, 4}) {
			t.Errorf("observer got %v", got)
		}
	})
}

func TestQueueLetsInWhatStoodBehindAnAbandonedEvent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p observer.Publisher[int]
		q := observer.NewQueue(10, observer.Block, observer.MaxBytes(10))
		g := newGate()
		p.Subscribe(g)
		publish(deliver(8), t, &p, q, 1, 1)
		synctest.Wait()
		publish(deliver(8), t, &p, q, 2, 2)

		large, cancel := deliver(5), context.CancelFunc(nil)
		large.Context, cancel = context.WithCancel(t.Context())
		go func() {
			i := 3
			if err := p.PublishOn(large, q, &i); !errors.Is(err, observer.ErrDropped) {
				t.Errorf("large event: %v", err)
			}
		}()
		synctest.Wait()
		small := make(chan struct{})
		go func() {
			publish(deliver(2), t, &p, q, 4, 4)
			close(small)
		}()
		synctest.Wait()
		select {
		case <-small:
			t.Error("the small event overtook the large one")
		default:
		}
		cancel()
		synctest.Wait()
		select {
		case <-small:
		default:
			t.Error("the small event still waits, though there is room for it")
		}
		close(g.open)
		time.Sleep(2 * time.Second)
		large.holds(t, 1, 1)
		if got := g.got(); !slices.Equal(got, []int{1, 2, 4}) {
			t.Errorf("observer got %v", got)
		}
	})
}

func TestQueuePolicies(t *testing.T) {
	for policy, want := range map[observer.Policy][]int{
		observer.DropOldest: {1, 8, 9, 10},
		observer.DropNewest: {1, 2, 3, 4},
	} {
		t.Run(policy.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var p observer.Publisher[int]
				q := observer.NewQueue(3, policy)
				g := newGate()
				p.Subscribe(g)
				publish(t.Context(), t, &p, q, 1, 1)
				synctest.Wait()
				publish(t.Context(), t, &p, q, 2, 10)
				if s := q.Stats(); s != (observer.Stats{Events: 3, HighEvents: 3, Dropped: 6}) {
					t.Errorf("%+v", s)
				}
				close(g.open)
				synctest.Wait()
				if got := g.got(); !slices.Equal(got, want) {
					t.Errorf("observer got %v, want %v", got, want)
				}
			})
		})
	}
}

func TestQueueIsBoundedInBytes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p observer.Publisher[int]
		q := observer.NewQueue(100, observer.DropOldest, observer.MaxBytes(10))
		unbounded := observer.NewQueue(100, observer.DropOldest, observer.MaxBytes(0))
		g := newGate()
		p.Subscribe(g, observer.On(q))
		p.Subscribe(g, observer.On(unbounded))
		for i, size := range []int{1, 4, 4, 2, 3, 50, 5, -7} {
			publish(deliver(size), t, &p, nil, i, i)
			synctest.Wait()
		}
		// 0 runs; 3 pushes 1 out; 50 does so with all others, and enters the empty queue; 5 does so with 50.
		if s := q.Stats(); s.Events != 2 || s.Bytes != 5 || s.HighBytes != 50 || s.Dropped != 5 {
			t.Errorf("%+v, want 2 events of 5 bytes, at most 50 bytes, and 5 dropped", s)
		}
		if s := unbounded.Stats(); s.Events != 7 || s.Bytes != 68 || s.Dropped != 0 {
			t.Errorf("without a bound: %+v", s)
		}
		close(g.open)
		time.Sleep(2 * time.Second)
	})
}

func TestQueueLetsInAllThereIsRoomFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p observer.Publisher[int]
		q := observer.NewQueue(10, observer.Block, observer.MaxBytes(10))
		g := newGate()
		p.Subscribe(g)
		publish(deliver(1), t, &p, q, 1, 1)
		synctest.Wait()
		publish(deliver(10), t, &p, q, 2, 2)
		for i := 3; i <= 6; i++ {
			go publish(deliver(4), t, &p, q, i, i)
			synctest.Wait()
		}
		g.open <- struct{}{} // 2 runs, which makes room for two of those that wait
		synctest.Wait()
		if s := q.Stats(); s.Events != 2 || s.Bytes != 8 {
			t.Errorf("%+v, want 2 events of 8 bytes", s)
		}
		close(g.open)
		synctest.Wait()
		if got := g.got(); !slices.Equal(got, numbers(1, 6)) {
			t.Errorf("observer got %v", got)
		}
	})
}

func TestQueueForNoEventsHoldsOne(t *testing.T) {
	for _, capacity := range []int{-5, 0, 1} {
		synctest.Test(t, func(t *testing.T) {
			var p observer.Publisher[int]
			q := observer.NewQueue(capacity, observer.DropNewest)
			g := newGate()
			p.Subscribe(g)
			for i := range 4 {
				publish(t.Context(), t, &p, q, i, i)
				synctest.Wait()
			}
			if s := q.Stats(); s.Events != 1 || s.Dropped != 2 {
				t.Errorf("capacity %d: %+v, want 1 event and 2 dropped", capacity, s)
			}
			close(g.open)
		})
	}
}

func TestQueueSurvivesGoexit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p observer.Publisher[int]
		q := observer.NewQueue(100, observer.Block)
		var first, second []int
		p.SubscribeFunc(func(_ context.Context, event *int) {
			first = append(first, *event)
			if *event%2 == 0 {
				runtime.Goexit()
			}
		})
		p.SubscribeFunc(func(_ context.Context, event *int) { second = append(second, *event) })
		d := deliver(1)
		publish(d, t, &p, q, 1, 1)
		synctest.Wait()
		publish(t.Context(), t, &p, q, 2, 6)
		synctest.Wait()
		if want := numbers(1, 6); !slices.Equal(first, want) || !slices.Equal(second, want) {
			t.Errorf("observers got %v and %v, want %v", first, second, want)
		}
		d.holds(t, 1, 1)
		if err := q.Wait(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestQueueRunsAsManyCallsAsItHasWorkers(t *testing.T) {
	for range 50 { // whether the second event finds the first one taken is a matter of chance
		synctest.Test(t, func(t *testing.T) {
			var p observer.Publisher[int]
			q := observer.NewQueue(1, observer.Block, observer.Workers(3))
			g := newGate()
			p.Subscribe(g)
			go publish(t.Context(), t, &p, q, 1, 9)
			synctest.Wait()
			if got := g.got(); len(got) != 3 {
				t.Fatalf("%d calls run at once, want 3", len(got))
			}
			close(g.open)
			synctest.Wait()
			got := g.got()
			slices.Sort(got)
			if !slices.Equal(got, numbers(1, 9)) {
				t.Fatalf("observer got %v", got)
			}
		})
	}
}

func TestQueueWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p observer.Publisher[int]
		q := observer.NewQueue(10, observer.Block, observer.Workers(2))
		p.SubscribeFunc(func(_ context.Context, event *int) { time.Sleep(time.Duration(*event) * time.Second) })
		if err := q.Wait(t.Context()); err != nil {
			t.Errorf("a new queue: %v", err)
		}
		publish(t.Context(), t, &p, q, 1, 4) // 1 and 3 in one worker, 2 and 4 in the other
		cause := errors.New("too long")
		ctx, cancel := context.WithTimeoutCause(t.Context(), 5*time.Second, cause)
		defer cancel()
		start := time.Now()
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() {
				if err := q.Wait(t.Context()); err != nil || time.Since(start) != 6*time.Second {
					t.Errorf("%v after %v, want nil after 6s", err, time.Since(start))
				}
			})
		}
		if err := q.Wait(ctx); err != cause {
			t.Errorf("error is %v", err)
		}
		wg.Wait()
		if err := q.Wait(ctx); err != nil {
			t.Errorf("an empty queue: %v", err)
		}
	})
}

func TestQueueOfNobody(t *testing.T) {
	for _, q := range []*observer.Queue{nil, {}} {
		if err := q.Wait(t.Context()); err != nil || q.Stats() != (observer.Stats{}) {
			t.Errorf("%v, %+v", err, q.Stats())
		}
	}
}

func TestQueueLosesNoWakeUp(t *testing.T) {
	for _, workers := range []int{1, 3} {
		var p observer.Publisher[int]
		q := observer.NewQueue(2, observer.Block, observer.Workers(workers))
		back := make(chan int)
		p.SubscribeFunc(func(_ context.Context, event *int) { back <- *event })
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for i := range 2000 {
					if err := p.PublishOn(t.Context(), q, &i); err != nil {
						t.Error(err)
					}
				}
			})
		}
		sum := 0
		for range 4 * 2000 {
			sum += <-back
		}
		wg.Wait()
		if want := 4 * 2000 * 1999 / 2; sum != want {
			t.Errorf("%d workers: sum %d, want %d", workers, sum, want)
		}
		if err := q.Wait(t.Context()); err != nil {
			t.Error(err)
		}
	}
}
