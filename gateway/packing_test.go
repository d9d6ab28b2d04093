package gateway_test

import (
	"bytes"
	"compress/zlib"
	"io"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/chorus-go/chorus/gateway"
)

// packings are the ways in which what the server sends can be compressed.
var packings = []struct {
	name        string
	compression gateway.Compression
	oneFrame    bool // of zstd: one frame for the whole connection
}{
	{"none", gateway.NoCompression, false},
	{"zlib-stream", gateway.ZlibStream, false},
	{"zstd-stream in a frame each", gateway.ZstdStream, false},
	{"zstd-stream in one frame", gateway.ZstdStream, true},
	{"payload zlib", gateway.PayloadZlib, false},
}

// oneFrame makes the server put all that it sends into one zstd frame that never ends.
func (p *peer) oneFrame() { p.pack = packZstdStream(p.t) }

// flusher is a compressor whose stream goes on.
type flusher interface {
	io.Writer
	Flush() error
}

// packStream compresses payloads in one stream, which out receives.
func packStream(t *testing.T, w flusher, out *bytes.Buffer) func(string) string {
	return func(payload string) string {
		out.Reset()
		if _, err := w.Write([]byte(payload)); err != nil {
			t.Error(err)
		}
		if err := w.Flush(); err != nil {
			t.Error(err)
		}
		return out.String()
	}
}

func packZlibStream(t *testing.T) func(string) string {
	var out bytes.Buffer
	return packStream(t, zlib.NewWriter(&out), &out)
}

func packZstdStream(t *testing.T) func(string) string {
	var out bytes.Buffer
	return packStream(t, newZstdWriter(t, &out), &out)
}

// packZstdFrames puts each payload into a zstd frame of its own that does not say how large its content is, as Spacebar does.
func packZstdFrames(t *testing.T) func(string) string {
	var out bytes.Buffer
	w := newZstdWriter(t, &out)
	pack := packStream(t, w, &out)
	return func(payload string) string {
		frame := pack(payload)
		out.Reset()
		if err := w.Close(); err != nil {
			t.Error(err)
		}
		frame += out.String()
		w.Reset(&out)
		return frame
	}
}

func newZstdWriter(t *testing.T, out io.Writer) *zstd.Encoder {
	w, err := zstd.NewWriter(out, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(1<<20), zstd.WithEncoderCRC(false))
	if err != nil {
		t.Error(err)
	}
	return w
}

// packZlib makes each payload a zlib stream of its own.
func packZlib(t *testing.T) func(string) string {
	return func(payload string) string {
		var out bytes.Buffer
		w := zlib.NewWriter(&out)
		if _, err := w.Write([]byte(payload)); err != nil {
			t.Error(err)
		}
		if err := w.Close(); err != nil {
			t.Error(err)
		}
		return out.String()
	}
}
