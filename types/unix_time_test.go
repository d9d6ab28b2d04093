package types_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/chorus-go/chorus/types"
)

func TestUnixMillisReads(t *testing.T) {
	for in, want := range map[string]types.UnixMillis{
		`1795309871092`:                   1795309871092, // Spacebar, PRESENCE_UPDATE activities[].timestamps.start
		`"1795309871092"`:                 1795309871092,
		`1795309871092.0`:                 1795309871092,
		`1.795309871092e12`:               1795309871092,
		`"2026-11-22T01:11:11.813Z"`:      1795309871813,
		`"2026-11-22T01:11:11.8139Z"`:     1795309871813,
		`"1969-12-31T23:59:59.9999Z"`:     -1,
		`-5`:                              -5,
		`5`:                               5,
		`null`:                            0,
		`""`:                              0,
		`0`:                               0,
		`"2026-11-22T01:11:11.813+00:00"`: 1795309871813,
	} {
		reads(t, in, want)
	}
	for _, in := range []string{`"soon"`, `1.5`, `true`, `[]`, `{}`, `9223372036854775808`, `1e19`} {
		refuses(t, in, types.UnixMillis(7))
	}
}

func TestUnixSecondsReads(t *testing.T) {
	for in, want := range map[string]types.UnixSeconds{
		`1795309858`:                 1795309858, // Spacebar, TYPING_START timestamp
		`"1795309858"`:               1795309858,
		`1795309858.0`:               1795309858,
		`"2026-11-22T01:11:11.813Z"`: 1795309871, // Spacebar, CHANNEL_INFO voice_start_time
		`"1969-12-31T23:59:59.5Z"`:   -1,
		`99999999999999`:             99999999999999,
		`-9223372036854775808`:       -9223372036854775808,
		`null`:                       0,
		`""`:                         0,
	} {
		reads(t, in, want)
	}
	for _, in := range []string{`"soon"`, `1.5`, `true`, `[]`, `{}`, `-9223372036854775809`} {
		refuses(t, in, types.UnixSeconds(7))
	}
}

func TestUnixTimesWrite(t *testing.T) {
	writes(t, types.UnixMillis(1795309871092), `1795309871092`)
	writes(t, types.UnixMillis(0), `0`)
	writes(t, types.UnixSeconds(-1), `-1`)
	omits(t, types.UnixMillis(0), true)
	omits(t, types.UnixSeconds(0), true)
	omits(t, types.UnixSeconds(1), false)
}

func TestUnixTimesConvert(t *testing.T) {
	moment := time.Date(2026, 11, 22, 1, 11, 11, 813999999, time.UTC)
	if got := types.UnixMillisOf(moment); got != 1795309871813 || !got.Time().Equal(moment.Truncate(time.Millisecond)) {
		t.Errorf("milliseconds are %d, %v", got, got.Time())
	}
	if got := types.UnixSecondsOf(moment); got != 1795309871 || !got.Time().Equal(moment.Truncate(time.Second)) {
		t.Errorf("seconds are %d, %v", got, got.Time())
	}
	if types.UnixMillisOf(time.Time{}) != 0 || types.UnixSecondsOf(time.Time{}) != 0 {
		t.Error("the zero time is not 0")
	}
	if !types.UnixMillis(0).Time().IsZero() || !types.UnixSeconds(0).Time().IsZero() {
		t.Error("0 is not the zero time")
	}
	if got := types.UnixMillis(1).Time().Location(); got != time.UTC {
		t.Errorf("the location is %v", got)
	}
}

func ExampleUnixMillis() {
	start := types.UnixMillis(1795309871092)
	fmt.Println(start.Time())
	// Output: 2026-11-22 01:11:11.092 +0000 UTC
}
