package gatewaytest

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/gorilla/websocket"
)

// handshake is a request that wants to become a websocket. It stands in for net/http's server, whose goroutines outlive
// a hijacked connection by an unknown time: here whoever accepts the connection also knows when everything of it has
// ended.
type handshake struct {
	conn    net.Conn
	request *http.Request
	rw      *bufio.ReadWriter

	header   http.Header
	status   int
	body     bytes.Buffer
	hijacked bool
}

// readBuffer is the size of what a connection is read with, for as long as it lives: clients send little.
const readBuffer = 1 << 10

// readHandshake waits for the request.
func readHandshake(conn net.Conn) (*handshake, error) {
	if err := conn.SetDeadline(time.Now().Add(handshakeTimeout)); err != nil {
		return nil, err
	}
	rw := bufio.NewReadWriter(bufio.NewReaderSize(conn, readBuffer), bufio.NewWriterSize(conn, readBuffer))
	request, err := http.ReadRequest(rw.Reader)
	if err != nil {
		return nil, err
	}
	return &handshake{conn: conn, request: request, rw: rw, header: http.Header{}, status: http.StatusOK}, nil
}

// upgrade accepts the websocket, from any origin. If the request does not ask for one properly it is answered with the
// reason. The websocket has a buffer for writing only while it writes, if there is a pool to take it from.
func (h *handshake) upgrade(pool websocket.BufferPool) (*websocket.Conn, error) {
	upgrader := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }, WriteBufferPool: pool}
	ws, err := upgrader.Upgrade(h, h.request, nil)
	if err != nil && !h.hijacked {
		err = errors.Join(err, h.flush())
	}
	return ws, err
}

// refuse answers with status 503 instead.
func (h *handshake) refuse(reason string) {
	http.Error(h, reason, http.StatusServiceUnavailable)
	_ = h.flush() // the client may be gone already
}

// flush sends what was written as a response.
func (h *handshake) flush() error {
	response := &http.Response{
		StatusCode: h.status, ProtoMajor: 1, ProtoMinor: 1, Request: h.request, Header: h.header,
		Body: io.NopCloser(&h.body), ContentLength: int64(h.body.Len()), Close: true,
	}
	return errors.Join(response.Write(h.rw), h.rw.Flush())
}

// Header, Write and WriteHeader make it an http.ResponseWriter.
func (h *handshake) Header() http.Header { return h.header }

func (h *handshake) Write(p []byte) (int, error) { return h.body.Write(p) }

func (h *handshake) WriteHeader(status int) { h.status = status }

// Hijack makes it an http.Hijacker.
func (h *handshake) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	h.hijacked = true
	return h.conn, h.rw, nil
}
