package pubsub

import "slices"

// listView is what all sessions have on their screens that look at the same ranges of a member list: what changes is
// computed once for all of them.
type listView struct {
	spans    []Range                // of rows, in ascending order, with a gap between any two
	rows     [][]listRow            // what the clients have in each span
	sessions subscriberList[string] // who looks at it
}

// newListView returns a view of the rows as they are.
func newListView(spans []Range, rows *listRows) *listView {
	v := &listView{spans: spans, sessions: subscriberList[string]{places: make(map[string]int)}}
	for _, span := range spans {
		v.rows = append(v.rows, rows.window(span))
	}
	return v
}

// advance brings the view to what the rows are after a change, and returns the operations that do the same for a client.
//
// The operations of a span leave what is behind it where it was, as they add as many rows as they take; but for the one
// in which the list ends or ended. Behind that one there are rows only before the list shrinks, or after it has grown:
// in the first case spans are treated from the last to the first, so that those have gone before anything moves them, in
// the second from the first to the last.
func (v *listView) advance(rows *listRows, change listChange) []ListOp {
	var ops []ListOp
	for i := range v.spans {
		if change.shrunk {
			i = len(v.spans) - 1 - i
		}
		span := v.spans[i]
		switch {
		case span[1] < change.first || span[0] > change.last:
		case change.inPlace:
			item := rows.item(listRow{id: change.user})
			ops = append(ops, ListOp{Op: ListUpdateRow, Index: change.first, Item: item})
		default:
			old, now := v.rows[i], rows.window(span)
			if at := slices.Index(old, listRow{id: change.user}); at >= 0 {
				old[at].moved = true
			}
			if steps, ok := script(old, now); ok {
				ops = appendSteps(ops, span[0], steps, old, now, rows)
			} else {
				ops = appendSync(ops, span, len(old), rows.items(span))
			}
			v.rows[i] = now
		}
	}
	return ops
}

// appendSteps adds the operations of the steps that lead from old rows to new ones, the first of which is at an index of
// the list.
func appendSteps(ops []ListOp, index int, steps []edit, old, now []listRow, rows *listRows) []ListOp {
	for i := 0; i < len(steps); i++ {
		switch steps[i] {
		case editKeep:
			old, now, index = old[1:], now[1:], index+1
		case editDelete:
			if i+1 < len(steps) && steps[i+1] == editInsert && old[0].moved && old[0].id == now[0].id {
				// The member is shown at the same place, and only looks different.
				ops = append(ops, ListOp{Op: ListUpdateRow, Index: index, Item: rows.item(now[0])})
				old, now, index, i = old[1:], now[1:], index+1, i+1
				continue
			}
			ops = append(ops, ListOp{Op: ListDelete, Index: index})
			old = old[1:]
		case editInsert:
			ops = append(ops, ListOp{Op: ListInsert, Index: index, Item: rows.item(now[0])})
			now, index = now[1:], index+1
		}
	}
	return ops
}

// appendSync adds what replaces a span. Clients keep rows for which a SYNC has no items, so those are taken from them
// first.
func appendSync(ops []ListOp, span Range, before int, items []ListItem) []ListOp {
	if len(items) < before {
		ops = append(ops, ListOp{Op: ListInvalidate, Range: Range{span[0] + len(items), span[0] + before - 1}})
	}
	return append(ops, ListOp{Op: ListSync, Range: span, Items: items})
}

// merged returns the rows of ranges as spans: in ascending order, with a gap between any two.
func merged(ranges []Range) []Range {
	ranges = slices.Clone(ranges)
	slices.SortFunc(ranges, func(a, b Range) int { return slices.Compare(a[:], b[:]) })
	var spans []Range
	for _, r := range ranges {
		if n := len(spans); n > 0 && r[0] <= spans[n-1][1]+1 {
			spans[n-1][1] = max(spans[n-1][1], r[1])
		} else {
			spans = append(spans, r)
		}
	}
	return spans
}

// without returns what is in spans and not in others. Both are as merged returns them.
func without(spans, others []Range) []Range {
	var rest []Range
	for _, span := range spans {
		for _, other := range others {
			if other[1] < span[0] || other[0] > span[1] {
				continue
			}
			if other[0] > span[0] {
				rest = append(rest, Range{span[0], other[0] - 1})
			}
			span[0] = other[1] + 1
		}
		if span[0] <= span[1] {
			rest = append(rest, span)
		}
	}
	return rest
}
