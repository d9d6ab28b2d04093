package world

// CheckpointEvent is the name of the dispatch that Checkpoints has follow each change. No real server sends it, so a
// client finds it among its unknown events.
const CheckpointEvent = "GATEWAYTEST_CHECKPOINT"

// Checkpoints has each change that dispatches anything, to whomever, be followed by a [CheckpointEvent] to all sessions.
// Its payload is what the function returns for what the user of the sessions may see then, or, if that is nil, the
// event is left out for this user. The event is delivered behind those of the change and before those of the next one,
// and is lost, repeated and resumed like any other. So a client that is given it has been told of everything in the
// view and of nothing that is not in it, apart from what must be asked for: a test can hold what the client knows
// against the view after every change, whatever happens to the connection in between.
//
// The function is called with the world's lock held, by whoever changes the world, and must not call the world. Nil ends
// it.
func (w *World) Checkpoints(payload func(View) any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.checkpoints = payload
}

// checkpoint puts the checkpoints of a change into the outbox, if it has put anything there. The lock is held.
func (w *World) checkpoint() {
	if w.checkpoints == nil || len(w.outbox.jobs) == 0 {
		return
	}
	for _, a := range sorted(w.accounts) {
		if len(a.sessions) == 0 {
			continue
		}
		if payload := w.checkpoints(w.view(a)); payload != nil {
			w.toUser(a.id(), CheckpointEvent, payload)
		}
	}
}
