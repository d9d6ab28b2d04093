package gateway_test

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/observer"
	"github.com/chorus-go/chorus/types"
)

// numbered serves READY and so many messages, some of them large, whose contents it returns.
func numbered(t *testing.T, count int) (gateway.Options, []string) {
	var contents []string
	for i := range count {
		content := fmt.Sprintf("number %d ", i)
		if i%90 == 45 {
			content += strings.Repeat("long ", 20_000)
		}
		contents = append(contents, content)
	}
	options := serve(t, func(p *peer) {
		p.identify(30 * time.Second)
		time.Sleep(time.Second) // Connect returns first.
		for i, content := range contents {
			p.dispatch("MESSAGE_CREATE", i+1, message(content))
		}
		p.linger()
	})
	options.Events = gateway.NewEvents()
	return options, contents
}

// While an observer blocks, another goroutine reads on, into the same buffers. What the observer and those behind it
// were given stays what it was.
func TestWhatABlockedObserverHoldsIsNotReadOver(t *testing.T) {
	for _, transport := range []gateway.Options{
		{}, {Compression: gateway.ZlibStream}, {Compression: gateway.ZstdStream}, {Encoding: gateway.ETF},
	} {
		synctest.Test(t, func(t *testing.T) {
			options, want := numbered(t, 300)
			options.Compression, options.Encoding = transport.Compression, transport.Encoding
			release := make(chan struct{})
			var read atomic.Int32
			options.Events.Message.Create.SubscribeFunc(func(context.Context, *types.MessageCreate) { read.Add(1) }, observer.Inline())
			var seen []string
			options.Events.Message.Create.SubscribeFunc(func(ctx context.Context, m *types.MessageCreate) {
				if len(seen) == 0 {
					<-release
				}
				d, _ := gateway.DispatchFrom(ctx)
				if raw := string(d.Raw()); !strings.Contains(raw, fmt.Sprintf("%q", m.Content)) {
					t.Errorf("the bytes of %.20q are %.80s", m.Content, raw)
				}
				seen = append(seen, m.Content)
			})
			connect(t, options)
			time.Sleep(time.Minute)
			if got := int(read.Load()); got != len(want) || len(seen) > 0 {
				t.Errorf("%d of %d events were read while an observer blocked, %d were seen", got, len(want), len(seen))
			}
			close(release)
			synctest.Wait()
			if !slices.Equal(seen, want) {
				t.Errorf("%d of %d events were seen, or not in their order", len(seen), len(want))
			}
		})
	}
}

// An observer that ends its goroutine, as t.FailNow does, ends neither the reader nor the queue.
func TestAnObserverThatEndsItsGoroutineEndsNothingElse(t *testing.T) {
	for name, pause := range map[string]time.Duration{"at once": 0, "when another goroutine reads": time.Second} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				options, want := numbered(t, 200)
				var seen []string
				options.Events.Message.Create.SubscribeFunc(func(_ context.Context, m *types.MessageCreate) {
					if seen = append(seen, m.Content); len(seen)%7 == 1 {
						time.Sleep(pause)
						runtime.Goexit()
					}
				})
				handle := connect(t, options)
				time.Sleep(time.Hour)
				if !slices.Equal(seen, want) {
					t.Errorf("%d of %d events were seen, or not in their order", len(seen), len(want))
				}
				if err := handle.Close(t.Context()); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// The handle's observers run in the goroutine that reads, so nobody has to be woken, unless they take their time.
func TestObserversRunInTheReadersGoroutine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		options, want := numbered(t, 40)
		stacks := map[bool]int{}
		count := 0
		options.Events.Message.Create.SubscribeFunc(func(context.Context, *types.MessageCreate) {
			stack := make([]byte, 64<<10)
			stack = stack[:runtime.Stack(stack, false)]
			stacks[strings.Contains(string(stack), "gateway.(*socket).read")]++
			if count++; count == len(want)/2 {
				time.Sleep(time.Minute)
			}
		})
		connect(t, options)
		time.Sleep(time.Hour)
		if stacks[true] < len(want)/2 || stacks[true]+stacks[false] != len(want) {
			t.Errorf("%d calls in the goroutine of a reader, %d elsewhere", stacks[true], stacks[false])
		}
	})
}
