package soak

import (
	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
	"github.com/chorus-go/chorus/types"
)

// mutation is something that can happen.
type mutation struct {
	name string
	do   func() error
}

// people are the mutations of users.
func (c *Chance) people() []mutation {
	return []mutation{
		{"request", func() error { return c.World.User(c.User()).RequestFriend(c.User()) }},
		{"befriend", func() error { return c.World.User(c.User()).Befriend(c.User()) }},
		{"block", func() error { return c.World.User(c.User()).Block(c.User()) }},
		{"unrelate", func() error { return c.World.User(c.User()).RemoveRelationship(c.User()) }},
		{"presence", func() error {
			return c.World.User(c.User()).SetPresence(One(c, []types.StatusType{"online", "idle", "dnd", "offline"}))
		}},
		{"rename", func() error { return c.World.User(c.User()).Rename(One(c, []string{"a", "b", "c"})) }},
		{"dm", func() error { _, err := c.World.OpenDM(c.User(), c.User()); return err }},
		{"close", func() error { return c.private().Close(c.User()) }},
		{"group", func() error { _, err := c.World.AddGroup(c.User(), c.User()); return err }},
		{"add recipient", func() error { return c.private().AddRecipient(c.User()) }},
		{"remove recipient", func() error { return c.private().RemoveRecipient(c.User()) }},
		{"private message", func() error { _, err := c.private().SendMessage(c.User(), "psst"); return err }},
	}
}

// inGuilds are the mutations that change guilds.
func (c *Chance) inGuilds() []mutation {
	g := c.Guild()
	return []mutation{
		{"join", func() error { return g.Join(c.User()) }},
		{"join", func() error { return g.Join(c.User()) }},
		{"join", func() error { return g.Join(c.User()) }},
		{"leave", func() error { return g.Leave(c.User()) }},
		{"ban", func() error { return g.Ban(c.User()) }},
		{"unban", func() error { return g.Unban(c.User()) }},
		{"nick", func() error { return g.SetNick(c.User(), One(c, []string{"", "x"})) }},
		{"create role", func() error {
			_, err := g.CreateRole(types.Role{Name: "r", Permissions: c.permissions()})
			return err
		}},
		{"delete role", func() error { return g.DeleteRole(c.role(g)) }},
		{"create text", func() error { _, err := g.CreateChannel("text"); return err }},
		{"create voice", func() error {
			_, err := g.NewChannel(world.ChannelOptions{Name: "v", Type: types.ChannelTypeGuildVoice})
			return err
		}},
		{"rename", func() error { return g.Rename(One(c, []string{"x", "y"})) }},
		{"owner", func() error {
			user := c.User()
			return g.Edit(func(data *types.Guild) { data.OwnerID = user })
		}},
		{"emoji", func() error { _, err := g.AddEmoji(c.User(), "e"); return err }},
		{"delete", func() error {
			if c.Rand.IntN(8) > 0 {
				return nil
			}
			if err := g.Delete(); err != nil {
				return err
			}
			_, err := c.World.AddGuild(c.User(), "new")
			return err
		}},
	}
}

// permissions returns some that matter for what can be seen.
func (c *Chance) permissions() types.Permissions {
	return One(c, []types.Permissions{
		0, types.PermissionViewChannel, types.PermissionManageThreads, types.PermissionAdministrator,
	})
}

// joinVoice puts somebody into a voice channel.
func (c *Chance) joinVoice() error {
	voice := c.Voice()
	return c.World.Guild(voice.GuildID).JoinVoice(c.User(), voice.ID)
}

// visibility are the mutations that change what can be seen.
func (c *Chance) visibility() []mutation {
	g, channel := c.Guild(), c.Channel()
	return []mutation{
		{"add role", func() error { return g.AddRole(c.User(), c.role(g)) }},
		{"add role", func() error { return g.AddRole(c.User(), c.role(g)) }},
		{"remove role", func() error { return g.RemoveRole(c.User(), c.role(g)) }},
		{"edit role", func() error {
			role := c.role(g)
			toggled := c.permissions()
			return g.EditRole(role, func(r *types.Role) { r.Permissions ^= toggled })
		}},
		{"overwrite", func() error {
			o := types.PermissionOverwrite{ID: c.role(g), Allow: c.permissions()}
			if c.Rand.IntN(2) == 0 {
				o = types.PermissionOverwrite{ID: c.User(), Type: types.PermissionOverwriteTypeMember, Deny: c.permissions()}
			}
			return channel.SetOverwrite(o)
		}},
		{"hide", func() error {
			return channel.SetOverwrite(types.PermissionOverwrite{ID: c.role(g), Deny: types.PermissionViewChannel})
		}},
		{"delete overwrite", func() error { return channel.DeleteOverwrite(c.role(g)) }},
		{"thread", func() error { _, err := channel.StartThread(c.User(), "t", c.Rand.IntN(2) == 0); return err }},
		{"join thread", func() error { return c.thread().AddThreadMember(c.User()) }},
		{"leave thread", func() error { return c.thread().RemoveThreadMember(c.User()) }},
		{"archive", func() error { return c.thread().Archive(c.Rand.IntN(2) == 0) }},
		{"rename", func() error { return channel.Rename(One(c, []string{"x", "y"})) }},
		{"delete", func() error { return channel.Delete() }},
	}
}

// inChannels are the mutations that happen in channels.
func (c *Chance) inChannels() []mutation {
	g, channel := c.Guild(), c.Written()
	thumb := world.Unicode("👍")
	return []mutation{
		{"send", func() error { _, err := c.Channel().SendMessage(c.User(), "hello"); return err }},
		{"send", func() error { _, err := c.Channel().SendMessage(c.User(), "hello"); return err }},
		{"send", func() error { _, err := c.thread().SendMessage(c.User(), "hello"); return err }},
		{"edit", func() error { _, err := channel.EditMessage(c.message(channel), "changed"); return err }},
		{"delete", func() error { return channel.DeleteMessage(c.message(channel)) }},
		{"bulk", func() error { return channel.DeleteMessages(c.message(channel)) }},
		{"pin", func() error { return channel.Pin(c.User(), c.message(channel)) }},
		{"unpin", func() error { return channel.Unpin(c.message(channel)) }},
		{"react", func() error { return channel.AddReaction(c.message(channel), c.User(), thumb) }},
		{"clear reactions", func() error { return channel.ClearReactions(c.message(channel)) }},
		{"clear reaction", func() error { return channel.ClearReaction(c.message(channel), thumb) }},
		{"unreact", func() error { return channel.RemoveReaction(c.message(channel), c.User(), thumb) }},
		{"type", func() error { return channel.Typing(c.User()) }},
		{"invite", func() error { _, err := channel.CreateInvite(c.User()); return err }},
		{"join voice", c.joinVoice},
		{"join voice", c.joinVoice},
		{"leave voice", func() error { return g.LeaveVoice(c.User()) }},
	}
}
