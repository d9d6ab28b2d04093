package observer

// mostCorked is how many events a corked queue holds back.
const mostCorked = 64

// Cork lets events gather until [Queue.Serve] or [Queue.Uncork], so that no goroutine is woken for them, or one for all of
// them and not for each. It is for a publisher that knows that it publishes more at once, and that calls either before it
// waits for anything else; see [Patient] for waits within a publish. A goroutine that delivers already goes on; and no
// more than 64 events, a quarter of the queue's capacity or a quarter of its bytes are held back, nor any while a
// publisher waits for room or [Queue.Wait] waits. A nil or zero Queue, and one that is corked already, stays as it is.
func (q *Queue) Cork() {
	if !q.usable() {
		return
	}
	q.mu.Lock()
	q.corked = true
	q.mu.Unlock()
}

// Uncork has the events delivered that have gathered since [Queue.Cork]. It does nothing to a queue that is not corked.
func (q *Queue) Uncork() {
	if !q.usable() {
		return
	}
	q.mu.Lock()
	q.corked = false
	w := q.begin()
	q.mu.Unlock()
	q.rouse(w)
}

// Serve delivers what waits in the queue in the calling goroutine, until nothing does, and reports whether there was
// anything. With several [Workers] others help. It does nothing while another goroutine delivers, and leaves the queue
// corked if it is. It is for a publisher that has nothing else to do. How long the observers take is theirs to decide;
// when one of them ends the goroutine, another goroutine goes on. A nil or zero Queue has nothing to deliver.
func (q *Queue) Serve() bool {
	if !q.usable() {
		return false
	}
	q.mu.Lock()
	w := q.begin()
	q.mu.Unlock()
	if w == nil {
		return false
	}
	w.work()
	return true
}

// holdsBack says whether a corked queue leaves its events where they are. q.mu is held.
func (q *Queue) holdsBack() bool {
	return q.corked && q.active == 0 && q.ring.len() < min(mostCorked, (q.capacity+3)/4) && q.bytes < q.maxBytes/4
}

// begin returns the worker that must be started for what has gathered, if any. q.mu is held.
func (q *Queue) begin() *worker {
	if q.active > 0 || q.ring.len() == 0 || q.wake != nil {
		return nil
	}
	return q.enlist()
}

// flush has delivered what has gathered, whether the queue is corked or not.
func (q *Queue) flush() {
	q.mu.Lock()
	w := q.begin()
	q.mu.Unlock()
	q.rouse(w)
}
