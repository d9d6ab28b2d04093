package types_test

import (
	"fmt"
	"testing"

	gojson "github.com/goccy/go-json"

	"github.com/chorus-go/chorus/types"
)

func TestIntegerReads(t *testing.T) {
	for in, want := range map[string]types.Integer{
		`"0"`:                    0, // Spacebar, CHANNEL_CREATE recipients[].public_flags
		`"2"`:                    2, // Spacebar, MESSAGE_UPDATE poll.results.answer_counts[].id
		`875069521787904`:        875069521787904,
		`9223372036854775807`:    9223372036854775807,
		`-9223372036854775808`:   -9223372036854775808,
		`"-9223372036854775808"`: -9223372036854775808,
		`9007199254740993`:       9007199254740993, // 2^53+1, which a float64 is not
		`1.0`:                    1,
		`1e3`:                    1000,
		`-1.50e1`:                -15,
		`0.0e99999999999`:        0,
		`-0`:                     0,
		`true`:                   1,
		`false`:                  0,
		`null`:                   0,
		`""`:                     0,
	} {
		reads(t, in, want)
	}
	for _, in := range []string{`"x"`, `1.5`, `1e-1`, `1e19`, `9223372036854775808`, `-9223372036854775809`, `{}`, `[]`, `"1 "`, `"true"`} {
		refuses(t, in, types.Integer(7))
	}
	writes(t, types.Integer(-15), `-15`)
	omits(t, types.Integer(0), true)
}

func ExampleInteger() {
	var user struct {
		PublicFlags types.Integer `json:"public_flags"`
	}
	err := gojson.Unmarshal([]byte(`{"avatar":null,"discriminator":"4714","public_flags":"64"}`), &user)
	fmt.Println(user.PublicFlags, err)
	// Output: 64 <nil>
}
