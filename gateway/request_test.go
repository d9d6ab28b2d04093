package gateway_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/types"
)

func TestIdentifyTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		handle := connect(t, serve(t, greeting()))
		if _, err := handle.Identify(t.Context(), types.Identify{}); !errors.Is(err, gateway.ErrAlreadyIdentified) {
			t.Errorf("the second Identify: %v", err)
		}
	})
}

func TestInvalidSessionRefusesIdentify(t *testing.T) {
	for _, payload := range []string{`{"op":9,"d":false}`, `{"op":9}`, `{"op":9,"s":4}`} {
		synctest.Test(t, func(t *testing.T) {
			_, _, err := gateway.Connect(t.Context(), testURL, types.Identify{}, serve(t, func(p *peer) {
				p.hello(30 * time.Second)
				p.until(types.OpcodeIdentify)
				p.raw(payload)
				p.linger()
			}))
			if !errors.Is(err, gateway.ErrSessionInvalid) {
				t.Errorf("%s: %v, want ErrSessionInvalid", payload, err)
			}
		})
	}
}

func TestOfSeveralIdentifiesAtOnceOneIsSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		identifies := 0
		options := serve(t, func(p *peer) {
			p.hello(30 * time.Second)
			for {
				if _, ok := p.until(types.OpcodeIdentify); !ok {
					return
				}
				identifies++
				time.Sleep(time.Second)
				p.dispatch("READY", 0, readyJSON)
			}
		})
		handle, err := gateway.Spawn(t.Context(), testURL, options)
		if err != nil {
			t.Fatal(err)
		}
		defer shut(t, handle)
		results := make(chan error, 8)
		for range cap(results) {
			go func() {
				_, err := handle.Identify(t.Context(), types.Identify{})
				results <- err
			}()
		}
		succeeded := 0
		for range cap(results) {
			if err := <-results; err == nil {
				succeeded++
			} else if !errors.Is(err, gateway.ErrAlreadyIdentified) {
				t.Error(err)
			}
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if succeeded != 1 || identifies != 1 {
			t.Errorf("%d Identifies were sent and %d succeeded, want one", identifies, succeeded)
		}
	})
}

func TestAnIdentifyThatWasNotSentMayBeTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		handle, err := gateway.Spawn(t.Context(), testURL, serve(t, greeting()))
		if err != nil {
			t.Fatal(err)
		}
		defer shut(t, handle)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := handle.Identify(ctx, types.Identify{}); !errors.Is(err, context.Canceled) {
			t.Errorf("with a cancelled context: %v", err)
		}
		if _, err := handle.Identify(t.Context(), types.Identify{}); err != nil {
			t.Errorf("again: %v", err)
		}
	})
}
