package types_test

import (
	"fmt"
	"regexp"
	"testing"
	"time"

	gojson "github.com/goccy/go-json"

	"github.com/chorus-go/chorus/types"
)

func at(year int, month time.Month, day, hour, minute, second, micro int) types.Timestamp {
	return types.TimestampOf(time.Date(year, month, day, hour, minute, second, micro*1000, time.UTC))
}

func TestTimestampReads(t *testing.T) {
	millis := at(2026, 11, 22, 1, 10, 50, 686000)
	whole := at(2026, 11, 22, 1, 10, 50, 0)
	for in, want := range map[string]types.Timestamp{
		`"2026-11-22T01:10:50.686+00:00"`:       millis, // Spacebar, READY user.premium_since
		`"2026-11-22T01:10:50.686Z"`:            millis, // Spacebar, GUILD_MEMBER_UPDATE user.premium_since
		`"2015-04-26T06:26:56.936000+00:00"`:    at(2015, 4, 26, 6, 26, 56, 936000),
		`"2026-11-22T01:10:50.123456+00:00"`:    at(2026, 11, 22, 1, 10, 50, 123456),
		`"2026-11-22T01:10:50.1234567+00:00"`:   at(2026, 11, 22, 1, 10, 50, 123456),
		`"2026-11-22T01:10:50.999999999Z"`:      at(2026, 11, 22, 1, 10, 50, 999999),
		`"2026-11-22T01:10:50.12345678901234Z"`: at(2026, 11, 22, 1, 10, 50, 123456),
		`"2026-11-22T01:10:50.6Z"`:              at(2026, 11, 22, 1, 10, 50, 600000),
		`"2026-11-22T01:10:50,6Z"`:              at(2026, 11, 22, 1, 10, 50, 600000),
		`"2026-11-22T01:10:50Z"`:                whole,
		`"2026-11-22T01:10:50z"`:                whole,
		`"2026-11-22t01:10:50"`:                 whole,
		`"2026-11-22 01:10:50"`:                 whole,
		`"2026-11-22 01:10:50.686+00"`:          millis,
		`"2026-11-22T01:10:50+0000"`:            whole,
		`"2026-11-22T02:40:50+01:30"`:           whole,
		`"2026-11-21T20:10:50-0500"`:            whole,
		`"2026-11-22T03:10:50+02"`:              whole,
		`"2026-11-22T01:10"`:                    at(2026, 11, 22, 1, 10, 0, 0),
		`"2026-11-22T01:10Z"`:                   at(2026, 11, 22, 1, 10, 0, 0),
		`"2026-11-22"`:                          at(2026, 11, 22, 0, 0, 0, 0),
		`"2024-02-29T23:59:59Z"`:                at(2024, 2, 29, 23, 59, 59, 0),
		`"1969-12-31T23:59:59.999999Z"`:         -1,
		`"0000-01-01T00:00:00Z"`:                -62167219200000000,
		`"9999-12-31T23:59:59.999999Z"`:         253402300799999999,
		`"2026\u002d11-22T01:10:50Z"`:           whole,
		`"Sun, 22 Nov 2026 02:10:50 +0100"`:     whole,
		`"Sun, 22 Nov 2026 01:10:50 GMT"`:       whole,
		`1795309352684`:                         types.Timestamp(1795309352684000), // Spacebar, activity timestamps.start
		`"1795309352684"`:                       types.Timestamp(1795309352684000),
		`1799999999`:                            types.Timestamp(1799999999000000), // Spacebar, mute_config.end_time
		`1.795309352684e12`:                     types.Timestamp(1795309352684000),
		`1795309352.5`:                          types.Timestamp(1795309352500000),
		`99999999999`:                           types.Timestamp(99999999999000000),
		`100000000000`:                          types.Timestamp(100000000000000),
		`-99999999999`:                          types.Timestamp(-99999999999000000),
		`-100000000000`:                         types.Timestamp(-100000000000000),
		`9223372036854775`:                      types.Timestamp(9223372036854775000),
		`-9223372036854775`:                     types.Timestamp(-9223372036854775000),
		`100000000000.5`:                        types.Timestamp(100000000000500),
		`-1`:                                    -1000000,
		`null`:                                  0,
		`""`:                                    0,
		`0`:                                     0,
		`"1970-01-01T00:00:00+00:00"`:           0,
	} {
		reads(t, in, want)
	}
}

func TestTimestampRefuses(t *testing.T) {
	for _, in := range []string{
		`"yesterday"`, `"2026-02-29"`, `"2100-02-29"`, `"2026-13-01"`, `"2026-00-01"`, `"2026-01-00"`, `"2026-04-31"`, `"2026-1-1"`,
		`"2026-11-22T"`, `"2026-11-22T24:00:00Z"`, `"2026-11-22T01:60:00Z"`, `"2026-11-22T01:00:60Z"`, `"2026-11-22T01:00:00."`,
		`"2026-11-22T01:00:00.Z"`, `"2026-11-22T01:00:00+"`, `"2026-11-22T01:00:00+1"`, `"2026-11-22T01:00:00+01:"`,
		`"2026-11-22T01:00:00+01:0"`, `"2026-11-22T01:00:00+01:000"`, `"2026-11-22T01:00:00+24:00"`, `"2026-11-22T01:00:00+00:60"`,
		`"2026-0:-22"`, `"2026-11-1:"`, `"2026-11-22T0::00:00"`, `"2026-11-22T01:0::00"`, `"2026-11-22T01:00:0:"`, `"2026-11-22T01:00:00+0:"`,
		`"2026-11-22T01:00:00+01:0:"`, `"2026x11-22"`, `"2026-11x22"`, `"2o26-11-22"`, `"x026-11-22"`, `"20x6-11-22"`, `"202x-11-22"`, `"2026-x1-22"`, `"2026-1x-22"`, `"2026-11-x2"`,
		`"2026-11-2x"`, `"2026-11-22Tx1:00:00"`, `"2026-11-22T0x:00:00"`, `"2026-11-22T01:x0:00"`, `"2026-11-22T01:0x:00"`, `"2026-11-22T01:00:x0"`,
		`"2026-11-22T01:00:0x"`, `"2026-11-22T01x00:00"`, `"2026-11-22T01:00x00"`, `"2026-11-22T01:00:00+x1:00"`, `"2026-11-22T01:00:00+0x:00"`,
		`"2026-11-22T01:00:00+01:x0"`, `"2026-11-22T01:00:00+01:0x"`, `"2026-11-22T01:00:00ZZ"`, `"2026-11-22X01:00:00"`, `"2026-11-22T01:00:"`, `"２026-11-22"`, `true`, `{}`, `[]`,
		`9223372036854775807`, `9223372036854776`, `-9223372036854776`, `4611686018427387904.5`, `1e300`, `1e400`, `"NaN"`, `"Inf"`, `"-Infinity"`, `"0x1p-2"`, `"1_0"`, `" 2026-11-22"`, `"Sun, 22 Nov 2026 01:10:50 PST"`,
	} {
		refuses(t, in, types.Timestamp(7))
	}
}

func TestTimestampWrites(t *testing.T) {
	writes(t, at(2026, 11, 22, 1, 10, 50, 686000), `"2026-11-22T01:10:50.686+00:00"`)
	writes(t, at(2026, 11, 22, 1, 10, 50, 0), `"2026-11-22T01:10:50.000+00:00"`)
	writes(t, at(2026, 11, 22, 1, 10, 50, 686001), `"2026-11-22T01:10:50.686001+00:00"`)
	writes(t, types.Timestamp(-1), `"1969-12-31T23:59:59.999999+00:00"`)
	writes(t, types.Timestamp(-62167219200000000), `"0000-01-01T00:00:00.000+00:00"`)
	writes(t, types.Timestamp(253402300800000000), `253402300800000`)
	writes(t, types.Timestamp(0), `null`)
	omits(t, types.Timestamp(0), true)
	omits(t, types.Timestamp(1), false)
}

func TestTimestampConverts(t *testing.T) {
	moment := time.Date(2026, 11, 22, 2, 10, 50, 123456789, time.FixedZone("", 3600))
	ts := types.TimestampOf(moment)
	if got := ts.Time(); !got.Equal(moment.Truncate(time.Microsecond)) || got.Location() != time.UTC {
		t.Errorf("Time is %v", got)
	}
	if got := ts.String(); got != "2026-11-22T01:10:50.123456+00:00" {
		t.Errorf("String is %q", got)
	}
	if types.TimestampOf(time.Time{}) != 0 || !types.Timestamp(0).Time().IsZero() || types.Timestamp(0).String() != "" {
		t.Error("the zero time is not the zero timestamp")
	}
	if got, err := types.ParseTimestamp(ts.String()); err != nil || got != ts {
		t.Errorf("ParseTimestamp gives %v, %v", got, err)
	}
	if got, err := types.ParseTimestamp(""); err != nil || got != 0 {
		t.Errorf("ParseTimestamp of nothing gives %v, %v", got, err)
	}
	if _, err := types.ParseTimestamp("soon"); err == nil {
		t.Error("ParseTimestamp accepts soon")
	}
	if got := types.Timestamp(253402300800000000).String(); got != "10000-01-01T00:00:00Z" {
		t.Errorf("String of the year 10000 is %q", got)
	}
	if got := types.Timestamp(1<<63 - 1).String(); got != "294247-01-10T04:00:54.775807Z" {
		t.Errorf("String of the last is %q", got)
	}
}

// Every day of 800 years, so that each kind of leap year is there on both sides of the epoch.
func TestTimestampKnowsTheCalendar(t *testing.T) {
	day := time.Date(1600, 1, 1, 12, 34, 56, 789000, time.UTC)
	for range 800 * 365 {
		want := types.TimestampOf(day)
		var got types.Timestamp
		if err := got.UnmarshalJSON([]byte(day.Format(`"2006-01-02T15:04:05.000000Z07:00"`))); err != nil || got != want {
			t.Fatalf("%v is read as %d (%v), want %d", day, got, err, want)
		}
		day = day.AddDate(0, 0, 1)
	}
}

func TestTimestampDoesNotAllocate(t *testing.T) {
	for _, in := range []string{
		`"2026-11-22T01:10:50.686+00:00"`, `"2026-11-22T01:10:50.686Z"`, `"2026-11-22T01:10:50.123456+00:00"`, `"2026-11-22"`,
		`"2026-11-22 01:10:50"`, `1795309352684`, `"1795309352684"`, `null`, `""`,
	} {
		data := []byte(in)
		var ts types.Timestamp
		if n := testing.AllocsPerRun(100, func() { _ = ts.UnmarshalJSON(data) }); n != 0 {
			t.Errorf("%s costs %v allocations", in, n)
		}
	}
}

// What time.Parse reads is read as the same moment, and no moment changes by being written.
func FuzzTimestamp(f *testing.F) {
	for _, in := range []string{
		"2026-11-22T01:10:50.686+00:00", "2026-11-22T01:10:50.123456789-01:30", "2024-02-29T23:59:59Z", "1969-12-31T23:59:59.9999999Z",
		"0000-01-01T00:00:00+23:59", "9999-12-31T23:59:59,5Z", "2026-11-22", "2026-11-22 01:10", "1795309352684", "-5.5", "1e300",
	} {
		f.Add(in)
	}
	strict := regexp.MustCompile(`^[^T]+T\d\d:.*(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$`)
	f.Fuzz(func(t *testing.T, in string) {
		ts, err := types.ParseTimestamp(in)
		if want, parseErr := time.Parse(time.RFC3339Nano, in); parseErr == nil {
			// time.Parse also takes hours of one digit, and offsets that no clock has.
			if err == nil && int64(ts) != want.UnixMicro() || err != nil && strict.MatchString(in) {
				t.Fatalf("%q is %d (%v), time.Parse says %d", in, ts, err, want.UnixMicro())
			}
		}
		if err != nil || ts.Time().Year() < 0 || ts.Time().Year() > 9999 {
			return
		}
		out, err := ts.MarshalJSON()
		var again types.Timestamp
		if err != nil || again.UnmarshalJSON(out) != nil || again != ts {
			t.Fatalf("%q is %d, written as %s (%v), and then %d", in, ts, out, err, again)
		}
	})
}

func ExampleTimestamp() {
	var message struct {
		Timestamp types.Timestamp `json:"timestamp"`
		Edited    types.Timestamp `json:"edited_timestamp"`
	}
	err := gojson.Unmarshal([]byte(`{"timestamp":"2026-11-22T01:10:50.686Z","edited_timestamp":null}`), &message)
	fmt.Println(message.Timestamp.Time(), message.Edited.IsZero(), err)
	// Output: 2026-11-22 01:10:50.686 +0000 UTC true <nil>
}

func BenchmarkTimestampUnmarshalJSON(b *testing.B) {
	data := []byte(`"2026-11-22T01:10:50.686+00:00"`)
	b.ReportAllocs()
	for b.Loop() {
		var ts types.Timestamp
		_ = ts.UnmarshalJSON(data)
	}
}

// The fields of a struct as a decoder meets them; one field costs a quarter of what is reported.
func BenchmarkTimestampFields(b *testing.B) {
	data := []byte(`{"a":"2026-11-22T01:10:50.686+00:00","b":"2026-11-22T01:10:50.686Z","c":"2015-04-26T06:26:56.936000+00:00","d":"2026-11-22T01:10:50.123456+00:00"}`)
	b.ReportAllocs()
	for b.Loop() {
		var v struct {
			A types.Timestamp `json:"a"`
			B types.Timestamp `json:"b"`
			C types.Timestamp `json:"c"`
			D types.Timestamp `json:"d"`
		}
		if err := gojson.Unmarshal(data, &v); err != nil {
			b.Fatal(err)
		}
	}
}
