package types_test

import (
	"fmt"
	"math"
	"testing"

	gojson "github.com/goccy/go-json"

	"github.com/chorus-go/chorus/types"
)

func TestScalarKeepsWhatWasSent(t *testing.T) {
	for _, in := range []string{
		`null`, `true`, `0`, `-0`, `1.50`, `1E5`, `"a"`, `""`, `"\u00e9 \ud83d"`, `123456789012345678901234567890`, `{"a":[1]}`, `[]`,
	} {
		for _, c := range codecs() {
			var s types.Scalar
			data := []byte(in)
			err := c.unmarshal(data, &s)
			data[0] = '#'
			if err != nil || s.JSON() != in || s.IsZero() {
				t.Errorf("%s: %s is read as %s (%v)", c.name, in, s.JSON(), err)
			}
			writes(t, s, in)
		}
	}
	writes(t, types.Scalar{}, `null`)
	omits(t, types.Scalar{}, true)
	omits(t, types.StringScalar(""), false)
	omits(t, types.BoolScalar(false), false)
}

func TestScalarStandsAnywhere(t *testing.T) {
	reads(t, `"a"`, types.StringScalar("a"))
	reads(t, `-12`, types.IntScalar(-12))
	reads(t, `1.5`, types.FloatScalar(1.5))
	reads(t, `false`, types.BoolScalar(false))
	reads(t, `"1573868338252199815"`, types.SnowflakeScalar(1573868338252199815))
	reads(t, `null`, types.SnowflakeScalar(0))
	reads(t, `null`, types.FloatScalar(math.NaN()))
	reads(t, "\"\u2028<\\\"\ufffd\"", scalarOf(t, "\"\u2028<\\\"\ufffd\""))
}

func scalarOf(t *testing.T, in string) types.Scalar {
	t.Helper()
	var s types.Scalar
	if err := s.UnmarshalJSON([]byte(" " + in + "\n")); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestScalarAccessors(t *testing.T) {
	const none = math.MinInt64
	for _, c := range []struct {
		json   string
		text   string
		int64  int64
		float  float64
		truth  string
		id     types.Snowflake
		isText bool
	}{
		{`"abc"`, "abc", none, none, "", 0, true},
		{`"12"`, "12", 12, 12, "", 12, true},
		{`12`, "12", 12, 12, "", 12, false},
		{`1`, "1", 1, 1, "true", 1, false},
		{`"0"`, "0", 0, 0, "false", 0, true},
		{`-1.5`, "-1.5", none, -1.5, "", 0, false},
		{`1e2`, "1e2", 100, 100, "", 100, false},
		{`9007199254740993`, "9007199254740993", 9007199254740993, 9007199254740992, "", 9007199254740993, false},
		{`18446744073709551615`, "18446744073709551615", none, 18446744073709551615, "", 18446744073709551615, false},
		{`1e400`, "1e400", none, none, "", 0, false},
		{`true`, "true", none, none, "true", 0, false},
		{`"false"`, "false", none, none, "false", 0, true},
		{`null`, "", none, none, "", 0, false},
		{`""`, "", none, none, "", 0, true},
		{`{"a":1}`, `{"a":1}`, none, none, "", 0, false},
		{`"a\n\u00e9"`, "a\né", none, none, "", 0, true},
		{`"NaN"`, "NaN", none, none, "", 0, true},
		{`"0x10"`, "0x10", none, none, "", 0, true},
	} {
		s := scalarOf(t, c.json)
		if got := s.String(); got != c.text {
			t.Errorf("%s: String is %q", c.json, got)
		}
		if got, ok := s.Int64(); ok != (c.int64 != none) || ok && got != c.int64 {
			t.Errorf("%s: Int64 is %d, %v", c.json, got, ok)
		}
		if got, ok := s.Float64(); ok != (c.float != none) || ok && got != c.float {
			t.Errorf("%s: Float64 is %v, %v", c.json, got, ok)
		}
		if got, ok := s.Bool(); ok != (c.truth != "") || ok && fmt.Sprint(got) != c.truth || !ok && got {
			t.Errorf("%s: Bool is %v, %v", c.json, got, ok)
		}
		if got, ok := s.Snowflake(); ok != (c.id != 0) || got != c.id {
			t.Errorf("%s: Snowflake is %v, %v", c.json, got, ok)
		}
		if s.IsString() != c.isText || s.IsNull() != (c.json == "null") {
			t.Errorf("%s: IsString is %v, IsNull is %v", c.json, s.IsString(), s.IsNull())
		}
	}
	var zero types.Scalar
	if _, ok := zero.Int64(); ok || zero.String() != "" || zero.JSON() != "null" || !zero.IsNull() || !zero.IsZero() || zero.IsString() {
		t.Error("the zero scalar is not absent")
	}
	if _, ok := zero.Bool(); ok {
		t.Error("the zero scalar is a boolean")
	}
	if got := types.StringScalar("a<\"\xff").String(); got != "a<\"\ufffd" {
		t.Errorf("a string became %q", got)
	}
}

func ExampleScalar() {
	var counts []struct {
		ID types.Scalar `json:"id"`
	}
	err := gojson.Unmarshal([]byte(`[{"id":"1"},{"id":2}]`), &counts)
	for _, count := range counts {
		n, ok := count.ID.Int64()
		fmt.Println(count.ID.JSON(), n, ok, err)
	}
	// Output:
	// "1" 1 true <nil>
	// 2 2 true <nil>
}
