package pubsub

import (
	"errors"
	"slices"
	"sync"
)

// EventDispatcher is the one interface between clients and what they can subscribe to. A channel of it is a backend, by
// name, and a key; the type of the key is the backend's and is checked when it is used. [Topic] is the same with types
// that the compiler checks, and the backends have typed methods of their own.
//
// All methods are safe from any goroutine. Of two dispatches that do not overlap, every state gets the first one first,
// whether they are for the same channel or not. Dispatches that overlap, because they are made by several goroutines,
// arrive in either order, and that order can differ from state to state: what must have one order, such as the changes
// of one message, is dispatched by one goroutine after the other. A state has one order in any case, that of its
// sequence.
type EventDispatcher struct {
	mu       sync.RWMutex
	backends map[string]untyped
}

// NewEventDispatcher returns a dispatcher without backends. [Register] adds one, and [NewBackends] adds the six of
// Litecord.
func NewEventDispatcher() *EventDispatcher {
	return &EventDispatcher{backends: make(map[string]untyped)}
}

// register adds a topic.
func (d *EventDispatcher) register(topic untyped) error {
	name := topic.Name()
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.backends[name] != nil {
		return &DuplicateError{Kind: "backend", ID: name}
	}
	d.backends[name] = topic
	return nil
}

// Backends returns the names of the backends, sorted.
func (d *EventDispatcher) Backends() []string {
	d.mu.RLock()
	defer d.mu.RUnlock()
	names := make([]string, 0, len(d.backends))
	for name := range d.backends {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// backend returns the topic of a name.
func (d *EventDispatcher) backend(name string) (untyped, error) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	if topic := d.backends[name]; topic != nil {
		return topic, nil
	}
	return nil, &UnknownBackendError{Backend: name}
}

// channel returns the channel of a backend and a key.
func (d *EventDispatcher) channel(backend string, key any) (channel, error) {
	topic, err := d.backend(backend)
	if err != nil {
		return nil, err
	}
	return topic.keyed(key)
}

// Sub subscribes to a channel: with a session id for guild and channel, with a user's id for friend, and with a
// [ListSubscription] for lazy_guild. The error is an *[UnknownBackendError], a *[TypeError], [ErrNoSubscribers] or the
// backend's refusal.
func (d *EventDispatcher) Sub(backend string, key, subscriber any) error {
	c, err := d.channel(backend, key)
	if err != nil {
		return err
	}
	return c.sub(subscriber)
}

// Unsub ends a subscription. One that there is not is no error. The error is an *[UnknownBackendError], a *[TypeError]
// or [ErrNoSubscribers].
func (d *EventDispatcher) Unsub(backend string, key, subscriber any) error {
	c, err := d.channel(backend, key)
	if err != nil {
		return err
	}
	return c.unsub(subscriber)
}

// Dispatch sends an event to everybody whom a channel concerns and returns the states that have it, in the order of
// delivery. The error is a *[DispatchError] if there are states that failed, an *[UnknownBackendError], or a
// *[TypeError], on which nobody has it.
func (d *EventDispatcher) Dispatch(backend string, key any, eventType string, payload any) ([]*State, error) {
	return d.DispatchFilter(backend, key, nil, eventType, payload)
}

// DispatchFilter is Dispatch to those states only that the filter accepts.
func (d *EventDispatcher) DispatchFilter(
	backend string, key any, filter Filter, eventType string, payload any,
) ([]*State, error) {
	c, err := d.channel(backend, key)
	if err != nil {
		return nil, err
	}
	return c.dispatch(Event{Type: eventType, Payload: payload}, filter)
}

// DispatchMany sends an event to each of several keys of a backend, in their order: a slice of the type of its keys, or
// an []any of such. A state that several of them concern gets it several times. What fails for one key does not keep the
// event from the next; the errors are joined. If one key has the wrong type nobody has the event.
func (d *EventDispatcher) DispatchMany(backend string, keys any, eventType string, payload any) ([]*State, error) {
	topic, err := d.backend(backend)
	if err != nil {
		return nil, err
	}
	channels, err := topic.keyedMany(keys)
	if err != nil {
		return nil, err
	}
	var reached []*State
	var errs []error
	for _, c := range channels {
		states, err := c.dispatch(Event{Type: eventType, Payload: payload}, nil)
		reached = append(reached, states...)
		if err != nil {
			errs = append(errs, err)
		}
	}
	return reached, errors.Join(errs...)
}

// Reset takes all subscribers off a channel. The error is an *[UnknownBackendError], a *[TypeError] or
// [ErrNoSubscribers].
func (d *EventDispatcher) Reset(backend string, key any) error {
	c, err := d.channel(backend, key)
	if err != nil {
		return err
	}
	return c.reset()
}

// Remove forgets a channel, as when what its key stands for is deleted. The error is an *[UnknownBackendError], a
// *[TypeError] or [ErrNoSubscribers].
func (d *EventDispatcher) Remove(backend string, key any) error {
	c, err := d.channel(backend, key)
	if err != nil {
		return err
	}
	return c.remove()
}
