package gateway_test

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/types"
)

// year is a server that something happens to every now and then. Nobody says anything on it.
type year struct {
	mu       sync.Mutex
	random   *rand.Rand
	outage   time.Time // until when every connection is cut at once
	accepted []time.Time
	down     time.Duration // all outages together
}

func (y *year) roll(n int) int {
	y.mu.Lock()
	defer y.mu.Unlock()
	return y.random.IntN(n)
}

// down notes a connection and says whether there is an outage.
func (y *year) isDown() bool {
	y.mu.Lock()
	defer y.mu.Unlock()
	y.accepted = append(y.accepted, time.Now())
	return time.Now().Before(y.outage)
}

// talk is the script of one connection: a server that resumes or refuses at random, and that has some fault after some hours.
func (y *year) talk(p *peer) {
	if y.isDown() {
		return
	}
	p.hello(10 * time.Minute)
	var silent atomic.Bool
	fault := time.AfterFunc(time.Duration(y.roll(5*24*60))*time.Minute, func() { y.fault(p, &silent) })
	defer fault.Stop()
	for {
		got, err := p.next()
		if err != nil {
			return
		}
		if silent.Load() {
			continue
		}
		switch got.Op {
		case types.OpcodeHeartbeat:
			if y.roll(2000) > 0 {
				p.raw(`{"op":11,"d":null}`)
			}
		case types.OpcodeIdentify:
			p.dispatch("READY", 0, readyJSON)
		case types.OpcodeResume:
			if y.roll(2) == 0 {
				p.raw(`{"op":9,"d":false}`)
				continue
			}
			p.raw(`{"op":0,"t":"RESUMED","d":{}}`)
		}
	}
}

func (y *year) fault(p *peer, silent *atomic.Bool) {
	switch y.roll(6) {
	case 0:
		p.raw(`{"op":7,"d":5000}`)
	case 1:
		p.raw(`{"op":9}`)
		p.close(4006, "")
	case 2:
		p.close(4000+y.roll(4), "")
	case 3:
		y.mu.Lock()
		outage := time.Duration(y.random.IntN(600)) * time.Minute
		y.outage = time.Now().Add(outage)
		y.down += outage
		y.mu.Unlock()
		_ = p.ws.Close()
	case 4:
		_ = p.ws.NetConn().Close()
	case 5:
		silent.Store(true)
	}
}

func TestAYearOfAnIdleConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		y := &year{random: rand.New(rand.NewPCG(1, 2))}
		options := serve(t, y.talk)
		options.NoReconnect = false
		options.Logger = slog.New(slog.DiscardHandler)
		options.Events = gateway.NewEvents()
		var delays []gateway.LifecycleChange
		options.Events.Lifecycle.SubscribeFunc(func(_ context.Context, change *gateway.LifecycleChange) {
			if change.To == gateway.StateReconnecting {
				delays = append(delays, *change)
			}
		})
		handle := connect(t, options)
		time.Sleep(24 * time.Hour)
		synctest.Wait()
		before := runtime.NumGoroutine()
		days := 364
		if raceDetector {
			days = 30
		}
		time.Sleep(time.Duration(days) * 24 * time.Hour)
		y.mu.Lock()
		y.outage = time.Time{}
		dials, down := len(y.accepted), y.down
		y.mu.Unlock()
		time.Sleep(time.Hour)
		synctest.Wait()

		if state := handle.State(); state != gateway.StateReady {
			t.Errorf("after a year the handle is %v: %v", state, handle.Err())
		}
		if after := runtime.NumGoroutine(); after > before+8 {
			t.Errorf("%d goroutines became %d", before, after)
		}
		// In an outage there are two dials a minute on average, as half a minute is waited for each.
		t.Logf("%d dials, %d reconnects, %+v", dials, len(delays), handle.Stats().Reconnects)
		if dials < days/5 || dials > 20*days+int(3*down.Minutes()) {
			t.Errorf("%d dials in %d days, of which there was an outage for %v", dials, days, down)
		}
		for _, change := range delays {
			if most := min(time.Second<<min(max(change.Attempt-2, 0), 6), time.Minute); change.Attempt > 1 && change.Delay > most+65*time.Second {
				t.Errorf("attempt %d waits %v", change.Attempt, change.Delay)
			}
			if change.Attempt == 1 && change.Delay > 5*time.Second {
				t.Errorf("the first attempt waits %v", change.Delay)
			}
		}
	})
}
