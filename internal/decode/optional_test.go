package decode

import (
	"testing"

	"github.com/chorus-go/chorus/types"
)

// TestOptionalsLikeTheOtherDecoder reads values into optionals that are absent, null and full.
func TestOptionalsLikeTheOtherDecoder(t *testing.T) {
	for _, text := range []string{
		`null`, `nul`, `""`, `"a"`, `"a\n\ud83d"`, `"`, `0`, `-0`, `-5`, `5.0`, `1e2`,
		`9223372036854775807`, `9223372036854775808`,
		`18446744073709551615`, `-9223372036854775808`, `01`, `-`, `true`, `[]`, `{}`, ``,
	} {
		compareOptional(t, text, "x", optionalText)
		compareOptional(t, text, 7, optionalInteger[int64])
		compareOptional(t, text, types.ChannelType(7), optionalInteger)
		compareOptional(t, text, types.MessageFlags(7), optionalUnsigned)
	}
}

func compareOptional[T any](t *testing.T, text string, full T, read func(*cursor, *types.Optional[T])) {
	t.Helper()
	for _, before := range []types.Optional[T]{{}, types.Null[T](), types.Some(full)} {
		agreeOn(t, text, before, read)
	}
}

// TestOrdinaryOptionalsAreRead looks whether optionals are read at all.
func TestOrdinaryOptionalsAreRead(t *testing.T) {
	name, number := types.Null[string](), types.Some(int64(1))
	c := reading(`"a"null`)
	optionalText(c, &name)
	if optionalInteger(c, &number); c.odd || name != types.Some("a") || !number.IsNull() {
		t.Errorf("%v %v", name, number)
	}
}
