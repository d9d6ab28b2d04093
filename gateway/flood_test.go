package gateway

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/chorus-go/chorus/types"
)

// flood is a connection on which a ready-made piece of websocket traffic arrives over and over, without a server that
// would need time of its own.
type flood struct {
	net.Conn // none: its methods are not used
	upgrade  bytes.Buffer
	header   string // more lines of the answer to the upgrade
	behind   []byte // comes in one piece with the answer to the upgrade
	request  bytes.Buffer
	traffic  []byte
	at       int
	rounds   int // how often the traffic is still to come
	closed   bool
}

func (f *flood) more(rounds int) { f.rounds += rounds }

func (f *flood) Read(p []byte) (int, error) {
	if f.upgrade.Len() > 0 {
		return f.upgrade.Read(p)
	}
	if f.rounds == 0 {
		return 0, io.EOF
	}
	n := copy(p, f.traffic[f.at:])
	if f.at += n; f.at == len(f.traffic) {
		f.at = 0
		f.rounds--
	}
	return n, nil
}

// Write takes the request to upgrade, and answers it.
func (f *flood) Write(p []byte) (int, error) {
	f.request.Write(p)
	request, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(f.request.Bytes())))
	if err != nil {
		return len(p), nil // Not whole yet.
	}
	key := sha1.Sum([]byte(request.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	fmt.Fprintf(&f.upgrade, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"Sec-WebSocket-Accept: %s\r\n%s\r\n", base64.StdEncoding.EncodeToString(key[:]), f.header)
	f.upgrade.Write(f.behind)
	return len(p), nil
}

func (f *flood) Close() error                     { f.closed = true; return nil }
func (f *flood) SetDeadline(time.Time) error      { return nil }
func (f *flood) SetReadDeadline(time.Time) error  { return nil }
func (f *flood) SetWriteDeadline(time.Time) error { return nil }

// floodedBy opens a websocket on which the traffic given comes once, and again as often as flood.more says.
func floodedBy(t testing.TB, traffic []byte) (*websocket.Conn, *flood) {
	t.Helper()
	f := &flood{traffic: traffic, rounds: 1}
	return f.open(t), f
}

// open opens a websocket on the connection.
func (f *flood) open(t testing.TB) *websocket.Conn {
	t.Helper()
	var opened tether
	dialer := opened.dialer(context.Background(), &websocket.Dialer{
		NetDialContext: func(context.Context, string, string) (net.Conn, error) { return f, nil },
	})
	ws, _, err := dialer.Dial("ws://gateway.test", nil)
	if err != nil {
		t.Fatal(err)
	}
	return ws
}

// frame makes a text frame as a server writes it.
func frame(payload []byte) []byte {
	head := []byte{0x81}
	switch n := len(payload); {
	case n < 126:
		head = append(head, byte(n))
	case n < 1<<16:
		head = binary.BigEndian.AppendUint16(append(head, 126), uint16(n))
	default:
		head = binary.BigEndian.AppendUint64(append(head, 127), uint64(n))
	}
	return append(head, payload...)
}

// BenchmarkFlood is the whole path from the socket's bytes on, for small events, as ns for each.
func BenchmarkFlood(b *testing.B) {
	var traffic []byte
	const events = 1000
	for i := range events {
		content := bytes.Repeat([]byte("lorem ipsum "), 10+i%40)
		traffic = append(traffic, frame(fmt.Appendf(nil, `{"t":"MESSAGE_CREATE","s":%d,"op":0,"d":{"id":"1%018d",`+
			`"channel_id":"1120000000000000001","content":"%s","author":{"id":"2","username":"ann"},"timestamp":`+
			`"2026-08-01T10:00:00.000000+00:00","type":0}}`, i+1, i, content))...)
	}
	run := func(b *testing.B, subscribe func(*Events)) {
		ws, flood := floodedBy(b, traffic)
		s := unconnected(b)
		s.receiveFrom(ws)
		subscribe(s.c.events)
		b.ReportAllocs()
		b.SetBytes(int64(len(traffic) / events))
		flood.rounds = b.N/events + 1
		b.ResetTimer()
		s.read() // until the flood's end
		_ = s.c.queue.Wait(context.Background())
	}
	b.Run("nothing", func(b *testing.B) { run(b, func(*Events) {}) })
	b.Run("observed", func(b *testing.B) {
		run(b, func(e *Events) { e.Message.Create.SubscribeFunc(func(context.Context, *types.MessageCreate) {}) })
	})
	b.Run("floor", func(b *testing.B) {
		flood := &flood{traffic: traffic}
		dialer := &websocket.Dialer{NetDialContext: func(context.Context, string, string) (net.Conn, error) { return flood, nil }}
		ws, _, err := dialer.Dial("ws://gateway.test", nil)
		if err != nil {
			b.Fatal(err)
		}
		frame := make([]byte, 64<<10)
		b.ReportAllocs()
		b.SetBytes(int64(len(traffic) / events))
		flood.rounds = b.N/events + 1
		b.ResetTimer()
		for {
			_, message, err := ws.NextReader()
			if err != nil {
				return
			}
			for err == nil {
				_, err = message.Read(frame)
			}
		}
	})
}
