package gateway_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/gateway/gatewaytest"
	"github.com/chorus-go/chorus/types"
)

func TestTheZeroHandle(t *testing.T) {
	var handle gateway.GatewayHandle
	for name, call := range map[string]func() error{
		"Close":                func() error { return handle.Close(t.Context()) },
		"Err":                  func() error { return handle.Err() },
		"Send":                 func() error { return handle.Send(t.Context(), types.OpcodeHeartbeat, nil) },
		"SendIdentify":         func() error { return handle.SendIdentify(t.Context(), types.Identify{}) },
		"SendUpdatePresence":   func() error { return handle.SendUpdatePresence(t.Context(), types.UpdatePresence{}) },
		"SendUpdateVoiceState": func() error { return handle.SendUpdateVoiceState(t.Context(), types.UpdateVoiceState{}) },
		"SendHeartbeat":        func() error { return handle.SendHeartbeat(t.Context()) },
		"Identify":             func() error { _, err := handle.Identify(t.Context(), types.Identify{}); return err },
		"Clone":                func() error { return handle.Clone().Err() },
	} {
		if err := call(); !errors.Is(err, gateway.ErrClosed) {
			t.Errorf("%s of the zero handle: %v, want ErrClosed", name, err)
		}
	}
	if handle.State() != gateway.StateClosed || handle.Latency() != 0 || handle.URL() != "" || handle.Stats().Frames != 0 {
		t.Error("the zero handle has a life")
	}
	<-handle.Done()
}

func TestOptionsThatCannotWorkAreRefusedBeforeDialling(t *testing.T) {
	network := new(gatewaytest.Network) // Nobody listens: dialling would be a HandshakeError.
	for name, test := range map[string]struct {
		url     string
		options gateway.Options
	}{
		"compression":   {testURL, gateway.Options{Compression: 99}},
		"negative":      {testURL, gateway.Options{MaxFrame: -1}},
		"scheme":        {"https://gateway.test", gateway.Options{}},
		"no host":       {"ws://", gateway.Options{}},
		"version":       {testURL + "/?version=9", gateway.Options{}},
		"unparseable":   {"ws://%zz", gateway.Options{}},
		"empty":         {"", gateway.Options{}},
		"query secrets": {"http://gateway.test/?token=hunter2", gateway.Options{}},
		"a user name":   {"wss://ann:hunter2@gateway.test", gateway.Options{}},
	} {
		test.options.Dialer = network.Dialer()
		_, err := gateway.Spawn(t.Context(), test.url, test.options)
		var handshake *gateway.HandshakeError
		if err == nil || errors.As(err, &handshake) {
			t.Errorf("%s: %v, want an error before dialling", name, err)
			continue
		}
		if !strings.HasPrefix(err.Error(), "gateway: ") || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTheURLThatIsDialled(t *testing.T) {
	for _, test := range []struct {
		url         string
		compression gateway.Compression
		want        string
	}{
		{"ws://gateway.test", gateway.ZlibStream, "/?compress=zlib-stream&encoding=json&v=9"},
		{"ws://gateway.test/", gateway.NoCompression, "/?encoding=json&v=9"},
		{"ws://gateway.test/gw?x=1&encoding=etf&compress=zstd-stream&v=10", gateway.NoCompression, "/gw?encoding=json&v=10&x=1"},
	} {
		synctest.Test(t, func(t *testing.T) {
			urls := make(chan string, 1)
			options := serve(t, func(p *peer) {
				urls <- p.url
				p.hello(30 * time.Second)
				p.linger()
			})
			options.Compression = test.compression
			handle, err := gateway.Spawn(t.Context(), test.url, options)
			if err != nil {
				t.Fatal(err)
			}
			defer shut(t, handle)
			if got := <-urls; got != test.want {
				t.Errorf("%s dials %s, want %s", test.url, got, test.want)
			}
			if !strings.HasSuffix(handle.URL(), test.want) {
				t.Errorf("URL() is %s", handle.URL())
			}
		})
	}
}

func TestHandshakeFailures(t *testing.T) {
	tests := map[string]struct {
		script func(p *peer)
		stage  gateway.Stage
		takes  time.Duration
		code   types.CloseCode // of the CloseError in the chain, if not 0
	}{
		"no HELLO":              {func(p *peer) { p.linger() }, gateway.StageHello, 10 * time.Second, 0},
		"closed at once":        {func(p *peer) { p.close(4002, "bad"); p.linger() }, gateway.StageHello, 0, 4002},
		"lost at once":          {func(*peer) {}, gateway.StageHello, 0, 1006},
		"a HELLO of nonsense":   {func(p *peer) { p.raw(`{"op":10,"d":{"heartbeat_interval":"soon"}}`); p.linger() }, gateway.StageHello, 0, 0},
		"an interval of zero":   {func(p *peer) { p.raw(`{"op":10,"d":{"heartbeat_interval":0}}`); p.linger() }, gateway.StageHello, 0, 0},
		"no READY":              {func(p *peer) { p.hello(30 * time.Second); p.linger() }, gateway.StageIdentify, 30 * time.Second, 0},
		"a token that is wrong": {refuse(4000), gateway.StageIdentify, 0, 4000},
		"4004":                  {refuse(4004), gateway.StageIdentify, 0, 4004},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				options := serve(t, test.script)
				begun := time.Now()
				_, _, err := gateway.Connect(t.Context(), testURL, types.Identify{Token: "hunter2"}, options)
				var handshake *gateway.HandshakeError
				if !errors.As(err, &handshake) || handshake.Stage != test.stage || handshake.Host != "gateway.test" {
					t.Fatalf("Connect: %v, want a HandshakeError of stage %s", err, test.stage)
				}
				var closed *gateway.CloseError
				if test.code != 0 && (!errors.As(err, &closed) || closed.Code != test.code) {
					t.Errorf("Connect: %v, want close code %d", err, test.code)
				}
				if took := time.Since(begun); took != test.takes {
					t.Errorf("it took %v, want %v", took, test.takes)
				}
				if strings.Contains(err.Error(), "hunter2") {
					t.Errorf("the error holds the token: %v", err)
				}
			})
		})
	}
}

func refuse(code int) func(p *peer) {
	return func(p *peer) {
		p.hello(30 * time.Second)
		p.until(types.OpcodeIdentify)
		p.close(code, "")
		p.linger()
	}
}

func TestDialFailures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network := new(gatewaytest.Network)
		_, err := gateway.Spawn(t.Context(), testURL, gateway.Options{Dialer: network.Dialer()})
		var handshake *gateway.HandshakeError
		if !errors.As(err, &handshake) || handshake.Stage != gateway.StageDial {
			t.Errorf("nobody listens: %v, want a HandshakeError of stage dial", err)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		options := serve(t, func(p *peer) { p.linger() })
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := gateway.Spawn(ctx, testURL, options)
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("the context ends while HELLO is awaited: %v", err)
		}
	})
}

func TestASilentServerIsAZombie(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		closes := make(chan int, 1)
		options := serve(t, func(p *peer) {
			p.identify(10 * time.Second)
			p.ws.SetCloseHandler(func(code int, _ string) error { closes <- code; return nil })
			for {
				if _, err := p.next(); err != nil {
					return
				}
			}
		})
		handle := connect(t, options)
		begun := time.Now()
		<-handle.Done()
		var closed *gateway.CloseError
		if !errors.Is(handle.Err(), gateway.ErrZombie) || !errors.As(handle.Err(), &closed) {
			t.Errorf("the handle ended with %v, want a zombie", handle.Err())
		}
		if took := time.Since(begun); took < 15*time.Second || took > 21*time.Second {
			t.Errorf("noticed after %v, want one and a half intervals of 10 s", took)
		}
		if code := <-closes; code < 4000 {
			t.Errorf("closed with %d, which ends the session", code)
		}
	})
}

func TestHeartbeatsKeepTheirScheduleAndCarryTheSequence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var beats []time.Duration
		var data []string
		greeted := time.Now()
		options := serve(t, func(p *peer) {
			p.identify(10 * time.Second)
			p.dispatch("MESSAGE_CREATE", 7, message("a"))
			p.dispatch("MESSAGE_CREATE", 3, message("late"))
			for {
				got, err := p.next()
				if err != nil {
					return
				}
				if got.Op == types.OpcodeHeartbeat {
					beats, data = append(beats, time.Since(greeted)), append(data, string(got.D))
					time.Sleep(200 * time.Millisecond)
					p.raw(`{"op":11}`)
				}
				if len(beats) == 3 {
					p.raw(`{"op":1,"d":null}`) // Asks for one more at once.
				}
			}
		})
		handle := connect(t, options)
		time.Sleep(45 * time.Second)
		synctest.Wait()
		if len(beats) < 5 {
			t.Fatalf("%d heartbeats in 45 s", len(beats))
		}
		if beats[0] >= 10*time.Second {
			t.Errorf("the first left after %v, want within the first interval", beats[0])
		}
		if beats[1]-beats[0] != 10*time.Second || beats[2]-beats[1] != 10*time.Second {
			t.Errorf("they left at %v, want 10 s apart", beats)
		}
		if beats[3]-beats[2] > time.Second {
			t.Errorf("the one asked for left after %v", beats[3]-beats[2])
		}
		if data[0] != "7" {
			t.Errorf("the sequence is %s, want 7: only forward", data[0])
		}
		if handle.Latency() != 200*time.Millisecond {
			t.Errorf("the latency is %v, want 200ms", handle.Latency())
		}
	})
}

func TestTheHandleEndsWithTheServersCloseAndDeliversWhatHadArrived(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		options := serve(t, func(p *peer) {
			p.identify(30 * time.Second)
			for i := range 10 {
				p.dispatch("MESSAGE_CREATE", i+1, message("x"))
			}
			p.close(4009, "timed out")
			p.linger()
		})
		options.Events = gateway.NewEvents()
		var states []string
		options.Events.Lifecycle.SubscribeFunc(func(_ context.Context, c *gateway.LifecycleChange) { states = append(states, c.To.String()) })
		delivered := 0
		options.Events.Message.Create.SubscribeFunc(func(context.Context, *types.MessageCreate) {
			time.Sleep(100 * time.Millisecond)
			delivered++
		})
		handle := connect(t, options)
		<-handle.Done()
		if delivered != 10 {
			t.Errorf("%d of 10 events were delivered before Done", delivered)
		}
		var closed *gateway.CloseError
		if !errors.As(handle.Err(), &closed) || closed.Code != 4009 || closed.Reason != "timed out" {
			t.Errorf("the handle ended with %v", handle.Err())
		}
		synctest.Wait()
		if got := strings.Join(states, " "); got != "connected identifying ready closing closed" {
			t.Errorf("lifecycle: %s", got)
		}
		if err := handle.SendHeartbeat(t.Context()); !errors.As(err, &closed) {
			t.Errorf("a send after the end: %v", err)
		}
	})
}

func TestCloseSaysGoodbye(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		closes := make(chan int, 1)
		options := serve(t, func(p *peer) {
			p.identify(30 * time.Second)
			p.ws.SetCloseHandler(func(code int, _ string) error { closes <- code; p.close(code, ""); return nil })
			p.linger()
		})
		handle := connect(t, options)
		if handle.Err() != nil {
			t.Errorf("Err before the end: %v", handle.Err())
		}
		if err := handle.Close(t.Context()); err != nil {
			t.Error(err)
		}
		if code := <-closes; code != 1000 {
			t.Errorf("closed with %d, want 1000", code)
		}
		if !errors.Is(handle.Err(), gateway.ErrClosed) || handle.State() != gateway.StateClosed {
			t.Errorf("Err %v, state %v", handle.Err(), handle.State())
		}
		if err := handle.Clone().Close(t.Context()); err != nil {
			t.Errorf("closing twice: %v", err)
		}
		if err := handle.SendHeartbeat(t.Context()); !errors.Is(err, gateway.ErrClosed) {
			t.Errorf("a send after Close: %v", err)
		}
	})
}

func TestAnObserverClosesItsOwnHandle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		options := serve(t, greeting("close"))
		options.Events = gateway.NewEvents()
		handles, result := make(chan gateway.GatewayHandle, 1), make(chan error, 1)
		options.Events.Message.Create.SubscribeFunc(func(ctx context.Context, _ *types.MessageCreate) {
			result <- (<-handles).Close(ctx)
		})
		handle := connect(t, options)
		handles <- handle
		if err := <-result; err != nil {
			t.Errorf("Close: %v", err)
		}
		<-handle.Done()
	})
}

func TestIdentifyTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		handle := connect(t, serve(t, greeting()))
		if _, err := handle.Identify(t.Context(), types.Identify{}); !errors.Is(err, gateway.ErrAlreadyIdentified) {
			t.Errorf("the second Identify: %v", err)
		}
	})
}

func TestInvalidSessionRefusesIdentify(t *testing.T) {
	for _, payload := range []string{`{"op":9,"d":false}`, `{"op":9}`, `{"op":9,"s":4}`} {
		synctest.Test(t, func(t *testing.T) {
			_, _, err := gateway.Connect(t.Context(), testURL, types.Identify{}, serve(t, func(p *peer) {
				p.hello(30 * time.Second)
				p.until(types.OpcodeIdentify)
				p.raw(payload)
				p.linger()
			}))
			if !errors.Is(err, gateway.ErrSessionInvalid) {
				t.Errorf("%s: %v, want ErrSessionInvalid", payload, err)
			}
		})
	}
}

func TestAUserAgentIsAlwaysSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for given, want := range map[string]string{"": "chorus-go", "my client": "my client"} {
			agents := make(chan string, 1)
			options := serve(t, func(p *peer) {
				agents <- p.header.Get("User-Agent")
				p.hello(time.Second)
				p.linger()
			})
			options.Header = http.Header{}
			if given != "" {
				options.Header.Set("User-Agent", given)
			}
			handle, err := gateway.Spawn(t.Context(), testURL, options)
			if err != nil {
				t.Fatal(err)
			}
			if got := <-agents; !strings.HasPrefix(got, want) {
				t.Errorf("User-Agent %q, want %q", got, want)
			}
			shut(t, handle)
		}
	})
}

func TestOfSeveralIdentifiesAtOnceOneIsSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		identifies := 0
		options := serve(t, func(p *peer) {
			p.hello(30 * time.Second)
			for {
				if _, ok := p.until(types.OpcodeIdentify); !ok {
					return
				}
				identifies++
				time.Sleep(time.Second)
				p.dispatch("READY", 0, readyJSON)
			}
		})
		handle, err := gateway.Spawn(t.Context(), testURL, options)
		if err != nil {
			t.Fatal(err)
		}
		defer shut(t, handle)
		results := make(chan error, 8)
		for range cap(results) {
			go func() {
				_, err := handle.Identify(t.Context(), types.Identify{})
				results <- err
			}()
		}
		succeeded := 0
		for range cap(results) {
			if err := <-results; err == nil {
				succeeded++
			} else if !errors.Is(err, gateway.ErrAlreadyIdentified) {
				t.Error(err)
			}
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if succeeded != 1 || identifies != 1 {
			t.Errorf("%d Identifies were sent and %d succeeded, want one", identifies, succeeded)
		}
	})
}

func TestAnIdentifyThatWasNotSentMayBeTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		handle, err := gateway.Spawn(t.Context(), testURL, serve(t, greeting()))
		if err != nil {
			t.Fatal(err)
		}
		defer shut(t, handle)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := handle.Identify(ctx, types.Identify{}); !errors.Is(err, context.Canceled) {
			t.Errorf("with a cancelled context: %v", err)
		}
		if _, err := handle.Identify(t.Context(), types.Identify{}); err != nil {
			t.Errorf("again: %v", err)
		}
	})
}

func TestAnAcknowledgementThatAnswersNothingSaysNothingAboutTheLatency(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		handle := connect(t, serve(t, func(p *peer) {
			p.identify(10 * time.Second)
			for {
				got, err := p.next()
				if err != nil {
					return
				}
				if got.Op == types.OpcodeHeartbeat {
					p.raw(`{"op":11}`)
					time.Sleep(5 * time.Second)
					p.raw(`{"op":11}`)
				}
			}
		}))
		for range 60 {
			time.Sleep(time.Second)
			if latency := handle.Latency(); latency > time.Second {
				t.Fatalf("the latency is %v, though every heartbeat is answered at once", latency)
			}
		}
	})
}
