package types_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"testing"

	gojson "github.com/goccy/go-json"

	"github.com/chorus-go/chorus/types"
)

// FuzzBricks feeds every brick directly, as well as through both decoders.
func FuzzBricks(f *testing.F) {
	for _, in := range []string{
		`"1573868338252199815"`, `1.5e18`, `null`, `""`, `"0"`, `true`, `1795309871092`, `"2026-11-22T01:10:50.686+00:00"`, `"2001-05-30"`,
		`"2026-11-22 01:10:50.123456789-0130"`, `"Sun, 22 Nov 2026 01:10:50 GMT"`, `{"entries":["1"],"partial":true,"version":3}`, `["1",2]`,
		`{"id":"5"}`, `[{"id":"5"}]`, `{"type":1,"components":[{"type":2}]}`, `{"type":4242}`, `"\ud83d"`, "\"\xff\"", ` 1 `, `"\`, `[`, `{"type"`,
		``, ` `, `[ ]`, `{"type":"rich","color":0}`, `{"type":11,"name":"t"}`, `{"key":"$add","new_value":[{"id":"5"}]}`, `-`, `1e999999999`, `-1`, `{"custom_id":"x"}`,
	} {
		f.Add([]byte(in))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		survives[types.Snowflake](t, data)
		survives[types.Timestamp](t, data)
		survives[types.UnixMillis](t, data)
		survives[types.UnixSeconds](t, data)
		survives[types.Date](t, data)
		survives[types.Integer](t, data)
		survives[types.Boolean](t, data)
		survives[types.Scalar](t, data)
		survives[types.Nonce](t, data)
		survives[types.SnowflakeList](t, data)
		survives[types.RoleIDs](t, data)
		survives[types.Versioned[types.Snowflake]](t, data)
		survives[types.Raw](t, data)
		survives[types.PresentNull](t, data)
		survives[types.AnyComponent](t, data)
		survives[types.AnyChannel](t, data)
		survives[types.AnyEmbed](t, data)
		survives[types.AnyActivity](t, data)
		survives[types.AnyApplicationCommandOption](t, data)
		survives[types.AnyInteraction](t, data)
		survives[types.AnyAuditLogChange](t, data)
		survives[types.Optional[string]](t, data)
		survives[types.Optional[types.Snowflake]](t, data)
		survives[types.InteractionData](t, data)
		survives[types.Permissions](t, data)
		var id types.Snowflake
		_ = id.UnmarshalText(data)
	})
}

// survives checks that a brick does not panic on data, keeps nothing of it, means the same to both decoders, and
// comes back from what it writes.
func survives[T any, P interface {
	*T
	json.Unmarshaler
}](t *testing.T, data []byte) {
	var direct, spaced, std, fast, again T
	input := bytes.Clone(data)
	directErr := P(&direct).UnmarshalJSON(input)
	clear(input)
	if spacedErr := P(&spaced).UnmarshalJSON(slices.Concat([]byte("\n "), data, []byte("\t\r"))); (directErr == nil) != (spacedErr == nil) ||
		directErr == nil && !reflect.DeepEqual(direct, spaced) {
		t.Fatalf("%T from %q: %+v (%v), with white space around it %+v (%v)", direct, data, direct, directErr, spaced, spacedErr)
	}
	if !json.Valid(data) {
		return
	}
	stdErr, fastErr := json.Unmarshal(data, &std), gojson.Unmarshal(data, &fast)
	if (stdErr == nil) != (fastErr == nil) {
		t.Fatalf("%T from %q: encoding/json says %v, go-json says %v", std, data, stdErr, fastErr)
	}
	if stdErr != nil {
		return
	}
	if !reflect.DeepEqual(std, fast) || !reflect.DeepEqual(std, direct) {
		t.Fatalf("%T from %q: encoding/json gives %+v, go-json %+v, a direct call %+v", std, data, std, fast, direct)
	}
	out, err := json.Marshal(std)
	if err != nil {
		t.Fatalf("%T from %q is not written: %v", std, data, err)
	}
	if err := json.Unmarshal(out, &again); err != nil {
		t.Fatalf("%T from %q does not come back from %s: %v", std, data, out, err)
	}
	twice, err := json.Marshal(again)
	if err != nil || !bytes.Equal(out, twice) {
		t.Fatalf("%T from %q is written as %s, and then as %s (%v)", std, data, out, twice, err)
	}
}
