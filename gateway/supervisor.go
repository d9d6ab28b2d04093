package gateway

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/url"
	"time"

	"github.com/gorilla/websocket"

	"github.com/chorus-go/chorus/types"
)

// supervisor keeps a handle connected. It turns what happens into signals for the machine and carries out the actions,
// one after the other, in a goroutine that is there while there is something to do. It never waits for the network or for
// user code until the end.
type supervisor struct {
	c        *connection
	policy   policy
	machine  machine
	identity *identity // what is identified with again

	socket   *socket            // nil between sockets
	joined   <-chan struct{}    // closed when the goroutines of a socket that has ended have ended; nil before
	endDial  context.CancelFunc // nil when no dial is under way
	target   *url.URL           // that was dialled last
	timer    alarm              // of a wait
	deadline alarm              // of a stage
	stage    time.Duration      // that the deadline was set to
	seen     uint64             // how many dispatches had arrived then
	held     bool               // the reader did not read when it passed
	ended    bool

	mail mailbox
}

// note tells the supervisor what has happened.
type note struct {
	signal
	session  *Session  // of READY, or of the user's Resume
	identity *identity // of the user's Identify
}

// reception is what the supervisor was doing when it took a note.
type reception struct {
	during phase
	socket *socket // nil between sockets
}

// supervise makes the first connection and keeps the handle connected until it ends.
func (c *connection) supervise(first *identity) {
	v := c.supervisor
	v.policy = policy{noReconnect: c.options.NoReconnect, codes: c.options.CloseActions}
	v.identity, v.machine.identity = first, first != nil
	if s := c.session.Load(); s != nil {
		v.machine.session, v.machine.hasURL = true, c.resumeURL(s) != nil
	}
	v.post(func() { v.step(signal{kind: signalStart, expired: v.expired()}) })
}

// post has something done in its turn, unless the handle ends before that.
func (v *supervisor) post(do func()) { v.mail.post(func() { v.do(do) }) }

// do is what becomes of what was posted. It says whether it was done.
func (v *supervisor) do(do func()) (done bool) {
	if v.ended {
		return false
	}
	if done = v.c.over.Err() == nil; done {
		do()
	}
	if v.machine.phase == phaseEnded || v.c.over.Err() != nil {
		v.ended = true
		v.finish()
	}
	return done
}

// note takes what the reader or the user says.
func (v *supervisor) note(n note) reception {
	before := v.machine.phase
	switch {
	case n.kind == signalReady && before >= phaseConnected, n.kind == signalResume && before == phaseConnected:
		v.c.begin(n.session, v.identity)
	case n.identity != nil && before == phaseConnected:
		v.identity = n.identity
	}
	n.expired = v.expired()
	v.step(n.signal)
	return reception{before, v.socket}
}

// opened takes the outcome of a dial.
func (v *supervisor) opened(ws *websocket.Conn, err error) {
	v.endDial = nil
	if err != nil {
		v.step(signal{kind: signalDialFailed, err: err})
		return
	}
	s := newSocket(v.c, ws, v.target)
	v.socket = s
	v.c.current.Store(s)
	v.step(signal{kind: signalDialled})
}

// lost takes the end of a socket's context, for the first time.
func (v *supervisor) lost(s *socket) {
	if s != v.socket || v.joined != nil {
		return
	}
	v.joined = s.join()
	if v.policy.noReconnect {
		v.lose() // The end waits for the reader, within its bounds.
		return
	}
	go func(joined <-chan struct{}) {
		<-joined
		v.post(v.lose)
	}(v.joined)
}

// late takes the end of a stage's deadline.
func (v *supervisor) late() {
	// While a full queue holds the reader it is not the server that is late, and after that there is much to be read. That
	// observers run in the reader looks the same for a moment.
	before := v.held
	if v.held = v.socket != nil && reading(v.socket.reading.Load()) == readingNothing; v.held || before {
		v.deadline.set(v, v.stage, v.late)
		return
	}
	v.step(signal{kind: signalDeadline, err: v.missed(), progress: v.progress()})
}

// lose takes the end of a socket. All of its goroutines have ended and nothing of it arrives any more, unless it is the
// last one.
func (v *supervisor) lose() {
	cause := v.socket.ended()
	s := signal{kind: signalLost, err: cause, progress: v.progress()}
	if s.progress {
		v.c.alive()
	}
	if end, ok := errors.AsType[*CloseError](cause); ok {
		s.code, s.framed = end.Code, end.Err == nil
	}
	if v.machine.phase == phaseIdentifying && s.framed && refuses(s.code) {
		v.c.presence.Store(nil) // The caller's own Identify may be better: what was added to it may be what is refused.
	}
	if !v.policy.noReconnect {
		v.socket.track.closed(cause)
		v.socket, v.joined = nil, nil
		v.c.current.Store(nil)
	}
	v.step(s)
}

// progress says whether events have arrived since the last deadline was set.
func (v *supervisor) progress() bool { return v.c.counts.dispatches.Load() != v.seen }

func (v *supervisor) expired() bool {
	s, most := v.c.session.Load(), v.c.options.MaxSessionAge
	return s != nil && most > 0 && !s.AliveAt.IsZero() && time.Since(s.AliveAt) > most
}

// step asks the machine, tells the change, and acts.
func (v *supervisor) step(s signal) {
	s.at = time.Since(v.c.born)
	before := v.machine
	next, actions := before.next(s, v.policy)
	v.machine = next
	if next.phase != before.phase {
		v.deadline.stop()
		v.timer.stop()
	}
	if before.phase == phaseReady && next.phase != phaseReady {
		v.c.alive()
	}
	change := LifecycleChange{Reason: s.err, Attempt: next.losses}
	for i, a := range actions {
		switch a.kind {
		case actionWait:
			if a.to > a.from {
				a.from += rand.N(a.to - a.from)
			}
			actions[i], change.Delay = a, a.from
		case actionForget:
			change.Reason = v.c.forget(a.err)
		case actionRefuse, actionEnd:
			change.Reason = a.err
		}
	}
	v.milestones(before, next, s)
	v.c.counts.signal(s)
	if next.phase != phaseEnded {
		v.c.enter(next.phase.state(), change)
	}
	v.reached(before, next)
	for _, a := range actions {
		v.act(a)
	}
	if v.socket != nil && next.phase != before.phase {
		v.socket.open(next.phase == phaseConnected || next.phase == phaseReady)
	}
}

// milestones notes them.
func (v *supervisor) milestones(before, next machine, s signal) {
	c := v.c
	if next.phase == phaseReady && before.phase != phaseReady {
		c.counts.readyAt.Store(int64(s.at) + 1)
		c.resumed.Store(s.kind == signalResumed)
	}
	if s.kind == signalReady || s.kind == signalResumed {
		c.keeper.change()
	}
	if next.established && !before.established {
		c.established.Store(true)
		c.resumed.Store(s.kind == signalResumed) // The socket may be about to be left, so that it never was ready.
	}
}

// reached tells those who wait for a milestone. The handle has its new state by then.
func (v *supervisor) reached(before, next machine) {
	if next.greeted && !before.greeted {
		close(v.c.greeted)
	}
	if next.established && !before.established {
		close(v.c.begun)
	}
}

func (v *supervisor) act(a action) {
	switch a.kind {
	case actionDial:
		v.dial(a.onURL)
	case actionIdentify:
		v.c.sequence.Store(noSequence)
		v.socket.begin(v.c.upToDate(v.identity).payload)
	case actionResume:
		v.resume()
	case actionDeadline:
		v.stage, v.seen = a.from, v.c.counts.dispatches.Load()
		v.held = false
		v.deadline.set(v, v.stage, v.late)
	case actionWait:
		v.timer.set(v, a.from, func() { v.step(signal{kind: signalElapsed, expired: v.expired()}) })
	case actionClose:
		v.socket.close(goodbyeCode)
	case actionRefuse:
		v.c.refuse(a.err)
	case actionEnd:
		v.c.finish(a.err)
	}
}

// dial opens the next websocket, in a goroutine of its own.
func (v *supervisor) dial(onURL bool) {
	c, target := v.c, v.c.url
	if s := c.session.Load(); onURL && s != nil {
		if resume := c.resumeURL(s); resume != nil {
			target = resume
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	v.endDial, v.target = cancel, target
	go func() {
		var opened *websocket.Conn
		var err error = &HandshakeError{Stage: StageDial, Host: target.Host, Err: errDialGoexit}
		defer func() {
			cancel()
			v.mail.post(func() {
				if used := v.do(func() { v.opened(opened, err) }); !used && err == nil {
					_ = opened.Close() // Opened too late.
				}
			})
		}()
		opened, err = c.dial(ctx, target)
	}()
}

// resume sends Resume.
func (v *supervisor) resume() {
	c, s := v.c, v.c.session.Load()
	resume := types.Resume{Token: s.Token, SessionID: s.ID, Seq: max(c.sequence.Load(), 0)}
	payload, err := newOutgoing(types.OpcodeResume, resume, c.options.form())
	if err != nil {
		v.socket.fail(err)
		return
	}
	c.replaying.Store(true)
	v.socket.begin(payload)
}

// missed is the error of a stage that took too long.
func (v *supervisor) missed() error {
	switch v.machine.phase {
	case phaseGreeting:
		return &HandshakeError{Stage: StageHello, Host: v.target.Host, Err: errNoHello}
	case phaseResuming:
		return &HandshakeError{Stage: StageResume, Host: v.target.Host, Err: errNoResumed}
	}
	return &HandshakeError{Stage: StageIdentify, Host: v.target.Host, Err: errNoReady}
}

// finish ends the socket and the handle. It waits for user code only as long as it was told to.
func (v *supervisor) finish() {
	c, cause := v.c, context.Cause(v.c.over)
	c.enter(StateClosing, LifecycleChange{Reason: cause})
	v.timer.stop()
	v.deadline.stop()
	if v.endDial != nil {
		v.endDial()
	}
	limit := c.patience(v.machine.phase != phaseEnded)
	if s := v.socket; s != nil {
		v.part(s, limit)
		s.track.closed(cause)
		if v.progress() {
			c.alive()
		}
		c.current.Store(nil)
	}
	_ = c.queue.Wait(limit)
	c.keeper.end(limit, errors.Is(cause, ErrClosed) && !c.suspend.Load())
	_ = c.control.Wait(limit)
	c.end(cause)
}

// part closes a socket and waits until nothing of it arrives any more.
func (v *supervisor) part(s *socket, limit context.Context) {
	code := websocket.CloseNormalClosure
	if v.c.suspend.Load() {
		code = goodbyeCode
	}
	s.close(code)
	ended := v.joined
	if ended == nil {
		ended = s.join()
	}
	select {
	case <-ended:
	case <-limit.Done():
		s.sever()
		// What is left is a reader inside user code that promised not to block.
		select {
		case <-ended:
		case <-time.After(severTimeout):
		}
	}
}

// resumeURL is where a session is resumed, nil if that is where it began.
func (c *connection) resumeURL(s *Session) *url.URL {
	if c.options.PinURL || s.ResumeURL == "" {
		return nil
	}
	target, err := dialURL(s.ResumeURL, &c.options)
	if err != nil || c.url.Scheme == "wss" && target.Scheme != "wss" {
		return nil // The token would go out in the clear, or nowhere.
	}
	return target
}
