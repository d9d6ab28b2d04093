package decode

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/chorus-go/chorus/internal/json"
	"github.com/chorus-go/chorus/types"
)

// users returns a list of n users, each of as many bytes as width says or more.
func users(n, width int) string {
	user := `{"id":"1","username":"` + strings.Repeat("a", width) + `"}`
	return "[" + strings.TrimSuffix(strings.Repeat(user+",", n), ",") + "]"
}

// TestListsOfAllLengths reads lists, twice each with the scratch of those before. A list has no room for more elements,
// and shares nothing with a later one; of what is kept nothing is large or not empty.
func TestListsOfAllLengths(t *testing.T) {
	c := cursors.New().(*cursor)
	for _, n := range []int{0, 1, 4, 5, 12, 1019, 1020, 1021, 1024, 1025, 5001, 3} {
		for _, rest := range []int{0, 10_000, 1_000_000} {
			var first, second, want []types.User
			text := users(n, 10)
			if err := json.Unmarshal([]byte(text), &want); err != nil {
				t.Fatal(err)
			}
			for _, list := range []*[]types.User{&first, &second} {
				c.on([]byte(text + strings.Repeat(" ", rest)))
				c.chunk = nil
				if readUserList(c, list); c.odd || c.at != len(text) || cap(*list) != n {
					t.Fatalf("%d users: %d are read, with room for %d", n, len(*list), cap(*list))
				}
			}
			clear(second)
			if !reflect.DeepEqual(first, want) {
				t.Errorf("%d users before %d bytes are not those of internal/json", n, rest)
			}
			for _, scratch := range c.scratch.User {
				if cap(scratch) > maxScratch {
					t.Errorf("%d users: room for %d is kept", n, cap(scratch))
				}
				for i := range cap(scratch) {
					if !reflect.ValueOf(&scratch[:cap(scratch)][i]).Elem().IsZero() {
						t.Fatalf("%d users: the scratch is not empty", n)
					}
				}
			}
		}
	}
}

// TestRoomIsBounded looks at the room for elements that are like those before, and for those that are not.
func TestRoomIsBounded(t *testing.T) {
	for _, test := range []struct{ n, start, at, end, want int }{
		{0, 1, 1, 1 << 20, 4}, {508, 0, 508, 1 << 30, 1020},
		{1020, 0, 1020 * 99, 5000 * 99, 1020 + 3940 + 246},
		{1020, 0, 1020 * 99, 1020*99 + 5, 1020 + 255},
		{1020, 0, 1020 * 3, 1 << 30, 8 * 1020},
	} {
		c := &cursor{data: make([]byte, min(test.end, 1<<24)), at: test.at}
		if got := c.room(test.n, test.start); got != test.want {
			t.Errorf("after %d elements in %d bytes of %d there is room for %d, not %d",
				test.n, test.at, test.end, got, test.want)
		}
	}
}

// TestSmallLists reads lists of what is no structure, arrays of fixed length, and lists with a version.
func TestSmallLists(t *testing.T) {
	for _, text := range []string{
		`null`, `[]`, `[ ]`, `["a"]`, `["a","b","c","d","e",null,""]`,
		`{}`, `"a"`, `[1]`, `["a",]`, `["a"`,
	} {
		agreeOn(t, text, nil, func(c *cursor, v *[]string) { list(c, v, text2) })
		agreeOn(t, text, []string{"x"}, func(c *cursor, v *[]string) { list(c, v, text2) })
	}
	for _, text := range []string{`null`, `[]`, `[1]`, `[1,2]`, `[null,2]`, `[3,null]`, `[1,2,3]`, `{}`, `[1`, `["1"]`} {
		agreeOn(t, text, [2]int64{8, 9}, func(c *cursor, v *[2]int64) { fixed(c, v[:], integer[int64]) })
	}
	for _, text := range []string{
		`null`, `[]`, `[{"id":"1"}]`, `{}`, `{"entries":[{"id":"2"}],"version":"3","partial":1}`, `{"Version":4,"x":[]}`,
		`{"entries":null,"partial":null}`, `{"entries":[],"entries":[{}]}`, `"x"`, `{"entries":5}`, `{"version":{}}`,
	} {
		agreeOn(t, text, types.Versioned[types.User]{Version: 7}, func(c *cursor, v *types.Versioned[types.User]) {
			*v = types.Versioned[types.User]{}
			versioned(c, &v.Partial, &v.Version, func() { readUserList(c, &v.Entries) })
		})
	}
}

// TestSpacedListsAreRead reads lists with white space everywhere, within a text and at its end.
func TestSpacedListsAreRead(t *testing.T) {
	for _, rest := range []string{"", strings.Repeat("x", window)} {
		for _, text := range []string{`[1,2,3]`, `[ 1,2,3]`, `[1, 2,3]`, `[1 ,2,3]`, "[1,\r\n\t2 , 3 ]", `[1,2,3 ]`} {
			var got []int64
			c := reading(text + rest)
			if list(c, &got, integer[int64]); c.odd || c.at != len(text) || !slices.Equal(got, []int64{1, 2, 3}) {
				t.Errorf("%q before %q: %v, up to %d", text, rest, got, c.at)
			}
		}
	}
}

// text2 is text for a string, as the name is that of a variable here.
func text2(c *cursor, v *string) { text(c, v) }

// agreeOn reads a text into a value that is there already. What is read must be what internal/json reads.
func agreeOn[T any](t *testing.T, text string, before T, read func(*cursor, *T)) {
	t.Helper()
	got, want := before, before
	c := reading(text)
	read(c, &got)
	if c.odd || c.at != len(c.data) {
		return
	}
	if err := json.Unmarshal([]byte(text), &want); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%s: %+v; internal/json has %+v, %v", text, got, want, err)
	}
}
