// Command gorilla is the benchmark's floor: gorilla/websocket alone.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/gorilla/websocket"
	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"

	"github.com/chorus-go/chorus/internal/bench/client"
	"github.com/chorus-go/chorus/internal/bench/corpus"
	"github.com/chorus-go/chorus/internal/bench/stream"
)

func main() { client.Main(client.Floor, open) }

// floor is what any client on gorilla/websocket must pay: it reads messages into a buffer that it uses again, inflates
// them if they are compressed, and looks at nothing but whether the last bytes are the sentinel's.
type floor struct {
	conn    *websocket.Conn
	tally   *client.Tally
	current io.Reader // the message that is being read; nil between messages
}

// open makes a connection with gorilla's defaults, or for idle connections with the least memory.
func open(ctx context.Context, config client.Config, tally *client.Tally) error {
	dialer := &websocket.Dialer{}
	if config.Idle {
		dialer = &websocket.Dialer{ReadBufferSize: 1 << 10, WriteBufferSize: 1 << 10, WriteBufferPool: writeBuffers}
	}
	conn, response, err := dialer.DialContext(ctx, config.URL+"?v=9&encoding=json&compress="+config.Compression, nil)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	f := &floor{conn: conn, tally: tally}
	if err := conn.WriteMessage(websocket.TextMessage, []byte(`{"op":2,"d":{"token":"benchmark"}}`)); err != nil {
		return err
	}
	inflated, err := f.source(stream.Compression(config.Compression))
	if err != nil {
		return err
	}
	ready := make(chan error, 1)
	go func() {
		if inflated == nil {
			ready <- f.readMessages(config.Idle, ready)
		} else {
			ready <- f.readStream(inflated, ready)
		}
	}()
	return <-ready
}

// writeBuffers are shared by idle connections.
var writeBuffers = &sync.Pool{}

// source is where payloads are read from when they are compressed.
func (f *floor) source(compression stream.Compression) (io.Reader, error) {
	switch compression {
	case stream.None:
		return nil, nil
	case stream.Zlib:
		return &lazy{open: func() (io.Reader, error) { return zlib.NewReader(f) }}, nil
	case stream.Zstd:
		return zstd.NewReader(f, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(stream.Window))
	}
	return nil, fmt.Errorf("gorilla: it does not read %q", compression)
}

// lazy opens a reader when it is read first, as opening it reads.
type lazy struct {
	open func() (io.Reader, error)
	io.Reader
}

func (l *lazy) Read(p []byte) (int, error) {
	if l.Reader == nil {
		var err error
		if l.Reader, err = l.open(); err != nil {
			return 0, err
		}
	}
	return l.Reader.Read(p)
}

// readMessages reads messages that are not compressed.
func (f *floor) readMessages(idle bool, ready chan<- error) error {
	buffer := make([]byte, 0, 1<<10)
	for begun := false; ; {
		_, message, err := f.conn.NextReader()
		if err != nil {
			return err
		}
		if buffer, err = readInto(buffer[:0], message); err != nil {
			return err
		}
		begun = f.look(buffer, begun, ready)
		if idle && cap(buffer) > 1<<12 {
			buffer = make([]byte, 0, 1<<10)
		}
	}
}

// readStream reads what is inflated, in whatever pieces it comes.
func (f *floor) readStream(inflated io.Reader, ready chan<- error) error {
	buffer := make([]byte, 64<<10)
	for begun := false; ; {
		n, err := inflated.Read(buffer)
		if err != nil {
			return err
		}
		begun = f.look(buffer[:n], begun, ready)
	}
}

// look looks whether what was read is READY, or ends with the sentinel.
func (f *floor) look(read []byte, begun bool, ready chan<- error) bool {
	if !begun && bytes.Contains(read, []byte(`"READY"`)) {
		ready <- nil
		return true
	}
	if bytes.Contains(read[max(0, len(read)-140):], []byte(`"`+corpus.SentinelName+`"`)) {
		f.tally.Sentinel()
	}
	return begun
}

// Read gives the bytes of all messages one after the other.
func (f *floor) Read(p []byte) (int, error) {
	for {
		if f.current == nil {
			_, message, err := f.conn.NextReader()
			if err != nil {
				return 0, err
			}
			f.current = message
		}
		n, err := f.current.Read(p)
		if err == nil || n > 0 {
			return n, nil
		}
		if !errors.Is(err, io.EOF) {
			return 0, err
		}
		f.current = nil
	}
}

// readInto reads all of a message into a buffer, which grows when it has to.
func readInto(buffer []byte, from io.Reader) ([]byte, error) {
	for {
		if len(buffer) == cap(buffer) {
			buffer = append(buffer, 0)[:len(buffer)]
		}
		n, err := from.Read(buffer[len(buffer):cap(buffer)])
		buffer = buffer[:len(buffer)+n]
		if errors.Is(err, io.EOF) {
			return buffer, nil
		}
		if err != nil {
			return buffer, err
		}
	}
}
