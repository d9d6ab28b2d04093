package pubsub

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/chorus-go/chorus/types"
)

// listRow says what is in a row, without its content: rows are told apart by it.
type listRow struct {
	heading bool
	id      types.Snowflake // of the user or, of a heading, of the role or one of the following
	moved   bool            // stands for the row that a member had before a change, which equals no row of after it
}

// The groups that are not roles. No role has such an id.
const (
	onlineID  types.Snowflake = 1
	offlineID types.Snowflake = 2
)

// listRows are the rows of a member list: groups, members, and the order in which they are shown.
type listRows struct {
	groups  []ListGroup             // all of them, those without members too; the last two are online and offline
	ids     []types.Snowflake       // of the groups
	places  map[types.Snowflake]int // of the ids
	entries map[types.Snowflake]*listEntry
	tree    rankTree
	filled  int // how many groups have members
}

// newListRows returns the rows of a list as the source has them.
func newListRows(source ListSource, id ListID) *listRows {
	roles := slices.Clone(source.Roles(id))
	slices.SortFunc(roles, func(a, b ListRole) int {
		return cmp.Or(cmp.Compare(b.Position, a.Position), cmp.Compare(a.ID, b.ID))
	})
	r := &listRows{
		places:  make(map[types.Snowflake]int, len(roles)+2),
		entries: make(map[types.Snowflake]*listEntry),
	}
	for _, role := range roles {
		r.addGroup(role.ID, role.ID.String())
	}
	r.addGroup(onlineID, GroupOnline)
	r.addGroup(offlineID, GroupOffline)
	for member := range source.Members(id) {
		r.put(member)
	}
	return r
}

// addGroup puts a group below those that there are.
func (r *listRows) addGroup(id types.Snowflake, name string) {
	r.places[id] = len(r.groups)
	r.ids = append(r.ids, id)
	r.groups = append(r.groups, ListGroup{ID: name})
}

// groupOf returns the place of a member's group: who is offline is in the last one, others in that of their highest
// hoisted role, or in the last but one.
func (r *listRows) groupOf(member ListMember) int {
	if !member.Online {
		return len(r.groups) - 1
	}
	group := len(r.groups) - 2
	for _, role := range member.Roles {
		if place, ok := r.places[role]; ok {
			group = min(group, place)
		}
	}
	return group
}

// put adds a member, or replaces what was known of them.
func (r *listRows) put(member ListMember) *listEntry {
	r.drop(member.UserID)
	entry := &listEntry{member: member, group: r.groupOf(member), folded: strings.ToLower(member.Name)}
	r.entries[member.UserID] = entry
	r.tree.insert(entry)
	group := &r.groups[entry.group]
	if group.Count++; group.Count == 1 {
		r.filled++
	}
	return entry
}

// drop removes a member, if they are there.
func (r *listRows) drop(user types.Snowflake) {
	entry := r.entries[user]
	if entry == nil {
		return
	}
	delete(r.entries, user)
	r.tree.remove(entry)
	group := &r.groups[entry.group]
	if group.Count--; group.Count == 0 {
		r.filled--
	}
}

// length returns how many rows there are.
func (r *listRows) length() int { return len(r.entries) + r.filled }

// index returns the row of an entry.
func (r *listRows) index(entry *listEntry) int {
	index := r.tree.rank(entry)
	for _, group := range r.groups[:entry.group+1] {
		if group.Count > 0 {
			index++
		}
	}
	return index
}

// window returns the rows of a range, fewer if the list ends within it.
func (r *listRows) window(span Range) []listRow {
	n := min(span[1], r.length()-1) - span[0] + 1
	if n <= 0 {
		return nil
	}
	rows := make([]listRow, 0, n)
	heading, rank := 0, 0 // of the group
	for place, group := range r.groups {
		if heading > span[1] {
			break
		}
		if group.Count == 0 {
			continue
		}
		if heading >= span[0] {
			rows = append(rows, listRow{heading: true, id: r.ids[place]})
		}
		first, last := max(span[0]-heading-1, 0), min(span[1]-heading-1, group.Count-1)
		if first <= last {
			r.tree.walk(rank+first, last-first+1, func(e *listEntry) {
				rows = append(rows, listRow{id: e.member.UserID})
			})
		}
		heading += group.Count + 1
		rank += group.Count
	}
	return rows
}

// item returns the content of a row.
func (r *listRows) item(row listRow) ListItem {
	if row.heading {
		group := r.groups[r.places[row.id]]
		return ListItem{Group: &group}
	}
	return ListItem{Member: r.entries[row.id].member.Row}
}

// items returns the content of a range.
func (r *listRows) items(span Range) []ListItem {
	window := r.window(span)
	items := make([]ListItem, len(window))
	for i, row := range window {
		items[i] = r.item(row)
	}
	return items
}

// shown returns the groups that have members.
func (r *listRows) shown() []ListGroup {
	shown := make([]ListGroup, 0, r.filled)
	for _, group := range r.groups {
		if group.Count > 0 {
			shown = append(shown, group)
		}
	}
	return shown
}

// listChange says what a change of a list did to its rows.
type listChange struct {
	first, last int             // all rows that have changed are among these
	user        types.Snowflake // whose row it was, 0 if of many
	inPlace     bool            // the member's row, the first, is where it was
	counted     bool            // the groups have changed
	shrunk      bool            // there are fewer rows than before
}

// update makes the row of one user what the source says, and returns what that changed, or false if nothing.
func (r *listRows) update(user types.Snowflake, member ListMember, in bool) (listChange, bool) {
	old := r.entries[user]
	if old == nil && !in {
		return listChange{}, false
	}
	before := r.length()
	change := listChange{first: math.MaxInt, last: -1, user: user}
	if old != nil {
		index := r.index(old)
		change.first, change.last = index, index
		if in && r.groupOf(member) == old.group && member.Name == old.member.Name {
			old.member = member
			change.inPlace = true
			return change, true
		}
		r.drop(user)
	}
	change.counted = true
	if in {
		entry := r.put(member)
		index := r.index(entry)
		change.first, change.last = min(change.first, index), max(change.last, index)
		change.counted = old == nil || old.group != entry.group
	}
	// A heading before the member may have come or gone. If as many did as members, nothing moves behind both.
	change.first, change.last = change.first-1, change.last+1
	if r.length() != before {
		change.last = math.MaxInt
		change.shrunk = r.length() < before
	}
	return change, true
}
