package gateway_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/types"
)

// malformed are payloads that no server should send, each with the event that its DecodeError must name.
var malformed = []struct{ name, payload, event string }{
	{"truncated", `{"op":0,"t":"MESSAGE_CREATE","s":5,"d":{"id":"1","content":"ab`, ""},
	{"truncated inside d", `{"op":0,"t":"MESSAGE_CREATE","s":5,"d":{"id":"1","content":}}`, "MESSAGE_CREATE"},
	{"a string for an object", `{"op":0,"t":"MESSAGE_CREATE","s":5,"d":"hello"}`, "MESSAGE_CREATE"},
	{"an object for a string", `{"op":0,"t":"MESSAGE_CREATE","s":5,"d":{"id":"1","content":{"a":1}}}`, "MESSAGE_CREATE"},
	{"an array for a snowflake", `{"op":0,"t":"MESSAGE_CREATE","s":5,"d":{"id":[1]}}`, "MESSAGE_CREATE"},
	{"null", `{"op":0,"t":"MESSAGE_CREATE","s":5,"d":null}`, "MESSAGE_CREATE"},
	{"no d", `{"op":0,"t":"MESSAGE_CREATE","s":5}`, "MESSAGE_CREATE"},
	{
		"invalid UTF-8", `{"op":0,"t":"MESSAGE_CREATE","s":5,"d":{"id":"1","content":"` + "\xff\xfe" + `"}}`,
		"MESSAGE_CREATE",
	},
	{
		"deep nesting", `{"op":0,"t":"MESSAGE_CREATE","s":5,"d":{"embeds":` +
			strings.Repeat("[", 1<<20) + strings.Repeat("]", 1<<20) + `}}`, "MESSAGE_CREATE",
	},
	{
		"deep nesting in an unknown field", `{"op":0,"t":"MESSAGE_CREATE","s":5,"d":{"unheard_of":` +
			strings.Repeat(`{"a":`, 1<<20) + `1` + strings.Repeat("}", 1<<20) + `}}`, "MESSAGE_CREATE",
	},
	{"an array", `[]`, ""},
	{"a number", `1`, ""},
	{"nothing", ``, ""},
	{"a byte order mark", "\ufeff" + `{"op":11}`, ""},
	{"no opcode", `{"t":"MESSAGE_CREATE","s":5,"d":{}}`, ""},
	{"an opcode that is a string", `{"op":"0","d":{}}`, ""},
	{"a huge opcode", `{"op":99999999999999999999999,"d":{}}`, ""},
}

func TestMalformedPayloadsAreDecodeErrorsAndTheConnectionGoesOn(t *testing.T) {
	for _, packing := range packings {
		for _, test := range malformed {
			if packing.oneFrame && test.payload == "" {
				continue // An encoder that is flushed without anything to flush writes nothing.
			}
			t.Run(packing.name+"/"+test.name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					sendMalformed(t, packing.compression, packing.oneFrame, test.payload, test.event)
				})
			})
		}
	}
}

func sendMalformed(t *testing.T, compression gateway.Compression, oneFrame bool, payload, event string) {
	options := serve(t, func(p *peer) {
		if oneFrame {
			p.oneFrame()
		}
		p.identify(30 * time.Second)
		p.raw(payload)
		p.dispatch("MESSAGE_CREATE", 6, message("after"))
		p.linger()
	})
	options.Compression = compression
	options.Events = gateway.NewEvents()
	var failures []error
	options.Events.Error.SubscribeFunc(func(_ context.Context, err *error) { failures = append(failures, *err) })
	seen := contents(options.Events)
	connect(t, options)
	if got := seen(); got != "after" {
		t.Errorf("observed %q, want only the message after the malformed payload", got)
	}
	if len(failures) != 1 {
		t.Fatalf("Events.Error carried %v, want one error", failures)
	}
	var failure *gateway.DecodeError
	if !errors.As(failures[0], &failure) {
		t.Fatalf("Events.Error carried %T, want a DecodeError", failures[0])
	}
	if failure.Event != event || failure.Err == nil || !strings.HasPrefix(failure.Error(), "gateway: ") {
		t.Errorf("the error is %.200v of the event %q, want %q", failure, failure.Event, event)
	}
	if event != "" && (failure.Sequence != 5 || !failure.HasSequence) {
		t.Errorf("the error has sequence %d", failure.Sequence)
	}
}

func TestADecodeErrorNamesThePath(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		options := serve(t, func(p *peer) {
			p.identify(30 * time.Second)
			p.raw(`{"op":0,"t":"MESSAGE_CREATE","s":1,"d":{"author":{"username":5}}}`)
			p.linger()
		})
		options.Events = gateway.NewEvents()
		contents(options.Events)
		waiter := options.Events.Error.Expect(nil)
		connect(t, options)
		err, waitErr := waiter.Wait(t.Context())
		if waitErr != nil {
			t.Fatal(waitErr)
		}
		var failure *gateway.DecodeError
		const raw = `{"author":{"username":5}}`
		if !errors.As(*err, &failure) || failure.Path != "author.username" || string(failure.Raw) != raw {
			t.Errorf("got %v with path %q and raw %q", *err, failure.Path, failure.Raw)
		}
	})
}

func TestWhatNobodyObservesIsNotDecoded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		options := serve(t, func(p *peer) {
			p.identify(30 * time.Second)
			p.dispatch("CHANNEL_CREATE", 1, `{"id":[],"type":"no channel at all"}`)
			p.linger()
		})
		options.Events = gateway.NewEvents()
		options.Events.Error.SubscribeFunc(func(_ context.Context, err *error) { t.Error(*err) })
		connect(t, options)
		synctest.Wait()
	})
}

// fatal are streams that cannot be read on. Each ends the handle with a DecodeError.
func TestABrokenStreamEndsTheHandleWithADecodeError(t *testing.T) {
	bomb := func(p *peer) { p.raw(strings.Repeat(" ", 1<<20)) }
	cut := func(p *peer) { p.binary(p.pack(`{"op":11}`)[:10]) }
	binary := func(frame string) func(p *peer) { return func(p *peer) { p.binary(frame) } }
	inOneFrame := func(send func(p *peer)) func(p *peer) {
		return func(p *peer) {
			p.oneFrame()
			p.raw(`{"op":11}`)
			send(p)
		}
	}
	tests := map[string]struct {
		compression gateway.Compression
		send        func(p *peer)
		cause       error // if not nil
	}{
		"a broken zlib block":      {gateway.ZlibStream, binary("\x07garbage\x00\x00\xff\xff"), nil},
		"no zlib at all":           {gateway.ZlibStream, binary("garbage\x00\x00\xff\xff"), nil},
		"a zlib bomb":              {gateway.ZlibStream, bomb, gateway.ErrTooLarge},
		"frames that never finish": {gateway.ZlibStream, func(p *peer) { p.unfinished(1 << 20) }, gateway.ErrTooLarge},

		"an oversized frame": {gateway.NoCompression, bomb, gateway.ErrTooLarge},

		"no zstd frame":         {gateway.ZstdStream, binary("garbage"), nil},
		"a cut zstd frame":      {gateway.ZstdStream, cut, nil},
		"a broken zstd frame":   {gateway.ZstdStream, binary("\x28\xb5\x2f\xfd\x00\x00\x4d\x00\x00garbage!!"), nil},
		"a huge zstd window":    {gateway.ZstdStream, binary("\x28\xb5\x2f\xfd\x00\xff\x21\x00\x00data"), nil},
		"a zstd bomb":           {gateway.ZstdStream, bomb, gateway.ErrTooLarge},
		"a broken zstd block":   {gateway.ZstdStream, inOneFrame(binary("\x4c\x00\x00garbage!!")), nil},
		"a reserved zstd block": {gateway.ZstdStream, inOneFrame(binary("\x06\x00\x00")), nil},
		"a cut zstd block":      {gateway.ZstdStream, inOneFrame(cut), nil},
		"a bomb in one frame":   {gateway.ZstdStream, inOneFrame(bomb), gateway.ErrTooLarge},

		"a broken zlib payload": {gateway.PayloadZlib, binary("\x78\x9c\x07garbage"), nil},
		"a cut zlib payload":    {gateway.PayloadZlib, cut, nil},
		"JSON in a binary one":  {gateway.PayloadZlib, binary(`{"op":11}`), nil},
		"a payload bomb":        {gateway.PayloadZlib, bomb, gateway.ErrTooLarge},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { endsWithDecodeError(t, test.compression, test.send, test.cause) })
		})
	}
}

// endsWithDecodeError has a server send something fatal; cause is what the error is, if not nil.
func endsWithDecodeError(t *testing.T, compression gateway.Compression, send func(p *peer), cause error) {
	options := serve(t, func(p *peer) {
		p.identify(30 * time.Second)
		time.Sleep(time.Second) // Connect returns first.
		send(p)
		p.linger()
	})
	options.Compression = compression
	options.MaxPayload = 64 << 10
	options.Events = gateway.NewEvents()
	options.Events.Error.SubscribeFunc(func(_ context.Context, err *error) { t.Errorf("before the end: %v", *err) })
	handle := connect(t, options)
	<-handle.Done()
	var failure *gateway.DecodeError
	if !errors.As(handle.Err(), &failure) {
		t.Fatalf("the handle ended with %v, want a DecodeError", handle.Err())
	}
	if cause != nil && !errors.Is(failure, cause) {
		t.Errorf("the handle ended with %v, want %v", failure, cause)
	}
}

// TestAFrameWithoutItsEndBreaksTheStream cuts a compressed dispatch anywhere. With the one that follows it makes a
// message that can be inflated, and may even begin as a dispatch does.
func TestAFrameWithoutItsEndBreaksTheStream(t *testing.T) {
	for _, encoding := range []gateway.Encoding{gateway.JSON, gateway.ETF} {
		for left := 1; left < 120; left++ {
			synctest.Test(t, func(t *testing.T) { sendCut(t, encoding, left) })
		}
	}
}

func sendCut(t *testing.T, encoding gateway.Encoding, left int) {
	options := serve(t, func(p *peer) {
		p.identify(30 * time.Second)
		time.Sleep(time.Second) // Connect returns first.
		pack := p.pack
		for i, name := range []string{"first", "second", "third", "fourth"} {
			p.pack = pack
			if i == 1 {
				p.pack = func(payload string) string { frame := pack(payload); return frame[:min(left, len(frame)-1)] }
			}
			p.dispatch("GUILD_MEMBER_UPDATE", i+1, fmt.Sprintf(
				`{"guild_id":"1323806707956473","roles":["1323%d","17"],"nick":%q,"user":{"id":"1323","username":%q}}`,
				i, name, name))
		}
		p.linger()
	})
	options.Compression = gateway.ZlibStream
	options.Encoding = encoding
	options.Events = gateway.NewEvents()
	options.Events.Error.SubscribeFunc(func(_ context.Context, err *error) { t.Errorf("%d left: %v", left, *err) })
	var seen []string
	options.Events.Guild.MemberUpdate.SubscribeFunc(func(_ context.Context, m *types.GuildMemberUpdate) {
		seen = append(seen, m.User.Username)
	})
	handle := connect(t, options)
	<-handle.Done()
	var failure *gateway.DecodeError
	if !errors.As(handle.Err(), &failure) || !slices.Equal(seen, []string{"first"}) {
		t.Errorf("%d left: the handle saw %q and ended with %v", left, seen, handle.Err())
	}
	if session, ok := handle.Session(); ok && session.Sequence != types.Some[int64](1) {
		t.Errorf("%d left: the sequence is %v", left, session.Sequence)
	}
}

func TestAStringOfAHundredMegabytesIsDecoded(t *testing.T) {
	if testing.Short() {
		t.Skip("moves 100 MB")
	}
	options := serve(t, greeting(strings.Repeat("x", 100<<20)))
	options.Events = gateway.NewEvents()
	waiter := options.Events.Message.Create.Expect(nil)
	connect(t, options)
	got, err := waiter.Wait(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Content) != 100<<20 {
		t.Errorf("%d bytes", len(got.Content))
	}
}

func TestAMalformedReadyFailsIdentify(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		options := serve(t, func(p *peer) {
			p.hello(30 * time.Second)
			p.until(types.OpcodeIdentify)
			p.raw(`{"op":0,"t":"READY","s":0,"d":{"user":[]}}`)
			p.linger()
		})
		begun := time.Now()
		_, _, err := gateway.Connect(t.Context(), testURL, types.Identify{}, options)
		var failure *gateway.DecodeError
		if !errors.As(err, &failure) || failure.Event != "READY" {
			t.Errorf("Connect: %v, want a DecodeError of READY", err)
		}
		if time.Since(begun) > time.Second {
			t.Errorf("it took %v", time.Since(begun))
		}
	})
}
