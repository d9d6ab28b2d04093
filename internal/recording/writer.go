package recording

import (
	"errors"
	"fmt"
	"io"
	"sync"
	"time"
)

// ErrBehind is the error of a Writer whose destination took so long that 64 MiB were waiting for it. What was recorded
// until then is complete; everything later is missing.
var ErrBehind = errors.New("recording: the destination is too slow, recording has stopped")

// maxPending bounds what waits for the destination, and keepBuffer what is kept for the next records.
const (
	maxPending = 64 << 20
	keepBuffer = 1 << 20
)

// Writer records what crosses any number of connections. All methods are safe from any goroutine, and none but Close
// waits for the destination: records go to a buffer in memory that one goroutine, which lives while there is something
// to write, empties.
//
// Lines stand in the file in the order of the calls, with their time since NewWriter. Secrets are taken out by [Redact] and
// [RedactURL] before a record reaches the buffer.
//
// Recording never disturbs what is recorded: the first error, of the destination or [ErrBehind], ends the recording,
// later records are dropped, and Err and Close return it.
type Writer struct {
	w     io.Writer
	start time.Time
	limit int // of pending, in bytes

	mu      sync.Mutex // guards what follows; never held while the destination is written
	pending []byte
	spare   []byte
	busy    bool       // the goroutine lives
	idle    *sync.Cond // signals that it has ended
	closed  bool
	err     error
}

// NewWriter returns a Writer to w. Each write to w is one or more whole lines. The Writer does not close w.
func NewWriter(w io.Writer) *Writer {
	writer := &Writer{w: w, start: time.Now(), limit: maxPending}
	writer.idle = sync.NewCond(&writer.mu)
	return writer
}

// Open records that the connection was dialled. It comes before everything else of that connection; a name must not be
// used twice.
func (w *Writer) Open(conn, url string) {
	w.record(Record{Conn: conn, Dir: Out, Kind: Open, Data: []byte(RedactURL(url))})
}

// In records a payload from the server: what was in the frame after decompression. The payload is neither kept nor changed.
// JSON is recorded as text, ETF as binary.
func (w *Writer) In(conn string, payload []byte) { w.frame(conn, In, payload) }

// Out records a payload to the server, in the same way.
func (w *Writer) Out(conn string, payload []byte) { w.frame(conn, Out, payload) }

// Closed records a close frame and who sent it. A connection that was lost without one has, by convention, code 1006
// and direction In.
func (w *Writer) Closed(conn string, dir Direction, code int, reason string) {
	w.record(Record{Conn: conn, Dir: dir, Kind: Close, Code: code, Reason: reason})
}

// Err returns what ended the recording, or nil.
func (w *Writer) Err() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.err
}

// Close ends the recording, waits until everything recorded is written, and returns what Err returns. Records that come
// later are dropped. Calling it again does no harm.
func (w *Writer) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closed = true
	for w.busy {
		w.idle.Wait()
	}
	return w.err
}

func (w *Writer) frame(conn string, dir Direction, payload []byte) {
	kind := Text
	if isETF(payload) {
		kind = Binary
	}
	w.record(Record{Conn: conn, Dir: dir, Kind: kind, Data: Redact(payload)})
}

// record encodes outside of the lock, which is what takes time, and takes the time of the record inside it: so the times in
// the file never go back.
func (w *Writer) record(r Record) {
	if w.stopped() {
		return
	}
	tail := r.tail()
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed || w.err != nil {
		return
	}
	if len(w.pending) > 0 && len(w.pending)+len(tail) > w.limit {
		w.err = ErrBehind
		return
	}
	w.pending = append(appendTime(w.pending, time.Since(w.start)), tail...)
	if !w.busy {
		w.busy = true
		go w.flush()
	}
}

func (w *Writer) stopped() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.closed || w.err != nil
}

// flush writes until nothing is pending.
func (w *Writer) flush() {
	for {
		data, more := w.take()
		if !more {
			return
		}
		n, err := w.w.Write(data)
		if err == nil && n < len(data) {
			err = io.ErrShortWrite
		}
		w.give(data, err)
	}
}

// take hands over what is pending, or ends the goroutine.
func (w *Writer) take() ([]byte, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.pending) == 0 {
		w.busy = false
		w.idle.Broadcast()
		return nil, false
	}
	data := w.pending
	w.pending, w.spare = w.spare[:0], nil
	return data, true
}

// give returns the buffer of a write that has ended.
func (w *Writer) give(data []byte, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if cap(data) <= keepBuffer {
		w.spare = data
	}
	if err != nil && w.err != ErrBehind {
		w.err = fmt.Errorf("recording: %w", err)
	}
	if err != nil {
		w.pending = nil // a line after a hole would belong to nothing
	}
}
