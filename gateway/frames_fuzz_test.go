package gateway

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/gorilla/websocket"
)

// transcript is what came of what a server sent.
type transcript struct {
	kinds    []int
	messages [][]byte
	pings    []string
	closed   *websocket.CloseError // nil when it was no close frame that ended it
	limited  bool
}

func (t *transcript) end(err error) {
	t.closed, _ = errors.AsType[*websocket.CloseError](err)
	t.limited = err == websocket.ErrReadLimit
}

// byGorilla reads with the websocket package.
func byGorilla(t *testing.T, sent []byte, limit int64) (got transcript) {
	ws, flood := floodedBy(t, sent)
	defer flood.Close()
	ws.SetReadLimit(limit)
	ws.SetPingHandler(func(data string) error { got.pings = append(got.pings, data); return nil })
	ws.SetCloseHandler(func(int, string) error { return nil })
	for {
		kind, message, err := ws.ReadMessage()
		if err != nil {
			got.end(err)
			return got
		}
		got.kinds, got.messages = append(got.kinds, kind), append(got.messages, message)
	}
}

// byFrames reads with frames, in parts that the seed decides.
func byFrames(sent []byte, limit int64, seed uint64) (got transcript) {
	f := readingFrom(&script{parts: inParts(rand.New(rand.NewPCG(seed, 0)), sent), err: io.EOF})
	f.limit = limit
	f.pinged = func(data string) error { got.pings = append(got.pings, data); return nil }
	for {
		kind, message, err := f.message()
		if err != nil {
			got.end(err)
			return got
		}
		got.kinds, got.messages = append(got.kinds, kind), append(got.messages, bytes.Clone(message))
	}
}

// FuzzFramesAgreeWithTheWebsocketPackage sends anything to both.
func FuzzFramesAgreeWithTheWebsocketPackage(f *testing.F) {
	const limit = 1 << 20
	large := noise(rand.New(rand.NewPCG(1, 2)), 3*floodRead)
	for _, seed := range [][]byte{
		nil,
		frame(nil),
		frame([]byte("hello")),
		append(frame(large), frame([]byte("then"))...),
		frame(make([]byte, limit+1)),
		[]byte("\x01\x01a\x89\x01p\x00\x01b\x80\x01c\x82\x00"),
		[]byte("\x01\x00\x00\x00\x80\x00\x8a\x00\x88\x05\x0f\xa4bad"),
		[]byte("\x81\x7e\x00\x03abc\x81\x7f\x00\x00\x00\x00\x00\x00\x00\x01d\x88\x02\x03\xed"),
		[]byte("\x88\x02\x03\xe8\x81\x01x"),
		[]byte("\x81\xff"),
		[]byte("\x91\x01x"),
	} {
		f.Add(seed, uint64(len(seed)))
	}
	f.Fuzz(func(t *testing.T, sent []byte, seed uint64) {
		want, got := byGorilla(t, sent, limit), byFrames(sent, limit, seed)
		if !slices.Equal(got.kinds, want.kinds) || !slices.EqualFunc(got.messages, want.messages, bytes.Equal) {
			t.Errorf("%d messages of kinds %v, want %d of %v", len(got.messages), got.kinds, len(want.messages), want.kinds)
		}
		if !slices.Equal(got.pings, want.pings) {
			t.Errorf("pings %q, want %q", got.pings, want.pings)
		}
		if got.limited != want.limited || (got.closed == nil) != (want.closed == nil) ||
			got.closed != nil && *got.closed != *want.closed {
			t.Errorf("it ends with %v, limit %v; want %v, %v", got.closed, got.limited, want.closed, want.limited)
		}
	})
}
