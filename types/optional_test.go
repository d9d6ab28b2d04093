package types_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"testing"

	gojson "github.com/goccy/go-json"

	"github.com/chorus-go/chorus/types"
)

type color int64
type status string
type small int8
type verified bool
type shouting string

func (s *shouting) UnmarshalText(b []byte) error { *s = shouting(b) + "!"; return nil }
func (s shouting) MarshalText() ([]byte, error)  { return []byte(s), nil }

type inner struct {
	Name  types.Optional[string]   `json:"name,omitzero"`
	Roles types.Optional[[]inner]  `json:"roles,omitzero"`
	Self  *types.Optional[float64] `json:"self,omitzero"`
}

func TestOptionalReads(t *testing.T) {
	reads(t, `"a\u00e9<"`, types.Some("aé<"))
	reads(t, `"a"`, types.Some("a"))
	reads(t, `""`, types.Some(""))
	reads(t, `null`, types.Null[string]())
	reads(t, `true`, types.Some(true))
	reads(t, `false`, types.Some(false))
	reads(t, `-12`, types.Some(int64(-12)))
	reads(t, `9223372036854775807`, types.Some(int64(9223372036854775807)))
	reads(t, `-9223372036854775808`, types.Some(int64(-9223372036854775808)))
	reads(t, `1.5e3`, types.Some(1500.0))
	reads(t, `3`, types.Some(color(3)))
	reads(t, `"idle"`, types.Some(status("idle")))
	reads(t, `-128`, types.Some(small(-128)))
	reads(t, `true`, types.Some(verified(true)))
	reads(t, `"a"`, types.Some(shouting("a!")))
	reads(t, `"12"`, types.Some(types.Snowflake(12)))
	reads(t, `null`, types.Null[types.Snowflake]())
	reads(t, `"0"`, types.Some(types.Snowflake(0)))
	reads(t, `"2026-11-22T01:10:50.686Z"`, types.Some(at(2026, 11, 22, 1, 10, 50, 686000)))
	reads(t, `[]`, types.Some([]int{}))
	reads(t, `[1,2]`, types.Some([]int{1, 2}))
	reads(t, `null`, types.Null[[]int]())
	reads(t, `{"1":"2"}`, types.Some(map[types.Snowflake]types.Snowflake{1: 2}))
	reads(t, `{"name":null,"roles":[{"name":"x"},{}],"self":2}`, types.Some(inner{
		Name:  types.Null[string](),
		Roles: types.Some([]inner{{Name: types.Some("x")}, {}}),
		Self:  pointer(types.Some(2.0)),
	}))
	reads(t, `{}`, types.Some(&inner{}))
	reads(t, `null`, types.Null[*inner]())
	reads(t, `{"a":1}`, types.Some(types.Raw(`{"a":1}`)))
}

func pointer[T any](v T) *T { return &v }

func TestOptionalWrites(t *testing.T) {
	writes(t, types.Some("a<é\""), `"a<é\""`)
	writes(t, types.Some("a"), `"a"`)
	writes(t, types.Some(true), `true`)
	writes(t, types.Some(int64(-1)), `-1`)
	writes(t, types.Some(1.5), `1.5`)
	writes(t, types.Some(color(3)), `3`)
	writes(t, types.Some(status("idle")), `"idle"`)
	writes(t, types.Some(shouting("a")), `"a"`)
	writes(t, types.Some(types.Snowflake(12)), `"12"`)
	writes(t, types.Some(types.Snowflake(0)), `null`)
	writes(t, types.Some([]types.Snowflake{1, 2}), `["1","2"]`)
	writes(t, types.Some([]int(nil)), `null`)
	writes(t, types.Some((*inner)(nil)), `null`)
	writes(t, types.Some(&inner{Name: types.Null[string]()}), `{"name":null}`)
	writes(t, types.Some(inner{Name: types.Some(""), Roles: types.Some([]inner{{}})}), `{"name":"","roles":[{}]}`)
	writes(t, types.Null[string](), `null`)
	writes(t, types.Optional[string]{}, `null`)
	writes(t, types.Some(types.AnyComponent{}), `null`)
}

func TestOptionalIsOmitted(t *testing.T) {
	omits(t, types.Optional[string]{}, true)
	omits(t, types.Null[string](), false)
	omits(t, types.Some(""), false)
	omits(t, types.Optional[inner]{}, true)
	omits(t, types.Some(inner{}), false)
	omits(t, types.Optional[[]int]{}, true)
	omits(t, types.Some([]int(nil)), false)
}

// An Optional refuses what its type refuses: the short cuts make nothing acceptable.
func TestOptionalRefuses(t *testing.T) {
	check := func(target any, inputs ...string) {
		t.Helper()
		for _, in := range inputs {
			for _, c := range codecs() {
				if err := c.unmarshal([]byte(in), target); err == nil {
					t.Errorf("%s: %T accepts %s as %+v", c.name, target, in, target)
				}
			}
		}
	}
	check(&types.Optional[string]{}, `1`, `true`, `{}`, `[]`)
	check(&types.Optional[bool]{}, `1`, `"true"`, `{}`)
	check(&types.Optional[int64]{}, `1.5`, `"1"`, `1e400`, `9223372036854775808`, `[]`)
	check(&types.Optional[float64]{}, `"1"`, `1e400`, `true`)
	check(&types.Optional[small]{}, `128`, `-129`)
	check(&types.Optional[color]{}, `"1"`, `9223372036854775808`)
	check(&types.Optional[status]{}, `1`)
	check(&types.Optional[verified]{}, `1`, `0`, `"true"`, `[]`)
	check(&types.Optional[types.Snowflake]{}, `"x"`)
	check(&types.Optional[inner]{}, `{"name":1}`, `[]`)
	refuses(t, `"x"`, types.Some(types.Snowflake(7)))
}

// Called without a decoder, it may be given anything.
func TestOptionalRefusesWhatIsNotJSON(t *testing.T) {
	for _, in := range []string{``, ` `, `-`, `01`, `-01`, `"`, `"a`, `tru`, `1.`, `nul`, `1 2`, `{`} {
		for _, target := range []json.Unmarshaler{
			&types.Optional[string]{}, &types.Optional[bool]{}, &types.Optional[int64]{}, &types.Optional[float64]{},
			&types.Optional[color]{}, &types.Optional[status]{}, &types.Optional[verified]{}, &types.Optional[inner]{},
		} {
			if err := target.UnmarshalJSON([]byte(in)); err == nil {
				t.Errorf("%T accepts %q", target, in)
			}
		}
	}
}

// The ordinary values of partial updates do not take the way through encoding/json, which allocates.
func TestOptionalAllocates(t *testing.T) {
	for _, c := range []struct {
		in     string
		target json.Unmarshaler
		want   float64
	}{
		{`"some text"`, &types.Optional[string]{}, 1},
		{`"some text"`, &types.Optional[status]{}, 1},
		{`true`, &types.Optional[bool]{}, 0},
		{`false`, &types.Optional[verified]{}, 0},
		{`-12`, &types.Optional[int64]{}, 0},
		{`12`, &types.Optional[color]{}, 0},
		{`null`, &types.Optional[inner]{}, 0},
	} {
		data := []byte(c.in)
		if got := testing.AllocsPerRun(100, func() { _ = c.target.UnmarshalJSON(data) }); got != c.want {
			t.Errorf("%T from %s costs %v allocations", c.target, c.in, got)
		}
	}
}

func TestOptionalStates(t *testing.T) {
	var absent types.Optional[int]
	null, zero, seven := types.Null[int](), types.Some(0), types.Some(7)
	for _, c := range []struct {
		o                  types.Optional[int]
		absent, null, has  bool
		value, or, applied int
	}{
		{absent, true, false, false, 0, 5, 3},
		{null, false, true, false, 0, 5, 0},
		{zero, false, false, true, 0, 0, 0},
		{seven, false, false, true, 7, 7, 7},
	} {
		if c.o.IsZero() != c.absent || c.o.IsPresent() == c.absent || c.o.IsNull() != c.null {
			t.Errorf("%+v: IsZero %v, IsPresent %v, IsNull %v", c.o, c.o.IsZero(), c.o.IsPresent(), c.o.IsNull())
		}
		if value, ok := c.o.Get(); value != c.value || ok != c.has || c.o.Or(5) != c.or {
			t.Errorf("%+v: Get %d %v, Or(5) %d", c.o, value, ok, c.o.Or(5))
		}
		field := 3
		if changed := c.o.Apply(&field); field != c.applied || changed == c.absent {
			t.Errorf("%+v: Apply gives %d, %v", c.o, field, changed)
		}
	}
	if absent == null || null == zero || zero == seven || types.Some(7) != seven {
		t.Error("== does not tell the states apart")
	}
}

// TestOptionalPointer: what is read is null or an object of its own, and nil counts as null.
func TestOptionalPointer(t *testing.T) {
	before := &inner{Name: types.Some("before")}
	for _, c := range codecs() {
		o := types.Some(before)
		if err := c.unmarshal([]byte(`{"self":2}`), &o); err != nil {
			t.Fatal(err)
		}
		if got, ok := o.Get(); !ok || got == nil || got == before || got.Name.IsPresent() || !before.Name.IsPresent() {
			t.Errorf("%s: got %+v, and the earlier object became %+v", c.name, got, before)
		}
		if err := c.unmarshal([]byte(`null`), &o); err != nil || o != types.Null[*inner]() {
			t.Errorf("%s: null gives %+v (%v)", c.name, o, err)
		}
	}
	field := before
	if types.Some[*inner](nil).Apply(&field); field != nil {
		t.Errorf("nil leaves %+v", field)
	}
}

// A decoder that is given a used value replaces it as a whole.
func TestOptionalForgetsItsEarlierValue(t *testing.T) {
	for _, c := range codecs() {
		o := types.Some(map[string]int{"old": 1})
		kept, _ := o.Get()
		if err := c.unmarshal([]byte(`{"new":2}`), &o); err != nil {
			t.Fatal(err)
		}
		if got, _ := o.Get(); !reflect.DeepEqual(got, map[string]int{"new": 2}) || len(kept) != 1 {
			t.Errorf("%s: got %v, and the earlier value became %v", c.name, got, kept)
		}
		if err := c.unmarshal([]byte(`null`), &o); err != nil || !o.IsNull() {
			t.Errorf("%s: null gives %+v (%v)", c.name, o, err)
		}
		if got, _ := o.Get(); got != nil {
			t.Errorf("%s: null keeps %v", c.name, got)
		}
	}
}

func FuzzOptional(f *testing.F) {
	for _, in := range []string{`"a"`, `"\ud83d"`, `"\xff"`, `12`, `-0`, `1.5`, `1e5`, `true`, `null`, `[1]`, `{"name":"x"}`, ` 1 `, `01`, `"\u0000"`} {
		f.Add([]byte(in))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		agree[string](t, data)
		agree[bool](t, data)
		agree[int64](t, data)
		agree[float64](t, data)
		agree[color](t, data)
		agree[status](t, data)
		agree[small](t, data)
		agree[shouting](t, data)
		agree[inner](t, data)
	})
}

// agree checks that an Optional reads a value as encoding/json reads its type, and writes what it can read again.
func agree[T any](t *testing.T, data []byte) {
	var plain *T
	var o types.Optional[T]
	plainErr, err := json.Unmarshal(data, &plain), json.Unmarshal(data, &o)
	if (plainErr == nil) != (err == nil) {
		t.Fatalf("%T from %q: %v, but alone: %v", o, data, err, plainErr)
	}
	if err != nil {
		return
	}
	value, ok := o.Get()
	if ok != (plain != nil) || ok && !reflect.DeepEqual(value, *plain) {
		t.Fatalf("%T from %q is %+v", o, data, o)
	}
	out, err := json.Marshal(o)
	var again types.Optional[T]
	if err != nil || json.Unmarshal(out, &again) != nil {
		t.Fatalf("%T from %q is written as %s (%v)", o, data, out, err)
	}
	if _, loud := any(value).(shouting); !loud && !reflect.DeepEqual(again, o) {
		t.Fatalf("%T from %q comes back from %s as %+v", o, data, out, again)
	}
}

func ExampleOptional() {
	type update struct {
		Nick  types.Optional[string] `json:"nick,omitzero"`
		Topic types.Optional[string] `json:"topic,omitzero"`
		Name  types.Optional[string] `json:"name,omitzero"`
	}
	var u update
	if err := gojson.Unmarshal([]byte(`{"nick":"al","topic":null}`), &u); err != nil {
		fmt.Println(err)
	}
	nick, topic, name := "alice", "old topic", "old name"
	u.Nick.Apply(&nick)
	u.Topic.Apply(&topic)
	u.Name.Apply(&name)
	fmt.Printf("%q %q %q\n", nick, topic, name)

	out, err := gojson.Marshal(update{Nick: types.Null[string](), Name: types.Some("new")})
	fmt.Println(string(out), err)
	// Output:
	// "al" "" "old name"
	// {"nick":null,"name":"new"} <nil>
}

func BenchmarkOptionalFields(b *testing.B) {
	data := []byte(`{"a":"text","b":12,"c":null,"d":"1573868338252199815"}`)
	b.ReportAllocs()
	for b.Loop() {
		var v struct {
			A types.Optional[string]          `json:"a"`
			B types.Optional[color]           `json:"b"`
			C types.Optional[string]          `json:"c"`
			D types.Optional[types.Snowflake] `json:"d"`
		}
		if err := gojson.Unmarshal(data, &v); err != nil {
			b.Fatal(err)
		}
	}
}

func TestOptionalFill(t *testing.T) {
	o := types.Some("before")
	if p := o.Fill(); *p != "" || o != types.Some("") {
		t.Errorf("%q in %v", *p, o)
	} else if *p = "filled"; o != types.Some("filled") {
		t.Errorf("%v", o)
	}
}
