package gatewaytest

import (
	"fmt"
	"time"

	"github.com/gorilla/websocket"
)

// courier writes messages to a client in the encoding and the compression that it asked for.
type courier struct {
	ws       *websocket.Conn
	timeout  time.Duration
	recorded transport  // that of the recorded frames
	asked    transport  // what the client gets
	endless  bool       // the recorded zstd-stream is one frame
	oneFrame bool       // of zstd-stream: one frame for all messages
	packer   compressor // once frames are compressed here
	shared   *packers   // what the connections of a server have in common; nil for a connection by itself
	begun    bool       // a message was sent
	inflates bool       // the client's Identify asks for compressed payloads

	mangle func([]byte) []byte // makes other bytes of the next frames; nil leaves them. It must not change its argument
}

// verbatim says whether the recorded frames are sent byte for byte.
func (c *courier) verbatim() bool { return c.recorded == c.asked && c.packer == nil }

// answers says whether live heartbeats get live answers instead of the recorded ones. In a recorded stream the recorded
// ones cannot be left out as long as it is served verbatim.
func (c *courier) answers() bool { return !c.verbatim() || c.asked.compress == compressNone }

// send sends a recorded message.
func (c *courier) send(s step) error {
	if !c.verbatim() || s.packed && !c.inflates {
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

// acknowledge answers a heartbeat. In a recorded stream that is the end of its being verbatim.
func (c *courier) acknowledge() error {
	if c.verbatim() {
		if err := c.takeOver(); err != nil {
			return err
		}
	}
	return c.write([]byte(heartbeatAck))
}

// takeOver begins to compress what comes in a stream that was served as it was recorded.
func (c *courier) takeOver() error {
	switch c.asked.compress {
	case compressZlib:
		d, err := newDeflater(c.begun)
		if err != nil {
			return err
		}
		c.packer = d
	case compressZstd:
		z, err := newZstdCompressor(c.oneFrame)
		if err != nil {
			return err
		}
		if c.packer = z; c.begun && c.endless {
			c.packer = &ending{compressor: z}
		}
	}
	return nil
}

// compressPayloads makes each message a zlib stream of its own from now on, where nothing else compresses.
func (c *courier) compressPayloads() {
	if c.asked == (transport{encoding: encodingJSON}) {
		c.packer = &payloadDeflater{}
		if c.shared != nil {
			c.packer = &payloadDeflater{pool: &c.shared.payloads}
		}
	}
}

// write sends a payload, whichever encoding it is in.
func (c *courier) write(payload []byte) error {
	payload, err := encoded(payload, c.asked.encoding)
	if err != nil {
		return fmt.Errorf("a message cannot be translated: %w", err)
	}
	return c.pack(payload)
}

// pack sends a payload that is in the client's encoding, or in none.
func (c *courier) pack(payload []byte) (err error) {
	if c.packer == nil && c.asked.compress != compressNone {
		if c.packer, err = c.newPacker(); err != nil {
			return err
		}
	}
	if c.packer != nil {
		data, err := c.packer.message(payload)
		if err != nil {
			return err
		}
		return c.frame(websocket.BinaryMessage, data)
	}
	if c.asked.encoding == encodingETF {
		return c.frame(websocket.BinaryMessage, payload)
	}
	return c.frame(websocket.TextMessage, payload)
}

// newPacker begins the stream that the client asked for.
func (c *courier) newPacker() (compressor, error) {
	if c.shared != nil {
		return c.shared.begin(c.asked.compress, c.oneFrame)
	}
	if c.asked.compress == compressZstd {
		return newZstdCompressor(c.oneFrame)
	}
	return newDeflater(false)
}

// release gives back what the connection has of its server's. Nothing may be sent after it.
func (c *courier) release() {
	if c.shared != nil {
		c.shared.end(c.packer)
	}
}

func (c *courier) frame(kind int, data []byte) error {
	if err := c.ws.SetWriteDeadline(deadlineIn(c.timeout)); err != nil {
		return err
	}
	if c.mangle != nil {
		data = c.mangle(data)
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
