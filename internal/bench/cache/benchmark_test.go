package cache

import (
	"runtime"
	"syscall"
	"testing"
	"time"
)

// large is the guild that caches are compared with.
var large = World{Members: 100_000, Channels: 500}

// each is how many different frames there are of an event.
const each = 1000

// decoded returns events that were not carried out yet.
func decoded(b *testing.B, l Library, frames [][]byte) []any {
	b.Helper()
	events := make([]any, len(frames))
	for i, frame := range frames {
		event, err := l.Decode(frame)
		if err != nil {
			b.Fatal(err)
		}
		events[i] = event
	}
	return events
}

// BenchmarkFrame measures what a frame costs until the cache has it.
func BenchmarkFrame(b *testing.B) {
	run(b, func(b *testing.B, l Library, frames [][]byte, m *meter) {
		m.start()
		feed(b, l, frames)
		m.stop()
	})
}

// BenchmarkApply measures what a cache does with an event that is decoded.
func BenchmarkApply(b *testing.B) {
	run(b, func(b *testing.B, l Library, frames [][]byte, m *meter) {
		events := decoded(b, l, frames)
		m.start()
		for _, event := range events {
			l.Apply(event)
		}
		m.stop()
	})
}

// run has each library do something with the frames of each event, one library after the other: changes to the large
// guild, and then what comes as a whole, each to a cache of its own. One operation is all frames of an event; what is
// reported is for each, but for READY_BOT, which is one thing.
func run(b *testing.B, do func(b *testing.B, l Library, frames [][]byte, m *meter)) {
	arrival, changes, whole := large.Arrival(), large.Changes(each), large.Whole(200)
	for _, maker := range Libraries() {
		b.Run("library="+maker.Name, func(b *testing.B) {
			l := made(b, maker)
			feed(b, l, arrival)
			for _, f := range changes {
				b.Run("event="+f.Name, func(b *testing.B) {
					feed(b, l, f.Before)
					var m meter
					for range b.N {
						do(b, l, f.Do, &m)
						feed(b, l, f.Undo)
					}
					m.report(b, b.N*len(f.Do))
				})
			}
			l = nil
			for _, f := range whole {
				b.Run("event="+f.Name, func(b *testing.B) {
					var m meter
					for range b.N {
						l := made(b, maker)
						feed(b, l, f.Before)
						do(b, l, f.Do, &m)
						runtime.KeepAlive(l)
					}
					m.report(b, b.N)
				})
			}
		})
	}
}

// meter measures the processor's time, which is that of the garbage collector too, and what is allocated. Unlike the
// time that passes, it is not longer on a machine that does other things.
type meter struct {
	cpu             time.Duration
	bytes, allocs   uint64
	began           time.Duration
	bytes0, allocs0 uint64
}

func (m *meter) start() {
	runtime.GC()
	m.bytes0, m.allocs0 = allocated()
	m.began = processor()
}

func (m *meter) stop() {
	m.cpu += processor() - m.began
	bytes, allocs := allocated()
	m.bytes, m.allocs = m.bytes+bytes-m.bytes0, m.allocs+allocs-m.allocs0
}

func (m *meter) report(b *testing.B, events int) {
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(m.cpu.Nanoseconds())/float64(events), "cpu-ns/event")
	b.ReportMetric(float64(m.bytes)/float64(events), "B/event")
	b.ReportMetric(float64(m.allocs)/float64(events), "allocs/event")
}

// allocated is what the process has allocated until now.
func allocated() (bytes, allocs uint64) {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc, m.Mallocs
}

// processor is what the process has used of processors until now.
func processor() time.Duration {
	var usage syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &usage) != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func heap() float64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}

// BenchmarkMemory measures the heap of a member and of a channel in a cache, by what it takes more with them.
func BenchmarkMemory(b *testing.B) {
	const guilds = 20
	s := newSource(1)
	arrival := large.Arrival()
	var without, with [][]byte
	for guild := range guilds {
		without = append(without, s.frame(s.corpus.Furnished(1000+guild, 0, 0)))
		with = append(with, s.frame(s.corpus.Furnished(2000+guild, large.Channels, 0)))
	}
	for _, maker := range Libraries() {
		b.Run("library="+maker.Name, func(b *testing.B) {
			for range b.N {
				l := made(b, maker)
				feed(b, l, arrival[:2])
				before := heap()
				feed(b, l, arrival[2:])
				members := heap()
				feed(b, l, without)
				guildsAlone := heap()
				feed(b, l, with)
				channels := heap()
				b.ReportMetric((members-before)/float64(large.Members), "B/member")
				b.ReportMetric((channels-guildsAlone-(guildsAlone-members))/float64(guilds*large.Channels), "B/channel")
				runtime.KeepAlive(l)
			}
			b.ReportMetric(0, "ns/op")
		})
	}
	runtime.KeepAlive([][][]byte{arrival, with, without})
}
