package types_test

import (
	"fmt"
	"testing"

	gojson "github.com/goccy/go-json"

	"github.com/chorus-go/chorus/types"
)

func TestPermissionsRead(t *testing.T) {
	for in, want := range map[string]types.Permissions{
		`"2251804225"`:           2251804225, // Spacebar, guilds[].roles[].permissions
		`"0"`:                    0,          // Spacebar, permission_overwrites[].deny
		`"9007199254740991"`:     9007199254740991,
		`8`:                      8,
		`8.0`:                    8,
		`"18446744073709551615"`: 18446744073709551615,
		`null`:                   0,
		`""`:                     0,
	} {
		reads(t, in, want)
	}
	for _, in := range []string{`"x"`, `-1`, `"18446744073709551616"`, `1.5`, `true`, `[]`, `{}`} {
		refuses(t, in, types.Permissions(7))
	}
	writes(t, types.Permissions(2251804225), `"2251804225"`)
	writes(t, types.Permissions(0), `"0"`)
	omits(t, types.Permissions(0), true)
	data := []byte(`"2251804225"`)
	var p types.Permissions
	if n := testing.AllocsPerRun(100, func() { _ = p.UnmarshalJSON(data) }); n != 0 {
		t.Errorf("reading costs %v allocations", n)
	}
}

func TestPermissionsAreASet(t *testing.T) {
	both := types.PermissionCreateInstantInvite | types.PermissionAdministrator
	p := types.Permissions(0).Add(types.PermissionAdministrator)
	if !p.Has(types.PermissionAdministrator) || p.Has(both) || p.Has(types.PermissionCreateInstantInvite) || !p.Has(0) {
		t.Errorf("%v has something else", p)
	}
	if p = p.Add(both); !p.Has(both) {
		t.Errorf("%v has not both", p)
	}
	if p = p.Remove(types.PermissionAdministrator | 1<<63); p != types.PermissionCreateInstantInvite {
		t.Errorf("%v is left", p)
	}
}

func TestPermissionsString(t *testing.T) {
	for p, want := range map[types.Permissions]string{
		0:                             "0",
		types.PermissionAdministrator: "ADMINISTRATOR",
		types.PermissionAdministrator | types.PermissionCreateInstantInvite: "CREATE_INSTANT_INVITE|ADMINISTRATOR",
		types.PermissionAdministrator | 1<<63 | 1<<62:                       "ADMINISTRATOR|0xc000000000000000",
		1 << 63: "0x8000000000000000",
	} {
		if got := p.String(); got != want {
			t.Errorf("%d is %q, want %q", uint64(p), got, want)
		}
	}
}

func ExamplePermissions() {
	var overwrite struct {
		Allow types.Permissions `json:"allow"`
		Deny  types.Permissions `json:"deny"`
	}
	err := gojson.Unmarshal([]byte(`{"id":"1573868338705184700","type":0,"allow":"8","deny":"0"}`), &overwrite)
	fmt.Println(overwrite.Allow, overwrite.Deny.Has(types.PermissionAdministrator), err)
	// Output: ADMINISTRATOR false <nil>
}
