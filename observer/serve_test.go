package observer_test

import (
	"context"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/chorus-go/chorus/observer"
)

func TestServeDeliversInTheCallingGoroutine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := observer.NewQueue(1000, observer.Block)
		var p observer.Publisher[int]
		var got []int
		p.SubscribeFunc(func(_ context.Context, n *int) {
			stack := make([]byte, 64<<10)
			if stack = stack[:runtime.Stack(stack, false)]; !strings.Contains(string(stack), "TestServeDelivers") {
				t.Error("another goroutine delivers")
			}
			if got = append(got, *n); *n == 1 {
				publish(t.Context(), t, &p, q, 4, 4) // It is delivered as well.
				if q.Serve() {
					t.Error("Serve delivers within an observer of the queue")
				}
			}
		})
		if q.Serve() {
			t.Error("an empty queue has something to deliver")
		}
		q.Cork()
		publish(t.Context(), t, &p, q, 1, 3)
		if !q.Serve() || len(got) != 4 {
			t.Errorf("Serve delivered %v", got)
		}
		publish(t.Context(), t, &p, q, 5, 5)
		if synctest.Wait(); len(got) != 4 {
			t.Error("after Serve the queue is not corked")
		}
		if !q.Serve() || len(got) != 5 {
			t.Errorf("Serve delivered %v", got)
		}
	})
	if new(observer.Queue).Serve() || (*observer.Queue)(nil).Serve() {
		t.Error("no queue has something to deliver")
	}
}

func TestServeDoesNothingWhileAnotherGoroutineDelivers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := observer.NewQueue(1000, observer.Block)
		var p observer.Publisher[int]
		g := newGate()
		p.Subscribe(g)
		publish(t.Context(), t, &p, q, 1, 1)
		synctest.Wait()
		q.Cork()
		publish(t.Context(), t, &p, q, 2, 3)
		if q.Serve() {
			t.Error("two goroutines deliver")
		}
		close(g.open)
		if synctest.Wait(); len(g.got()) != 3 {
			t.Errorf("%v were delivered", g.got())
		}
	})
}

func TestAnObserverThatEndsTheGoroutineOfServe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := observer.NewQueue(1000, observer.Block)
		var p observer.Publisher[int]
		count := 0
		p.SubscribeFunc(func(context.Context, *int) {
			if count++; count == 2 {
				runtime.Goexit()
			}
		})
		q.Cork()
		publish(t.Context(), t, &p, q, 1, 3)
		go q.Serve()
		if synctest.Wait(); count != 3 {
			t.Errorf("%d of 3 were delivered", count)
		}
	})
}
