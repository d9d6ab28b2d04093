package gateway

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/chorus-go/chorus/types"
)

// world is an independent idea of what a machine has set going: it knows actions and signals, and of the machine only
// in which phase it says to be.
type world struct {
	t       testing.TB
	machine machine
	policy  policy
	at      time.Duration

	dialling, socket, timer, deadline bool

	greeted  bool          // ever
	hello    bool          // on this socket
	closing  bool          // this side has closed it
	fresh    bool          // the socket may be identified or resumed on: it is new, or the session was refused
	pending  signalKind    // what was sent and not answered: signalIdentify, signalResume, or signalStart for nothing
	caller   bool          // it is the caller who sent that
	session  bool          // to resume
	identity bool          // to identify with
	onURL    bool          // the last dial was of the resume URL
	slow     bool          // somebody asked to wait
	refused  int           // closes in a row that refuse what was sent
	losses   int           // in a row
	since    time.Duration // of the session
	ends     int           // actionEnd
}

var fuzzCodes = []types.CloseCode{1000, 1001, 1006, 1009, 1011, 4000, 4000, 4001, 4002, 4003, 4004, 4006, 4008, 4009, 4014, 4999}

var fuzzDelays = []time.Duration{0, 0, time.Millisecond, 5 * time.Second, -time.Hour, 24 * time.Hour, 1<<63 - 1, -1 << 63}

// newWorld begins a life.
func newWorld(t testing.TB, setup byte) *world {
	w := &world{t: t, identity: setup&1 != 0, session: setup&2 != 0, pending: signalStart}
	w.machine = machine{identity: w.identity, session: w.session, hasURL: w.session && setup&4 != 0}
	if setup&8 != 0 {
		w.policy.codes = map[types.CloseCode]CloseAction{1000: CloseFatal, 4000: CloseFatal, 4014: CloseResume, 4999: CloseBackOff, 4009: CloseResume}
	}
	w.policy.noReconnect = setup&0xf0 == 0xf0
	w.step(signal{kind: signalStart})
	return w
}

// decode makes a signal of two bytes: any that there is, or, for the last two kinds, what a good server would do.
func (w *world) decode(kind, detail byte) signal {
	w.at += []time.Duration{0, time.Second, 31 * time.Second, time.Hour}[detail>>2&3]
	if kind %= 16; signalKind(kind) == signalStart || kind >= 14 {
		return w.well()
	}
	bit := detail&1 != 0
	return signal{
		kind: signalKind(kind), err: errWorld, framed: !bit, resumable: bit, hasURL: bit, progress: bit, expired: detail&3 == 3,
		code: fuzzCodes[detail>>4], delay: fuzzDelays[detail>>4&7],
	}
}

// well is what happens next when all goes well.
func (w *world) well() signal {
	switch {
	case w.dialling:
		return signal{kind: signalDialled}
	case w.timer:
		return signal{kind: signalElapsed}
	case w.closing:
		return signal{kind: signalLost, err: errWorld}
	case w.socket && !w.hello:
		return signal{kind: signalHello}
	case w.pending == signalIdentify:
		return signal{kind: signalReady}
	}
	return signal{kind: signalResumed}
}

// step lets something happen and checks what the machine makes of it.
func (w *world) step(s signal) {
	s.at = w.at
	before := w.machine
	next, actions := before.next(s, w.policy)
	if same, again := before.next(s, w.policy); same != next || !slices.EqualFunc(actions, again, func(a, b action) bool { return a.kind == b.kind && a.from == b.from && a.to == b.to }) {
		w.t.Fatal("two answers to one signal")
	}
	if w.ends > 0 || !w.possible(s) {
		if next != before || len(actions) > 0 {
			w.t.Fatalf("signal %d, which cannot be: %+v became %+v with %q", s.kind, before, next, told(actions))
		}
		return
	}
	refused := w.refused
	w.happens(s, before.phase)
	w.machine = next
	if next.phase != before.phase {
		w.timer, w.deadline = false, false
		if before.phase == phaseReady && w.at-w.since >= time.Minute {
			w.losses = 0
		}
		if next.phase == phaseReady {
			w.since = w.at
		}
	}
	for _, a := range actions {
		w.act(a, s)
	}
	w.ended(s, before.phase, max(w.refused, refused))
	w.check()
	if w.t.Failed() {
		w.t.Fatalf("signal %+v: %+v became %+v with %q; the world is %+v", s, before, next, told(actions), *w)
	}
}

// possible says whether the supervisor could have seen it.
func (w *world) possible(s signal) bool {
	switch s.kind {
	case signalStart:
		return !w.dialling && !w.socket && !w.timer
	case signalDialled, signalDialFailed:
		return w.dialling
	case signalElapsed:
		return w.timer
	case signalDeadline:
		return w.deadline
	case signalHello:
		return w.socket && !w.hello && !w.closing
	}
	return w.socket
}

// happens notes what a signal changes by itself, and what is sent by the caller.
func (w *world) happens(s signal, during phase) {
	answered := w.pending
	switch s.kind {
	case signalDialled:
		w.dialling, w.socket, w.fresh, w.slow = false, true, true, false
	case signalDialFailed:
		w.dialling = false
	case signalHello:
		w.hello, w.greeted = true, true
	case signalElapsed:
		w.timer = false
	case signalDeadline:
		w.deadline = false
	case signalReconnect:
		w.slow = w.slow || s.delay > 0
	case signalReady, signalResumed:
		if begun := w.hello || w.closing; begun && (w.session || s.kind == signalReady) {
			w.session, w.refused, w.pending = true, 0, signalStart
		}
	case signalInvalid:
		if !w.closing {
			w.fresh, w.refused, w.pending = w.fresh || during >= phaseIdentifying, 0, signalStart
		}
		if answered == signalIdentify && w.caller && !w.closing {
			w.identity = false
		}
	case signalIdentify, signalResume:
		if during == phaseConnected {
			w.send(s.kind, true)
			w.identity, w.session = s.kind == signalIdentify, s.kind == signalResume
		}
	case signalUnsent:
		if w.pending != signalStart && w.caller && !w.closing {
			w.pending, w.fresh, w.identity, w.session = signalStart, true, false, false
		}
	case signalLost:
		w.slow = w.slow || w.policy.verdict(s, during) == CloseBackOff
		if w.refused++; !s.framed || s.code != 4000 && s.code != 4002 && s.code != 1009 {
			w.refused = 0
		}
		if w.pending == signalStart { // It refuses nothing. Before HELLO it does not end a row either.
			w.refused = 0
			if !w.hello && !w.closing {
				w.refused = w.machine.refusals
			}
		}
		w.socket, w.hello, w.closing, w.pending = false, false, false, signalStart
	}
}

// send notes Identify or Resume.
func (w *world) send(kind signalKind, caller bool) {
	if !w.socket || !w.hello || w.closing || !w.fresh {
		w.t.Errorf("it sends %d without a reason", kind)
	}
	w.fresh, w.pending, w.caller = false, kind, caller
}

// act carries out an action.
func (w *world) act(a action, s signal) {
	if w.ends > 0 {
		w.t.Error("an action after the end")
	}
	switch a.kind {
	case actionDial:
		if w.dialling || w.socket || a.onURL && !w.session {
			w.t.Error("it dials")
		}
		w.dialling, w.onURL = true, a.onURL
	case actionIdentify:
		if !w.identity || w.session {
			w.t.Error("it identifies without an identity, or with a session")
		}
		w.send(signalIdentify, false)
	case actionResume:
		if !w.session || s.expired {
			w.t.Error("it resumes nothing, or what is too old")
		}
		w.send(signalResume, false)
	case actionDeadline:
		if w.deadline = true; !w.socket || a.from != 10*time.Second && a.from != 30*time.Second {
			w.t.Errorf("a deadline of %v", a.from)
		}
	case actionWait:
		w.wait(a)
	case actionClose:
		if !w.socket || w.closing {
			w.t.Error("it closes what is not open")
		}
		w.closing, w.pending, w.refused = true, signalStart, 0
	case actionForget:
		if !w.session {
			w.t.Error("it forgets nothing")
		}
		w.session, w.refused = false, 0
	case actionRefuse:
		if a.err == nil || w.identity {
			w.t.Error("it refuses what it has")
		}
	case actionEnd:
		w.ends++
	}
}

// wait checks how long a wait is.
func (w *world) wait(a action) {
	w.timer = true
	if w.socket {
		if a.from != time.Second || a.to != 5*time.Second {
			w.t.Errorf("it pauses %v to %v", a.from, a.to)
		}
		return
	}
	spread := time.Duration(0)
	for range min(w.losses, 10) {
		spread = min(max(time.Second, 2*spread), time.Minute)
	}
	w.losses++
	if a.to-a.from != spread || a.from < 0 || a.from > time.Minute || a.from > 0 && !w.slow {
		w.t.Errorf("it waits %v to %v, not %v", a.from, a.to, spread)
	}
}

// ended checks that the handle ends when it has to, and else does not.
func (w *world) ended(s signal, during phase, refused int) {
	failed := s.kind == signalLost || s.kind == signalDialFailed || s.kind == signalDeadline
	must := s.kind == signalLost && s.framed && w.fatal(s.code) && !(during == phaseLeaving && (s.code == 1000 || s.code == 4000))
	must = must || s.kind == signalLost && (w.policy.noReconnect || !w.session && !w.identity)
	must = must || s.kind == signalDialFailed && w.policy.noReconnect
	must = must || failed && !w.greeted && !w.onURL
	must = must || s.kind == signalLost && during == phaseIdentifying && refused >= 2
	must = must || s.kind == signalDeadline && w.policy.noReconnect && !(during == phaseResuming && s.progress)
	if got := w.ends; got > 1 || got == 1 != must || got == 1 != (w.machine.phase == phaseEnded) {
		w.t.Errorf("%d ends, must it end: %v", got, must)
	}
	if s.kind == signalLost && during == phaseResuming && refused >= 2 && w.session && w.ends == 0 {
		w.t.Error("it keeps a session that was refused twice")
	}
}

func (w *world) fatal(code types.CloseCode) bool {
	if action, ok := w.policy.codes[code]; ok {
		return action == CloseFatal
	}
	return code == 4004 || code == 4014
}

// check checks that something will move the machine on, and that it goes where it wants to when all goes well.
func (w *world) check() {
	m := w.machine
	moved := map[phase]bool{
		phaseWaiting:     w.timer && !w.socket,
		phaseDialling:    w.dialling,
		phaseGreeting:    w.socket && w.deadline && !w.hello,
		phaseConnected:   w.socket && w.hello && !w.identity && !w.session && w.fresh,
		phaseIdentifying: w.socket && w.deadline && w.pending == signalIdentify && !w.session && w.identity,
		phaseResuming:    w.socket && w.deadline && w.pending == signalResume && w.session,
		phaseReady:       w.socket && w.session,
		phasePausing:     w.socket && w.timer && w.identity && !w.session,
		phaseLeaving:     w.socket && w.closing,
		phaseEnded:       w.ends == 1,
	}
	if !moved[m.phase] {
		w.t.Error("nothing moves it on, or it is elsewhere")
	}
	if w.closing != (m.phase == phaseLeaving) && m.phase != phaseEnded || w.ends == 0 && (m.session != w.session || m.identity != w.identity) {
		w.t.Error("it is wrong about the world")
	}
}

// settle lets all go well, and checks that it ends well.
func (w *world) settle() {
	for range 10 {
		if p := w.machine.phase; p == phaseReady || p == phaseConnected || w.ends > 0 {
			return
		}
		w.step(w.well())
	}
	w.t.Fatalf("it is stuck: %+v", w.machine)
}

// live leads a machine through the life that the bytes describe, and looks at every step whether it would end well.
func live(t testing.TB, data []byte) {
	if len(data) == 0 {
		return
	}
	w := newWorld(t, data[0])
	for data = data[1:]; len(data) > 1; data = data[2:] {
		w.step(w.decode(data[0], data[1]))
		if !w.policy.noReconnect {
			fork := *w
			fork.settle()
		}
	}
}

// FuzzMachine: never two Identifies without a reason, never a resume without a session, never two sockets, always an end
// after a fatal code, nothing after the end, and never stuck.
func FuzzMachine(f *testing.F) {
	const good = 14
	begin := []byte{1, good, 0, good, 0, good, 0}
	for _, more := range [][]byte{
		{},
		{byte(signalLost), 0x21, good, 0, good, 0, good, 0, byte(signalInvalid), 0, good, 0, good, 0}, // Spacebar refuses a resume
		{byte(signalInvalid), 0, byte(signalLost), 0xb0, good, 0, good, 0, good, 0, byte(signalLost), 0x50, good, 0, good, 0, good, 0, byte(signalLost), 0x50},
		{byte(signalReconnect), 0x30, byte(signalLost), 0, good, 0, good, 0, good, 0, good, 0},
		{byte(signalInvalid), 1, byte(signalLost), 0x50, good, 0, good, 0, good, 0, byte(signalInvalid), 1},
		{byte(signalLost), 0xc0, good, 0, byte(signalDialFailed), 0, good, 0},
		{byte(signalLost), 0xa0, byte(signalReady), 0},
		{byte(signalReady), 1, byte(signalHello), 0, byte(signalResumed), 0, byte(signalLost), 0x2d},
	} {
		f.Add(slices.Concat(begin, more))
	}
	f.Add([]byte{0, good, 0, good, 0, byte(signalIdentify), 0, byte(signalInvalid), 0, byte(signalResume), 0, byte(signalUnsent), 0})
	f.Add([]byte{6, good, 0, byte(signalDeadline), 0, byte(signalLost), 0x21, good, 0, byte(signalDialFailed), 0, good, 0, good, 0})
	f.Add([]byte{0xf3, good, 0, good, 0, byte(signalDeadline), 0})
	f.Fuzz(func(t *testing.T, data []byte) { live(t, data) })
}

// The same, with lives that are long.
func TestAMachineKeepsItsWordAtRandom(t *testing.T) {
	random := rand.New(rand.NewPCG(4, 2))
	reached := map[phase]int{}
	for range 3000 {
		w := newWorld(t, byte(random.Uint32()))
		for range 200 {
			w.step(w.decode(byte(random.Uint32()), byte(random.Uint32())))
			reached[w.machine.phase]++
			if w.ends > 0 {
				break
			}
			if !w.policy.noReconnect {
				fork := *w
				fork.settle()
			}
		}
	}
	for p := phaseWaiting; p <= phaseEnded; p++ {
		if reached[p] < 500 {
			t.Errorf("phase %d was reached %d times", p, reached[p])
		}
	}
}
