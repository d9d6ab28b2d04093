package observer

// Option is an option of [Publisher.Subscribe]. A nil one is none.
//
// [Inline], [On] and [Concurrent] say where the calls of the subscription run. Without one of them they run where the
// publish says, which for the events of a gateway handle is the handle's queue.
//
// [Inline] excludes [On] and [Concurrent]: the one given last counts. On and Concurrent together are a queue of the
// subscription's own that runs n calls at once and has the bounds and the policy of the queue given.
type Option func(*settings)

// settings is what the options of one subscription add up to.
type settings struct {
	place   place
	queue   *Queue
	workers int
	name    string
}

// On runs the observer on q, one call at a time and in order with everything else on q. A nil q is no option.
func On(q *Queue) Option {
	return func(s *settings) {
		if q.usable() {
			s.place, s.queue = placeQueued, q
		}
	}
}

// Concurrent runs up to n calls of the observer at once, in goroutines of their own. Calls start in the order of the
// events. The subscription gets a [Block] queue of 1,024 events; for other bounds subscribe with [On] and a queue made
// with [Workers]. n below 1 counts as 1: a queue of the subscription's own.
func Concurrent(n int) Option {
	return func(s *settings) { s.place, s.workers = placeQueued, max(n, 1) }
}

// Inline runs the observer in the publishing goroutine, before everything else that is subscribed. For the events of a
// gateway handle that is the goroutine that reads the connection: the observer must not block. It suits caches and
// counters, which every other observer then finds up to date.
func Inline() Option {
	return func(s *settings) { s.place, s.queue, s.workers = placeInline, nil, 0 }
}

// As gives the observer the name that a [Lag] and a [PanicError] call it by, instead of its type or its function's name.
func As(name string) Option {
	return func(s *settings) { s.name = name }
}

func resolve(opts []Option) settings {
	s := settings{place: placeQueued}
	for _, opt := range opts {
		if opt != nil {
			opt(&s)
		}
	}
	if s.workers > 0 {
		s.queue = s.queue.concurrent(s.workers)
	}
	return s
}
