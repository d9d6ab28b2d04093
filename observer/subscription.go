package observer

import "sync/atomic"

// Subscription is one observer's place at one publisher.
type Subscription struct {
	gone     atomic.Bool
	from     *hub
	observer any // for its name
}

// Unsubscribe ends the subscription: after it returned no new call of the observer starts, neither for events published
// later nor for those that are queued. A call that is being made meanwhile goes on; Unsubscribe does not wait for it,
// so the observer itself may unsubscribe. Unsubscribing again, or a nil or zero Subscription, does nothing.
func (s *Subscription) Unsubscribe() {
	if s == nil || s.gone.Swap(true) || s.from == nil {
		return
	}
	s.from.remove(s)
}
