package gateway

import (
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/types"
)

func TestAWindow(t *testing.T) {
	const s = time.Second
	type step struct {
		at      time.Duration
		do      string // "ask", "write" an ordinary payload, "begin" one, "end" it, "drop" it, or "beat"
		roomAt  time.Duration
		comment string
	}
	tests := map[string]struct {
		limit, reserve int
		steps          []step
	}{
		"slides": {2, 0, []step{
			{0, "write", 0, ""}, {4 * s, "write", 4 * s, ""}, {5 * s, "ask", 10 * s, "when the first is old enough"},
			{10 * s, "write", 10 * s, "exactly then"}, {13 * s, "ask", 14 * s, "not all at once"}, {20 * s, "ask", 20 * s, ""},
		}},
		"counts from the end of a slow write": {1, 0, []step{
			{0, "begin", 0, ""}, {30 * s, "ask", never, "it may be written at any moment"},
			{31 * s, "end", 41 * s, ""}, {40 * s, "ask", 41 * s, ""}, {41 * s, "ask", 41 * s, ""},
		}},
		"gives back what was not written": {1, 0, []step{
			{0, "begin", 0, ""}, {1 * s, "drop", 1 * s, ""},
		}},
		"keeps the reserve": {3, 2, []step{
			{0, "write", 0, ""}, {1 * s, "ask", 10 * s, "though only one of three was written"}, {2 * s, "beat", 10 * s, ""},
			{10 * s, "ask", 10 * s, "a beat within the reserve takes nothing"},
		}},
		"more beats than the reserve take the rest": {3, 1, []step{
			{0, "beat", 0, ""}, {1 * s, "beat", 1 * s, ""}, {2 * s, "beat", 10 * s, ""},
			{10 * s, "ask", 10 * s, ""}, {10 * s, "write", 10 * s, ""}, {10 * s, "ask", 11 * s, ""},
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := &window{limit: test.limit, length: 10 * s, reserve: test.reserve}
			for _, step := range test.steps {
				switch step.do {
				case "begin", "write":
					if got := w.roomAt(step.at); got != step.at {
						t.Fatalf("at %v there is no room before %v", step.at, got)
					}
					w.ordinary.begin()
					if step.do == "write" {
						w.ordinary.end(step.at, true)
					}
					continue
				case "end", "drop":
					w.ordinary.end(step.at, step.do == "end")
				case "beat":
					w.exempt.begin()
					w.exempt.end(step.at, true)
				}
				if got := w.roomAt(step.at); got != step.roomAt {
					t.Errorf("at %v, after %q: room at %v, want %v %s", step.at, step.do, got, step.roomAt, step.comment)
				}
			}
		})
	}
}

// FuzzWindow compares a window with a list of all that was ever written: no span holds more than the limit, and nobody
// is kept waiting without a reason.
func FuzzWindow(f *testing.F) {
	f.Add(uint8(5), uint8(2), []byte{0, 1, 2, 3, 8, 9, 200, 0, 0, 0, 0, 0, 0, 129, 3, 4, 250, 0, 7})
	f.Add(uint8(1), uint8(0), []byte{0, 255, 0, 255, 1, 255, 2, 255, 4})
	f.Add(uint8(8), uint8(7), []byte{3, 3, 3, 0, 12, 3, 16, 3, 0, 200, 3, 0, 1, 5, 9, 13})
	f.Fuzz(func(t *testing.T, limit, kept uint8, steps []byte) {
		const length = 50 * time.Millisecond
		w := &window{limit: 1 + int(limit%9)}
		w.length, w.reserve = length, int(kept)%w.limit
		var now time.Duration
		var ordinary, beats []time.Duration
		flying := 0
		within := func(times []time.Duration) int {
			recent := func(at time.Duration) bool { return at > now-length }
			return len(times) - slices.IndexFunc(append(slices.Clone(times), never), recent)
		}
		for _, step := range steps {
			now += time.Duration(step>>2) * time.Millisecond
			switch step & 3 {
			case 0, 1: // An ordinary payload asks.
				busy := flying+within(ordinary)+max(within(beats), w.reserve) >= w.limit
				at := w.roomAt(now)
				if busy != (at > now) {
					t.Fatalf("at %v room is promised for %v, with %d in flight, %v and beats %v", now, at, flying, ordinary, beats)
				}
				if at == never && flying == 0 {
					t.Fatal("nothing will ever make room")
				}
				if at <= now {
					w.ordinary.begin()
					flying++
				}
			case 2: // One is written, or given up.
				if flying > 0 {
					flying--
					written := step&4 == 0
					w.ordinary.end(now, written)
					if written {
						ordinary = append(ordinary, now)
					}
				}
			case 3: // A beat, as many as were allowed for.
				if within(beats) < w.reserve {
					w.exempt.begin()
					w.exempt.end(now, true)
					beats = append(beats, now)
				}
			}
			if all := within(ordinary) + within(beats); all > w.limit {
				t.Fatalf("%d payloads in the %v before %v; %d are allowed", all, length, now, w.limit)
			}
		}
	})
}

func TestTheReserveHoldsTheBeatsOfAWindow(t *testing.T) {
	for _, test := range []struct {
		interval time.Duration
		want     int
	}{
		{time.Second, 63},
		{41250 * time.Millisecond, 4},
		{maxInterval, 3},
	} {
		if got := reserve(time.Minute+time.Minute/100, test.interval); got != test.want {
			t.Errorf("an interval of %v: %d, want %d", test.interval, got, test.want)
		}
	}
}

func TestLimitsThatAreAsGoodAsNewAreForgotten(t *testing.T) {
	rates, err := DiscordLimits().checked()
	if err != nil {
		t.Fatal(err)
	}
	l := newLimiter(rates)
	for guild := range 100_000 {
		limits := l.limitsOf(time.Duration(guild)*time.Second, 8, []types.Snowflake{types.Snowflake(guild + 1)})
		for _, limit := range limits[1:] {
			if limit != l.limits[limitKey{op: 8}] && limit != l.limits[limitKey{op: 8, guild: types.Snowflake(guild + 1)}] {
				t.Fatal("one that a send is about to use is forgotten")
			}
			limit.begin()
			limit.users--
			if limit.window != nil {
				limit.window.ordinary.end(time.Duration(guild)*time.Second, true)
			}
		}
		limits[0].users--
	}
	if len(l.limits) > 300 {
		t.Errorf("%d limits are kept for requests of which 30 count", len(l.limits))
	}
	if l.limits[limitKey{op: 8, guild: 100_000}] == nil {
		t.Error("one that counts is forgotten")
	}
}

func TestANewConnectionIsCountedAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(RateLimits{
			Total:   RateLimit{Count: 10, Window: time.Minute},
			Opcodes: map[types.Opcode]RateLimit{98: {Count: 1, Window: time.Hour}},
		})
		granted := map[types.Opcode]int{}
		var mu sync.Mutex
		end := make(chan struct{})
		ask := func(op types.Opcode, n int, settle func(grant)) {
			for range n {
				go func() {
					if g, err := l.admit(t.Context(), outgoing{op: op}, end); err == nil {
						mu.Lock()
						granted[op]++
						mu.Unlock()
						settle(g)
					}
				}()
			}
			synctest.Wait()
		}
		if err := l.connected(40 * time.Second); err != nil { // Keeps 4.
			t.Error(err)
		}
		ask(98, 2, func(g grant) { g.settle(true) })
		ask(99, 1, func(grant) {}) // Is in flight until the end.
		ask(99, 20, func(g grant) { g.settle(true) })
		if granted[98] != 1 || granted[99] != 5 {
			t.Errorf("granted %v, want one and five", granted)
		}
		if err := l.connected(20 * time.Second); err != nil { // Keeps 6.
			t.Error(err)
		}
		synctest.Wait()
		if granted[98] != 1 || granted[99] != 5+3 {
			t.Errorf("granted %v on the second connection, want three more of what has no limit of its own", granted)
		}
		if err := l.connected(time.Second); err == nil {
			t.Error("heartbeats that fill the limit are no error")
		}
		time.Sleep(10 * time.Minute)
		if granted[99] != 5+3 {
			t.Errorf("granted %v, though what is in flight holds the last place", granted)
		}
		close(end)
	})
}

func TestAGrantThatComesTooLateIsGivenBack(t *testing.T) {
	l := newLimiter(RateLimits{Opcodes: map[types.Opcode]RateLimit{99: {Count: 1, Window: time.Hour}}})
	enter := func() *waiter {
		w := &waiter{ready: make(chan struct{}), limits: l.limitsOf(l.now(), 99, nil)}
		wake(l.enter(w, l.now()))
		return w
	}
	first, second := enter(), enter()
	if !first.granted || second.granted {
		t.Fatal("the limit is not one")
	}
	l.abandon(first) // As when its context ended at the same moment.
	<-second.ready
	if users := l.limits[limitKey{op: 99}].users; !second.granted || users != 1 {
		t.Errorf("granted: %v, with %d users", second.granted, users)
	}
}

// Only what has to wait looks at the window: a connection that sends nothing must not remember all its heartbeats.
func TestAYearOfHeartbeatsIsNotRemembered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(DiscordLimits())
		for range 1000 {
			time.Sleep(40 * time.Second)
			l.count().settle(true)
		}
		if n := l.total.window.exempt.count(); n > 3 {
			t.Errorf("%d heartbeats are remembered", n)
		}
	})
}
