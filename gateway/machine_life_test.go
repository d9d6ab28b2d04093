package gateway

import (
	"errors"
	"testing"
	"time"

	"github.com/chorus-go/chorus/types"
)

// life leads a machine through what a server does, and says what the machine has done about it.
type life struct {
	*testing.T
	machine machine
	policy  policy
	at      time.Duration
	last    []action
}

// begin leads a machine with an identity to its first session.
func begin(t *testing.T) *life {
	t.Helper()
	l := &life{T: t, machine: machine{identity: true}}
	l.then(signal{kind: signalStart}, "dial")
	l.open("identify, deadline 30s")
	l.then(signal{kind: signalReady, hasURL: true}, "")
	return l
}

// then checks what follows from a signal.
func (l *life) then(s signal, want string) {
	l.Helper()
	s.at = l.at
	l.machine, l.last = l.machine.next(s, l.policy)
	if got := told(l.last); got != want {
		l.Fatalf("signal %d: %q, want %q", s.kind, got, want)
	}
}

// open leads from a dial to what is sent after HELLO.
func (l *life) open(want string) {
	l.Helper()
	l.then(signal{kind: signalDialled}, "deadline 10s")
	l.then(signal{kind: signalHello}, want)
}

// again leads from a wait to what is sent on the next socket.
func (l *life) again(dial, want string) {
	l.Helper()
	l.then(signal{kind: signalElapsed}, dial)
	l.open(want)
}

const (
	resumes    = "resume, deadline 30s"
	identifies = "identify, deadline 30s"
)

// Spacebar answers every Resume with op 9 and leaves the socket open.
func TestSpacebarRefusesAResumeAndIsIdentifiedWithOnTheSameSocket(t *testing.T) {
	l := begin(t)
	l.at = time.Hour
	l.then(cut, "wait 0s-0s")
	l.again("dial resume URL", resumes)
	l.then(signal{kind: signalInvalid}, "forget (invalid), wait 1s-5s")
	l.then(signal{kind: signalElapsed}, identifies)
	l.then(signal{kind: signalReady}, "")
}

// A session that is logged out elsewhere gets op 9 without d, then 4006; its token is no longer valid.
func TestSpacebarLogsASessionOut(t *testing.T) {
	l := begin(t)
	l.at = time.Hour
	l.then(signal{kind: signalInvalid}, "forget (invalid), wait 1s-5s")
	l.then(closedWith(4006), "wait 0s-0s")
	l.again("dial", identifies)
	l.then(closedWith(4000), "wait 0s-1s")
	l.again("dial", identifies)
	l.then(closedWith(4000), "end (token)")
	if _, ok := errors.AsType[*CloseError](l.last[0].err); ok || !errors.Is(l.last[0].err, errWorld) {
		t.Error("the cause is not wrapped")
	}
}

func TestSpacebarAsksToReconnectAndSaysWhen(t *testing.T) {
	l := begin(t)
	l.at = 30 * time.Second
	l.then(signal{kind: signalReconnect, delay: 1234 * time.Millisecond}, "close")
	l.then(closedWith(1000), "wait 1.234s-1.234s")
	l.again("dial resume URL", resumes)
	l.then(signal{kind: signalResumed}, "")
	l.then(cut, "wait 0s-1s") // The delay was for one dial.
}

// A refusal in answer to Resume and one in answer to Identify are two different ones.
func TestARefusedResumeDoesNotCountAgainstTheToken(t *testing.T) {
	l := begin(t)
	l.then(cut, "wait 0s-0s")
	l.again("dial resume URL", resumes)
	l.then(closedWith(4000), "wait 0s-1s")
	l.again("dial resume URL", resumes)
	l.then(signal{kind: signalInvalid}, "forget (invalid), wait 1s-5s")
	l.then(signal{kind: signalElapsed}, identifies)
	l.then(closedWith(4000), "wait 0s-2s")
	l.again("dial", identifies)
	l.then(signal{kind: signalReady}, "")
	l.then(signal{kind: signalInvalid}, "forget (invalid), wait 1s-5s")
	l.then(signal{kind: signalElapsed}, identifies)
	l.then(closedWith(4000), "wait 0s-4s")
}

// Refusals count in a row: any other answer to Identify begins anew.
func TestRefusalsCountInARow(t *testing.T) {
	for name, answer := range map[string]func(l *life){
		"a loss":     func(l *life) { l.then(cut, "wait 0s-2s") },
		"a deadline": func(l *life) { l.then(late, "close"); l.then(closedWith(4000), "wait 0s-2s") },
		"op 7":       func(l *life) { l.then(signal{kind: signalReconnect}, "close"); l.then(closedWith(1000), "wait 0s-2s") },
		"op 9": func(l *life) {
			l.then(signal{kind: signalInvalid}, "wait 1s-5s")
			l.then(closedWith(4009), "wait 0s-2s")
		},
	} {
		t.Run(name, func(t *testing.T) {
			l := begin(t)
			l.then(closedWith(4009), "forget (world), wait 0s-0s")
			l.again("dial", identifies)
			l.then(closedWith(4000), "wait 0s-1s")
			l.again("dial", identifies)
			answer(l)
			l.again("dial", identifies)
			l.then(closedWith(4000), "wait 0s-4s")
		})
	}
}

// With 4000 made something else by an override, a refused token is still told from a session that is gone.
func TestATokenIsRefusedWhateverTheOverrideOf4000(t *testing.T) {
	for action, wait := range map[CloseAction]string{CloseIdentify: "wait 0s-0s", CloseBackOff: "wait 1m0s-1m0s"} {
		l := &life{T: t, machine: machine{identity: true}, policy: policy{codes: map[types.CloseCode]CloseAction{4000: action}}}
		l.then(signal{kind: signalStart}, "dial")
		l.open(identifies)
		l.then(closedWith(4000), wait)
		l.again("dial", identifies)
		l.then(closedWith(4000), "end (token)")
	}
}

// Discord says that a session may be resumed after all, once; twice is a loop.
func TestAnInvalidSessionIsResumedOnceMore(t *testing.T) {
	l := begin(t)
	l.then(signal{kind: signalInvalid, resumable: true}, "close")
	l.then(closedWith(4000), "wait 0s-0s")
	l.again("dial resume URL", resumes)
	l.then(signal{kind: signalInvalid, resumable: true}, "forget (invalid), wait 1s-5s")
}

func TestADeadResumeURLIsGivenUpAfterTwoDials(t *testing.T) {
	l := begin(t)
	failed := signal{kind: signalDialFailed, err: errWorld}
	l.then(cut, "wait 0s-0s")
	l.then(signal{kind: signalElapsed}, "dial resume URL")
	l.then(failed, "wait 0s-1s")
	l.then(signal{kind: signalElapsed}, "dial resume URL")
	l.then(signal{kind: signalDialled}, "deadline 10s") // It accepts and says nothing.
	l.then(late, "close")
	l.then(cut, "wait 0s-2s")
	l.then(signal{kind: signalElapsed}, "dial")
	l.then(failed, "wait 0s-4s")
	l.again("dial", resumes)
	l.then(signal{kind: signalResumed}, "")
	l.then(cut, "wait 0s-8s")
	l.then(signal{kind: signalElapsed}, "dial")
}

// However a server avoids to resume a session, there is an end to it, after about a minute and a half.
func TestASessionThatCannotBeResumedIsGivenUpInTheEnd(t *testing.T) {
	for name, avoid := range map[string]func(l *life){
		"by losing the socket": func(l *life) { l.machine, l.last = l.machine.next(cut, l.policy) },
		"by closing with 1011": func(l *life) { l.machine, l.last = l.machine.next(closedWith(1011), l.policy) },
		"by silence":           func(l *life) { l.then(late, "close"); l.machine, l.last = l.machine.next(cut, l.policy) },
		"by asking to reconnect": func(l *life) {
			l.then(signal{kind: signalReconnect}, "close")
			l.machine, l.last = l.machine.next(closedWith(1000), l.policy)
		},
	} {
		t.Run(name, func(t *testing.T) {
			l := begin(t)
			l.then(cut, "wait 0s-0s")
			for range resumeLimit {
				l.again("dial resume URL", resumes)
				avoid(l)
			}
			l.again("forget (unresumed), dial", identifies)
		})
	}
}

// A replay that goes on where the last one ended is no reason to give up.
func TestAReplayInPiecesIsNoFailure(t *testing.T) {
	l := begin(t)
	l.then(cut, "wait 0s-0s")
	for range 3 * resumeLimit {
		l.again("dial resume URL", resumes)
		l.machine, _ = l.machine.next(signal{kind: signalLost, err: errWorld, progress: true}, l.policy)
	}
	l.again("dial resume URL", resumes)
}

// A storm of op 7, each after RESUMED, is slowed down to a minute; a stable minute ends it.
func TestAStormIsSlowedDownUntilAStableMinute(t *testing.T) {
	l := begin(t)
	for _, most := range []string{"0s", "1s", "2s", "4s", "8s", "16s", "32s", "1m0s", "1m0s"} {
		l.at += stableAfter - 1
		l.then(signal{kind: signalReconnect}, "close")
		l.then(closedWith(1000), "wait 0s-"+most)
		l.again("dial resume URL", resumes)
		l.then(signal{kind: signalResumed}, "")
	}
	l.at += stableAfter
	l.then(signal{kind: signalReconnect}, "close")
	l.then(closedWith(1000), "wait 0s-0s")
}

// A stable session that ends with op 9 was stable all the same.
func TestALossLongAgoDoesNotDelayAfterAnInvalidSession(t *testing.T) {
	l := begin(t)
	l.machine.losses = 9
	l.at = 24 * time.Hour
	l.then(signal{kind: signalInvalid}, "forget (invalid), wait 1s-5s")
	l.then(closedWith(4006), "wait 0s-0s")
}

// The third refusal of the machine's own Identify, and each that follows, costs a socket.
func TestALoopOfInvalidSessions(t *testing.T) {
	l := begin(t)
	l.then(signal{kind: signalInvalid}, "forget (invalid), wait 1s-5s")
	for range invalidLimit - 1 {
		l.then(signal{kind: signalElapsed}, identifies)
		l.then(signal{kind: signalInvalid}, "wait 1s-5s")
	}
	l.then(signal{kind: signalElapsed}, identifies)
	for _, most := range []string{"0s", "1s", "2s"} {
		l.then(signal{kind: signalInvalid}, "close")
		l.then(closedWith(4000), "wait 0s-"+most)
		l.again("dial", identifies)
	}
	l.then(signal{kind: signalReady}, "")
	if l.machine.invalids != 0 {
		t.Error("READY does not end the row")
	}
}

// The caller's Identify is answered; one that the machine repeats for it on another socket is the machine's own affair.
func TestOnlyTheCallersOwnIdentifyIsRefused(t *testing.T) {
	l := &life{T: t}
	l.then(signal{kind: signalStart}, "dial")
	l.open("")
	l.then(signal{kind: signalIdentify}, "deadline 30s")
	l.then(signal{kind: signalIdentify}, "") // A second one has no effect.
	l.then(signal{kind: signalInvalid}, "refuse (invalid)")
	l.then(signal{kind: signalIdentify}, "deadline 30s")
	l.then(cut, "wait 0s-0s")
	l.again("dial", identifies)
	l.then(signal{kind: signalUnsent}, "") // What the caller could not write has been written since.
	if l.machine.phase != phaseIdentifying || !l.machine.identity {
		t.Fatalf("%+v", l.machine)
	}
	l.then(signal{kind: signalInvalid}, "wait 1s-5s")
}

// HELLO twice, READY twice, RESUMED without Resume, op 9 in answer to nothing: nothing comes of them.
func TestWhatAServerSaysTwiceOrUnasked(t *testing.T) {
	l := begin(t)
	before := l.machine
	for _, kind := range []signalKind{signalHello, signalReady, signalResumed, signalStart, signalElapsed, signalDeadline, signalDialled} {
		l.then(signal{kind: kind, hasURL: true}, "")
	}
	if l.machine != before {
		t.Errorf("%+v, was %+v", l.machine, before)
	}
	l.then(signal{kind: signalInvalid}, "forget (invalid), wait 1s-5s")
	l.then(signal{kind: signalInvalid}, "")
	l.then(signal{kind: signalResumed}, "")
	l.then(signal{kind: signalElapsed}, identifies)
	l.then(signal{kind: signalResumed}, "")
	if l.machine.phase != phaseIdentifying {
		t.Errorf("phase %d", l.machine.phase)
	}
}
