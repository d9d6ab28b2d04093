package gateway

import (
	"errors"
	"strconv"
	"time"
)

// State is where a connection is in its life.
type State int32

// The states, in the order in which a connection goes through them.
const (
	StateConnecting   State = iota // dialling, or waiting for HELLO
	StateConnected                 // HELLO has arrived and the heart beats: Identify may be sent, or follows by itself
	StateIdentifying               // Identify was sent
	StateResuming                  // Resume was sent; what was missed may be arriving
	StateReady                     // READY or RESUMED has arrived
	StateReconnecting              // the socket is lost or given up; another follows
	StateClosing                   // the handle ends; observers are given what had arrived
	StateClosed                    // the end
)

// String returns the state's name in lower case.
func (s State) String() string {
	names := [...]string{"connecting", "connected", "identifying", "resuming", "ready", "reconnecting", "closing", "closed"}
	if s < 0 || int(s) >= len(names) {
		return "State(" + strconv.Itoa(int(s)) + ")"
	}
	return names[s]
}

// state is what a phase looks like from outside.
func (p phase) state() State {
	switch p {
	case phaseConnected, phasePausing:
		return StateConnected
	case phaseIdentifying:
		return StateIdentifying
	case phaseResuming:
		return StateResuming
	case phaseReady:
		return StateReady
	case phaseWaiting, phaseLeaving:
		return StateReconnecting
	case phaseEnded:
		return StateClosing
	}
	return StateConnecting
}

// enter moves the connection to a state and publishes the change, which tells the reason and what follows. A loss of
// the session and a wait are told also when the state stays the same. From closing there is only one way.
func (c *connection) enter(to State, change LifecycleChange) {
	c.lifecycle.Lock()
	defer c.lifecycle.Unlock()
	from := State(c.state.Load())
	_, loss := errors.AsType[*SessionLostError](change.Reason)
	if from == to && !loss && change.Delay == 0 || from >= StateClosing && to != StateClosed {
		return
	}
	c.state.Store(int32(to))
	if c.events.Lifecycle.Observed() {
		change.From, change.To, change.Time = from, to, time.Now()
		n := &notice{Context: c.life, connection: c}
		c.announce(n, func() { _ = c.events.Lifecycle.Publish(n, &change) })
	}
}
