package gateway_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/types"
)

func TestASilentServerIsAZombie(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		closes := make(chan int, 1)
		options := serve(t, func(p *peer) {
			p.identify(10 * time.Second)
			p.ws.SetCloseHandler(func(code int, _ string) error { closes <- code; return nil })
			for {
				if _, err := p.next(); err != nil {
					return
				}
			}
		})
		handle := connect(t, options)
		begun := time.Now()
		<-handle.Done()
		var closed *gateway.CloseError
		if !errors.Is(handle.Err(), gateway.ErrZombie) || !errors.As(handle.Err(), &closed) {
			t.Errorf("the handle ended with %v, want a zombie", handle.Err())
		}
		if took := time.Since(begun); took < 15*time.Second || took > 21*time.Second {
			t.Errorf("noticed after %v, want one and a half intervals of 10 s", took)
		}
		if code := <-closes; code < 4000 {
			t.Errorf("closed with %d, which ends the session", code)
		}
	})
}

func TestHeartbeatsKeepTheirScheduleAndCarryTheSequence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var beats []time.Duration
		var data []string
		greeted := time.Now()
		options := serve(t, func(p *peer) {
			p.identify(10 * time.Second)
			p.dispatch("MESSAGE_CREATE", 7, message("a"))
			p.dispatch("MESSAGE_CREATE", 3, message("late"))
			for {
				got, err := p.next()
				if err != nil {
					return
				}
				if got.Op == types.OpcodeHeartbeat {
					beats, data = append(beats, time.Since(greeted)), append(data, string(got.D))
					time.Sleep(200 * time.Millisecond)
					p.raw(`{"op":11}`)
				}
				if len(beats) == 3 {
					p.raw(`{"op":1,"d":null}`) // Asks for one more at once.
				}
			}
		})
		handle := connect(t, options)
		time.Sleep(45 * time.Second)
		synctest.Wait()
		if len(beats) < 5 {
			t.Fatalf("%d heartbeats in 45 s", len(beats))
		}
		if beats[0] >= 10*time.Second {
			t.Errorf("the first left after %v, want within the first interval", beats[0])
		}
		if beats[1]-beats[0] != 10*time.Second || beats[2]-beats[1] != 10*time.Second {
			t.Errorf("they left at %v, want 10 s apart", beats)
		}
		if beats[3]-beats[2] > time.Second {
			t.Errorf("the one asked for left after %v", beats[3]-beats[2])
		}
		if data[0] != "7" {
			t.Errorf("the sequence is %s, want 7: only forward", data[0])
		}
		if handle.Latency() != 200*time.Millisecond {
			t.Errorf("the latency is %v, want 200ms", handle.Latency())
		}
	})
}

func TestAnAcknowledgementThatAnswersNothingSaysNothingAboutTheLatency(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		handle := connect(t, serve(t, func(p *peer) {
			p.identify(10 * time.Second)
			for {
				got, err := p.next()
				if err != nil {
					return
				}
				if got.Op == types.OpcodeHeartbeat {
					p.raw(`{"op":11}`)
					time.Sleep(5 * time.Second)
					p.raw(`{"op":11}`)
				}
			}
		}))
		for range 60 {
			time.Sleep(time.Second)
			if latency := handle.Latency(); latency > time.Second {
				t.Fatalf("the latency is %v, though every heartbeat is answered at once", latency)
			}
		}
	})
}
