package gatewaytest

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"sync"

	"github.com/klauspost/compress/flate"
)

// richStreams is how many connections of a server have a compressor with all the memory that one of a real server has,
// 0.8 MiB of zlib or 3.6 MiB of zstd. Those that come while there are as many get a stream of the same format that
// takes next to no memory.
const richStreams = 64

// packers make the compressed streams of a server's connections.
type packers struct {
	frames   sync.Pool // of *zstdCompressor, whose messages are frames
	payloads sync.Pool // of *zlib.Writer

	mu   sync.Mutex
	rich int
}

// begin begins the stream of a connection.
func (s *packers) begin(compress string, oneFrame bool) (compressor, error) {
	if compress == compressZstd && !oneFrame {
		return &sharedZstd{pool: &s.frames}, nil
	}
	switch rich := s.enrich(); {
	case rich && compress == compressZstd:
		return newZstdCompressor(true)
	case rich:
		return newDeflater(false)
	case compress == compressZstd:
		return &lightZstd{}, nil
	}
	return &lightDeflater{}, nil
}

// enrich says whether another connection may have a compressor of its own, and counts it.
func (s *packers) enrich() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.rich >= richStreams {
		return false
	}
	s.rich++
	return true
}

// end says that a connection has ended.
func (s *packers) end(c compressor) {
	switch c.(type) {
	case *deflater, *zstdCompressor:
		s.mu.Lock()
		defer s.mu.Unlock()
		s.rich--
	}
}

// sharedZstd makes a zstd frame of each message. Nothing goes from one to the next, so the connections of a server need
// no compressor each.
type sharedZstd struct{ pool *sync.Pool }

// message implements compressor.
func (z *sharedZstd) message(payload []byte) (_ []byte, err error) {
	c, ok := z.pool.Get().(*zstdCompressor)
	if !ok {
		if c, err = newZstdCompressor(false); err != nil {
			return nil, err
		}
	}
	data, err := c.message(payload)
	if err != nil {
		return nil, err
	}
	data = bytes.Clone(data)
	z.pool.Put(c)
	return data, nil
}

// lightWindow is how far back a light stream of zlib refers to what was before.
const lightWindow = 2 << 10

// lightDeflater makes one zlib stream of messages, as a deflater does, but remembers only the last of what it has
// compressed. The rest of a compressor is needed only while there is something to compress.
type lightDeflater struct {
	begun  bool
	window []byte
	out    bytes.Buffer
}

// keptOutput is how much memory for compressed messages an idle stream keeps.
const keptOutput = 1 << 10

// message implements compressor.
func (d *lightDeflater) message(payload []byte) ([]byte, error) {
	if d.out.Reset(); d.out.Cap() > keptOutput {
		d.out = bytes.Buffer{}
	}
	if !d.begun {
		d.out.WriteString("\x78\x9c")
		d.window = make([]byte, 0, lightWindow)
		d.begun = true
	}
	if len(payload) == 0 {
		d.out.WriteByte(0) // a stored block, which flushed completes
		d.out.Write(flushed[:])
		return d.out.Bytes(), nil
	}
	if err := flate.StatelessDeflate(&d.out, payload, false, d.window); err != nil {
		return nil, err
	}
	d.remember(payload[max(0, len(payload)-lightWindow):])
	return d.out.Bytes(), nil
}

// remember moves what was compressed last into the window.
func (d *lightDeflater) remember(last []byte) {
	if over := len(d.window) + len(last) - lightWindow; over > 0 {
		d.window = d.window[:copy(d.window, d.window[over:])]
	}
	d.window = append(d.window, last...)
}

// The parts of a zstd frame whose blocks are not compressed.
const (
	lightZstdHeader = "\x28\xb5\x2f\xfd\x00\x20" // the magic number, neither size nor checksum, a window of 16 KiB
	maxZstdBlock    = 16 << 10                   // no larger than the window, for which clients make room
)

// lightZstd makes one zstd frame of messages, as a zstdCompressor does, of blocks that are not compressed.
type lightZstd struct{ begun bool }

// message implements compressor.
func (z *lightZstd) message(payload []byte) ([]byte, error) {
	out := make([]byte, 0, len(lightZstdHeader)+len(payload)+4*(len(payload)/maxZstdBlock+1))
	if !z.begun {
		out = append(out, lightZstdHeader...)
		z.begun = true
	}
	for first := true; first || len(payload) > 0; first = false {
		n := min(len(payload), maxZstdBlock)
		var header [4]byte
		binary.LittleEndian.PutUint32(header[:], uint32(n)<<3) // not the last block, and raw
		out = append(append(out, header[:3]...), payload[:n]...)
		payload = payload[n:]
	}
	return out, nil
}

// deflatePayload makes a zlib stream of one message. The writer comes from a pool, if there is one.
func deflatePayload(out *bytes.Buffer, payload []byte, pool *sync.Pool) error {
	w := zlib.NewWriter(out) // which takes little until something is written
	if pool != nil {
		if used, ok := pool.Get().(*zlib.Writer); ok {
			w = used
			w.Reset(out)
		}
	}
	if _, err := w.Write(payload); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	if pool != nil {
		w.Reset(nil)
		pool.Put(w)
	}
	return nil
}

// buffers is memory that connections need only while they write.
type buffers struct {
	frames    sync.Pool // the websocket library's
	envelopes sync.Pool // of *bytes.Buffer
}

// maxKeptBuffer is how large a buffer may be to be used again.
const maxKeptBuffer = 64 << 10

// take returns an empty buffer, to be given back.
func (b *buffers) take() *bytes.Buffer {
	if buffer, ok := b.envelopes.Get().(*bytes.Buffer); ok {
		return buffer
	}
	return &bytes.Buffer{}
}

// give takes a buffer back.
func (b *buffers) give(buffer *bytes.Buffer) {
	if buffer.Cap() <= maxKeptBuffer {
		buffer.Reset()
		b.envelopes.Put(buffer)
	}
}
