package gateway

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/chorus-go/chorus/types"
)

// A reader runs the observers of as many events as may be lent itself. If the queue held back fewer, others would have
// to be woken for them. An event may be in the queue twice: raw, too.
func TestTheQueueHoldsBackAllThatIsLent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := unconnected(t)
		calls := 0
		s.c.events.Raw.SubscribeFunc(func(context.Context, *RawDispatch) { calls++ })
		s.c.events.User.TypingStart.SubscribeFunc(func(context.Context, *types.TypingStart) { calls++ })
		s.c.queue.Cork()
		for len(s.lent) < mostLent {
			s.receive([]byte(`{"op":0,"t":"TYPING_START","s":1,"d":{"channel_id":"1","user_id":"2","timestamp":1}}`))
		}
		if synctest.Wait(); calls != 0 {
			t.Errorf("another goroutine was woken: %d calls before the reader serves", calls)
		}
		if s.c.queue.Serve(); calls != 2*mostLent {
			t.Errorf("%d calls for %d events", calls, mostLent)
		}
	})
}
