package gateway

import (
	"time"

	"github.com/chorus-go/chorus/observer"
)

// Stats is a picture of a connection at one moment.
type Stats struct {
	State   State          // of the handle
	Latency time.Duration  // of the last acknowledged heartbeat, 0 before there is one
	Frames  uint64         // websocket messages read
	Queue   observer.Stats // of the handle's queue
}

// Stats returns what the connection counts. It is cheap and never waits for an observer or the network. The zero
// handle has zero counts and StateClosed.
func (h GatewayHandle) Stats() Stats {
	c := h.connection
	if c == nil {
		return Stats{State: StateClosed}
	}
	return Stats{State: h.State(), Latency: h.Latency(), Frames: c.socket.frames.Load(), Queue: c.queue.Stats()}
}
