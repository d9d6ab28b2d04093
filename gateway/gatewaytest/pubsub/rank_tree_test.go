package pubsub

import (
	"fmt"
	"math/bits"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/chorus-go/chorus/types"
)

// depth returns the length of the longest way down a subtree.
func depth(e *listEntry) int {
	if e == nil {
		return 0
	}
	return 1 + max(depth(e.left), depth(e.right))
}

func TestRankTreeAgainstSlice(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 1))
	var tree rankTree
	var model []*listEntry
	for step := range 20_000 {
		if len(model) == 0 || random.IntN(5) < 3 {
			name := fmt.Sprint(random.IntN(50))
			e := &listEntry{
				member: ListMember{UserID: types.Snowflake(step + 1), Name: name},
				group:  random.IntN(3),
				folded: name,
			}
			tree.insert(e)
			at, _ := slices.BinarySearchFunc(model, e, (*listEntry).compare)
			model = slices.Insert(model, at, e)
		} else {
			at := random.IntN(len(model))
			tree.remove(model[at])
			model = slices.Delete(model, at, at+1)
		}
		if len(model) == 0 {
			continue
		}
		at, n := random.IntN(len(model)), random.IntN(20)
		if rank := tree.rank(model[at]); rank != at {
			t.Fatalf("step %d: rank %d, want %d", step, rank, at)
		}
		var walked []*listEntry
		tree.walk(at, n, func(e *listEntry) { walked = append(walked, e) })
		if want := model[at:min(at+n, len(model))]; !slices.Equal(walked, want) {
			t.Fatalf("step %d: walk(%d, %d) visits %d entries, want %d", step, at, n, len(walked), len(want))
		}
	}
	if tree.root.length() != len(model) {
		t.Errorf("the tree has %d entries, want %d", tree.root.length(), len(model))
	}
}

func TestRankTreeIsShallow(t *testing.T) {
	var tree rankTree
	const n = 50_000
	for i := range types.Snowflake(n) { // in order of both the names and the ids
		tree.insert(&listEntry{member: ListMember{UserID: i}, folded: fmt.Sprintf("%08d", i)})
	}
	if d, most := depth(tree.root), 4*bits.Len(n); d > most {
		t.Errorf("the tree is %d deep, want at most %d", d, most)
	}
}
