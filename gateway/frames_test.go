package gateway

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"slices"
	"strings"
	"testing"

	"github.com/gorilla/websocket"
)

// script is a connection whose reads are scripted: each gives one part, or as much of it as there is room for.
type script struct {
	net.Conn
	parts [][]byte
	err   error // after the last part
	reads []int // the room that each read had
}

func (s *script) Read(p []byte) (int, error) {
	s.reads = append(s.reads, len(p))
	if len(s.parts) == 0 {
		return 0, s.err
	}
	n := copy(p, s.parts[0])
	if s.parts[0] = s.parts[0][n:]; len(s.parts[0]) == 0 {
		s.parts = s.parts[1:]
	}
	return n, nil
}

// readingFrom makes frames of a script.
func readingFrom(conn net.Conn) *frames {
	return &frames{
		conn:   conn,
		limit:  1 << 30,
		pinged: func(string) error { return nil },
		waits:  func(bool, bool) {},
		came:   func() {},
	}
}

// noise returns so many random bytes.
func noise(r *rand.Rand, size int) []byte {
	b := make([]byte, size)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

// inParts returns the bytes in parts of random sizes.
func inParts(r *rand.Rand, b []byte) (parts [][]byte) {
	for len(b) > 0 {
		n := min(len(b), 1+r.IntN(8<<r.IntN(14)))
		parts, b = append(parts, b[:n]), b[n:]
	}
	return parts
}

func TestFramesGivesEveryMessageHoweverItsBytesArrive(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 1))
	for range 100 {
		var all []byte
		var want [][]byte
		for range r.IntN(30) {
			message := noise(r, r.IntN(4<<r.IntN(16)))
			want = append(want, message)
			if r.IntN(4) > 0 {
				all = append(all, frame(message)...)
				continue
			}
			// In fragments, with a ping between them.
			for first := byte(1); ; first = 0 {
				n := r.IntN(len(message) + 1)
				part := frame(message[:n])
				part[0] = first
				if message = message[n:]; len(message) == 0 {
					part[0] |= 0x80
				}
				all = append(append(all, part...), 0x89, 1, 'p')
				if len(message) == 0 {
					break
				}
			}
		}
		f := readingFrom(&script{parts: inParts(r, all), err: io.EOF})
		for i, message := range want {
			kind, got, err := f.message()
			if kind != websocket.TextMessage || !bytes.Equal(got, message) || err != nil {
				t.Fatalf("message %d is %d bytes of kind %d, %v; want %d bytes", i, len(got), kind, err, len(message))
			}
		}
		if _, _, err := f.message(); err != errCut {
			t.Fatalf("the end is %v", err)
		}
	}
}

func TestFramesRefusesWhatIsNoWebsocketOfAServer(t *testing.T) {
	for name, sent := range map[string]string{
		"a reserved bit":             "\xc1\x01x",
		"a mask":                     "\x81\x81abcdx",
		"an unknown opcode":          "\x83\x01x",
		"an unknown control opcode":  "\x8b\x01x",
		"a fragment of nothing":      "\x80\x01x",
		"a message within a message": "\x01\x01x\x81\x01y",
		"a fragment of a ping":       "\x09\x01x",
		"a long ping":                "\x89\x7e\x00\x80" + strings.Repeat("x", 128),
		"a code that nobody sends":   "\x88\x02\x03\xed",
		"a code out of range":        "\x88\x02\x13\x88",
		"a reason that is no UTF-8":  "\x88\x03\x03\xe8\xff",
	} {
		f := readingFrom(&script{parts: [][]byte{[]byte(sent)}, err: io.EOF})
		if _, _, err := f.message(); !errors.Is(err, errFrame) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestFramesTellsACloseFrame(t *testing.T) {
	for sent, want := range map[string]websocket.CloseError{
		"\x88\x00":                  {Code: websocket.CloseNoStatusReceived},
		"\x88\x01x":                 {Code: websocket.CloseNoStatusReceived},
		"\x88\x02\x03\xe8":          {Code: 1000},
		"\x88\x05\x0f\xa4bad":       {Code: 4004, Text: "bad"},
		"\x89\x01p\x88\x02\x0f\xa0": {Code: 4000},
	} {
		f := readingFrom(&script{parts: [][]byte{[]byte(sent)}, err: io.EOF})
		_, _, err := f.message()
		if got, ok := errors.AsType[*websocket.CloseError](err); !ok || *got != want {
			t.Errorf("%q: %v", sent, err)
		}
	}
}

func TestFramesLimitsAMessage(t *testing.T) {
	for name, sent := range map[string]string{
		"one frame":           "\x81\x0b" + strings.Repeat("x", 11),
		"fragments":           "\x01\x06xxxxxx\x80\x05xxxxx",
		"what a frame claims": "\x81\x7f\x3f\xff\xff\xff\xff\xff\xff\xff",
		"more than there is":  "\x81\x7f\xff\xff\xff\xff\xff\xff\xff\xff",
		"two together":        "\x01\x06xxxxxx\x80\x7f\x3f\xff\xff\xff\xff\xff\xff\xff",
	} {
		f := readingFrom(&script{parts: [][]byte{[]byte(sent)}, err: io.EOF})
		f.limit = 10
		if _, _, err := f.message(); err != websocket.ErrReadLimit {
			t.Errorf("%s: %v", name, err)
		}
	}
	f := readingFrom(&script{parts: [][]byte{frame([]byte("0123456789"))}, err: io.EOF})
	f.limit = 10
	if _, got, err := f.message(); string(got) != "0123456789" || err != nil {
		t.Errorf("%s, %v", got, err)
	}
}

// What a frame claims is not what is allocated.
func TestFramesBelievesAFrameOnlySoFar(t *testing.T) {
	f := readingFrom(&script{parts: [][]byte{[]byte("\x81\x7f\x00\x00\x00\x00\x30\x00\x00\x00"), make([]byte, 40<<10)}, err: io.EOF})
	if _, _, err := f.message(); err != errCut {
		t.Fatal(err)
	}
	if got := cap(f.work.frame); got > 2<<20 {
		t.Errorf("%d bytes were allocated for 40 KiB", got)
	}
}

func TestFramesReadsLargePiecesOnlyWhileMuchArrives(t *testing.T) {
	small, medium := frame(make([]byte, 98)), frame(make([]byte, 5000))
	conn := &script{parts: [][]byte{small, medium, small, bytes.Repeat(medium, 8), small}, err: io.EOF}
	f := readingFrom(conn)
	waits := 0
	f.waits = func(inside, likely bool) {
		if waits++; !inside && !likely && (f.flood != nil || f.next != f.end) {
			t.Errorf("it waits for read %d with a large buffer", waits)
		}
	}
	for range 12 {
		if _, _, err := f.message(); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := f.message(); err != errCut {
		t.Fatal(err)
	}
	want := []int{idleRead, idleRead, floodRead - idleRead + 4, idleRead, idleRead, floodRead - idleRead + 4}
	if len(conn.reads) < len(want) || !slices.Equal(conn.reads[:len(want)], want) {
		t.Errorf("reads of %v bytes, want %v …", conn.reads, want)
	}
	if len(conn.reads) > 10 {
		t.Errorf("%d reads for 40 KiB", len(conn.reads))
	}
}

func TestFramesPassesErrorsOn(t *testing.T) {
	broken := errors.New("broken")
	f := readingFrom(&script{parts: [][]byte{frame([]byte("whole")), []byte("\x81\x05part")}, err: broken})
	if _, got, err := f.message(); string(got) != "whole" || err != nil {
		t.Fatal(got, err)
	}
	if _, _, err := f.message(); err != broken {
		t.Fatalf("%v; want the connection's error", err)
	}
}

func TestFramesAsksAConnectionAgainThatGivesNothing(t *testing.T) {
	f := readingFrom(&script{parts: [][]byte{{}, frame([]byte("more")), {}}, err: nil})
	if _, got, err := f.message(); string(got) != "more" || err != nil {
		t.Fatal(got, err)
	}
	if _, _, err := f.message(); err != io.ErrNoProgress {
		t.Fatal(err)
	}
}

func TestFramesTellsWhetherAMessageHasBegun(t *testing.T) {
	parts := [][]byte{{0x01}, {0x01}, []byte("x"), {0x89, 0x00}, {0x80, 0x02}, []byte("yz"), {0x89}, {0x01}, []byte("p")}
	want := []bool{false, false, true, true, true, true, false, false, true, false}
	f := readingFrom(&script{parts: parts, err: io.EOF})
	var got []bool
	f.waits = func(inside, _ bool) { got = append(got, inside) }
	for range 2 {
		_, _, _ = f.message()
	}
	if !slices.Equal(got, want) {
		t.Errorf("within a message: %v, want %v", got, want)
	}
}

// What is whole is a message, and returned without a read and without a change of what was returned before.
func TestFramesKnowsAWholeMessage(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 2))
	whole := 0
	for range 20_000 {
		b := noise(r, r.IntN(600))
		if len(b) > 3 && r.IntN(4) > 0 {
			b[0], b[2] = 0x81, byte(r.IntN(4))
		}
		conn := &script{err: io.EOF}
		f := readingFrom(conn)
		f.room, f.end = slices.Clone(b), len(b)
		if !f.whole() {
			continue
		}
		whole++
		if _, _, err := f.message(); err != nil || len(conn.reads) > 0 || !bytes.Equal(f.room, b) {
			t.Fatalf("% x … is whole: %v, %d reads", b[:4], err, len(conn.reads))
		}
	}
	if whole < 1000 {
		t.Errorf("%d were whole", whole)
	}
}
