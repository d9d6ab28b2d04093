package gateway_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/types"
)

// closing identifies, and closes with a code at the first connection only.
func closing(t *testing.T, code int, options func(*gateway.Options)) (*cluster, *diary, gateway.GatewayHandle) {
	c := newCluster(t, discord)
	o := c.options()
	if options != nil {
		options(&o)
	}
	seen := keepDiary(o)
	handle := connect(t, o)
	c.do(func(v *visit) { v.post("a"); c.miss("b"); v.close(code, "because") })
	time.Sleep(5 * time.Minute)
	return c, seen, handle
}

func TestCloseCodesAfterWhichTheSessionIsGone(t *testing.T) {
	for _, code := range []int{1000, 1001, 1009, 4003, 4005, 4006, 4007, 4008, 4009} {
		t.Run(fmt.Sprint(code), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				begun := time.Now()
				c, seen, handle := closing(t, code, nil)
				expect(t, "the connections", c.log(), "gateway identify, gateway identify")
				expect(t, "the messages", seen.messages(), "a")
				wait := c.visited(1).at - time.Since(begun) + 5*time.Minute
				if slow := code == 4008; slow != (wait >= time.Minute) {
					t.Errorf("it came back after %v", wait)
				}
				step := seen.lifecycle()[3]
				lost, isLost := errors.AsType[*gateway.SessionLostError](step.Reason)
				frame, isClose := errors.AsType[*gateway.CloseError](step.Reason)
				if !isLost || lost.Sequence != 1 || !isClose || int(frame.Code) != code || frame.Reason != "because" || step.Delay != wait {
					t.Errorf("the reason told is %v with a delay of %v", step.Reason, step.Delay)
				}
				if counts := handle.Stats().Reconnects; counts.Closed != 1 || counts.Sessions != 2 || counts.Lost != 0 {
					t.Errorf("the counts are %+v", counts)
				}
			})
		})
	}
}

func TestCloseCodesAfterWhichConnectingAgainIsOfNoUse(t *testing.T) {
	for _, code := range []int{4004, 4010, 4011, 4012, 4013, 4014} {
		t.Run(fmt.Sprint(code), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, seen, handle := closing(t, code, nil)
				expect(t, "the connections", c.log(), "gateway identify")
				expect(t, "the life", seen.states(), "connected identifying ready closing closed")
				frame, ok := errors.AsType[*gateway.CloseError](handle.Err())
				if !ok || int(frame.Code) != code || frame.Reason != "because" {
					t.Errorf("the handle ended with %v", handle.Err())
				}
				if err := handle.SendUpdatePresence(t.Context(), types.UpdatePresence{}); !errors.Is(err, handle.Err()) {
					t.Errorf("a send after the end: %v", err)
				}
			})
		})
	}
}

func TestCloseActionsOverrideTheTable(t *testing.T) {
	for action, want := range map[gateway.CloseAction]string{
		gateway.CloseResume:   "gateway identify, resume resume",
		gateway.CloseIdentify: "gateway identify, gateway identify",
		gateway.CloseBackOff:  "gateway identify, gateway identify",
		gateway.CloseFatal:    "gateway identify",
	} {
		for _, code := range []int{1000, 4000, 4004, 4321} {
			t.Run(fmt.Sprint(code, " ", action), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					c, _, handle := closing(t, code, func(o *gateway.Options) {
						o.CloseActions = map[types.CloseCode]gateway.CloseAction{types.CloseCode(code): action}
					})
					expect(t, "the connections", c.log(), want)
					if ended := handle.Err() != nil; ended != (action == gateway.CloseFatal) {
						t.Errorf("the handle ended with %v", handle.Err())
					}
				})
			})
		}
	}
}

func TestNoReconnectEndsTheHandleWithItsFirstSocket(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, seen, handle := closing(t, 4000, func(o *gateway.Options) { o.NoReconnect = true })
		expect(t, "the connections", c.log(), "gateway identify")
		expect(t, "the life", seen.states(), "connected identifying ready closing closed")
		if frame, ok := errors.AsType[*gateway.CloseError](handle.Err()); !ok || frame.Code != 4000 {
			t.Errorf("the handle ended with %v", handle.Err())
		}
	})
}

// refusing closes the first connections with a code in answer to Identify.
func refusing(code, times int) []func(v *visit) {
	refuse := func(v *visit) {
		v.hello(v.c.interval)
		v.await(types.OpcodeIdentify, types.OpcodeResume)
		v.close(code, "")
		v.rest()
	}
	var scripts []func(v *visit)
	for range times {
		scripts = append(scripts, refuse)
	}
	return append(scripts, discord)
}

// Spacebar closes with 4000 for a token that it does not know, and for what has nothing to do with it.
func TestSpacebarRefusesATokenWithClose4000(t *testing.T) {
	t.Run("once is not believed", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			c := newCluster(t, refusing(4000, 1)...)
			handle := connect(t, c.options())
			expect(t, "the connections", c.log(), "gateway identify, gateway identify")
			if handle.State() != gateway.StateReady {
				t.Errorf("the handle is %v", handle.State())
			}
		})
	})
	t.Run("twice in a row is", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			c := newCluster(t, refusing(4000, 9)...)
			handle, err := gateway.Spawn(t.Context(), testURL, c.options())
			if err != nil {
				t.Fatal(err)
			}
			_, err = handle.Identify(t.Context(), types.Identify{Token: "secret"})
			<-handle.Done()
			for what, err := range map[string]error{"Identify": err, "Err": handle.Err()} {
				frame, ok := errors.AsType[*gateway.CloseError](err)
				if !errors.Is(err, gateway.ErrTokenRefused) || !ok || frame.Code != 4000 {
					t.Errorf("%s: %v", what, err)
				}
				if strings.Contains(fmt.Sprint(err), "secret") {
					t.Errorf("%s shows the token: %v", what, err)
				}
			}
			expect(t, "the connections", c.log(), "gateway identify, gateway identify")
		})
	})
	t.Run("Connect says so", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			c := newCluster(t, refusing(4000, 9)...)
			_, _, err := gateway.Connect(t.Context(), testURL, types.Identify{Token: "secret"}, c.options())
			if !errors.Is(err, gateway.ErrTokenRefused) {
				t.Errorf("Connect: %v", err)
			}
			expect(t, "the connections", c.log(), "gateway identify, gateway identify")
		})
	})
}

// What is not a refusal of a token.
func TestClose4000IsNotAlwaysAboutTheToken(t *testing.T) {
	t.Run("with something in between is not in a row", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			scripts := refusing(4000, 3)
			scripts[1] = refusing(1011, 1)[0]
			c := newCluster(t, scripts...)
			connect(t, c.options())
			expect(t, "the connections", c.log(), "gateway identify, gateway identify, gateway identify, gateway identify")
		})
	})
	t.Run("in answer to Resume it is the session", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			scripts := append([]func(*visit){discord}, refusing(4000, 2)...)
			c := newCluster(t, scripts...)
			handle := connect(t, c.options())
			c.do(func(v *visit) { v.drop() })
			time.Sleep(time.Minute)
			expect(t, "the connections", c.log(), "gateway identify, resume resume, resume resume, gateway identify")
			if handle.State() != gateway.StateReady {
				t.Errorf("the handle is %v: %v", handle.State(), handle.Err())
			}
		})
	})
	t.Run("others say 4004, once", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			c := newCluster(t, refusing(4004, 9)...)
			_, _, err := gateway.Connect(t.Context(), testURL, types.Identify{Token: "secret"}, c.options())
			failed, ok := errors.AsType[*gateway.HandshakeError](err)
			frame, isClose := errors.AsType[*gateway.CloseError](err)
			if !ok || failed.Stage != gateway.StageIdentify || !isClose || frame.Code != 4004 || errors.Is(err, gateway.ErrTokenRefused) {
				t.Errorf("Connect: %v", err)
			}
			expect(t, "the connections", c.log(), "gateway identify")
		})
	})
}

// A server learns why its connection was ended, and the session lives on.
func TestTheGoodbyeTellsWhatWasWrong(t *testing.T) {
	for want, sent := range map[int]string{
		websocket.CloseProtocolError: "\xc1\x01x",
		websocket.CloseMessageTooBig: "\x81\x7f\x00\x00\x00\x7f\xff\xff\xff\xff",
	} {
		synctest.Test(t, func(t *testing.T) {
			c := newCluster(t, discord)
			handle := connect(t, c.options())
			c.do(func(v *visit) { _, _ = v.ws.NetConn().Write([]byte(sent)) })
			time.Sleep(time.Minute)
			if got := c.closedWith(0); got != want {
				t.Errorf("closed with %d, want %d", got, want)
			}
			expect(t, "the connections", c.log(), "gateway identify, resume resume")
			if got := handle.Stats().Reconnects.Resumed; got != 1 {
				t.Errorf("%d sessions were resumed", got)
			}
		})
	}
}
