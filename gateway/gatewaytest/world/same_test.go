package world_test

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/chorus-go/chorus/types"
)

type id = types.Snowflake

// same fails the test unless both encode to the same JSON.
func same(t *testing.T, what string, have, want any) {
	t.Helper()
	a, errA := json.Marshal(have)
	b, errB := json.Marshal(want)
	must(t, errA, errB)
	if string(a) != string(b) {
		t.Errorf("%s:\n%s, want\n%s", what, a, b)
	}
}

// userIDs returns the ids of users in ascending order.
func userIDs(users []types.User) []id {
	var ids []id
	for _, u := range users {
		ids = append(ids, u.ID)
	}
	slices.Sort(ids)
	return ids
}

// keysOf returns the ids that a map has, in ascending order.
func keysOf[V any](m map[id]V) []id { return slices.Sorted(maps.Keys(m)) }
