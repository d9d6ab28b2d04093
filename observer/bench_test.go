package observer_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/chorus-go/chorus/observer"
)

func BenchmarkPublish(b *testing.B) {
	for _, n := range []int{0, 1, 8, 64} {
		b.Run(fmt.Sprintf("observers=%d", n), func(b *testing.B) {
			var p observer.Publisher[int]
			calls := 0
			for range n {
				p.SubscribeFunc(func(context.Context, *int) { calls++ })
			}
			ctx, event := context.Background(), new(int)
			b.ReportAllocs()
			for b.Loop() {
				_ = p.Publish(ctx, event)
			}
		})
	}
}

// BenchmarkPublishOn publishes as fast as the queue takes it (backlog), and one event at a time, each of which finds
// the queue idle (idle): the time includes the hand-over to the observer and back.
func BenchmarkPublishOn(b *testing.B) {
	for _, observers := range []int{1, 8} {
		b.Run(fmt.Sprintf("backlog/observers=%d", observers), func(b *testing.B) {
			var p observer.Publisher[int]
			q := observer.NewQueue(1024, observer.Block)
			calls := 0
			for range observers {
				p.SubscribeFunc(func(context.Context, *int) { calls++ })
			}
			d, event := deliver(1), new(int)
			b.ReportAllocs()
			for b.Loop() {
				_ = p.PublishOn(d, q, event)
			}
			_ = q.Wait(context.Background())
		})
	}
	b.Run("idle", func(b *testing.B) {
		var p observer.Publisher[int]
		q := observer.NewQueue(1024, observer.Block)
		back := make(chan struct{}, 1)
		p.SubscribeFunc(func(context.Context, *int) { back <- struct{}{} })
		d, event := deliver(1), new(int)
		b.ReportAllocs()
		for b.Loop() {
			_ = p.PublishOn(d, q, event)
			<-back
		}
	})
}

// BenchmarkServe is a publisher that runs the observers of a few events at a time itself, as a gateway handle does. The
// time is that of one event.
func BenchmarkServe(b *testing.B) {
	for _, observers := range []int{1, 2, 8, 64} {
		b.Run(fmt.Sprintf("observers=%d", observers), func(b *testing.B) {
			var p observer.Publisher[int]
			q := observer.NewQueue(1024, observer.Block)
			calls := 0
			for range observers {
				p.SubscribeFunc(func(context.Context, *int) { calls++ })
			}
			d, event := deliver(1), new(int)
			q.Cork()
			b.ReportAllocs()
			for n := 0; b.Loop(); n++ {
				_ = p.PublishOn(d, q, event)
				if n%16 == 15 {
					q.Serve()
				}
			}
			q.Serve()
		})
	}
}

func BenchmarkExpect(b *testing.B) {
	var p observer.Publisher[int]
	ctx, event := context.Background(), new(int)
	b.ReportAllocs()
	for b.Loop() {
		w := p.Expect(nil)
		_ = p.Publish(ctx, event)
		_, _ = w.Wait(ctx)
	}
}

func BenchmarkStream(b *testing.B) {
	var p observer.Publisher[int]
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	events := p.Stream(ctx)
	go func() {
		for event := new(int); p.Observed(); {
			_ = p.Publish(ctx, event)
		}
	}()
	b.ReportAllocs()
	n := 0
	for range events {
		if n++; n >= b.N {
			break
		}
	}
}

func BenchmarkSubscribe(b *testing.B) {
	for _, n := range []int{0, 64} {
		b.Run(fmt.Sprintf("beside=%d", n), func(b *testing.B) {
			var p observer.Publisher[int]
			for range n {
				p.SubscribeFunc(func(context.Context, *int) {})
			}
			o := observer.Func[int](func(context.Context, *int) {})
			b.ReportAllocs()
			for b.Loop() {
				p.Subscribe(o).Unsubscribe()
			}
		})
	}
}
