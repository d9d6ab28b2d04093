package state

import (
	"reflect"
	"testing"

	"github.com/chorus-go/chorus/types"
)

// Channels that are made for a user each and deleted leave nothing behind.
func TestChannelsOfUsersAreForgotten(t *testing.T) {
	s := ordinary(t)
	for user := types.Snowflake(1000); user < 1100; user++ {
		channel := types.Channel{ID: user + 1000, GuildID: 1, ParentID: 4, PermissionOverwrites: []types.PermissionOverwrite{
			{ID: 1}, {ID: user, Type: types.PermissionOverwriteTypeMember},
		}}
		s.Apply(t.Context(), &types.ChannelCreate{Channel: channel})
		s.Apply(t.Context(), &types.ChannelDelete{Channel: channel})
	}
	if n := len(s.stores.channels.scopes.get(1).mentioned); n > 3 {
		t.Errorf("%d ids are remembered", n)
	}
}

// Whoever refers to what is gone is changed, be it kept compactly or not, and nobody else is touched.
func TestWhoeverRefersToWhatIsGoneChanges(t *testing.T) {
	s := ordinary(t)
	whole := types.User{ID: 8, Bio: "kept as it is"}
	s.Apply(t.Context(), &types.GuildMemberAdd{GuildID: 1, GuildMember: types.GuildMember{
		User: &whole, Bio: "so is this", Roles: types.RoleIDs{3, 5},
	}})
	s.Apply(t.Context(), &types.ChannelCreate{Channel: types.Channel{
		ID: 21, GuildID: 1, PermissionOverwrites: []types.PermissionOverwrite{{ID: 3}, {ID: 6}},
	}})
	s.Apply(t.Context(), &types.ThreadCreate{Channel: types.Channel{
		ID: 22, GuildID: 1, ParentID: 21, ThreadMetadata: &types.ThreadMetadata{},
	}})
	before := []any{
		s.stores.members.entry(1, 7), s.stores.members.entry(1, 8), s.stores.channels.entry(1, 2),
		s.stores.channels.entry(1, 21),
	}
	s.Apply(t.Context(), &types.GuildRoleDelete{GuildID: 1, RoleID: 999})
	after := []any{
		s.stores.members.entry(1, 7), s.stores.members.entry(1, 8), s.stores.channels.entry(1, 2),
		s.stores.channels.entry(1, 21),
	}
	for i := range before {
		if before[i] != after[i] {
			t.Errorf("%d was touched by a role that nobody has", i)
		}
	}
	s.Apply(t.Context(), &types.GuildRoleDelete{GuildID: 1, RoleID: 3})
	if got := s.Member(1, 7).Roles; len(got) != 0 {
		t.Errorf("the compact member has %v", got)
	}
	if got := s.Member(1, 8).Roles; !reflect.DeepEqual(got, types.RoleIDs{5}) {
		t.Errorf("the other member has %v", got)
	}
	if got := s.Channel(21).PermissionOverwrites; len(got) != 1 || got[0].ID != 6 {
		t.Errorf("the channel has %v", got)
	}
	if s.Channel(22) == nil {
		t.Fatal("there is no thread")
	}
	s.Apply(t.Context(), &types.ChannelDelete{Channel: types.Channel{ID: 21, GuildID: 1}})
	if s.Channel(22) != nil || s.Channel(2) == nil {
		t.Error("a thread has outlived its channel, or another channel has not")
	}
}
