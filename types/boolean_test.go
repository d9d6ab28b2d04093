package types_test

import (
	"fmt"
	"testing"

	gojson "github.com/goccy/go-json"

	"github.com/chorus-go/chorus/types"
)

func TestBooleanReads(t *testing.T) {
	for in, want := range map[string]types.Boolean{
		`true`: true, `1`: true, `"1"`: true, `"true"`: true, `1.0`: true,
		`false`: false, `0`: false, `"0"`: false, `"false"`: false, `null`: false, `""`: false,
	} {
		reads(t, in, want)
	}
	for _, in := range []string{`2`, `-1`, `"yes"`, `0.5`, `{}`, `[]`, `"True"`} {
		refuses(t, in, types.Boolean(true))
	}
	writes(t, types.Boolean(true), `true`)
	writes(t, types.Boolean(false), `false`)
	omits(t, types.Boolean(false), true)
	omits(t, types.Boolean(true), false)
}

func ExampleBoolean() {
	var connection struct {
		ShowActivity types.Boolean `json:"show_activity"`
		Verified     types.Boolean `json:"verified"`
	}
	err := gojson.Unmarshal([]byte(`{"show_activity":0,"verified":true}`), &connection)
	fmt.Println(connection.ShowActivity, connection.Verified, err)
	// Output: false true <nil>
}
