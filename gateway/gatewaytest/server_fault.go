package gatewaytest

import (
	"slices"
	"sync"
	"time"

	"github.com/chorus-go/chorus/types"
)

// Fault is something that goes wrong with messages on their way to clients. It concerns every message unless [Fault.When]
// says otherwise, and goes on until it is removed unless [Fault.Times] does. Of several, all that concern a message
// act on it, those of the server first. It is a value: the methods return another one.
type Fault struct {
	name  string
	match func(Outgoing) bool
	times int
	act   func(*effect)
}

// effect is what faults do to one message.
type effect struct {
	names    string // of the faults
	copies   int
	delay    time.Duration
	hold     bool
	replaced bool
	payload  []byte
	mangle   func([]byte) []byte
}

// When confines a fault to messages for which match is true, if it was so already.
func (f Fault) When(match func(Outgoing) bool) Fault {
	before := f.match
	f.match = func(m Outgoing) bool { return (before == nil || before(m)) && match(m) }
	return f
}

// Event confines a fault to dispatches of that name.
func (f Fault) Event(name string) Fault {
	return f.When(func(m Outgoing) bool { return m.Event == name })
}

// Times confines a fault to the first n messages that it concerns.
func (f Fault) Times(n int) Fault {
	f.times = n
	return f
}

// Drop loses messages. A stream of compressed messages goes on without them.
func Drop() Fault {
	return Fault{name: "drop", act: func(e *effect) { e.copies = 0 }}
}

// Duplicate sends messages twice.
func Duplicate() Fault {
	return Fault{name: "duplicate", act: func(e *effect) { e.copies *= 2 }}
}

// Delay makes messages, and all that are behind them, wait.
func Delay(delay time.Duration) Fault {
	return Fault{name: "delay", act: func(e *effect) { e.delay += delay }}
}

// Reorder sends messages behind those that follow them. Without a following message they are not sent.
func Reorder() Fault {
	return Fault{name: "reorder", act: func(e *effect) { e.hold = true }}
}

// Corrupt breaks the first byte of frames, after compression: it becomes 0xff, with which there is neither a block of
// deflate, nor a zlib stream, a zstd frame, a term or JSON.
func Corrupt() Fault {
	return Fault{name: "corrupt", act: func(e *effect) {
		e.damage(func(frame []byte) []byte {
			frame = slices.Clone(frame)
			if len(frame) > 0 {
				frame[0] = 0xff
			}
			return frame
		})
	}}
}

// Truncate sends only the first n bytes of frames, after compression.
func Truncate(n int) Fault {
	return Fault{name: "truncate", act: func(e *effect) {
		e.damage(func(frame []byte) []byte { return frame[:max(0, min(n, len(frame)))] })
	}}
}

// Replace sends another payload instead, which need not be JSON. It is encoded, if it can be, and compressed.
func Replace(payload []byte) Fault {
	payload = slices.Clone(payload)
	return Fault{name: "replace", act: func(e *effect) { e.replaced, e.payload = true, payload }}
}

// WithholdAcknowledgements loses the answers to heartbeats.
func WithholdAcknowledgements() Fault {
	f := Drop().When(func(m Outgoing) bool { return m.Op == types.OpcodeHeartbeatAck })
	f.name = "withhold"
	return f
}

// damage adds to what is done to frames.
func (e *effect) damage(mangle func([]byte) []byte) {
	if before := e.mangle; before != nil {
		e.mangle = func(frame []byte) []byte { return mangle(before(frame)) }
		return
	}
	e.mangle = mangle
}

// Injection is a fault at work.
type Injection struct {
	fault Fault
	among *injections

	mu   sync.Mutex
	hits int
}

// Hits returns how many messages the fault has acted on.
func (i *Injection) Hits() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.hits
}

// Remove ends the fault. A message that it is acting on is not saved.
func (i *Injection) Remove() {
	i.among.mu.Lock()
	defer i.among.mu.Unlock()
	i.among.active = slices.DeleteFunc(slices.Clone(i.among.active), func(other *Injection) bool { return other == i })
}

// Inject lets a fault act on what is sent to every client, from now on. Times counts the messages of all together.
func (s *Server) Inject(fault Fault) *Injection { return s.faults.add(fault) }

// Inject lets a fault act on what is sent to this client, from now on, be it in the outbox already.
func (p *Peer) Inject(fault Fault) *Injection { return p.faults.add(fault) }

// injections are the faults of a server or of a connection.
type injections struct {
	mu     sync.Mutex
	active []*Injection // replaced, not changed
}

func (i *injections) add(fault Fault) *Injection {
	injection := &Injection{fault: fault, among: i}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.active = append(slices.Clip(i.active), injection)
	return injection
}

// apply has the faults act on a message.
func (i *injections) apply(m Outgoing, e *effect) {
	i.mu.Lock()
	active := i.active
	i.mu.Unlock()
	for _, injection := range active {
		if f := injection.fault; f.act != nil && (f.match == nil || f.match(m)) && injection.hit() {
			f.act(e)
			if e.names != "" {
				e.names += " "
			}
			e.names += f.name
		}
	}
}

// hit counts a message, unless it is one too many.
func (i *Injection) hit() bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.fault.times > 0 && i.hits >= i.fault.times {
		return false
	}
	i.hits++
	return true
}
