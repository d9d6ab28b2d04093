package gatewaytest_test

import (
	"bytes"
	"compress/zlib"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/chorus-go/chorus/gateway/gatewaytest"
	"github.com/chorus-go/chorus/internal/recording"
	"github.com/gorilla/websocket"
)

const (
	plainQuery  = "/?v=9&encoding=json"
	zlibQuery   = "/?v=9&encoding=json&compress=zlib-stream"
	identify    = `{"op":2,"d":{"token":"secret"}}`
	heartbeat   = `{"op":1,"d":null}`
	acknowledge = `{"op":11,"d":{}}`
)

// message is a websocket message as a client sees it.
type message struct {
	kind int
	data string
}

// client is a websocket client without any knowledge of the protocol.
type client struct {
	t  *testing.T
	ws *websocket.Conn
}

func newClient(t *testing.T, server *gatewaytest.ReplayServer, url string) *client {
	t.Helper()
	ws, _, err := server.Dialer().DialContext(t.Context(), url, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ws.Close() })
	return &client{t, ws}
}

func (c *client) send(text string) {
	c.t.Helper()
	if err := c.ws.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
		c.t.Error(err)
	}
}

// receive returns the next message.
func (c *client) receive() message {
	c.t.Helper()
	kind, data, err := c.ws.ReadMessage()
	if err != nil {
		c.t.Fatal(err)
	}
	return message{kind, string(data)}
}

// rest returns everything that comes, and how the connection ended.
func (c *client) rest() ([]message, error) {
	var messages []message
	for {
		kind, data, err := c.ws.ReadMessage()
		if err != nil {
			return messages, err
		}
		messages = append(messages, message{kind, string(data)})
	}
}

// closed checks how a connection ended.
func closed(t *testing.T, err error, code int, reason string) {
	t.Helper()
	var end *websocket.CloseError
	if !errors.As(err, &end) || end.Code != code || end.Text != reason {
		t.Errorf("the connection ended with %v, want %d %q", err, code, reason)
	}
}

// serve starts a replay that ends with the test and must have had no error.
func serve(t *testing.T, rec *gatewaytest.Recording, options gatewaytest.ReplayOptions) *gatewaytest.ReplayServer {
	t.Helper()
	server, err := gatewaytest.Replay(rec, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	return server
}

// parse makes a recording of lines.
func parse(t *testing.T, data []byte) *gatewaytest.Recording {
	t.Helper()
	rec, err := gatewaytest.ReadRecording(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

// recordings returns the bytes of all recordings there are: those of the package, and the captures where they are present.
func recordings(t *testing.T) map[string][]byte {
	t.Helper()
	found := map[string][]byte{}
	for _, pattern := range []string{
		filepath.Join("testdata", "*.jsonl"), filepath.Join("..", "..", "..", "shared", "captures", "*.jsonl"),
	} {
		paths, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			found[filepath.Base(path)] = data
		}
	}
	if len(found) < 2 {
		t.Fatal("the package's own recordings are missing")
	}
	return found
}

// expectation is what a client must see of a connection, read from the file by the test itself.
type expectation struct {
	compressed bool
	messages   []message
	code       int
	reason     string
}

// expectations reads a recording's lines.
func expectations(t *testing.T, data []byte) map[string]*expectation {
	t.Helper()
	all := map[string]*expectation{}
	for reader := recording.NewReader(bytes.NewReader(data)); ; {
		r, err := reader.Read()
		if err == io.EOF {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		e := all[r.Conn]
		switch {
		case r.Kind == recording.Open:
			all[r.Conn] = &expectation{}
		case r.Dir == recording.In && r.Kind == recording.Text:
			e.messages = append(e.messages, message{websocket.TextMessage, string(r.Data)})
		case r.Dir == recording.In && r.Kind == recording.Binary:
			e.compressed = true
			e.messages = append(e.messages, message{websocket.BinaryMessage, string(r.Data)})
		case r.Dir == recording.In && r.Kind == recording.Close:
			e.code, e.reason = r.Code, r.Reason
		}
	}
}

// withoutAcknowledgements leaves op 11 out.
func withoutAcknowledgements(messages []message) []message {
	var rest []message
	for _, m := range messages {
		var envelope struct {
			Op int `json:"op"`
		}
		if json.Unmarshal([]byte(m.data), &envelope) != nil || envelope.Op != 11 {
			rest = append(rest, m)
		}
	}
	return rest
}

// inflate reads a whole zlib stream with the standard library, as one.
func inflate(t *testing.T, messages []message) string {
	t.Helper()
	var stream bytes.Buffer
	for _, m := range messages {
		if m.kind != websocket.BinaryMessage || !bytes.HasSuffix([]byte(m.data), []byte("\x00\x00\xff\xff")) {
			t.Fatal("a frame of a zlib stream is not binary or not flushed")
		}
		stream.WriteString(m.data)
	}
	r, err := zlib.NewReader(&stream)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(r)
	if err != io.ErrUnexpectedEOF { // the stream has no end
		t.Fatal(err)
	}
	return string(plain)
}

// texts joins the data of messages.
func texts(messages []message) string {
	var all bytes.Buffer
	for _, m := range messages {
		all.WriteString(m.data)
	}
	return all.String()
}
