package pubsub

import (
	"reflect"
	"sync"
)

// WithSubscribers is a [Base] that keeps, for each key, a list of subscribers in the order in which they came: session
// ids, user ids, or whatever the backend then makes states of. Embed it and write Dispatch. Make it with
// [NewWithSubscribers]. All methods are safe from any goroutine.
type WithSubscribers[K, S comparable] struct {
	Base[K] // its name and the states
	admit   func(K, S) error

	mu   sync.Mutex
	keys map[K]*subscriberList[S]
}

// NewWithSubscribers returns the base of a backend with that name that keeps subscribers. admit may refuse a
// subscription by an error, and is called without locks; nil admits everybody. It is a pointer as it holds a lock.
func NewWithSubscribers[K, S comparable](
	name string, states *StateManager, admit func(key K, subscriber S) error,
) *WithSubscribers[K, S] {
	return &WithSubscribers[K, S]{
		Base:  NewBase[K](name, states),
		admit: admit,
		keys:  make(map[K]*subscriberList[S]),
	}
}

// Sub adds a subscriber to a key. One who is there already keeps the place and gets nothing twice. The error is the
// backend's refusal.
func (w *WithSubscribers[K, S]) Sub(key K, subscriber S) error {
	if w.admit != nil {
		if err := w.admit(key, subscriber); err != nil {
			return err
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	list := w.keys[key]
	if list == nil {
		list = &subscriberList[S]{places: make(map[S]int)}
		w.keys[key] = list
	}
	list.add(subscriber)
	return nil
}

// Unsub takes a subscriber off a key, and returns false for one who was not there. A dispatch that has begun may still
// reach the subscriber.
func (w *WithSubscribers[K, S]) Unsub(key K, subscriber S) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	list := w.keys[key]
	if list == nil || !list.remove(subscriber) {
		return false
	}
	if len(list.places) == 0 {
		delete(w.keys, key)
	}
	return true
}

// Has says whether somebody is subscribed to a key.
func (w *WithSubscribers[K, S]) Has(key K, subscriber S) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	list := w.keys[key]
	return list != nil && list.has(subscriber)
}

// Subscribers returns who is subscribed to a key, in the order in which they came. The slice is shared and read-only.
func (w *WithSubscribers[K, S]) Subscribers(key K) []S {
	w.mu.Lock()
	defer w.mu.Unlock()
	if list := w.keys[key]; list != nil {
		return list.all()
	}
	return nil
}

// Len returns how many are subscribed to a key.
func (w *WithSubscribers[K, S]) Len(key K) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	if list := w.keys[key]; list != nil {
		return len(list.places)
	}
	return 0
}

// Keys returns how many keys have subscribers.
func (w *WithSubscribers[K, S]) Keys() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.keys)
}

// Reset takes all subscribers off a key.
func (w *WithSubscribers[K, S]) Reset(key K) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.keys, key)
}

// Remove forgets a key. As a key is nothing but its subscribers here, it is Reset.
func (w *WithSubscribers[K, S]) Remove(key K) { w.Reset(key) }

// Subscribe is Sub for a subscriber whose type is checked now. The error is a *[TypeError] or the backend's refusal.
func (w *WithSubscribers[K, S]) Subscribe(key K, subscriber any) error {
	s, err := as[S](w.name, "subscriber", subscriber)
	if err != nil {
		return err
	}
	return w.Sub(key, s)
}

// Unsubscribe is Unsub for a subscriber whose type is checked now. The error is a *[TypeError].
func (w *WithSubscribers[K, S]) Unsubscribe(key K, subscriber any) error {
	s, err := as[S](w.name, "subscriber", subscriber)
	if err != nil {
		return err
	}
	w.Unsub(key, s)
	return nil
}

// as returns what has the type T, or a *TypeError.
func as[T any](backend, role string, value any) (T, error) {
	t, ok := value.(T)
	if !ok {
		got := "nil"
		if value != nil {
			got = reflect.TypeOf(value).String()
		}
		return t, &TypeError{Backend: backend, Role: role, Want: reflect.TypeFor[T]().String(), Got: got}
	}
	return t, nil
}

// subscriberList is a set that remembers the order in which its members came.
type subscriberList[S comparable] struct {
	places map[S]int // in order
	order  []S       // whoever is not at their place here has gone, or came again later
	gone   int       // how many those are
}

// add puts a subscriber at the end, unless they are in the list.
func (l *subscriberList[S]) add(s S) {
	if _, ok := l.places[s]; ok {
		return
	}
	l.places[s] = len(l.order)
	// What all has returned may share this array, but ends before the new place.
	l.order = append(l.order, s)
}

// remove takes a subscriber out, and returns false if they were not in the list.
func (l *subscriberList[S]) remove(s S) bool {
	if _, ok := l.places[s]; !ok {
		return false
	}
	delete(l.places, s)
	if l.gone++; l.gone > len(l.places)+16 {
		l.all()
	}
	return true
}

// has says whether a subscriber is in the list.
func (l *subscriberList[S]) has(s S) bool {
	_, ok := l.places[s]
	return ok
}

// all returns the list. It does not change afterwards.
func (l *subscriberList[S]) all() []S {
	if l.gone > 0 {
		order := make([]S, 0, len(l.places))
		for i, s := range l.order {
			if place, ok := l.places[s]; ok && place == i {
				l.places[s] = len(order)
				order = append(order, s)
			}
		}
		l.order, l.gone = order, 0
	}
	return l.order[:len(l.order):len(l.order)]
}
