package pubsub

import "slices"

// edit is a step from old rows to new ones.
type edit byte

const (
	editKeep edit = iota
	editDelete
	editInsert
)

// maxEdits is how many deletions and insertions a window is worth; beyond, it is synchronized. The change of one member
// takes at most eight: the row and a heading go, the row and another heading come, and the window is filled up or cut
// at either side.
const maxEdits = 16

// script returns a shortest list of steps from old rows to new ones (Myers' greedy algorithm), or false when it takes
// more than maxEdits deletions and insertions. A deletion goes before an insertion at the same place.
func script(old, rows []listRow) ([]edit, bool) {
	prefix := 0
	for prefix < len(old) && prefix < len(rows) && old[prefix] == rows[prefix] {
		prefix++
	}
	suffix := 0
	for suffix < len(old)-prefix && suffix < len(rows)-prefix &&
		old[len(old)-1-suffix] == rows[len(rows)-1-suffix] {
		suffix++
	}
	middle, ok := shortest(old[prefix:len(old)-suffix], rows[prefix:len(rows)-suffix])
	if !ok {
		return nil, false
	}
	steps := make([]edit, prefix, prefix+len(middle)+suffix) // of editKeep
	steps = append(steps, middle...)
	return append(steps, make([]edit, suffix)...), true
}

// frontier says how far each diagonal has come after a number of edits.
type frontier [2*maxEdits + 3]int

// shortest is script for rows that begin and end differently.
func shortest(old, rows []listRow) ([]edit, bool) {
	const zero = maxEdits + 1 // the place of diagonal 0
	var reach frontier
	var trace []frontier
	for d := 0; d <= maxEdits; d++ {
		trace = append(trace, reach)
		for k := -d; k <= d; k += 2 {
			x := reach[zero+k-1] + 1
			if down(&reach, zero, k, d) {
				x = reach[zero+k+1]
			}
			y := x - k
			for x < len(old) && y < len(rows) && old[x] == rows[y] {
				x, y = x+1, y+1
			}
			reach[zero+k] = x
			if x >= len(old) && y >= len(rows) {
				return backtrack(trace, len(old), len(rows)), true
			}
		}
	}
	return nil, false
}

// down says whether diagonal k is reached from the one above, by an insertion.
func down(reach *frontier, zero, k, d int) bool {
	return k == -d || k != d && reach[zero+k-1] < reach[zero+k+1]
}

// backtrack returns the steps that led to the end of both.
func backtrack(trace []frontier, x, y int) []edit {
	const zero = maxEdits + 1
	steps := make([]edit, 0, x+y)
	for d := len(trace) - 1; d >= 0; d-- {
		k := x - y
		step, from := editDelete, k-1
		if down(&trace[d], zero, k, d) {
			step, from = editInsert, k+1
		}
		px := trace[d][zero+from]
		py := px - from
		if d == 0 {
			px, py = 0, 0
		}
		for x > px && y > py {
			steps = append(steps, editKeep)
			x, y = x-1, y-1
		}
		if d > 0 {
			steps = append(steps, step)
		}
		x, y = px, py
	}
	slices.Reverse(steps)
	return steps
}
