package pubsub_test

import (
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	. "github.com/chorus-go/chorus/gateway/gatewaytest/pubsub"
	"github.com/chorus-go/chorus/types"
)

// screen is what a client makes of the updates of a list: rows that are known, by index. It follows the description of
// the operations, knows nothing of how they are made, and takes the counts of headings from the groups.
type screen struct {
	rows map[int]ListItem
	last *ListUpdate
	ops  int // carried out since the last change
	all  int // of those, how many replace whole ranges
}

func (s *screen) apply(update *ListUpdate) {
	s.last = update
	for _, op := range update.Ops {
		if s.ops++; op.Op == ListSync || op.Op == ListInvalidate {
			s.all++
		}
		switch op.Op {
		case ListSync:
			for i, item := range op.Items { // as an official client does: what has no item stays
				s.rows[op.Range[0]+i] = item
			}
		case ListInvalidate:
			for i := op.Range[0]; i <= op.Range[1]; i++ {
				delete(s.rows, i)
			}
		case ListUpdateRow:
			s.rows[op.Index] = op.Item
		case ListDelete:
			delete(s.rows, op.Index)
			s.shift(op.Index, -1)
		case ListInsert:
			s.shift(op.Index, 1)
			s.rows[op.Index] = op.Item
		default:
			panic(op.Op)
		}
	}
}

func (s *screen) shift(from, by int) {
	moved := make(map[int]ListItem, len(s.rows))
	for i, item := range s.rows {
		if i >= from {
			i += by
		}
		moved[i] = item
	}
	s.rows = moved
}

// naive returns the rows and groups of a list: everybody sorted anew.
func (w *world) naive(list ListID) (rows []string, groups []ListGroup) {
	roles := slices.Clone(w.roles)
	slices.SortFunc(roles, func(a, b ListRole) int {
		return cmp.Or(b.Position-a.Position, cmp.Compare(a.ID, b.ID))
	})
	groupOf := func(m ListMember) string {
		if !m.Online {
			return GroupOffline
		}
		for _, role := range roles {
			if slices.Contains(m.Roles, role.ID) {
				return role.ID.String()
			}
		}
		return GroupOnline
	}
	all := slices.SortedFunc(w.Members(list), func(a, b ListMember) int {
		return cmp.Or(
			strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)),
			strings.Compare(a.Name, b.Name),
			cmp.Compare(a.UserID, b.UserID),
		)
	})
	var names []string
	for _, role := range roles {
		names = append(names, role.ID.String())
	}
	for _, name := range append(names, GroupOnline, GroupOffline) {
		var members []string
		for _, m := range all {
			if groupOf(m) == name {
				members = append(members, fmt.Sprint(m.Row))
			}
		}
		if len(members) > 0 {
			groups = append(groups, ListGroup{ID: name, Count: len(members)})
			rows = append(append(rows, "["+name+"]"), members...)
		}
	}
	return rows, groups
}

// check compares a screen with the world.
func (s *screen) check(t *testing.T, w *world, list ListID, ranges []Range) {
	t.Helper()
	rows, groups := w.naive(list)
	for _, r := range ranges {
		for i := r[0]; i <= r[1]; i++ {
			item, known := s.rows[i]
			switch {
			case i >= len(rows) && known:
				t.Fatalf("row %d is %v, and the list has %d rows", i, item, len(rows))
			case i < len(rows) && (!known || item.String() != rows[i]):
				t.Fatalf("row %d is %v (known: %v), want %s", i, item, known, rows[i])
			}
		}
	}
	if len(ranges) > 0 && !slices.Equal(s.last.Groups, groups) {
		t.Fatalf("the groups are %v, want %v", s.last.Groups, groups)
	}
}

// randomMember returns a member with a row that says all about it.
func randomMember(random *rand.Rand, user types.Snowflake, version int) ListMember {
	m := ListMember{
		UserID: user,
		Name:   string(rune('A'+random.IntN(6))) + strings.Repeat("x", random.IntN(2)),
		Online: random.IntN(3) > 0,
	}
	if random.IntN(2) == 0 {
		m.Name = strings.ToLower(m.Name)
	}
	for role := range types.Snowflake(5) {
		if random.IntN(4) == 0 {
			m.Roles = append(m.Roles, 1000+role)
		}
	}
	m.Row = fmt.Sprintf("%s %d v%d", m.Name, user, version)
	return m
}

func randomRanges(random *rand.Rand) []Range {
	var ranges []Range
	for range random.IntN(4) {
		first := random.IntN(30)
		ranges = append(ranges, Range{first, first + random.IntN(30)})
	}
	return ranges
}

// Whatever happens, the operations make of each client's rows those of the list sorted anew.
func TestLazyGuildAgainstSorting(t *testing.T) {
	for seed := range uint64(20) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			runListModel(t, rand.New(rand.NewPCG(5, seed)), 250)
		})
	}
}

// listModel is a guild with two channels and clients that look at their lists.
type listModel struct {
	*bench
	random  *rand.Rand
	guild   types.Snowflake
	screens []map[string]*screen          // of each session, by the id of the list
	looks   []map[types.Snowflake][]Range // of each session, by channel
}

func runListModel(t *testing.T, random *rand.Rand, steps int) {
	const clients, users = 4, 25
	m := &listModel{bench: newBench(t), random: random, guild: id(1)}
	m.world.lists[1], m.world.lists[2] = ListID{m.guild, "everyone"}, ListID{m.guild, "1234"}
	for i := range clients {
		screens := map[string]*screen{"everyone": {rows: map[int]ListItem{}}, "1234": {rows: map[int]ListItem{}}}
		m.screens = append(m.screens, screens)
		m.looks = append(m.looks, map[types.Snowflake][]Range{})
		state, err := NewState(StateOptions{SessionID: fmt.Sprint(i), UserID: 1, Sink: func(e Event) error {
			update := e.Payload.(*ListUpdate)
			screens[update.ID].apply(update)
			return nil
		}})
		must(t, err)
		must(t, m.States.Insert(state))
	}
	for step := range steps {
		m.step(t, step, types.Snowflake(random.IntN(users)+1))
		for i, screens := range m.screens {
			ranges := map[string][]Range{}
			for channel, r := range m.looks[i] {
				list := m.world.lists[channel]
				ranges[list.ID] = append(ranges[list.ID], r...)
			}
			for name, screen := range screens {
				screen.check(t, m.world, ListID{m.guild, name}, ranges[name])
			}
		}
	}
}

// step makes one random change.
func (m *listModel) step(t *testing.T, step int, user types.Snowflake) {
	w := m.world
	switch m.random.IntN(10) {
	default:
		w.rows[user] = randomMember(m.random, user, step)
		m.update(t, user)
	case 5, 6:
		delete(w.rows, user)
		m.update(t, user)
	case 7, 8:
		session, channel := m.random.IntN(len(m.looks)), types.Snowflake(m.random.IntN(2)+1)
		ranges := randomRanges(m.random)
		m.looks[session][channel] = ranges
		must(t, m.LazyGuild.Sub(channel, ListSubscription{fmt.Sprint(session), ranges}))
	case 9:
		switch m.random.IntN(4) {
		case 3: // several at once, as when a role loses the right to see the channels
			for _, n := range m.random.Perm(25)[:m.random.IntN(20)] {
				user := types.Snowflake(n + 1)
				if _, in := w.rows[user]; in {
					delete(w.rows, user)
				} else if m.random.IntN(4) == 0 {
					w.rows[user] = randomMember(m.random, user, step)
				}
			}
			must(t, m.LazyGuild.Refresh(m.guild))
		case 0:
			w.roles = nil
			for role := range types.Snowflake(5) {
				if m.random.IntN(2) == 0 {
					w.roles = append(w.roles, ListRole{ID: 1000 + role, Position: m.random.IntN(4)})
				}
			}
			must(t, m.LazyGuild.Refresh(m.guild))
		case 1:
			w.lists[2] = ListID{m.guild, []string{"everyone", "1234"}[m.random.IntN(2)]}
			must(t, m.LazyGuild.UpdateChannel(2))
		case 2:
			session, channel := m.random.IntN(len(m.looks)), types.Snowflake(m.random.IntN(2)+1)
			delete(m.looks[session], channel)
			must(t, m.LazyGuild.Unsub(channel, fmt.Sprint(session)))
			// Nothing is said of rows that are not looked at any longer: the client forgets them by itself.
			for _, screen := range m.screens[session] {
				clear(screen.rows)
			}
			for _, channel := range slices.Sorted(maps.Keys(m.looks[session])) {
				must(t, m.LazyGuild.Sub(channel, ListSubscription{fmt.Sprint(session), m.looks[session][channel]}))
			}
		}
	}
}

// update tells of a change of a member, and checks that it takes few operations for each range.
func (m *listModel) update(t *testing.T, user types.Snowflake) {
	t.Helper()
	for _, screens := range m.screens {
		for _, screen := range screens {
			screen.ops, screen.all = 0, 0
		}
	}
	must(t, m.LazyGuild.UpdateMember(m.guild, user))
	for i, screens := range m.screens {
		for name, screen := range screens {
			ranges := 0
			for channel, r := range m.looks[i] {
				if m.world.lists[channel].ID == name {
					ranges += len(r)
				}
			}
			if screen.ops > 8*ranges || screen.all > 0 {
				t.Fatalf("one member takes %d operations for %d ranges, %d of SYNC", screen.ops, ranges, screen.all)
			}
		}
	}
}
