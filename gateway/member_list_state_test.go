package gateway_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/types"
)

// listUpdate is an event of the list "everyone" of guild 7 with those operations, in JSON.
func listUpdate(t testing.TB, ops ...string) *types.GuildMemberListUpdate {
	t.Helper()
	event := new(types.GuildMemberListUpdate)
	data := `{"id":"everyone","guild_id":"7","member_count":9,"online_count":3,
		"groups":[{"id":"online","count":2},{"id":"offline","count":1}],"ops":[` + strings.Join(ops, ",") + `]}`
	if err := json.Unmarshal([]byte(data), event); err != nil {
		t.Fatal(err)
	}
	return event
}

// row is a heading for a word, and a member for a number, in JSON.
func row(label string) string {
	if label[0] >= '0' && label[0] <= '9' {
		return fmt.Sprintf(`{"member":{"user":{"id":%q,"username":"u"},"roles":[]}}`, label)
	}
	return fmt.Sprintf(`{"group":{"id":%q,"count":77}}`, label)
}

// rowsOf are items for labels separated by blanks.
func rowsOf(labels string) string {
	var items []string
	for _, label := range strings.Fields(labels) {
		items = append(items, row(label))
	}
	return "[" + strings.Join(items, ",") + "]"
}

func syncOp(first, last int, labels string) string {
	return fmt.Sprintf(`{"op":"SYNC","range":[%d,%d],"items":%s}`, first, last, rowsOf(labels))
}

// label is what row was made of.
func label(item types.GuildMemberListItem) string {
	switch {
	case item.Group != nil:
		return item.Group.ID
	case item.Member != nil:
		return item.Member.User.ID.String()
	}
	return "-"
}

// shown is the list as text: known rows with their indexes.
func shown(s *gateway.MemberListState) string {
	var all []string
	for index, item := range s.Rows() {
		all = append(all, fmt.Sprintf("%d:%s", index, label(item)))
	}
	return strings.Join(all, " ")
}

func applied(t testing.TB, s *gateway.MemberListState, ops ...string) *gateway.MemberListState {
	t.Helper()
	next, err := s.Apply(listUpdate(t, ops...))
	if err != nil {
		t.Fatal(err)
	}
	return next
}

func TestMemberListOperations(t *testing.T) {
	const start = "0:online 1:1 2:2 3:offline 4:3"
	item := func(op string, index int, label string) string {
		return fmt.Sprintf(`{"op":%q,"index":%d,"item":%s}`, op, index, row(label))
	}
	for name, test := range map[string]struct {
		ops  []string
		want string
	}{
		"nothing":                      {nil, start},
		"SYNC of another range":        {[]string{syncOp(100, 199, "8 9")}, start + " 100:8 101:9"},
		"SYNC with fewer items":        {[]string{syncOp(0, 99, "online 1")}, "0:online 1:1"},
		"SYNC without items":           {[]string{syncOp(0, 99, "")}, ""},
		"SYNC of a part":               {[]string{syncOp(1, 2, "8 9")}, "0:online 1:8 2:9 3:offline 4:3"},
		"SYNC with more items":         {[]string{syncOp(1, 2, "8 9 offline")}, "0:online 1:8 2:9 3:offline 4:3"},
		"SYNC, more items, no overlap": {[]string{syncOp(4, 5, "8 9 10")}, "0:online 1:1 2:2 3:offline 4:8 5:9 6:10"},
		"SYNC with no range":           {[]string{`{"op":"SYNC","range":[],"items":[]}`}, start},
		"INSERT":                       {[]string{item("INSERT", 2, "9")}, "0:online 1:1 2:9 3:2 4:offline 5:3"},
		"INSERT at the end":            {[]string{item("INSERT", 5, "9")}, start + " 5:9"},
		"INSERT in a hole":             {[]string{syncOp(100, 199, "8"), item("INSERT", 50, "9")}, start + " 50:9 101:8"},
		"UPDATE":                       {[]string{item("UPDATE", 2, "9")}, "0:online 1:1 2:9 3:offline 4:3"},
		"UPDATE of a hole":             {[]string{item("UPDATE", 7, "9")}, start + " 7:9"},
		"DELETE":                       {[]string{`{"op":"DELETE","index":1}`}, "0:online 1:2 2:offline 3:3"},
		"DELETE without index":         {[]string{`{"op":"DELETE"}`}, "0:1 1:2 2:offline 3:3"},
		"DELETE of a hole":             {[]string{syncOp(100, 199, "8"), `{"op":"DELETE","index":50}`}, start + " 99:8"},
		"a move":                       {[]string{`{"op":"DELETE","index":4}`, item("INSERT", 1, "3")}, "0:online 1:3 2:1 3:2 4:offline"},
		"INVALIDATE":                   {[]string{`{"op":"INVALIDATE","range":[1,3]}`}, "0:online 4:3"},
		"INVALIDATE of everything":     {[]string{`{"op":"INVALIDATE","range":[0,9223372036854775807]}`}, ""},
		"an item of a new kind":        {[]string{`{"op":"INSERT","index":1,"item":{"banner":{}}}`}, "0:online 2:1 3:2 4:offline 5:3"},
		"the last possible index":      {[]string{item("INSERT", 1<<31-2, "9"), item("INSERT", 0, "8")}, "0:8 1:online 2:1 3:2 4:offline 5:3"},
	} {
		before := applied(t, new(gateway.MemberListState), syncOp(0, 99, "online 1 2 offline 3"))
		if shown(before) != start {
			t.Fatal(shown(before))
		}
		if got := shown(applied(t, before, test.ops...)); got != test.want {
			t.Errorf("%s: %s\nwant %s", name, got, test.want)
		}
		if shown(before) != start {
			t.Errorf("%s: the state before has become %s", name, shown(before))
		}
	}
}

func TestMemberListOperationsThatMakeNoSense(t *testing.T) {
	many := strings.Repeat(`{"op":"DELETE"},`, 1<<12) + `{"op":"DELETE"}`
	for op, reason := range map[string]string{
		`{"op":"SYNC","range":[-1,99],"items":[]}`:                                         "range that is none",
		`{"op":"SYNC","range":[99,0],"items":` + rowsOf("1") + `}`:                         "range that is none",
		`{"op":"SYNC","range":[2147483647,2147483746],"items":` + rowsOf("1") + `}`:        "beyond the end",
		`{"op":"SYNC","range":[9223372036854775800,9223372036854775807],"items":[]}`:       "beyond the end",
		`{"op":"SYNC","range":[-9223372036854775808,9223372036854775807],"items":[]}`:      "range that is none",
		`{"op":"INVALIDATE","range":[-5,5]}`:                                               "range that is none",
		`{"op":"INVALIDATE","range":[5,4]}`:                                                "range that is none",
		`{"op":"INSERT","index":-1,"item":` + row("1") + `}`:                               "negative index",
		`{"op":"UPDATE","index":9223372036854775807,"item":` + row("1") + `}`:              "beyond the end",
		`{"op":"DELETE","index":-9223372036854775808}`:                                     "negative index",
		`{"op":"INSERT","index":1}`:                                                        "no item",
		`{"op":"UPDATE","index":1,"item":null}`:                                            "no item",
		`{"op":"UPDATE","index":1,"item":{"group":{"id":"a"},"member":{"roles":[]}}}`:      "a heading and a member",
		`{"op":"SYNC","range":[0,9],"items":[{"group":{"id":"a"},"member":{"roles":[]}}]}`: "a heading and a member",
		`{"op":"ROTATE","index":1}`:                                                        "unknown",
		many:                                                                               "too many operations",
	} {
		before := applied(t, new(gateway.MemberListState), syncOp(0, 99, "online 1 2"))
		event := listUpdate(t, `{"op":"DELETE","index":0}`, op)
		event.MemberCount = 1000
		after, err := before.Apply(event)
		failure, ok := errors.AsType[*gateway.MemberListError](err)
		if !ok || !strings.Contains(failure.Reason, reason) || failure.GuildID != 7 || failure.ListID != "everyone" || !strings.HasPrefix(err.Error(), "gateway: ") {
			t.Errorf("%.80s: %v", op, err)
			continue
		}
		if position := failure.Position; position != 1 && op != many || position != -1 && op == many {
			t.Errorf("%.80s: the error is about operation %d", op, position)
		}
		if after != before || shown(after) != "0:online 1:1 2:2" || after.MemberCount() != 9 {
			t.Errorf("%.80s: the list has become %s", op, shown(after))
		}
	}
	list := applied(t, new(gateway.MemberListState))
	for _, change := range []func(*types.GuildMemberListUpdate){
		func(e *types.GuildMemberListUpdate) { e.ID = "42" },
		func(e *types.GuildMemberListUpdate) { e.GuildID = 8 },
	} {
		event := listUpdate(t)
		change(event)
		if after, err := list.Apply(event); err == nil || after != list || !strings.Contains(err.Error(), "another list") {
			t.Errorf("an event of another list: %v", err)
		}
	}
}

func TestMemberListGroupsAndRows(t *testing.T) {
	s := applied(t, new(gateway.MemberListState), syncOp(0, 2, "online 1 2"))
	if s.GuildID() != 7 || s.ID() != "everyone" || s.MemberCount() != 9 || s.OnlineCount() != 3 || s.Len() != 5 || s.Known() != 3 {
		t.Errorf("%v %q: %d members, %d online, %d rows of which %d known", s.GuildID(), s.ID(), s.MemberCount(), s.OnlineCount(), s.Len(), s.Known())
	}
	groups := s.Groups()
	if len(groups) != 2 || groups[0].Index != 0 || groups[1].Index != 3 || groups[1].ID != "offline" || groups[1].Count != 1 {
		t.Errorf("the groups are %+v", groups)
	}
	if heading, ok := s.Row(0); !ok || heading.Group.Count != 2 {
		t.Errorf("a heading does not have the count of its group: %+v", heading.Group)
	}
	for _, index := range []int{-1, 3, 4, 5, 1 << 40} {
		if item, ok := s.Row(index); ok || item.Group != nil || item.Member != nil {
			t.Errorf("row %d is %s", index, label(item))
		}
	}
	var all []string
	for index, item := range s.Range(-5, 1<<40) {
		all = append(all, fmt.Sprintf("%d:%s", index, label(item)))
	}
	if got := strings.Join(all, " "); got != "0:online 1:1 2:2 3:- 4:-" {
		t.Errorf("the whole range is %s", got)
	}
	for index := range s.Range(1, 3) {
		if index == 2 {
			break
		}
	}
	for range s.Range(4, 3) {
		t.Error("an empty range has a row")
	}
	if index, member := s.Find(2); index != 2 || member == nil || member.User.ID != 2 {
		t.Errorf("user 2 is found at %d", index)
	}
	if index, member := s.Find(3); index != -1 || member != nil {
		t.Errorf("a user who is not there is found at %d", index)
	}
	if zero := new(gateway.MemberListState); zero.Len() != 0 || zero.ID() != "" || len(zero.Groups()) != 0 {
		t.Errorf("the zero value is %+v", zero)
	}
	for range s.Rows() {
		break
	}
	// Spacebar counts the groups of each range by themselves: which count a heading has, it says with the row.
	event := listUpdate(t, syncOp(0, 0, "online"))
	event.Groups = append(event.Groups, types.GuildMemberListGroup{ID: "online", Count: 5})
	if s, err := s.Apply(event); err != nil || s.Len() != 11 {
		t.Errorf("%v", err)
	} else if heading, _ := s.Row(0); heading.Group.Count != 77 {
		t.Errorf("the heading has the count %d", heading.Group.Count)
	}
	event.Groups = []types.GuildMemberListGroup{{Count: 1<<63 - 1}, {Count: 1<<63 - 1}, {Count: -1 << 63}}
	if s, err := s.Apply(event); err != nil || s.Len() != 1<<31-2 {
		t.Errorf("counts that nobody can have: %d rows, %v", s.Len(), err)
	}
}

// Against a map of labels by index, which is as simple as it is slow.
func TestMemberListAgainstAModel(t *testing.T) {
	for seed := range uint64(50) {
		random := rand.New(rand.NewPCG(seed, 1))
		s, model, made := new(gateway.MemberListState), map[int]string{}, 0
		shift := func(from, by int) {
			moved := map[int]string{}
			for index, label := range model {
				if index >= from {
					index += by
				}
				moved[index] = label
			}
			model = moved
		}
		forget := func(first, last int) {
			maps.DeleteFunc(model, func(index int, _ string) bool { return index >= first && index <= last })
		}
		for range 100 {
			var ops []string
			for range random.IntN(4) {
				index := random.IntN(40)
				made++
				name := fmt.Sprint(made)
				switch random.IntN(5) {
				case 0:
					last := index + random.IntN(10)
					forget(index, last)
					var labels string
					for i := range random.IntN(12) + 1 {
						member := fmt.Sprintf("%d000%d", made, i)
						labels += member + " "
						model[index+i] = member
					}
					ops = append(ops, syncOp(index, last, labels))
				case 1:
					shift(index, 1)
					model[index] = name
					ops = append(ops, fmt.Sprintf(`{"op":"INSERT","index":%d,"item":%s}`, index, row(name)))
				case 2:
					model[index] = name
					ops = append(ops, fmt.Sprintf(`{"op":"UPDATE","index":%d,"item":%s}`, index, row(name)))
				case 3:
					delete(model, index)
					shift(index, -1)
					ops = append(ops, fmt.Sprintf(`{"op":"DELETE","index":%d}`, index))
				default:
					last := index + random.IntN(10)
					forget(index, last)
					ops = append(ops, fmt.Sprintf(`{"op":"INVALIDATE","range":[%d,%d]}`, index, last))
				}
			}
			s = applied(t, s, ops...)
			var want []string
			for _, index := range slices.Sorted(maps.Keys(model)) {
				want = append(want, fmt.Sprintf("%d:%s", index, model[index]))
			}
			if got := shown(s); got != strings.Join(want, " ") {
				t.Fatalf("seed %d: after %v\ngot  %s\nwant %s", seed, ops, got, strings.Join(want, " "))
			}
		}
	}
}

func TestMemberListMemoryIsTakenByWhatIsSent(t *testing.T) {
	items := make([]types.GuildMemberListItem, 1<<16)
	for i := range items {
		items[i].Group = &types.GuildMemberListGroup{ID: "g"}
	}
	event := listUpdate(t)
	event.Groups = nil
	event.Ops = []types.GuildMemberListOp{
		{Op: "SYNC", Range: [2]int64{0, 99}, Items: items[:100]},
		{Op: "SYNC", Range: [2]int64{1 << 30, 1<<63 - 1}, Items: items[:1]},
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	s, err := new(gateway.MemberListState).Apply(event)
	runtime.ReadMemStats(&after)
	if err != nil || s.Known() != 101 || s.Len() != 1<<30+1 {
		t.Fatalf("%d rows of which %d known, %v", s.Len(), s.Known(), err)
	}
	if taken := after.TotalAlloc - before.TotalAlloc; taken > 1<<20 {
		t.Errorf("101 rows took %d bytes", taken)
	}
	event.Ops = []types.GuildMemberListOp{{Op: "SYNC", Range: [2]int64{1000, 1099}, Items: items}}
	if s, err := s.Apply(event); err != nil || s.Known() != 1<<16 {
		t.Errorf("of more rows than anybody looks at, %d are known, %v", s.Known(), err)
	} else if _, ok := s.Row(0); ok {
		t.Error("a row of an earlier SYNC is known")
	} else if _, err := s.Apply(listUpdate(t, `{"op":"INSERT","index":0,"item":`+row("1")+`}`)); err == nil {
		t.Error("one row more is accepted")
	}
	event.Ops[0].Items = append(items, items[0])
	if _, err := s.Apply(event); err == nil {
		t.Error("a SYNC of more rows than are kept is accepted")
	}
}

func TestMemberListRanges(t *testing.T) {
	for visible, want := range map[[2]int]string{
		{0, 0}:              "[[0 99]]",
		{0, 99}:             "[[0 99]]",
		{50, 149}:           "[[0 99] [100 199]]",
		{100, 199}:          "[[0 99] [100 199]]",
		{250, 320}:          "[[0 99] [200 299] [300 399]]",
		{0, 1 << 40}:        "[[0 99] [100 199] [200 299]]",
		{250, 900}:          "[[0 99] [200 299] [300 399]]",
		{-10, -5}:           "[[0 99]]",
		{900, 200}:          "[[0 99]]",
		{1 << 40, 1 << 41}:  "[[0 99] [2147483600 2147483699]]",
		{-1 << 63, 1 << 62}: "[[0 99] [100 199] [200 299]]",
	} {
		if got := fmt.Sprint(gateway.MemberListRanges(visible[0], visible[1])); got != want {
			t.Errorf("to see %v: %s, want %s", visible, got, want)
		}
	}
}

func FuzzMemberListState(f *testing.F) {
	f.Add([]byte(`[{"op":"SYNC","range":[0,99],"items":[{"group":{"id":"online","count":1}},{"member":{"user":{"id":"1"}}}]}]`), []byte(`[{"op":"DELETE","index":0}]`))
	f.Add([]byte(`[{"op":"INSERT","index":2147483646,"item":{}}]`), []byte(`[{"op":"INVALIDATE","range":[0,-1]},{"op":"UPDATE"}]`))
	f.Fuzz(func(t *testing.T, first, second []byte) {
		s := new(gateway.MemberListState)
		for _, ops := range [][]byte{first, second} {
			event := &types.GuildMemberListUpdate{ID: "everyone"}
			if json.Unmarshal(ops, &event.Ops) != nil {
				return
			}
			next, err := s.Apply(event)
			if err != nil && next != s {
				t.Fatal("an event that was refused has changed the list")
			}
			last := -1
			for index, item := range next.Rows() {
				if got, ok := next.Row(index); index <= last || !ok || got != item || index >= next.Len() {
					t.Fatalf("row %d comes after %d, in a list of %d", index, last, next.Len())
				}
				last = index
			}
			s = next
		}
	})
}
