package gatewaytest

import (
	"bytes"
	"compress/zlib"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"time"

	"github.com/gorilla/websocket"

	"github.com/chorus-go/chorus/internal/recording"
	"github.com/chorus-go/chorus/internal/wire"
)

// transport is what a URL asks of the frames.
type transport struct {
	encoding string // json unless the URL says otherwise
	compress string // empty for none
}

const (
	encodingJSON = "json"
	encodingETF  = "etf"
	compressNone = ""
	compressZlib = "zlib-stream"
	compressZstd = "zstd-stream"
)

// transportOf reads the query as Spacebar does: case-sensitive, with absent and empty being the same.
func transportOf(query url.Values) transport {
	t := transport{encoding: query.Get("encoding"), compress: query.Get("compress")}
	if t.encoding == "" {
		t.encoding = encodingJSON
	}
	return t
}

// known says whether there is such a transport at all.
func (t transport) known() bool {
	return (t.encoding == encodingJSON || t.encoding == encodingETF) &&
		(t.compress == compressNone || t.compress == compressZlib || t.compress == compressZstd)
}

// connection is one recorded websocket as a script for the server.
type connection struct {
	name  string
	wire  transport // of the recorded frames, which is not what the URL says if the payloads were recorded instead
	steps []step

	// endless says that the recorded zstd-stream is one frame that goes on from message to message.
	endless bool
}

type action int

const (
	send   action = iota // a message to the client
	await                // the client's Identify or Resume
	hangUp               // the server's close frame
)

// step is one thing the server does.
type step struct {
	do action
	at time.Duration // since the connection was opened

	frames   []frame   // of send: a compressed message may come in several
	payload  []byte    // of send: what is in them, JSON or a term
	packed   bool      // of send: the payload alone was compressed, because Identify had asked for it
	op       int       // of send; -1 if unknown
	dispatch *Dispatch // of send with op 0

	code   int // of hangUp
	reason string
}

// frame is one recorded websocket frame.
type frame struct {
	kind int // websocket.TextMessage or BinaryMessage
	data []byte
}

// builder makes a connection of its records.
type builder struct {
	c       *connection
	asked   transport     // what the URL says
	opened  time.Duration // when
	zlib    *inflater     // of a zlib-stream connection
	zstd    *wire.Zstd    // of a zstd-stream connection
	partial []frame       // of a message that is not complete yet
	framed  bool          // a frame from the server was seen: wire is certain

	unpacked bool // a frame of a zstd-stream was seen
}

func newBuilder(name string, open recording.Record) (*builder, error) {
	u, err := url.Parse(string(open.Data))
	if err != nil {
		return nil, err
	}
	asked := transportOf(u.Query())
	if !asked.known() {
		return nil, fmt.Errorf("encoding %q with compress %q is unknown", asked.encoding, asked.compress)
	}
	b := &builder{c: &connection{name: name, wire: asked}, asked: asked, opened: open.Time}
	switch asked.compress {
	case compressZlib:
		b.zlib = newInflater()
	case compressZstd:
		b.zstd = wire.NewZstd(maxPayload)
	}
	return b, nil
}

func (b *builder) add(r recording.Record) error {
	at := r.Time - b.opened
	switch {
	case r.Kind == recording.Close && r.Dir == recording.In:
		b.c.steps = append(b.c.steps, step{do: hangUp, at: at, code: r.Code, reason: r.Reason})
	case r.Kind != recording.Text && r.Kind != recording.Binary:
	case r.Dir == recording.Out:
		if op := requestOf(r.Data).op; op == opIdentify || op == opResume {
			b.c.steps = append(b.c.steps, step{do: await, at: at})
		}
	default:
		return b.receive(at, r)
	}
	return nil
}

// receive adds a frame from the server.
func (b *builder) receive(at time.Duration, r recording.Record) error {
	f := frame{kind: websocket.TextMessage, data: r.Data}
	if r.Kind == recording.Binary {
		f.kind = websocket.BinaryMessage
	}
	if raw := b.raw(r); !b.framed {
		b.framed = true
		if !raw {
			b.c.wire.compress = compressNone
		}
	} else if raw != (b.c.wire.compress != compressNone) {
		return fmt.Errorf("at %v: raw frames and payloads in one compressed connection", r.Time)
	}
	payload, complete, err := b.unpack(r.Data)
	if err != nil {
		return fmt.Errorf("at %v: %w", r.Time, err)
	}
	b.partial = append(b.partial, f)
	if !complete {
		return nil
	}
	s := step{do: send, at: at, frames: b.partial, payload: payload}
	s.packed = b.c.wire.compress == compressNone && len(payload) != len(r.Data)
	b.partial = nil
	s.look()
	b.c.steps = append(b.c.steps, s)
	return nil
}

// unpack decompresses a frame from the server, and returns the message if the frame completes one.
func (b *builder) unpack(data []byte) ([]byte, bool, error) {
	switch b.c.wire.compress {
	case compressZlib:
		return b.zlib.add(data)
	case compressZstd:
		if !b.unpacked {
			b.unpacked = true
			b.c.endless = !isWholeZstd(data)
		}
		return b.zstd.Next(nil, data)
	}
	return inflatePayload(data), true, nil
}

// raw says whether a frame from the server is one of a compressed stream. Of a compressed connection payloads can be
// recorded instead, as text, or as binary if they are ETF.
func (b *builder) raw(r recording.Record) bool {
	if b.asked.compress == compressNone || r.Kind == recording.Text {
		return false
	}
	return b.asked.encoding == encodingJSON || !isTerm(r.Data) || b.framed && b.c.wire.compress != compressNone
}

// look finds out what a message is. One that cannot be read is played all the same, where it need not be translated.
func (s *step) look() {
	text, err := textOf(s.payload)
	if err != nil {
		s.op = -1
		return
	}
	var envelope struct {
		T string          `json:"t"`
		S *int64          `json:"s"`
		D json.RawMessage `json:"d"`
	}
	if s.op = opcode(text); s.op != opDispatch || json.Unmarshal(text, &envelope) != nil {
		return
	}
	s.dispatch = &Dispatch{Name: envelope.T, Data: envelope.D}
	if envelope.S != nil {
		s.dispatch.Seq, s.dispatch.HasSeq = *envelope.S, true
	}
}

// inflatePayload reads what compress:true in Identify makes of a message: a zlib stream of its own. Anything else is
// returned as it is.
func inflatePayload(data []byte) []byte {
	if len(data) == 0 || data[0]&0x0f != 8 { // neither JSON nor a term begins like this
		return data
	}
	r, err := zlib.NewReader(bytes.NewReader(data))
	if err != nil {
		return data
	}
	plain, err := io.ReadAll(io.LimitReader(r, maxPayload+1))
	if err != nil || len(plain) > maxPayload {
		return data
	}
	return plain
}
