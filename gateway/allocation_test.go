package gateway

import (
	"context"
	"fmt"
	"net/url"
	"testing"

	"github.com/chorus-go/chorus/types"
)

// unconnected makes a socket that was never dialled: the path after the socket read needs none.
func unconnected(t testing.TB) *socket {
	options, err := Options{Compression: NoCompression}.checked()
	if err != nil {
		t.Fatal(err)
	}
	s := &socket{unread: make(chan struct{}), c: newConnection("", &url.URL{Host: "gateway.test"}, options)}
	s.ctx, s.end = context.WithCancelCause(t.Context())
	return s
}

func TestAnEventThatNobodyObservesAllocatesNothing(t *testing.T) {
	s := unconnected(t)
	s.c.events.Guild.Create.SubscribeFunc(func(context.Context, *types.GuildCreate) {})
	for _, payload := range []string{
		`{"op":0,"t":"MESSAGE_CREATE","s":1,"d":{"id":"1","content":"hello","author":{"id":"2"}}}`,
		`{"op":0,"t":"MESSAGE_CREATE","d":{"id":"1","content":"hello","author":{"id":"2"}},"s":1}`,
		`{"t":"PRESENCE_UPDATE","s":2,"op":0,"d":{"user":{"id":"1"},"activities":[]}}`,
		`{"op":0,"t":"AN_EVENT_OF_TOMORROW","s":3,"d":{}}`,
		`{"op":11,"d":{}}`,
		`{"op":77,"d":{}}`,
	} {
		data := []byte(payload)
		if allocations := testing.AllocsPerRun(1000, func() { s.receive(data) }); allocations != 0 {
			t.Errorf("%v allocations for %s", allocations, payload)
		}
	}
}

func BenchmarkReceiveUnobserved(b *testing.B) {
	s := unconnected(b)
	payload := []byte(`{"op":0,"t":"MESSAGE_CREATE","s":1,"d":{"id":"1","content":"hello","author":{"id":"2"}}}`)
	b.ReportAllocs()
	for b.Loop() {
		s.receive(payload)
	}
}

func BenchmarkReceiveObserved(b *testing.B) {
	s := unconnected(b)
	s.c.events.Message.Create.SubscribeFunc(func(context.Context, *types.MessageCreate) {})
	payload := []byte(`{"op":0,"t":"MESSAGE_CREATE","s":1,"d":{"id":"1","content":"hello","author":{"id":"2"}}}`)
	b.ReportAllocs()
	for b.Loop() {
		s.receive(payload)
		s.settle()
	}
}

// BenchmarkServeObserved is what a reader does with events of which many arrive at once.
func BenchmarkServeObserved(b *testing.B) {
	for _, observers := range []int{1, 8} {
		b.Run(fmt.Sprintf("observers=%d", observers), func(b *testing.B) {
			s := unconnected(b)
			for range observers {
				s.c.events.User.TypingStart.SubscribeFunc(func(context.Context, *types.TypingStart) {})
			}
			s.c.queue.Cork()
			payload := []byte(`{"op":0,"t":"TYPING_START","s":1,"d":{"channel_id":"1","user_id":"2","timestamp":1}}`)
			b.ReportAllocs()
			for b.Loop() {
				if s.receive(payload); len(s.lent) == mostLent {
					s.c.queue.Serve()
					s.settle()
				}
			}
		})
	}
}
