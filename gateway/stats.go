package gateway

import (
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/chorus-go/chorus/observer"
)

// latencies is how many measurements Stats keeps.
const latencies = 32

// Stats is a picture of a handle at one moment. What is counted is counted over all sockets of its life.
type Stats struct {
	State  State         // where the handle is in its life
	Uptime time.Duration // since the session began or was resumed; 0 without one

	Latency   time.Duration   // of the last acknowledged heartbeat, 0 before there is one
	Latencies []time.Duration // of the last 32 acknowledged heartbeats, the oldest first

	Frames       uint64 // websocket messages read
	Dispatches   uint64 // events that arrived, observed or not
	DecodeErrors uint64 // events and payloads that could not be understood
	WireBytes    uint64 // of the messages read, as they came
	PayloadBytes uint64 // of what was in them, after decompression
	SentFrames   uint64 // payloads written, heartbeats included
	SentBytes    uint64 // of these

	Queue  observer.Stats // of the handle's queue, with its depth and highest mark
	Limits LimitStats     // what rate limits have done to sends

	Reconnects Reconnects // why sockets were given up or lost
}

// Reconnects counts why sockets were given up or lost.
type Reconnects struct {
	Resumed   uint64 // RESUMED
	Sessions  uint64 // READY, the first included
	Requested uint64 // the server asked for it (opcode 7)
	Invalid   uint64 // the server refused the session (opcode 9)
	Closed    uint64 // the server sent a close frame
	Lost      uint64 // the socket was lost without one
	Zombie    uint64 // the server fell silent
	Dials     uint64 // dials that failed
	Late      uint64 // a stage of the handshake took too long
}

// Stats returns what the handle counts. It is cheap and never waits for an observer or the network. The zero
// handle has zero counts and StateClosed.
func (h GatewayHandle) Stats() Stats {
	c := h.connection
	if c == nil {
		return Stats{State: StateClosed}
	}
	stats := c.counts.stats()
	stats.State, stats.Queue, stats.Limits = h.State(), c.queue.Stats(), c.limiter.stats()
	if since := c.counts.readyAt.Load(); since != 0 && stats.State == StateReady {
		stats.Uptime = time.Since(c.born) - time.Duration(since-1) // 0 is none
	}
	return stats
}

// counts is what a connection counts. The reader, those who send and the supervisor each have their own part.
type counts struct {
	frames, dispatches, decodeErrors, wire, payload atomic.Uint64
	sentFrames, sentBytes                           atomic.Uint64
	readyAt                                         atomic.Int64 // since born; 0 before

	mu         sync.Mutex // guards the rest; held to copy it
	history    [latencies]time.Duration
	measured   int
	reconnects Reconnects
}

func (n *counts) stats() Stats {
	n.mu.Lock()
	defer n.mu.Unlock()
	s := Stats{
		Frames: n.frames.Load(), Dispatches: n.dispatches.Load(), DecodeErrors: n.decodeErrors.Load(),
		WireBytes: n.wire.Load(), PayloadBytes: n.payload.Load(),
		SentFrames: n.sentFrames.Load(), SentBytes: n.sentBytes.Load(),
		Reconnects: n.reconnects,
	}
	for i := max(0, n.measured-latencies); i < n.measured; i++ {
		s.Latency = n.history[i%latencies]
		s.Latencies = append(s.Latencies, s.Latency)
	}
	return s
}

// acknowledged notes how long the server took to acknowledge a heartbeat.
func (n *counts) acknowledged(latency time.Duration) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.history[n.measured%latencies] = latency
	n.measured++
}

// last is the latest of the measurements.
func (n *counts) last() time.Duration {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.measured == 0 {
		return 0
	}
	return n.history[(n.measured-1)%latencies]
}

// signal counts what a signal says about the connection.
func (n *counts) signal(s signal) {
	n.mu.Lock()
	defer n.mu.Unlock()
	r := &n.reconnects
	switch s.kind {
	case signalResumed:
		r.Resumed++
	case signalReady:
		r.Sessions++
	case signalReconnect:
		r.Requested++
	case signalInvalid:
		r.Invalid++
	case signalDialFailed:
		r.Dials++
	case signalDeadline:
		r.Late++
	case signalLost:
		switch {
		case errors.Is(s.err, ErrZombie):
			r.Zombie++
		case s.framed:
			r.Closed++
		default:
			r.Lost++
		}
	}
}
