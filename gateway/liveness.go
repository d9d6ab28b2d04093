package gateway

import (
	"errors"
	"fmt"
	"time"

	"github.com/chorus-go/chorus/types"
)

// What the watch takes for death, in looks, of which there are two in a heartbeat interval.
const (
	silentLooks  = 3 // without a sign of life
	overdueLooks = 4 // with the same heartbeat unacknowledged; it probes then
)

// What it takes for death in probes, of which there are forty in an interval.
const (
	probesPerInterval = 40
	stillProbes       = 10       // in a row without a message
	round             = 20       // after so many the watch judges
	idleProbes        = 15       // of a round that found the reader waiting for the next message
	largeMessage      = 16 << 10 // on average, in bytes: what the acknowledgement may well be behind
)

// reading is what the reader is doing.
type reading int32

const (
	readingNothing reading = iota // it delivers, runs observers for a moment, or waits for room in a queue
	readingHeader                 // it waits for the next message to begin
	readingMessage                // it waits for the rest of a message
)

// glance is what the watch sees of a socket.
type glance struct {
	mono, wall time.Duration // since the socket was opened, by either clock
	signs      uint64        // of life: how often something was read
	frames     uint64        // messages that were read whole
	payload    uint64        // the bytes in them
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
		payload: s.c.counts.payload.Load(),
		reading: reading(s.reading.Load()),
		beat:    time.Duration(s.beatAt.Load()),
	}
}

// watch tells a live server from a dead one. It counts looks and not time, so that a process that was stopped or starved
// does not take its own absence for the server's.
//
//   - Whatever arrives, also a part of a message, is a sign of life; three looks without one are death. Looks during which
//     the reader did not read, because a full queue holds it or observers run in it, do not count.
//   - An acknowledgement that is missing for two intervals is death if it cannot be on its way any more. It comes in
//     order: after a long time without reading or on a slow line it may well be behind what was sent before it. So looks
//     in the middle of a message do not count, and once it is overdue the watch probes forty times in an interval: it
//     is death when no message comes for a quarter of an interval, and when the reader waits for the next message most of
//     the time while small ones come: then the line is not what holds the acknowledgement up.
//   - When the machine was suspended, which the wall clock tells, the next look decides.
type watch struct {
	interval time.Duration
	signs    uint64
	silent   int           // looks in a row without a new sign of life
	beat     time.Duration // the heartbeat that was unacknowledged at the last look
	overdue  int           // looks with the same one
	skew     time.Duration // of the wall clock, at the last look
	probes                 // of the acknowledgement that is overdue
}

// probes is what the watch has seen between two looks.
type probes struct {
	frames uint64 // at the last probe
	waited bool   // whether the reader waited for a message then
	still  int    // in a row without a message
	made   int    // in this round
	idle   int    // of them, in which the reader waited for the next message
	first  glance // of this round
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
		w.beat, w.overdue, w.probes = g.beat, 0, probes{}
		return
	}
	w.overdue++
}

// pause is the time between two probes; 0 while no acknowledgement is overdue.
func (w *watch) pause() time.Duration {
	if w.overdue < overdueLooks {
		return 0
	}
	return w.interval / probesPerInterval
}

// probe is called every pause.
func (w *watch) probe(g glance) error {
	if g.beat == 0 || g.beat != w.beat {
		w.probes = probes{}
		return nil
	}
	waits := g.reading == readingHeader
	if waits && w.waited && g.frames == w.frames {
		w.still++
	} else {
		w.still = 0
	}
	w.waited, w.frames = waits, g.frames
	if w.made == 0 {
		w.first = g
	}
	w.made++
	if waits {
		w.idle++
	}
	idle := false
	if w.made == round {
		idle = w.idle >= idleProbes && g.payload-w.first.payload < largeMessage*max(g.frames-w.first.frames, 1)
		w.made, w.idle = 0, 0
	}
	if w.still >= stillProbes || idle {
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
