package pubsub

import "errors"

// Topic is a backend in a dispatcher, with its key's type: the front end that the compiler checks. [Register] returns
// it, and [EventDispatcher] does the same by name. It is a value that may be copied.
type Topic[K comparable] struct {
	backend Backend[K]
}

// Register makes a backend known to a dispatcher by its name. The error is a *[DuplicateError] when the name is taken.
func Register[K comparable](d *EventDispatcher, backend Backend[K]) (Topic[K], error) {
	topic := Topic[K]{backend: backend}
	return topic, d.register(topic)
}

// Name returns the name of the backend.
func (t Topic[K]) Name() string { return t.backend.Name() }

// Dispatch sends an event to everybody whom a key concerns. What is returned is as of [Backend].Dispatch.
func (t Topic[K]) Dispatch(key K, eventType string, payload any) ([]*State, error) {
	return t.backend.Dispatch(key, Event{Type: eventType, Payload: payload}, nil)
}

// DispatchFilter sends an event to those of whom a key concerns that the filter accepts.
func (t Topic[K]) DispatchFilter(key K, filter Filter, eventType string, payload any) ([]*State, error) {
	return t.backend.Dispatch(key, Event{Type: eventType, Payload: payload}, filter)
}

// DispatchMany sends an event to each of several keys, in their order. A state that several of them concern gets it
// several times. What fails for one key does not keep the event from the next; the errors are joined. The states are
// those of all keys, in the order of delivery.
func (t Topic[K]) DispatchMany(keys []K, eventType string, payload any) ([]*State, error) {
	var reached []*State
	var errs []error
	for _, key := range keys {
		states, err := t.Dispatch(key, eventType, payload)
		reached = append(reached, states...)
		if err != nil {
			errs = append(errs, err)
		}
	}
	return reached, errors.Join(errs...)
}

// Sub adds a subscriber to a key. The error is [ErrNoSubscribers], a *[TypeError] or the backend's own refusal.
func (t Topic[K]) Sub(key K, subscriber any) error {
	b, ok := t.backend.(Subscribing[K])
	if !ok {
		return ErrNoSubscribers
	}
	return b.Subscribe(key, subscriber)
}

// Unsub takes a subscriber off a key. The error is [ErrNoSubscribers] or a *[TypeError].
func (t Topic[K]) Unsub(key K, subscriber any) error {
	b, ok := t.backend.(Subscribing[K])
	if !ok {
		return ErrNoSubscribers
	}
	return b.Unsubscribe(key, subscriber)
}

// Reset takes all subscribers off a key. The error is [ErrNoSubscribers].
func (t Topic[K]) Reset(key K) error {
	b, ok := t.backend.(Subscribing[K])
	if !ok {
		return ErrNoSubscribers
	}
	b.Reset(key)
	return nil
}

// Remove forgets a key. The error is [ErrNoSubscribers].
func (t Topic[K]) Remove(key K) error {
	b, ok := t.backend.(Subscribing[K])
	if !ok {
		return ErrNoSubscribers
	}
	b.Remove(key)
	return nil
}

// untyped is a topic whose key has no type, for calls by name.
type untyped interface {
	Name() string
	keyed(key any) (channel, error)
	keyedMany(keys any) ([]channel, error)
}

// channel is a topic with a key.
type channel interface {
	dispatch(event Event, filter Filter) ([]*State, error)
	sub(subscriber any) error
	unsub(subscriber any) error
	reset() error
	remove() error
}

// channelOf is the channel of a typed key.
type channelOf[K comparable] struct {
	Topic[K]
	key K
}

func (t Topic[K]) keyed(key any) (channel, error) {
	k, err := as[K](t.Name(), "key", key)
	if err != nil {
		return nil, err
	}
	return channelOf[K]{t, k}, nil
}

func (t Topic[K]) keyedMany(keys any) ([]channel, error) {
	if anys, ok := keys.([]any); ok {
		channels := make([]channel, len(anys))
		for i, key := range anys {
			c, err := t.keyed(key)
			if err != nil {
				return nil, err
			}
			channels[i] = c
		}
		return channels, nil
	}
	ks, err := as[[]K](t.Name(), "keys", keys)
	if err != nil {
		return nil, err
	}
	channels := make([]channel, len(ks))
	for i, k := range ks {
		channels[i] = channelOf[K]{t, k}
	}
	return channels, nil
}

func (c channelOf[K]) dispatch(event Event, filter Filter) ([]*State, error) {
	return c.backend.Dispatch(c.key, event, filter)
}

func (c channelOf[K]) sub(subscriber any) error   { return c.Sub(c.key, subscriber) }
func (c channelOf[K]) unsub(subscriber any) error { return c.Unsub(c.key, subscriber) }
func (c channelOf[K]) reset() error               { return c.Reset(c.key) }
func (c channelOf[K]) remove() error              { return c.Remove(c.key) }
