package world_test

import (
	"errors"
	"fmt"
	"runtime"
	"strconv"
	"sync"
	"testing"

	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
	"github.com/chorus-go/chorus/types"
)

// edits are the methods that take a function, each with the name of what it edits as the one thing that is changed.
func edits(s *stage) map[string]func(call func(name *string)) error {
	return map[string]func(func(*string)) error{
		"guild":   func(call func(*string)) error { return s.guild.Edit(func(g *types.Guild) { call(&g.Name) }) },
		"channel": func(call func(*string)) error { return s.public.Edit(func(c *types.Channel) { call(&c.Name) }) },
		"role": func(call func(*string)) error {
			return s.guild.EditRole(s.role.ID, func(r *types.Role) { call(&r.Name) })
		},
		"member": func(call func(*string)) error {
			return s.guild.EditMember(s.member.ID, func(m *types.GuildMember) { call(&m.Nick) })
		},
		"user": func(call func(*string)) error {
			return s.w.User(s.member.ID).Edit(func(u *types.User) { call(&u.Username) })
		},
	}
}

// TestEditCallsTheWorld has the function of each edit call the world, also for what it edits. What that changes stays.
func TestEditCallsTheWorld(t *testing.T) {
	for name := range edits(newStage(t, world.Spacebar)) {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, world.Spacebar)
			must(t, edits(s)[name](func(name *string) {
				must(t, s.guild.Edit(func(g *types.Guild) { g.Description = "from within" }))
				must(t, s.public.Edit(func(c *types.Channel) { c.Topic = "from within" }))
				got(s.public.SendMessage(s.member.ID, "from within"))(t)
				*name = "changed"
			}))
			guild, channel := got(s.guild.Snapshot())(t), got(s.public.Snapshot())(t)
			same(t, "description", guild.Description, "from within")
			same(t, "topic", channel.Topic, "from within")
			must(t, edits(s)[name](func(name *string) { same(t, "name", *name, "changed") }))
		})
	}
}

// TestEditConcurrently counts in several goroutines by edits: no count is lost.
func TestEditConcurrently(t *testing.T) {
	for name := range edits(newStage(t, world.Spacebar)) {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, world.Spacebar)
			must(t, edits(s)[name](func(name *string) { *name = "0" }))
			var group sync.WaitGroup
			for range 4 {
				group.Go(func() {
					for range 25 {
						if err := edits(s)[name](func(name *string) {
							n, _ := strconv.Atoi(*name)
							runtime.Gosched()
							*name = fmt.Sprint(n + 1)
						}); err != nil {
							t.Error(err)
						}
					}
				})
			}
			group.Wait()
			must(t, edits(s)[name](func(name *string) { same(t, "count", *name, "100") }))
		})
	}
}

// TestEditConflict has a function that changes what it edits to something new whenever it is called: it is given up.
func TestEditConflict(t *testing.T) {
	s := newStage(t, world.Spacebar)
	calls := 0
	err := s.guild.Edit(func(g *types.Guild) {
		calls++
		must(t, s.guild.Rename(fmt.Sprint("within ", calls)))
		g.Name = "without"
	})
	if !errors.Is(err, world.ErrConflict) {
		t.Errorf("the error is %v", err)
	}
	same(t, "name", got(s.guild.Snapshot())(t).Name, fmt.Sprint("within ", calls))
}

// TestEditNothing gives each edit no function: nothing changes, and nobody is told. What is not there is an error
// still.
func TestEditNothing(t *testing.T) {
	s := newStage(t, world.Spacebar)
	must(t, s.guild.Edit(nil), s.public.Edit(nil), s.guild.EditRole(s.role.ID, nil),
		s.guild.EditMember(s.member.ID, nil), s.w.User(s.member.ID).Edit(nil))
	for name, c := range s.clients {
		same(t, name, c.types(), "")
	}
	if err := s.w.Guild(1).Edit(nil); !errors.Is(err, world.ErrNotFound) {
		t.Errorf("the error is %v", err)
	}
}

// TestEditLists has a function write to a list: what was handed out before stays as it was.
func TestEditLists(t *testing.T) {
	s := newStage(t, world.Spacebar)
	must(t, s.guild.Edit(func(g *types.Guild) { g.Features = []types.GuildFeature{"ONE"} }))
	before := got(s.guild.Snapshot())(t)
	must(t, s.guild.Edit(func(g *types.Guild) { g.Features[0] = "TWO" }))
	same(t, "before", before.Features, []string{"ONE"})
	same(t, "after", got(s.guild.Snapshot())(t).Features, []string{"TWO"})
}
