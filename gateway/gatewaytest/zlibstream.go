package gatewaytest

import (
	"bytes"
	"compress/flate"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"sync"
)

// maxPayload bounds what one recorded message may inflate to.
const maxPayload = 256 << 20

// flushed is how every message of a zlib stream ends.
var flushed = [4]byte{0x00, 0x00, 0xff, 0xff}

// zlibWindow is how far back a stream may refer to what was before.
const zlibWindow = 32 << 10

// inflater turns the frames of one zlib stream into messages.
type inflater struct {
	r       io.ReadCloser
	started bool // the stream's header was read
	pending []byte
	limit   int    // of a message
	window  []byte // the last 32 KiB of what the stream inflated to
}

func newInflater() *inflater {
	return &inflater{r: flate.NewReader(bytes.NewReader(nil)), limit: maxPayload}
}

// add takes the next frame, and returns the message if the frame completes one.
func (f *inflater) add(data []byte) ([]byte, bool, error) {
	f.pending = append(f.pending, data...)
	if len(data) < len(flushed) || !bytes.HasSuffix(data, flushed[:]) {
		return nil, false, nil
	}
	in := f.pending
	if !f.started {
		if len(in) < 2 || in[0]&0x0f != 8 || (int(in[0])<<8|int(in[1]))%31 != 0 || in[1]&0x20 != 0 {
			return nil, false, errors.New("a zlib stream without its header")
		}
		in, f.started = in[2:], true
	}
	if err := f.r.(flate.Resetter).Reset(bytes.NewReader(in), f.window); err != nil {
		return nil, false, err
	}
	message, err := io.ReadAll(io.LimitReader(f.r, int64(f.limit)+1))
	if len(message) > f.limit {
		return nil, false, fmt.Errorf("a message inflates to more than %d bytes", f.limit)
	}
	// After a flush the reader asks for the next block and finds the end instead.
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, false, err
	}
	f.pending = f.pending[:0]
	f.window = append(f.window, message[max(0, len(message)-zlibWindow):]...)
	f.window = append(f.window[:0], f.window[max(0, len(f.window)-zlibWindow):]...)
	return message, true, nil
}

// deflater makes one zlib stream of messages.
type deflater struct {
	out bytes.Buffer
	w   interface {
		io.Writer
		Flush() error
	}
}

// newDeflater begins a stream or, headless, goes on with one that somebody else began. The latter works behind any
// flush: from there on the blocks refer to nothing but what this deflater wrote.
func newDeflater(headless bool) (*deflater, error) {
	d := &deflater{}
	if !headless {
		d.w = zlib.NewWriter(&d.out)
		return d, nil
	}
	w, err := flate.NewWriter(&d.out, flate.DefaultCompression)
	d.w = w
	return d, err
}

// message returns the bytes of the next message, which are valid until the following call.
func (d *deflater) message(payload []byte) ([]byte, error) {
	d.out.Reset()
	if _, err := d.w.Write(payload); err != nil {
		return nil, err
	}
	if err := d.w.Flush(); err != nil {
		return nil, err
	}
	return d.out.Bytes(), nil
}

// payloadDeflater makes each message a zlib stream of its own.
type payloadDeflater struct{ pool *sync.Pool } // of *zlib.Writer; nil for none

// message implements compressor.
func (d *payloadDeflater) message(payload []byte) ([]byte, error) {
	var out bytes.Buffer
	err := deflatePayload(&out, payload, d.pool)
	return out.Bytes(), err
}
