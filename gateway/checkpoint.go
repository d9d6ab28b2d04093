package gateway

import "sync"

// Checkpoint says which dispatches count as received when a session is kept by Suspend or a SessionStore: a resume
// replays those after the last one that counts. A handle's own resumes are not concerned; they go on after what arrived.
type Checkpoint uint8

const (
	// CheckpointReceived counts what has arrived. Events whose observers had not returned when the process ended in an
	// unforeseen way are not seen again.
	CheckpointReceived Checkpoint = iota

	// CheckpointObserved counts what all of its observers have returned from, those on queues of their own included, and
	// everything before it. So a crash loses no event: an event whose observer had not returned is replayed to the
	// process that resumes, and events after it that were observed already are then observed twice.
	CheckpointObserved
)

// marks keeps the highest sequence number up to which all observers have returned. The zero value has none.
type marks struct {
	mu       sync.Mutex // held to mark
	pending  []*mark    // in the order of arrival; the first is not done
	observed int64
	any      bool
	frozen   bool // what is returned from counts no longer
}

// mark is one dispatch on its way to its observers.
type mark struct {
	sequence int64
	done     bool
}

// begin forgets what belongs to an earlier session. The marks of that count for nothing any more.
func (m *marks) begin(sequence int64, any bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.frozen {
		return
	}
	m.pending, m.observed, m.any = nil, sequence, any
}

// add notes a dispatch whose observers are about to be called.
func (m *marks) add(sequence int64) *mark {
	m.mu.Lock()
	defer m.mu.Unlock()
	entry := &mark{sequence: sequence}
	if !m.frozen {
		m.pending = append(m.pending, entry)
	}
	return entry
}

// freeze keeps the number as it is. Nobody observes what queues drop from then on, and an observer that returns may do
// so because its context has ended.
func (m *marks) freeze() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.pending, m.frozen = nil, true
}

// done notes that all observers of a dispatch have returned.
func (m *marks) done(entry *mark) {
	m.mu.Lock()
	defer m.mu.Unlock()
	entry.done = true
	for len(m.pending) > 0 && m.pending[0].done {
		if first := m.pending[0].sequence; !m.any || first > m.observed {
			m.observed, m.any = first, true
		}
		m.pending[0] = nil
		m.pending = m.pending[1:]
	}
}

// last returns the number up to which everything was observed, if there is one.
func (m *marks) last() (int64, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.observed, m.any
}
