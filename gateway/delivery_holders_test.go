package gateway

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"sync"
	"testing"
	"time"

	"github.com/chorus-go/chorus/internal/wire"
)

// held makes a delivery that is held by its reader.
func held(s *socket, data []byte) *delivery {
	return s.c.newDelivery(dispatchTable["MESSAGE_CREATE"], wire.Envelope{Data: data}, len(data))
}

// Each observed event allocates one. The next sizes are 128 and 144 bytes.
func TestADeliveryIsSmall(t *testing.T) {
	if size := reflect.TypeFor[delivery]().Size(); size > 112 {
		t.Errorf("a delivery has %d bytes, want at most 112", size)
	}
}

func TestADeliveryTellsWhatIsKnownOfItsEvent(t *testing.T) {
	s := unconnected(t)
	now := time.Now()
	for _, c := range []struct {
		shard, told int64
		size, count int
		entry       *eventEntry
		envelope    wire.Envelope
		want        Dispatch
	}{
		{3, 3, 5, 5, dispatchTable["READY"], wire.Envelope{Seq: 0, HasSeq: true}, Dispatch{Name: "READY", HasSequence: true}},
		{0, 0, -1, 0, nil, wire.Envelope{Name: []byte("TOMORROW"), Seq: math.MaxInt64, HasSeq: true},
			Dispatch{Name: "TOMORROW", Sequence: math.MaxInt64, HasSequence: true}},
		{math.MaxInt64, math.MaxInt32, 1 << 20, 1 << 20, nil, wire.Envelope{Name: []byte("X")}, Dispatch{Name: "X"}},
	} {
		s.c.shard.Store(c.shard)
		d := s.c.newDelivery(c.entry, c.envelope, c.size)
		d.received = now
		c.want.Shard, c.want.Received, c.want.delivery = int(c.told), now, d
		got, ok := DispatchFrom(context.WithValue(d, t, c.want.Name))
		if !ok || got != c.want {
			t.Errorf("the dispatch is %+v, want %+v", got, c.want)
		}
		if d.Size() != c.count {
			t.Errorf("an event of %d bytes counts as %d", c.size, d.Size())
		}
	}
}

func TestADeliveryEndsWithTheHandle(t *testing.T) {
	s := unconnected(t)
	d := held(s, nil)
	derived, cancel := context.WithTimeout(d, time.Hour)
	defer cancel()
	if _, ok := d.Deadline(); ok || d.Err() != nil || derived.Err() != nil {
		t.Error("it has ended, or will at a known time, before the handle does")
	}
	cause := errors.New("gateway: over")
	s.c.endLife(cause)
	<-d.Done()
	<-derived.Done()
	for _, ctx := range []context.Context{d, derived} {
		if !errors.Is(ctx.Err(), context.Canceled) || !errors.Is(context.Cause(ctx), cause) {
			t.Errorf("after the handle: %v, because of %v", ctx.Err(), context.Cause(ctx))
		}
	}
}

// One who publishes under the context of an event that is over holds nothing.
func TestNobodyHoldsAnEventThatIsOver(t *testing.T) {
	d := held(unconnected(t), []byte("{}"))
	if d.Retain(); !d.release() || string(d.raw()) != "{}" {
		t.Errorf("while somebody holds it its bytes are %q", d.raw())
	}
	if d.release() || d.raw() != nil {
		t.Errorf("when nobody holds it any longer its bytes are %q", d.raw())
	}
	d.Retain()
	if d.raw() != nil || d.hold() {
		t.Error("an event that is over can be held")
	}
	if d.settle(); d.release() || d.pooled != nil {
		t.Error("an event that is over has bytes")
	}
}

// A reader goes on in its buffer while others look at the bytes of an event, let go of it, or come when the last ones
// leave. They see the bytes as they were, or none.
func TestTheBytesOfAnEventStayWhileSomebodyHoldsIt(t *testing.T) {
	s := unconnected(t)
	var readers sync.WaitGroup
	for reader := range 4 {
		readers.Go(func() {
			buffer := make([]byte, 60_000)
			for round := range 200 {
				want := bytes.Repeat(fmt.Appendf(nil, "%d/%d ", reader, round), len(buffer)/4)[:len(buffer)]
				copy(buffer, want)
				d := held(s, buffer)
				d.Retain()
				var others sync.WaitGroup
				look := func() {
					if got := d.raw(); got != nil && !bytes.Equal(got, want) {
						t.Errorf("the bytes of %.9q are %.9q", want, got)
					}
				}
				others.Go(func() { look(); d.Release(); look() })
				others.Go(func() { d.Retain(); d.Release(); look() })
				others.Go(look)
				if d.release() {
					d.settle()
				}
				for i := range buffer {
					buffer[i] = 'x'
				}
				others.Wait()
				if d.hold() || d.data != nil || d.pooled != nil {
					t.Error("an event that nobody holds has bytes")
				}
			}
		})
	}
	readers.Wait()
}
