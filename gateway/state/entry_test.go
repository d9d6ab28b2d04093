package state

import (
	"reflect"
	"testing"

	"github.com/chorus-go/chorus/types"
)

// variants yields values of a type: one without anything, and one for each field that has something in it.
func variants[V any](t *testing.T, yield func(name string, v *V)) {
	t.Helper()
	typ := reflect.TypeFor[V]()
	yield("nothing", new(V))
	for i := range typ.NumField() {
		for _, large := range []bool{false, true} {
			v := new(V)
			field := reflect.ValueOf(v).Elem().Field(i)
			set(field, large)
			if field.IsZero() {
				t.Errorf("%s cannot be set here", typ.Field(i).Name)
			}
			yield(typ.Field(i).Name, v)
		}
	}
}

// set puts something into a field: something small, or as large as there is room for.
func set(field reflect.Value, large bool) {
	switch {
	case field.Kind() == reflect.Pointer:
		field.Set(reflect.New(field.Type().Elem()))
	case field.Kind() == reflect.Slice:
		field.Set(reflect.MakeSlice(field.Type(), 1, 1))
	case field.Kind() == reflect.String && large:
		field.SetString("0042")
	case field.Kind() == reflect.String:
		field.SetString("x")
	case field.Kind() == reflect.Bool:
		field.SetBool(true)
	case field.CanInt() && large:
		field.SetInt(-1 << 62)
	case field.CanInt():
		field.SetInt(1)
	case field.CanUint() && large:
		field.SetUint(1 << 63)
	case field.CanUint():
		field.SetUint(1)
	case field.Kind() == reflect.Struct:
		switch v := field.Addr().Interface().(type) {
		case *types.Optional[bool]:
			*v = types.Some(large)
		case *types.Optional[int64]:
			if *v = types.Null[int64](); large {
				*v = types.Some(int64(7))
			}
		case *types.Optional[types.SortOrderType]:
			*v = types.Some(types.SortOrderType(1))
		default:
			set(field.Field(0), large)
		}
	}
}

// Whatever an entity has, its entry gives it back, be it compact or not.
func TestEntriesLoseNothing(t *testing.T) {
	user := userEntry(&types.User{ID: 7, Username: "x"})
	same := func(name string, got, want any) {
		t.Helper()
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%T with %s is %+v afterwards", want, name, got)
		}
	}
	variants(t, func(name string, v *types.User) {
		want := *v
		same(name, userEntry(v).peek(), &want)
		same(name, userEntry(v).value(), &want)
	})
	for _, discriminator := range []string{"", "0", "0000", "0042", "9999", "42", "00000", "00a0", "00-1"} {
		v := &types.User{ID: 7, Discriminator: discriminator}
		same(discriminator, userEntry(v).value(), v)
	}
	variants(t, func(name string, v *types.Channel) { same(name, channelEntry(v).value(), v) })
	variants(t, func(name string, v *types.GuildMember) {
		want := *v
		want.User = user.value()
		same(name, memberEntry(v, user, nil).value(), &want)
		if v.User == nil {
			same(name, memberEntry(v, nil, nil).value(), v)
		}
	})
	variants(t, func(name string, v *types.Presence) {
		want := *v
		want.User = user.value()
		same(name, presenceEntry(v, user).value(), &want)
		if v.User == nil {
			same(name, presenceEntry(v, nil).value(), v)
		}
	})
}

// ordinary is a state with a guild as servers send it.
func ordinary(t *testing.T) *State {
	t.Helper()
	s := New(nil, Options{})
	s.Apply(t.Context(), &types.Ready{User: types.User{ID: 9}})
	member := types.GuildMember{
		User: &types.User{ID: 7, Username: "ann", Discriminator: "0", GlobalName: "Ann", AccentColor: types.Null[int64]()},
		Nick: "nick", Roles: types.RoleIDs{3}, JoinedAt: 5,
	}
	s.Apply(t.Context(), &types.GuildCreate{GatewayGuild: types.GatewayGuild{
		Guild:    types.Guild{ID: 1},
		Channels: []types.Channel{{ID: 2, Name: "general", Topic: "all", ParentID: 4}},
		Members:  []types.GuildMember{member},
		Presences: []types.Presence{
			{User: &types.User{ID: 7}, Status: types.StatusTypeIdle, Activities: []types.Activity{{Name: "game"}}},
		},
	}})
	return s
}

// What is ordinary is kept compactly until somebody looks it up, also by events that change it, and look-ups give the
// same structure each time.
func TestOrdinaryEntitiesAreCompact(t *testing.T) {
	s := ordinary(t)
	compactly := func(when string) {
		t.Helper()
		user, member := s.stores.users.entry(0, 7), s.stores.members.entry(1, 7)
		presence, channel := s.stores.presences.entry(1, 7), s.stores.channels.entry(1, 2)
		if user.full.Load() != nil || member.full.Load() != nil || presence.full.Load() != nil ||
			channel.full.Load() != nil {
			t.Errorf("%s, there are structures: %v %v %v %v", when, user, member, presence, channel)
		}
		if c, ok := member.compact.(*compactMember); !ok || c.user != user {
			t.Errorf("%s, the member has another user", when)
		}
		if c, ok := presence.compact.(*compactPresence); !ok || c.user != user {
			t.Errorf("%s, the presence has another user", when)
		}
	}
	compactly("at first")
	for m := range s.Members(1) {
		if m.Nick != "nick" || m.User == nil || m.User.Username != "ann" {
			t.Errorf("the member is %+v", m)
		}
	}
	compactly("after an iteration")
	s.Apply(t.Context(), &types.GuildRoleDelete{GuildID: 1, RoleID: 3})
	s.Apply(t.Context(), &types.MessageCreate{
		Message: types.Message{ID: 50, ChannelID: 2}, GuildID: 1,
	})
	compactly("after events")
	member := s.Member(1, 7)
	if member == nil || len(member.Roles) != 0 || member.Nick != "nick" || member.User != s.User(7) {
		t.Errorf("the member is %+v", member)
	}
	channel := s.Channel(2)
	if member != s.Member(1, 7) || channel != s.Channel(2) || s.Presence(1, 7).User != s.User(7) {
		t.Error("a second look gives something else")
	}
	if channel.LastMessageID != 50 || channel.GuildID != 1 || channel.Topic != "all" {
		t.Errorf("the channel is %+v", channel)
	}
}

// A user who changes is changed for the members and events that come, and what was there before keeps the old one.
func TestCompactMembersAreRenamed(t *testing.T) {
	s := ordinary(t)
	s.Apply(t.Context(), &types.GuildMemberAdd{GuildID: 11, GuildMember: types.GuildMember{User: &types.User{ID: 7}}})
	before := s.stores.members.entry(1, 7)
	s.Apply(t.Context(), &types.MessageCreate{Message: types.Message{
		ID: 50, ChannelID: 2, Author: types.User{ID: 7, Username: "bob", Discriminator: "0"},
	}})
	if got := s.Member(1, 7); got.User.Username != "bob" || got.User != s.User(7) || got.Nick != "nick" {
		t.Errorf("the member is %+v", got)
	}
	if got := before.value(); got.User == s.User(7) {
		t.Error("what was before has changed")
	}
}

// A member of whom only the id was told gets the user when that is told.
func TestUsersComeAfterMembers(t *testing.T) {
	s := ordinary(t)
	s.Apply(t.Context(), &types.ReadySupplemental{
		Guilds:        []types.SupplementalGuild{{ID: 1}},
		MergedMembers: [][]types.GuildMember{{{UserID: 8, Nick: "nick"}}},
	})
	if got := s.Member(1, 8); got.User != nil || got.UserID != 8 {
		t.Errorf("the member is %+v", got)
	}
	s.Apply(t.Context(), &types.MessageCreate{Message: types.Message{
		ID: 50, ChannelID: 2, Author: types.User{ID: 8, Username: "bob"},
	}})
	if got := s.Member(1, 8); got.User == nil || got.User != s.User(8) || got.UserID != 8 || got.Nick != "nick" {
		t.Errorf("the member is %+v", got)
	}
}
