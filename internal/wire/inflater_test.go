package wire

import (
	"bytes"
	"compress/zlib"
	"errors"
	"math/rand/v2"
	"reflect"
	"runtime"
	"strings"
	"testing"
)

// reader is what reads compressed frames.
type reader interface {
	Next(dst, frame []byte) (payload []byte, complete bool, err error)
}

// mustNext gives one frame to f, which must complete want.
func mustNext(t *testing.T, f reader, dst, frame, want []byte) []byte {
	t.Helper()
	got, complete, err := f.Next(dst[:0], frame)
	if err != nil || !complete || !bytes.Equal(got, want) {
		t.Fatalf("%d bytes instead of %d, equal: %v, complete: %v, error: %v", len(got), len(want), bytes.Equal(got, want), complete, err)
	}
	return got
}

// mixed makes n bytes of words and noise.
func mixed(r *rand.Rand, n int) []byte {
	var b []byte
	for len(b) < n {
		switch r.IntN(8) {
		case 0:
			b = append(b, byte(r.Uint32()))
		case 1:
			b = append(b, bytes.Repeat([]byte{byte(r.Uint32())}, r.IntN(300))...)
		default:
			b = append(b, words[r.IntN(len(words))]...)
		}
	}
	return b[:n]
}

func TestInflaterLevels(t *testing.T) {
	for level := zlib.HuffmanOnly; level <= zlib.BestCompression; level++ {
		r := rand.New(rand.NewPCG(5, uint64(level+2)))
		d, f := newDeflater(t, level), NewInflater(0)
		var dst []byte
		for range 60 {
			message := mixed(r, r.IntN(6000))
			dst = mustNext(t, f, dst, d.frame(t, message), message)
		}
		for _, message := range generateMessages(50, 6) {
			dst = mustNext(t, f, dst, d.frame(t, message), message)
		}
	}
}

// TestInflaterWindowBoundary lets messages end where the window of other readers ends: there the stock ones have nothing to flush and
// ask for more input, of which there is none.
func TestInflaterWindowBoundary(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for _, level := range []int{zlib.NoCompression, zlib.BestSpeed, zlib.DefaultCompression, zlib.HuffmanOnly} {
		for _, size := range []int{windowSize, 2 * windowSize, 3 * windowSize} {
			for off := -1; off <= 1; off++ {
				d, f := newDeflater(t, level), NewInflater(0)
				var dst []byte
				// The second one is reached with the rest of a window filled, the others refer to what is before.
				for _, n := range []int{size + off, windowSize - off, 10, windowSize - 10, windowSize, 1, windowSize - 1, 0, 0, size, 300} {
					message := mixed(r, n)
					dst = mustNext(t, f, dst, d.frame(t, message), message)
				}
			}
		}
	}
}

func TestInflaterManySmallMessages(t *testing.T) {
	for level, messages := range map[int]int{zlib.NoCompression: 100_000, zlib.BestSpeed: 20_000} {
		r := rand.New(rand.NewPCG(9, 10))
		d, f := newDeflater(t, level), NewInflater(0)
		text := mixed(r, 64<<10)
		var dst []byte
		total, boundaries := 0, 0
		for range messages {
			n := r.IntN(120)
			// By chance one in 32,768 messages ends on the boundary; steer for it.
			if left := windowSize - total%windowSize; left < 200 {
				n = left
				boundaries++
			}
			from := r.IntN(len(text) - n)
			message := text[from : from+n]
			dst = mustNext(t, f, dst, d.frame(t, message), message)
			total += n
		}
		if boundaries < total/windowSize {
			t.Errorf("only %d messages ended on one of %d boundaries", boundaries, total/windowSize)
		}
	}
}

func TestInflaterEmptyMessages(t *testing.T) {
	d, f := newDeflater(t, zlib.DefaultCompression), NewInflater(0)
	for _, message := range []string{"", "", "a", "", "", "aaaaaaaaaaaaaaaa", ""} {
		mustNext(t, f, nil, d.frame(t, []byte(message)), []byte(message))
	}
	// No frame at all is no message.
	if got, complete, err := f.Next([]byte("x"), nil); string(got) != "x" || complete || err != nil {
		t.Error(got, complete, err)
	}
}

func TestInflaterAppends(t *testing.T) {
	d, f := newDeflater(t, zlib.DefaultCompression), NewInflater(0)
	first, second := mixed(rand.New(rand.NewPCG(1, 1)), 5000), []byte("second")
	got, complete, err := f.Next([]byte("before:"), d.frame(t, first))
	if want := "before:" + string(first); string(got) != want || !complete || err != nil {
		t.Fatalf("got %d bytes, %v, %v", len(got), complete, err)
	}
	// What stands before is not part of the window.
	got, complete, err = f.Next([]byte("other:"), d.frame(t, first))
	if want := "other:" + string(first); string(got) != want || !complete || err != nil {
		t.Fatalf("got %d bytes, %v, %v", len(got), complete, err)
	}
	// The payload is the caller's.
	clear(got)
	mustNext(t, f, nil, d.frame(t, first), first)
	got, complete, err = f.Next([]byte("between:"), d.frame(t, second))
	if string(got) != "between:second" || !complete || err != nil {
		t.Fatalf("%q, %v, %v", got, complete, err)
	}
	mustNext(t, f, nil, d.frame(t, first), first)
}

func TestInflaterSplitAnywhere(t *testing.T) {
	messages := [][]byte{[]byte(`{"op":10,"d":{"heartbeat_interval":30000}}`), generateMessages(1, 1)[0], {}, []byte(`{"op":11}`)}
	frames := func() (frames [][]byte) {
		d := newDeflater(t, zlib.DefaultCompression)
		for _, message := range messages {
			frames = append(frames, bytes.Clone(d.frame(t, message)))
		}
		return frames
	}()
	whole := bytes.Join(frames, nil)
	for size := 1; size < 12; size++ {
		f := NewInflater(0)
		var got [][]byte
		for _, frame := range frames {
			for len(frame) > 0 {
				n := min(size, len(frame))
				payload, complete, err := f.Next(nil, frame[:n])
				if err != nil {
					t.Fatal(err)
				}
				if complete != (n == len(frame)) {
					t.Fatalf("frames of %d: complete is %v with %d bytes to come", size, complete, len(frame)-n)
				}
				if complete {
					got = append(got, payload)
				}
				frame = frame[n:]
			}
		}
		for i := range messages {
			if !bytes.Equal(got[i], messages[i]) {
				t.Fatalf("frames of %d: message %d differs", size, i)
			}
		}
	}
	for cut := 1; cut < len(frames[0]); cut++ {
		f := NewInflater(0)
		head, complete, err := f.Next(nil, whole[:cut])
		if len(head) > 0 || complete || err != nil {
			t.Fatal(cut, head, complete, err)
		}
		mustNext(t, f, nil, whole[cut:len(frames[0])], messages[0])
	}
}

// TestInflaterFalseEnd splits messages right behind bytes that look like their end.
func TestInflaterFalseEnd(t *testing.T) {
	end := []byte{0, 0, 0xff, 0xff}
	content := append(append([]byte("stored as it is: "), end...), "; and on"...)
	d, f := newDeflater(t, zlib.NoCompression), NewInflater(0)
	for range 3 * maxDoubts {
		frame := d.frame(t, content)
		cut := bytes.Index(frame, end) + len(end)
		if got, complete, err := f.Next(nil, frame[:cut]); complete || err != nil || len(got) > 0 {
			t.Fatal(got, complete, err)
		}
		for range 2 * maxDoubts {
			if _, complete, err := f.Next(nil, nil); complete || err != nil {
				t.Fatal(complete, err)
			}
		}
		mustNext(t, f, nil, frame[cut:], content)
	}
	// But not for ever.
	frame := d.frame(t, bytes.Repeat(end, 20))
	from := bytes.Index(frame, end)
	_, complete, err := f.Next(nil, frame[:from])
	for i := 0; err == nil && !complete && i < 20; i++ {
		_, complete, err = f.Next(nil, frame[from+4*i:from+4*i+4])
	}
	if err == nil || !strings.Contains(err.Error(), "does not end where a block ends") {
		t.Error(complete, err)
	}
}

func TestInflaterHeader(t *testing.T) {
	for _, tt := range []struct {
		name, frame, want string
	}{
		{"JSON", `{"op":10,"d":null}`, "not a zlib stream"},
		{"zstd", "\x28\xb5\x2f\xfd\x00", "not a zlib stream"},
		{"gzip", "\x1f\x8b\x08", "not a zlib stream"},
		{"checksum", "\x78\x9d", "not a zlib stream"},
		{"window", "\x88\x1c\x00\x00\xff\xff", "not a zlib stream"},
		{"dictionary", "\x78\xbb", "preset dictionary"},
		{"only the end", "\x00\x00\xff\xff", "not a zlib stream"},
	} {
		_, complete, err := NewInflater(0).Next(nil, []byte(tt.frame))
		if err == nil || complete || !strings.Contains(err.Error(), tt.want) || !strings.HasPrefix(err.Error(), "wire: ") {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
	// It may come in two frames as well.
	f := NewInflater(0)
	if _, _, err := f.Next(nil, []byte{0x78}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := f.Next(nil, []byte{0x79}); err == nil {
		t.Error("the second byte was not looked at")
	}
}

func TestInflaterErrorsStay(t *testing.T) {
	d, f := newDeflater(t, zlib.DefaultCompression), NewInflater(0)
	message := []byte("some message")
	mustNext(t, f, nil, d.frame(t, message), message)
	first := int64(d.buf.Len())
	d.buf.Reset()
	if err := d.w.Close(); err != nil {
		t.Fatal(err)
	}
	_, _, err := f.Next(nil, append(bytes.Clone(d.buf.Bytes()), 0, 0, 0xff, 0xff))
	var ie *InflateError
	if !errors.As(err, &ie) || ie.Reason != streamEnded || errors.Is(err, ErrPayloadTooLarge) {
		t.Fatal(err)
	}
	if ie.Offset < first || ie.Offset > first+8 {
		t.Errorf("offset %d", ie.Offset)
	}
	if _, _, again := f.Next(nil, []byte("anything")); again != err {
		t.Errorf("another error: %v", again)
	}
	f.Reset()
	d = newDeflater(t, zlib.DefaultCompression)
	mustNext(t, f, nil, d.frame(t, message), message)
}

// TestInflaterReset makes sure that nothing of the former connection can be referred to.
func TestInflaterReset(t *testing.T) {
	d, f := newDeflater(t, zlib.DefaultCompression), NewInflater(0)
	message := mixed(rand.New(rand.NewPCG(2, 2)), 3000)
	mustNext(t, f, nil, d.frame(t, message), message)
	second := d.frame(t, message)
	f.Reset()
	if _, _, err := f.Next(nil, append([]byte{0x78, 0x9c}, second...)); err == nil || !strings.Contains(err.Error(), farDistance) {
		t.Error(err)
	}
}

// allocated is how many bytes f allocates.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

func TestInflaterBomb(t *testing.T) {
	const bound = 1 << 20
	for _, level := range []int{zlib.NoCompression, zlib.BestSpeed, zlib.BestCompression} {
		bomb := bytes.Clone(newDeflater(t, level).frame(t, make([]byte, 8<<20)))
		for _, dst := range [][]byte{nil, make([]byte, 0, 100), make([]byte, 0, bound)} {
			f := NewInflater(bound)
			bytes := allocated(func() {
				got, complete, err := f.Next(dst, bomb)
				if !errors.Is(err, ErrPayloadTooLarge) || complete || len(got) > 0 {
					t.Error(len(got), complete, err)
				}
			})
			// The last buffer has the size of the bound, the one before less, and so on by halves.
			if bytes > 3*bound+256<<10 {
				t.Errorf("level %d: %d bytes allocated under a bound of %d", level, bytes, bound)
			}
		}
	}
}

func TestInflaterBound(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	for _, level := range []int{zlib.NoCompression, zlib.HuffmanOnly, zlib.DefaultCompression} {
		for _, bound := range []int{1, 100, 4096, 70_000} {
			for _, room := range []int{0, 200_000} {
				d, f := newDeflater(t, level), NewInflater(bound)
				message := mixed(r, bound)
				mustNext(t, f, make([]byte, 0, room), d.frame(t, message), message)
				if _, _, err := f.Next(make([]byte, 0, room), d.frame(t, append(message, 'x'))); !errors.Is(err, ErrPayloadTooLarge) {
					t.Errorf("level %d, bound %d: %v", level, bound, err)
				}
			}
		}
	}
}

func TestInflaterCompressedBound(t *testing.T) {
	const bound = 1 << 20
	f := NewInflater(bound)
	frame := make([]byte, 10_000)
	copy(frame, "\x78\x9c")
	bytes := allocated(func() {
		var err error
		for i := 0; err == nil && i < 1000; i++ {
			_, _, err = f.Next(nil, frame)
		}
		if !errors.Is(err, ErrPayloadTooLarge) {
			t.Error(err)
		}
	})
	if bytes > 8*bound {
		t.Errorf("%d bytes allocated", bytes)
	}
}

func TestInflaterMemory(t *testing.T) {
	if size := reflect.TypeFor[Inflater]().Size() + reflect.TypeFor[window]().Field(0).Type.Elem().Size(); size > 40<<10 {
		t.Errorf("an idle Inflater takes %d bytes", size)
	}
	d, f := newDeflater(t, zlib.NoCompression), NewInflater(0)
	frame := d.frame(t, make([]byte, 100_000))
	for i := range frame {
		if _, _, err := f.Next(nil, frame[i:i+1]); err != nil {
			t.Fatal(err)
		}
	}
	if cap(f.pending) > keepPending {
		t.Errorf("%d bytes kept for pending frames", cap(f.pending))
	}
	if f.inflate.in != nil || f.inflate.out != nil {
		t.Error("the frame or the payload is kept")
	}
}

func TestInflaterAllocates(t *testing.T) {
	d, f := newDeflater(t, zlib.DefaultCompression), NewInflater(0)
	frames := [][]byte{}
	for _, message := range generateMessages(1001, 3) {
		frames = append(frames, bytes.Clone(d.frame(t, message)))
	}
	dst := make([]byte, 0, 64<<10)
	i := 0
	if n := testing.AllocsPerRun(500, func() {
		for _, part := range [][]byte{frames[i][:10], frames[i][10:], frames[i+1]} {
			if _, _, err := f.Next(dst, part); err != nil {
				t.Fatal(err)
			}
		}
		if i += 2; i+1 >= len(frames) {
			i = 0
			f.Reset()
		}
	}); n != 0 {
		t.Errorf("%v allocations for three frames", n)
	}
}
