package gateway_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/types"
)

// half sends the first half of a frame and drops the connection.
func half(v *visit) {
	payload := v.c.keep("MESSAGE_CREATE", message("half"))
	_, _ = v.ws.NetConn().Write(append([]byte{0x81, byte(len(payload))}, payload[:len(payload)/2]...))
	v.drop()
}

// The stages of a first connection at which it can be lost, and what comes of it.
func TestAConnectionLostBeforeItsFirstREADYIsMadeAgain(t *testing.T) {
	for name, script := range map[string]func(v *visit){
		"between HELLO and Identify": func(v *visit) { v.hello(v.c.interval); v.await(types.OpcodeIdentify); v.drop() },
		"closed after Identify":      func(v *visit) { v.hello(v.c.interval); v.await(types.OpcodeIdentify); v.close(1012, ""); v.rest() },
		"told to reconnect after Identify": func(v *visit) {
			v.hello(v.c.interval)
			v.await(types.OpcodeIdentify)
			v.raw(`{"op":7,"d":null}`)
			v.rest()
		},
		"in the middle of READY": func(v *visit) {
			v.hello(v.c.interval)
			v.await(types.OpcodeIdentify)
			_, _ = v.ws.NetConn().Write(append([]byte{0x81, 100}, `{"op":0,"t":"READY","s":0,"d":{"session_id":`...))
			v.drop()
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newCluster(t, script, discord)
				options := c.options()
				seen := keepDiary(options)
				connect(t, options)
				c.do(func(v *visit) { v.post("a") })
				expect(t, "the connections", c.log(), "gateway identify, gateway identify")
				expect(t, "the messages", seen.messages(), "a")
			})
		})
	}
}

// What comes before the first HELLO is for the caller to know.
func TestAConnectionLostBeforeItsFirstHELLOIsAnErrorOfSpawn(t *testing.T) {
	for name, script := range map[string]func(v *visit){
		"dropped":    func(*visit) {},
		"closed":     func(v *visit) { v.close(1011, "") },
		"nothing":    (*visit).rest,
		"half of it": func(v *visit) { _, _ = v.ws.NetConn().Write([]byte{0x81, 50, '{', '"'}) },
		"no number":  func(v *visit) { v.raw(`{"op":10,"d":{"heartbeat_interval":"soon"}}`); v.rest() },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newCluster(t, script)
				_, err := gateway.Spawn(t.Context(), testURL, c.options())
				failed, ok := errors.AsType[*gateway.HandshakeError](err)
				if !ok || failed.Stage != gateway.StageHello || failed.Host != "gateway.test" {
					t.Errorf("Spawn: %v", err)
				}
				if took := time.Since(c.born); took > 16*time.Second {
					t.Errorf("it took %v", took)
				}
				expect(t, "the connections", c.log(), "gateway")
			})
		})
	}
}

// The stages at which a connection that is made again can be lost again. Nothing is received twice or not at all.
func TestAConnectionThatIsMadeAgainIsLostAgain(t *testing.T) {
	resumed := func(lose func(v *visit, resume payload)) func(v *visit) {
		return func(v *visit) {
			v.hello(v.c.interval)
			resume, _ := v.await(types.OpcodeResume)
			lose(v, resume)
		}
	}
	for name, test := range map[string]struct {
		script func(v *visit)
		seq    int // from which the next Resume goes on
	}{
		"during HELLO":     {func(v *visit) { _, _ = v.ws.NetConn().Write([]byte{0x81, 50, '{', '"'}); v.drop() }, 1},
		"closed at once":   {func(v *visit) { v.close(1012, ""); v.rest() }, 1},
		"after HELLO":      {func(v *visit) { v.hello(v.c.interval); v.drop() }, 1},
		"after Resume":     {resumed(func(v *visit, _ payload) { v.drop() }), 1},
		"during a replay":  {resumed(func(v *visit, _ payload) { v.raw(v.c.posted[2]); v.drop() }), 2},
		"during an event":  {resumed(func(v *visit, _ payload) { v.raw(v.c.posted[2]); half(v) }), 2},
		"before RESUMED":   {resumed(func(v *visit, _ payload) { v.raw(v.c.posted[2]); v.raw(v.c.posted[3]); v.drop() }), 3},
		"silent at Resume": {resumed(func(v *visit, _ payload) { v.rest() }), 1},
		"op 7 at Resume":   {resumed(func(v *visit, _ payload) { v.raw(`{"op":7,"d":null}`); v.rest() }), 1},
		"op 7 in a replay": {resumed(func(v *visit, _ payload) {
			v.raw(v.c.posted[2])
			// At once: when the client's close frame has been answered, nothing more can be written.
			_, _ = v.ws.NetConn().Write(append(frame(`{"op":7,"d":null}`), frame(v.c.posted[3])...))
			v.rest()
		}), 3},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newCluster(t, discord, test.script, discord)
				options := c.options()
				seen := keepDiary(options)
				connect(t, options)
				c.do(func(v *visit) { v.post("a"); c.miss("b", "c"); v.drop() })
				time.Sleep(2 * time.Minute)
				c.do(func(v *visit) { v.post("d") })
				got := seen.messages()
				if name == "during an event" {
					expect(t, "the messages", got, "a b c half d")
				} else {
					expect(t, "the messages", got, "a b c d")
				}
				if c.count() != 3 {
					t.Fatalf("the connections are %s", c.log())
				}
				third := c.visited(2)
				expect(t, "Resume", third.sent(types.OpcodeResume), fmt.Sprintf(`{"token":"secret","session_id":"s1","seq":%d}`, test.seq))
				if gap := third.at - c.visited(1).at; gap > 36*time.Second {
					t.Errorf("the third connection came %v after the second", gap)
				}
			})
		})
	}
}

// A second HELLO does not change the schedule, and does not make the client identify or resume again.
func TestASecondHELLOIsIgnored(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t, func(v *visit) {
			v.hello(10 * time.Second)
			v.hello(50 * time.Second)
			v.await(types.OpcodeIdentify)
			v.hello(time.Second)
			v.ready()
			v.hello(time.Second)
			v.stay()
		})
		handle := connect(t, c.options())
		time.Sleep(time.Minute)
		expect(t, "the connections", c.log(), "gateway identify")
		if beats := len(c.visited(0).got) - 1; beats != 6 {
			t.Errorf("%d heartbeats in a minute, want 6", beats)
		}
		if handle.State() != gateway.StateReady {
			t.Errorf("the handle is %v", handle.State())
		}
	})
}

// sequences sends READY and messages with those sequences, and asks for a heartbeat before and after.
func sequences(sent []string) func(v *visit) {
	return func(v *visit) {
		v.hello(v.c.interval)
		v.raw(`{"op":1}`)
		if first, _ := v.await(types.OpcodeHeartbeat, types.OpcodeIdentify); first.Op == types.OpcodeIdentify {
			v.await(types.OpcodeHeartbeat)
		} else {
			v.await(types.OpcodeIdentify)
		}
		for i, sequence := range sent {
			event, data, s := "MESSAGE_CREATE", message(fmt.Sprint(i)), ""
			if i == 0 {
				event, data = "READY", readyJSON
			}
			if sequence != "" {
				s = `,"s":` + sequence
			}
			v.raw(fmt.Sprintf(`{"op":0,"t":%q%s,"d":%s}`, event, s, data))
		}
		v.raw(`{"op":1,"s":99999}`)
		v.raw(`{"op":11,"s":99999}`)
		v.await(types.OpcodeHeartbeat)
	}
}

// The sequences that servers send, and what heartbeats and Resume carry then.
func TestSequencesAsServersSendThem(t *testing.T) {
	for name, test := range map[string]struct {
		sent []string // the s of dispatches, "" for none; the first is that of READY
		want string
	}{
		"Spacebar begins with 0":       {[]string{"0"}, "0"},
		"Discord begins with 1":        {[]string{"1", "2"}, "2"},
		"gaps":                         {[]string{"0", "1", "5", "100"}, "100"},
		"repeats":                      {[]string{"0", "1", "1", "1"}, "1"},
		"zero in the middle":           {[]string{"0", "7", "0"}, "7"},
		"missing":                      {[]string{"0", "3", ""}, "3"},
		"null":                         {[]string{"0", "3", "null"}, "3"},
		"out of order":                 {[]string{"0", "2", "3", "1"}, "3"},
		"negative":                     {[]string{"0", "2", "-7"}, "2"},
		"READY does not begin a count": {[]string{"4711", "4712"}, "4712"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newCluster(t, sequences(test.sent), (*visit).welcome)
				options := c.options()
				seen := keepDiary(options)
				connect(t, options)
				time.Sleep(time.Second)
				var want string
				for i := 1; i < len(test.sent); i++ {
					want += fmt.Sprint(i, " ")
				}
				expect(t, "the messages", seen.messages()+" ", want+map[bool]string{true: " "}[want == ""])
				var beats []string
				for _, got := range c.visited(0).got {
					if got.Op == types.OpcodeHeartbeat {
						beats = append(beats, string(got.D))
					}
				}
				if len(beats) != 2 || beats[0] != "null" || beats[1] != test.want {
					t.Errorf("the heartbeats carry %v, want null and %s", beats, test.want)
				}
				var resume types.Resume
				if err := json.Unmarshal([]byte(c.visited(1).sent(types.OpcodeResume)), &resume); err != nil || fmt.Sprint(resume.Seq) != test.want {
					t.Errorf("Resume carries %d, want %s", resume.Seq, test.want)
				}
			})
		})
	}
}

// A session whose READY has no sequence number does not begin with that of the one before.
func TestAREADYWithoutASequenceBeginsWithoutOne(t *testing.T) {
	for _, checkpoint := range []gateway.Checkpoint{gateway.CheckpointReceived, gateway.CheckpointObserved} {
		synctest.Test(t, func(t *testing.T) {
			options := serve(t, func(p *peer) {
				p.hello(30 * time.Second)
				p.until(types.OpcodeIdentify)
				p.dispatch("READY", 0, readyJSON)
				p.dispatch("MESSAGE_CREATE", 7, message("a"))
				p.raw(`{"op":9,"d":false}`)
				p.dispatch("MESSAGE_CREATE", 8, message("a"))
				p.until(types.OpcodeIdentify)
				p.dispatch("MESSAGE_CREATE", 9, message("a"))
				p.raw(`{"op":0,"t":"READY","d":` + readyJSON + `}`)
				p.dispatch("MESSAGE_CREATE", 1, message("a"))
				p.linger()
			})
			options.NoReconnect, options.Checkpoint = false, checkpoint
			handle := connect(t, options)
			time.Sleep(10 * time.Second)
			if session, _ := handle.Session(); session.Sequence.Or(-1) != 1 || handle.State() != gateway.StateReady {
				t.Errorf("checkpoint %v: the session is %v", checkpoint, session)
			}
		})
	}
}
