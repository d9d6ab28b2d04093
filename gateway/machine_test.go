package gateway

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chorus-go/chorus/types"
)

// errWorld is why a socket, a dial or a stage ends in these tests.
var errWorld = errors.New("the world")

// transition is one row of the table: nothing but what it names changes.
type transition struct {
	name    string
	from    machine
	signal  signal
	to      machine
	actions string
	policy  policy
}

// told describes actions: "forget (invalid), wait 1s-5s".
func told(actions []action) string {
	var all []string
	for _, a := range actions {
		text := map[actionKind]string{
			actionDial: "dial", actionIdentify: "identify", actionResume: "resume", actionClose: "close",
			actionDeadline: fmt.Sprintf("deadline %v", a.from), actionWait: fmt.Sprintf("wait %v-%v", a.from, a.to),
			actionForget: "forget", actionRefuse: "refuse", actionEnd: "end",
		}[a.kind]
		if a.onURL {
			text += " resume URL"
		}
		reason := ""
		switch {
		case errors.Is(a.err, ErrTokenRefused) && errors.Is(a.err, errWorld):
			reason = " (token)"
		case a.err == errWorld:
			reason = " (world)"
		case a.err == ErrSessionInvalid:
			reason = " (invalid)"
		case a.err == errSessionExpired:
			reason = " (expired)"
		case a.err == errSessionUnresumed:
			reason = " (unresumed)"
		case a.err != nil:
			reason = " (" + a.err.Error() + ")"
		}
		all = append(all, text+reason)
	}
	return strings.Join(all, ", ")
}

// closedWith is the signal of a close frame of the server.
func closedWith(code types.CloseCode) signal {
	return signal{kind: signalLost, err: errWorld, code: code, framed: true}
}

// cut is the signal of a socket that is lost without a close frame.
var cut = signal{kind: signalLost, err: errWorld, code: types.CloseCodeAbnormalClosure}

var late = signal{kind: signalDeadline, err: errWorld}

var noReconnect = policy{noReconnect: true}

func transitions() []transition {
	return slices.Concat(fromWaiting(), fromDialling(), fromGreeting(), fromConnected(), fromIdentifying(), fromResuming(),
		fromReady(), fromPausing(), fromLeaving())
}

func fromWaiting() []transition {
	elapsed, start, old := signal{kind: signalElapsed}, signal{kind: signalStart}, signal{kind: signalElapsed, expired: true}
	return []transition{
		{"start", machine{}, start, machine{phase: phaseDialling}, "dial", policy{}},
		{"start with a session", machine{session: true, hasURL: true}, start,
			machine{phase: phaseDialling, session: true, hasURL: true, onURL: true}, "dial resume URL", policy{}},
		{"wait over", machine{identity: true, losses: 3, onURL: true}, elapsed,
			machine{phase: phaseDialling, identity: true, losses: 3}, "dial", policy{}},
		{"wait over, session without URL", machine{session: true}, elapsed,
			machine{phase: phaseDialling, session: true}, "dial", policy{}},
		{"wait over, URL failed once", machine{session: true, hasURL: true, urlFailures: 1}, elapsed,
			machine{phase: phaseDialling, session: true, hasURL: true, onURL: true, urlFailures: 1}, "dial resume URL", policy{}},
		{"wait over, URL failed twice", machine{session: true, hasURL: true, onURL: true, urlFailures: 2}, elapsed,
			machine{phase: phaseDialling, session: true, hasURL: true, urlFailures: 2}, "dial", policy{}},
		{"wait over, expired", machine{session: true, hasURL: true, urlFailures: 1, resumes: 2, refusals: 1, retried: true}, old,
			machine{phase: phaseDialling}, "forget (expired), dial", policy{}},
		{"wait over, nothing to expire", machine{identity: true}, old,
			machine{phase: phaseDialling, identity: true}, "dial", policy{}},
		{"wait over, nine resumes", machine{session: true, resumes: 9}, elapsed,
			machine{phase: phaseDialling, session: true, resumes: 9}, "dial", policy{}},
		{"wait over, ten resumes", machine{identity: true, session: true, resumes: 10}, elapsed,
			machine{phase: phaseDialling, identity: true}, "forget (unresumed), dial", policy{}},
	}
}

func fromDialling() []transition {
	failed := signal{kind: signalDialFailed, err: errWorld}
	return []transition{
		{"dialled", machine{phase: phaseDialling, onURL: true}, signal{kind: signalDialled},
			machine{phase: phaseGreeting, onURL: true}, "deadline 10s", policy{}},
		{"failed, first", machine{phase: phaseDialling}, failed, machine{phase: phaseEnded}, "end (world)", policy{}},
		{"failed, first, resume URL", machine{phase: phaseDialling, session: true, onURL: true}, failed,
			machine{phase: phaseWaiting, session: true, onURL: true, urlFailures: 1, losses: 1}, "wait 0s-0s", policy{}},
		{"failed later", machine{phase: phaseDialling, greeted: true, identity: true, losses: 4}, failed,
			machine{phase: phaseWaiting, greeted: true, identity: true, losses: 5}, "wait 0s-8s", policy{}},
		{"failed, NoReconnect", machine{phase: phaseDialling, greeted: true, session: true}, failed,
			machine{phase: phaseEnded, greeted: true, session: true}, "end (world)", noReconnect},
	}
}

func fromGreeting() []transition {
	hello, old := signal{kind: signalHello}, signal{kind: signalHello, expired: true}
	from := machine{phase: phaseGreeting}
	return []transition{
		{"hello", from, hello, machine{phase: phaseConnected, greeted: true}, "", policy{}},
		{"hello, identity", machine{phase: phaseGreeting, identity: true, asked: true}, hello,
			machine{phase: phaseIdentifying, greeted: true, identity: true}, "identify, deadline 30s", policy{}},
		{"hello, session", machine{phase: phaseGreeting, identity: true, asked: true, session: true, onURL: true, urlFailures: 1}, hello,
			machine{phase: phaseResuming, greeted: true, identity: true, session: true, onURL: true, resumes: 1}, "resume, deadline 30s", policy{}},
		{"hello elsewhere", machine{phase: phaseGreeting, session: true, hasURL: true, urlFailures: 2}, hello,
			machine{phase: phaseResuming, greeted: true, session: true, hasURL: true, urlFailures: 2, resumes: 1}, "resume, deadline 30s", policy{}},
		{"hello, expired", machine{phase: phaseGreeting, identity: true, session: true}, old,
			machine{phase: phaseIdentifying, greeted: true, identity: true}, "forget (expired), identify, deadline 30s", policy{}},
		{"hello, expired, no identity", machine{phase: phaseGreeting, session: true}, old,
			machine{phase: phaseConnected, greeted: true}, "forget (expired)", policy{}},
		{"deadline, first", from, late, machine{phase: phaseEnded}, "end (world)", policy{}},
		{"deadline, resume URL", machine{phase: phaseGreeting, session: true, onURL: true}, late,
			machine{phase: phaseLeaving, session: true, onURL: true, urlFailures: 1}, "close", policy{}},
		{"deadline later", machine{phase: phaseGreeting, greeted: true}, late,
			machine{phase: phaseLeaving, greeted: true}, "close", policy{}},
		{"deadline, NoReconnect", machine{phase: phaseGreeting, greeted: true}, late,
			machine{phase: phaseEnded, greeted: true}, "end (world)", noReconnect},
		{"lost, first", from, cut, machine{phase: phaseEnded}, "end (world)", policy{}},
		{"lost, resume URL", machine{phase: phaseGreeting, session: true, onURL: true, losses: 1}, cut,
			machine{phase: phaseWaiting, session: true, onURL: true, urlFailures: 1, losses: 2}, "wait 0s-1s", policy{}},
		{"closed with a code about sessions", machine{phase: phaseGreeting, greeted: true, session: true}, closedWith(1001),
			machine{phase: phaseWaiting, greeted: true, session: true, losses: 1}, "wait 0s-0s", policy{}},
		{"refused before anything was sent", machine{phase: phaseGreeting, greeted: true, identity: true, refusals: 1}, closedWith(4000),
			machine{phase: phaseWaiting, greeted: true, identity: true, refusals: 1, losses: 1}, "wait 0s-0s", policy{}},
		{"fatal", machine{phase: phaseGreeting, greeted: true, session: true}, closedWith(4012),
			machine{phase: phaseEnded, greeted: true, session: true}, "end (world)", policy{}},
		{"lost, NoReconnect", machine{phase: phaseGreeting, greeted: true, session: true}, cut,
			machine{phase: phaseEnded, greeted: true, session: true}, "end (world)", noReconnect},
	}
}

func fromConnected() []transition {
	from := machine{phase: phaseConnected, greeted: true}
	return []transition{
		{"identify", from, signal{kind: signalIdentify},
			machine{phase: phaseIdentifying, greeted: true, identity: true, asked: true}, "deadline 30s", policy{}},
		{"resume", from, signal{kind: signalResume},
			machine{phase: phaseResuming, greeted: true, session: true, asked: true}, "deadline 30s", policy{}},
		{"ready", from, signal{kind: signalReady, at: 7},
			machine{phase: phaseReady, greeted: true, established: true, session: true, since: 7}, "", policy{}},
		{"lost", from, cut, machine{phase: phaseEnded, greeted: true}, "end (world)", policy{}},
		{"closed", from, closedWith(4009), machine{phase: phaseEnded, greeted: true}, "end (world)", policy{}},
	}
}

func fromIdentifying() []transition {
	from := machine{phase: phaseIdentifying, greeted: true, identity: true}
	with := func(change func(*machine)) machine {
		m := from
		change(&m)
		return m
	}
	own := with(func(m *machine) { m.asked = true })
	invalid, unsent := signal{kind: signalInvalid}, signal{kind: signalUnsent}
	return []transition{
		{"ready", with(func(m *machine) { m.refusals, m.invalids, m.losses, m.urlFailures = 1, 2, 3, 2 }), signal{kind: signalReady, hasURL: true, at: 7},
			machine{phase: phaseReady, greeted: true, identity: true, established: true, session: true, hasURL: true, since: 7, losses: 3}, "", policy{}},
		{"invalid, the caller's", own, invalid,
			machine{phase: phaseConnected, greeted: true, asked: true}, "refuse (invalid)", policy{}},
		{"invalid", with(func(m *machine) { m.refusals = 1 }), invalid,
			with(func(m *machine) { m.phase, m.invalids = phasePausing, 1 }), "wait 1s-5s", policy{}},
		{"invalid, may be resumed", from, signal{kind: signalInvalid, resumable: true},
			with(func(m *machine) { m.phase, m.invalids = phasePausing, 1 }), "wait 1s-5s", policy{}},
		{"invalid, third", with(func(m *machine) { m.invalids = 2 }), invalid,
			with(func(m *machine) { m.phase, m.invalids = phaseLeaving, 3 }), "close", policy{}},
		{"invalid, fourth", with(func(m *machine) { m.invalids = 3 }), invalid,
			with(func(m *machine) { m.phase, m.invalids = phaseLeaving, 4 }), "close", policy{}},
		{"reconnect", from, signal{kind: signalReconnect, delay: 3 * time.Second},
			with(func(m *machine) { m.phase, m.delay = phaseLeaving, 3*time.Second }), "close", policy{}},
		{"deadline", with(func(m *machine) { m.refusals = 1 }), late,
			with(func(m *machine) { m.phase = phaseLeaving }), "close", policy{}},
		{"deadline, NoReconnect", from, late, with(func(m *machine) { m.phase = phaseEnded }), "end (world)", noReconnect},
		{"not sent", own, unsent, machine{phase: phaseConnected, greeted: true, asked: true}, "", policy{}},
		{"lost", with(func(m *machine) { m.refusals, m.losses = 1, 2 }), cut,
			with(func(m *machine) { m.phase, m.losses = phaseWaiting, 3 }), "wait 0s-2s", policy{}},
		{"4000 once", from, closedWith(4000),
			with(func(m *machine) { m.phase, m.losses, m.refusals = phaseWaiting, 1, 1 }), "wait 0s-0s", policy{}},
		{"4000 twice", with(func(m *machine) { m.refusals = 1 }), closedWith(4000),
			with(func(m *machine) { m.phase, m.refusals = phaseEnded, 2 }), "end (token)", policy{}},
		{"4002 twice", with(func(m *machine) { m.refusals = 1 }), closedWith(4002),
			with(func(m *machine) { m.phase, m.refusals = phaseEnded, 2 }), "end (world)", policy{}},
		{"4000, NoReconnect", from, closedWith(4000),
			with(func(m *machine) { m.phase, m.refusals = phaseEnded, 1 }), "end (world)", noReconnect},
		{"4008", from, closedWith(4008),
			with(func(m *machine) { m.phase, m.losses = phaseWaiting, 1 }), "wait 1m0s-1m0s", policy{}},
	}
}

func fromResuming() []transition {
	from := machine{phase: phaseResuming, greeted: true, identity: true, session: true, hasURL: true, resumes: 1}
	with := func(change func(*machine)) machine {
		m := from
		change(&m)
		return m
	}
	alone := with(func(m *machine) { m.identity = false })
	gone := machine{phase: phasePausing, greeted: true, identity: true}
	again := signal{kind: signalInvalid, resumable: true}
	lost := machine{phase: phaseWaiting, greeted: true, identity: true, losses: 1}
	return []transition{
		{"resumed", with(func(m *machine) { m.refusals, m.retried, m.urlFailures = 1, true, 2 }), signal{kind: signalResumed, at: 7},
			with(func(m *machine) {
				m.phase, m.established, m.resumes, m.since, m.urlFailures = phaseReady, true, 0, 7, 2
			}), "", policy{}},
		{"ready", from, signal{kind: signalReady, at: 7},
			with(func(m *machine) { m.phase, m.established, m.hasURL, m.resumes, m.since = phaseReady, true, false, 0, 7 }), "", policy{}},
		{"invalid", from, signal{kind: signalInvalid}, gone, "forget (invalid), wait 1s-5s", policy{}},
		{"invalid, no identity", alone, signal{kind: signalInvalid},
			machine{phase: phaseConnected, greeted: true}, "forget (invalid), refuse (invalid)", policy{}},
		{"invalid, true", from, again, with(func(m *machine) { m.phase, m.retried = phaseLeaving, true }), "close", policy{}},
		{"invalid, true again", with(func(m *machine) { m.retried = true }), again, gone, "forget (invalid), wait 1s-5s", policy{}},
		{"reconnect", from, signal{kind: signalReconnect}, with(func(m *machine) { m.phase = phaseLeaving }), "close", policy{}},
		{"deadline", from, late, with(func(m *machine) { m.phase = phaseLeaving }), "close", policy{}},
		{"deadline, progress", from, signal{kind: signalDeadline, progress: true},
			with(func(m *machine) { m.resumes = 0 }), "deadline 30s", policy{}},
		{"deadline, NoReconnect", from, late, with(func(m *machine) { m.phase = phaseEnded }), "end (world)", noReconnect},
		{"not sent", machine{phase: phaseResuming, session: true, asked: true}, signal{kind: signalUnsent},
			machine{phase: phaseConnected, asked: true}, "", policy{}},
		{"lost", from, cut, with(func(m *machine) { m.phase, m.losses = phaseWaiting, 1 }), "wait 0s-0s", policy{}},
		{"lost, progress", from, signal{kind: signalLost, progress: true},
			with(func(m *machine) { m.phase, m.losses, m.resumes = phaseWaiting, 1, 0 }), "wait 0s-0s", policy{}},
		{"4000 once", from, closedWith(4000),
			with(func(m *machine) { m.phase, m.losses, m.refusals = phaseWaiting, 1, 1 }), "wait 0s-0s", policy{}},
		{"4000 twice", with(func(m *machine) { m.refusals = 1 }), closedWith(4000), lost, "forget (world), wait 0s-0s", policy{}},
		{"4000 twice, no identity", with(func(m *machine) { m.identity, m.refusals = false, 1 }), closedWith(4000),
			machine{phase: phaseEnded, greeted: true}, "forget (world), end (world)", policy{}},
		{"4000, a loss, 4000", with(func(m *machine) { m.refusals = 1 }), cut,
			with(func(m *machine) { m.phase, m.losses = phaseWaiting, 1 }), "wait 0s-0s", policy{}},
		{"4009", from, closedWith(4009), lost, "forget (world), wait 0s-0s", policy{}},
		{"4008", with(func(m *machine) { m.losses = 3 }), closedWith(4008),
			with(func(m *machine) { *m = lost; m.losses = 4 }), "forget (world), wait 1m0s-1m4s", policy{}},
	}
}

func fromReady() []transition {
	from := machine{phase: phaseReady, greeted: true, established: true, identity: true, session: true, hasURL: true, since: 5 * time.Second, losses: 4}
	with := func(change func(*machine)) machine {
		m := from
		change(&m)
		return m
	}
	unstable, stable := 65*time.Second-1, 65*time.Second
	at := func(s signal, when time.Duration) signal { s.at = when; return s }
	forgotten := func(m *machine) { m.phase, m.session, m.hasURL = phasePausing, false, false }
	return []transition{
		{"ready", from, signal{kind: signalReady, at: 9 * time.Second}, with(func(m *machine) { m.hasURL = false }), "", policy{}},
		{"resumed", from, signal{kind: signalResumed, at: 9 * time.Second}, from, "", policy{}},
		{"reconnect", from, signal{kind: signalReconnect, delay: 1234 * time.Millisecond},
			with(func(m *machine) { m.phase, m.delay = phaseLeaving, 1234*time.Millisecond }), "close", policy{}},
		{"reconnect, too long", from, signal{kind: signalReconnect, delay: time.Hour},
			with(func(m *machine) { m.phase, m.delay = phaseLeaving, time.Minute }), "close", policy{}},
		{"reconnect, negative, stable", from, signal{kind: signalReconnect, delay: -1, at: stable},
			with(func(m *machine) { m.phase, m.losses = phaseLeaving, 0 }), "close", policy{}},
		{"invalid", from, signal{kind: signalInvalid, at: unstable}, with(forgotten), "forget (invalid), wait 1s-5s", policy{}},
		{"invalid, stable", from, signal{kind: signalInvalid, at: stable},
			with(func(m *machine) { forgotten(m); m.losses = 0 }), "forget (invalid), wait 1s-5s", policy{}},
		{"invalid, true", from, signal{kind: signalInvalid, resumable: true},
			with(func(m *machine) { m.phase, m.retried = phaseLeaving, true }), "close", policy{}},
		{"invalid, no identity", with(func(m *machine) { m.identity = false }), signal{kind: signalInvalid},
			with(func(m *machine) { forgotten(m); m.phase, m.identity = phaseConnected, false }), "forget (invalid), refuse (invalid)", policy{}},
		{"lost, unstable", from, at(cut, unstable),
			with(func(m *machine) { m.phase, m.losses = phaseWaiting, 5 }), "wait 0s-8s", policy{}},
		{"lost, stable", from, at(cut, stable),
			with(func(m *machine) { m.phase, m.losses = phaseWaiting, 1 }), "wait 0s-0s", policy{}},
		{"4000 is no refusal", with(func(m *machine) { m.refusals = 1 }), closedWith(4000),
			with(func(m *machine) { m.phase, m.refusals, m.losses = phaseWaiting, 1, 5 }), "wait 0s-8s", policy{}},
		{"lost, NoReconnect", from, cut, with(func(m *machine) { m.phase = phaseEnded }), "end (world)", noReconnect},
	}
}

func fromPausing() []transition {
	from := machine{phase: phasePausing, greeted: true, identity: true, asked: true, invalids: 1}
	with := func(change func(*machine)) machine {
		m := from
		change(&m)
		return m
	}
	return []transition{
		{"wait over", from, signal{kind: signalElapsed},
			with(func(m *machine) { m.phase, m.asked = phaseIdentifying, false }), "identify, deadline 30s", policy{}},
		{"ready", from, signal{kind: signalReady, at: 7}, with(func(m *machine) {
			m.phase, m.established, m.session, m.since, m.invalids = phaseReady, true, true, 7, 0
		}), "", policy{}},
		{"reconnect", from, signal{kind: signalReconnect, delay: 1},
			with(func(m *machine) { m.phase, m.delay = phaseLeaving, 1 }), "close", policy{}},
		{"4006", from, closedWith(4006), with(func(m *machine) { m.phase, m.losses = phaseWaiting, 1 }), "wait 0s-0s", policy{}},
	}
}

func fromLeaving() []transition {
	from := machine{phase: phaseLeaving, greeted: true, identity: true, session: true, delay: 2 * time.Second, losses: 2}
	with := func(change func(*machine)) machine {
		m := from
		change(&m)
		return m
	}
	waits := with(func(m *machine) { m.phase, m.delay, m.losses = phaseWaiting, 0, 3 })
	none := with(func(m *machine) { m.session = false })
	return []transition{
		{"ready", none, signal{kind: signalReady, at: 7, hasURL: true},
			with(func(m *machine) { m.established, m.hasURL = true, true }), "", policy{}},
		{"resumed", with(func(m *machine) { m.resumes, m.retried = 1, true }), signal{kind: signalResumed},
			with(func(m *machine) { m.established = true }), "", policy{}},
		{"invalid", from, signal{kind: signalInvalid}, none, "forget (invalid)", policy{}},
		{"invalid, true", from, signal{kind: signalInvalid, resumable: true}, from, "", policy{}},
		{"invalid, no session", none, signal{kind: signalInvalid}, none, "", policy{}},
		{"reconnect, longer", from, signal{kind: signalReconnect, delay: time.Hour},
			with(func(m *machine) { m.delay = time.Minute }), "", policy{}},
		{"reconnect, shorter", from, signal{kind: signalReconnect, delay: -time.Hour}, from, "", policy{}},
		{"lost", from, cut, waits, "wait 2s-4s", policy{}},
		{"1000 after op 7", from, closedWith(1000), waits, "wait 2s-4s", policy{}},
		{"4008", from, closedWith(4008), waits, "wait 2s-4s", policy{}},
		{"fatal", from, closedWith(4004), with(func(m *machine) { m.phase = phaseEnded }), "end (world)", policy{}},
		{"nothing left", with(func(m *machine) { m.identity, m.session = false, false }), closedWith(4000),
			with(func(m *machine) { m.phase, m.identity, m.session = phaseEnded, false, false }), "end (world)", policy{}},
		{"NoReconnect", from, closedWith(1000), with(func(m *machine) { m.phase = phaseEnded }), "end (world)", noReconnect},
	}
}

// Every transition of the table in machine.go, with the whole of the next state.
func TestEveryTransitionOfTheTable(t *testing.T) {
	for _, c := range transitions() {
		to, actions := c.from.next(c.signal, c.policy)
		if to != c.to {
			t.Errorf("phase %d, %s:\n got %+v\nwant %+v", c.from.phase, c.name, to, c.to)
		}
		if got := told(actions); got != c.actions {
			t.Errorf("phase %d, %s: %q, want %q", c.from.phase, c.name, got, c.actions)
		}
	}
}

// A signal that the table does not name for a phase changes nothing, whatever else is the case.
func TestSignalsThatThePhaseDoesNotNameAreIgnored(t *testing.T) {
	type pair struct {
		during phase
		kind   signalKind
	}
	named := map[pair]bool{}
	for _, c := range transitions() {
		named[pair{c.from.phase, c.signal.kind}] = true
	}
	ignored := 0
	for during := phaseWaiting; during <= phaseEnded; during++ {
		for kind := signalStart; kind <= signalDeadline; kind++ {
			if named[pair{during, kind}] {
				continue
			}
			ignored++
			for bits := range 1 << 7 {
				is := func(bit int) bool { return bits>>bit&1 == 1 }
				from := machine{phase: during, greeted: is(0), identity: is(1), session: is(2), asked: is(3), losses: 3}
				s := signal{kind: kind, err: errWorld, framed: is(4), code: 4004, resumable: is(5), progress: is(5), expired: is(6), delay: 5}
				if is(1) && during == phaseConnected || is(2) && (during == phaseConnected || during == phaseIdentifying || during == phasePausing) {
					continue // That never is, as FuzzMachine shows.
				}
				if to, actions := from.next(s, policy{noReconnect: is(6)}); to != from || len(actions) > 0 {
					t.Fatalf("signal %d in phase %d: %+v became %+v with %q", kind, during, from, to, told(actions))
				}
			}
		}
	}
	if len(named)+ignored != 10*14 || len(named) != 38 {
		t.Errorf("%d pairs in the table and %d ignored, want 38 of 140", len(named), ignored)
	}
}
