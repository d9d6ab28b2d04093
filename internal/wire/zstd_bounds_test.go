package wire

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/klauspost/compress/zstd"
)

func TestZstdBomb(t *testing.T) {
	const bound = 1 << 20
	zeros := make([]byte, 64<<20)
	repeat := bytes.Repeat(block(false, repeatBlock, maxZstdBlock, "x"), 1000)
	bombs := map[string][]byte{
		"repeated, open":  handmade(0, 10<<3, repeat),
		"repeated, ended": handmade(0, 10<<3, repeat, block(true, rawBlock, 0, "")),
		"many frames":     bytes.Repeat(handmade(0, 10<<3, block(true, repeatBlock, maxZstdBlock, "x")), 1000),
	}
	for name, frame := range framings {
		bombs[name] = frame(t, newZstdWriter(t), zeros)
	}
	for name, bomb := range bombs {
		for _, dst := range [][]byte{nil, make([]byte, 0, 100), make([]byte, 0, bound)} {
			z := NewZstd(bound)
			n := allocated(func() {
				got, complete, err := z.Next(dst, bomb)
				if !errors.Is(err, ErrPayloadTooLarge) || complete || len(got) > 0 {
					t.Errorf("%s: %d bytes, %v, %v", name, len(got), complete, err)
				}
			})
			// A window, and buffers that grew up to the bound.
			if n > 2<<20+8*bound {
				t.Errorf("%s: %d bytes allocated under a bound of %d", name, n, bound)
			}
		}
	}
}

// TestZstdHugeHeaders announces what must not be allocated.
func TestZstdHugeHeaders(t *testing.T) {
	some, last := block(false, rawBlock, 4, "some"), block(true, rawBlock, 0, "")
	for name, frame := range map[string][]byte{
		"window":        handmade(0, 0xff, some),
		"ended window":  handmade(0, 0xff, some, last),
		"content":       handmade(0xc0, 0, []byte{0, 0, 0, 0, 1, 0, 0, 0}, some, last),
		"open segment":  handmade(0xe0, 0, []byte{0, 0, 0, 0, 1, 0, 0, 0}, some),
		"whole segment": handmade(0xe0, 0, []byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, some, last),
	} {
		n := allocated(func() {
			if _, _, err := NewZstd(1<<20).Next(nil, frame); err == nil {
				t.Errorf("%s: no error", name)
			}
		})
		if n > 64<<10 {
			t.Errorf("%s: %d bytes allocated", name, n)
		}
	}
}

func TestZstdBound(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	for name, frame := range framings {
		for _, bound := range []int{1, 100, 4096, 70_000, 300_000} {
			for _, room := range []int{0, 500_000} {
				w, z := newZstdWriter(t), NewZstd(bound)
				message := mixed(r, bound)
				got, _, err := z.Next(make([]byte, 7, 7+room), frame(t, w, message))
				if err != nil || !bytes.Equal(got[7:], message) {
					t.Errorf("%s, bound %d: %d bytes, %v", name, bound, len(got), err)
				}
				_, _, err = z.Next(make([]byte, 7, 7+room), frame(t, w, append(message, 'x')))
				if !errors.Is(err, ErrPayloadTooLarge) {
					t.Errorf("%s, bound %d: %v", name, bound, err)
				}
			}
		}
	}
	// A content of more than a window is fine when it is the whole frame.
	message := bytes.Repeat([]byte("0123456789abcdef"), 1<<20)
	w := newZstdWriter(t, zstd.WithSingleSegment(true))
	mustNext(t, NewZstd(16<<20), nil, w.sized(message), message)
	// The largest window is.
	mustNext(t, NewZstd(10), nil, handmade(0, 13<<3, block(false, rawBlock, 4, "some")), []byte("some"))
}

// heap is how many bytes are reachable.
func heap() uint64 {
	var stats runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}

func TestZstdMemory(t *testing.T) {
	for name, most := range map[string]uint64{"flushed": 2<<20 + 640<<10, "ended": 400 << 10, "sized": 400 << 10} {
		var frames [][]byte
		w := newZstdWriter(t)
		for _, message := range generateMessages(50, 3) {
			frames = append(frames, framings[name](t, w, message))
		}
		large := framings[name](t, w, mixed(rand.New(rand.NewPCG(1, 2)), 300_000))
		dst := make([]byte, 0, 1<<20)
		const connections = 10
		var all [connections]*Zstd
		before := heap()
		feed := func(frames ...[]byte) uint64 {
			for i := range all {
				for _, frame := range frames {
					if _, _, err := all[i].Next(dst, frame); err != nil {
						t.Fatal(err)
					}
				}
			}
			return (heap() - before) / connections
		}
		for i := range all {
			all[i] = NewZstd(0)
		}
		fresh := feed()
		small := feed(frames...)
		after := feed(large)
		t.Logf("%s: %d KiB a connection, %d after messages of 2 KB, %d after one of 300 KB", name, fresh>>10, small>>10, after>>10)
		if fresh > 1<<10 || small > most || after > most {
			t.Errorf("%s: %d, then %d, then %d bytes a connection, want at most %d", name, fresh, small, after, most)
		}
		runtime.KeepAlive(frames)
		runtime.KeepAlive(w)
		runtime.KeepAlive(dst)
		runtime.KeepAlive(&all)
	}
}

func TestZstdAllocates(t *testing.T) {
	if raceDetector {
		t.Skip("the race detector makes the pools of the zstd decoder forget at random")
	}
	for name, frame := range framings {
		w, z := newZstdWriter(t), NewZstd(0)
		var frames [][]byte
		for _, message := range generateMessages(1200, 3) {
			frames = append(frames, frame(t, w, message))
		}
		dst := make([]byte, 0, 200<<10)
		i := 0
		next := func() {
			if _, _, err := z.Next(dst, frames[i]); err != nil {
				t.Fatal(err)
			}
			i++
		}
		for range 100 {
			next()
		}
		if n := testing.AllocsPerRun(1000, next); n != 0 {
			t.Errorf("%s: %v allocations a message", name, n)
		}
	}
}

// BenchmarkZstd decodes a message a turn. The open frame begins anew after the last one.
func BenchmarkZstd(b *testing.B) {
	messages := generateMessages(1000, 1)
	for _, name := range []string{"flushed", "ended", "sized"} {
		b.Run(name, func(b *testing.B) {
			var frames [][]byte
			size := 0
			w := newZstdWriter(b)
			for _, message := range messages {
				frames = append(frames, framings[name](b, w, message))
				size += len(message)
			}
			b.SetBytes(int64(size / len(messages)))
			b.ReportAllocs()
			z := NewZstd(0)
			dst := make([]byte, 0, 200<<10)
			i := 0
			for b.Loop() {
				if _, complete, err := z.Next(dst, frames[i%len(frames)]); err != nil || !complete {
					b.Fatal(complete, err)
				}
				i++
			}
		})
	}
}
