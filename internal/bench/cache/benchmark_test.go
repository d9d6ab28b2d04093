package cache

import (
	"runtime"
	"testing"
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
	run(b, func(b *testing.B, l Library, frames [][]byte) {
		b.StartTimer()
		feed(b, l, frames)
		b.StopTimer()
	})
}

// BenchmarkApply measures what a cache does with an event that is decoded.
func BenchmarkApply(b *testing.B) {
	run(b, func(b *testing.B, l Library, frames [][]byte) {
		events := decoded(b, l, frames)
		b.StartTimer()
		for _, event := range events {
			l.Apply(event)
		}
		b.StopTimer()
	})
}

// run has each library do something with the frames of each event, one library after the other: changes to the large
// guild, and then what comes as a whole, each to a cache of its own. One measured operation is one event.
func run(b *testing.B, do func(b *testing.B, l Library, frames [][]byte)) {
	arrival, changes, whole := large.Arrival(), large.Changes(each), large.Whole(200)
	for _, maker := range Libraries() {
		b.Run("library="+maker.Name, func(b *testing.B) {
			l := made(b, maker)
			feed(b, l, arrival)
			for _, f := range changes {
				b.Run("event="+f.Name, func(b *testing.B) {
					feed(b, l, f.Before)
					repeat(b, len(f.Do), func(n int) {
						do(b, l, f.Do[:n])
						feed(b, l, f.Undo)
					})
				})
			}
			l = nil
			for _, f := range whole {
				b.Run("event="+f.Name, func(b *testing.B) {
					repeat(b, 1, func(int) {
						l := made(b, maker)
						feed(b, l, f.Before)
						runtime.GC()
						do(b, l, f.Do)
					})
				})
			}
		})
	}
}

// repeat calls f until b.N events are done, at most so many at once. The timer does not run.
func repeat(b *testing.B, most int, f func(n int)) {
	b.ReportAllocs()
	b.StopTimer()
	b.ResetTimer()
	for left := b.N; left > 0; left -= most {
		f(min(most, left))
	}
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
