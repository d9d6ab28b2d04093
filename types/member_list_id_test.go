package types_test

import (
	"testing"

	"github.com/chorus-go/chorus/types"
)

func TestMemberListID(t *testing.T) {
	const see = types.PermissionViewChannel
	for name, test := range map[string]struct {
		overwrites []types.PermissionOverwrite
		want       string
	}{
		"no overwrites":             {nil, "everyone"},
		"none about seeing":         {[]types.PermissionOverwrite{{ID: 1, Deny: types.PermissionSendMessages}}, "everyone"},
		"as recorded from Spacebar": {[]types.PermissionOverwrite{{ID: 1573868338252199815, Deny: 1024}}, "2455112167"},
		"among others": {[]types.PermissionOverwrite{
			{ID: 5, Allow: types.PermissionSendMessages}, {ID: 1573868338252199815, Deny: see | types.PermissionSendMessages},
		}, "2455112167"},
	} {
		if got := types.MemberListID(test.overwrites); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
	a, b := types.PermissionOverwrite{ID: 10, Allow: see}, types.PermissionOverwrite{ID: 9, Deny: see}
	one, other := types.MemberListID([]types.PermissionOverwrite{a, b}), types.MemberListID([]types.PermissionOverwrite{b, a})
	if one != other {
		t.Errorf("the order matters: %s and %s", one, other)
	}
	// Hashes of texts of which the length is no multiple of four, and of one that is: "deny:9", "deny:1234567".
	for id, want := range map[types.Snowflake]string{9: "2922998956", 1234567: "254853194"} {
		if got := types.MemberListID([]types.PermissionOverwrite{{ID: id, Deny: see}}); got != want {
			t.Errorf("deny:%v has the hash %s, want %s", id, got, want)
		}
	}
}
