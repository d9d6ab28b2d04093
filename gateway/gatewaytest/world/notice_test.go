package world_test

import (
	"testing"

	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
	"github.com/chorus-go/chorus/types"
)

// TestWelcome has the server greet who joins, if the world and the guild want it.
func TestWelcome(t *testing.T) {
	w := world.New(world.Options{Welcome: true})
	owner, guest, shy := w.AddUser("owner"), w.AddUser("guest"), w.AddUser("shy")
	guild := got(w.AddGuild(owner.ID, "g"))(t)
	c := connect(t, w, owner)
	c.take()
	must(t, guild.Join(guest.ID))
	events := c.take()
	same(t, "events", len(events), 2)
	message := last[types.MessageCreate](t, events, "MESSAGE_CREATE")
	same(t, "type", message.Type, types.MessageTypeUserJoin)
	same(t, "author", message.Author.ID, guest.ID)
	same(t, "channel", message.ChannelID, got(guild.SystemChannel())(t))
	must(t, guild.Edit(func(g *types.Guild) { g.SystemChannelFlags = types.SystemChannelFlagSuppressJoinNotifications }))
	must(t, guild.Join(shy.ID))
	same(t, "quiet", c.types(), "GUILD_UPDATE GUILD_MEMBER_ADD")
}

// TestGroupNotices changes a group as one of its members: messages tell of it. As nobody, there are none.
func TestGroupNotices(t *testing.T) {
	s := newStage(t, world.Spacebar)
	group := got(s.w.AddGroup(s.member.ID, s.stranger.ID))(t)
	c := s.clients["stranger"]
	c.take()
	must(t, group.Rename("quietly"))
	same(t, "as nobody", c.types(), "CHANNEL_UPDATE")

	by := group.As(s.member.ID)
	must(t, by.Rename("loudly"), by.AddRecipient(s.owner.ID), by.RemoveRecipient(s.owner.ID))
	var kinds []types.MessageType
	for _, e := range c.take() {
		if p, ok := e.Payload.(*types.MessageCreate); ok {
			kinds = append(kinds, p.Type)
			same(t, "author", p.Author.ID, s.member.ID)
			if p.Type == types.MessageTypeChannelNameChange {
				same(t, "name", p.Content, "loudly")
			} else {
				same(t, "mention", p.Mentions[0].ID, s.owner.ID)
			}
		}
	}
	same(t, "messages", kinds, []types.MessageType{
		types.MessageTypeChannelNameChange, types.MessageTypeRecipientAdd, types.MessageTypeRecipientRemove,
	})
	thread := got(s.public.StartThread(s.member.ID, "t", false))(t)
	s.clients["member"].take()
	must(t, thread.As(s.owner.ID).Rename("u"), s.public.As(s.owner.ID).Rename("no message in channels"))
	same(t, "thread", s.clients["member"].types(), "CHANNEL_UPDATE MESSAGE_CREATE CHANNEL_UPDATE")
}

// TestBotPrivate has a user write to a bot. Spacebar shows private channels to bots as to users, Discord never.
func TestBotPrivate(t *testing.T) {
	for profile, want := range map[world.Profile]struct {
		events   string
		channels int
	}{
		world.Spacebar: {"CHANNEL_CREATE MESSAGE_CREATE CHANNEL_DELETE", 1},
		world.Discord:  {"MESSAGE_CREATE", 0},
	} {
		t.Run(profile.String(), func(t *testing.T) {
			w := world.New(world.Options{Profile: profile})
			user, bot := w.AddUser("user"), w.AddBot("bot")
			c := connect(t, w, bot)
			c.take()
			dm := got(w.OpenDM(user.ID, bot.ID))(t)
			got(dm.SendMessage(user.ID, "hi"))(t)
			second := connect(t, w, bot)
			ready := last[types.Ready](t, second.take(), "READY")
			same(t, "READY", len(ready.PrivateChannels), want.channels)
			must(t, dm.Close(bot.ID))
			same(t, "events", c.types(), want.events)
		})
	}
}
