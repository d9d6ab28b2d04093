package gateway

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/chorus-go/chorus/internal/json"
	"github.com/chorus-go/chorus/types"
)

// A heartbeat interval outside of these bounds is the mistake, or the attack, of a server.
const (
	minInterval = 50 * time.Millisecond
	maxInterval = 24 * time.Hour
)

// hello takes the interval from HELLO. Only the first HELLO of a socket counts; one that does not decode ends a
// socket that has no interval yet.
func (s *socket) hello(data []byte) {
	var hello types.Hello
	err := json.Unmarshal(data, &hello)
	if err == nil && hello.HeartbeatInterval <= 0 {
		err = fmt.Errorf("a heartbeat interval of %d ms", hello.HeartbeatInterval)
	}
	s.greet.Do(func() {
		if err != nil {
			s.fail(&DecodeError{Event: "HELLO", Raw: bytes.Clone(data), Err: err})
			return
		}
		interval := min(max(time.Duration(min(hello.HeartbeatInterval, maxInterval.Milliseconds()))*time.Millisecond, minInterval), maxInterval)
		if err := s.c.limiter.connected(interval); err != nil && !s.c.greetedOnce() {
			s.c.finish(&HandshakeError{Stage: StageHello, Host: s.c.url.Host, Err: err})
			return
		} else if err != nil {
			s.c.options.Logger.Warn("gateway: the rate limits are too narrow for the server", slog.Any("error", err))
		}
		s.startHeart(interval)
		s.tell(note{signal: signal{kind: signalHello}})
	})
}

// heart is the schedule of the heartbeats and of the looks whether the server is alive. The socket's lock guards it.
type heart struct {
	interval time.Duration
	beat     *time.Timer
	look     *time.Timer // twice in an interval
	probe    *time.Timer // while an acknowledgement is overdue
	watch    watch
}

// startHeart starts the timers. The first beat leaves at a random moment of the first interval, so that clients that
// connected together do not beat together, then one leaves every interval, and one whenever the server asks.
func (s *socket) startHeart(interval time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.shut {
		return
	}
	h := &s.heart
	h.interval, h.watch = interval, watch{interval: interval}
	h.beat = time.AfterFunc(time.Duration(rand.Float64()*float64(interval)), func() {
		// Set before the beat is written: a slow write must not shift the schedule.
		if s.again(&h.beat, interval) {
			s.run(&s.beats, s.beat)
		}
	})
	h.look = time.AfterFunc(interval/2, func() {
		if s.again(&h.look, interval/2) {
			s.task(s.look)
		}
	})
}

// again sets a timer once more, unless the socket or the handle ends: the server has a moment to answer the close frame,
// and a heartbeat that cannot be sent must not cut it short.
func (s *socket) again(timer **time.Timer, after time.Duration) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.shut || s.c.over.Err() != nil {
		return false
	}
	(*timer).Reset(after)
	return true
}

// stop stops the timers. What they have begun goes on.
func (h *heart) stop() {
	for _, timer := range []*time.Timer{h.beat, h.look, h.probe} {
		if timer != nil {
			timer.Stop()
		}
	}
}

// look looks whether the server is alive, and asks it when that is doubtful.
func (s *socket) look() error {
	s.c.watch()
	s.mu.Lock()
	watch := &s.heart.watch
	before := watch.pause()
	ask, err := watch.look(s.glance())
	if after := watch.pause(); after != before {
		s.heart.reprobe(after, s)
	}
	s.mu.Unlock()
	if ask {
		s.run(&s.beats, s.beat)
	}
	return s.unlessOver(err)
}

// probe looks closer while an acknowledgement is overdue.
func (s *socket) probe() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	watch := &s.heart.watch
	pause := watch.pause()
	if s.heart.reprobe(pause, s); pause == 0 {
		return nil
	}
	return s.unlessOver(watch.probe(s.glance()))
}

// reprobe sets the timer of the probes; after nothing, or once the socket ends, there are none.
func (h *heart) reprobe(after time.Duration, s *socket) {
	switch {
	case s.shut:
	case after == 0 && h.probe != nil:
		h.probe.Stop()
	case after > 0 && h.probe == nil:
		h.probe = time.AfterFunc(after, func() { s.task(s.probe) })
	case after > 0:
		h.probe.Reset(after)
	}
}

// unlessOver is the error of a heart whose socket is to live on.
func (s *socket) unlessOver(err error) error {
	if s.ctx.Err() != nil || s.c.over.Err() != nil {
		return nil
	}
	return err
}

// sendHeartbeat sends a heartbeat with the last sequence number, or null before there is one.
func (s *socket) sendHeartbeat(ctx context.Context) error {
	var last *int64
	if sequence := s.c.sequence.Load(); sequence != noSequence {
		last = &sequence
	}
	payload, err := newOutgoing(types.OpcodeHeartbeat, last, s.c.options.form())
	if err != nil {
		return err
	}
	return s.send(ctx, payload)
}

// beat is the socket's own heartbeat. One that cannot be sent ends the socket.
func (s *socket) beat() error {
	return s.unlessOver(s.sendHeartbeat(s.ctx))
}

// beaten notes that a heartbeat is about to be written. The oldest one that is not acknowledged counts.
func (s *socket) beaten() { s.beatAt.CompareAndSwap(0, int64(max(time.Since(s.born), 1))) }

// acknowledged takes the server's opcode 11, which acknowledges everything before it. One that answers nothing says
// nothing about the latency.
func (s *socket) acknowledged() {
	if at := s.beatAt.Swap(0); at != 0 {
		s.c.counts.acknowledged(time.Since(s.born) - time.Duration(at))
	}
}
