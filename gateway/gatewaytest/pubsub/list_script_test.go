package pubsub

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/chorus-go/chorus/types"
)

// fewest returns how many deletions and insertions lead from one to the other, by the table of all pairs.
func fewest(a, b []listRow) int {
	table := make([]int, len(b)+1)
	for j := range table {
		table[j] = j
	}
	for i := range a {
		diagonal := table[0]
		table[0] = i + 1
		for j := range b {
			above := table[j+1]
			if a[i] == b[j] {
				table[j+1] = diagonal
			} else {
				table[j+1] = 1 + min(above, table[j])
			}
			diagonal = above
		}
	}
	return table[len(b)]
}

func TestScriptIsShortest(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 2))
	for round := range 20_000 {
		var old []listRow
		for i := range random.IntN(30) {
			old = append(old, listRow{id: types.Snowflake(i)})
		}
		now := slices.Clone(old)
		for range random.IntN(12) {
			if len(now) > 0 && random.IntN(2) == 0 {
				at := random.IntN(len(now))
				now = slices.Delete(now, at, at+1)
			} else {
				row := listRow{id: types.Snowflake(random.IntN(60)), heading: random.IntN(8) == 0}
				now = slices.Insert(now, random.IntN(len(now)+1), row)
			}
		}
		steps, ok := script(old, now)
		least := fewest(old, now)
		if ok != (least <= maxEdits) {
			t.Fatalf("round %d: %d edits are possible, script says %v", round, least, ok)
		}
		if !ok {
			continue
		}
		var result []listRow
		edits, from, to := 0, 0, 0
		for _, step := range steps {
			switch step {
			case editKeep:
				result = append(result, old[from])
				from, to = from+1, to+1
			case editDelete:
				from, edits = from+1, edits+1
			case editInsert:
				result = append(result, now[to])
				to, edits = to+1, edits+1
			}
		}
		if !slices.Equal(result, now) || from != len(old) {
			t.Fatalf("round %d: the steps %v lead from\n%v to\n%v, want\n%v", round, steps, old, result, now)
		}
		if edits != least {
			t.Fatalf("round %d: %d edits, %d are enough", round, edits, least)
		}
	}
}

func TestSpans(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 3))
	rows := func(ranges []Range) (set [64]bool) {
		for _, r := range ranges {
			for i := r[0]; i <= r[1]; i++ {
				set[i] = true
			}
		}
		return set
	}
	some := func() (ranges []Range) {
		for range random.IntN(5) {
			first := random.IntN(50)
			ranges = append(ranges, Range{first, first + random.IntN(10)})
		}
		return ranges
	}
	for range 5000 {
		a, b := some(), some()
		spans, others := merged(a), merged(b)
		if rows(spans) != rows(a) {
			t.Fatalf("merged(%v) = %v", a, spans)
		}
		for i := 1; i < len(spans); i++ {
			if spans[i][0] <= spans[i-1][1]+1 {
				t.Fatalf("merged(%v) = %v: two of them touch", a, spans)
			}
		}
		got, in, out := rows(without(spans, others)), rows(spans), rows(others)
		for i := range got {
			if got[i] != (in[i] && !out[i]) {
				t.Fatalf("without(%v, %v) = %v", spans, others, without(spans, others))
			}
		}
	}
}
