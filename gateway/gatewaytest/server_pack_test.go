package gatewaytest

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/chorus-go/chorus/internal/wire"
)

// samples are messages of different sizes, some of which are empty or larger than a window or a block.
func samples() [][]byte {
	random := rand.New(rand.NewPCG(1, 2))
	same := []byte(strings.Repeat("the same ", 20))
	messages := [][]byte{nil, []byte("a"), same, same}
	for _, size := range []int{
		1, lightWindow - 1, lightWindow, lightWindow + 1, 32 << 10, 100_000, 128 << 10, 300_000, 0, 5,
	} {
		message := make([]byte, size)
		for i := range message {
			message[i] = "abcdefgh"[random.IntN(8)]
		}
		messages = append(messages, message)
	}
	return messages
}

// TestLightDeflater reads a light stream with the inflater of this package, which is the standard library's, and with
// that of the client.
func TestLightDeflater(t *testing.T) {
	light, standard, own := &lightDeflater{}, newInflater(), wire.NewInflater(maxPayload)
	var sizes []int
	for i, want := range samples() {
		frame, err := light.message(want)
		if err != nil {
			t.Fatal(err)
		}
		sizes = append(sizes, len(frame))
		got, complete, err := standard.add(frame)
		if err != nil || !complete || !bytes.Equal(got, want) {
			t.Fatalf("message %d of %d bytes: %v, complete %v", i, len(want), err, complete)
		}
		if got, complete, err = own.Next(nil, frame); err != nil || !complete || !bytes.Equal(got, want) {
			t.Fatalf("message %d of %d bytes: %v, complete %v", i, len(want), err, complete)
		}
	}
	if sizes[3] >= sizes[2] {
		t.Errorf("a message takes %d bytes and again %d: nothing refers to what was before", sizes[2], sizes[3])
	}
}

func TestLightZstd(t *testing.T) {
	light, own := &lightZstd{}, wire.NewZstd(maxPayload)
	for i, want := range samples() {
		frame, err := light.message(want)
		if err != nil {
			t.Fatal(err)
		}
		got, complete, err := own.Next(nil, frame)
		if err != nil || !complete || !bytes.Equal(got, want) {
			t.Fatalf("message %d of %d bytes: %v, complete %v", i, len(want), err, complete)
		}
	}
}

// TestRichStreams has more connections than there are rich compressors: the others get light ones, until one ends.
func TestRichStreams(t *testing.T) {
	for compress, light := range map[string]string{
		compressZlib: "*gatewaytest.lightDeflater", compressZstd: "*gatewaytest.lightZstd",
	} {
		var s packers
		var all []compressor
		for range richStreams + 2 {
			c, err := s.begin(compress, true)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, c)
		}
		for i, c := range all {
			if isLight := fmt.Sprintf("%T", c) == light; isLight != (i >= richStreams) {
				t.Fatalf("connection %d has a %T", i, c)
			}
		}
		s.end(all[richStreams]) // a light one makes no room
		if c, err := s.begin(compress, true); err != nil || fmt.Sprintf("%T", c) != light {
			t.Errorf("%T, %v", c, err)
		}
		s.end(all[0])
		if c, err := s.begin(compress, true); err != nil || fmt.Sprintf("%T", c) == light {
			t.Errorf("%T, %v", c, err)
		}
	}
}

// TestSharedZstd has two connections whose messages are frames.
func TestSharedZstd(t *testing.T) {
	var s packers
	first, err := s.begin(compressZstd, false)
	if err != nil {
		t.Fatal(err)
	}
	second, err := s.begin(compressZstd, false)
	if err != nil {
		t.Fatal(err)
	}
	a, err := first.message([]byte("one"))
	if err != nil {
		t.Fatal(err)
	}
	b, err := second.message([]byte("another"))
	if err != nil {
		t.Fatal(err)
	}
	for want, frame := range map[string][]byte{"one": a, "another": b} {
		got, _, err := wire.NewZstd(maxPayload).Next(nil, frame)
		if err != nil || string(got) != want || !isWholeZstd(frame) {
			t.Errorf("%q, %v, want %q", got, err, want)
		}
	}
}
