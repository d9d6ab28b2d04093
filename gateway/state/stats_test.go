package state

import (
	"testing"
	"unsafe"

	"github.com/chorus-go/chorus/types"
)

// Who looks something up adds its structure to what is kept, and nothing else: strings and lists are those of the
// compact form.
func TestStatsCountOnceWhatBothFormsReferTo(t *testing.T) {
	s := ordinary(t)
	before := s.Stats()
	s.User(7)
	s.Member(1, 7)
	s.Channel(2)
	s.Presence(1, 7)
	after := s.Stats()
	for kind, want := range map[string]uintptr{
		"User":   unsafe.Sizeof(types.User{}) + uintptr(len("0")), // the discriminator
		"Member": unsafe.Sizeof(types.GuildMember{}), "Channel": unsafe.Sizeof(types.Channel{}),
		"Presence": unsafe.Sizeof(types.Presence{}),
	} {
		if got := after[kind].Bytes - before[kind].Bytes; got != int64(want) {
			t.Errorf("%s takes %d bytes more, not %d", kind, got, want)
		}
	}
}

// Without users, members have theirs with them.
func TestStatsCountUsersOfMembers(t *testing.T) {
	s := small(t, Options{Users: Off()})
	join := func(id types.Snowflake, name string) int64 {
		s.Apply(t.Context(), &types.GuildMemberAdd{
			GuildID: 1, GuildMember: types.GuildMember{User: &types.User{ID: id, Username: name}},
		})
		return s.Stats()["Member"].Bytes
	}
	first := join(7, "ann")
	want := int64(unsafe.Sizeof(keptMember{}) + unsafe.Sizeof(keptUser{}) + uintptr(len("bob")))
	if got := join(8, "bob") - first; got != want {
		t.Errorf("a member takes %d bytes, not %d", got, want)
	}
}
