package decode

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chorus-go/chorus/types"
)

func TestASlabGivesEachItsOwn(t *testing.T) {
	c := &cursor{data: make([]byte, 1<<20)}
	var s slab[int]
	seen := map[*int]bool{}
	for i := range 100 {
		taken := s.take(c, 1+i%5, 16, 4096)
		if len(taken) != 1+i%5 || cap(taken) != len(taken) {
			t.Fatalf("%d elements with room for %d", len(taken), cap(taken))
		}
		for j := range taken {
			if seen[&taken[j]] || taken[j] != 0 {
				t.Fatal("an element was given twice")
			}
			seen[&taken[j]] = true
			taken[j] = 1
		}
	}
}

// A small event takes what it needs and no more, and nobody keeps more than a slab.
func TestASlabIsAsLargeAsTheEventAllows(t *testing.T) {
	for _, c := range []struct{ left, take, want int }{
		{0, 1, 0}, {4096, 1, 0}, {8191, 1, 0}, {8192, 1, 1}, {3 * 4096, 1, 2}, {1 << 20, 1, 15}, {1 << 20, 8, 8}, {1 << 20, 9, 0},
	} {
		var s slab[int]
		if s.take(&cursor{data: make([]byte, c.left)}, c.take, 16, 4096); len(s.free) != c.want {
			t.Errorf("%d taken with %d bytes left: %d are free, want %d", c.take, c.left, len(s.free), c.want)
		}
	}
}

// The members of a guild share slabs; what one of them is, no other one touches, nor does the next event.
func TestMembersOfAGuildThatShareMemoryAreApart(t *testing.T) {
	guild := func(name string) []byte {
		var members []string
		for i := range 300 {
			members = append(members, fmt.Sprintf(`{"user":{"id":"%d","username":"%s%d"},"roles":["%d","%d"],"nick":"%s"}`,
				i+1, name, i, i+1, i+2, strings.Repeat("n", 100)))
		}
		return []byte(`{"id":"1","members":[` + strings.Join(members, ",") + `]}`)
	}
	var first, second types.GuildCreate
	if err := GuildCreate(guild("a"), &first); err != nil {
		t.Fatal(err)
	}
	for i := range first.Members {
		first.Members[i].Roles = append(first.Members[i].Roles, 7)
	}
	if err := GuildCreate(guild("b"), &second); err != nil {
		t.Fatal(err)
	}
	for i, m := range first.Members {
		want := fmt.Sprintf("[%d %d 7]", i+1, i+2)
		if m.User.ID != types.Snowflake(i+1) || m.User.Username != fmt.Sprintf("a%d", i) || fmt.Sprint(m.Roles) != want {
			t.Fatalf("member %d is %s with %v", i, m.User.Username, m.Roles)
		}
	}
}
