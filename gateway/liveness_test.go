package gateway

import (
	"errors"
	"testing"
	"time"
)

// scene is a socket as the watch sees it. Its looks come every half interval of 40 s.
type scene struct {
	t     *testing.T
	watch watch
	glance
	asked int
}

func newScene(t *testing.T) *scene {
	return &scene{t: t, watch: watch{interval: 40 * time.Second}, glance: glance{reading: readingHeader}}
}

// look lets half an interval pass on both clocks, and the wall clock jump.
func (s *scene) look(jump time.Duration) error {
	s.mono += 20 * time.Second
	s.wall += 20*time.Second + jump
	ask, err := s.watch.look(s.glance)
	if ask {
		s.asked++
	}
	return err
}

// alive looks so many times while the server is heard and acknowledges.
func (s *scene) alive(looks int) {
	s.t.Helper()
	for range looks {
		s.signs++
		s.frames++
		s.beat = 0
		if err := s.look(0); err != nil {
			s.t.Fatal(err)
		}
	}
}

// deadAfter looks until the watch gives the server up, and returns how many looks that took; 0 if it does not.
func (s *scene) deadAfter(jump time.Duration) int {
	for looks := 1; looks <= 100; looks++ {
		if err := s.look(jump); err != nil {
			if !errors.Is(err, ErrZombie) {
				s.t.Errorf("the error is %v", err)
			}
			return looks
		}
		jump = 0
	}
	return 0
}

func TestTheWatchTakesSilenceForDeath(t *testing.T) {
	s := newScene(t)
	s.alive(10)
	if looks := s.deadAfter(0); looks != 3 {
		t.Errorf("dead after %d looks, want 3: one and a half intervals", looks)
	}
	if s.asked != 0 {
		t.Error("it asked for a heartbeat")
	}
}

func TestTheWatchDoesNotCountWhileNobodyReads(t *testing.T) {
	s := newScene(t)
	s.alive(3)
	s.reading, s.beat = readingNothing, 1
	if looks := s.deadAfter(0); looks != 0 {
		t.Errorf("dead after %d looks, though the reader did not read", looks)
	}
	s.reading = readingHeader
	if looks := s.deadAfter(0); looks != 3 {
		t.Errorf("dead after %d looks of reading, want 3", looks)
	}
}

// A part of a large frame is a sign of life.
func TestTheWatchTakesAPartOfAMessageForLife(t *testing.T) {
	s := newScene(t)
	s.reading, s.beat = readingMessage, 1
	for range 100 {
		s.signs++
		if err := s.look(0); err != nil {
			t.Fatal(err)
		}
		if s.watch.pause() != 0 {
			t.Fatal("it probes in the middle of a message")
		}
	}
	if looks := s.deadAfter(0); looks != 3 {
		t.Errorf("dead after %d looks without a part, want 3", looks)
	}
}

// A machine that was suspended finds its connection dead most of the time, and should not wait long to know; but it has
// to hear first.
func TestTheWatchAfterASuspension(t *testing.T) {
	for name, test := range map[string]struct {
		jump  time.Duration
		alive bool // whether the server answers the heartbeat that is asked for
		asked int
		looks int // until death, after the jump
	}{
		"the server is gone":         {time.Hour, false, 1, 2},
		"the server is there":        {time.Hour, true, 1, 0},
		"a nap counts for nothing":   {10 * time.Second, false, 0, 3},
		"a clock that is put back":   {-time.Hour, false, 0, 3},
		"a leap second":              {time.Second, false, 0, 3},
		"just over half an interval": {21 * time.Second, false, 1, 2},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			s.alive(5)
			if test.alive {
				if err := s.look(test.jump); err != nil {
					t.Fatal(err)
				}
				s.alive(20)
			} else if looks := s.deadAfter(test.jump); looks != test.looks {
				t.Errorf("dead after %d looks, want %d", looks, test.looks)
			}
			if s.asked != test.asked {
				t.Errorf("it asked for %d heartbeats, want %d", s.asked, test.asked)
			}
		})
	}
}

// A process that was stopped for an hour looks once and not a hundred times: its ticker has room for one tick.
func TestTheWatchDoesNotTakeAStallOfItsOwnForSilence(t *testing.T) {
	s := newScene(t)
	s.alive(3)
	s.mono, s.wall = s.mono+time.Hour, s.wall+time.Hour
	for range 2 {
		if err := s.look(0); err != nil {
			t.Fatalf("dead after a stall of its own: %v", err)
		}
	}
	s.alive(5)
}

// unacknowledged has a heartbeat that is not acknowledged while events flow, until the watch wants to probe.
func unacknowledged(t *testing.T) *scene {
	s := newScene(t)
	s.alive(3)
	s.beat = s.mono + 1
	for looks := 1; s.watch.pause() == 0; looks++ {
		if looks > 6 {
			t.Fatal("it never probes")
		}
		s.signs++
		s.frames++
		if err := s.look(0); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// probe lets so many probes see what one more call of step each does, and returns the number that was death; 0 if none.
func (s *scene) probe(count int, step func()) int {
	for probes := 1; probes <= count; probes++ {
		s.mono += time.Second
		if step != nil {
			step()
		}
		if err := s.watch.probe(s.glance); err != nil {
			if !errors.Is(err, ErrZombie) {
				s.t.Errorf("the error is %v", err)
			}
			return probes
		}
	}
	return 0
}

func TestTheWatchProbesWhenAnAcknowledgementIsOverdueByTwoIntervals(t *testing.T) {
	s := unacknowledged(t)
	if late := s.mono - s.beat; late < 80*time.Second || late > 105*time.Second {
		t.Errorf("it probes %v after the heartbeat", late)
	}
	if pause := s.watch.pause(); pause != time.Second {
		t.Errorf("the pause is %v, want a fortieth of an interval", pause)
	}
	message := func(size uint64) func() {
		return func() { s.frames, s.payload = s.frames+1, s.payload+size }
	}
	if dead := s.probe(200, message(1<<20)); dead != 0 {
		t.Errorf("dead after %d probes in a flood of large messages", dead)
	}
	s.reading = readingMessage
	if dead := s.probe(200, nil); dead != 0 {
		t.Errorf("dead after %d probes in the middle of a message", dead)
	}
	s.reading = readingNothing
	if dead := s.probe(200, nil); dead != 0 {
		t.Errorf("dead after %d probes while nobody read", dead)
	}
	s.reading = readingHeader
	if dead := s.probe(200, nil); dead != 11 {
		t.Errorf("dead after %d probes without a message, want 11: a quarter of an interval", dead)
	}
	s = unacknowledged(t)
	if dead := s.probe(200, message(300)); dead != 20 {
		t.Errorf("dead after %d probes while small messages come, want 20: half an interval", dead)
	}
	s, half := unacknowledged(t), 0
	if dead := s.probe(200, func() {
		message(300)()
		if s.reading = readingMessage; half%2 == 0 {
			s.reading = readingHeader
		}
		half++
	}); dead != 0 {
		t.Errorf("dead after %d probes of a busy line", dead)
	}
}

func TestTheWatchStopsProbingWhenTheAcknowledgementArrives(t *testing.T) {
	s := unacknowledged(t)
	s.probe(9, nil)
	s.beat = 0
	if dead := s.probe(100, nil); dead != 0 {
		t.Errorf("dead after %d probes with nothing overdue", dead)
	}
	s.alive(1)
	if s.watch.pause() != 0 {
		t.Error("it still probes")
	}
}

// A look that has begun goes on while the socket ends, which has stopped the timers by then.
func TestALookBeginsNoProbesOnceTheSocketEnds(t *testing.T) {
	for _, shut := range []bool{false, true} {
		s := unconnected(t)
		s.shut = shut
		s.reading.Store(int32(readingHeader))
		s.beatAt.Store(1)
		s.heart.watch = watch{interval: time.Hour, beat: 1, overdue: overdueLooks - 1}
		if err := s.look(); err != nil {
			t.Fatal(err)
		}
		if begun := s.heart.probe != nil; begun == shut {
			t.Errorf("ending: %v, a timer for probes was set: %v", shut, begun)
		}
		s.heart.stop()
	}
}
