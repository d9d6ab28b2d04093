package pubsub

// Backend is one kind of channel, such as guild or user: it knows who gets what is dispatched to a key. Embed [Base], or
// [WithSubscribers] if it keeps a list of subscribers, and only Dispatch is left to write. [Register] gives it to an
// [EventDispatcher].
type Backend[K comparable] interface {
	// Name is what the dispatcher knows the backend by. It is always the same.
	Name() string

	// Dispatch sends an event to everybody whom the key concerns and the filter accepts, and returns the states that have
	// it, in the order of delivery. The error, a *[DispatchError], says which others failed; it never keeps an event from
	// anybody else. Dispatch is called without locks and from any goroutine; what it has put into the states' queues when
	// it returns comes before what is dispatched after.
	Dispatch(key K, event Event, filter Filter) ([]*State, error)
}

// Subscribing is a [Backend] that keeps subscribers, as the dispatcher sees it: the type of the subscribers is checked
// when it runs. [WithSubscribers] has these methods.
type Subscribing[K comparable] interface {
	Backend[K]

	// Subscribe adds a subscriber to a key. One who is there already is not added again. The error is a *[TypeError] for a
	// subscriber of another type, or the backend's own refusal.
	Subscribe(key K, subscriber any) error

	// Unsubscribe takes a subscriber off a key. One who is not there is no error; one of another type is a *[TypeError].
	Unsubscribe(key K, subscriber any) error

	// Reset takes all subscribers off a key.
	Reset(key K)

	// Remove forgets a key, as when what it stands for is deleted.
	Remove(key K)
}

// Base is what every backend needs: its name, the type of its keys, and the states. Embed it and write Dispatch. Make it
// with [NewBase].
type Base[K comparable] struct {
	name   string
	states *StateManager
}

// NewBase returns the base of a backend with that name, whose events go to states of that manager.
func NewBase[K comparable](name string, states *StateManager) Base[K] {
	return Base[K]{name: name, states: states}
}

// Name returns the name of the backend.
func (b *Base[K]) Name() string { return b.name }

// States returns the manager whose states the backend reaches.
func (b *Base[K]) States() *StateManager { return b.states }

// DispatchStates sends an event to those of the states that the filter accepts, in their order. A state that fails, by an
// error or a panic of its sink, does not keep the event from the others. It returns the states that have the event, and
// a *[DispatchError] if there are others.
func (b *Base[K]) DispatchStates(states []*State, event Event, filter Filter) ([]*State, error) {
	return dispatchStates(b.name, states, event, filter)
}

// dispatchStates is the loop of all backends.
func dispatchStates(name string, states []*State, event Event, filter Filter) ([]*State, error) {
	reached := make([]*State, 0, len(states))
	var failed []*StateError
	for _, s := range states {
		if !filter.Accepts(s) {
			continue
		}
		s.enqueue(event)
		failures := s.flush()
		if len(failures) == 0 {
			reached = append(reached, s)
		}
		failed = append(failed, failures...)
	}
	return reached, dispatchError(name, failed)
}

// dispatchError returns the error of what has failed, nil if nothing has.
func dispatchError(name string, failed []*StateError) error {
	if len(failed) == 0 {
		return nil
	}
	return &DispatchError{Backend: name, Failed: failed}
}
