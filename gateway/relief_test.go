package gateway

import (
	"context"
	"runtime"
	"testing"

	"github.com/chorus-go/chorus/types"
)

// Somebody may want the reader relieved at any time, also when it is about to run observers for the first time.
func TestAReaderMayBeRelievedBeforeItsFirstShiftHasBegun(t *testing.T) {
	for range 300 {
		s := unconnected(t)
		ws, _ := floodedBy(t, frame([]byte(`{"op":0,"t":"TYPING_START","s":1,"d":{"channel_id":"1","user_id":"2","timestamp":1}}`)))
		s.receiveFrom(ws)
		s.c.events.User.TypingStart.SubscribeFunc(func(context.Context, *types.TypingStart) {})
		go s.read()
		for reading := true; reading; {
			select {
			case <-s.unread:
				reading = false
			default:
				s.relieve()
				runtime.Gosched()
			}
		}
	}
}
