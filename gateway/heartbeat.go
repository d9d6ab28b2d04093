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
		s.interval = min(max(time.Duration(min(hello.HeartbeatInterval, maxInterval.Milliseconds()))*time.Millisecond, minInterval), maxInterval)
		if err := s.c.limiter.connected(s.interval); err != nil && !s.c.greetedOnce() {
			s.c.finish(&HandshakeError{Stage: StageHello, Host: s.c.url.Host, Err: err})
			return
		} else if err != nil {
			s.c.options.Logger.Warn("gateway: the rate limits are too narrow for the server", slog.Any("error", err))
		}
		close(s.greeted)
		s.tell(note{signal: signal{kind: signalHello}})
	})
}

// heartbeat is the heartbeat goroutine: the first beat leaves at a random moment of the first interval, so that
// clients that connected together do not beat together, then one leaves every interval, and one whenever the server
// asks. Twice in an interval it looks whether the server is alive.
func (s *socket) heartbeat() error {
	select {
	case <-s.greeted:
	case <-s.ctx.Done():
		return nil
	}
	beat := time.NewTimer(time.Duration(rand.Float64() * float64(s.interval)))
	defer beat.Stop()
	look := time.NewTicker(s.interval / 2)
	defer look.Stop()
	probe := time.NewTicker(s.interval)
	probe.Stop()
	defer probe.Stop()
	watch := watch{interval: s.interval}
	for {
		var err error
		select {
		case <-beat.C:
			// Set before the beat is written: a slow write must not shift the schedule.
			beat.Reset(s.interval)
			err = s.beat(s.ctx)
		case <-s.beatNow:
			err = s.beat(s.ctx)
		case <-look.C:
			s.c.watch()
			err = s.look(&watch, probe)
		case <-probe.C:
			err = watch.probe(s.glance())
		case <-s.c.over.Done():
			// The server has a moment to answer the close frame; a heartbeat that cannot be sent must not cut it short.
			<-s.ctx.Done()
			return nil
		case <-s.ctx.Done():
			return nil
		}
		if err != nil && s.ctx.Err() == nil && s.c.over.Err() == nil {
			return err
		}
	}
}

// look looks whether the server is alive, and asks it when that is doubtful.
func (s *socket) look(watch *watch, probe *time.Ticker) error {
	before := watch.pause()
	ask, err := watch.look(s.glance())
	if ask {
		select {
		case s.beatNow <- struct{}{}:
		default:
		}
	}
	switch after := watch.pause(); {
	case after == before:
	case after == 0:
		probe.Stop()
	default:
		probe.Reset(after)
	}
	return err
}

// beat sends a heartbeat with the last sequence number, or null before there is one.
func (s *socket) beat(ctx context.Context) error {
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

// beaten notes that a heartbeat is about to be written. The oldest one that is not acknowledged counts.
func (s *socket) beaten() { s.beatAt.CompareAndSwap(0, int64(max(time.Since(s.born), 1))) }

// acknowledged takes the server's opcode 11, which acknowledges everything before it. One that answers nothing says
// nothing about the latency.
func (s *socket) acknowledged() {
	if at := s.beatAt.Swap(0); at != 0 {
		s.c.counts.acknowledged(time.Since(s.born) - time.Duration(at))
	}
}
