package pubsub

import (
	"sync"

	"github.com/chorus-go/chorus/types"
)

// The bounds of a replay buffer for which [StateOptions] say nothing.
const (
	// DefaultReplayEvents is how many events a state keeps.
	DefaultReplayEvents = 250
	// DefaultReplayBytes is how many bytes of payloads a state keeps, of those whose size is known (see [Sized]).
	DefaultReplayBytes = 4 << 20
)

// StateOptions are what a [State] begins with.
type StateOptions struct {
	SessionID string          // the session_id of READY; required
	UserID    types.Snowflake // whose session it is
	Shard     Shard           // as in Identify; the zero value is the only shard

	// Sink takes the events to the client. While it is nil the state is detached: events get their sequence and are kept
	// for a resume.
	Sink Sink

	// Prepare may change an event for this state, or refuse it by returning false, before it gets a sequence: here intents
	// are looked at, and here a group DM loses the recipient to whom it is shown. It is called without locks, one event
	// after the other, in their order. It must not change the payload itself, which others get as well. Nil lets
	// everything pass.
	Prepare func(Event) (Event, bool)

	ReplayEvents int // how many events are kept for a resume; 0 is DefaultReplayEvents, negative keeps none
	ReplayBytes  int // how many bytes of payloads are kept; 0 is DefaultReplayBytes
}

// State is one identified session: a user, a shard, a sequence and a replay buffer. It lives on when its socket is lost,
// until it is removed from its [StateManager]. All methods are safe from any goroutine.
//
// A state has one queue. Events get their sequence, and reach the sink, in the order in which they were dispatched to
// it, whatever channel they came through. They are taken from the queue by whoever dispatches; if somebody does so
// already, a further call leaves its event in the queue and returns. So a sink that dispatches to its own state does not
// deadlock, and the events of that call follow the one it is about.
type State struct {
	id      string
	user    types.Snowflake
	shard   Shard
	prepare func(Event) (Event, bool)

	mu       sync.Mutex // held for bookkeeping only, never while Sink or Prepare run
	sink     Sink
	queue    stateQueue
	replay   []Event // what a resume repeats; goes before anything new
	sequence int64
	buffer   replayBuffer
}

// NewState returns a state that has sent nothing. It is found by nobody until it is inserted into a [StateManager]. The
// error is [ErrUnknownSession] for an empty session id and a *[ShardError] for a shard that there cannot be.
func NewState(o StateOptions) (*State, error) {
	if o.SessionID == "" {
		return nil, ErrUnknownSession
	}
	if !o.Shard.valid() {
		return nil, &ShardError{SessionID: o.SessionID, Shard: o.Shard}
	}
	o.Shard.Count = max(o.Shard.Count, 1)
	if o.ReplayEvents == 0 {
		o.ReplayEvents = DefaultReplayEvents
	}
	if o.ReplayBytes == 0 {
		o.ReplayBytes = DefaultReplayBytes
	}
	return &State{
		id:      o.SessionID,
		user:    o.UserID,
		shard:   o.Shard,
		prepare: o.Prepare,
		sink:    o.Sink,
		buffer:  replayBuffer{maxEvents: o.ReplayEvents, maxBytes: o.ReplayBytes},
	}, nil
}

// SessionID returns the id of the session.
func (s *State) SessionID() string { return s.id }

// UserID returns whose session it is.
func (s *State) UserID() types.Snowflake { return s.user }

// Shard returns the shard of the session; its Count is at least 1.
func (s *State) Shard() Shard { return s.shard }

// Holds says whether the events of a guild belong to the session's shard.
func (s *State) Holds(guild types.Snowflake) bool { return s.shard.Holds(guild) }

// Sequence returns the sequence of the last event that was handed to the sink or, without one, kept for it.
func (s *State) Sequence() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sequence
}

// Attached says whether there is a sink.
func (s *State) Attached() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sink != nil
}

// Dispatch sends an event to this session alone. The error is what the sink returned or panicked with, a *[StateError]
// or several, joined. It covers everything that this call took from the queue: that can be events of others, and when
// somebody else is at the queue, Dispatch returns nil and they get the error. The event is kept for a resume whether it
// failed or not.
func (s *State) Dispatch(eventType string, payload any) error {
	s.enqueue(Event{Type: eventType, Payload: payload})
	return join(s.flush())
}

// Detach takes the sink away, as when the socket is lost. What is dispatched from now on is kept for a resume. A call of
// the sink that has begun goes on.
func (s *State) Detach() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sink = nil
}

// Resume gives the state another sink, hands it all that follows the sequence that the client has received, and then
// what is new, without a gap and without anything twice. It returns how many events are repeated. The error is a
// *[ResumeError], on which nothing has changed, or that of the new sink, as of Dispatch.
func (s *State) Resume(sequence int64, sink Sink) (int, error) {
	s.mu.Lock()
	if err := s.reach(sequence); err != nil {
		s.mu.Unlock()
		return 0, err
	}
	s.replay = s.buffer.after(sequence, s.sequence)
	s.sink = sink
	n := len(s.replay)
	s.mu.Unlock()
	return n, join(s.flush())
}

// Replay returns what a resume from that sequence would repeat, and changes nothing. The error is a *[ResumeError].
func (s *State) Replay(sequence int64) ([]Event, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.reach(sequence); err != nil {
		return nil, err
	}
	return s.buffer.after(sequence, s.sequence), nil
}

// reach returns why what follows a sequence cannot be repeated. It is called with the lock held.
func (s *State) reach(sequence int64) error {
	oldest := s.buffer.oldest(s.sequence)
	err := &ResumeError{SessionID: s.id, Sequence: sequence, Oldest: oldest, Newest: s.sequence}
	switch {
	case sequence > s.sequence:
		err.Err = ErrNotSent
	case sequence < oldest-1:
		err.Err = ErrTooOld
	default:
		return nil
	}
	return err
}
