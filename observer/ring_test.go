package observer

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func TestRingIsFirstInFirstOut(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	var r ring[*int]
	var model []*int
	for range 100_000 {
		if rnd.IntN(100) < 50+len(model)%7-3 {
			e := new(int)
			r.push(e)
			model = append(model, e)
		} else if len(model) > 0 {
			if got := r.pop(); got != model[0] {
				t.Fatal("pop returned another element than the oldest")
			}
			model = model[1:]
		}
		if r.len() != len(model) {
			t.Fatalf("len is %d, want %d", r.len(), len(model))
		}
	}
}

func TestRingPinsNothing(t *testing.T) {
	var r ring[*int]
	for range 100 {
		for range 13 {
			r.push(new(int))
		}
		for range 11 {
			r.pop()
		}
	}
	held := len(r.buf) - len(slices.DeleteFunc(slices.Clone(r.buf), func(e *int) bool { return e != nil }))
	if held != r.len() {
		t.Errorf("%d elements are referenced, want the %d that are in the ring", held, r.len())
	}
}

func TestRingFollowsItsContent(t *testing.T) {
	var r ring[int]
	if r.buf != nil {
		t.Errorf("an empty ring has %d places", len(r.buf))
	}
	for i := range 65_536 {
		r.push(i)
	}
	if len(r.buf) > 2*65_536 {
		t.Errorf("%d places for 65,536 elements", len(r.buf))
	}
	for i := range 65_536 {
		if got := r.pop(); got != i {
			t.Fatalf("popped %d, want %d", got, i)
		}
		if spare := len(r.buf); spare > ringKeep && spare > 4*(r.len()+1) {
			t.Fatalf("%d places for %d elements", spare, r.len())
		}
	}
	if len(r.buf) > ringKeep {
		t.Errorf("%d places after the burst", len(r.buf))
	}
}
