package gatewaytest

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// TestZlibStreamKeepsItsWindow sends messages that refer to what was long before, in streams of one or two deflaters.
func TestZlibStreamKeepsItsWindow(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	noise := make([]byte, 20_000)
	for i := range noise {
		noise[i] = byte(random.Uint32())
	}
	for _, change := range []int{-1, 0, 1, 5} {
		in := newInflater()
		out, err := newDeflater(false)
		if err != nil {
			t.Fatal(err)
		}
		for i := range 10 {
			if i == change {
				if out, err = newDeflater(i > 0); err != nil {
					t.Fatal(err)
				}
			}
			want := fmt.Appendf(bytes.Clone(noise), "%d", i)
			deflated, err := out.message(want)
			if err != nil {
				t.Fatal(err)
			}
			if i > 0 && i != change && len(deflated) > len(noise)/10 {
				t.Errorf("message %d has %d bytes: it does not refer to the one before", i, len(deflated))
			}
			got, complete, err := in.add(deflated)
			if err != nil || !complete || !bytes.Equal(got, want) {
				t.Fatalf("change at %d: message %d came out with %d bytes: %v", change, i, len(got), err)
			}
		}
	}
}

func TestInflaterHasALimit(t *testing.T) {
	for _, size := range []int{1000, 1001} {
		out, err := newDeflater(false)
		if err != nil {
			t.Fatal(err)
		}
		deflated, err := out.message(make([]byte, size))
		if err != nil {
			t.Fatal(err)
		}
		in := newInflater()
		in.limit = 1000
		message, _, err := in.add(deflated)
		if size == 1000 && (err != nil || len(message) != size) {
			t.Errorf("%d bytes of %d came out: %v", len(message), size, err)
		}
		if size > 1000 && (err == nil || !strings.Contains(err.Error(), "more than 1000 bytes")) {
			t.Errorf("%d bytes: %v", size, err)
		}
	}
}
