package gateway_test

import (
	"context"
	"encoding/json"
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

// A socket that is lost for whatever reason that leaves the session is resumed at once, on the resume URL, and what
// was missed arrives once and in order.
func TestALostSocketIsResumedAndNothingIsMissed(t *testing.T) {
	losses := map[string]func(v *visit){
		"without a close frame": (*visit).drop,
		"in the middle of a frame": func(v *visit) {
			_, _ = v.ws.NetConn().Write([]byte{0x81, 126, 1, 0, '{', '"'})
			v.drop()
		},
		"with half of the connection closed": func(v *visit) { _ = v.ws.NetConn().(interface{ CloseWrite() error }).CloseWrite() },
		"with rubbish instead of a frame":    func(v *visit) { _, _ = v.ws.NetConn().Write([]byte{0xff, 0xff, 0xff}) },
	}
	for _, code := range []int{1011, 1012, 1013, 4000, 4001, 4002, 4999} {
		losses[fmt.Sprintf("with close code %d", code)] = func(v *visit) { v.close(code, "") }
	}
	losses["with an empty close frame"] = func(v *visit) {
		_ = v.ws.WriteControl(websocket.CloseMessage, nil, time.Now().Add(time.Second))
	}
	for name, lose := range losses {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newCluster(t, discord)
				options := c.options()
				seen := keepDiary(options)
				handle := connect(t, options)
				begun := time.Since(c.born)
				c.do(func(v *visit) { v.post("a", "b"); c.miss("c", "d"); lose(v) })
				time.Sleep(10 * time.Second)
				c.do(func(v *visit) { v.post("e") })
				expect(t, "the messages", seen.messages(), "a b c d e")
				expect(t, "the connections", c.log(), "gateway identify, resume resume")
				expect(t, "the life", seen.states(), "connected identifying ready reconnecting connecting resuming ready")
				second := c.visited(1)
				expect(t, "Resume", second.sent(types.OpcodeResume), `{"token":"secret","session_id":"s1","seq":2}`)
				expect(t, "the URL", second.url, "/?encoding=json&v=9")
				if second.at != begun {
					t.Errorf("resumed after %v, want at once", second.at-begun)
				}
				if handle.State() != gateway.StateReady || handle.Stats().Reconnects.Resumed != 1 {
					t.Errorf("%v, %+v", handle.State(), handle.Stats().Reconnects)
				}
				loss := seen.lifecycle()[3]
				if _, ok := errors.AsType[*gateway.CloseError](loss.Reason); !ok || loss.Delay != 0 || loss.Attempt != 1 {
					t.Errorf("the reason told is %v, the delay %v, attempt %d", loss.Reason, loss.Delay, loss.Attempt)
				}
				if errs := seen.errors(); len(errs) != 0 {
					t.Errorf("errors: %v", errs)
				}
			})
		})
	}
}

// A server that replays more than was missed must not make events happen twice.
func TestAReplayOfWhatWasReceivedBeforeIsDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t, discord, func(v *visit) {
			v.hello(v.c.interval)
			v.await(types.OpcodeResume)
			for sequence, content := range []string{"a", "b", "c", "c", "d"} {
				v.dispatch("MESSAGE_CREATE", min(sequence+1, 3+sequence/4), message(content))
			}
			v.dispatch("RESUMED", 5, "{}")
			v.dispatch("MESSAGE_CREATE", 6, message("e"))
			v.stay()
		})
		options := c.options()
		seen := keepDiary(options)
		raw := 0
		options.Events.Raw.SubscribeFunc(func(_ context.Context, d *gateway.RawDispatch) { raw++ })
		handle := connect(t, options)
		c.do(func(v *visit) { v.post("a", "b"); v.drop() })
		time.Sleep(10 * time.Second)
		expect(t, "the messages", seen.messages(), "a b c d e")
		if raw != 1+2+2+1+1 {
			t.Errorf("%d raw dispatches, want 7: Raw has none twice either", raw)
		}
		if session, ok := handle.Session(); !ok || session.Sequence.Or(-1) != 6 {
			t.Errorf("the session is %v", session)
		}
	})
}

// What is sent between two sockets waits for RESUMED: servers close the connection for anything that precedes it.
func TestSendsBetweenTwoSocketsAreWrittenAfterResumedInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t, discord, func(v *visit) {
			time.Sleep(3 * time.Second)
			v.hello(v.c.interval)
			got, _ := v.await(types.OpcodeResume)
			time.Sleep(25 * time.Second) // Longer than an interval.
			v.replay(got)
			v.stay()
		})
		c.interval = 20 * time.Second
		options := c.options()
		options.Events.Lifecycle.SubscribeFunc(func(context.Context, *gateway.LifecycleChange) {})
		handle := connect(t, options)
		c.do(func(v *visit) { v.drop() })
		synctest.Wait()
		given, giveUp := context.WithTimeout(t.Context(), 20*time.Second)
		defer giveUp()
		failed := make(chan error, 1)
		go func() { failed <- handle.SendUpdatePresence(given, types.UpdatePresence{Status: "given up"}) }()
		written := make(chan error, 10)
		for i := range 10 {
			synctest.Wait()
			go func() {
				written <- handle.SendUpdatePresence(t.Context(), types.UpdatePresence{Status: types.StatusType(fmt.Sprint(i))})
			}()
		}
		if err := <-failed; !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a send whose context ends: %v", err)
		}
		synctest.Wait()
		if len(written) != 0 {
			t.Error("a send returned before RESUMED")
		}
		for range 10 {
			if err := <-written; err != nil {
				t.Error(err)
			}
		}
		synctest.Wait()
		var order []string
		for i, got := range c.visited(c.count() - 1).got {
			var presence struct{ Status string }
			switch _ = json.Unmarshal(got.D, &presence); {
			case got.Op == types.OpcodePresenceUpdate:
				order = append(order, presence.Status)
			case len(order) > 0 || got.Op != types.OpcodeResume && got.Op != types.OpcodeHeartbeat:
				t.Errorf("payload %d is opcode %v", i, got.Op)
			}
		}
		expect(t, "what was written", strings.Join(order, " "), "0 1 2 3 4 5 6 7 8 9")
	})
}

// A heartbeat between Resume and RESUMED carries the number that was resumed from, and moves with the replay.
func TestTheSessionGoesOnThroughManySockets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t, discord)
		options := c.options()
		seen := keepDiary(options)
		handle := connect(t, options)
		var want []string
		for i := range 200 {
			c.do(func(v *visit) {
				v.post(fmt.Sprint(i))
				c.miss(fmt.Sprint(i, "'"))
				v.drop()
			})
			want = append(want, fmt.Sprint(i), fmt.Sprint(i, "'"))
			time.Sleep(2 * time.Minute)
		}
		expect(t, "the messages", seen.messages(), strings.Join(want, " "))
		if got := handle.Stats().Reconnects; got.Resumed != 200 || got.Sessions != 1 || got.Lost != 200 {
			t.Errorf("the counts are %+v", got)
		}
	})
}

// RESUMED may come when the server has asked already to go elsewhere. The session goes on there.
func TestConnectTakesARESUMEDThatComesWhileTheSocketIsLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t, discord, func(v *visit) {
			v.hello(v.c.interval)
			got, _ := v.await(types.OpcodeResume)
			v.raw(`{"op":7,"d":null}`)
			v.replay(got)
			v.stay()
		}, discord)
		session := suspended(t, c, c.options())
		options := c.options()
		options.Session = &session
		connect(t, options)
		time.Sleep(time.Minute)
		expect(t, "the connections", c.log(), "gateway identify, resume resume, resume resume")
	})
}

// A request that waits for the next session has nothing to do with the loss of the one before.
func TestARequestThatIsSentOnTheNextSessionIsAnswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t, spacebar, func(v *visit) {
			v.hello(v.c.interval)
			v.await(types.OpcodeResume)
			v.raw(`{"op":9,"d":false}`)
			v.await(types.OpcodeIdentify)
			v.ready()
			v.await(types.OpcodeRequestLastMessages)
			time.Sleep(time.Second)
			v.send("LAST_MESSAGES", `{"guild_id":"1","messages":[]}`)
			v.stay()
		})
		options, up := c.options(), time.Time{}
		options.Dialer.NetDialContext = gated(options.Dialer.NetDialContext, &up)
		handle := connect(t, options)
		up = time.Now().Add(10 * time.Second)
		c.do(func(v *visit) { v.drop() })
		synctest.Wait()
		_, err := handle.RequestLastMessages(t.Context(), types.RequestLastMessages{GuildID: 1, ChannelIDs: []types.Snowflake{2}})
		if err != nil {
			t.Errorf("%v; the connections: %s", err, c.log())
		}
	})
}
