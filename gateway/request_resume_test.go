package gateway_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/types"
)

var resume = types.Resume{Token: "secret", SessionID: "s9", Seq: 41}

// resuming greets a client, awaits its Resume and goes on with script.
func resuming(script func(p *peer, asked payload)) func(p *peer) {
	return func(p *peer) {
		p.hello(time.Hour)
		if asked, ok := p.until(types.OpcodeResume); ok {
			script(p, asked)
		}
	}
}

// spawned makes a handle that has not identified.
func spawned(t *testing.T, options gateway.Options) gateway.GatewayHandle {
	t.Helper()
	handle, err := gateway.Spawn(t.Context(), testURL, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { shut(t, handle) })
	return handle
}

func TestResumeReplaysAndIsReady(t *testing.T) {
	for name, test := range map[string]struct {
		replayed []int
		resumed  string // the whole payload
		trace    int
		sequence string // that heartbeats have afterwards
	}{
		"with replay":            {[]int{42, 43}, `{"op":0,"t":"RESUMED","s":44,"d":{"_trace":["a","b"]}}`, 2, "44"},
		"without replay":         {nil, `{"op":0,"t":"RESUMED","s":null,"d":{"_trace":["a"]}}`, 1, "41"},
		"with a trace that's no": {[]int{42}, `{"op":0,"t":"RESUMED","s":43,"d":{"_trace":5}}`, 0, "43"},
		"with nothing":           {[]int{42}, `{"op":0,"t":"RESUMED","d":null}`, 0, "42"},
		"with lower numbers":     {[]int{3, 4}, `{"op":0,"t":"RESUMED","s":5,"d":{}}`, 0, "41"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var asked, beat payload
				options := serve(t, resuming(func(p *peer, got payload) {
					asked = got
					for _, s := range test.replayed {
						p.dispatch("MESSAGE_CREATE", s, message(fmt.Sprint(s)))
					}
					time.Sleep(29 * time.Second)
					p.raw(test.resumed)
					// The handle's own first beat leaves at a random moment, which may be before this one.
					for got, ok := p.until(types.OpcodeHeartbeat); ok; got, ok = p.until(types.OpcodeHeartbeat) {
						beat = got
					}
				}))
				options.Events = gateway.NewEvents()
				var seen []string
				options.Events.Message.Create.SubscribeFunc(func(_ context.Context, m *types.MessageCreate) { seen = append(seen, m.Content) })
				options.Events.Session.Resumed.SubscribeFunc(func(context.Context, *types.Resumed) { seen = append(seen, "resumed") })
				options.Events.Session.Ready.SubscribeFunc(func(context.Context, *types.Ready) { t.Error("READY") })
				handle := spawned(t, options)
				resumed, err := handle.Resume(t.Context(), resume)
				if err != nil || len(resumed.Trace) != test.trace {
					t.Fatalf("%+v, %v", resumed, err)
				}
				if handle.State() != gateway.StateReady {
					t.Errorf("the state is %v", handle.State())
				}
				if want := `{"token":"secret","session_id":"s9","seq":41}`; string(asked.D) != want {
					t.Errorf("sent %s", asked.D)
				}
				if err := handle.SendHeartbeat(t.Context()); err != nil {
					t.Fatal(err)
				}
				synctest.Wait()
				if string(beat.D) != test.sequence {
					t.Errorf("a heartbeat has %s, want %s", beat.D, test.sequence)
				}
				var want []string
				for _, s := range test.replayed {
					want = append(want, fmt.Sprint(s))
				}
				if len(seen) > len(want) {
					want = append(want, "resumed") // where it decodes
				}
				if !slices.Equal(seen, want) || len(want) == 0 {
					t.Errorf("observers saw %v, want %v", seen, want)
				}
				if _, err := handle.Resume(t.Context(), resume); !errors.Is(err, gateway.ErrAlreadyIdentified) {
					t.Errorf("a second Resume: %v", err)
				}
				if _, err := handle.Identify(t.Context(), types.Identify{}); !errors.Is(err, gateway.ErrAlreadyIdentified) {
					t.Errorf("an Identify: %v", err)
				}
			})
		})
	}
}

// So does Spacebar answer every Resume.
func TestInvalidSessionRefusesResumeAndIdentifyMayFollow(t *testing.T) {
	for _, refusal := range []string{`{"op":9,"d":false}`, `{"op":9}`, `{"op":9,"d":true}`} {
		synctest.Test(t, func(t *testing.T) {
			var beat payload
			options := serve(t, resuming(func(p *peer, _ payload) {
				p.raw(refusal)
				p.until(types.OpcodeIdentify)
				p.dispatch("READY", 0, readyJSON)
				p.dispatch("RESUMED", 1, `{}`) // of nothing
				beat, _ = p.until(types.OpcodeHeartbeat)
				p.linger()
			}))
			handle := spawned(t, options)
			changes := handle.Events.Lifecycle.Stream(t.Context())
			if _, err := handle.Resume(t.Context(), resume); !errors.Is(err, gateway.ErrSessionInvalid) {
				t.Errorf("%s: %v, want ErrSessionInvalid", refusal, err)
			}
			if handle.State() != gateway.StateConnected {
				t.Errorf("%s: the state is %v", refusal, handle.State())
			}
			ready, err := handle.Identify(t.Context(), types.Identify{Token: "secret"})
			if err != nil || ready.SessionID != "s1" {
				t.Fatalf("%s: %v", refusal, err)
			}
			synctest.Wait() // RESUMED is read.
			if err := handle.SendHeartbeat(t.Context()); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			if string(beat.D) != "1" {
				t.Errorf("%s: a heartbeat has %s, of the session that was refused", refusal, beat.D)
			}
			steps := 0
			for change := range changes {
				if steps++; steps == 2 && !errors.Is(change.Reason, gateway.ErrSessionInvalid) {
					t.Errorf("%s: the step back is %+v", refusal, change)
				}
				if steps == 4 {
					break // identifying, connected, identifying, ready
				}
			}
		})
	}
}

func TestResumeEndsWithTheSocketTheTimeAndTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		handle := spawned(t, serve(t, resuming(func(p *peer, _ payload) { p.close(4007, "seq") })))
		_, err := handle.Resume(t.Context(), resume)
		failure, handshake := errors.AsType[*gateway.HandshakeError](err)
		closed, ok := errors.AsType[*gateway.CloseError](err)
		if !ok || !handshake || failure.Stage != gateway.StageResume || closed.Code != 4007 || closed.Reason != "seq" {
			t.Errorf("closed: %v", err)
		}
		<-handle.Done()
		if _, err := handle.Resume(t.Context(), resume); !errors.As(err, &closed) {
			t.Errorf("on a lost handle: %v", err)
		}
		if _, err := (gateway.GatewayHandle{}).Resume(t.Context(), resume); !errors.Is(err, gateway.ErrClosed) {
			t.Errorf("on the zero handle: %v", err)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		silent := func(p *peer, _ payload) { p.linger() }
		handle := spawned(t, serve(t, resuming(silent)))
		begun := time.Now()
		_, err := handle.Resume(t.Context(), resume)
		if failure, ok := errors.AsType[*gateway.HandshakeError](err); !ok || failure.Stage != gateway.StageResume || time.Since(begun) != 30*time.Second {
			t.Errorf("silence: %v after %v", err, time.Since(begun))
		}
		other := spawned(t, serve(t, resuming(silent)))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := other.Resume(ctx, resume); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("the context's end: %v", err)
		}
		gone, stop := context.WithCancel(t.Context())
		stop()
		again := spawned(t, serve(t, resuming(silent)))
		if _, err := again.Resume(gone, resume); !errors.Is(err, context.Canceled) || again.State() != gateway.StateConnected {
			t.Errorf("not sent: %v, then %v", err, again.State())
		}
	})
}

// After a resume, nobody has said whose session it is: the session's id is what its own voice state is known by.
func TestAResumedSessionKnowsItsOwnVoiceState(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		handle := spawned(t, serve(t, resuming(func(p *peer, _ payload) {
			p.dispatch("RESUMED", 42, `{}`)
			p.until(types.OpcodeVoiceStateUpdate)
			p.dispatch("VOICE_STATE_UPDATE", 43, `{"guild_id":"7","channel_id":null,"user_id":"42","session_id":"another"}`)
			p.dispatch("VOICE_STATE_UPDATE", 44, `{"guild_id":"7","channel_id":null,"user_id":"42","session_id":"s9"}`)
			p.linger()
		})))
		if _, err := handle.Resume(t.Context(), resume); err != nil {
			t.Fatal(err)
		}
		voice, err := handle.UpdateVoiceState(t.Context(), types.UpdateVoiceState{GuildID: types.Some[types.Snowflake](7)})
		if err != nil || voice.State.SessionID != "s9" {
			t.Errorf("%+v, %v", voice, err)
		}
	})
}

// A session that the caller resumes has a sequence number at once, that of the Resume that was sent.
func TestAResumedSessionBeginsWithTheSequenceOfResume(t *testing.T) {
	for _, checkpoint := range []gateway.Checkpoint{gateway.CheckpointReceived, gateway.CheckpointObserved} {
		synctest.Test(t, func(t *testing.T) {
			options := serve(t, resuming(func(p *peer, _ payload) {
				p.raw(`{"op":0,"t":"RESUMED","d":{}}`)
				p.linger()
			}))
			options.Checkpoint = checkpoint
			handle := spawned(t, options)
			gone, cancel := context.WithCancel(t.Context())
			cancel()
			if _, err := handle.Resume(gone, types.Resume{Token: "secret", SessionID: "s8", Seq: 99}); err == nil {
				t.Error("a Resume whose context has ended was sent")
			}
			if _, err := handle.Resume(t.Context(), resume); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			if session, _ := handle.Session(); session.Sequence.Or(-1) != 41 {
				t.Errorf("checkpoint %v: the session is %v", checkpoint, session)
			}
		})
	}
}
