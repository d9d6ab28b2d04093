package gateway

import (
	"sync/atomic"
	"time"
)

// LimitStats counts what rate limits have done to the sends of a handle, through all its connections.
type LimitStats struct {
	Waiting    int           // sends that wait now
	Waits      uint64        // sends that had to wait, those that wait now among them
	Waited     time.Duration // for how long they did, all together, whatever came of them; without those that wait now
	Superseded uint64        // presences that were never written because a newer one took their place
	Refused    uint64        // RATE_LIMITED events of the server
}

// limitCounts is what LimitStats is read from.
type limitCounts struct {
	waiting    atomic.Int64
	waits      atomic.Uint64
	waited     atomic.Int64 // nanoseconds
	superseded atomic.Uint64
	refused    atomic.Uint64
}

// stats returns the counts. It takes no lock.
func (l *limiter) stats() LimitStats {
	return LimitStats{
		Waiting:    int(l.counts.waiting.Load()),
		Waits:      l.counts.waits.Load(),
		Waited:     time.Duration(l.counts.waited.Load()),
		Superseded: l.counts.superseded.Load(),
		Refused:    l.counts.refused.Load(),
	}
}
