package gateway

import (
	"strconv"
	"time"
)

// State is where a connection is in its life.
type State int32

// The states, in the order in which a connection goes through them.
const (
	StateConnecting  State = iota // dialling, or waiting for HELLO
	StateConnected                // HELLO has arrived and the heart beats: Identify may be sent
	StateIdentifying              // Identify or Resume was written
	StateReady                    // READY or RESUMED has arrived
	StateClosing                  // the socket has ended or is being closed; observers are given what had arrived
	StateClosed                   // the end
)

// String returns the state's name in lower case.
func (s State) String() string {
	names := [...]string{"connecting", "connected", "identifying", "ready", "closing", "closed"}
	if s < 0 || int(s) >= len(names) {
		return "State(" + strconv.Itoa(int(s)) + ")"
	}
	return names[s]
}

// enter moves the connection to a state and publishes the change. From closing there is only one way.
func (c *connection) enter(to State, reason error) {
	c.advance(func(from State) bool { return from != to && (from < StateClosing || to == StateClosed) }, to, reason)
}

// enterFrom moves the connection from one state to another, and reports whether it was in the first.
func (c *connection) enterFrom(from, to State, reason error) bool {
	return c.advance(func(state State) bool { return state == from }, to, reason)
}

func (c *connection) advance(allowed func(from State) bool, to State, reason error) bool {
	c.lifecycle.Lock()
	defer c.lifecycle.Unlock()
	from := State(c.state.Load())
	if !allowed(from) {
		return false
	}
	c.state.Store(int32(to))
	if c.events.Lifecycle.Observed() {
		change := &LifecycleChange{From: from, To: to, Reason: reason, Time: time.Now()}
		n := &notice{Context: c.life, connection: c}
		c.announce(n, func() { _ = c.events.Lifecycle.Publish(n, change) })
	}
	return true
}
