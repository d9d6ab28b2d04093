package gateway

import (
	"bytes"
	"strings"
	"testing"
)

func TestGrownTrustsAFrameOnlySoFar(t *testing.T) {
	for _, c := range []struct {
		have      int
		remaining int64
		want      int
	}{
		{0, 0, firstBuffer},
		{0, 100, firstBuffer},
		{0, 1 << 40, firstBuffer},
		{4096, 0, 8192},
		{4096, 10_000, 14_097},
		{4096, 60_000, 64_097},
		{4096, 1 << 40, 65_536},
		{65_536, 7 << 20, 1 << 20},
		{1 << 20, 6 << 20, 7<<20 + 1},
	} {
		content := bytes.Repeat([]byte{'x'}, c.have)
		got := grown(content, c.remaining)
		if cap(got) < c.want || cap(got) > c.want+c.want/4 || !bytes.Equal(got, content) {
			t.Errorf("grown(%d bytes, %d) has room for %d, want %d", c.have, c.remaining, cap(got), c.want)
		}
	}
}

// A message may come in many small fragments, of each of which little remains when the buffer is full.
func TestABufferGrowsByAFactorHoweverSmallTheFragments(t *testing.T) {
	var buffer []byte
	copied := 0
	for cap(buffer) < 1<<20 && copied <= 16<<20 {
		copied += len(buffer)
		buffer = grown(buffer, 1)
		buffer = buffer[:cap(buffer)]
	}
	if copied > 16<<20 {
		t.Errorf("%d bytes were copied for a message of %d", copied, len(buffer))
	}
}

// TestAReaderThatWaitsHoldsNoBuffers counts what a thousand idle connections would, whatever they have received.
func TestAReaderThatWaitsHoldsNoBuffers(t *testing.T) {
	for _, size := range []int{0, 300, 5000, floodRead, floodRead + 1, 100_000} {
		s := unconnected(t)
		want := `{"op":11,"d":"` + strings.Repeat("x", size) + `"}`
		ws, flood := floodedBy(t, frame([]byte(want)))
		s.receiveFrom(ws)
		held := 0
		s.frames.waits = func(inside, likely bool) {
			if s.waits(inside, likely); !inside && (s.frames.work != nil || s.frames.flood != nil) {
				held++
			}
		}
		for range 3 {
			kind, message, err := s.frames.message()
			if err != nil {
				t.Fatal(err)
			}
			if err := s.readMessage(kind, message); err != nil || string(message) != want {
				t.Fatalf("read %.20s, %v", message, err)
			}
			if flood.rounds > 0 || s.frames.next < s.frames.end {
				t.Fatalf("a message of %d bytes was not all that was read", size)
			}
			flood.more(1)
		}
		if held > 0 {
			t.Errorf("after messages of %d bytes, %d times the reader waited with buffers in its hands", size, held)
		}
	}
}

// TestALargeMessageIsAllocatedAboutOnce reads 7 MB, as the READY of a huge account is, and adds up what was allocated.
func TestALargeMessageIsAllocatedAboutOnce(t *testing.T) {
	const size = 7 << 20
	ws, flood := floodedBy(t, frame(make([]byte, size)))
	defer flood.Close()
	s := unconnected(t)
	s.receiveFrom(ws)
	result := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			flood.more(1)
			if _, message, err := s.frames.message(); err != nil || len(message) != size {
				b.Fatal(len(message), err)
			}
		}
	})
	if got := result.AllocedBytesPerOp(); got > size*5/4 {
		t.Errorf("%d bytes are allocated for a message of %d", got, size)
	}
}
