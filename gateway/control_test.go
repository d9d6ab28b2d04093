package gateway_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/observer"
	"github.com/chorus-go/chorus/types"
)

func TestAPanicOfAnObserverOfTheConnectionItselfIsReported(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		options := serve(t, greeting())
		options.Events = gateway.NewEvents()
		options.Events.Lifecycle.SubscribeFunc(func(context.Context, *gateway.LifecycleChange) { panic("lifecycle") })
		var failures []error
		options.Events.Error.SubscribeFunc(func(_ context.Context, err *error) { failures = append(failures, *err) })
		connect(t, options)
		synctest.Wait()
		var panicked *observer.PanicError
		if len(failures) != 3 || !errors.As(failures[0], &panicked) || panicked.Value != "lifecycle" {
			t.Errorf("reported %v, want a panic for each of the three changes", failures)
		}
	})
}

func TestAPanicOfAnObserverOfErrorsIsLoggedAndNotReportedToItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		options := serve(t, func(p *peer) {
			p.identify(30 * time.Second)
			p.raw(`[]`)
			p.linger()
		})
		var log bytes.Buffer
		options.Logger = slog.New(slog.NewTextHandler(&log, nil))
		options.Events = gateway.NewEvents()
		calls := 0
		options.Events.Error.SubscribeFunc(func(context.Context, *error) {
			calls++
			panic("of the error observer")
		})
		handle := connect(t, options)
		time.Sleep(time.Minute)
		shut(t, handle)
		synctest.Wait()
		if calls != 1 || strings.Count(log.String(), "of the error observer") != 1 {
			t.Errorf("%d calls, and the log says\n%s", calls, &log)
		}
	})
}

func TestALagIsLoggedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		options := serve(t, func(p *peer) {
			p.identify(30 * time.Second)
			for i := range 10 {
				p.dispatch("MESSAGE_CREATE", i, message("x"))
				time.Sleep(5 * time.Second)
			}
			p.linger()
		})
		var log bytes.Buffer
		options.Logger = slog.New(slog.NewTextHandler(&log, nil))
		options.Events = gateway.NewEvents()
		lags := 0
		options.Events.Lag.SubscribeFunc(func(context.Context, *observer.Lag) { lags++ })
		options.Events.Message.Create.SubscribeFunc(func(context.Context, *types.MessageCreate) { time.Sleep(7 * time.Second) })
		handle := connect(t, options)
		time.Sleep(5 * time.Minute)
		shut(t, handle)
		synctest.Wait()
		if lags < 2 || strings.Count(log.String(), "falls behind") != 1 {
			t.Errorf("%d lags were published, and the log says\n%s", lags, &log)
		}
	})
}

func TestAnObserverOfTheLifecycleClosesTheHandle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		options := serve(t, greeting())
		options.Events = gateway.NewEvents()
		handles := make(chan gateway.GatewayHandle, 1)
		options.Events.Lifecycle.SubscribeFunc(func(ctx context.Context, change *gateway.LifecycleChange) {
			if change.To == gateway.StateReady {
				if err := (<-handles).Close(ctx); err != nil {
					t.Error(err)
				}
			}
		})
		handle := connect(t, options)
		handles <- handle
		<-handle.Done()
	})
}

func TestErrorsAreObservedBeforeDone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		options := serve(t, func(p *peer) {
			p.identify(30 * time.Second)
			p.raw(`[]`)
			p.close(4000, "")
			p.linger()
		})
		options.Events = gateway.NewEvents()
		observed := false
		options.Events.Error.SubscribeFunc(func(context.Context, *error) {
			time.Sleep(time.Second)
			observed = true
		})
		handle := connect(t, options)
		<-handle.Done()
		if !observed {
			t.Error("the handle has ended before the error was observed")
		}
	})
}
