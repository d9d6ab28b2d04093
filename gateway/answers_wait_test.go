package gateway

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"

	"github.com/chorus-go/chorus/types"
)

// One who asks in an observer, and whose answer is there, needs nobody else to read.
func TestWhoHasItsAnswerDoesNotWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := unconnected(t)
		s.c.events.User.TypingStart.SubscribeFunc(func(context.Context, *types.TypingStart) {})
		s.c.queue.Cork()
		s.receive([]byte(`{"op":0,"t":"TYPING_START","s":1,"d":{"channel_id":"1","user_id":"2","timestamp":1}}`))
		a := newAnswers[int](s.c, types.OpcodeRequestGuildMembers, func(types.RateLimitMetadata) bool { return true })
		defer a.close()
		refused := errors.New("gateway: refused")
		a.put(1)
		a.put(2)
		a.fail(refused)
		var got []string
		for range 3 {
			answer, err := a.next(s.lent[0])
			got = append(got, fmt.Sprint(answer, err))
			if synctest.Wait(); s.c.queue.Stats().Events != 1 {
				t.Errorf("answer %d was there, and what the queue held back was delivered before it", len(got))
			}
		}
		if want := fmt.Sprint([]string{"1 <nil>", "2 <nil>", fmt.Sprint(0, refused)}); fmt.Sprint(got) != want {
			t.Errorf("the answers are %v, want %v", got, want)
		}
		late := newAnswers[int](s.c, types.OpcodeRequestGuildMembers, func(types.RateLimitMetadata) bool { return true })
		defer late.close()
		go func() { _, _ = late.next(s.lent[0]) }()
		if synctest.Wait(); s.c.queue.Stats().Events != 0 {
			t.Error("an answer is awaited, and the queue holds back what it may depend on")
		}
		late.put(3)
	})
}
