package world_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
	"github.com/chorus-go/chorus/types"
)

// TestInviteUses has an invitation for one: a member does not use it up, and after the first who joins it is deleted.
func TestInviteUses(t *testing.T) {
	s := newStage(t, world.Spacebar)
	invite := got(s.public.NewInvite(s.owner.ID, world.InviteOptions{MaxUses: 1}))(t)
	got(s.w.AcceptInvite(s.member.ID, invite.Code))(t)
	same(t, "uses", got(s.w.Invite(invite.Code))(t).Uses, 0)
	got(s.w.AcceptInvite(s.stranger.ID, invite.Code))(t)
	same(t, "owner", s.clients["owner"].types(), "INVITE_CREATE GUILD_MEMBER_ADD INVITE_DELETE")
	if _, err := s.w.AcceptInvite(s.stranger.ID, invite.Code); !errors.Is(err, world.ErrNotFound) {
		t.Errorf("the error is %v", err)
	}
}

// TestInviteAge has invitations expire: none is found from its age on, and the next change tells of it first.
func TestInviteAge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, world.Spacebar)
		long := got(s.public.NewInvite(s.owner.ID, world.InviteOptions{MaxAge: time.Hour}))(t)
		short := got(s.public.NewInvite(s.owner.ID, world.InviteOptions{MaxAge: time.Minute}))(t)
		same(t, "max_age", short.MaxAge, 60)
		same(t, "expires_at", short.ExpiresAt, types.TimestampOf(time.Now().Add(time.Minute)))
		owner := s.clients["owner"]
		owner.take()

		time.Sleep(time.Minute - 1)
		got(s.w.Invite(short.Code))(t)
		time.Sleep(time.Nanosecond)
		if _, err := s.w.Invite(short.Code); !errors.Is(err, world.ErrNotFound) {
			t.Errorf("the error is %v", err)
		}
		same(t, "invites", len(got(s.guild.Invites())(t)), 1)
		got(s.public.SendMessage(s.owner.ID, "later"))(t)
		same(t, "owner", owner.types(), "INVITE_DELETE MESSAGE_CREATE")
		time.Sleep(time.Hour)
		if _, err := s.w.AcceptInvite(s.stranger.ID, long.Code); !errors.Is(err, world.ErrNotFound) {
			t.Errorf("the error is %v", err)
		}
		same(t, "owner", owner.types(), "INVITE_DELETE")
	})
}
