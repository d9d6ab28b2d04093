package gateway_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/types"
)

// What is dropped when a handle ends was not observed, whatever its observers do afterwards.
func TestWhatIsDroppedAtTheEndWasNotObserved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t, discord)
		options := c.options()
		options.Checkpoint, options.NoReconnect = gateway.CheckpointObserved, true
		release := make(chan struct{})
		options.Events.Message.Create.SubscribeFunc(func(_ context.Context, m *types.MessageCreate) {
			if m.Content == "b" {
				<-release
			}
		})
		handle := connect(t, options)
		c.do(func(v *visit) { v.post("a", "b", "c"); v.drop() })
		<-handle.Done()
		close(release)
		synctest.Wait()
		if session, _ := handle.Session(); session.Sequence.Or(-1) != 1 {
			t.Errorf("the session is %v, want sequence 1", session)
		}
	})
}

// An observer that returns because its context has ended has not seen to its event.
func TestAnObserverWhoseContextEndsHasNotObserved(t *testing.T) {
	for name, capacity := range map[string]int{"the queue is full": 1, "the queue has room": 100} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newCluster(t, discord)
				options := c.options()
				options.Checkpoint, options.QueueEvents = gateway.CheckpointObserved, capacity
				options.Events.Message.Create.SubscribeFunc(func(ctx context.Context, m *types.MessageCreate) {
					if m.Content != "a" {
						<-ctx.Done()
					}
				})
				handle := connect(t, options)
				c.do(func(v *visit) { v.post("a", "b", "c", "d", "e", "f", "g") })
				synctest.Wait()
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				session, err := handle.Suspend(ctx)
				if !errors.Is(err, context.DeadlineExceeded) || session.Sequence.Or(-1) != 1 {
					t.Errorf("Suspend: %v, %v, want sequence 1", session, err)
				}
				synctest.Wait()
				if session, _ := handle.Session(); session.Sequence.Or(-1) != 1 {
					t.Errorf("the session is %v, want sequence 1", session)
				}
			})
		})
	}
}
