package gateway

import (
	"errors"
	"fmt"
	"time"

	"github.com/chorus-go/chorus/types"
)

// The whole policy of a connection's life is the pure function machine.next: a state and a signal in, a state and
// actions out. The supervisor turns what happens into signals and carries out the actions; it decides nothing.
//
//	phase        signal            next phase   actions
//	-----        ------            ----------   -------
//	dialling     dialled           greeting     deadline 10 s
//	             dial failed       waiting      wait; end before the first HELLO, unless it was the resume URL
//	greeting     hello             resuming     with a session: resume, deadline 30 s
//	                               identifying  with an identity: identify, deadline 30 s
//	                               connected    with neither
//	             deadline          leaving      close
//	connected    identify, resume  identifying, resuming      deadline 30 s (the caller sends)
//	identifying  ready             ready
//	             invalid session   connected    before the first session: refuse
//	                               pausing      wait 1-5 s; the third in a row: leaving, close
//	             deadline          leaving      close
//	resuming     resumed, ready    ready
//	             invalid session   leaving      true, for the first time: close; a resume follows
//	                               pausing      otherwise: forget, wait 1-5 s; connected and refuse without an identity
//	             deadline          resuming     if events go on arriving: deadline 30 s
//	                               leaving      otherwise: close
//	ready        reconnect         leaving      close; its delay is waited before the next dial
//	             invalid session   leaving      true: close; a resume follows
//	                               pausing      otherwise: forget, wait 1-5 s
//	pausing      wait over         identifying  identify, deadline 30 s
//	any of these lost              waiting      wait, and forget if the close code says so; end if it is fatal, if
//	                                            there is nothing to begin again with, or after two refused tokens
//	leaving      lost              waiting      wait
//	waiting      wait over         dialling     dial
//	any          signals not named stay         none
//
// Closing is not in the table: it ends the supervisor whatever the phase.
type machine struct {
	phase phase

	greeted     bool // there has been a HELLO: before it, failing is Spawn's answer
	established bool // there has been a session: before it, a refusal is the caller's answer
	identity    bool // there is an Identify to send again
	session     bool // there is a session to resume
	hasURL      bool // the session has a URL of its own to resume on
	onURL       bool // the dial or socket at hand is on that URL

	urlFailures int           // dials of the resume URL in a row that brought no HELLO
	losses      int           // connections in a row that were lost before they were stable
	since       time.Duration // when the session began or was resumed
	refusals    int           // closes with 4000 in a row, in answer to Identify or Resume
	invalids    int           // invalid sessions in a row, in answer to Identify
	retried     bool          // an invalid session that may be resumable was answered with one more resume
	delay       time.Duration // what the server asked to wait before the next dial
	pause       time.Duration // what the close code asks to wait
}

// phase is where a connection is in its life, in finer steps than State.
type phase uint8

const (
	phaseWaiting     phase = iota // no socket; a dial follows
	phaseDialling                 // a dial is under way
	phaseGreeting                 // the websocket is open, HELLO has not come
	phaseConnected                // HELLO has come; it is the user who identifies or resumes
	phaseIdentifying              // Identify is sent
	phaseResuming                 // Resume is sent
	phaseReady                    // READY or RESUMED has come
	phasePausing                  // a socket without a session; an Identify follows on it
	phaseLeaving                  // the socket is being closed by this side; another follows
	phaseEnded
)

type signalKind uint8

const (
	signalStart      signalKind = iota
	signalDialled               // the websocket is open
	signalDialFailed            // err
	signalHello                 // expired
	signalIdentify              // the user wants to identify
	signalResume                // the user wants to resume
	signalUnsent                // what the user wanted to begin with was not sent
	signalReady                 // hasURL
	signalResumed               //
	signalInvalid               // resumable
	signalReconnect             // delay
	signalLost                  // the socket has ended: code, framed, err
	signalElapsed               // the wait is over: expired
	signalDeadline              // the deadline of the stage has passed: progress, err
)

// signal is something that has happened. The fields of one kind are named beside it.
type signal struct {
	kind      signalKind
	at        time.Duration // since the connection was made
	err       error
	code      types.CloseCode
	framed    bool // the code came in a close frame of the server
	resumable bool
	hasURL    bool
	progress  bool // events have arrived since the deadline was set
	expired   bool // the session is too old to be resumed
	delay     time.Duration
}

type actionKind uint8

const (
	actionDial     actionKind = iota // onURL
	actionIdentify                   // send Identify
	actionResume                     // send Resume
	actionDeadline                   // a signalDeadline follows after from, unless the phase ends before
	actionWait                       // a signalElapsed follows after a random time between from and to
	actionClose                      // close the socket so that the session stays resumable
	actionForget                     // the session is gone, for the reason err
	actionRefuse                     // the user's Identify or Resume has failed with err
	actionEnd                        // the handle ends with err
)

type action struct {
	kind     actionKind
	onURL    bool
	from, to time.Duration
	err      error
}

// policy is what does not change during the life of a connection.
type policy struct {
	noReconnect bool
	codes       map[types.CloseCode]CloseAction // overrides
}

const (
	stableAfter   = 60 * time.Second // of a session, after which an earlier loss no longer counts
	backoffBase   = time.Second
	backoffCap    = 60 * time.Second
	longPause     = 60 * time.Second // after a close code that asks to slow down
	maxDelay      = 60 * time.Second // of what a server may ask to wait
	urlTries      = 2                // dials of a resume URL before it is given up
	refusalLimit  = 2                // closes with 4000 before a token counts as refused
	invalidLimit  = 3                // invalid sessions on one socket before it is given up
	identifyPause = 5 * time.Second  // at most, before an Identify that follows an invalid session; at least a fifth
)

// next is the policy.
func (m machine) next(s signal, p policy) (machine, []action) {
	switch {
	case m.phase == phaseEnded:
		return m, nil
	case s.kind == signalLost:
		return m.lost(s, p)
	case s.kind == signalDialFailed && m.phase == phaseDialling:
		return m.failed(s, p)
	case s.kind == signalInvalid:
		return m.invalid(s, p)
	case s.kind == signalReady || s.kind == signalResumed:
		return m.begun(s), nil
	case s.kind == signalReconnect:
		return m.reconnect(s)
	case s.kind == signalDeadline:
		return m.late(s, p)
	}
	switch m.phase {
	case phaseWaiting:
		if s.kind == signalStart || s.kind == signalElapsed {
			return m.dial(s)
		}
	case phaseDialling:
		if s.kind == signalDialled {
			m.phase = phaseGreeting
			return m, []action{{kind: actionDeadline, from: helloTimeout}}
		}
	case phaseGreeting:
		if s.kind == signalHello {
			return m.hello(s)
		}
	case phasePausing:
		if s.kind == signalElapsed {
			return m.identify(nil)
		}
	case phaseConnected, phaseIdentifying, phaseResuming:
		return m.asked(s)
	}
	return m, nil
}

// asked is what a user's own Identify and Resume do.
func (m machine) asked(s signal) (machine, []action) {
	switch {
	case m.phase == phaseConnected && s.kind == signalIdentify:
		m.phase, m.identity = phaseIdentifying, true
		return m, []action{{kind: actionDeadline, from: readyTimeout}}
	case m.phase == phaseConnected && s.kind == signalResume:
		m.phase, m.session = phaseResuming, true
		return m, []action{{kind: actionDeadline, from: readyTimeout}}
	case s.kind == signalUnsent && !m.established && m.phase != phaseConnected:
		m.phase, m.identity, m.session = phaseConnected, false, false
	}
	return m, nil
}

func (m machine) dial(s signal) (machine, []action) {
	var actions []action
	if m.session && s.expired {
		m, actions = m.forget(errSessionExpired)
	}
	m.phase = phaseDialling
	m.onURL = m.session && m.hasURL && m.urlFailures < urlTries
	return m, append(actions, action{kind: actionDial, onURL: m.onURL})
}

func (m machine) hello(s signal) (machine, []action) {
	m.greeted = true
	if m.onURL {
		m.urlFailures = 0
	}
	var actions []action
	if m.session && s.expired {
		m, actions = m.forget(errSessionExpired)
	}
	switch {
	case m.session:
		m.phase = phaseResuming
		return m, append(actions, action{kind: actionResume}, action{kind: actionDeadline, from: readyTimeout})
	case m.identity:
		return m.identify(actions)
	}
	m.phase = phaseConnected
	return m, actions
}

func (m machine) identify(actions []action) (machine, []action) {
	m.phase = phaseIdentifying
	return m, append(actions, action{kind: actionIdentify}, action{kind: actionDeadline, from: readyTimeout})
}

// begun takes READY and RESUMED. While the socket is being left, the session is noted, and resumed on the next one.
func (m machine) begun(s signal) machine {
	switch m.phase {
	case phaseConnected, phaseIdentifying, phaseResuming, phasePausing, phaseReady, phaseLeaving:
	default:
		return m
	}
	if s.kind == signalReady {
		m.session, m.hasURL, m.urlFailures = true, s.hasURL, 0
	} else if !m.session {
		return m
	}
	m.established, m.refusals, m.invalids, m.retried = true, 0, 0, false
	if m.phase != phaseLeaving && m.phase != phaseReady {
		m.phase, m.since = phaseReady, s.at
	}
	return m
}

// invalid takes an invalid session.
func (m machine) invalid(s signal, p policy) (machine, []action) {
	switch m.phase {
	case phaseIdentifying:
		if !m.established {
			m.phase, m.identity = phaseConnected, false
			return m, []action{{kind: actionRefuse, err: ErrSessionInvalid}}
		}
		if m.invalids++; m.invalids >= invalidLimit {
			return m.leave(s)
		}
		return m.rest(nil)
	case phaseResuming, phaseReady:
		if s.resumable && !m.retried && !p.noReconnect {
			m.retried = true
			return m.leave(s)
		}
		m, actions := m.forget(ErrSessionInvalid)
		if !m.identity {
			m.phase = phaseConnected
			return m, append(actions, action{kind: actionRefuse, err: ErrSessionInvalid})
		}
		return m.rest(actions)
	case phaseLeaving:
		if m.session && !s.resumable {
			return m.forget(ErrSessionInvalid)
		}
	}
	return m, nil
}

// rest waits on a socket that has no session; an Identify follows on it.
func (m machine) rest(actions []action) (machine, []action) {
	m.phase = phasePausing
	return m, append(actions, action{kind: actionWait, from: identifyPause / 5, to: identifyPause})
}

func (m machine) forget(reason error) (machine, []action) {
	m.session, m.hasURL, m.urlFailures, m.retried = false, false, 0, false
	return m, []action{{kind: actionForget, err: reason}}
}

// reconnect takes the server's wish that the client connects anew.
func (m machine) reconnect(s signal) (machine, []action) {
	switch m.phase {
	case phaseIdentifying, phaseResuming, phaseReady, phasePausing:
		m.delay = min(max(s.delay, 0), maxDelay)
		return m.leave(s)
	case phaseLeaving:
		m.delay = max(m.delay, min(s.delay, maxDelay))
	}
	return m, nil
}

// leave closes the socket so that the session stays resumable.
func (m machine) leave(s signal) (machine, []action) {
	m = m.calmed(s)
	m.phase = phaseLeaving
	return m, []action{{kind: actionClose}}
}

// calmed forgets earlier losses when a connection ends that was stable.
func (m machine) calmed(s signal) machine {
	if m.phase == phaseReady && s.at-m.since >= stableAfter {
		m.losses = 0
	}
	return m
}

// late takes the deadline of a stage.
func (m machine) late(s signal, p policy) (machine, []action) {
	switch m.phase {
	case phaseResuming:
		if s.progress {
			return m, []action{{kind: actionDeadline, from: readyTimeout}}
		}
	case phaseGreeting:
		m = m.unreached()
	case phaseIdentifying:
	default:
		return m, nil
	}
	if p.noReconnect || m.first() {
		return m.end(s.err)
	}
	return m.leave(s)
}

// first says whether failing is Spawn's answer: nothing was ever reached, and there is no other URL to try.
func (m machine) first() bool { return !m.greeted && !m.onURL }

// unreached notes that a dial of the resume URL has brought no HELLO.
func (m machine) unreached() machine {
	if m.onURL {
		m.urlFailures++
	}
	return m
}

// failed takes a dial that did not succeed.
func (m machine) failed(s signal, p policy) (machine, []action) {
	m = m.unreached()
	if p.noReconnect || m.first() {
		return m.end(s.err)
	}
	return m.wait(nil)
}

// lost takes the end of the socket.
func (m machine) lost(s signal, p policy) (machine, []action) {
	switch m.phase {
	case phaseWaiting, phaseDialling:
		return m, nil
	case phaseGreeting:
		m = m.unreached()
	}
	verdict := p.verdict(s)
	if m.phase == phaseLeaving && verdict != CloseFatal {
		verdict = CloseResume // The code answers the close frame of this side, or follows the wish to reconnect.
	}
	refused := s.framed && s.code == types.CloseCodeUnknownError && verdict == CloseResume
	switch {
	case verdict == CloseFatal, p.noReconnect, m.phase == phaseGreeting && m.first():
		return m.end(s.err)
	case refused && m.phase == phaseIdentifying:
		if m.refusals++; m.refusals >= refusalLimit {
			return m.end(fmt.Errorf("%w: %w", ErrTokenRefused, s.err))
		}
	case refused && m.phase == phaseResuming:
		if m.refusals++; m.refusals >= refusalLimit {
			m.refusals, verdict = 0, CloseIdentify
		}
	case m.phase == phaseIdentifying:
		m.refusals = 0
	}
	if verdict == CloseBackOff {
		m.pause = longPause
	}
	var actions []action
	if m.session && (verdict == CloseIdentify || verdict == CloseBackOff) {
		m, actions = m.forget(s.err)
	}
	if !m.session && !m.identity {
		return m.end(s.err)
	}
	return m.calmed(s).wait(actions)
}

// wait waits for the next dial: not at all after a connection that was healthy, longer and longer otherwise.
func (m machine) wait(actions []action) (machine, []action) {
	least := m.delay + m.pause
	most := least + backoff(m.losses)
	m.losses++
	m.phase, m.delay, m.pause = phaseWaiting, 0, 0
	return m, append(actions, action{kind: actionWait, from: least, to: most})
}

// backoff is the longest time before the dial that follows so many losses in a row: nothing after a healthy connection,
// then twice as long each time. The time itself is chosen at random below it, so that clients that were lost together
// do not come back together.
func backoff(losses int) time.Duration {
	switch {
	case losses <= 0:
		return 0
	case losses > 7: // 2^6 s is over the cap
		return backoffCap
	}
	return min(backoffBase<<(losses-1), backoffCap)
}

func (m machine) end(reason error) (machine, []action) {
	m.phase = phaseEnded
	return m, []action{{kind: actionEnd, err: reason}}
}

var errSessionExpired = errors.New("gateway: the session is older than Options.MaxSessionAge")
