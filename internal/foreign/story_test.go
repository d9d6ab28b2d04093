package foreign

import (
	"github.com/chorus-go/chorus/gateway/gatewaytest"
	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
	"github.com/chorus-go/chorus/types"
)

// understands is that the client can read what happens in a guild, with what it has for each event. It tells what it
// could not read as its faults. What has happened is in the next GUILD_CREATE as well.
func (s *stage) understands() {
	for _, chapter := range []func(guest types.Snowflake){s.furnish, s.talk, s.meet, s.part} {
		guest := s.server.World().AddUser("visitor").ID
		s.must(s.guild.Join(guest))
		chapter(guest)
	}
	s.says("the end")
	for got := (message{}); got.content != "the end"; {
		got = wait(s.t, "the story's end", s.client.messages)
	}
}

// furnish changes roles, emojis and channels.
func (s *stage) furnish(guest types.Snowflake) {
	role, err := s.guild.CreateRole(types.Role{Name: "singers", Color: 0x336699, Hoist: true})
	s.must(err)
	s.must(s.guild.AddRole(guest, role.ID))
	s.must(s.guild.EditRole(role.ID, func(r *types.Role) { r.Mentionable = true }))
	_, err = s.guild.AddEmoji(s.ann.ID, "note")
	s.must(err)
	category, err := s.guild.NewChannel(world.ChannelOptions{Name: "rooms", Type: types.ChannelTypeGuildCategory})
	s.must(err)
	room, err := s.guild.NewChannel(world.ChannelOptions{
		Name: "room", Topic: "songs", Parent: category.ID(),
		Overwrites: []types.PermissionOverwrite{{ID: role.ID, Allow: types.PermissionSendMessages}},
	})
	s.must(err)
	s.must(room.Rename("hall"))
	_, err = room.CreateInvite(s.ann.ID)
	s.must(err)
	spare, err := s.guild.CreateRole(types.Role{Name: "spare"})
	s.must(err)
	s.must(s.guild.DeleteRole(spare.ID))
	s.must(s.guild.Edit(func(g *types.Guild) { g.VerificationLevel = 1 }))
	cellar, err := s.guild.CreateChannel("cellar")
	s.must(err)
	s.must(cellar.Delete())
}

// talk sends messages of all kinds, and does everything to them.
func (s *stage) talk(guest types.Snowflake) {
	first, err := s.channel.Send(s.ann.ID, world.MessageOptions{
		Content: "<@" + guest.String() + "> look", Embeds: []types.Embed{{Title: "a song", Description: "of two lines"}},
	})
	s.must(err)
	reply, err := s.channel.Send(guest, world.MessageOptions{Content: "I do", ReplyTo: first.ID, Nonce: "7"})
	s.must(err)
	_, err = s.channel.EditMessage(reply.ID, "I did")
	s.must(err)
	s.must(s.channel.Typing(guest))
	s.must(s.channel.AddReaction(first.ID, guest, world.Unicode("🎵")))
	s.must(s.channel.AddReaction(first.ID, s.ann.ID, world.Unicode("🎶")))
	s.must(s.channel.RemoveReaction(first.ID, guest, world.Unicode("🎵")))
	s.must(s.channel.ClearReaction(first.ID, world.Unicode("🎶")))
	s.must(s.channel.ClearReactions(first.ID))
	s.must(s.channel.Pin(s.ann.ID, first.ID))
	s.must(s.channel.Unpin(first.ID))
	s.must(s.channel.DeleteMessage(reply.ID))
	s.must(s.channel.DeleteMessages(first.ID))
	thread, err := s.channel.StartThread(guest, "refrain", false)
	s.must(err)
	_, err = thread.SendMessage(guest, "la la")
	s.must(err)
	s.must(thread.AddThreadMember(s.bot.ID))
	s.must(thread.Archive(true))
	s.must(thread.Archive(false))
	if s.profile == gatewaytest.Spacebar {
		return // which tells bots of private channels by CHANNEL_CREATE, at which disgo panics
	}
	direct, err := s.server.World().OpenDM(guest, s.bot.ID)
	s.must(err)
	_, err = direct.SendMessage(guest, "in private")
	s.must(err)
}

// meet is presences and voice.
func (s *stage) meet(guest types.Snowflake) {
	visitor := s.server.World().User(guest)
	s.must(visitor.SetPresence(types.StatusTypeIdle, types.Activity{Name: "a game"}))
	s.must(visitor.Rename("regular"))
	s.must(s.guild.SetNick(guest, "reg"))
	voice, err := s.guild.NewChannel(world.ChannelOptions{Name: "stage", Type: types.ChannelTypeGuildVoice})
	s.must(err)
	s.must(s.guild.JoinVoice(guest, voice.ID()))
}

// part is that somebody is banned.
func (s *stage) part(guest types.Snowflake) {
	s.must(s.guild.Ban(guest))
	s.must(s.guild.Unban(guest))
}
