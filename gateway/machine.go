package gateway

import (
	"fmt"
	"time"

	"github.com/chorus-go/chorus/types"
)

// The whole policy of a connection's life is the pure function machine.next: a state and a signal in, a state and
// actions out. The supervisor turns what happens into signals and carries out the actions; it decides nothing.
//
//	phase        signal            next phase   actions
//	-----        ------            ----------   -------
//	waiting      wait over         dialling     dial; forget first: (*)
//	dialling     dialled           greeting     deadline 10 s
//	             dial failed       waiting      wait; end before the first HELLO, unless it was the resume URL
//	greeting     hello             resuming     with a session: resume, deadline 30 s; forget first: (*)
//	                               identifying  with an identity: identify, deadline 30 s
//	                               connected    with neither
//	             deadline          leaving      close; end before the first HELLO, unless it was the resume URL
//	connected    identify, resume  identifying, resuming      deadline 30 s (the caller sends)
//	             ready             ready
//	identifying  ready             ready
//	             not sent          connected    if the caller has sent it
//	             invalid session   connected    if the caller has sent it: refuse
//	                               pausing      otherwise: wait 1-5 s
//	                               leaving      from the third in a row on: close
//	             reconnect         leaving      close; its delay is waited before the next dial
//	             deadline          leaving      close
//	resuming     resumed, ready    ready
//	             not sent          connected    if the caller has sent it
//	             invalid session   leaving      true, for the first time: close; a resume follows
//	                               pausing      otherwise: forget, wait 1-5 s
//	                               connected    without an identity: forget, refuse
//	             reconnect         leaving      close; its delay is waited before the next dial
//	             deadline          resuming     if events go on arriving: deadline 30 s
//	                               leaving      otherwise: close
//	ready        ready             ready        (the session is another one)
//	             invalid session,  as when resuming
//	             reconnect
//	pausing      wait over         identifying  identify, deadline 30 s
//	             ready             ready
//	             reconnect         leaving      close; its delay is waited before the next dial
//	leaving      ready, resumed    leaving      (the session is resumed on the next socket)
//	             invalid session   leaving      not true, with a session: forget
//	             reconnect         leaving      (the longer of the delays counts)
//	             lost              waiting      wait; end if the close code is fatal
//	any other    lost              waiting      wait, and forget if the close code says so; end if it is fatal, if there is
//	with a                                      nothing to begin again with, or if it is the second in a row that
//	socket                                      refuses Identify; the second that refuses Resume forgets
//	any          signals not named stay         none
//
//	(*) a session that is too old, or that ten Resumes in a row have brought neither back nor forward
//
// With Options.NoReconnect the handle ends instead of waiting, and when a deadline has passed. Closing is not in the
// table: it ends the supervisor whatever the phase.
type machine struct {
	phase phase

	greeted     bool // there has been a HELLO: before it, failing is Spawn's answer
	established bool // there has been a session
	identity    bool // there is an Identify to send again
	asked       bool // the Identify or Resume at hand is the caller's: a refusal is the answer to it
	session     bool // there is a session to resume
	hasURL      bool // the session has a URL of its own to resume on
	onURL       bool // the dial or socket at hand is on that URL

	urlFailures int           // dials of the resume URL in a row that brought no HELLO
	losses      int           // connections in a row that were lost before they were stable
	since       time.Duration // when the session began or was resumed
	resumes     int           // Resumes in a row that brought neither the session nor an event
	refusals    int           // closes in a row, in answer to Identify or to Resume, that another try will not change
	invalids    int           // invalid sessions in a row, in answer to Identify
	retried     bool          // an invalid session that may be resumable was answered with one more resume
	delay       time.Duration // what the server asked to wait before the next dial
}

const (
	stableAfter   = 60 * time.Second // of a session, after which an earlier loss no longer counts
	backoffBase   = time.Second
	backoffCap    = 60 * time.Second
	longPause     = 60 * time.Second // after a close code that asks to slow down
	maxDelay      = 60 * time.Second // of what a server may ask to wait
	urlTries      = 2                // dials of a resume URL before it is given up
	resumeLimit   = 10               // Resumes without an effect before a session is given up: servers have dropped it by then
	refusalLimit  = 2                // closes before Identify or Resume count as refused
	invalidLimit  = 3                // invalid sessions before each is a reason to begin with another socket
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
		return m.ask(s)
	}
	return m, nil
}

// ask is what a user's own Identify and Resume do.
func (m machine) ask(s signal) (machine, []action) {
	switch {
	case m.phase == phaseConnected && s.kind == signalIdentify:
		m.phase, m.identity, m.asked = phaseIdentifying, true, true
		return m, []action{{kind: actionDeadline, from: readyTimeout}}
	case m.phase == phaseConnected && s.kind == signalResume:
		m.phase, m.session, m.asked = phaseResuming, true, true
		return m, []action{{kind: actionDeadline, from: readyTimeout}}
	case s.kind == signalUnsent && m.asked:
		m.phase, m.identity, m.session = phaseConnected, false, false
	}
	return m, nil
}

func (m machine) dial(s signal) (machine, []action) {
	m, actions := m.review(s)
	m.phase = phaseDialling
	m.onURL = m.session && m.hasURL && m.urlFailures < urlTries
	return m, append(actions, action{kind: actionDial, onURL: m.onURL})
}

// review drops a session that is not worth another Resume.
func (m machine) review(s signal) (machine, []action) {
	switch {
	case m.session && s.expired:
		return m.forget(errSessionExpired)
	case m.session && m.resumes >= resumeLimit:
		return m.forget(errSessionUnresumed)
	}
	return m, nil
}

func (m machine) hello(s signal) (machine, []action) {
	m.greeted = true
	if m.onURL {
		m.urlFailures = 0
	}
	m, actions := m.review(s)
	switch {
	case m.session:
		m.phase, m.asked = phaseResuming, false
		m.resumes++
		return m, append(actions, action{kind: actionResume}, action{kind: actionDeadline, from: readyTimeout})
	case m.identity:
		return m.identify(actions)
	}
	m.phase = phaseConnected
	return m, actions
}

func (m machine) identify(actions []action) (machine, []action) {
	m.phase, m.asked = phaseIdentifying, false
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
	m.established, m.resumes, m.refusals, m.invalids, m.retried = true, 0, 0, 0, false
	if m.phase != phaseLeaving && m.phase != phaseReady {
		m.phase, m.since = phaseReady, s.at
	}
	return m
}

// invalid takes an invalid session.
func (m machine) invalid(s signal, p policy) (machine, []action) {
	switch m.phase {
	case phaseIdentifying:
		if m.asked {
			m.phase, m.identity = phaseConnected, false
			return m, []action{{kind: actionRefuse, err: ErrSessionInvalid}}
		}
		if m.invalids++; m.invalids >= invalidLimit {
			return m.leave(s)
		}
		return m.rest(nil)
	case phaseResuming, phaseReady:
		m = m.calmed(s)
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
	m.phase, m.refusals = phasePausing, 0
	return m, append(actions, action{kind: actionWait, from: identifyPause / 5, to: identifyPause})
}

func (m machine) forget(reason error) (machine, []action) {
	m.session, m.hasURL, m.urlFailures, m.resumes, m.refusals, m.retried = false, false, 0, 0, 0, false
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
	m.phase, m.refusals = phaseLeaving, 0
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
			m.resumes = 0
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
	verdict := p.verdict(s, m.phase)
	switch m.phase {
	case phaseWaiting, phaseDialling:
		return m, nil
	case phaseGreeting:
		m = m.unreached()
		if m.first() {
			return m.end(s.err)
		}
	case phaseIdentifying, phaseResuming:
		m = m.answered(s)
	}
	switch {
	case verdict == CloseFatal || p.noReconnect:
		return m.end(s.err)
	case m.refusals >= refusalLimit && m.phase == phaseIdentifying:
		if s.code == types.CloseCodeUnknownError {
			s.err = fmt.Errorf("%w: %w", ErrTokenRefused, s.err)
		}
		return m.end(s.err)
	case m.refusals >= refusalLimit && m.phase == phaseResuming:
		verdict = CloseIdentify
	}
	if s.progress {
		m.resumes = 0
	}
	if verdict == CloseBackOff {
		m.delay += longPause
	}
	var actions []action
	if m.session && (verdict == CloseIdentify || verdict == CloseBackOff) {
		m, actions = m.forget(s.err)
	}
	if !m.session && !m.identity {
		return m.end(s.err, actions...)
	}
	return m.calmed(s).wait(actions)
}

// answered counts the closes in a row that refuse what was sent.
func (m machine) answered(s signal) machine {
	if m.refusals++; !s.framed || !refuses(s.code) {
		m.refusals = 0
	}
	return m
}

// wait waits for the next dial: not at all after a connection that was healthy, longer and longer otherwise.
func (m machine) wait(actions []action) (machine, []action) {
	least, most := m.delay, m.delay+backoff(m.losses)
	m.losses++
	m.phase, m.delay = phaseWaiting, 0
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

func (m machine) end(reason error, before ...action) (machine, []action) {
	m.phase = phaseEnded
	return m, append(before, action{kind: actionEnd, err: reason})
}
