package gateway_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/types"
)

func TestTheZeroHandle(t *testing.T) {
	var handle gateway.GatewayHandle
	for name, call := range map[string]func() error{
		"Close":                func() error { return handle.Close(t.Context()) },
		"Err":                  func() error { return handle.Err() },
		"Send":                 func() error { return handle.Send(t.Context(), types.OpcodeHeartbeat, nil) },
		"SendIdentify":         func() error { return handle.SendIdentify(t.Context(), types.Identify{}) },
		"SendUpdatePresence":   func() error { return handle.SendUpdatePresence(t.Context(), types.UpdatePresence{}) },
		"SendUpdateVoiceState": func() error { return handle.SendUpdateVoiceState(t.Context(), types.UpdateVoiceState{}) },
		"SendHeartbeat":        func() error { return handle.SendHeartbeat(t.Context()) },
		"Identify":             func() error { _, err := handle.Identify(t.Context(), types.Identify{}); return err },
		"Clone":                func() error { return handle.Clone().Err() },
	} {
		if err := call(); !errors.Is(err, gateway.ErrClosed) {
			t.Errorf("%s of the zero handle: %v, want ErrClosed", name, err)
		}
	}
	if handle.State() != gateway.StateClosed || handle.Latency() != 0 || handle.URL() != "" || handle.Stats().Frames != 0 {
		t.Error("the zero handle has a life")
	}
	<-handle.Done()
}

func TestTheHandleEndsWithTheServersCloseAndDeliversWhatHadArrived(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		echoed := make(chan int, 1)
		options := serve(t, func(p *peer) {
			p.identify(30 * time.Second)
			for i := range 10 {
				p.dispatch("MESSAGE_CREATE", i+1, message("x"))
			}
			p.ws.SetCloseHandler(func(code int, _ string) error { echoed <- code; return nil })
			p.close(4009, "timed out")
			p.linger()
		})
		options.Events = gateway.NewEvents()
		var states []string
		options.Events.Lifecycle.SubscribeFunc(func(_ context.Context, c *gateway.LifecycleChange) { states = append(states, c.To.String()) })
		delivered := 0
		options.Events.Message.Create.SubscribeFunc(func(context.Context, *types.MessageCreate) {
			time.Sleep(100 * time.Millisecond)
			delivered++
		})
		handle := connect(t, options)
		<-handle.Done()
		if code := <-echoed; code != 4009 {
			t.Errorf("the server's close was answered with %d", code)
		}
		if delivered != 10 {
			t.Errorf("%d of 10 events were delivered before Done", delivered)
		}
		var closed *gateway.CloseError
		if !errors.As(handle.Err(), &closed) || closed.Code != 4009 || closed.Reason != "timed out" {
			t.Errorf("the handle ended with %v", handle.Err())
		}
		synctest.Wait()
		if got := strings.Join(states, " "); got != "connected identifying ready closing closed" {
			t.Errorf("lifecycle: %s", got)
		}
		if err := handle.SendHeartbeat(t.Context()); !errors.As(err, &closed) {
			t.Errorf("a send after the end: %v", err)
		}
	})
}

func TestCloseSaysGoodbye(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		closes := make(chan int, 1)
		options := serve(t, func(p *peer) {
			p.identify(30 * time.Second)
			p.ws.SetCloseHandler(func(code int, _ string) error { closes <- code; p.close(code, ""); return nil })
			p.linger()
		})
		handle := connect(t, options)
		if handle.Err() != nil {
			t.Errorf("Err before the end: %v", handle.Err())
		}
		if err := handle.Close(t.Context()); err != nil {
			t.Error(err)
		}
		if code := <-closes; code != 1000 {
			t.Errorf("closed with %d, want 1000", code)
		}
		if !errors.Is(handle.Err(), gateway.ErrClosed) || handle.State() != gateway.StateClosed {
			t.Errorf("Err %v, state %v", handle.Err(), handle.State())
		}
		if err := handle.Clone().Close(t.Context()); err != nil {
			t.Errorf("closing twice: %v", err)
		}
		if err := handle.SendHeartbeat(t.Context()); !errors.Is(err, gateway.ErrClosed) {
			t.Errorf("a send after Close: %v", err)
		}
	})
}

func TestAnObserverClosesItsOwnHandle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		options := serve(t, greeting("close"))
		options.Events = gateway.NewEvents()
		handles, result := make(chan gateway.GatewayHandle, 1), make(chan error, 1)
		options.Events.Message.Create.SubscribeFunc(func(ctx context.Context, _ *types.MessageCreate) {
			result <- (<-handles).Close(ctx)
		})
		handle := connect(t, options)
		handles <- handle
		if err := <-result; err != nil {
			t.Errorf("Close: %v", err)
		}
		<-handle.Done()
	})
}
