package types_test

import (
	"fmt"
	"testing"
	"time"

	gojson "github.com/goccy/go-json"

	"github.com/chorus-go/chorus/types"
)

func TestSnowflakeReads(t *testing.T) {
	for in, want := range map[string]types.Snowflake{
		`"1573868338252199815"`:     1573868338252199815,
		`1573868338252199815`:       1573868338252199815,
		`"0"`:                       0,
		`0`:                         0,
		`""`:                        0,
		`null`:                      0,
		`1`:                         1, // sound_id in the documentation's example
		`-0`:                        0,
		`1.5e18`:                    1500000000000000000, // an ETF NEW_FLOAT
		`1.573868338252199815E+18`:  1573868338252199815,
		`12.0`:                      12,
		`"1.5e18"`:                  1500000000000000000,
		`"18446744073709551615"`:    18446744073709551615,
		`18446744073709551615`:      18446744073709551615,
		`"\u0031\u0032"`:            12,
		`"00000000000000000000012"`: 12,
	} {
		reads(t, in, want)
	}
}

func TestSnowflakeRefuses(t *testing.T) {
	for _, in := range []string{
		`"online"`, `-1`, `"-1"`, `1.5`, `"18446744073709551616"`, `"99999999999999999999"`, `1e20`, `1e999999999999`, `1e-5`, `true`, `{}`,
		`[]`, `["1"]`, `" 1"`, `"1 "`, `"+1"`, `"0x10"`, `"1_0"`, `"١"`, `"null"`, `"."`, `"1."`, `".1"`, `"1e"`, `"e1"`,
	} {
		refuses(t, in, types.Snowflake(7))
	}
}

func TestSnowflakeWrites(t *testing.T) {
	writes(t, types.Snowflake(1573868338252199815), `"1573868338252199815"`)
	writes(t, types.Snowflake(18446744073709551615), `"18446744073709551615"`)
	writes(t, types.Snowflake(0), `null`)
	omits(t, types.Snowflake(0), true)
	omits(t, types.Snowflake(1), false)
}

func TestSnowflakeIsAMapKey(t *testing.T) {
	in := `{"0":3,"1573868338252199815":1,"80351110224678912":2}`
	for _, c := range codecs() {
		var got map[types.Snowflake]int
		if err := c.unmarshal([]byte(in), &got); err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if len(got) != 3 || got[1573868338252199815] != 1 || got[80351110224678912] != 2 || got[0] != 3 {
			t.Errorf("%s: got %v", c.name, got)
		}
		out, err := c.marshal(got)
		if err != nil || string(out) != in {
			t.Errorf("%s: written as %s (%v)", c.name, out, err)
		}
		if err := c.unmarshal([]byte(`{"online":1}`), &got); err == nil {
			t.Errorf("%s: the key online is read as a snowflake", c.name)
		}
	}
}

func TestSnowflakeParts(t *testing.T) {
	const id = types.Snowflake(175928847299117063)
	if got := id.Time(); !got.Equal(time.Date(2016, 4, 30, 11, 18, 25, 796e6, time.UTC)) || got.Location() != time.UTC {
		t.Errorf("Time is %v", got)
	}
	if id.Worker() != 1 || id.Process() != 0 || id.Increment() != 7 {
		t.Errorf("parts are %d %d %d", id.Worker(), id.Process(), id.Increment())
	}
	if !types.Snowflake(0).Time().IsZero() || !types.Snowflake(0).IsZero() || id.IsZero() {
		t.Error("0 is not zero, or something else is")
	}
	if top := types.Snowflake(1<<64 - 1); top.Worker() != 31 || top.Process() != 31 || top.Increment() != 4095 {
		t.Errorf("parts of the largest are %d %d %d", top.Worker(), top.Process(), top.Increment())
	}
}

func TestSnowflakeAt(t *testing.T) {
	when := time.Date(2016, 4, 30, 11, 18, 25, 796999999, time.UTC)
	id := types.SnowflakeAt(when)
	if id > 175928847299117063 || !id.Time().Equal(when.Truncate(time.Millisecond)) || id&(1<<22-1) != 0 {
		t.Errorf("SnowflakeAt is %d", id)
	}
	if id := types.SnowflakeAt(time.Time{}); id != 0 {
		t.Errorf("before the epoch it is %d", id)
	}
	if id := types.SnowflakeAt(time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)); id != (1<<42-1)<<22 {
		t.Errorf("after the last millisecond it is %d", id)
	}
}

func TestSnowflakeShard(t *testing.T) {
	const guild = types.Snowflake(1573868338252199815)
	for shards, want := range map[int]int{-1: 0, 0: 0, 1: 0, 2: int(guild >> 22 % 2), 16: int(guild >> 22 % 16), 1000: int(guild >> 22 % 1000)} {
		if got := guild.Shard(shards); got != want {
			t.Errorf("of %d shards it is %d, want %d", shards, got, want)
		}
	}
}

func TestParseSnowflake(t *testing.T) {
	if id, err := types.ParseSnowflake("175928847299117063"); err != nil || id != 175928847299117063 || id.String() != "175928847299117063" {
		t.Errorf("got %d, %v", id, err)
	}
	if id, err := types.ParseSnowflake(""); err != nil || id != 0 {
		t.Errorf("got %d, %v", id, err)
	}
	if id, err := types.ParseSnowflake("-0"); err != nil || id != 0 {
		t.Errorf("got %d, %v", id, err)
	}
	if id, err := types.ParseSnowflake("-1"); err == nil || id != 0 {
		t.Errorf("got %d, %v", id, err)
	}
	if id, err := types.ParseSnowflake("@me"); err == nil || id != 0 || err.Error() != `types: cannot read a snowflake from "@me"` {
		t.Errorf("got %d, %v", id, err)
	}
}

func TestSnowflakeDoesNotAllocate(t *testing.T) {
	for _, in := range []string{`"1573868338252199815"`, `1573868338252199815`, `null`, `""`, `1.5e18`} {
		data := []byte(in)
		var id types.Snowflake
		if n := testing.AllocsPerRun(100, func() { _ = id.UnmarshalJSON(data) }); n != 0 {
			t.Errorf("%s costs %v allocations", in, n)
		}
	}
	b := make([]byte, 0, 32)
	if n := testing.AllocsPerRun(100, func() { b, _ = types.Snowflake(1).AppendText(b[:0]) }); n != 0 {
		t.Errorf("AppendText costs %v allocations", n)
	}
}

func ExampleSnowflake_Time() {
	id, err := types.ParseSnowflake("175928847299117063")
	fmt.Println(id.Time(), err)
	// Output: 2016-04-30 11:18:25.796 +0000 UTC <nil>
}

func ExampleSnowflakeAt() {
	// Everything with a larger id was made after this moment.
	fmt.Println(types.SnowflakeAt(time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)))
	// Output: 1573850500300800000
}

func BenchmarkSnowflakeUnmarshalJSON(b *testing.B) {
	data := []byte(`"1573868338252199815"`)
	b.ReportAllocs()
	for b.Loop() {
		var id types.Snowflake
		_ = id.UnmarshalJSON(data)
	}
}

// The fields of a struct as a decoder meets them; one field costs a quarter of what is reported.
func BenchmarkSnowflakeFields(b *testing.B) {
	data := []byte(`{"id":"1573868338252199815","channel_id":"1573868338298337162","guild_id":"1573868338252199816","author":"1573868328970205030"}`)
	b.ReportAllocs()
	for b.Loop() {
		var v struct {
			ID        types.Snowflake `json:"id"`
			ChannelID types.Snowflake `json:"channel_id"`
			GuildID   types.Snowflake `json:"guild_id"`
			Author    types.Snowflake `json:"author"`
		}
		if err := gojson.Unmarshal(data, &v); err != nil {
			b.Fatal(err)
		}
	}
}
