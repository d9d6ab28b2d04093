package gateway

import (
	"bytes"
	"context"
	"math"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/types"
)

// The reader stops the timer, as it is going to wait, while the timer finds that it has not much to do. If the reader
// took the timer for one that goes on, nobody would relieve it from the next observer that blocks.
func TestATimerThatIsStoppedIsNotTakenForOneThatGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := unconnected(t)
		s.relief = time.AfterFunc(math.MaxInt64, s.inspect)
		var turn atomic.Int64
		var done sync.WaitGroup
		const rounds = 200_000
		done.Go(func() {
			for round := range int64(rounds) {
				for turn.Load() != 2*round+1 {
					runtime.Gosched()
				}
				for range round % 37 {
					_ = turn.Load()
				}
				s.shift.Add(2)
				s.unwatch()
				turn.Add(1)
			}
		})
		for round := int64(0); round < rounds; round++ {
			s.watch(s.shift.Load())
			turn.Add(1)
			for range round / 37 % 37 {
				_ = turn.Load()
			}
			s.inspect()
			for turn.Load() != 2*round+2 {
				runtime.Gosched()
			}
			if watched := s.watched.Load(); !s.relief.Stop() && watched {
				t.Errorf("round %d: the reader takes a timer for set that is not", round)
			}
		}
		done.Wait()
	})
}

// A shift may begin while the timer finds that nothing happens: then one of the two sets it.
func TestATimerThatFindsNothingMissesNoShift(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := unconnected(t)
		s.relief = time.AfterFunc(math.MaxInt64, s.inspect)
		var turn atomic.Int64
		var done sync.WaitGroup
		const rounds = 100_000
		done.Go(func() {
			for round := range int64(rounds) {
				for turn.Load() != 2*round+1 {
					runtime.Gosched()
				}
				for range round % 37 {
					_ = turn.Load()
				}
				if shift := s.shift.Add(1); !s.watched.Load() {
					s.watch(shift)
				}
				turn.Add(1)
			}
		})
		for round := range int64(rounds) {
			s.shift.Store(4 * uint64(round))
			s.watch(4 * uint64(round))
			s.relief.Stop() // It has just fired.
			turn.Add(1)
			for range round / 37 % 37 {
				_ = turn.Load()
			}
			s.inspect()
			for turn.Load() != 2*round+2 {
				runtime.Gosched()
			}
			if !s.relief.Stop() {
				t.Errorf("round %d: a shift has begun, and no timer is set", round)
			}
		}
		done.Wait()
	})
}

// Somebody may want the reader relieved at any time, also when it is about to run observers for the first time.
func TestAReaderMayBeRelievedBeforeItsFirstShiftHasBegun(t *testing.T) {
	for range 300 {
		s := unconnected(t)
		event := frame([]byte(`{"op":0,"t":"TYPING_START","s":1,"d":{"channel_id":"1","user_id":"2","timestamp":1}}`))
		ws, _ := floodedBy(t, event)
		s.receiveFrom(ws)
		s.c.events.User.TypingStart.SubscribeFunc(func(context.Context, *types.TypingStart) {})
		go s.read()
		for reading := true; reading; {
			select {
			case <-s.unread:
				reading = false
			default:
				s.relieve()
				runtime.Gosched()
			}
		}
	}
}

// The timer goes on from shift to shift while much arrives, and so relieves a reader whose observers were quick so far.
func TestAReaderIsRelievedInAFlood(t *testing.T) {
	for _, quick := range []int{0, 1, 30, 70, 100, 500, 1000, 5000} {
		synctest.Test(t, func(t *testing.T) {
			event := frame([]byte(`{"op":0,"t":"TYPING_START","s":1,"d":{"channel_id":"1","user_id":"2","timestamp":1}}`))
			s := unconnected(t)
			ws, _ := floodedBy(t, bytes.Repeat(event, quick+2000))
			s.receiveFrom(ws)
			calls, release := 0, make(chan struct{})
			blocked := make(chan time.Time, 1)
			s.c.events.User.TypingStart.SubscribeFunc(func(context.Context, *types.TypingStart) {
				if calls++; calls <= quick {
					time.Sleep(10 * time.Microsecond)
				} else if calls == quick+1 {
					blocked <- time.Now()
					<-release
				}
			})
			go s.read()
			select {
			case <-s.unread:
				if took := time.Since(<-blocked); took > 2*mostFlood {
					t.Errorf("after %d quick calls the reader is relieved after %v", quick, took)
				}
			case <-time.After(time.Minute):
				t.Errorf("after %d quick calls nobody relieves the reader", quick)
			}
			close(release)
		})
	}
}
