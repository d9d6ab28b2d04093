package gateway_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/observer"
	"github.com/chorus-go/chorus/types"
)

// flood sends READY, then n messages whether the client reads or not, then stays until it is gone.
func flood(n int) func(p *peer) {
	return func(p *peer) {
		p.identify(30 * time.Second)
		go func() {
			for i := range n {
				p.dispatch("MESSAGE_CREATE", i+1, message("x"))
			}
		}()
		for {
			if _, err := p.next(); err != nil {
				return
			}
		}
	}
}

// closeWithin closes a handle with a second of context, and fails if that takes longer.
func closeWithin(t *testing.T, handle gateway.GatewayHandle, limit time.Duration) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	begun := time.Now()
	err := handle.Close(ctx)
	if took := time.Since(begun); took > limit {
		t.Errorf("Close took %v, want %v at most", took, limit)
	}
	return err
}

func TestCloseEndsWithinItsContextWhateverHangs(t *testing.T) {
	tests := map[string]struct {
		option observer.Option
		limit  time.Duration
	}{
		"an observer behind a full queue": {nil, time.Second},
		"an Inline observer":              {observer.Inline(), 1100 * time.Millisecond}, // It broke its promise.
		"an observer on its own queue":    {observer.Concurrent(1), time.Second},
	}
	for name, test := range tests {
		for _, lost := range []bool{false, true} {
			t.Run(name+map[bool]string{true: ", the connection lost"}[lost], func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					drop := make(chan struct{})
					options := serve(t, func(p *peer) {
						go flood(50)(p)
						<-drop
					})
					options.Events = gateway.NewEvents()
					options.QueueEvents = 1
					release := make(chan struct{})
					options.Events.Message.Create.SubscribeFunc(func(context.Context, *types.MessageCreate) { <-release }, test.option)
					handle, _, err := gateway.Connect(t.Context(), testURL, types.Identify{}, options)
					if err != nil {
						t.Fatal(err)
					}
					time.Sleep(time.Second)
					if lost {
						close(drop)
						time.Sleep(time.Second)
					} else {
						defer close(drop)
					}
					_ = closeWithin(t, handle, test.limit)
					select {
					case <-handle.Done():
					default:
						t.Error("Done is open after Close")
					}
					close(release)
				})
			})
		}
	}
}

func TestALostConnectionEndsThoughAnObserverIsStuckBehindAFullQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		drop := make(chan struct{})
		options := serve(t, func(p *peer) {
			go flood(50)(p)
			<-drop
		})
		options.Events = gateway.NewEvents()
		options.QueueEvents = 1
		release := make(chan struct{})
		defer close(release)
		options.Events.Message.Create.SubscribeFunc(func(context.Context, *types.MessageCreate) { <-release })
		handle := connect(t, options)
		time.Sleep(time.Second)
		close(drop)
		begun := time.Now()
		<-handle.Done()
		// A write notices the loss, at the next heartbeat at the latest; then the observers have 10 s.
		if took := time.Since(begun); took > 41*time.Second {
			t.Errorf("it took %v", took)
		}
		var closed *gateway.CloseError
		if !errors.As(handle.Err(), &closed) || closed.Code != 1006 {
			t.Errorf("the handle ended with %v", handle.Err())
		}
	})
}

func TestAnObserverClosesItsOwnHandleBehindAFullQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		options := serve(t, flood(50))
		options.Events = gateway.NewEvents()
		options.QueueEvents = 1
		handles := make(chan gateway.GatewayHandle, 1)
		var calls atomic.Int32
		options.Events.Message.Create.SubscribeFunc(func(ctx context.Context, _ *types.MessageCreate) {
			if calls.Add(1) > 1 {
				return
			}
			if err := (<-handles).Close(ctx); err != nil {
				t.Errorf("Close inside the observer: %v", err)
			}
			time.Sleep(time.Second)
		})
		handle := connect(t, options)
		time.Sleep(time.Second)
		handles <- handle
		// Another goroutine that closes waits for the observer, not the other way round.
		if err := handle.Close(t.Context()); err != nil {
			t.Error(err)
		}
		if !errors.Is(handle.Err(), gateway.ErrClosed) {
			t.Errorf("Err: %v", handle.Err())
		}
		if calls.Load() < 2 {
			t.Error("what had arrived was not delivered")
		}
	})
}

func TestWhatIsLeftWhenTheContextOfCloseEndsIsDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		options := serve(t, flood(50))
		options.Events = gateway.NewEvents()
		var calls atomic.Int32
		options.Events.Message.Create.SubscribeFunc(func(context.Context, *types.MessageCreate) {
			calls.Add(1)
			time.Sleep(time.Second)
		})
		handle := connect(t, options)
		time.Sleep(1500 * time.Millisecond)
		if err := closeWithin(t, handle, time.Second); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Close: %v, want the end of its context", err)
		}
		before := calls.Load()
		time.Sleep(time.Hour)
		if late := calls.Load() - before; late > 0 {
			t.Errorf("%d observers were called after the end", late)
		}
	})
}

func TestAnObserverThatEndsTheReaderEndsTheHandle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		options := serve(t, greeting("a"))
		options.Events = gateway.NewEvents()
		// What t.FailNow does.
		defer options.Events.Message.Create.Expect(func(*types.MessageCreate) bool { runtime.Goexit(); return false }).Cancel()
		handle := connect(t, options)
		<-handle.Done()
		if handle.Err() == nil || !strings.Contains(handle.Err().Error(), "an observer ended the goroutine") {
			t.Errorf("the handle ended with %v", handle.Err())
		}
	})
}

func TestTheStateNeverGoesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		options := serve(t, func(p *peer) {
			p.hello(30 * time.Second)
			p.ws.SetCloseHandler(func(code int, _ string) error {
				p.dispatch("READY", 0, readyJSON)
				p.close(code, "")
				return nil
			})
			p.linger()
		})
		options.Events = gateway.NewEvents()
		var states []string
		options.Events.Lifecycle.SubscribeFunc(func(_ context.Context, c *gateway.LifecycleChange) {
			if len(states) > 0 && c.From.String() != states[len(states)-1] {
				t.Errorf("from %v after %s", c.From, states[len(states)-1])
			}
			states = append(states, c.To.String())
		})
		handle, err := gateway.Spawn(t.Context(), testURL, options)
		if err != nil {
			t.Fatal(err)
		}
		if err := handle.SendIdentify(t.Context(), types.Identify{}); err != nil {
			t.Fatal(err)
		}
		if err := handle.Close(t.Context()); err != nil {
			t.Error(err)
		}
		synctest.Wait()
		if got := strings.Join(states, " "); got != "connected identifying closing closed" {
			t.Errorf("lifecycle: %s", got)
		}
	})
}

func TestAStuckObserverOfTheConnectionItselfStopsNothing(t *testing.T) {
	for name, watch := range map[string]func(events *gateway.Events, release chan struct{}){
		"a Stream on Sent that is never read": func(events *gateway.Events, release chan struct{}) {
			ctx, cancel := context.WithCancel(context.Background())
			_ = events.Sent.Stream(ctx, observer.Buffer(1, observer.Block))
			go func() { <-release; cancel() }()
		},
		"an Inline observer of Sent": func(events *gateway.Events, release chan struct{}) {
			events.Sent.SubscribeFunc(func(context.Context, *gateway.SentPayload) { <-release }, observer.Inline())
		},
		"a Stream on Lifecycle that is never read": func(events *gateway.Events, release chan struct{}) {
			ctx, cancel := context.WithCancel(context.Background())
			_ = events.Lifecycle.Stream(ctx, observer.Buffer(1, observer.Block))
			go func() { <-release; cancel() }()
		},
		"an observer of Error": func(events *gateway.Events, release chan struct{}) {
			events.Error.SubscribeFunc(func(context.Context, *error) { <-release })
			events.Message.Create.SubscribeFunc(func(context.Context, *types.MessageCreate) { panic("reported") })
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var beats atomic.Int32
				options := serve(t, func(p *peer) {
					p.identify(30 * time.Second)
					for i := range 10 {
						p.dispatch("MESSAGE_CREATE", i+1, message("x"))
					}
					for {
						if got, err := p.next(); err != nil {
							return
						} else if got.Op == types.OpcodeHeartbeat {
							beats.Add(1)
							p.raw(`{"op":11}`)
						}
					}
				})
				options.Events = gateway.NewEvents()
				release := make(chan struct{})
				watch(options.Events, release)
				handle := connect(t, options)
				time.Sleep(30 * time.Minute)
				synctest.Wait()
				if got := beats.Load(); got < 59 || got > 61 {
					t.Errorf("%d heartbeats in half an hour, want 60", got)
				}
				if err := handle.SendUpdatePresence(t.Context(), types.UpdatePresence{Status: "online"}); err != nil {
					t.Error(err)
				}
				_ = closeWithin(t, handle, time.Second)
				close(release)
			})
		})
	}
}
