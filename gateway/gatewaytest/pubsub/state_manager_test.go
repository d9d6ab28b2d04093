package pubsub_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	. "github.com/chorus-go/chorus/gateway/gatewaytest/pubsub"
	"github.com/chorus-go/chorus/types"
)

func TestStateManagerAgainstModel(t *testing.T) {
	random := rand.New(rand.NewPCG(8, 1))
	manager := NewStateManager()
	var model []*State
	for step := range 1500 {
		if random.IntN(2) == 0 || len(model) == 0 {
			count := random.IntN(3) // 0 is no shard at all, that is, the only one
			state, err := NewState(StateOptions{
				SessionID: fmt.Sprint(step),
				UserID:    types.Snowflake(random.IntN(5)),
				Shard:     Shard{ID: random.IntN(max(count, 1)), Count: count},
			})
			must(t, err)
			must(t, manager.Insert(state))
			model = append(model, state)
		} else {
			at := random.IntN(len(model))
			if state, ok := manager.Remove(model[at].SessionID()); !ok || state != model[at] {
				t.Fatalf("Remove returned %v, %v", state, ok)
			}
			if _, ok := manager.Remove(model[at].SessionID()); ok {
				t.Fatal("a session was removed twice")
			}
			model = slices.Delete(model, at, at+1)
		}
		checkStates(t, manager, model, random)
	}
}

// checkStates compares all that a manager finds with a list of all states.
func checkStates(t *testing.T, m *StateManager, model []*State, random *rand.Rand) {
	t.Helper()
	user, guild := types.Snowflake(random.IntN(5)), id(random.IntN(5))
	shard := Shard{ID: random.IntN(2), Count: random.IntN(3)}
	single := max(shard.Count, 1)
	for name, check := range map[string]struct {
		got  []*State
		want func(*State) bool
	}{
		"All":       {slices.Collect(m.All()), func(*State) bool { return true }},
		"User":      {m.User(user), func(s *State) bool { return s.UserID() == user }},
		"UserShard": {m.UserShard(user, shard), func(s *State) bool { return s.UserID() == user && s.Shard() == Shard{shard.ID, single} }},
		"UserGuild": {m.UserGuild(user, guild), func(s *State) bool {
			return s.UserID() == user && int(guild>>22)%s.Shard().Count == s.Shard().ID
		}},
	} {
		var want []string
		for _, s := range model {
			if check.want(s) {
				want = append(want, s.SessionID())
			}
		}
		if got := sessions(check.got); !slices.Equal(got, want) {
			t.Fatalf("%s returned %q, want %q", name, got, want)
		}
	}
	if m.Len() != len(model) {
		t.Fatalf("Len is %d, want %d", m.Len(), len(model))
	}
	for _, s := range model {
		if got, ok := m.Session(s.SessionID()); !ok || got != s {
			t.Fatalf("Session returned %v, %v", got, ok)
		}
	}
}
