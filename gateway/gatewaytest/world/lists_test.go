package world_test

import (
	"testing"

	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
	"github.com/chorus-go/chorus/types"
)

// TestListCounts follows online_count through everything that changes it.
func TestListCounts(t *testing.T) {
	s := newStage(t, world.Discord)
	c := s.clients["owner"]
	must(t, s.w.Subscribe(c.state, s.guild.ID(), types.GuildSubscription{
		Channels: map[id][][2]int64{s.public.ID(): {{0, 99}}},
	}))
	for _, step := range []struct {
		name            string
		do              func() error
		members, online int64
	}{
		{"somebody online joins", func() error { return s.guild.Join(s.stranger.ID) }, 3, 3},
		{"somebody is invisible", func() error { return s.present("stranger", types.StatusTypeInvisible) }, 3, 2},
		{"and is back", func() error { return s.present("stranger", types.StatusTypeDND) }, 3, 3},
		{"a session ends", func() error { s.w.Detach(s.clients["member"].state); return nil }, 3, 2},
		{"somebody offline leaves", func() error { return s.guild.Leave(s.member.ID) }, 2, 2},
		{"somebody imagined joins", func() error {
			puppet := s.w.AddUser("puppet")
			must(t, s.w.User(puppet.ID).SetPresence(types.StatusTypeOnline))
			return s.guild.Join(puppet.ID)
		}, 3, 3},
		{"somebody online is banned", func() error { return s.guild.Ban(s.stranger.ID) }, 2, 2},
	} {
		c.take()
		must(t, step.do())
		list := last[types.GuildMemberListUpdate](t, c.take(), "GUILD_MEMBER_LIST_UPDATE")
		same(t, step.name, []int64{list.MemberCount, list.OnlineCount}, []int64{step.members, step.online})
	}
}

// present sends an op 3.
func (s *stage) present(name string, status types.StatusType) error {
	return s.w.UpdatePresence(s.clients[name].state, types.UpdatePresence{Status: status})
}

// TestHoistedRoles has the groups of a list follow the roles.
func TestHoistedRoles(t *testing.T) {
	s := newStage(t, world.Spacebar)
	c := s.clients["owner"]
	must(t, s.guild.EditRole(s.role.ID, func(r *types.Role) { r.Hoist = true }), s.guild.AddRole(s.member.ID, s.role.ID))
	must(t, s.w.Subscribe(c.state, s.guild.ID(), types.GuildSubscription{
		Channels: map[id][][2]int64{s.public.ID(): {{0, 99}}},
	}))
	list := last[types.GuildMemberListUpdate](t, c.take(), "GUILD_MEMBER_LIST_UPDATE")
	same(t, "groups", len(list.Groups), 2)
	same(t, "first group", list.Groups[0].ID, s.role.ID.String())
	must(t, s.guild.DeleteRole(s.role.ID))
	list = last[types.GuildMemberListUpdate](t, c.take(), "GUILD_MEMBER_LIST_UPDATE")
	same(t, "groups without the role", len(list.Groups), 1)
}
