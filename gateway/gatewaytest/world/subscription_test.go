package world_test

import (
	"errors"
	"testing"

	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
	"github.com/chorus-go/chorus/types"
)

// TestSubscribeTyping ends TYPING_START of a guild for one session and has it begin again. Spacebar ignores it.
func TestSubscribeTyping(t *testing.T) {
	for profile, want := range map[world.Profile]string{world.Discord: "", world.Spacebar: "TYPING_START"} {
		t.Run(profile.String(), func(t *testing.T) {
			s := newStage(t, profile)
			c, other := s.clients["member"], connect(t, s.w, s.member)
			hear := func(typing bool) {
				must(t, s.w.Subscribe(c.state, s.guild.ID(), types.GuildSubscription{Typing: types.Some(typing)}))
				c.take()
				other.take()
				must(t, s.public.Typing(s.owner.ID))
			}
			hear(false)
			same(t, "without", c.types(), want)
			same(t, "the user's other session", other.types(), "TYPING_START")
			hear(true)
			same(t, "with", c.types(), "TYPING_START")
		})
	}
}

// TestSubscribeThreadMembers asks who is in a thread.
func TestSubscribeThreadMembers(t *testing.T) {
	s := newStage(t, world.Discord)
	thread := got(s.public.StartThread(s.member.ID, "t", false))(t)
	c := s.clients["owner"]
	c.take()
	ask := types.GuildSubscription{ThreadMemberLists: []id{thread.ID()}}
	must(t, s.w.Subscribe(c.state, s.guild.ID(), ask))
	list := last[types.ThreadMemberListUpdate](t, c.take(), "THREAD_MEMBER_LIST_UPDATE")
	same(t, "members", len(list.Members), 1)
	same(t, "member", list.Members[0].Member.User.ID, s.member.ID)
	same(t, "presence", list.Presences[0].Status, types.StatusTypeOnline)
	for _, none := range []id{s.public.ID(), 1} {
		ask.ThreadMemberLists = []id{none}
		if err := s.w.Subscribe(c.state, s.guild.ID(), ask); !errors.Is(err, world.ErrForbidden) {
			t.Errorf("%d: the error is %v", none, err)
		}
	}
	same(t, "nothing", c.types(), "")
	spacebar := newStage(t, world.Spacebar)
	c = spacebar.clients["owner"]
	must(t, spacebar.w.Subscribe(c.state, spacebar.guild.ID(), ask))
	same(t, "on Spacebar", c.types(), "")
}
