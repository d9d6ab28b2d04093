package world_test

import (
	"testing"

	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
)

// TestMentions finds users and roles in the content, and @everyone only where it is allowed.
func TestMentions(t *testing.T) {
	s := newStage(t, world.Discord)
	content := "<@" + s.member.ID.String() + "> <@!" + s.member.ID.String() + "> <@&" + s.role.ID.String() +
		"> <@1> <@&1> <@ @everyone"
	m := got(s.public.SendMessage(s.owner.ID, content))(t)
	same(t, "users", userIDs(m.Mentions), []id{s.member.ID})
	same(t, "roles", m.MentionRoles, []id{s.role.ID})
	same(t, "the owner may", m.MentionEveryone, true)
	m = got(s.public.SendMessage(s.member.ID, content))(t)
	same(t, "a member may not", m.MentionEveryone, false)
	m = got(s.public.EditMessage(m.ID, "nobody"))(t)
	same(t, "after an edit", len(m.Mentions)+len(m.MentionRoles), 0)
	same(t, "edited", m.EditedTimestamp != 0, true)
}

// TestDiscordShapes compares what Discord sends otherwise than Spacebar.
func TestDiscordShapes(t *testing.T) {
	s := newStage(t, world.Discord)
	thread := got(s.public.StartThread(s.owner.ID, "t", false))(t)
	s.clients["member"].take()
	s.clients["owner"].take()
	must(t, thread.Rename("u"))
	same(t, "a thread's name", s.clients["member"].types(), "THREAD_UPDATE")
	must(t, s.hidden.DeleteOverwrite(s.guild.ID()))
	same(t, "a channel", s.clients["member"].types(), "CHANNEL_CREATE")
	must(t, s.w.User(s.owner.ID).Rename("boss"))
	same(t, "a user's name", s.clients["member"].types(), "GUILD_MEMBER_UPDATE")
	same(t, "to the user", s.clients["owner"].types(), "THREAD_UPDATE CHANNEL_UPDATE USER_UPDATE GUILD_MEMBER_UPDATE")
}
