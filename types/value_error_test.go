package types_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/chorus-go/chorus/types"
)

func TestValueError(t *testing.T) {
	in := []byte(`"` + strings.Repeat("é", 100) + `"`)
	var id types.Snowflake
	err := id.UnmarshalJSON(in)
	var valueError *types.ValueError
	if !errors.As(err, &valueError) || valueError.Length != 202 || len(valueError.Text) != 64 || valueError.Want != "a snowflake" {
		t.Fatalf("got %#v", err)
	}
	message := err.Error()
	clear(in)
	if err.Error() != message || !strings.HasPrefix(message, `types: cannot read a snowflake from "\"éé`) || !strings.HasSuffix(message, "… (202 bytes)") {
		t.Errorf("the message is %s", message)
	}
	caused := &types.ValueError{Want: "a thing", Text: "x\n", Length: 2, Err: io.ErrUnexpectedEOF}
	if !errors.Is(caused, io.ErrUnexpectedEOF) || caused.Error() != `types: cannot read a thing from "x\n": unexpected EOF` {
		t.Errorf("the message is %s", caused)
	}
}
