package types_test

import (
	"fmt"
	"strings"
	"testing"

	gojson "github.com/goccy/go-json"

	"github.com/chorus-go/chorus/types"
)

func TestSnowflakeListReads(t *testing.T) {
	for in, want := range map[string]types.SnowflakeList{
		`["1573868338252199815","1573868347546777995"]`: {1573868338252199815, 1573868347546777995},
		`"1573868338252199815"`:                         {1573868338252199815},
		`1573868338252199815`:                           {1573868338252199815},
		`[ "1" , 2,null,"" ]`:                           {1, 2, 0, 0},
		`[]`:                                            {},
		`[ ]`:                                           {},
		`null`:                                          nil,
		`""`:                                            nil,
	} {
		reads(t, in, want)
	}
	for _, in := range []string{`true`, `"x"`, `["x"]`, `[["1"]]`, `[{}]`, `{}`, `[{"id":"6"}]`, `{"id":"5"}`, `[{"id":"x"}]`, `[1.5]`} {
		refuses(t, in, types.SnowflakeList{7})
	}
}

func TestSnowflakeListWrites(t *testing.T) {
	writes(t, types.SnowflakeList{1573868338252199815, 0, 2}, `["1573868338252199815","0","2"]`)
	writes(t, types.SnowflakeList{}, `[]`)
	writes(t, types.SnowflakeList(nil), `[]`)
	omits(t, types.SnowflakeList(nil), true)
	omits(t, types.SnowflakeList{}, false)
}

// The list is sized before it is read; input that only looks like many elements must not make it large.
func TestSnowflakeListIsSizedByItsInput(t *testing.T) {
	in := []byte(`["1` + strings.Repeat(",", 1<<20) + `"]`)
	var l types.SnowflakeList
	if err := l.UnmarshalJSON(in); err == nil {
		t.Errorf("a million commas are read as %d snowflakes", len(l))
	}
	for _, broken := range []string{``, `[`, `]`, `[1`, `[1,`, `[1,]`, `[,]`, `{`, `{"id"`, `{"id":`, `"`, `["1"]]`, `["1"] ,`, `[1 2]`, `[1}2]`, `["1",`, `["\`} {
		if err := l.UnmarshalJSON([]byte(broken)); err == nil {
			t.Errorf("%s is read as %v", broken, l)
		}
	}
}

func ExampleSnowflakeList() {
	var lists []types.SnowflakeList
	err := gojson.Unmarshal([]byte(`["5",["5","6"],7,null]`), &lists)
	fmt.Println(lists, err)
	// Output: [[5] [5 6] [7] []] <nil>
}
