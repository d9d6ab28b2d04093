package gateway

import (
	"slices"
	"sort"

	"github.com/chorus-go/chorus/types"
)

// What a member list takes from a server. Real ones stay far below: they send rows by the hundred.
const (
	maxListIndex = 1<<31 - 2 // of a row; the one behind it is still an int everywhere
	maxListRows  = 1 << 16   // that are known at a time
	maxListOps   = 1 << 12   // in one event
)

// memberRow is a row of a member list that is known.
type memberRow struct {
	index int
	item  types.GuildMemberListItem
}

// memberRows are the known rows of a member list, in ascending order of their indexes. What is not there is a hole: it
// takes no memory, wherever the rows around it are.
type memberRows []memberRow

// search returns the position of the first row with that index or a higher one.
func (rows memberRows) search(index int) int {
	return sort.Search(len(rows), func(i int) bool { return rows[i].index >= index })
}

// at returns the row with that index, if it is known.
func (rows memberRows) at(index int) (types.GuildMemberListItem, bool) {
	if i := rows.search(index); i < len(rows) && rows[i].index == index {
		return rows[i].item, true
	}
	return types.GuildMemberListItem{}, false
}

// apply carries out one operation on rows, which it may change, and returns the result or the reason why it makes no
// sense.
func (rows memberRows) apply(op *types.GuildMemberListOp) (_ memberRows, reason string) {
	switch op.Op {
	case types.GuildMemberListOpTypeSync:
		return rows.sync(op.Range, op.Items)
	case types.GuildMemberListOpTypeInvalidate:
		if op.Range[0] < 0 || op.Range[1] < op.Range[0] {
			return rows, "has a range that is none"
		}
		return rows.without(int(min(op.Range[0], maxListIndex)), int(min(op.Range[1], maxListIndex))), ""
	case types.GuildMemberListOpTypeInsert, types.GuildMemberListOpTypeUpdate, types.GuildMemberListOpTypeDelete:
		switch {
		case op.Index < 0:
			return rows, "has a negative index"
		case op.Index > maxListIndex:
			return rows, "has an index beyond the end of any list"
		}
	default:
		return rows, "is unknown"
	}
	index := int(op.Index)
	if op.Op == types.GuildMemberListOpTypeDelete {
		return rows.without(index, index).shifted(index, -1), ""
	}
	if op.Item == nil {
		return rows, "has no item"
	}
	if reason := flaw(op.Item); reason != "" {
		return rows, reason
	}
	if op.Op == types.GuildMemberListOpTypeInsert {
		rows = rows.shifted(index, 1)
	}
	rows = rows.replaced(index, index, []types.GuildMemberListItem{*op.Item})
	if len(rows) > maxListRows {
		return rows, "makes too many rows"
	}
	return rows, ""
}

// sync replaces the rows of a range. A list that ends within the range has fewer items; Spacebar, to which a range is
// an offset and a limit of members, may send more. A range without width or items is Spacebar's for rows that it does
// not have, which it writes as an empty array.
func (rows memberRows) sync(span [2]int64, items []types.GuildMemberListItem) (_ memberRows, reason string) {
	switch {
	case span[0] == span[1] && len(items) == 0:
		return rows, ""
	case span[0] < 0 || span[1] < span[0]:
		return rows, "has a range that is none"
	case span[0] > maxListIndex-int64(len(items)):
		return rows, "has a range beyond the end of any list"
	case len(items) > maxListRows:
		return rows, "has too many items"
	}
	for i := range items {
		if reason := flaw(&items[i]); reason != "" {
			return rows, reason
		}
	}
	first, last := int(span[0]), int(min(span[1], maxListIndex))
	rows = rows.replaced(first, last, items)
	if len(rows) > maxListRows {
		// Nobody looks at so many. What was synchronized last is what is looked at now.
		rows = memberRows(nil).replaced(first, last, items)
	}
	return rows, ""
}

// flaw returns what is wrong with a row. One that is neither a heading nor a member is of a kind that is not known yet:
// it has its place, but there is nothing to show.
func flaw(item *types.GuildMemberListItem) string {
	if item.Group != nil && item.Member != nil {
		return "has an item that is a heading and a member"
	}
	return ""
}

// replaced forgets the rows from first to last and those that the items take the place of, and puts the items there.
func (rows memberRows) replaced(first, last int, items []types.GuildMemberListItem) memberRows {
	added := make(memberRows, 0, len(items))
	for i, item := range items {
		if item.Group != nil || item.Member != nil {
			added = append(added, memberRow{index: first + i, item: item})
		}
	}
	last = max(last, first+len(items)-1)
	return slices.Replace(rows, rows.search(first), rows.after(last), added...)
}

// without forgets the rows from first to last.
func (rows memberRows) without(first, last int) memberRows {
	return slices.Delete(rows, rows.search(first), rows.after(last))
}

// after returns the position of the first row behind that index.
func (rows memberRows) after(index int) int {
	return sort.Search(len(rows), func(i int) bool { return rows[i].index > index })
}

// shifted moves the rows from that index on. One that leaves the space of indexes is forgotten.
func (rows memberRows) shifted(from, by int) memberRows {
	for i := rows.search(from); i < len(rows); i++ {
		rows[i].index += by
	}
	if n := len(rows); n > 0 && rows[n-1].index > maxListIndex {
		return rows[:n-1]
	}
	return rows
}
