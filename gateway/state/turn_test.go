package state

import (
	"context"
	"testing"

	"github.com/chorus-go/chorus/internal/carry"
	"github.com/chorus-go/chorus/types"
)

// What was before an event stays what it was when other events have come, whether it has changed little or much.
func TestThePastStaysWhileEventsCome(t *testing.T) {
	s := ordinary(t)
	chunk := func(size int, nick string) Past {
		members := make([]types.GuildMember, size)
		for i := range members {
			members[i] = types.GuildMember{User: &types.User{ID: types.Snowflake(1000 + i)}, Nick: nick}
		}
		ctx := context.WithValue(t.Context(), carry.Key{}, new(carry.Slot))
		s.Apply(ctx, &types.GuildMembersChunk{GuildID: 1, Members: members})
		return s.Before(ctx)
	}
	chunk(3*many, "a")
	few, lots := chunk(2, "b"), chunk(3*many, "c")
	chunk(2, "d")
	s.Apply(t.Context(), &types.GuildMemberAdd{
		GuildID: 1, GuildMember: types.GuildMember{User: &types.User{ID: 1000}, Nick: "e"},
	})
	if a, b := few.Member(1, 1001).Nick, lots.Member(1, 1001).Nick; a != "a" || b != "b" {
		t.Errorf("the member was %q and %q", a, b)
	}
	if b := lots.Member(1, 1000+3*many-1).Nick; b != "a" {
		t.Errorf("the last member was %q", b)
	}
}
