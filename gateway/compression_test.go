package gateway_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/types"
)

func TestCompressionsAreNamed(t *testing.T) {
	for compression, want := range map[gateway.Compression]string{
		gateway.ZlibStream: "zlib-stream", gateway.ZstdStream: "zstd-stream", gateway.PayloadZlib: "payload-zlib",
		gateway.NoCompression: "none", 77: "Compression(77)",
	} {
		if got := compression.String(); got != want {
			t.Errorf("%d is %s, want %s", compression, got, want)
		}
	}
	if (gateway.Options{}).Compression != gateway.ZlibStream {
		t.Error("the zero value is not ZlibStream")
	}
}

// TestIdentifyAsksForCompressedPayloads: only where that was chosen, and not in the caller's value.
func TestIdentifyAsksForCompressedPayloads(t *testing.T) {
	for _, packing := range packings {
		synctest.Test(t, func(t *testing.T) {
			identifies := make(chan string, 1)
			options := serve(t, func(p *peer) {
				p.hello(30 * time.Second)
				sent, _ := p.until(types.OpcodeIdentify)
				identifies <- string(sent.D)
				p.dispatch("READY", 0, readyJSON)
				p.linger()
			})
			options.Compression = packing.compression
			identify := types.Identify{Token: "secret"}
			handle, _, err := gateway.Connect(t.Context(), testURL, identify, options)
			if err != nil {
				t.Fatal(err)
			}
			defer shut(t, handle)
			asked := strings.Contains(<-identifies, `"compress":true`)
			if asked != (packing.compression == gateway.PayloadZlib) || identify.Compress {
				t.Errorf("%s: Identify has compress: %v", packing.name, asked)
			}
		})
	}
}

func TestTextFramesArriveAsTheyAreAmongCompressedPayloads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		options := serve(t, func(p *peer) {
			p.identify(30 * time.Second)
			p.dispatch("MESSAGE_CREATE", 1, message("packed"))
			_ = p.ws.WriteMessage(websocket.TextMessage, []byte(`{"op":0,"t":"MESSAGE_CREATE","s":2,"d":`+message("plain")+`}`))
			_ = p.ws.WriteMessage(websocket.TextMessage, []byte("no JSON")) // Says nothing about what comes.
			p.dispatch("MESSAGE_CREATE", 3, message("packed"))
			p.linger()
		})
		options.Compression = gateway.PayloadZlib
		options.Events = gateway.NewEvents()
		seen := contents(options.Events)
		failures := 0
		options.Events.Error.SubscribeFunc(func(context.Context, *error) { failures++ })
		connect(t, options)
		if got := seen(); got != "packed plain packed" || failures != 1 {
			t.Errorf("observed %q and %d failures", got, failures)
		}
	})
}

// TestAZstdFrameMayBeginAnywhere: a server may go over from one way of framing to the other.
func TestAZstdFrameMayBeginAnywhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		options := serve(t, func(p *peer) {
			p.identify(30 * time.Second)
			p.dispatch("MESSAGE_CREATE", 1, message("a"))
			p.oneFrame()
			p.dispatch("MESSAGE_CREATE", 2, message("b"))
			p.dispatch("MESSAGE_CREATE", 3, message("c"))
			p.oneFrame()
			p.dispatch("MESSAGE_CREATE", 4, message("d"))
			p.pack = packZstdFrames(t)
			p.dispatch("MESSAGE_CREATE", 5, message("e"))
			p.linger()
		})
		options.Compression = gateway.ZstdStream
		options.Events = gateway.NewEvents()
		seen := contents(options.Events)
		connect(t, options)
		if got := seen(); got != "a b c d e" {
			t.Errorf("observed %q", got)
		}
	})
}
