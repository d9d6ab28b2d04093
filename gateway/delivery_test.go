package gateway_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
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

// message is the d of a MESSAGE_CREATE.
func message(content string) string {
	return fmt.Sprintf(`{"id":"1","channel_id":"2","content":%q,"author":{"id":"3","username":"ann"}}`, content)
}

// greeting serves READY, then one message for each content, then stays.
func greeting(contents ...string) func(p *peer) {
	return func(p *peer) {
		p.identify(30 * time.Second)
		for i, content := range contents {
			p.dispatch("MESSAGE_CREATE", i+1, message(content))
		}
		p.linger()
	}
}

// contents subscribes an observer that collects what messages say, and returns what it has seen so far.
func contents(events *gateway.Events) func() string {
	var seen []string
	events.Message.Create.SubscribeFunc(func(_ context.Context, m *types.MessageCreate) { seen = append(seen, m.Content) })
	return func() string {
		synctest.Wait()
		return strings.Join(seen, " ")
	}
}

func TestObserversOfAllEventsRunOneAtATimeInGatewayOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		options := serve(t, func(p *peer) {
			p.identify(30 * time.Second)
			for i := range 50 {
				p.dispatch("MESSAGE_CREATE", 2*i+1, message("x"))
				p.dispatch("TYPING_START", 2*i+2, `{"channel_id":"2","user_id":"3","timestamp":1}`)
			}
			p.linger()
		})
		options.Events = gateway.NewEvents()
		var running atomic.Int32
		var sequences []int64
		note := func(ctx context.Context) {
			if running.Add(1) != 1 {
				t.Error("two observers run at once")
			}
			time.Sleep(time.Millisecond)
			dispatch, ok := gateway.DispatchFrom(ctx)
			if !ok {
				t.Error("no dispatch in the observer's context")
			}
			sequences = append(sequences, dispatch.Sequence)
			running.Add(-1)
		}
		options.Events.Message.Create.SubscribeFunc(func(ctx context.Context, _ *types.MessageCreate) { note(ctx) })
		options.Events.User.TypingStart.SubscribeFunc(func(ctx context.Context, _ *types.TypingStart) { note(ctx) })
		connect(t, options)
		time.Sleep(time.Second)
		synctest.Wait()
		if len(sequences) != 100 {
			t.Fatalf("observed %d events, want 100", len(sequences))
		}
		for i, sequence := range sequences {
			if sequence != int64(i+1) {
				t.Fatalf("event %d has sequence %d: out of order", i, sequence)
			}
		}
	})
}

func TestAnObserverThatPanicsHarmsNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		options := serve(t, greeting("a", "b"))
		options.Events = gateway.NewEvents()
		var failures []error
		options.Events.Error.SubscribeFunc(func(_ context.Context, err *error) { failures = append(failures, *err) })
		options.Events.Message.Create.SubscribeFunc(func(context.Context, *types.MessageCreate) { panic("boom") })
		seen := contents(options.Events)
		handle := connect(t, options)
		if got := seen(); got != "a b" {
			t.Errorf("the other observer saw %q, want both messages", got)
		}
		if len(failures) != 2 {
			t.Fatalf("Events.Error carried %v, want two panics", failures)
		}
		var panicked *observer.PanicError
		if !errors.As(failures[0], &panicked) || panicked.Value != "boom" || !strings.Contains(string(panicked.Stack), "delivery_test") {
			t.Errorf("Events.Error carried %v, want a PanicError with value and stack", failures[0])
		}
		if handle.State() != gateway.StateReady {
			t.Errorf("the handle is %v", handle.State())
		}
	})
}

func TestWhileAnObserverBlocksForAnHourTheHeartBeats(t *testing.T) {
	for name, queueEvents := range map[string]int{"room in the queue": 0, "a full queue": 1} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { blockForAnHour(t, queueEvents) })
		})
	}
}

func blockForAnHour(t *testing.T, queueEvents int) {
	var beats atomic.Int32
	options := serve(t, func(p *peer) {
		p.identify(30 * time.Second)
		acks := make(chan struct{}, 1000)
		defer close(acks)
		go func() { // Its own goroutine: a client that does not read stops the writing.
			for i := range 100 {
				p.dispatch("MESSAGE_CREATE", i+1, message(strings.Repeat("x", 2000)))
			}
			for range acks {
				p.raw(`{"op":11}`)
			}
		}()
		for {
			got, err := p.next()
			if err != nil {
				return
			}
			if got.Op == types.OpcodeHeartbeat {
				beats.Add(1)
				acks <- struct{}{}
			}
		}
	})
	options.Events = gateway.NewEvents()
	options.QueueEvents = queueEvents
	var lags []observer.Lag
	options.Events.Lag.SubscribeFunc(func(_ context.Context, lag *observer.Lag) { lags = append(lags, *lag) })
	release := make(chan struct{})
	var observed atomic.Int32
	options.Events.Message.Create.SubscribeFunc(func(context.Context, *types.MessageCreate) {
		<-release
		observed.Add(1)
	})
	handle := connect(t, options)
	time.Sleep(time.Hour)
	synctest.Wait()
	if got := beats.Load(); got < 119 || got > 121 {
		t.Errorf("%d heartbeats in an hour, want 120", got)
	}
	if handle.State() != gateway.StateReady {
		t.Fatalf("the handle is %v: %v", handle.State(), handle.Err())
	}
	if err := handle.SendUpdatePresence(t.Context(), types.UpdatePresence{Status: "online"}); err != nil {
		t.Errorf("sending while an observer blocks: %v", err)
	}
	if !slices.ContainsFunc(lags, func(lag observer.Lag) bool { return strings.Contains(lag.Observer, "blockForAnHour") }) {
		t.Errorf("Events.Lag carried %v, want the name of the observer", lags)
	}
	close(release)
	synctest.Wait()
	if got := observed.Load(); got != 100 {
		t.Errorf("%d of 100 events were delivered after the observer returned", got)
	}
}

func TestAnObserverUnsubscribesItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		options := serve(t, greeting("a", "b", "c"))
		options.Events = gateway.NewEvents()
		var once []string
		var subscription *observer.Subscription
		subscription = options.Events.Message.Create.SubscribeFunc(func(_ context.Context, m *types.MessageCreate) {
			once = append(once, m.Content)
			subscription.Unsubscribe()
			subscription.Unsubscribe()
		})
		seen := contents(options.Events)
		connect(t, options)
		if got := seen(); got != "a b c" {
			t.Errorf("the other observer saw %q", got)
		}
		if len(once) != 1 {
			t.Errorf("the observer that unsubscribed itself saw %v", once)
		}
	})
}

func TestAnObserverSubscribesAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		next := make(chan struct{})
		options := serve(t, func(p *peer) {
			p.identify(30 * time.Second)
			p.dispatch("MESSAGE_CREATE", 1, message("a"))
			<-next
			p.dispatch("MESSAGE_CREATE", 2, message("b"))
			p.linger()
		})
		options.Events = gateway.NewEvents()
		var late []string
		var first *observer.Subscription
		first = options.Events.Message.Create.SubscribeFunc(func(context.Context, *types.MessageCreate) {
			first.Unsubscribe()
			options.Events.Message.Create.SubscribeFunc(func(_ context.Context, m *types.MessageCreate) { late = append(late, m.Content) })
		})
		seen := contents(options.Events)
		connect(t, options)
		seen()
		close(next)
		if got := seen(); got != "a b" || strings.Join(late, " ") != "b" {
			t.Errorf("the others saw %q, the one subscribed late %v, want it to see the later message only", got, late)
		}
	})
}

func TestAnObserverWaitsInsideItselfForALaterEvent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		options := serve(t, func(p *peer) {
			p.identify(30 * time.Second)
			p.dispatch("MESSAGE_CREATE", 1, message("question"))
			p.until(types.OpcodePresenceUpdate)
			p.dispatch("MESSAGE_CREATE", 2, message("answer"))
			p.linger()
		})
		options.Events = gateway.NewEvents()
		identified := make(chan gateway.GatewayHandle, 1)
		var answer string
		options.Events.Message.Create.SubscribeFunc(func(ctx context.Context, m *types.MessageCreate) {
			if m.Content != "question" {
				return
			}
			waiter := options.Events.Message.Create.Expect(func(m *types.MessageCreate) bool { return m.Content == "answer" })
			if err := (<-identified).SendUpdatePresence(ctx, types.UpdatePresence{Status: "idle"}); err != nil {
				t.Error(err)
			}
			later, err := waiter.Wait(ctx)
			if err != nil {
				t.Error(err)
				return
			}
			answer = later.Content
		})
		seen := contents(options.Events)
		identified <- connect(t, options)
		if got := seen(); got != "question answer" || answer != "answer" {
			t.Errorf("the others saw %q, the observer that waited %q", got, answer)
		}
	})
}

func TestWaitersAndStreamsAreFedWhileAnObserverBlocks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		options := serve(t, greeting("a", "b"))
		options.Events = gateway.NewEvents()
		release := make(chan struct{})
		defer close(release)
		options.Events.Message.Create.SubscribeFunc(func(context.Context, *types.MessageCreate) { <-release })
		waiter := options.Events.Message.Create.Expect(func(m *types.MessageCreate) bool { return m.Content == "b" })
		stream := options.Events.Message.Create.Stream(t.Context())
		handle, _, err := gateway.Connect(t.Context(), testURL, types.Identify{}, options)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := waiter.Wait(t.Context()); err != nil {
			t.Error(err)
		}
		var streamed []string
		for m := range stream {
			if streamed = append(streamed, m.Content); len(streamed) == 2 {
				break
			}
		}
		if strings.Join(streamed, " ") != "a b" {
			t.Errorf("streamed %v", streamed)
		}
		// The observer never returns of itself: Close must end within its context all the same.
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		begun := time.Now()
		if err := handle.Close(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Close: %v, want the end of its context", err)
		}
		if took := time.Since(begun); took > time.Second {
			t.Errorf("Close took %v", took)
		}
		if !errors.Is(handle.Err(), gateway.ErrClosed) {
			t.Errorf("Err: %v", handle.Err())
		}
	})
}

func TestRawBytesAreThereWhileAnObserverRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		options := serve(t, greeting("a", "b", "c"))
		options.Events = gateway.NewEvents()
		var kept []gateway.Dispatch
		options.Events.Message.Create.SubscribeFunc(func(ctx context.Context, m *types.MessageCreate) {
			time.Sleep(time.Second) // The reader has reused its buffer by now.
			dispatch, _ := gateway.DispatchFrom(context.WithValue(ctx, t, "derived"))
			if got := string(dispatch.Raw()); got != message(m.Content) {
				t.Errorf("raw bytes %q, want %q", got, message(m.Content))
			}
			kept = append(kept, dispatch)
		})
		connect(t, options)
		time.Sleep(time.Minute)
		synctest.Wait()
		if len(kept) != 3 {
			t.Fatalf("%d events", len(kept))
		}
		if raw := kept[0].Raw(); raw != nil {
			t.Errorf("raw bytes %q after the last observer has returned, want nil", raw)
		}
		if kept[0].Name != "MESSAGE_CREATE" || kept[0].Sequence != 1 || !kept[0].HasSequence || kept[0].Received.IsZero() {
			t.Errorf("metadata %+v", kept[0])
		}
		if _, ok := gateway.DispatchFrom(context.Background()); ok {
			t.Error("a dispatch in a context that is no observer's")
		}
	})
}

// What arrives at once gathers in the handle's queue; a loop may wait for an observer of it.
func TestALoopMayWaitForAnObserverOfWhatArrivedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const events = 20
		options := serve(t, func(p *peer) {
			p.identify(30 * time.Second)
			var all []byte
			for i := range events {
				payload := fmt.Sprintf(`{"op":0,"t":"MESSAGE_CREATE","s":%d,"d":%s}`, i+1, message(strings.Repeat("x", 200)))
				all = append(binary.BigEndian.AppendUint16(append(all, 0x81, 126), uint16(len(payload))), payload...)
			}
			if _, err := p.ws.NetConn().Write(all); err != nil {
				t.Error(err)
			}
			p.linger()
		})
		options.Events = gateway.NewEvents()
		observed, looped := make(chan struct{}, events), make(chan struct{})
		options.Events.Message.Create.SubscribeFunc(func(context.Context, *types.MessageCreate) { observed <- struct{}{} })
		go func() {
			defer close(looped)
			n := 0
			for range options.Events.Message.Create.Stream(t.Context(), observer.Buffer(1, observer.Block)) {
				<-observed
				if n++; n == events {
					return
				}
			}
		}()
		synctest.Wait()
		connect(t, options)
		select {
		case <-looped:
		case <-time.After(10 * time.Second):
			t.Error("the reader waits for the loop, the loop for an observer, and the reader holds back the observer's event")
			for range events {
				observed <- struct{}{}
			}
			<-looped
		}
	})
}
