package world_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
	"github.com/chorus-go/chorus/types"
)

// stage is a guild with a public and a hidden channel, and people who see different things: the owner sees everything,
// a member the public channel only, a stranger is in another guild, and a banned one is nowhere.
type stage struct {
	t                               *testing.T
	w                               *world.World
	guild, elsewhere                world.GuildHandle
	public, hidden, voice           world.ChannelHandle
	message, secret                 types.Message
	owner, member, stranger, banned world.User
	role                            types.Role
	clients                         map[string]*client
}

func newStage(t *testing.T, profile world.Profile) *stage {
	w := world.New(world.Options{Seed: 7, Profile: profile, Report: func(err error) { t.Error(err) }})
	s := &stage{t: t, w: w, clients: map[string]*client{}}
	s.owner, s.member = w.AddUser("owner"), w.AddUser("member")
	s.stranger, s.banned = w.AddUser("stranger"), w.AddUser("banned")
	s.guild = got(w.AddGuild(s.owner.ID, "Here"))(t)
	s.elsewhere = got(w.AddGuild(s.stranger.ID, "Elsewhere"))(t)
	must(t, s.guild.Join(s.member.ID), s.guild.Join(s.banned.ID), s.guild.Ban(s.banned.ID))
	s.public = got(s.guild.CreateChannel("public"))(t)
	s.hidden = got(s.guild.NewChannel(world.ChannelOptions{Name: "hidden", Overwrites: []types.PermissionOverwrite{
		{ID: s.guild.ID(), Deny: types.PermissionViewChannel},
	}}))(t)
	s.voice = got(s.guild.NewChannel(world.ChannelOptions{Name: "voice", Type: types.ChannelTypeGuildVoice}))(t)
	s.message = got(s.public.SendMessage(s.owner.ID, "hello"))(t)
	s.secret = got(s.hidden.SendMessage(s.owner.ID, "secret"))(t)
	s.role = got(s.guild.CreateRole(types.Role{Name: "sees", Permissions: types.PermissionViewChannel}))(t)
	for name, user := range map[string]world.User{
		"owner": s.owner, "member": s.member, "stranger": s.stranger, "banned": s.banned,
	} {
		s.clients[name] = connect(t, w, user)
	}
	for _, c := range s.clients {
		c.take()
	}
	return s
}

// event is a row of the table: what is done, and what each of the clients gets for it.
type event struct {
	name string
	do   func(*stage) error
	want map[string]string // events by client; a client that is not there gets nothing
	json string            // a part of the first event's payload that member or owner gets
}

// TestEvents does one thing after the other, each in a world of its own, and compares who gets what.
func TestEvents(t *testing.T) {
	for _, row := range slices.Concat(messageEvents(), guildEvents(), peopleEvents(), sightEvents(),
		plannedEvents(), stageEvents(), auditEvents()) {
		t.Run(row.name, func(t *testing.T) {
			s := newStage(t, world.Spacebar)
			must(t, row.do(s))
			var first any
			for _, name := range []string{"owner", "member", "stranger", "banned"} {
				events := s.clients[name].take()
				var names []string
				for _, e := range events {
					names = append(names, e.Type)
				}
				if have := strings.Join(names, " "); have != row.want[name] {
					t.Errorf("%s gets %q, want %q", name, have, row.want[name])
				}
				if first == nil && len(events) > 0 {
					first = events[0].Payload
				}
			}
			data, err := json.Marshal(first)
			must(t, err)
			if !strings.Contains(string(data), row.json) {
				t.Errorf("the payload is %s, want %s in it", data, row.json)
			}
		})
	}
}

func both(events string) map[string]string {
	return map[string]string{"owner": events, "member": events}
}

func messageEvents() []event {
	thumb := world.Unicode("👍")
	return []event{
		{"message", func(s *stage) error { _, err := s.public.SendMessage(s.member.ID, "hi"); return err },
			both("MESSAGE_CREATE"), `"content":"hi"`},
		{"message in a hidden channel", func(s *stage) error { _, err := s.hidden.SendMessage(s.owner.ID, "hi"); return err },
			map[string]string{"owner": "MESSAGE_CREATE"}, `"content":"hi"`},
		{"nonce", func(s *stage) error {
			_, err := s.public.Send(s.member.ID, world.MessageOptions{Content: "hi", Nonce: "n1"})
			return err
		}, both("MESSAGE_CREATE"), `"nonce":"n1"`},
		{"edit", func(s *stage) error { _, err := s.public.EditMessage(s.message.ID, "bye"); return err },
			both("MESSAGE_UPDATE"), `"content":"bye"`},
		{"delete", func(s *stage) error { return s.public.DeleteMessage(s.message.ID) },
			both("MESSAGE_DELETE"), `"guild_id"`},
		{"bulk", func(s *stage) error { return s.public.DeleteMessages(s.message.ID) },
			both("MESSAGE_DELETE_BULK"), `"ids":["`},
		{"delete a hidden one", func(s *stage) error { return s.hidden.DeleteMessage(s.secret.ID) },
			map[string]string{"owner": "MESSAGE_DELETE"}, ``},
		{"reaction", func(s *stage) error { return s.public.AddReaction(s.message.ID, s.member.ID, thumb) },
			both("MESSAGE_REACTION_ADD"), `"name":"👍"`},
		{"reaction, and off again", func(s *stage) error {
			must(s.t, s.public.AddReaction(s.message.ID, s.member.ID, thumb))
			return s.public.RemoveReaction(s.message.ID, s.member.ID, thumb)
		}, both("MESSAGE_REACTION_ADD MESSAGE_REACTION_REMOVE"), `"name":"👍"`},
		{"reaction, cleared", func(s *stage) error {
			must(s.t, s.public.AddReaction(s.message.ID, s.member.ID, thumb))
			must(s.t, s.public.ClearReaction(s.message.ID, thumb))
			return s.public.ClearReactions(s.message.ID)
		}, both("MESSAGE_REACTION_ADD MESSAGE_REACTION_REMOVE_EMOJI MESSAGE_REACTION_REMOVE_ALL"), `"name":"👍"`},
		{"pin", func(s *stage) error { return s.public.Pin(s.owner.ID, s.message.ID) },
			both("MESSAGE_UPDATE CHANNEL_PINS_UPDATE MESSAGE_CREATE"), `"pinned":true`},
		{"typing", func(s *stage) error { return s.public.Typing(s.member.ID) },
			both("TYPING_START"), `"username":"member"`},
		{"ack", func(s *stage) error { return s.w.User(s.member.ID).Ack(s.public.ID(), s.message.ID) },
			map[string]string{"member": "MESSAGE_ACK"}, `"message_id"`},
	}
}

func guildEvents() []event {
	return []event{
		{"rename", func(s *stage) error { return s.guild.Rename("New") }, both("GUILD_UPDATE"), `"name":"New"`},
		{"join", func(s *stage) error { return s.guild.Join(s.stranger.ID) },
			map[string]string{"owner": "GUILD_MEMBER_ADD", "member": "GUILD_MEMBER_ADD", "stranger": "GUILD_CREATE"},
			`"username":"stranger"`},
		{"leave", func(s *stage) error { return s.guild.Leave(s.member.ID) },
			map[string]string{"owner": "GUILD_MEMBER_REMOVE", "member": "GUILD_DELETE"}, `"username":"member"`},
		{"kick", func(s *stage) error { return s.guild.Kick(s.member.ID) },
			map[string]string{"owner": "GUILD_MEMBER_REMOVE", "member": "GUILD_DELETE"}, `"username":"member"`},
		{"ban", func(s *stage) error { return s.guild.Ban(s.member.ID) },
			map[string]string{"owner": "GUILD_MEMBER_REMOVE GUILD_BAN_ADD", "member": "GUILD_DELETE"}, ``},
		{"ban a stranger", func(s *stage) error { return s.guild.Ban(s.stranger.ID) },
			map[string]string{"owner": "GUILD_BAN_ADD"}, `"username":"stranger"`},
		{"unban", func(s *stage) error { return s.guild.Unban(s.banned.ID) },
			map[string]string{"owner": "GUILD_BAN_REMOVE"}, `"username":"banned"`},
		{"nothing after a kick", func(s *stage) error {
			must(s.t, s.guild.Kick(s.member.ID))
			_, err := s.public.SendMessage(s.owner.ID, "alone")
			return err
		}, map[string]string{"owner": "GUILD_MEMBER_REMOVE MESSAGE_CREATE", "member": "GUILD_DELETE"}, ``},
		{"delete the guild", func(s *stage) error { return s.guild.Delete() }, both("GUILD_DELETE"), ``},
		{"emoji", func(s *stage) error { _, err := s.guild.AddEmoji(s.owner.ID, "wave"); return err },
			both("GUILD_EMOJIS_UPDATE"), `"name":"wave"`},
		{"nick", func(s *stage) error { return s.guild.SetNick(s.member.ID, "Mem") },
			both("GUILD_MEMBER_UPDATE"), `"nick":"Mem"`},
		{"role", func(s *stage) error { _, err := s.guild.CreateRole(types.Role{Name: "new"}); return err },
			both("GUILD_ROLE_CREATE"), `"name":"new"`},
		{"delete the role", func(s *stage) error { return s.guild.DeleteRole(s.role.ID) },
			both("GUILD_ROLE_DELETE"), `"role_id"`},
		{"invite", func(s *stage) error { _, err := s.public.CreateInvite(s.member.ID); return err },
			map[string]string{"owner": "INVITE_CREATE"}, `"username":"member"`},
		{"accept an invite", func(s *stage) error {
			invite := got(s.public.CreateInvite(s.member.ID))(s.t)
			_, err := s.w.AcceptInvite(s.stranger.ID, invite.Code)
			must(s.t, err)
			return s.w.DeleteInvite(invite.Code)
		}, map[string]string{"owner": "INVITE_CREATE GUILD_MEMBER_ADD INVITE_DELETE", "member": "GUILD_MEMBER_ADD",
			"stranger": "GUILD_CREATE"}, ``},
		{"voice", func(s *stage) error { return s.guild.JoinVoice(s.member.ID, s.voice.ID()) },
			both("VOICE_STATE_UPDATE"), `"username":"member"`},
	}
}

func peopleEvents() []event {
	return []event{
		{"user", func(s *stage) error { return s.w.User(s.member.ID).Rename("other") },
			map[string]string{"member": "USER_UPDATE"}, `"email":"member@example.com"`},
		{"presence", func(s *stage) error {
			must(s.t, s.w.User(s.member.ID).Befriend(s.stranger.ID))
			s.clients["member"].take()
			s.clients["stranger"].take()
			s.w.Detach(s.clients["member"].state)
			return nil
		}, map[string]string{"stranger": "PRESENCE_UPDATE"}, `"status":"offline"`},
		{"friends", func(s *stage) error { return s.w.User(s.member.ID).RequestFriend(s.stranger.ID) },
			map[string]string{"member": "RELATIONSHIP_ADD", "stranger": "RELATIONSHIP_ADD"}, `"type":4`},
		{"block", func(s *stage) error {
			must(s.t, s.w.User(s.member.ID).RequestFriend(s.stranger.ID))
			return s.w.User(s.member.ID).Block(s.stranger.ID)
		}, map[string]string{"member": "RELATIONSHIP_ADD RELATIONSHIP_ADD",
			"stranger": "RELATIONSHIP_ADD RELATIONSHIP_REMOVE"}, ``},
		{"direct message", func(s *stage) error {
			dm := got(s.w.OpenDM(s.member.ID, s.stranger.ID))(s.t)
			_, err := dm.SendMessage(s.member.ID, "hi")
			return err
		}, map[string]string{"member": "CHANNEL_CREATE MESSAGE_CREATE", "stranger": "CHANNEL_CREATE MESSAGE_CREATE"},
			`"type":1`},
		{"group", func(s *stage) error {
			group := got(s.w.AddGroup(s.member.ID, s.stranger.ID))(s.t)
			must(s.t, group.AddRecipient(s.banned.ID))
			return group.RemoveRecipient(s.member.ID)
		}, map[string]string{"member": "CHANNEL_CREATE CHANNEL_RECIPIENT_ADD CHANNEL_DELETE",
			"stranger": "CHANNEL_CREATE CHANNEL_RECIPIENT_ADD CHANNEL_RECIPIENT_REMOVE CHANNEL_UPDATE",
			"banned":   "CHANNEL_CREATE CHANNEL_RECIPIENT_REMOVE CHANNEL_UPDATE"}, `"type":3`},
	}
}

func sightEvents() []event {
	hide := func(s *stage) types.PermissionOverwrite {
		return types.PermissionOverwrite{ID: s.guild.ID(), Deny: types.PermissionViewChannel}
	}
	return []event{
		{"channel", func(s *stage) error { _, err := s.guild.CreateChannel("new"); return err },
			both("CHANNEL_CREATE"), `"name":"new"`},
		{"rename a hidden channel", func(s *stage) error { return s.hidden.Rename("x") },
			map[string]string{"owner": "CHANNEL_UPDATE"}, `"name":"x"`},
		{"hide a channel", func(s *stage) error { return s.public.SetOverwrite(hide(s)) },
			map[string]string{"owner": "CHANNEL_UPDATE", "member": "CHANNEL_DELETE"}, `"name":"public"`},
		{"show a channel", func(s *stage) error { return s.hidden.DeleteOverwrite(s.guild.ID()) },
			map[string]string{"owner": "CHANNEL_UPDATE", "member": "CHANNEL_CREATE"}, `"name":"hidden"`},
		{"show by a role", func(s *stage) error {
			must(s.t, s.hidden.SetOverwrite(types.PermissionOverwrite{ID: s.role.ID, Allow: types.PermissionViewChannel}))
			must(s.t, s.guild.AddRole(s.member.ID, s.role.ID))
			_, err := s.hidden.SendMessage(s.owner.ID, "now you see it")
			must(s.t, err)
			return s.guild.RemoveRole(s.member.ID, s.role.ID)
		}, map[string]string{"owner": "CHANNEL_UPDATE GUILD_MEMBER_UPDATE MESSAGE_CREATE GUILD_MEMBER_UPDATE",
			"member": "GUILD_MEMBER_UPDATE CHANNEL_CREATE MESSAGE_CREATE CHANNEL_DELETE GUILD_MEMBER_UPDATE"}, ``},
		{"administrator", func(s *stage) error {
			must(s.t, s.guild.AddRole(s.member.ID, s.role.ID))
			return s.guild.EditRole(s.role.ID, func(r *types.Role) { r.Permissions = types.PermissionAdministrator })
		}, map[string]string{"owner": "GUILD_MEMBER_UPDATE GUILD_ROLE_UPDATE",
			"member": "GUILD_MEMBER_UPDATE GUILD_ROLE_UPDATE CHANNEL_CREATE"}, ``},
		{"delete a channel", func(s *stage) error { return s.public.Delete() }, both("CHANNEL_DELETE"), `"name":"public"`},
		{"thread", func(s *stage) error { _, err := s.public.StartThread(s.member.ID, "t", false); return err },
			both("THREAD_CREATE THREAD_MEMBERS_UPDATE"), `"newly_created":true`},
		{"rename a thread", func(s *stage) error {
			return got(s.public.StartThread(s.member.ID, "t", false))(s.t).Rename("u")
		}, both("THREAD_CREATE THREAD_MEMBERS_UPDATE CHANNEL_UPDATE"), ``},
		{"private thread", func(s *stage) error {
			thread := got(s.public.StartThread(s.owner.ID, "t", true))(s.t)
			must(s.t, thread.AddThreadMember(s.member.ID))
			return thread.RemoveThreadMember(s.member.ID)
		}, map[string]string{
			"owner":  "THREAD_CREATE THREAD_MEMBERS_UPDATE THREAD_MEMBERS_UPDATE THREAD_MEMBERS_UPDATE",
			"member": "THREAD_CREATE THREAD_MEMBERS_UPDATE THREAD_MEMBERS_UPDATE THREAD_DELETE"}, ``},
		{"voice out of sight", func(s *stage) error {
			den := got(s.guild.NewChannel(world.ChannelOptions{
				Name: "den", Type: types.ChannelTypeGuildVoice, Overwrites: []types.PermissionOverwrite{hide(s)},
			}))(s.t)
			must(s.t, s.guild.JoinVoice(s.owner.ID, s.voice.ID()))
			s.clients["owner"].take()
			return s.guild.JoinVoice(s.owner.ID, den.ID())
		}, map[string]string{"owner": "VOICE_STATE_UPDATE", "member": "VOICE_STATE_UPDATE VOICE_STATE_UPDATE"}, ``},
	}
}
