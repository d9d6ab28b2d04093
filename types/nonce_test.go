package types_test

import (
	"fmt"
	"testing"

	gojson "github.com/goccy/go-json"

	"github.com/chorus-go/chorus/types"
)

func TestNonceReads(t *testing.T) {
	for in, want := range map[string]types.Nonce{
		`"987654321098765432"`:     "987654321098765432", // Spacebar, INTERACTION_CREATE for a user
		`"n1"`:                     "n1",
		`42`:                       "42",
		`12345678901234567890`:     "12345678901234567890",
		`123456789012345678901`:    "123456789012345678901",
		`-1.5e3`:                   "-1.5e3",
		`null`:                     "",
		`""`:                       "",
		`"\u00fc\n"`:               "ü\n",
		`"a\ud83d b"`:              "a\ufffd b", // a lone surrogate
		"\"a\xffb\"":               "a\ufffdb",
		`"\ud83c\udf89"`:           "🎉",
		`"null"`:                   "null",
		"\"\u2028 <&> \\\\ \xc3\"": "\u2028 <&> \\ \ufffd",
	} {
		reads(t, in, want)
	}
	for _, in := range []string{`true`, `{}`, `[]`, `["n"]`} {
		refuses(t, in, types.Nonce("before"))
	}
	writes(t, types.Nonce("42"), `"42"`)
	writes(t, types.Nonce(""), `""`)
	omits(t, types.Nonce(""), true)
}

func ExampleNonce() {
	var message struct {
		Nonce types.Nonce `json:"nonce"`
	}
	err := gojson.Unmarshal([]byte(`{"nonce":42}`), &message)
	fmt.Println(message.Nonce == "42", err)
	// Output: true <nil>
}
