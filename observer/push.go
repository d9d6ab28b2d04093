package observer

// push queues e, or does what the policy says. It returns an error only for an event that a Block queue dropped because
// the event's context ended.
func (q *Queue) push(e entry) error {
	e.retain()
	if q.offer(&e) {
		return nil
	}
	q.flush()
	ctx, heard := e.ctx, q.heard(&e)
	switch q.policy {
	case DropNewest:
		q.drop(e)
	case DropOldest:
		for more := true; more; more = !q.offer(&e) {
			q.makeRoom(e.size)
		}
	default:
		return q.block(e)
	}
	if heard {
		q.watch(ctx)
	}
	return nil
}

// offer queues e if there is room for it, and disposes of it if the queue is closed. Otherwise it returns false.
func (q *Queue) offer(e *entry) bool {
	q.mu.Lock()
	if q.closed {
		q.mu.Unlock()
		e.release()
		return true
	}
	if !q.accepts(e.size) {
		q.mu.Unlock()
		return false
	}
	busy := q.active > 0
	w := q.admit(e)
	q.mu.Unlock()
	q.rouse(w)
	if busy && q.heard(e) {
		q.watch(e.ctx)
	}
	return true
}

// makeRoom drops what has waited longest, unless there is room already.
func (q *Queue) makeRoom(size int) {
	q.mu.Lock()
	if q.accepts(size) {
		q.mu.Unlock()
		return
	}
	var e entry
	q.pop(&e)
	q.mu.Unlock()
	q.drop(e)
}

// accepts reports whether the queue has room for an event of that size and nobody came before it. q.mu is held.
func (q *Queue) accepts(size int) bool {
	return len(q.blocked) == 0 && q.fits(size)
}

// fits reports whether the bounds allow an event of that size. q.mu is held.
func (q *Queue) fits(size int) bool {
	n := q.ring.len()
	return n == 0 || n < q.capacity && size <= q.maxBytes-q.bytes
}

// admit puts e into the ring and returns the worker that must be started for it, if any. q.mu is held.
func (q *Queue) admit(e *entry) *worker {
	q.put(e)
	if q.holdsBack() {
		return nil
	}
	return q.enlist()
}

// put puts e into the ring. q.mu is held.
func (q *Queue) put(e *entry) {
	*q.ring.next() = *e
	q.bytes += e.size
	q.highEvents = max(q.highEvents, q.ring.len())
	q.highBytes = max(q.highBytes, q.bytes)
}

// pop moves the oldest entry from the ring, which must not be empty, to e. q.mu is held.
func (q *Queue) pop(e *entry) {
	*e = *q.ring.first()
	q.ring.drop()
	q.bytes -= e.size
}

// rouse makes w, or the loop of a Stream, look for entries.
func (q *Queue) rouse(w *worker) {
	if w != nil {
		go w.run()
		return
	}
	if q.wake != nil {
		select {
		case q.wake <- struct{}{}:
		default: // the loop has yet to notice an earlier one, and will find both
		}
	}
}

// Close drops what is queued, lets go the publishers that wait, and refuses all further events, without counting any of
// them as dropped. It returns how many were queued. A call that runs is not waited for. Closing again, or a nil or zero
// Queue, does nothing. A queue that is merely no longer used needs no closing.
func (q *Queue) Close() (discarded int) {
	if !q.usable() {
		return 0
	}
	q.mu.Lock()
	q.closed = true
	dropped, waiting := q.ring, q.blocked
	q.ring, q.bytes, q.blocked = ring[entry]{}, 0, nil
	if len(waiting) > 0 {
		q.waited += q.now() - q.waitedSince
	}
	q.mu.Unlock()
	for dropped.len() > 0 {
		e := dropped.pop()
		e.release()
		discarded++
	}
	for _, b := range waiting {
		b.entry.release()
		close(b.settled)
		discarded++
	}
	return discarded
}
