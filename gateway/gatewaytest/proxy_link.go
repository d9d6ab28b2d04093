package gatewaytest

import (
	"bytes"
	"context"
	"errors"
	"net"
	"time"

	"github.com/gorilla/websocket"

	"github.com/chorus-go/chorus/internal/recording"
)

// closingTime is how long the second side of a connection may take to end after the first.
const closingTime = 5 * time.Second

// keepMessage bounds the memory that a direction keeps for its next message.
const keepMessage = 1 << 20

// link is a client and the server that was dialled for it. Two goroutines forward, one in each direction; each is the
// only one that writes messages to its destination.
type link struct {
	proxy  *Proxy
	name   string
	client *websocket.Conn
	server *websocket.Conn
	tape   *tape
	plain  bool // messages are JSON without compression
}

// run forwards until both sides have ended, and returns when both goroutines have.
func (l *link) run(ctx context.Context) {
	done := make(chan struct{})
	release := whenDone(ctx, func() { l.goAway(done) })
	ends := make(chan struct{}, 2)
	go func() { l.forward(ctx, l.server, l.client, recording.In); ends <- struct{}{} }()
	go func() { l.forward(ctx, l.client, l.server, recording.Out); ends <- struct{}{} }()
	<-ends
	timer := time.NewTimer(closingTime)
	select {
	case <-ends:
		ends <- struct{}{}
	case <-timer.C:
	}
	timer.Stop()
	l.cut()
	<-ends
	close(done)
	release()
}

// goAway ends the link from the middle, and cuts it if the sides do not end in time.
func (l *link) goAway(done <-chan struct{}) {
	const reason = "the proxy is closed"
	l.tape.closed(recording.Out, websocket.CloseGoingAway, reason)
	message := websocket.FormatCloseMessage(websocket.CloseGoingAway, reason)
	soon := time.Now().Add(grace / 2)
	_ = l.client.WriteControl(websocket.CloseMessage, message, soon) // best effort
	_ = l.server.WriteControl(websocket.CloseMessage, message, soon) // best effort
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case <-done:
	case <-timer.C:
		l.cut()
	}
}

// cut closes the network connections, which ends whatever still reads or writes. It may be called again.
func (l *link) cut() {
	_ = l.client.Close()
	_ = l.server.Close()
}

// forward hands on what comes from one side until that side ends, and then ends the other one in the same way.
func (l *link) forward(ctx context.Context, from, to *websocket.Conn, dir recording.Direction) {
	err := l.messages(from, to, dir)
	end, closed := errors.AsType[*websocket.CloseError](err)
	if closed && end.Code != websocket.CloseAbnormalClosure {
		code := end.Code
		if code == websocket.CloseNoStatusReceived {
			code = 0
		}
		l.tape.closed(dir, code, end.Text)
		if ctx.Err() != nil && end.Code == websocket.CloseGoingAway {
			return // It answers goAway, which tells the other side why.
		}
		message := websocket.FormatCloseMessage(end.Code, end.Text)
		_ = to.WriteControl(websocket.CloseMessage, message, time.Time{}) // fails if the other side was first
		return
	}
	_, network := errors.AsType[net.Error](err)
	left := closed || network || errors.Is(err, net.ErrClosed) || errors.Is(err, websocket.ErrCloseSent)
	if ctx.Err() == nil && !left {
		l.proxy.fail(l.name, StageForward, err)
	}
	l.tape.closed(dir, websocket.CloseAbnormalClosure, "")
	if half, ok := to.NetConn().(interface{ CloseWrite() error }); ok && half.CloseWrite() == nil {
		return
	}
	_ = to.Close()
}

// messages hands on frames. It returns how reading or writing ended.
func (l *link) messages(from, to *websocket.Conn, dir recording.Direction) error {
	control := func(kind int) func(string) error {
		return func(data string) error { return to.WriteControl(kind, []byte(data), time.Time{}) }
	}
	from.SetPingHandler(control(websocket.PingMessage))
	from.SetPongHandler(control(websocket.PongMessage))
	from.SetCloseHandler(func(int, string) error { return nil }) // the other side answers
	from.SetReadLimit(l.proxy.options.MaxMessage)
	var message bytes.Buffer
	for {
		kind, r, err := from.NextReader()
		if err != nil {
			return err
		}
		if message.Reset(); message.Cap() > keepMessage {
			message = bytes.Buffer{}
		}
		if _, err := message.ReadFrom(r); err != nil {
			return err
		}
		data := message.Bytes()
		if err := l.tape.frame(dir, kind, data); err != nil {
			l.proxy.fail(l.name, StageRecord, err)
		}
		if l.plain && l.proxy.options.RewriteResume && dir == recording.In && kind == websocket.TextMessage {
			data = l.proxy.resumes.rewrite(data, l.proxy.root)
		}
		if err := to.WriteMessage(kind, data); err != nil {
			return err
		}
	}
}
