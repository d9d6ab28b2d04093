package gateway

import (
	"testing"
	"time"

	"github.com/chorus-go/chorus/types"
)

// closeCodes is what each code means, written down a second time.
var closeCodes = map[types.CloseCode]CloseAction{
	1000: CloseIdentify, 1001: CloseIdentify, 1002: CloseResume, 1005: CloseResume, 1006: CloseResume, 1007: CloseResume,
	1009: CloseIdentify, 1011: CloseResume, 1012: CloseResume,
	4000: CloseResume, 4001: CloseResume, 4002: CloseResume, 4003: CloseIdentify, 4004: CloseFatal, 4005: CloseIdentify,
	4006: CloseIdentify, 4007: CloseIdentify, 4008: CloseBackOff, 4009: CloseIdentify, 4010: CloseFatal, 4011: CloseFatal,
	4012: CloseFatal, 4013: CloseFatal, 4014: CloseFatal, 4015: CloseFatal, 4016: CloseFatal, 4017: CloseResume, 4999: CloseResume,
	-1: CloseResume, 0: CloseResume,
}

// after describes what the end of a ready session leads to.
var after = map[CloseAction]string{
	CloseResume:   "wait 0s-0s",
	CloseIdentify: "forget (world), wait 0s-0s",
	CloseBackOff:  "forget (world), wait 1m0s-1m0s",
	CloseFatal:    "end (world)",
}

func ready() machine {
	return machine{phase: phaseReady, greeted: true, established: true, identity: true, session: true}
}

func TestEveryCloseCodeHasItsAction(t *testing.T) {
	for code, want := range closeCodes {
		if got := CloseActionOf(code); got != want {
			t.Errorf("%d (%v): %v, want %v", code, code, got, want)
		}
		if _, actions := ready().next(closedWith(code), policy{}); told(actions) != after[want] {
			t.Errorf("%d (%v) in a session: %q, want %q", code, code, told(actions), after[want])
		}
	}
}

// An override precedes the table, for its code only, in every phase that has a socket.
func TestCloseActionsOverrideTheTable(t *testing.T) {
	for code := range closeCodes {
		for want, actions := range after {
			p := policy{codes: map[types.CloseCode]CloseAction{code: want, 3999: CloseFatal}}
			if _, got := ready().next(closedWith(code), p); told(got) != actions {
				t.Errorf("%d as %v: %q, want %q", code, want, told(got), actions)
			}
		}
	}
	p := policy{codes: map[types.CloseCode]CloseAction{4004: CloseResume}}
	if _, got := ready().next(closedWith(4010), p); told(got) != "end (world)" {
		t.Errorf("an override of 4004 changes 4010: %q", told(got))
	}
}

// A code that no close frame of the server has brought is this side's own description of a loss.
func TestOnlyACloseFrameHasACode(t *testing.T) {
	for code := range closeCodes {
		s := closedWith(code)
		s.framed = false
		p := policy{codes: map[types.CloseCode]CloseAction{code: CloseFatal}}
		if to, got := ready().next(s, p); told(got) != "wait 0s-0s" || !to.session {
			t.Errorf("%d: %q", code, told(got))
		}
	}
}

// What a code says of a session counts where the server can know of it. While this side closes the socket, 1000 and 4000
// are answers to that, also when they are fatal otherwise.
func TestACloseCodeMeansWhatThePhaseAllows(t *testing.T) {
	fatal := policy{codes: map[types.CloseCode]CloseAction{1000: CloseFatal, 4000: CloseFatal, 4002: CloseFatal}}
	cases := []struct {
		during phase
		code   types.CloseCode
		policy policy
		want   CloseAction
	}{
		{phaseLeaving, 1000, policy{}, CloseResume},
		{phaseLeaving, 1000, fatal, CloseResume},
		{phaseLeaving, 4000, fatal, CloseResume},
		{phaseLeaving, 4002, fatal, CloseFatal},
		{phaseLeaving, 4004, policy{}, CloseFatal},
		{phaseLeaving, 4008, policy{}, CloseResume},
		{phaseLeaving, 4009, policy{}, CloseResume},
		{phaseGreeting, 1001, policy{}, CloseResume},
		{phaseGreeting, 4000, fatal, CloseFatal},
		{phaseGreeting, 4008, policy{}, CloseBackOff},
		{phaseGreeting, 4012, policy{}, CloseFatal},
		{phaseResuming, 1001, policy{}, CloseIdentify},
		{phaseReady, 1000, fatal, CloseFatal},
	}
	for _, c := range cases {
		if got := c.policy.verdict(closedWith(c.code), c.during); got != c.want {
			t.Errorf("%d in phase %d with %v: %v, want %v", c.code, c.during, c.policy.codes, got, c.want)
		}
	}
}

func TestCloseActionsHaveNames(t *testing.T) {
	names := map[CloseAction]string{CloseResume: "resume", CloseIdentify: "identify", CloseBackOff: "back off", CloseFatal: "fatal", 0: "unknown", 9: "unknown"}
	for action, want := range names {
		if got := action.String(); got != want {
			t.Errorf("%d: %q, want %q", action, got, want)
		}
	}
}

// What refuses Identify or Resume for good is what speaks of the payload, and Spacebar's 4000.
func TestWhatRefusesAPayload(t *testing.T) {
	want := map[types.CloseCode]bool{4000: true, 4002: true, 1007: true, 1009: true}
	for code := range closeCodes {
		if refuses(code) != want[code] {
			t.Errorf("%d: %v", code, refuses(code))
		}
	}
}

func TestBackoffDoublesUpToAMinute(t *testing.T) {
	want := []time.Duration{0, 1, 2, 4, 8, 16, 32, 60, 60, 60}
	for losses, seconds := range want {
		if got := backoff(losses); got != seconds*time.Second {
			t.Errorf("after %d losses: %v, want %v s", losses, got, int(seconds))
		}
	}
	for _, losses := range []int{64, 65, 1 << 30, 1<<63 - 1} {
		if got := backoff(losses); got != time.Minute {
			t.Errorf("after %d losses: %v", losses, got)
		}
	}
	if got := backoff(-1 << 63); got != 0 {
		t.Errorf("a number that has overflowed: %v", got)
	}
}
