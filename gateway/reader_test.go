package gateway_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/types"
)

func TestALargeFrameThatArrivesSlowlyIsASignOfLife(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		options := serve(t, func(p *peer) {
			p.identify(10 * time.Second)
			payload := fmt.Sprintf(`{"op":0,"t":"MESSAGE_CREATE","s":1,"d":%s}`, message(strings.Repeat("x", 60<<10)))
			frame := binary.BigEndian.AppendUint64([]byte{0x81, 127}, uint64(len(payload)))
			frame = append(frame, payload...)
			for conn := p.ws.NetConn(); ; time.Sleep(time.Second) {
				n := min(1024, len(frame))
				if _, err := conn.Write(frame[:n]); err != nil {
					return
				}
				if frame = frame[n:]; len(frame) == 0 {
					break
				}
			}
			p.linger()
		})
		options.Events = gateway.NewEvents()
		waiter := options.Events.Message.Create.Expect(nil)
		handle := connect(t, options)
		select {
		case <-waiter.Done():
		case <-handle.Done():
			t.Errorf("bytes arrived every second, but the handle ended: %v", handle.Err())
		}
	})
}

func TestALongNameCountsInTheBoundsOfTheQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		options := serve(t, func(p *peer) {
			p.identify(30 * time.Second)
			go func() {
				for range 16 {
					p.raw(`{"op":0,"t":"` + strings.Repeat("X", 1<<20) + `","s":1,"d":{}}`)
				}
			}()
			for {
				if _, err := p.next(); err != nil {
					return
				}
			}
		})
		options.Events = gateway.NewEvents()
		options.QueueBytes = 1 << 20
		release := make(chan struct{})
		options.Events.Unknown.SubscribeFunc(func(context.Context, *gateway.RawDispatch) { <-release })
		handle := connect(t, options)
		time.Sleep(time.Second)
		if stats := handle.Stats().Queue; stats.Events > 1 {
			t.Errorf("a queue of 1 MiB holds %d events of 1 MiB each", stats.Events)
		}
		close(release)
	})
}

// A scan of the envelope cannot know that another member follows d when it does not look into d.
func TestAMemberBehindDChangesNothing(t *testing.T) {
	for _, observeRaw := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			options := serve(t, func(p *peer) {
				p.raw(`{"t":null,"s":null,"op":10,"d":{"heartbeat_interval":30000},"_trace":{}}`)
				p.until(types.OpcodeIdentify)
				p.raw(`{"op":0,"t":"READY","s":0,"d":` + readyJSON + `,"x":{}}`)
				p.raw(`{"op":0,"t":"MESSAGE_CREATE","s":1,"d":` + message("a") + `,"x":{}}`)
				p.linger()
			})
			options.Events = gateway.NewEvents()
			options.Events.Error.SubscribeFunc(func(_ context.Context, err *error) { t.Error(*err) })
			var raw []string
			options.Events.Message.Create.SubscribeFunc(func(ctx context.Context, _ *types.MessageCreate) {
				dispatch, _ := gateway.DispatchFrom(ctx)
				raw = append(raw, string(dispatch.Raw()))
			})
			if observeRaw {
				options.Events.Raw.SubscribeFunc(func(_ context.Context, d *gateway.RawDispatch) { raw = append(raw, string(d.Data)) })
			}
			connect(t, options)
			synctest.Wait()
			want := []string{message("a")}
			if observeRaw {
				want = []string{readyJSON, message("a"), message("a")}
			}
			if !slices.Equal(raw, want) {
				t.Errorf("the raw bytes are %q", raw)
			}
		})
	}
}

func TestACompressedMessageInATextFrameEndsTheHandle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		options := serve(t, func(p *peer) {
			p.identify(30 * time.Second)
			p.dispatch("MESSAGE_CREATE", 1, message("aaaa"))
			packed := p.pack(`{"op":0,"t":"MESSAGE_CREATE","s":2,"d":` + message("bbbb") + `}`)
			_ = p.ws.WriteMessage(websocket.TextMessage, []byte(packed))
			p.dispatch("MESSAGE_CREATE", 3, message("bbbb")) // Refers to what was not inflated.
			p.linger()
		})
		options.Compression = gateway.ZlibStream
		options.Events = gateway.NewEvents()
		seen := contents(options.Events)
		handle := connect(t, options)
		<-handle.Done()
		var failure *gateway.DecodeError
		if !errors.As(handle.Err(), &failure) || seen() != "aaaa" {
			t.Errorf("observed %q, and the handle ended with %v", seen(), handle.Err())
		}
	})
}

func TestPlainTextOnACompressedConnectionIsUnderstood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		options := serve(t, func(p *peer) {
			p.identify(30 * time.Second)
			_ = p.ws.WriteMessage(websocket.TextMessage, []byte(`{"op":0,"t":"MESSAGE_CREATE","s":1,"d":`+message("plain")+`}`))
			p.dispatch("MESSAGE_CREATE", 2, message("compressed"))
			p.linger()
		})
		options.Compression = gateway.ZlibStream
		options.Events = gateway.NewEvents()
		seen := contents(options.Events)
		connect(t, options)
		if got := seen(); got != "plain compressed" {
			t.Errorf("observed %q", got)
		}
	})
}

func TestReadyWithoutASessionFailsIdentify(t *testing.T) {
	for _, data := range []string{`null`, `{"session_id":5}`, `{"session_id":"s1","user":[]}`} {
		synctest.Test(t, func(t *testing.T) {
			_, _, err := gateway.Connect(t.Context(), testURL, types.Identify{}, serve(t, func(p *peer) {
				p.hello(30 * time.Second)
				p.until(types.OpcodeIdentify)
				p.dispatch("READY", 0, data)
				p.linger()
			}))
			var failure *gateway.DecodeError
			if !errors.As(err, &failure) || failure.Event != "READY" {
				t.Errorf("%s: %v, want a DecodeError of READY", data, err)
			}
		})
	}
}

func TestWebsocketPingsAreAnswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pongs := make(chan string, 10)
		options := serve(t, func(p *peer) {
			p.ws.SetPongHandler(func(data string) error { pongs <- data; return nil })
			p.identify(30 * time.Second)
			_ = p.ws.WriteControl(websocket.PingMessage, []byte("are you there"), time.Now().Add(time.Second))
			p.linger()
		})
		connect(t, options)
		if got := <-pongs; got != "are you there" {
			t.Errorf("answered %q", got)
		}
	})
}

func TestAReadyThatDoesNotDecodeIsReportedOnceThoughNobodyObservesIt(t *testing.T) {
	for _, observe := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			options := serve(t, func(p *peer) {
				p.hello(30 * time.Second)
				p.dispatch("READY", 0, `{"session_id":5}`)
				p.linger()
			})
			options.Events = gateway.NewEvents()
			var failures []error
			options.Events.Error.SubscribeFunc(func(_ context.Context, err *error) { failures = append(failures, *err) })
			if observe {
				options.Events.Session.Ready.SubscribeFunc(func(context.Context, *types.Ready) { t.Error("READY was observed") })
			}
			handle, err := gateway.Spawn(t.Context(), testURL, options)
			if err != nil {
				t.Fatal(err)
			}
			defer shut(t, handle)
			synctest.Wait()
			if len(failures) != 1 || handle.State() != gateway.StateConnected {
				t.Errorf("reported %v, and the handle is %v", failures, handle.State())
			}
		})
	}
}

func TestWebsocketPingsAreSignsOfLife(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		options := serve(t, func(p *peer) {
			p.identify(10 * time.Second)
			gone := make(chan struct{})
			go func() { // Acknowledges nothing.
				defer close(gone)
				for {
					if _, err := p.next(); err != nil {
						return
					}
				}
			}()
			for {
				select {
				case <-gone:
					return
				case <-time.After(5 * time.Second):
					_ = p.ws.WriteControl(websocket.PingMessage, nil, time.Now().Add(time.Second))
				}
			}
		})
		handle := connect(t, options)
		handle.Events.Error.SubscribeFunc(func(_ context.Context, err *error) { t.Error(*err) })
		time.Sleep(19 * time.Second) // Silence is noticed after 15 s, acknowledgements are missed after 20 s at the earliest.
		if handle.State() != gateway.StateReady {
			t.Errorf("the handle ended: %v", handle.Err())
		}
	})
}
