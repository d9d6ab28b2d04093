package gateway_test

import (
	"context"
	"encoding/json"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/types"
)

// suspended makes a session, gives it a message, and suspends it.
func suspended(t *testing.T, c *cluster, options gateway.Options) gateway.Session {
	t.Helper()
	handle, _, err := gateway.Connect(t.Context(), testURL, types.Identify{Token: "secret"}, options)
	if err != nil {
		t.Fatal(err)
	}
	c.do(func(v *visit) { v.post("a") })
	synctest.Wait()
	session, err := handle.Suspend(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if handle.State() != gateway.StateClosed || !errors.Is(handle.Err(), gateway.ErrClosed) {
		t.Errorf("after Suspend the handle is %v: %v", handle.State(), handle.Err())
	}
	return session
}

// What happens between two handles is not missed, be it in one process or in two.
func TestASuspendedSessionIsGoneOnWithByAnotherHandle(t *testing.T) {
	for name, begin := range map[string]func(t *testing.T, options gateway.Options) (gateway.GatewayHandle, *types.Ready, error){
		"Connect": func(t *testing.T, options gateway.Options) (gateway.GatewayHandle, *types.Ready, error) {
			return gateway.Connect(t.Context(), testURL, types.Identify{Token: "secret"}, options)
		},
		"Spawn": func(t *testing.T, options gateway.Options) (gateway.GatewayHandle, *types.Ready, error) {
			handle, err := gateway.Spawn(t.Context(), testURL, options)
			return handle, nil, err
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newCluster(t, discord)
				session := suspended(t, c, c.options())
				if code := c.closedWith(0); code < 4000 {
					t.Errorf("closed with %d, which ends the session", code)
				}
				c.miss("b", "c")
				text, err := json.Marshal(session)
				if err != nil {
					t.Fatal(err)
				}
				options := c.options()
				options.Session = new(gateway.Session)
				if err := json.Unmarshal(text, options.Session); err != nil {
					t.Fatal(err)
				}
				seen := keepDiary(options)
				handle, ready, err := begin(t, options)
				if err != nil {
					t.Fatal(err)
				}
				defer shut(t, handle)
				if ready != nil && (ready.SessionID != "s1" || ready.User.ID != 42) {
					t.Errorf("READY is %+v", ready)
				}
				time.Sleep(time.Second)
				c.do(func(v *visit) { v.post("d") })
				expect(t, "the messages", seen.messages(), "b c d")
				expect(t, "the connections", c.log(), "gateway identify, resume resume")
				expect(t, "Resume", c.visited(1).sent(types.OpcodeResume), `{"token":"secret","session_id":"s1","seq":1}`)
				expect(t, "the life", seen.states(), "connected resuming ready"[len("connected "):])
				if now, ok := handle.Session(); !ok || now.ID != "s1" || now.Sequence.Or(-1) != 5 || now.UserID != 42 {
					t.Errorf("the session is now %v", now)
				}
			})
		})
	}
}

// A session that the server does not know any more is no error: there is an Identify to go on with.
func TestASessionThatIsRefusedIsFollowedByAnIdentify(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t, discord, spacebar)
		session := suspended(t, c, c.options())
		options := c.options()
		options.Session = &session
		seen := keepDiary(options)
		handle, ready, err := gateway.Connect(t.Context(), testURL, types.Identify{Token: "secret"}, options)
		if err != nil {
			t.Fatal(err)
		}
		defer shut(t, handle)
		if ready.SessionID != "s2" || ready.User.Username != "ann" {
			t.Errorf("READY is %+v", ready)
		}
		expect(t, "the connections", c.log(), "gateway identify, resume resume identify")
		lost := 0
		for _, step := range seen.lifecycle() {
			if failure, ok := errors.AsType[*gateway.SessionLostError](step.Reason); ok && failure.SessionID == "s1" && failure.Sequence == 1 {
				lost++
			}
		}
		if lost != 1 {
			t.Errorf("the loss of the session was told %d times", lost)
		}
	})
}

func TestASessionThatIsRefusedAfterSpawnLeavesTheSocketToTheCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t, discord, spacebar)
		session := suspended(t, c, c.options())
		options := c.options()
		options.Session = &session
		handle, err := gateway.Spawn(t.Context(), testURL, options)
		if err != nil {
			t.Fatal(err)
		}
		defer shut(t, handle)
		time.Sleep(time.Second)
		if handle.State() != gateway.StateConnected {
			t.Errorf("the handle is %v", handle.State())
		}
		if _, ok := handle.Session(); ok {
			t.Error("there is a session still")
		}
		if ready, err := handle.Identify(t.Context(), types.Identify{Token: "secret"}); err != nil || ready.SessionID != "s2" {
			t.Errorf("Identify: %v", err)
		}
		expect(t, "the connections", c.log(), "gateway identify, resume resume identify")
	})
}

// A session that is too old is not even tried: not at its resume URL either.
func TestASessionThatIsTooOldIsNotTried(t *testing.T) {
	for name, test := range map[string]struct {
		pause time.Duration
		want  string
	}{
		"older":   {6 * time.Minute, "gateway identify, gateway identify"},
		"younger": {4 * time.Minute, "gateway identify, resume resume"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newCluster(t, discord)
				session := suspended(t, c, c.options())
				time.Sleep(test.pause)
				options := c.options()
				options.Session, options.MaxSessionAge = &session, 5*time.Minute
				connect(t, options)
				expect(t, "the connections", c.log(), test.want)
			})
		})
		t.Run(name+", in the life of a handle", func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newCluster(t, discord)
				options := c.options()
				options.MaxSessionAge = 5 * time.Minute
				dial, up := options.Dialer.NetDialContext, time.Time{}
				options.Dialer.NetDialContext = gated(dial, &up)
				connect(t, options)
				time.Sleep(time.Hour) // It is not its life that counts, but for how long it has not been alive.
				up = time.Now().Add(test.pause)
				options.PinURL = true
				c.do(func(v *visit) { v.drop() })
				time.Sleep(10 * time.Minute)
				want := map[bool]string{true: "gateway identify, gateway identify", false: "gateway identify, gateway resume"}
				expect(t, "the connections", c.log(), want[name == "older"])
			})
		})
	}
}

// A resume URL that says nothing must not use up the time that a resume has: the other URL works.
func TestConnectWithASessionOutlastsADeadResumeURL(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t, discord)
		session := suspended(t, c, c.options())
		c.miss("b")
		c.replug("resume.test", mute)
		options := c.options()
		options.Session = &session
		seen := keepDiary(options)
		connect(t, options)
		expect(t, "the connections", c.log(), "gateway identify, gateway resume")
		expect(t, "the messages", seen.messages(), "b")
	})
}

func TestSessionsThatCannotBeResumedAreErrorsOfConnect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t, discord)
		for field, session := range map[string]gateway.Session{
			"session_id":  {Sequence: types.Some[int64](1)},
			"sequence":    {ID: "s1"},
			"gateway_url": {ID: "s1", Sequence: types.Some[int64](1), Gateway: "http://gateway.test"},
		} {
			options := c.options()
			options.Session = &session
			_, _, err := gateway.Connect(t.Context(), testURL, types.Identify{Token: "secret"}, options)
			if refused, ok := errors.AsType[*gateway.SessionError](err); !ok || refused.Field != field {
				t.Errorf("%s: %v", field, err)
			}
		}
		if c.count() != 0 {
			t.Errorf("something was dialled: %s", c.log())
		}
	})
}

func TestSuspendWithoutASession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t, discord)
		handle, err := gateway.Spawn(t.Context(), testURL, c.options())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := handle.Suspend(t.Context()); !errors.Is(err, gateway.ErrNotConnected) {
			t.Errorf("Suspend: %v", err)
		}
		if _, err := handle.Suspend(t.Context()); !errors.Is(err, gateway.ErrClosed) {
			t.Errorf("Suspend once more: %v", err)
		}
		if _, err := (gateway.GatewayHandle{}).Suspend(t.Context()); !errors.Is(err, gateway.ErrClosed) {
			t.Errorf("Suspend of the zero handle: %v", err)
		}
	})
}

// With CheckpointObserved an event whose observer has not returned when Suspend gives up is replayed.
func TestSuspendWithCheckpointObservedLosesNothingThatWasNotObserved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t, discord)
		options := c.options()
		options.Checkpoint = gateway.CheckpointObserved
		release := make(chan struct{})
		options.Events.Message.Create.SubscribeFunc(func(_ context.Context, m *types.MessageCreate) {
			if m.Content == "b" {
				<-release
			}
		})
		handle := connect(t, options)
		c.do(func(v *visit) { v.post("a", "b", "c") })
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		session, err := handle.Suspend(ctx)
		close(release)
		if !errors.Is(err, context.DeadlineExceeded) || session.Sequence.Or(-1) != 1 {
			t.Errorf("Suspend: %v, %v", session, err)
		}
		next := c.options()
		next.Session = &session
		seen := keepDiary(next)
		connect(t, next)
		expect(t, "the messages of the next handle", seen.messages(), "b c")
	})
}

// A server that takes connections and loses them says nothing of the session.
func TestASessionThatIsNotResumedGrowsOld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var well atomic.Bool
		c := newCluster(t, discord, func(v *visit) {
			if well.Load() {
				discord(v)
				return
			}
			v.hello(v.c.interval)
			v.await(types.OpcodeResume)
		})
		options := c.options()
		options.MaxSessionAge = 2 * time.Minute
		handle := connect(t, options)
		c.do(func(v *visit) { v.drop() })
		time.Sleep(90 * time.Second)
		if session, _ := handle.Session(); time.Since(session.AliveAt) < 89*time.Second {
			t.Errorf("alive at %v, %v ago", session.AliveAt, time.Since(session.AliveAt))
		}
		time.Sleep(90 * time.Second)
		well.Store(true)
		time.Sleep(2 * time.Minute)
		if session, _ := handle.Session(); session.ID != "s2" {
			t.Errorf("the session is %v; %s", session, c.log())
		}
	})
}

// While a socket is being left, its session is as young as it was before.
func TestASessionWhoseSocketIsLeftIsAliveUntilThen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t, discord)
		handle := connect(t, c.options())
		time.Sleep(time.Hour)
		go c.do(func(v *visit) { v.beRude(); v.raw(`{"op":7,"d":null}`); time.Sleep(time.Minute) })
		synctest.Wait()
		session, _ := handle.Session()
		if handle.State() != gateway.StateReconnecting || time.Since(session.AliveAt) > time.Second {
			t.Errorf("%v: alive %v ago", handle.State(), time.Since(session.AliveAt))
		}
		time.Sleep(2 * time.Minute) // until the server looks again
	})
}

// What Connect identifies with after a session is refused is answered as to Identify.
func TestConnectEndsWithAREADYThatDoesNotDecode(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t, discord, func(v *visit) {
			v.hello(v.c.interval)
			v.await(types.OpcodeResume)
			v.raw(`{"op":9,"d":false}`)
			v.await(types.OpcodeIdentify)
			v.raw(`{"op":0,"t":"READY","s":0,"d":{"session_id":"s2","user":{"id":"42"},"guilds":[5]}}`)
			v.stay()
		})
		session := suspended(t, c, c.options())
		options := c.options()
		options.Session = &session
		_, _, err := gateway.Connect(t.Context(), testURL, types.Identify{Token: "secret"}, options)
		if _, ok := errors.AsType[*gateway.DecodeError](err); !ok {
			t.Errorf("Connect: %v", err)
		}
	})
}
