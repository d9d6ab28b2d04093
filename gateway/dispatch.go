package gateway

import (
	"bytes"
	"context"
	"sync"
	"time"

	"github.com/chorus-go/chorus/internal/carry"
	"github.com/chorus-go/chorus/observer"
)

// Dispatch is what is known about an event beyond its payload. Observers find it with DispatchFrom.
type Dispatch struct {
	Name        string    // the event's name on the wire, such as MESSAGE_CREATE
	Sequence    int64     // the sequence number; meaningful if HasSequence
	HasSequence bool      // Spacebar sends some dispatches without a sequence number
	Received    time.Time // when the payload, or its last part, had been read from the socket
	Shard       int       // the shard the session identified as, 0 for an unsharded one

	delivery *delivery
}

// Raw returns a copy of the JSON of the event's d, for what the payload's type does not model. It is available
// until the event's last observer has returned, and nil afterwards.
func (d Dispatch) Raw() []byte {
	if d.delivery == nil {
		return nil
	}
	d.delivery.mu.Lock()
	defer d.delivery.mu.Unlock()
	return bytes.Clone(d.delivery.data)
}

type dispatchKey struct{}

// observedKey is the key under which the context of an observer has the connection that is observed.
type observedKey struct{}

// DispatchFrom returns what is known about the event that an observer is given, from the context the observer is
// given, or from one derived from it. It reports false for any other context.
func DispatchFrom(ctx context.Context) (Dispatch, bool) {
	if ctx == nil {
		return Dispatch{}, false
	}
	d, ok := ctx.Value(dispatchKey{}).(*delivery)
	if !ok {
		return Dispatch{}, false
	}
	return d.dispatch, true
}

// delivery is the context of one event on its way to its observers: the one allocation an observed event costs
// beside its payload. It implements observer.Delivery.
//
// Until the reader settles it, data is a part of the reader's buffers, which do not change before. Then, if anybody
// still holds the event, it becomes a copy in a pooled buffer, which goes back to the pool when everybody has let go.
type delivery struct {
	context.Context // the handle's life
	connection      *connection
	dispatch        Dispatch
	size            int
	mark            *mark      // with CheckpointObserved
	carried         carry.Slot // what inline observers leave for the others
	claimed         bool       // by the one request that it answers; only the reader and what is inline touch it

	mu      sync.Mutex // guards the rest; held for a copy of data at the longest
	data    []byte
	pooled  *[]byte // what data lies in, once it is settled
	holders int     // the reader and the queue entries
}

var (
	_ observer.Delivery = (*delivery)(nil)
	_ observer.Patient  = (*delivery)(nil)
)

func (d *delivery) Value(key any) any {
	switch key.(type) {
	case dispatchKey, observer.DeliveryKey:
		return d
	case carry.Key:
		return &d.carried
	case observedKey:
		return d.connection
	}
	return d.Context.Value(key)
}

func (d *delivery) Size() int { return d.size }

func (d *delivery) Retain() {
	d.mu.Lock()
	d.holders++
	d.mu.Unlock()
}

// settle is called before the buffer changes that data lies in.
func (d *delivery) settle() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.holders > 0 && d.pooled == nil {
		d.pooled = payloads.get(len(d.data))
		*d.pooled = append(*d.pooled, d.data...)
		d.data = *d.pooled
	}
}

func (d *delivery) Release() { d.release() }

// release is Release. It says whether somebody holds the event still.
func (d *delivery) release() (held bool) {
	d.mu.Lock()
	d.holders--
	var pooled *[]byte
	held = d.holders > 0
	if !held {
		pooled, d.pooled, d.data = d.pooled, nil, nil
	}
	d.mu.Unlock()
	if pooled != nil {
		payloads.put(pooled)
	}
	if !held && d.mark != nil {
		d.connection.marks.done(d.mark)
	}
	return held
}

// Waiting implements observer.Patient: the reader, or an observer, is about to wait for what may depend on the events that
// the handle's queue holds back, or on what is still to be read.
func (d *delivery) Waiting() {
	d.connection.queue.Uncork()
	d.connection.queue.Cork() // What has gathered is delivered; what comes now gathers again.
	if s := d.connection.current.Load(); s != nil {
		s.relieve()
	}
}

func (d *delivery) Report(err error) { d.connection.report(err) }

func (d *delivery) Lagging(lag observer.Lag) { d.connection.lagging(lag) }
