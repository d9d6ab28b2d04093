package world_test

import (
	"github.com/chorus-go/chorus/gateway/gatewaytest/pubsub"
	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
	"github.com/chorus-go/chorus/types"
)

type stateOptions = pubsub.StateOptions

// action is something that can happen.
type action struct {
	name string
	do   func() error
}

// pick chooses what happens next.
func (s *soak) pick() (string, func() error) {
	actions := s.inGuilds()
	switch s.rng.IntN(15) {
	case 0:
		actions = s.people()
	case 1, 2, 3:
		actions = s.inChannels()
	case 4, 5:
		actions = s.visibility()
	case 10, 11, 12, 13, 14:
		actions = s.besides()
	}
	a := actions[s.rng.IntN(len(actions))]
	return a.name, a.do
}

// people are the actions of users.
func (s *soak) people() []action {
	return []action{
		{"toggle", s.toggle}, {"toggle", s.toggle}, {"toggle", s.toggle},
		{"request", func() error { return s.w.User(s.user()).RequestFriend(s.user()) }},
		{"befriend", func() error { return s.w.User(s.user()).Befriend(s.user()) }},
		{"block", func() error { return s.w.User(s.user()).Block(s.user()) }},
		{"unrelate", func() error { return s.w.User(s.user()).RemoveRelationship(s.user()) }},
		{"presence", func() error {
			return s.w.User(s.user()).SetPresence(one(s, []types.StatusType{"online", "idle", "dnd", "offline"}))
		}},
		{"rename", func() error { return s.w.User(s.user()).Rename(one(s, []string{"a", "b", "c"})) }},
		{"dm", func() error { _, err := s.w.OpenDM(s.user(), s.user()); return err }},
		{"close", func() error { return s.private().Close(s.user()) }},
		{"group", func() error { _, err := s.w.AddGroup(s.user(), s.user()); return err }},
		{"add recipient", func() error { return s.private().AddRecipient(s.user()) }},
		{"remove recipient", func() error { return s.private().RemoveRecipient(s.user()) }},
		{"private message", func() error { _, err := s.private().SendMessage(s.user(), "psst"); return err }},
	}
}

// inGuilds are the actions that change guilds.
func (s *soak) inGuilds() []action {
	g := s.guild()
	return []action{
		{"join", func() error { return g.Join(s.user()) }},
		{"join", func() error { return g.Join(s.user()) }},
		{"join", func() error { return g.Join(s.user()) }},
		{"leave", func() error { return g.Leave(s.user()) }},
		{"ban", func() error { return g.Ban(s.user()) }},
		{"unban", func() error { return g.Unban(s.user()) }},
		{"nick", func() error { return g.SetNick(s.user(), one(s, []string{"", "x"})) }},
		{"create role", func() error {
			_, err := g.CreateRole(types.Role{Name: "r", Permissions: s.permissions()})
			return err
		}},
		{"delete role", func() error { return g.DeleteRole(s.role(g)) }},
		{"create text", func() error { _, err := g.CreateChannel("text"); return err }},
		{"create voice", func() error {
			_, err := g.NewChannel(world.ChannelOptions{Name: "v", Type: types.ChannelTypeGuildVoice})
			return err
		}},
		{"rename", func() error { return g.Rename(one(s, []string{"x", "y"})) }},
		{"owner", func() error {
			user := s.user()
			return g.Edit(func(data *types.Guild) { data.OwnerID = user })
		}},
		{"emoji", func() error { _, err := g.AddEmoji(s.user(), "e"); return err }},
		{"delete", func() error {
			if s.rng.IntN(8) > 0 {
				return nil
			}
			if err := g.Delete(); err != nil {
				return err
			}
			_, err := s.w.AddGuild(s.user(), "new")
			return err
		}},
	}
}

// permissions returns some that matter for what can be seen.
func (s *soak) permissions() types.Permissions {
	return one(s, []types.Permissions{
		0, types.PermissionViewChannel, types.PermissionManageThreads, types.PermissionAdministrator,
	})
}

// visibility are the actions that change what can be seen.
func (s *soak) visibility() []action {
	g, c := s.guild(), s.channel()
	return []action{
		{"add role", func() error { return g.AddRole(s.user(), s.role(g)) }},
		{"add role", func() error { return g.AddRole(s.user(), s.role(g)) }},
		{"remove role", func() error { return g.RemoveRole(s.user(), s.role(g)) }},
		{"edit role", func() error {
			role := s.role(g)
			toggled := s.permissions()
			return g.EditRole(role, func(r *types.Role) { r.Permissions ^= toggled })
		}},
		{"overwrite", func() error {
			o := types.PermissionOverwrite{ID: s.role(g), Allow: s.permissions()}
			if s.rng.IntN(2) == 0 {
				o = types.PermissionOverwrite{ID: s.user(), Type: types.PermissionOverwriteTypeMember, Deny: s.permissions()}
			}
			return c.SetOverwrite(o)
		}},
		{"hide", func() error {
			return c.SetOverwrite(types.PermissionOverwrite{ID: s.role(g), Deny: types.PermissionViewChannel})
		}},
		{"delete overwrite", func() error { return c.DeleteOverwrite(s.role(g)) }},
		{"thread", func() error { _, err := c.StartThread(s.user(), "t", s.rng.IntN(2) == 0); return err }},
		{"join thread", func() error { return s.thread().AddThreadMember(s.user()) }},
		{"leave thread", func() error { return s.thread().RemoveThreadMember(s.user()) }},
		{"archive", func() error { return s.thread().Archive(s.rng.IntN(2) == 0) }},
		{"rename", func() error { return c.Rename(one(s, []string{"x", "y"})) }},
		{"delete", func() error { return c.Delete() }},
	}
}

// inChannels are the actions that happen in channels.
func (s *soak) inChannels() []action {
	g, c := s.guild(), s.written()
	thumb := world.Unicode("👍")
	return []action{
		{"send", func() error { _, err := s.channel().SendMessage(s.user(), "hello"); return err }},
		{"send", func() error { _, err := s.channel().SendMessage(s.user(), "hello"); return err }},
		{"send", func() error { _, err := s.thread().SendMessage(s.user(), "hello"); return err }},
		{"edit", func() error { _, err := c.EditMessage(s.message(c), "changed"); return err }},
		{"delete", func() error { return c.DeleteMessage(s.message(c)) }},
		{"bulk", func() error { return c.DeleteMessages(s.message(c)) }},
		{"pin", func() error { return c.Pin(s.user(), s.message(c)) }},
		{"unpin", func() error { return c.Unpin(s.message(c)) }},
		{"react", func() error { return c.AddReaction(s.message(c), s.user(), thumb) }},
		{"unreact", func() error { return c.RemoveReaction(s.message(c), s.user(), thumb) }},
		{"type", func() error { return c.Typing(s.user()) }},
		{"invite", func() error { _, err := c.CreateInvite(s.user()); return err }},
		{"join voice", s.joinVoice},
		{"join voice", s.joinVoice},
		{"leave voice", func() error { return g.LeaveVoice(s.user()) }},
	}
}
