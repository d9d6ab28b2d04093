package pubsub

import "sync"

// lane carries out operations one after the other, in the order in which they came, without holding a lock meanwhile:
// they may call functions of the server's, and those may come back to the lane. Whoever finds it idle works until it is
// empty; others leave their operation and go on. An operation sees what those before it have written.
type lane struct {
	mu    sync.Mutex
	queue []func() []*StateError
	busy  bool
}

// do adds an operation, and returns what failed in those that this call carried out.
func (l *lane) do(operation func() []*StateError) (failed []*StateError) {
	l.mu.Lock()
	l.queue = append(l.queue, operation)
	if l.busy {
		l.mu.Unlock()
		return nil
	}
	l.busy = true
	finished := false
	defer func() {
		if !finished { // a function of the server's panicked or ended its goroutine: the next one takes over
			l.mu.Lock()
			l.busy = false
			l.mu.Unlock()
		}
	}()
	for {
		if len(l.queue) == 0 {
			l.queue, l.busy, finished = nil, false, true
			l.mu.Unlock()
			return failed
		}
		next := l.queue[0]
		l.queue[0] = nil
		l.queue = l.queue[1:]
		l.mu.Unlock()
		failed = append(failed, next()...)
		l.mu.Lock()
	}
}
