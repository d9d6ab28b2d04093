package gateway_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/observer"
	"github.com/chorus-go/chorus/types"
)

// stuck is a phase in which a handle can be ended. reach brings it there; release lets go of what is stuck for ever.
type stuck struct {
	state   gateway.State
	scripts []func(v *visit)
	prepare func(c *cluster, options *gateway.Options, release <-chan struct{})
	reach   func(c *cluster)
	session bool // whether there is one to suspend
	slow    bool // whether it needs the end of the context
}

func lose(c *cluster) {
	c.do(func(v *visit) { v.drop() })
	time.Sleep(time.Second)
}

// phases are all phases of a life after the first HELLO.
func phases() map[string]stuck {
	unanswered := func(v *visit) {
		v.beRude()
		v.stay()
		mute(v.ws.NetConn())
	}
	greeted := func(v *visit) { v.hello(v.c.interval); unanswered(v) }
	return map[string]stuck{
		"waiting for the next dial": {state: gateway.StateReconnecting, session: true, scripts: []func(v *visit){discord},
			reach: func(c *cluster) {
				c.do(func(v *visit) { v.raw(`{"op":7,"d":20000}`); v.close(1000, "") })
				time.Sleep(time.Second)
			}},
		"dialling": {state: gateway.StateConnecting, session: true, scripts: []func(v *visit){discord},
			reach: func(c *cluster) { c.replug("resume.test", mute); lose(c) }},
		"greeting":    {state: gateway.StateConnecting, session: true, scripts: []func(v *visit){discord, unanswered}, reach: lose, slow: true},
		"connected":   {state: gateway.StateConnected, scripts: []func(v *visit){greeted}, reach: func(*cluster) {}, slow: true},
		"identifying": {state: gateway.StateIdentifying, scripts: []func(v *visit){greeted}, reach: func(*cluster) {}, slow: true},
		"resuming":    {state: gateway.StateResuming, session: true, scripts: []func(v *visit){discord, greeted}, reach: lose, slow: true},
		"pausing": {state: gateway.StateConnected, scripts: []func(v *visit){discord}, reach: func(c *cluster) {
			c.do(func(v *visit) { v.raw(`{"op":9,"d":false}`) })
			time.Sleep(500 * time.Millisecond)
		}},
		"leaving": {state: gateway.StateReconnecting, session: true, slow: true,
			scripts: []func(v *visit){func(v *visit) { v.welcome(); unanswered(v) }},
			reach:   func(c *cluster) { c.do(func(v *visit) { v.raw(`{"op":7,"d":20000}`) }); time.Sleep(time.Second) }},
		"ready": {state: gateway.StateReady, session: true, scripts: []func(v *visit){discord}, reach: func(*cluster) {}},
		"ready, the server deaf": {state: gateway.StateReady, session: true, slow: true,
			scripts: []func(v *visit){func(v *visit) { v.welcome(); unanswered(v) }}, reach: func(*cluster) {}},
		"ready, an observer stuck": {state: gateway.StateReady, session: true, slow: true, scripts: []func(v *visit){discord},
			prepare: func(_ *cluster, options *gateway.Options, release <-chan struct{}) {
				options.QueueEvents = 1
				options.Events.Message.Create.SubscribeFunc(func(context.Context, *types.MessageCreate) { <-release })
			},
			reach: func(c *cluster) { c.do(func(v *visit) { v.post("a", "b", "c") }); time.Sleep(time.Second) }},
		"reconnecting, an observer stuck": {state: gateway.StateReady, session: true, slow: true, scripts: []func(v *visit){discord},
			prepare: func(_ *cluster, options *gateway.Options, release <-chan struct{}) {
				options.QueueEvents = 1
				options.Events.Message.Create.SubscribeFunc(func(context.Context, *types.MessageCreate) { <-release }, observer.Inline())
			},
			reach: func(c *cluster) { c.do(func(v *visit) { v.post("a", "b", "c"); v.drop() }); time.Sleep(time.Second) }},
		"replaying, an observer stuck": {state: gateway.StateResuming, session: true, slow: true, scripts: []func(v *visit){discord},
			prepare: func(_ *cluster, options *gateway.Options, release <-chan struct{}) {
				options.QueueEvents = 1
				options.Events.Message.Create.SubscribeFunc(func(context.Context, *types.MessageCreate) { <-release })
			},
			reach: func(c *cluster) { c.do(func(v *visit) { c.miss("a", "b", "c"); v.drop() }); time.Sleep(time.Second) }},
		"a store hangs": {state: gateway.StateReady, session: true, slow: true, scripts: []func(v *visit){discord},
			prepare: func(_ *cluster, options *gateway.Options, release <-chan struct{}) {
				options.SessionKey, options.SessionStore = "k", &brokenStore{hang: release}
			},
			reach: func(*cluster) { time.Sleep(6 * time.Second) }},
	}
}

// brokenStore leases, and then hangs or fails in every call.
type brokenStore struct {
	hang <-chan struct{}
	err  error
}

func (s *brokenStore) Lease(context.Context, string) (gateway.SessionLease, error) { return s, nil }

func (s *brokenStore) Load(context.Context) (*gateway.Session, error) { return nil, nil }

func (s *brokenStore) Save(context.Context, gateway.Session) error { return s.broken() }

func (s *brokenStore) Delete(context.Context) error { return s.broken() }

func (s *brokenStore) Release() error { return s.broken() }

func (s *brokenStore) broken() error {
	if s.hang != nil {
		<-s.hang
	}
	return s.err
}

// goroutines counts those of the package.
func goroutines() int {
	synctest.Wait()
	all := make([]byte, 1<<20)
	stacks := string(all[:runtime.Stack(all, true)])
	count := 0
	for stack := range strings.SplitSeq(stacks, "\n\n") {
		if strings.Contains(stack, "chorus/gateway.") && !strings.Contains(stack, "gateway_test.") {
			count++
		}
	}
	return count
}

func TestCloseAndSuspendEndInEveryPhaseWithinTheirContext(t *testing.T) {
	for name, phase := range phases() {
		for _, suspend := range []bool{false, true} {
			t.Run(name+map[bool]string{false: ", Close", true: ", Suspend"}[suspend], func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					before := goroutines()
					c := newCluster(t, phase.scripts...)
					c.interval = 2 * time.Second // The first heartbeat comes due while the handle closes.
					options := c.options()
					release := make(chan struct{})
					free := func() {
						if release != nil {
							close(release)
							release = nil
						}
					}
					defer free()
					if phase.prepare != nil {
						phase.prepare(c, &options, release)
					}
					handle, err := gateway.Spawn(t.Context(), testURL, options)
					if err != nil {
						t.Fatal(err)
					}
					switch phase.state {
					case gateway.StateConnected, gateway.StateIdentifying:
						if name == "pausing" {
							_, err = handle.Identify(t.Context(), types.Identify{Token: "secret"})
						} else if name == "identifying" {
							err = handle.SendIdentify(t.Context(), types.Identify{Token: "secret"})
						}
					default:
						_, err = handle.Identify(t.Context(), types.Identify{Token: "secret"})
					}
					if err != nil {
						t.Fatal(err)
					}
					phase.reach(c)
					synctest.Wait()
					if got := handle.State(); got != phase.state {
						t.Fatalf("the handle is %v, want %v", got, phase.state)
					}
					finish(t, handle, suspend, phase)
					if release != nil && phase.prepare != nil {
						free()
					}
					if left := goroutines() - before; left > 0 {
						t.Errorf("%d goroutines are left", left)
					}
				})
			})
		}
	}
}

// finish ends a handle with two seconds of context.
func finish(t *testing.T, handle gateway.GatewayHandle, suspend bool, phase stuck) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	begun := time.Now()
	var session gateway.Session
	var err error
	if suspend {
		session, err = handle.Suspend(ctx)
	} else {
		err = handle.Close(ctx)
	}
	most := 2*time.Second + 200*time.Millisecond // of which the second part is for code that broke its promise
	if took := time.Since(begun); took > most || !phase.slow && took > 0 {
		t.Errorf("it took %v", took)
	}
	switch {
	case suspend && !phase.session:
		if !errors.Is(err, gateway.ErrNotConnected) {
			t.Errorf("Suspend without a session: %v", err)
		}
	case phase.slow && !errors.Is(err, context.DeadlineExceeded), !phase.slow && err != nil:
		t.Errorf("the error is %v after %v", err, time.Since(begun))
	}
	if suspend && phase.session && (session.ID != "s1" || session.Sequence.IsZero() || session.Token != "secret") {
		t.Errorf("the session is %v", session)
	}
	select {
	case <-handle.Done():
	default:
		t.Error("Done is open")
	}
	if handle.State() != gateway.StateClosed || !errors.Is(handle.Err(), gateway.ErrClosed) {
		t.Errorf("%v: %v", handle.State(), handle.Err())
	}
}

// Spawn and Connect that are given up leave nothing behind, whatever they waited for.
func TestAConnectThatIsGivenUpLeavesNothing(t *testing.T) {
	for name, prepare := range map[string]func(c *cluster){
		"at the upgrade": func(c *cluster) { c.replug("gateway.test", mute) },
		"at HELLO":       func(c *cluster) { c.scripts = []func(v *visit){(*visit).stay} },
		"at READY":       func(c *cluster) { c.scripts = []func(v *visit){func(v *visit) { v.hello(v.c.interval); v.stay() }} },
		"at TLS":         func(c *cluster) { c.replug("gateway.test", mute) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				before := goroutines()
				c := newCluster(t, discord)
				prepare(c)
				url := testURL
				if name == "at TLS" {
					url = "wss://gateway.test"
				}
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				_, _, err := gateway.Connect(ctx, url, types.Identify{Token: "secret"}, c.options())
				if !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("Connect: %v", err)
				}
				if took := time.Since(c.born); took != time.Second {
					t.Errorf("it took %v", took)
				}
				if left := goroutines() - before; left > 0 {
					t.Errorf("%d goroutines are left", left)
				}
			})
		})
	}
}
