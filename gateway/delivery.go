package gateway

import (
	"bytes"
	"math"
	"sync/atomic"
	"time"

	"github.com/chorus-go/chorus/internal/carry"
	"github.com/chorus-go/chorus/internal/wire"
	"github.com/chorus-go/chorus/observer"
)

// delivery is the context of one event on its way to its observers: the one allocation an observed event costs
// beside its payload. It implements observer.Delivery. It is kept small: what can be made from it is made for those who
// ask.
//
// Until the reader settles it, data is a part of the reader's buffers, which do not change before. Then, if anybody
// still holds the event, it becomes a copy in a pooled buffer, which goes back to the pool when everybody has let go.
// Only those who hold the event touch data and pooled: the reader, who is the first to hold it, alone until it lets go,
// and everybody else under the connection's moving. Whoever is the last to let go needs no lock.
type delivery struct {
	connection  *connection
	name        *string      // on the wire
	received    time.Time    // see Dispatch
	sequence    int64        // if hasSequence
	data        []byte       // d; nil when nobody holds the event any longer
	pooled      *[]byte      // what data lies in, once it is settled
	mark        *mark        // with CheckpointObserved
	carried     carry.Slot   // what inline observers leave for the others
	holders     atomic.Int32 // the reader, the queue entries, who reads data; nobody below 1
	size        uint32       // what the event counts for in the bounds of a queue; all beyond 4 GiB are as large
	shard       int32        // see Dispatch
	hasSequence bool
	claimed     bool // by the one request that it answers; only the reader and what is inline touch it
}

// nobody is the number of holders when the last one has let go. Somebody may come and go all the same: one who
// publishes under the context of an event that is over.
const nobody = math.MinInt32 / 2

var (
	_ observer.Delivery = (*delivery)(nil)
	_ observer.Patient  = (*delivery)(nil)
)

// newDelivery makes the context of an event, with the reader as its first holder. The entry is nil for an unknown
// event; size is what the event counts for in the bounds of a queue.
func (c *connection) newDelivery(entry *eventEntry, envelope wire.Envelope, size int) *delivery {
	d := &delivery{
		connection:  c,
		sequence:    envelope.Seq,
		hasSequence: envelope.HasSeq,
		data:        envelope.Data,
		size:        uint32(min(uint64(max(size, 0)), math.MaxUint32)),
		shard:       int32(min(max(c.shard.Load(), math.MinInt32), math.MaxInt32)),
	}
	d.holders.Store(1)
	if entry != nil {
		d.name = &entry.name
	} else {
		name := string(envelope.Name)
		d.name = &name
	}
	if c.options.Checkpoint == CheckpointObserved && envelope.HasSeq {
		d.mark = c.marks.add(envelope.Seq)
	}
	return d
}

// dispatch is what DispatchFrom returns.
func (d *delivery) dispatch() Dispatch {
	return Dispatch{
		Name:        *d.name,
		Sequence:    d.sequence,
		HasSequence: d.hasSequence,
		Received:    d.received,
		Shard:       int(d.shard),
		delivery:    d,
	}
}

// Deadline is the handle's life's, as are Done and Err.
func (d *delivery) Deadline() (time.Time, bool) { return d.connection.life.Deadline() }

func (d *delivery) Done() <-chan struct{} { return d.connection.life.Done() }

func (d *delivery) Err() error { return d.connection.life.Err() }

func (d *delivery) Value(key any) any {
	switch key.(type) {
	case dispatchKey, observer.DeliveryKey:
		return d
	case carry.Key:
		return &d.carried
	case observedKey:
		return d.connection
	}
	return d.connection.life.Value(key)
}

func (d *delivery) Size() int { return int(d.size) }

func (d *delivery) Retain() { d.holders.Add(1) }

// hold is Retain for those who hold the event by nothing yet. It is false when nobody does any longer.
func (d *delivery) hold() bool {
	for {
		n := d.holders.Load()
		if n < 1 {
			return false
		}
		if d.holders.CompareAndSwap(n, n+1) {
			return true
		}
	}
}

// raw is Dispatch.Raw.
func (d *delivery) raw() []byte {
	if !d.hold() {
		return nil
	}
	defer d.release()
	d.connection.moving.RLock()
	defer d.connection.moving.RUnlock()
	return bytes.Clone(d.data)
}

// settle is called before the buffer changes that data lies in.
func (d *delivery) settle() {
	if !d.hold() {
		return
	}
	defer d.release()
	d.connection.moving.Lock()
	defer d.connection.moving.Unlock()
	if d.pooled == nil {
		d.pooled = payloads.get(len(d.data))
		*d.pooled = append(*d.pooled, d.data...)
		d.data = *d.pooled
	}
}

func (d *delivery) Release() { d.release() }

// release is Release. It says whether somebody holds the event still.
func (d *delivery) release() (held bool) {
	if n := d.holders.Add(-1); n != 0 {
		return n > 0
	}
	if !d.holders.CompareAndSwap(0, nobody) {
		return true
	}
	if d.pooled != nil {
		payloads.put(d.pooled)
	}
	d.pooled, d.data = nil, nil
	if d.mark != nil {
		d.connection.marks.done(d.mark)
	}
	return false
}

// Waiting implements observer.Patient: the reader, or an observer, is about to wait for what may depend on the events
// that the handle's queue holds back, or on what is still to be read.
func (d *delivery) Waiting() {
	d.connection.queue.Uncork()
	d.connection.queue.Cork() // What has gathered is delivered; what comes now gathers again.
	if s := d.connection.current.Load(); s != nil {
		s.relieve()
	}
}

func (d *delivery) Report(err error) { d.connection.report(err) }

func (d *delivery) Lagging(lag observer.Lag) { d.connection.lagging(lag) }
