package types_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"testing"

	"github.com/chorus-go/chorus/types"
)

func TestAuditLogChanges(t *testing.T) {
	change := func(variant types.AuditLogChangeVariant) types.AnyAuditLogChange {
		return types.AnyAuditLogChange{AuditLogChangeVariant: variant}
	}
	for in, want := range map[string]types.AuditLogChangeVariant{
		`{"new_value":"b","old_value":"a","key":"name"}`: &types.AuditLogStringChange{
			Key: "name", NewValue: types.Some("b"), OldValue: types.Some("a"),
		},
		`{"old_value":"a","key":"topic"}`: &types.AuditLogStringChange{
			Key: "topic", OldValue: types.Some("a"),
		},
		`{"new_value":null,"key":"avatar_hash"}`: &types.AuditLogStringChange{
			Key: "avatar_hash", NewValue: types.Null[string](),
		},
		`{"new_value":"1024","key":"allow"}`: &types.AuditLogPermissionsChange{
			Key: "allow", NewValue: types.Some(types.PermissionViewChannel),
		},
		`{"new_value":0,"old_value":255,"key":"color"}`: &types.AuditLogColorChange{
			Key: "color", NewValue: types.Some[int64](0), OldValue: types.Some[int64](255),
		},
		`{"new_value":"5","key":"afk_channel_id"}`: &types.AuditLogSnowflakeChange{
			Key: "afk_channel_id", NewValue: types.Some[types.Snowflake](5),
		},
		`{"new_value":false,"key":"nsfw"}`: &types.AuditLogBooleanChange{
			Key: "nsfw", NewValue: types.Some(false),
		},
		`{"new_value":2,"key":"type"}`: &types.AuditLogScalarChange{
			Key: "type", NewValue: types.Some(types.IntScalar(2)),
		},
		`{"new_value":"discord","key":"type"}`: &types.AuditLogScalarChange{
			Key: "type", NewValue: types.Some(types.StringScalar("discord")),
		},
		`{"new_value":[{"id":"5","name":"r"}],"key":"$add"}`: &types.AuditLogRolesChange{
			Key: "$add", NewValue: types.Some([]types.AuditLogRole{{ID: 5, Name: "r"}}),
		},
		`{"new_value":{"id":"5","type":1,"permission":true},"key":"5"}`: &types.AuditLogCommandPermissionChange{
			Key: "5", NewValue: types.Some(types.ApplicationCommandPermissions{ID: 5, Type: 1, Permission: true}),
		},
	} {
		reads(t, in, change(want))
		writes(t, change(want), in)
		var flat types.AuditLogChange
		if err := json.Unmarshal([]byte(in), &flat); err != nil {
			t.Fatal(err)
		}
		if got := flat.Variant(); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: the variant is %#v, want %#v", in, got, want)
		}
		if got := want.ChangeKey(); got != flat.Key {
			t.Errorf("%s: the key is %q", in, got)
		}
	}
}

// The same key may mean another thing in another object: what does not fit is kept.
func TestAuditLogChangesThatDoNotFit(t *testing.T) {
	for _, in := range []string{
		`{"key":"name","new_value":{"localized":"x"}}`, `{"key":"color","new_value":"#fff"}`, `{"key":"$add","new_value":[1]}`,
		`{"key":"tags","new_value":{"bot_id":"5"}}`, `{"key":"0","new_value":{"id":"5","type":1,"permission":true}}`,
		`{"key":"12x","new_value":{"id":"5","type":1,"permission":true}}`,
	} {
		var flat types.AuditLogChange
		if err := json.Unmarshal([]byte(in), &flat); err != nil {
			t.Fatal(err)
		}
		unknown := &types.UnknownAuditLogChange{Key: flat.Key, Raw: types.Raw(in)}
		reads(t, in, types.AnyAuditLogChange{AuditLogChangeVariant: unknown})
		kept, ok := flat.Variant().(*types.UnknownAuditLogChange)
		if !ok || kept.Key != flat.Key {
			t.Errorf("%s: the variant is %#v", in, flat.Variant())
			continue
		}
		var again types.AuditLogChange
		if err := kept.Raw.Decode(&again); err != nil || again.NewValue.String() != flat.NewValue.String() {
			t.Errorf("%s: %s was kept, %v", in, kept.Raw, err)
		}
	}
}

func ExampleAuditLogChange_Variant() {
	var entry types.AuditLogEntry
	in := `{"id":"9","action_type":25,"changes":[{"key":"$add","new_value":[{"id":"5","name":"Moderators"}]},` +
		`{"key":"shape","new_value":"round"}]}`
	if err := json.Unmarshal([]byte(in), &entry); err != nil {
		fmt.Println(err)
	}
	for i := range entry.Changes {
		switch change := entry.Changes[i].Variant().(type) {
		case *types.AuditLogRolesChange:
			for _, role := range change.NewValue.Or(nil) {
				fmt.Println(change.Key, role.Name)
			}
		case *types.UnknownAuditLogChange:
			fmt.Println("unknown", change.Raw)
		}
	}
	// Output:
	// $add Moderators
	// unknown {"new_value":"round","key":"shape"}
}
