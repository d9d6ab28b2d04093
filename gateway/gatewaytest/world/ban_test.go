package world_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
	"github.com/chorus-go/chorus/types"
)

// TestBanDeletesMessages bans somebody whose messages are in three channels, some of them too old.
func TestBanDeletesMessages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, world.Spacebar)
		other := got(s.guild.CreateChannel("other"))(t)
		old := got(s.public.SendMessage(s.member.ID, "old"))(t)
		time.Sleep(2 * time.Hour)
		first, second := got(s.public.SendMessage(s.member.ID, "1"))(t), got(s.public.SendMessage(s.member.ID, "2"))(t)
		third := got(other.SendMessage(s.member.ID, "3"))(t)
		kept := got(other.SendMessage(s.owner.ID, "of somebody else"))(t)
		owner, member := s.clients["owner"], s.clients["member"]
		owner.take()
		member.take()

		must(t, s.guild.BanWith(s.member.ID, world.BanOptions{DeleteMessages: time.Hour}))
		events := owner.take()
		same(t, "ban", last[types.GuildBanAdd](t, events, "GUILD_BAN_ADD").DeleteMessageSecs, 3600)
		same(t, "bulk", last[types.MessageDeleteBulk](t, events, "MESSAGE_DELETE_BULK").IDs, []id{first.ID, second.ID})
		same(t, "one", last[types.MessageDelete](t, events, "MESSAGE_DELETE").ID, third.ID)
		same(t, "events", len(events), 4)
		same(t, "of the banned", member.types(), "GUILD_DELETE")
		got(s.public.Message(old.ID))(t)
		got(other.Message(kept.ID))(t)
	})
}

// TestBanOptions refuses what cannot be; then nobody is banned.
func TestBanOptions(t *testing.T) {
	s := newStage(t, world.Spacebar)
	for _, back := range []time.Duration{-1, 8 * 24 * time.Hour} {
		var input *world.InputError
		if err := s.guild.BanWith(s.member.ID, world.BanOptions{DeleteMessages: back}); !errors.As(err, &input) {
			t.Errorf("%v: the error is %v", back, err)
		}
	}
	same(t, "owner", s.clients["owner"].types(), "")
}
