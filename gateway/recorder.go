package gateway

import (
	"errors"
	"io"
	"strconv"
	"sync/atomic"

	"github.com/gorilla/websocket"

	"github.com/chorus-go/chorus/internal/recording"
)

// Recorder writes down what crosses the sockets of the handles whose Options name it: one JSON object a line, in the
// format that gatewaytest.Replay serves. Tokens and other secrets are redacted before anything is written. Payloads
// are recorded as text, after decompression.
//
// One recorder may serve several handles. It never delays a connection on purpose; the writing is done by another
// goroutine, and Close waits for it. After an error of the writer nothing more is written.
type Recorder struct {
	writer *recording.Writer
	opened atomic.Int64
}

// NewRecorder returns a recorder that writes to w. The caller closes the recorder, and then w. A nil w records
// nothing.
func NewRecorder(w io.Writer) *Recorder {
	if w == nil {
		w = io.Discard
	}
	return &Recorder{writer: recording.NewWriter(w)}
}

// Close writes what is left and returns the first error of the writer. Handles may still run; what they do is not
// recorded any longer. Closing nil, or a recorder that NewRecorder did not make, does nothing.
func (r *Recorder) Close() error {
	if r == nil || r.writer == nil {
		return nil
	}
	return r.writer.Close()
}

// track is the recording of one socket; that of a handle without a recorder is the zero track, which does nothing.
type track struct {
	recorder *Recorder
	name     string
}

// open begins the recording of a socket.
func (r *Recorder) open(url string) track {
	if r == nil {
		return track{}
	}
	t := track{recorder: r, name: "conn-" + strconv.FormatInt(r.opened.Add(1), 10)}
	r.writer.Open(t.name, url)
	return t
}

func (t track) received(payload []byte) {
	if t.recorder != nil {
		t.recorder.writer.In(t.name, payload)
	}
}

func (t track) sent(payload []byte) {
	if t.recorder != nil {
		t.recorder.writer.Out(t.name, payload)
	}
}

// closed ends the recording of a socket that the client has closed, or that ended in another way.
func (t track) closed(cause error) {
	if t.recorder == nil {
		return
	}
	end, ok := errors.AsType[*CloseError](cause)
	if !ok {
		t.recorder.writer.Closed(t.name, recording.Out, websocket.CloseNormalClosure, "")
		return
	}
	t.recorder.writer.Closed(t.name, recording.In, int(end.Code), end.Reason)
}
