package gateway

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/chorus-go/chorus/observer"
	"github.com/chorus-go/chorus/types"
)

// What a connection says about itself travels on a queue of its own, so that an observer that is stuck cannot keep
// another from learning that it is stuck. The queue never blocks whoever publishes: it drops the oldest.
const (
	controlEvents = 1024
	controlBytes  = 8 << 20
)

// notice is the context of an event on the control queue. It implements observer.Delivery.
type notice struct {
	context.Context
	connection *connection
	size       int
	final      bool // a panic or a lag of this notice's observers is only logged: publishing it could go on for ever
}

var _ observer.Delivery = (*notice)(nil)

func (n *notice) Value(key any) any {
	switch key.(type) {
	case observer.DeliveryKey:
		return n
	case observedKey:
		return n.connection
	}
	return n.Context.Value(key)
}

func (n *notice) Size() int { return n.size }
func (n *notice) Retain()   {}
func (n *notice) Release()  {}

func (n *notice) Report(err error) {
	if n.final {
		n.connection.options.Logger.Error("gateway: an observer of the connection's own events failed", slog.Any("error", err))
		return
	}
	n.connection.report(err)
}

func (n *notice) Lagging(lag observer.Lag) {
	if !n.final {
		n.connection.lagging(lag)
		return
	}
	n.connection.options.Logger.Warn("gateway: an observer of the connection's own events lags", slog.Any("lag", lag))
}

// announce runs publish on the control queue. So nobody who announces, be it the reader, one who sends, the supervisor or an
// observer, ever runs or waits for an observer of what is announced, wherever that observer was put.
func (c *connection) announce(n *notice, publish func()) {
	_ = c.announcements.PublishOn(n, c.control, &publish)
}

// report publishes on Events.Error what went wrong and does not end the handle. It never blocks. When nobody observes
// errors they are logged, one a second at most.
func (c *connection) report(err error) {
	failure, undecodable := errors.AsType[*DecodeError](err)
	if undecodable {
		c.counts.decodeErrors.Add(1)
	}
	if !c.events.Error.Observed() {
		now := int64(time.Since(c.born)) + 1
		if last := c.warned.Load(); (last == 0 || now-last >= int64(time.Second)) && c.warned.CompareAndSwap(last, now) {
			c.options.Logger.Warn("gateway: error", slog.Any("error", err))
		}
		return
	}
	n := &notice{Context: c.life, connection: c, final: true}
	if undecodable {
		n.size = len(failure.Raw)
	}
	c.announce(n, func() { _ = c.events.Error.Publish(n, &err) })
}

// lagging publishes on Events.Lag, and warns in the log once.
func (c *connection) lagging(lag observer.Lag) {
	if c.lagged.CompareAndSwap(false, true) {
		c.options.Logger.Warn("gateway: an observer falls behind; further reports only on Events.Lag", slog.Any("lag", lag))
	}
	if c.events.Lag.Observed() {
		n := &notice{Context: c.life, connection: c, final: true}
		c.announce(n, func() { _ = c.events.Lag.Publish(n, &lag) })
	}
}

// watch looks for an observer that takes long while nothing arrives.
func (c *connection) watch() { c.queue.Watch(&notice{Context: c.life, connection: c}) }

// sent publishes a payload that was written.
func (c *connection) sent(payload outgoing) {
	c.counts.sentFrames.Add(1)
	c.counts.sentBytes.Add(uint64(len(payload.frame)))
	if payload.op == types.OpcodePresenceUpdate {
		c.presence.Store(&payload.data)
	}
	if !c.events.Sent.Observed() {
		return
	}
	event := &SentPayload{Op: payload.op, Data: redacted(payload.data), Time: time.Now()}
	n := &notice{Context: c.life, connection: c, size: len(event.Data)}
	c.announce(n, func() { _ = c.events.Sent.Publish(n, event) })
}
