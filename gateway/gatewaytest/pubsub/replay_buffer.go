package pubsub

// replayBuffer keeps the last events of a state, as many as its bounds allow. Their sequences follow one another.
type replayBuffer struct {
	events    []Event
	start     int // of the first event that is kept
	bytes     int
	maxEvents int
	maxBytes  int
}

// add keeps an event and forgets the oldest ones that are too much.
func (b *replayBuffer) add(event Event) {
	if b.maxEvents <= 0 {
		return
	}
	b.events = append(b.events, event)
	b.bytes += event.size()
	for b.start < len(b.events) && (len(b.events)-b.start > b.maxEvents || b.bytes > b.maxBytes) {
		b.bytes -= b.events[b.start].size()
		b.events[b.start] = Event{}
		b.start++
	}
	// Moving down only when half is unused makes the cost of each event constant.
	if b.start > len(b.events)/2 {
		n := copy(b.events, b.events[b.start:])
		clear(b.events[n:])
		b.events, b.start = b.events[:n], 0
	}
}

// oldest returns the first sequence that is kept, or the one after newest when there is none.
func (b *replayBuffer) oldest(newest int64) int64 {
	if b.start == len(b.events) {
		return newest + 1
	}
	return b.events[b.start].Sequence
}

// after returns a copy of what follows a sequence, which must be in reach.
func (b *replayBuffer) after(sequence, newest int64) []Event {
	skip := b.start + int(sequence+1-b.oldest(newest))
	return append([]Event(nil), b.events[skip:]...)
}
