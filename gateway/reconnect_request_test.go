package gateway_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/types"
)

// A server that asks every client to reconnect at once, and again, must not be hammered: that is how an outage begins.
func TestAStormOfOp7IsNotAnsweredWithAStormOfConnections(t *testing.T) {
	for name, closing := range map[string]bool{"and the server waits": false, "and the server closes": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newCluster(t, func(v *visit) {
					v.welcome()
					v.raw(`{"op":7,"d":null}`)
					if !closing {
						v.stay()
					}
				})
				options := c.options()
				seen := keepDiary(options)
				handle := connect(t, options)
				time.Sleep(2 * time.Hour)
				count := c.count()
				if count < 120 || count > 400 {
					t.Errorf("%d connections in two hours", count)
				}
				for i := 1; i < count; i++ {
					gap, most := c.visited(i).at-c.visited(i-1).at, time.Minute
					if i < 7 {
						most = time.Second << i / 4
					}
					if gap > most {
						t.Errorf("connection %d came after %v, want %v at most", i, gap, most)
					}
				}
				if late := c.visited(count-1).at - c.visited(count-21).at; late < time.Minute {
					t.Errorf("the last 20 connections came within %v", late)
				}
				if counts := handle.Stats().Reconnects; counts.Resumed != uint64(count-1) || counts.Requested != uint64(count) {
					t.Errorf("the counts are %+v", counts)
				}
				asked := 0
				for _, step := range seen.lifecycle() {
					if errors.Is(step.Reason, gateway.ErrReconnect) {
						asked++
					}
				}
				if asked != count {
					t.Errorf("%d steps have the reason that the server asked, want %d", asked, count)
				}
			})
		})
	}
}

// Op 7 leaves with a code that keeps the session, and what is missed meanwhile arrives.
func TestOp7IsAnsweredWithAResume(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t, discord)
		options := c.options()
		seen := keepDiary(options)
		connect(t, options)
		c.do(func(v *visit) {
			v.post("a")
			last := c.keep("MESSAGE_CREATE", message("b"))
			c.miss("c")
			v.raw(`{"op":7,"d":null}`)
			v.raw(last)
		})
		time.Sleep(time.Minute)
		expect(t, "the connections", c.log(), "gateway identify, resume resume")
		expect(t, "the messages", seen.messages(), "a b c")
		if code := c.closedWith(0); code < 4000 {
			t.Errorf("closed with %d, which ends the session", code)
		}
	})
}

// Spacebar says how long to wait, then closes with 1000, which otherwise ends a session.
func TestSpacebarsOp7HasADelayAndThenClose1000(t *testing.T) {
	for data, want := range map[string]time.Duration{
		`1234`: 1234 * time.Millisecond, `5000`: 5 * time.Second, `0`: 0, `null`: 0, `-5`: 0, `"x"`: 0, `true`: 0,
		`1e99`: time.Minute, `86400000`: time.Minute, `0.5`: 500 * time.Microsecond,
	} {
		t.Run(data, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newCluster(t, discord)
				options := c.options()
				seen := keepDiary(options)
				handle := connect(t, options)
				begun := time.Since(c.born)
				c.do(func(v *visit) { c.miss("a"); v.raw(`{"op":7,"s":2,"d":` + data + `}`); v.close(1000, "") })
				time.Sleep(2 * time.Minute)
				expect(t, "the connections", c.log(), "gateway identify, resume resume")
				expect(t, "the messages", seen.messages(), "a")
				if took := c.visited(1).at - begun; took != want {
					t.Errorf("it came back after %v, want %v", took, want)
				}
				if session, _ := handle.Session(); session.Sequence.Or(-1) != 2 {
					t.Errorf("the sequence is %v: op 7 must not move it", session.Sequence)
				}
			})
		})
	}
}

// Spacebar answers every Resume with op 9, leaves the socket open and takes an Identify on it.
func TestSpacebarsOp9IsFollowedByAnIdentifyOnTheSameSocket(t *testing.T) {
	for _, invalid := range []string{`{"op":9,"d":false}`, `{"op":9}`, `{"op":9,"s":4}`, `{"op":9,"d":null}`, `{"op":9,"d":0}`} {
		t.Run(invalid, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newCluster(t, discord, func(v *visit) {
					v.hello(v.c.interval)
					v.await(types.OpcodeResume)
					v.raw(invalid)
					v.await(types.OpcodeIdentify)
					v.ready()
					v.stay()
				})
				options := c.options()
				seen := keepDiary(options)
				handle := connect(t, options)
				c.do(func(v *visit) { v.post("a", "b"); c.miss("lost"); v.drop() })
				time.Sleep(time.Minute)
				c.do(func(v *visit) { v.post("c") })
				expect(t, "the connections", c.log(), "gateway identify, resume resume identify")
				expect(t, "the messages", seen.messages(), "a b c")
				expect(t, "the life", seen.states(),
					"connected identifying ready reconnecting connecting resuming connected identifying ready")
				second := c.visited(1)
				times := second.times(types.OpcodeResume, types.OpcodeIdentify)
				if len(times) != 2 {
					t.Fatalf("%d times the second socket was sent Resume or Identify, want one of each", len(times))
				}
				if pause := times[1] - times[0]; pause < time.Second || pause > 5*time.Second {
					t.Errorf("identified after %v, want 1 to 5 s", pause)
				}
				step := seen.lifecycle()[6]
				lost, ok := errors.AsType[*gateway.SessionLostError](step.Reason)
				if !ok || lost.SessionID != "s1" || !lost.HasSequence || lost.Sequence != 2 || !errors.Is(lost, gateway.ErrSessionInvalid) {
					t.Errorf("the reason told is %+v, want the loss of s1 after 2", step.Reason)
				}
				if step.Delay < time.Second || step.Delay > 5*time.Second {
					t.Errorf("the delay told is %v", step.Delay)
				}
				if session, _ := handle.Session(); session.ID != "s2" || session.Sequence.Or(-1) != 1 {
					t.Errorf("the session is %v", session)
				}
			})
		})
	}
}

// When the server closes after its op 9, the Identify goes to another socket.
func TestOp9ThenClose4006(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t, discord)
		options := c.options()
		seen := keepDiary(options)
		connect(t, options)
		c.do(func(v *visit) { v.post("a"); v.raw(`{"op":9,"s":7}`); v.close(4006, "") })
		time.Sleep(time.Minute)
		c.do(func(v *visit) { v.post("b") })
		expect(t, "the connections", c.log(), "gateway identify, gateway identify")
		expect(t, "the messages", seen.messages(), "a b")
		losses := 0
		for _, step := range seen.lifecycle() {
			if _, ok := errors.AsType[*gateway.SessionLostError](step.Reason); ok {
				losses++
			}
		}
		if losses != 1 {
			t.Errorf("the loss of the session was told %d times", losses)
		}
	})
}

// Op 9 true is worth one more Resume, on another socket; a second one is not.
func TestOp9TrueResumesOnceMore(t *testing.T) {
	for _, times := range []int{1, 2} {
		t.Run(fmt.Sprint(times), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				refused := 0
				c := newCluster(t, func(v *visit) {
					v.hello(v.c.interval)
					for {
						got, ok := v.await(types.OpcodeIdentify, types.OpcodeResume)
						switch {
						case !ok:
							return
						case got.Op == types.OpcodeIdentify:
							v.ready()
						case refused < times:
							refused++
							v.raw(`{"op":9,"d":true}`)
							continue
						default:
							v.replay(got)
						}
						v.stay()
						return
					}
				})
				options := c.options()
				seen := keepDiary(options)
				connect(t, options)
				c.do(func(v *visit) { v.post("a"); c.miss("b"); v.drop() })
				time.Sleep(time.Minute)
				if times == 1 {
					expect(t, "the connections", c.log(), "gateway identify, resume resume, resume resume")
					expect(t, "the messages", seen.messages(), "a b")
				} else {
					expect(t, "the connections", c.log(), "gateway identify, resume resume, resume resume identify")
					expect(t, "the messages", seen.messages(), "a")
				}
			})
		})
	}
}

// Op 9 in the middle of a session, true: the session is resumed on another socket.
func TestOp9TrueInTheMiddleOfASession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t, discord)
		options := c.options()
		seen := keepDiary(options)
		connect(t, options)
		c.do(func(v *visit) { v.post("a"); c.miss("b"); v.raw(`{"op":9,"d":true}`) })
		time.Sleep(time.Minute)
		expect(t, "the connections", c.log(), "gateway identify, resume resume")
		expect(t, "the messages", seen.messages(), "a b")
		if code := c.closedWith(0); code < 4000 {
			t.Errorf("closed with %d", code)
		}
	})
}

// A server that refuses every Identify is asked less and less often, and not at all for what the caller can decide.
func TestALoopOfOp9IsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t, discord, func(v *visit) {
			v.hello(v.c.interval)
			for {
				if _, ok := v.await(types.OpcodeIdentify, types.OpcodeResume); !ok {
					return
				}
				v.raw(`{"op":9,"d":false}`)
			}
		})
		handle := connect(t, c.options())
		c.do(func(v *visit) { v.drop() })
		time.Sleep(time.Hour)
		identifies := strings.Count(c.log(), "identify")
		if identifies < 60 || identifies > 400 {
			t.Errorf("%d Identifies in an hour", identifies)
		}
		for i := 1; i < c.count(); i++ {
			times := c.visited(i).times(types.OpcodeIdentify)
			for j := 1; j < len(times); j++ {
				if pause := times[j] - times[j-1]; pause < time.Second {
					t.Errorf("two Identifies on one socket within %v", pause)
				}
			}
		}
		if handle.State() == gateway.StateReady || handle.State() == gateway.StateClosed {
			t.Errorf("the handle is %v", handle.State())
		}
	})
}

func TestOp9ToTheFirstIdentifyIsTheCallersAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		answers := 0
		c := newCluster(t, func(v *visit) {
			v.hello(v.c.interval)
			v.await(types.OpcodeIdentify)
			if answers++; answers == 1 {
				v.raw(`{"op":9,"d":false}`)
				v.await(types.OpcodeIdentify)
			}
			v.ready()
			v.stay()
		})
		handle, err := gateway.Spawn(t.Context(), testURL, c.options())
		if err != nil {
			t.Fatal(err)
		}
		defer shut(t, handle)
		if _, err := handle.Identify(t.Context(), types.Identify{Token: "wrong"}); !errors.Is(err, gateway.ErrSessionInvalid) {
			t.Errorf("Identify: %v", err)
		}
		if ready, err := handle.Identify(t.Context(), types.Identify{Token: "secret"}); err != nil || ready.SessionID != "s1" {
			t.Errorf("Identify once more: %v", err)
		}
		expect(t, "the connections", c.log(), "gateway identify identify")
	})
}
