package gateway

import "strconv"

// State is where a connection is in its life.
type State int32

// The states, in the order in which a connection goes through them.
const (
	StateConnecting  State = iota // dialling, or waiting for HELLO
	StateConnected                // HELLO has arrived and the heart beats: Identify may be sent
	StateIdentifying              // Identify was written
	StateReady                    // READY has arrived
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
