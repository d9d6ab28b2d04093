package types_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/chorus-go/chorus/types"
)

func TestDateReads(t *testing.T) {
	for in, want := range map[string]types.Date{
		`"2001-05-30"`:                    "2001-05-30",
		`"2001-05-30T00:00:00.000Z"`:      "2001-05-30",
		`"2001-05-30T23:00:00.000-05:00"`: "2001-05-30",
		`"2001-05-30 00:00:00"`:           "2001-05-30",
		`"0000-00-00"`:                    "0000-00-00", // kept, though it is no date
		`"May 1st"`:                       "May 1st",
		`991180800`:                       "2001-05-30",
		`991180800000`:                    "2001-05-30",
		`null`:                            "",
		`""`:                              "",
	} {
		reads(t, in, want)
	}
	for _, in := range []string{`true`, `1.5`, `[]`, `{}`, `9223372036854775807`, `900000000000000`} {
		refuses(t, in, types.Date("2001-05-30"))
	}
}

func TestDateWrites(t *testing.T) {
	writes(t, types.Date("2001-05-30"), `"2001-05-30"`)
	writes(t, types.Date(`a"b`), `"a\"b"`)
	writes(t, types.Date(""), `null`)
	omits(t, types.Date(""), true)
	omits(t, types.Date("x"), false)
}

func TestDateConverts(t *testing.T) {
	late := time.Date(2001, 5, 30, 23, 0, 0, 0, time.FixedZone("", -5*3600))
	if got := types.DateOf(late); got != "2001-05-30" {
		t.Errorf("DateOf is %q", got)
	}
	for _, d := range []types.Date{"", "2001-02-29", "2001-05-30T00:00:00Z", "x"} {
		if got, ok := d.Time(); ok || !got.IsZero() {
			t.Errorf("%q is %v, %v", d, got, ok)
		}
	}
}

func ExampleDate_Time() {
	day, ok := types.Date("2001-05-30").Time()
	fmt.Println(day, ok)
	// Output: 2001-05-30 00:00:00 +0000 UTC true
}
