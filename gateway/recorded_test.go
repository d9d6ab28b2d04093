package gateway_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/gateway/gatewaytest"
	"github.com/chorus-go/chorus/types"
)

// captures is where recordings of a whole scenario on a real server lie beside a checkout, on some machines.
const captures = "../../shared/captures/"

// recordings returns the recordings to test with: the captures when that folder is there, and otherwise what the
// repository ships.
func recordings(t *testing.T) map[string]*gatewaytest.Recording {
	t.Helper()
	found := map[string]*gatewaytest.Recording{}
	for _, name := range []string{"plain.jsonl", "zlib-stream.jsonl"} {
		file, err := os.Open(captures + name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		if found[name], err = gatewaytest.ReadRecording(file); err != nil {
			t.Fatal(err)
		}
		if got := len(found[name].Connections()); got != 33 {
			t.Errorf("%s has %d connections, want 33", name, got)
		}
	}
	if len(found) == 0 {
		t.Log("no captures beside the checkout: testing with the shipped recordings")
		found["sample"], found["sample, zlib-stream"] = gatewaytest.Sample(), gatewaytest.SampleZlib()
	}
	return found
}

// observed is one event as an observer of its publisher saw it.
type observed struct {
	publisher string
	dispatch  gateway.Dispatch
	raw       []byte
}

// observeEverything subscribes an observer to every publisher of the tree whose event comes from a dispatch.
func observeEverything(t *testing.T, events *gateway.Events, observe func(observed)) (publishers int) {
	t.Helper()
	tree := reflect.ValueOf(events).Elem()
	for i := range tree.NumField() {
		category := tree.Type().Field(i).Name
		if tree.Field(i).Addr().MethodByName("SubscribeFunc").IsValid() {
			continue // Raw, Unknown, Error, Lifecycle, Lag, Sent
		}
		for j := range tree.Field(i).NumField() {
			path := category + "." + tree.Field(i).Type().Field(j).Name
			subscribe := tree.Field(i).Field(j).Addr().MethodByName("SubscribeFunc")
			update := reflect.MakeFunc(subscribe.Type().In(0), func(arguments []reflect.Value) []reflect.Value {
				dispatch, ok := gateway.DispatchFrom(arguments[0].Interface().(context.Context))
				if !ok || arguments[1].IsNil() {
					t.Errorf("%s: no dispatch or no event", path)
				}
				observe(observed{publisher: path, dispatch: dispatch, raw: dispatch.Raw()})
				return nil
			})
			subscribe.Call([]reflect.Value{update})
			publishers++
		}
	}
	return publishers
}

// transport is an encoding with a compression.
type transport struct {
	name        string
	encoding    gateway.Encoding
	compression gateway.Compression
	oneFrame    bool // of zstd: one frame for the whole connection
}

// transports are all that can be combined.
func transports() []transport {
	var all []transport
	for _, encoding := range []gateway.Encoding{gateway.JSON, gateway.ETF} {
		for _, packing := range packings {
			if encoding == gateway.JSON || packing.compression != gateway.PayloadZlib {
				all = append(all, transport{encoding.String() + ", " + packing.name, encoding, packing.compression, packing.oneFrame})
			}
		}
	}
	return all
}

// TestEveryRecordedDispatchArrivesOnceInOrderDecoded plays every recording in every encoding and compression.
func TestEveryRecordedDispatchArrivesOnceInOrderDecoded(t *testing.T) {
	for name, recording := range recordings(t) {
		for _, transport := range transports() {
			replay := func(t *testing.T, network *gatewaytest.Network) {
				server, err := gatewaytest.Replay(recording, transport.replay(network))
				if err != nil {
					t.Fatal(err)
				}
				defer server.Close()
				for _, connection := range recording.Connections() {
					playback(t, server, recording.Dispatches(connection), server.URLFor(connection), transport)
				}
			}
			if transport.encoding == gateway.JSON {
				t.Run(name+"/"+transport.name, func(t *testing.T) { replay(t, nil) })
			}
			t.Run(name+"/"+transport.name+"/in memory", func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { replay(t, new(gatewaytest.Network)) })
			})
		}
	}
}

// replay is how a server serves a client with this transport.
func (t transport) replay(network *gatewaytest.Network) gatewaytest.ReplayOptions {
	return gatewaytest.ReplayOptions{Network: network, OneZstdFrame: t.oneFrame, PayloadZlib: true}
}

// TestEveryRecordedDispatchArrivesInPayloadsOfTheirOwn sends what was recorded in zlib payloads, every third one as text.
func TestEveryRecordedDispatchArrivesInPayloadsOfTheirOwn(t *testing.T) {
	for name, recording := range recordings(t) {
		for _, connection := range recording.Connections() {
			want := recording.Dispatches(connection)
			synctest.Test(t, func(t *testing.T) {
				options := serve(t, func(p *peer) {
					p.hello(30 * time.Second)
					p.until(types.OpcodeIdentify)
					for i, dispatch := range want {
						payload := fmt.Sprintf(`{"op":0,"t":%q,"s":%d,"d":%s}`, dispatch.Name, dispatch.Seq, dispatch.Data)
						if i%3 == 2 {
							_ = p.ws.WriteMessage(websocket.TextMessage, []byte(payload))
						} else {
							p.binary(p.pack(payload))
						}
					}
					p.linger()
				})
				options.Compression = gateway.PayloadZlib
				options.Events = gateway.NewEvents()
				i := 0
				observeEverything(t, options.Events, func(o observed) {
					if i < len(want) && (o.dispatch.Name != want[i].Name || !bytes.Equal(o.raw, want[i].Data)) {
						t.Errorf("%s: %s: event %d is %s, want %s", name, connection, i, o.dispatch.Name, want[i].Name)
					}
					i++
				})
				options.Events.Error.SubscribeFunc(func(_ context.Context, err *error) { t.Error(*err) })
				connect(t, options)
				if synctest.Wait(); i != len(want) {
					t.Errorf("%s: %s: %d of %d events came", name, connection, i, len(want))
				}
			})
		}
	}
}

// playback connects to one recorded connection and compares what is observed with what was recorded.
func playback(t *testing.T, server *gatewaytest.ReplayServer, want []gatewaytest.Dispatch, url string, as transport) {
	t.Helper()
	options := gateway.Options{Encoding: as.encoding, Compression: as.compression, Dialer: server.Dialer(), Events: gateway.NewEvents(), NoReconnect: true}
	var got []observed
	if publishers := observeEverything(t, options.Events, func(o observed) { got = append(got, o) }); publishers != 244 {
		t.Errorf("the tree has %d publishers of events, want 244", publishers)
	}
	raw := 0
	options.Events.Raw.SubscribeFunc(func(context.Context, *gateway.RawDispatch) { raw++ })
	options.Events.Unknown.SubscribeFunc(func(_ context.Context, d *gateway.RawDispatch) { t.Errorf("unknown event %s", d.Name) })
	options.Events.Error.SubscribeFunc(func(_ context.Context, err *error) { t.Error(*err) })

	handle, err := gateway.Spawn(t.Context(), url, options)
	if err != nil {
		t.Fatal(err)
	}
	if len(want) > 0 { // A recorded connection that never identified waits for nothing.
		if err := handle.SendIdentify(t.Context(), types.Identify{Token: "recorded"}); err != nil {
			t.Fatal(err)
		}
	}
	<-handle.Done()
	var closed *gateway.CloseError
	if !errors.As(handle.Err(), &closed) || closed.Code != 1000 {
		t.Errorf("the recording ended with %v", handle.Err())
	}
	if len(got) != len(want) || raw != len(want) {
		t.Fatalf("%d events and %d raw ones were observed, want %d", len(got), raw, len(want))
	}
	for i, o := range got {
		w := want[i]
		if o.dispatch.Name != w.Name || o.dispatch.HasSequence != w.HasSeq || o.dispatch.Sequence != w.Seq || !as.same(t, o.raw, w.Data) {
			t.Errorf("event %d is %s (%d), want %s (%d)", i, o.dispatch.Name, o.dispatch.Sequence, w.Name, w.Seq)
		}
	}
}

// same compares raw bytes with the recorded ones: those of a term are the same in meaning.
func (as transport) same(t *testing.T, got, want []byte) bool {
	return bytes.Equal(got, want) || as.encoding == gateway.ETF && compact(t, got) == compact(t, want)
}

func TestARecorderWritesWhatAReplayServes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var file bytes.Buffer
		recorder := gateway.NewRecorder(&file)
		options := serve(t, func(p *peer) {
			p.identify(30 * time.Second)
			p.dispatch("MESSAGE_CREATE", 1, message("hello"))
			p.close(1000, "")
			p.linger()
		})
		options.Recorder = recorder
		options.Compression = gateway.ZlibStream
		handle, _, err := gateway.Connect(t.Context(), testURL, types.Identify{Token: "hunter2"}, options)
		if err != nil {
			t.Fatal(err)
		}
		<-handle.Done()
		if err := recorder.Close(); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(file.String(), "hunter2") {
			t.Errorf("the token was recorded:\n%s", &file)
		}
		recording, err := gatewaytest.ReadRecording(&file)
		if err != nil {
			t.Fatal(err)
		}
		server, err := gatewaytest.Replay(recording, gatewaytest.ReplayOptions{Network: new(gatewaytest.Network)})
		if err != nil {
			t.Fatal(err)
		}
		defer server.Close()
		dispatches := recording.Dispatches(recording.Connections()[0])
		if len(dispatches) != 2 {
			t.Fatalf("%d dispatches were recorded, want 2", len(dispatches))
		}
		playback(t, server, dispatches, server.URL(), transport{compression: gateway.NoCompression})
	})
}

// slowConn is a connection whose writes return late.
type slowConn struct{ net.Conn }

func (c slowConn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	time.Sleep(time.Second)
	return n, err
}

func TestARecordingHasEveryAnswerBehindItsQuestion(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var file bytes.Buffer
		options := serve(t, greeting())
		dial := options.Dialer.NetDialContext
		options.Dialer.NetDialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := dial(ctx, network, address)
			return slowConn{conn}, err
		}
		options.Recorder = gateway.NewRecorder(&file)
		handle := connect(t, options)
		time.Sleep(5 * time.Second)
		shut(t, handle)
		if err := options.Recorder.Close(); err != nil {
			t.Fatal(err)
		}
		identify, ready := strings.Index(file.String(), `\"op\":2`), strings.Index(file.String(), "READY")
		if identify < 0 || ready < identify {
			t.Errorf("READY is recorded ahead of Identify:\n%s", &file)
		}
	})
}
