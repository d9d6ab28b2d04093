package gateway

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/chorus-go/chorus/observer"
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

// report publishes on Events.Error what went wrong and does not end the handle. It never blocks.
func (c *connection) report(err error) {
	size := 0
	if decodeError, ok := errors.AsType[*DecodeError](err); ok {
		size = len(decodeError.Raw)
	}
	if !c.events.Error.Observed() {
		c.options.Logger.Warn("gateway: error", slog.Any("error", err))
		return
	}
	_ = c.events.Error.PublishOn(&notice{Context: c.life, connection: c, size: size, final: true}, c.control, &err)
}

// lagging publishes on Events.Lag, and warns in the log once.
func (c *connection) lagging(lag observer.Lag) {
	if c.lagged.CompareAndSwap(false, true) {
		c.options.Logger.Warn("gateway: an observer falls behind; further reports only on Events.Lag", slog.Any("lag", lag))
	}
	_ = c.events.Lag.PublishOn(&notice{Context: c.life, connection: c, final: true}, c.control, &lag)
}

// watch looks for an observer that takes long while nothing arrives.
func (c *connection) watch() { c.queue.Watch(&notice{Context: c.life, connection: c}) }

// enter moves the connection to a state and publishes the change.
func (c *connection) enter(to State, reason error) {
	from := State(c.state.Swap(int32(to)))
	if from == to {
		return
	}
	if c.events.Lifecycle.Observed() {
		change := &LifecycleChange{From: from, To: to, Reason: reason, Time: time.Now()}
		_ = c.events.Lifecycle.PublishOn(&notice{Context: c.life, connection: c}, c.control, change)
	}
}

// sent publishes a payload that was written.
func (c *connection) sent(payload outgoing) {
	if !c.events.Sent.Observed() {
		return
	}
	event := &SentPayload{Op: payload.op, Data: redacted(payload.data), Time: time.Now()}
	_ = c.events.Sent.PublishOn(&notice{Context: c.life, connection: c, size: len(event.Data)}, c.control, event)
}
