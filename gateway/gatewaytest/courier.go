package gatewaytest

import (
	"fmt"
	"time"

	"github.com/gorilla/websocket"
)

// courier writes messages to a client in the compression it asked for.
type courier struct {
	ws       *websocket.Conn
	timeout  time.Duration
	encoding string
	recorded string     // the compression of the recorded frames
	asked    string     // what the client gets
	oneFrame bool       // of zstd-stream: one frame for all messages
	packer   compressor // once frames are compressed here
	begun    bool       // a message was sent
}

// newCourier finds out whether recorded frames can be served as they were asked for.
func newCourier(ws *websocket.Conn, recorded, asked transport, options ReplayOptions) (*courier, error) {
	if recorded.encoding != asked.encoding {
		return nil, fmt.Errorf("recorded with encoding %s, asked for with %s", recorded.encoding, asked.encoding)
	}
	if recorded.compress == compressZstd && asked.compress != compressZstd {
		return nil, fmt.Errorf("recorded with compress %q, asked for with %q", recorded.compress, asked.compress)
	}
	return &courier{
		ws: ws, timeout: options.WriteTimeout, encoding: asked.encoding,
		recorded: recorded.compress, asked: asked.compress, oneFrame: options.OneZstdFrame,
	}, nil
}

// verbatim says whether the recorded frames are sent byte for byte.
func (c *courier) verbatim() bool { return c.recorded == c.asked && c.packer == nil }

// answers says whether live heartbeats get live answers instead of the recorded ones. In a recorded stream the recorded
// ones cannot be left out as long as it is served verbatim.
func (c *courier) answers() bool { return !c.verbatim() || c.asked == compressNone }

// send sends a recorded message.
func (c *courier) send(s step) error {
	if !c.verbatim() {
		return c.write(s.payload)
	}
	c.begun = true
	for _, f := range s.frames {
		if err := c.frame(f.kind, f.data); err != nil {
			return err
		}
	}
	return nil
}

// acknowledge answers a heartbeat, if that is possible.
func (c *courier) acknowledge() error {
	if c.asked == compressZstd && c.verbatim() {
		return nil
	}
	if c.asked == compressZlib && c.verbatim() {
		d, err := newDeflater(c.begun)
		if err != nil {
			return err
		}
		c.packer = d
	}
	return c.write(heartbeatAck(c.encoding))
}

// write sends a payload.
func (c *courier) write(payload []byte) error {
	kind := websocket.TextMessage
	if c.encoding != encodingJSON {
		kind = websocket.BinaryMessage
	}
	if c.asked == compressNone {
		return c.frame(kind, payload)
	}
	if c.packer == nil {
		packer, err := c.newPacker()
		if err != nil {
			return err
		}
		c.packer = packer
	}
	data, err := c.packer.message(payload)
	if err != nil {
		return err
	}
	return c.frame(websocket.BinaryMessage, data)
}

// newPacker begins the stream that the client asked for.
func (c *courier) newPacker() (compressor, error) {
	if c.asked == compressZstd {
		return newZstdCompressor(c.oneFrame)
	}
	return newDeflater(false)
}

func (c *courier) frame(kind int, data []byte) error {
	if err := c.ws.SetWriteDeadline(deadlineIn(c.timeout)); err != nil {
		return err
	}
	return c.ws.WriteMessage(kind, data)
}

// deadlineIn is when a timeout ends: never, if it is zero.
func deadlineIn(timeout time.Duration) time.Time {
	if timeout == 0 {
		return time.Time{}
	}
	return time.Now().Add(timeout)
}
