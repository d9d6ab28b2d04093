package pubsub

import "encoding/json"

// Event is what is published: a type and a payload. A payload is handed to every state it is for, and kept by their
// replay buffers, so nobody may change it once it is dispatched.
type Event struct {
	Sequence int64  // the number that one state gave it, the s of the wire; 0 until then
	Type     string // such as MESSAGE_CREATE, the t of the wire
	Payload  any    // the d of the wire, encoded or not: this package does not look into it

	encoding *encoding // of a shared event, see Shared
}

// Sized is a payload that knows how many bytes it takes, for [StateOptions].ReplayBytes. Payloads of the types []byte,
// json.RawMessage and string need not implement it; others that do not count as nothing.
type Sized interface {
	// Size returns the bytes of the payload. It is called once for each state, with the state locked: it must be quick
	// and must not call the state.
	Size() int
}

// size returns what an event counts against ReplayBytes.
func (e Event) size() int {
	switch p := e.Payload.(type) {
	case []byte:
		return len(p)
	case json.RawMessage:
		return len(p)
	case string:
		return len(p)
	case Sized:
		return p.Size()
	}
	return 0
}

// Filter says whether a state is to get an event. It is called without locks, once for each state, in the order of
// delivery. The nil filter lets every state have it.
type Filter func(*State) bool

// Accepts is the filter's answer for a state, true for the nil filter.
func (f Filter) Accepts(s *State) bool { return f == nil || f(s) }

// Sink takes an event of one state to its client; a server supplies it. The events of a state arrive one after the
// other, in the order of their sequence, and no lock is held: a sink may call anything in this package. It should hand
// the event to a queue and return, because all other events of the state wait for it.
type Sink func(Event) error
