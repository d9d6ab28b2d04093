package state

import (
	"reflect"
	"testing"
	"unsafe"

	"github.com/chorus-go/chorus/types"
)

// A member of whom an event tells nothing new stays the same structure, and one of whom it does is another one.
func TestMembersStayUntilTheyChange(t *testing.T) {
	s := ordinary(t)
	tell := func(nick string, roles ...types.Snowflake) *types.GuildMember {
		member := types.GuildMember{User: &types.User{ID: 7, Username: "ann"}, Nick: nick, Roles: roles}
		s.Apply(t.Context(), &types.GuildMemberAdd{GuildID: 1, GuildMember: member})
		return s.Member(1, 7)
	}
	known := tell("nick", 3)
	if tell("nick", 3) != known {
		t.Error("a member who is the same is another one")
	}
	for _, other := range []*types.GuildMember{tell("nick", 4), tell("nick"), tell("other", 3)} {
		if other == known {
			t.Errorf("members who differ are the same: %+v", other)
		}
	}
}

// TestEqualComparesEveryField changes one field of a compact member after the other.
func TestEqualComparesEveryField(t *testing.T) {
	typ := reflect.TypeFor[compactMember]()
	for i := range typ.NumField() {
		var a, b compactMember
		field := reflect.ValueOf(&b).Elem().Field(i)
		field = reflect.NewAt(field.Type(), unsafe.Pointer(field.UnsafeAddr())).Elem()
		set(field, false)
		if !a.equal(&a) || a.equal(&b) || b.equal(&a) {
			t.Errorf("members who differ in %s are equal", typ.Field(i).Name)
		}
	}
}
