package observer_test

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/chorus-go/chorus/observer"
)

func TestCloseDropsWhatIsQueuedAndRefusesTheRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p observer.Publisher[int]
		q := observer.NewQueue(2, observer.Block)
		var seen []int
		release := make(chan struct{})
		p.SubscribeFunc(func(_ context.Context, event *int) {
			<-release
			seen = append(seen, *event)
		})
		publish := func(n int) *delivery {
			d := deliver(1)
			_ = p.PublishOn(d, q, &n)
			return d
		}
		publish(1)
		synctest.Wait() // 1 runs
		queued := publish(2)
		publish(3)
		go publish(4) // waits for room
		synctest.Wait()
		if got := q.Close(); got != 3 {
			t.Errorf("Close discarded %d events, want 3", got)
		}
		late := publish(5)
		close(release)
		synctest.Wait()
		if len(seen) != 1 || seen[0] != 1 {
			t.Errorf("observed %v, want the call that ran alone", seen)
		}
		if err := q.Wait(t.Context()); err != nil {
			t.Error(err)
		}
		for name, d := range map[string]*delivery{"a queued": queued, "a late": late} {
			d.mu.Lock()
			if d.retained != d.released {
				t.Errorf("%s event was retained %d times and released %d times", name, d.retained, d.released)
			}
			d.mu.Unlock()
		}
		var none *observer.Queue
		if q.Close() != 0 || none.Close() != 0 {
			t.Error("closing again, or nothing, discards something")
		}
	})
}
