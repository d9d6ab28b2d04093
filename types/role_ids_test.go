package types_test

import (
	"fmt"
	"testing"

	gojson "github.com/goccy/go-json"

	"github.com/chorus-go/chorus/types"
)

// Spacebar, member.roles in a MESSAGE_CREATE of type 20.
const roleObjects = `[{"id":"1573868338252199815","guild_id":"1573868338252199816","color":0,"hoist":false,"managed":false,"mentionable":false,"name":"@everyone","permissions":"2251804225","position":0,"icon":null,"unicode_emoji":null,"flags":0,"colors":{"primary_color":0}},{"id":"1573868437573320813","guild_id":"1573868338252199816","color":0,"hoist":false,"managed":true,"mentionable":false,"name":"capbot05030","permissions":"8","position":1,"icon":null,"unicode_emoji":null,"flags":0,"colors":{"primary_color":0}}]`

func TestRoleIDsRead(t *testing.T) {
	for in, want := range map[string]types.RoleIDs{
		roleObjects: {1573868338252199815, 1573868437573320813},
		`["1573868338252199815","1573868347546777995"]`: {1573868338252199815, 1573868347546777995},
		`[{"nested":{"id":"6","s":"}]\""},"id":5},"7"]`: {5, 7},
		`[{"i\u0064":"5"}]`:                             {5},
		`[{"name":"x"},null,"8"]`:                       {8},
		`[{"nested":{"id":"6"}}]`:                       {},
		`[]`:                                            {},
		`[ ]`:                                           {},
		`null`:                                          nil,
	} {
		reads(t, in, want)
	}
	for _, in := range []string{`true`, `"5"`, `{}`, `{"id":"5"}`, `["x"]`, `[["1"]]`, `[{"id":"x"}]`, `[1.5]`} {
		refuses(t, in, types.RoleIDs{7})
	}
}

func TestRoleIDsWrite(t *testing.T) {
	writes(t, types.RoleIDs{5, 6}, `["5","6"]`)
	omits(t, types.RoleIDs(nil), true)
	omits(t, types.RoleIDs{}, false)
}

// Every member of every guild has this list.
func TestRoleIDsAllocateOnce(t *testing.T) {
	data := []byte(`["1573868338252199815","1573868347546777995","1573868347546777996"]`)
	var r types.RoleIDs
	if n := testing.AllocsPerRun(100, func() { _ = r.UnmarshalJSON(data) }); n != 1 || cap(r) != 3 {
		t.Errorf("reading costs %v allocations, the last for %d ids", n, cap(r))
	}
}

func ExampleRoleIDs() {
	var members []struct {
		Roles types.RoleIDs `json:"roles"`
	}
	err := gojson.Unmarshal([]byte(`[{"roles":["5","6"]},{"roles":[{"id":"7","name":"moderator"}]}]`), &members)
	fmt.Println(members[0].Roles, members[1].Roles, err)
	// Output: [5 6] [7] <nil>
}
