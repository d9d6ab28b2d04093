package server

import (
	"encoding/json"
	"time"

	"github.com/gorilla/websocket"

	"github.com/chorus-go/chorus/internal/bench/stream"
)

// client is one connection. Its goroutine writes, another one reads.
type client struct {
	server   *Server
	conn     *websocket.Conn
	prepared *stream.Stream
	began    time.Time // when HELLO was sent

	identified chan struct{} // closed by the reader
	acks       chan struct{} // a heartbeat has to be acknowledged
	gone       chan struct{} // closed by the reader when the client has gone
}

func newClient(s *Server, conn *websocket.Conn, prepared *stream.Stream) *client {
	return &client{
		server: s, conn: conn, prepared: prepared,
		identified: make(chan struct{}), acks: make(chan struct{}, 16), gone: make(chan struct{}),
	}
}

// serve returns when the client has gone.
func (c *client) serve() {
	begun := c.server.begun()
	c.began = time.Now()
	go c.read()
	if !c.write(c.prepared.Hello) || !c.wait(c.identified) || !c.write(c.prepared.Ready) {
		return
	}
	if !c.server.options.Auto && !c.wait(begun) {
		return
	}
	if !c.flood() || !c.write(c.prepared.End) {
		return
	}
	c.wait(nil)
}

// wait acknowledges heartbeats until something happens. It returns false when the client has gone.
func (c *client) wait(what <-chan struct{}) bool {
	for {
		select {
		case <-what:
			return true
		case <-c.acks:
			if !c.acknowledge() {
				return false
			}
		case <-c.gone:
			return false
		}
	}
}

func (c *client) flood() bool {
	began := time.Now()
	for {
		for _, frames := range c.prepared.Flood {
			select {
			case <-c.acks:
				if !c.acknowledge() {
					return false
				}
			default:
			}
			if !c.write(frames) {
				return false
			}
			if loop := c.server.options.Loop; loop > 0 && time.Since(began) >= loop {
				return true
			}
		}
		if c.server.options.Loop == 0 {
			return true
		}
	}
}

// acknowledge sends op 11. Within a context of compression nothing can be added to what was compressed before, so then
// there is none: no scenario with compression lasts for two intervals.
func (c *client) acknowledge() bool {
	if c.prepared != c.server.streams[stream.None] {
		return true
	}
	return c.write(stream.Text(nil, []byte(`{"op":11}`)))
}

// write writes past the websocket, as what it writes are frames.
func (c *client) write(frames []byte) bool {
	_, err := c.conn.NetConn().Write(frames)
	return err == nil
}

// read reads what the client sends until it has gone.
func (c *client) read() {
	defer close(c.gone)
	// Nothing but the other goroutine writes.
	c.conn.SetCloseHandler(func(int, string) error { return nil })
	c.conn.SetPingHandler(func(string) error { return nil })
	first, identified := true, false
	for {
		_, payload, err := c.conn.ReadMessage()
		if err != nil {
			return
		}
		arrived := time.Since(c.began)
		var envelope struct {
			Op int `json:"op"`
		}
		if json.Unmarshal(payload, &envelope) != nil {
			return
		}
		switch envelope.Op {
		case 1:
			c.server.beat(arrived, first)
			first = false
			select {
			case c.acks <- struct{}{}:
			default: // so many are due that one will not be missed
			}
		case 2:
			if !identified {
				identified = true
				close(c.identified)
			}
		}
	}
}
