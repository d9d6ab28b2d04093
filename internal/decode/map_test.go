package decode

import (
	"testing"

	"github.com/chorus-go/chorus/types"
)

// TestMapsLikeTheOtherDecoder reads maps whose keys are strings, integers and ids.
func TestMapsLikeTheOtherDecoder(t *testing.T) {
	for _, text := range []string{
		`null`, `{}`, `{ }`, `{"1":"a"}`, `{"1":"a","2":null}`, `{"1":"a","1":"b"}`, `{"1":"a","01":"b"}`,
		`{"":"a"}`, `{"x":"a"}`,
		`{"-1":"a"}`, `{"-0":"a"}`, `{"+1":"a"}`, `{"1.0":"a"}`, `{" 1":"a"}`, `{"\u0031":"a"}`,
		`{"a\"":"b"}`, `{"a\":"b"}`, "{\"a\n\":\"b\"}",
		`{"9223372036854775808":"a"}`, `{"18446744073709551616":"a"}`, `[]`, `{"1":5}`, `{"1":"a",}`,
		`{"1":"a"`, `{"null":"a"}`, `{"é":"a"}`,
	} {
		agreeOn(t, text, nil, func(c *cursor, v *map[string]string) { table(c, v, textKey[string], text2) })
		agreeOn(t, text, nil, func(c *cursor, v *map[int64]string) { table(c, v, integerKey[int64], text2) })
		agreeOn(t, text, nil, func(c *cursor, v *map[types.Snowflake]string) { table(c, v, snowflakeKey, text2) })
	}
}

// TestOrdinaryMapsAreRead looks whether maps are read at all, and one that is there already is not.
func TestOrdinaryMapsAreRead(t *testing.T) {
	var byID map[types.Snowflake]string
	c := reading(`{"1":"a","2":null}`)
	if table(c, &byID, snowflakeKey, text2); c.odd || len(byID) != 2 || byID[1] != "a" {
		t.Errorf("%v", byID)
	}
	c = reading(`{"3":"b"}`)
	if table(c, &byID, snowflakeKey, text2); !c.odd || len(byID) != 2 {
		t.Errorf("two maps are merged: %v", byID)
	}
}
