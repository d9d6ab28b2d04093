package gatewaytest_test

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/gorilla/websocket"
	"github.com/klauspost/compress/zstd"

	"github.com/chorus-go/chorus/gateway/gatewaytest"
)

const zstdQuery = "/?v=9&encoding=json&compress=zstd-stream"

// unpack reads a zstd-stream as one, and returns how many frames it has. Its last frame need not have an end.
func unpack(t *testing.T, messages []message) (plain string, frames int) {
	t.Helper()
	var stream bytes.Buffer
	for _, m := range messages {
		if m.kind != websocket.BinaryMessage {
			t.Fatal("a frame of a zstd stream is not binary")
		}
		if strings.HasPrefix(m.data, "\x28\xb5\x2f\xfd") {
			frames++
			var header zstd.Header
			if err := header.Decode([]byte(m.data)); err != nil || header.HasFCS || header.HasCheckSum || header.WindowSize != 2<<20 {
				t.Fatalf("a frame has the header %+v: %v", header, err)
			}
		}
		stream.WriteString(m.data)
	}
	r, err := zstd.NewReader(&stream, zstd.WithDecoderConcurrency(1), zstd.WithDecodeBuffersBelow(0))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	data, err := io.ReadAll(r)
	if err != nil && err != io.ErrUnexpectedEOF {
		t.Fatal(err)
	}
	if (err == nil) != (frames == len(messages)) {
		t.Errorf("%d messages in %d frames end with %v", len(messages), frames, err)
	}
	return string(data), frames
}

// TestReplayTranscodesToZstd plays all connections of all recordings to clients that ask for zstd-stream, in both framings.
func TestReplayTranscodesToZstd(t *testing.T) {
	for name, data := range recordings(t) {
		for _, oneFrame := range []bool{false, true} {
			rec, all := parse(t, data), expectations(t, data)
			synctest.Test(t, func(t *testing.T) {
				options := gatewaytest.ReplayOptions{Network: &gatewaytest.Network{}, OneZstdFrame: oneFrame}
				server := serve(t, rec, options)
				for _, conn := range rec.Connections() {
					want := all[conn]
					c := newClient(t, server, server.URLFor(conn)+zstdQuery[1:])
					c.send(identify)
					got, err := c.rest()
					closed(t, err, want.code, want.reason)
					plain := texts(withoutAcknowledgements(want.messages))
					if want.compressed {
						plain = strings.ReplaceAll(inflate(t, want.messages), acknowledge, "")
					}
					left, frames := unpack(t, got)
					if oneFrame && frames != 1 || !oneFrame && frames != len(got) {
						t.Errorf("%s: %s: %d messages in %d frames", name, conn, len(got), frames)
					}
					if left != plain {
						t.Errorf("%s: %s: %d bytes came, recorded were %d", name, conn, len(left), len(plain))
					}
				}
			})
		}
	}
}

// TestReplayAnswersHeartbeatsInZstd: they are put into the stream.
func TestReplayAnswersHeartbeatsInZstd(t *testing.T) {
	for _, oneFrame := range []bool{false, true} {
		s := newScript(zlibQuery).in(0, hello).out(0, identify).in(0, ready).close(0, 1000, "")
		options := gatewaytest.ReplayOptions{OneZstdFrame: oneFrame}
		inMemory(t, s, options, func(t *testing.T, server *gatewaytest.ReplayServer) {
			c := newClient(t, server, server.URL()+zstdQuery)
			got := []message{c.receive()}
			c.send(heartbeat)
			got = append(got, c.receive())
			c.send(identify)
			rest, err := c.rest()
			closed(t, err, 1000, "")
			if plain, _ := unpack(t, append(got, rest...)); plain != hello+acknowledge+ready {
				t.Errorf("got %q", plain)
			}
		})
	}
}

// unpackStrictly reads messages as one stream with a decoder that wants every frame but the last one to have its end.
func unpackStrictly(t *testing.T, messages []message) {
	t.Helper()
	r, err := zstd.NewReader(strings.NewReader(texts(messages)), zstd.WithDecoderConcurrency(1))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := io.Copy(io.Discard, r); err != nil && err != io.ErrUnexpectedEOF {
		t.Errorf("the stream is no zstd: %v", err)
	}
}
