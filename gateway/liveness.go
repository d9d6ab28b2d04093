package gateway

import (
	"errors"
	"fmt"
	"time"

	"github.com/chorus-go/chorus/types"
)

// What the watch takes for death, in looks, of which there are two in a heartbeat interval.
const (
	silentLooks   = 3 // without a sign of life
	overdueLooks  = 4 // with the same heartbeat unacknowledged
	hopelessLooks = 8 // the same, when a short pause of the server is enough
)

// reading is what the reader is doing.
type reading int32

const (
	readingNothing reading = iota // it delivers, or waits for room in a queue
	readingHeader                 // it waits for the next message to begin
	readingMessage                // it waits for the rest of a message
)

// glance is what the watch sees of a socket.
type glance struct {
	mono, wall time.Duration // since the socket was opened, by either clock
	signs      uint64        // of life: how often something was read
	frames     uint64        // messages that were read whole
	reading    reading
	beat       time.Duration // when the oldest unacknowledged heartbeat was written; 0 without one
}

func (s *socket) glance() glance {
	now := time.Now()
	return glance{
		mono:    now.Sub(s.born),
		wall:    now.Round(0).Sub(s.born.Round(0)),
		signs:   s.signs.Load(),
		frames:  s.c.counts.frames.Load(),
		reading: reading(s.reading.Load()),
		beat:    time.Duration(s.beatAt.Load()),
	}
}

// watch tells a live server from a dead one. It counts looks and not time, so that a process that was stopped or starved
// does not take its own absence for the server's.
//
//   - Whatever arrives, also a part of a message, is a sign of life; three looks without one are death. Looks during which
//     the reader did not read, because a full queue holds it, do not count.
//   - An acknowledgement that is missing for two intervals is death if the server has had nothing else to send in between.
//     It comes in order: while one message follows the other it may well be on its way behind them, as after a long
//     time without reading or on a slow line. So looks in the middle of a message do not count, and once it is overdue
//     the watch looks for a pause between two messages: a quarter of an interval, later a fortieth.
//   - When the machine was suspended, which the wall clock tells, the next look decides.
type watch struct {
	interval time.Duration
	signs    uint64
	silent   int           // looks in a row without a new sign of life
	beat     time.Duration // the heartbeat that was unacknowledged at the last look
	overdue  int           // looks with the same one
	skew     time.Duration // of the wall clock, at the last look
	frames   uint64        // at the last probe
	waited   bool          // whether the reader waited for a message at the last probe
}

// look is called twice in an interval. It reports whether a heartbeat should be sent at once, to get a sign of life.
func (w *watch) look(g glance) (beat bool, err error) {
	switch {
	case g.reading == readingNothing:
		w.signs, w.silent = g.signs, 0
	case g.signs != w.signs:
		w.signs, w.silent = g.signs, 0
		if g.reading == readingHeader {
			w.count(g)
		}
	default:
		w.silent++
		w.count(g)
	}
	jumped := g.wall - g.mono - w.skew
	w.skew += jumped
	if jumped > max(w.interval/2, time.Second) && w.silent < silentLooks-1 {
		w.silent = silentLooks - 1
		return true, nil
	}
	if w.silent >= silentLooks {
		return false, zombie("nothing arrived for %v", time.Duration(w.silent)*w.interval/2)
	}
	return false, nil
}

// count counts the looks with the same unacknowledged heartbeat.
func (w *watch) count(g glance) {
	if g.beat == 0 || g.beat != w.beat {
		w.beat, w.overdue = g.beat, 0
		return
	}
	w.overdue++
}

// pause is how long the server must have nothing to send for a missing acknowledgement to count; 0 while none is overdue.
func (w *watch) pause() time.Duration {
	switch {
	case w.overdue >= hopelessLooks:
		return w.interval / 40
	case w.overdue >= overdueLooks:
		return w.interval / 4
	}
	return 0
}

// probe is called every pause.
func (w *watch) probe(g glance) error {
	waits := g.reading == readingHeader
	idle := waits && w.waited && g.frames == w.frames
	w.waited, w.frames = waits, g.frames
	if idle && g.beat != 0 && g.beat == w.beat {
		return zombie("no acknowledgement for %v", g.mono-g.beat)
	}
	return nil
}

func zombie(format string, after time.Duration) error {
	return &CloseError{
		Code: types.CloseCodeAbnormalClosure,
		Err:  errors.Join(ErrZombie, fmt.Errorf("gateway: "+format, after)),
	}
}
