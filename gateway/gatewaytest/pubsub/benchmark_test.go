package pubsub_test

import (
	"fmt"
	"testing"

	. "github.com/chorus-go/chorus/gateway/gatewaytest/pubsub"
	"github.com/chorus-go/chorus/types"
)

// crowd connects sessions of as many users.
func crowd(b *testing.B, bench *bench, n int, each func(*State)) {
	for i := range n {
		state, err := NewState(StateOptions{
			SessionID: fmt.Sprint("session ", i),
			UserID:    types.Snowflake(i + 1),
			Sink:      func(Event) error { return nil },
		})
		must(b, err)
		must(b, bench.States.Insert(state))
		each(state)
	}
}

// BenchmarkDispatch measures one event to a guild with 10,000 sessions.
func BenchmarkDispatch(b *testing.B) {
	const n = 10_000
	bench := newBench(b)
	crowd(b, bench, n, func(s *State) { must(b, bench.Guild.Sub(id(1), s.SessionID())) })
	b.ReportAllocs()
	for b.Loop() {
		if states, err := bench.Guild.Dispatch(id(1), Event{Type: "A"}, nil); len(states) != n || err != nil {
			b.Fatal(len(states), err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/recipient")
}

// BenchmarkMemberList measures the change of one member in lists of different lengths that one session looks at.
func BenchmarkMemberList(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 100_000} {
		b.Run(fmt.Sprint(n, " members"), func(b *testing.B) {
			bench := newBench(b)
			bench.world.lists[1] = ListID{Guild: id(1), ID: "everyone"}
			for i := range n {
				bench.world.rows[types.Snowflake(i)] = named(i, i)
			}
			source := &bigSource{world: bench.world}
			lists := NewLazyGuild(bench.States, source)
			crowd(b, bench, 1, func(s *State) {
				must(b, lists.Sub(1, ListSubscription{s.SessionID(), []Range{{0, 99}, {500, 599}}}))
			})
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				i++
				user := types.Snowflake(i * 7 % n)
				bench.world.rows[user] = named(int(user), i*31%n)
				must(b, lists.UpdateMember(id(1), user))
			}
		})
	}
}

// named is a member whose name has a place among n.
func named(user, place int) ListMember {
	name := fmt.Sprintf("%08d", place)
	return ListMember{UserID: types.Snowflake(user), Name: name, Online: place%3 == 0, Row: name}
}

// bigSource is a world that does not count its members one by one.
type bigSource struct{ *world }

func (s *bigSource) Counts(types.Snowflake) (members, online int) {
	return len(s.rows), len(s.rows) / 3
}
