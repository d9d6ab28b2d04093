package world_test

import (
	"strings"
	"time"

	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
	"github.com/chorus-go/chorus/types"
)

// party is an event in the hidden voice channel, and one elsewhere if there is no channel.
func (s *stage) party(channel id) types.GuildScheduledEvent {
	options := world.ScheduledEventOptions{Name: "party", Channel: channel, Start: time.Now()}
	if channel == 0 {
		options.Location, options.End = "park", time.Now().Add(time.Hour)
	}
	return got(s.guild.CreateScheduledEvent(s.owner.ID, options))(s.t)
}

// podium is a stage channel, hidden or not, of whose making nobody speaks.
func (s *stage) podium(hidden bool) world.ChannelHandle {
	options := world.ChannelOptions{Name: "podium", Type: types.ChannelTypeGuildStageVoice}
	if hidden {
		options.Overwrites = []types.PermissionOverwrite{{ID: s.guild.ID(), Deny: types.PermissionViewChannel}}
	}
	c := got(s.guild.NewChannel(options))(s.t)
	for _, client := range s.clients {
		client.take()
	}
	return c
}

func plannedEvents() []event {
	return []event{
		{"plan elsewhere", func(s *stage) error { s.party(0); return nil },
			both("GUILD_SCHEDULED_EVENT_CREATE"), `"location":"park"`},
		{"plan in sight", func(s *stage) error { s.party(s.voice.ID()); return nil },
			both("GUILD_SCHEDULED_EVENT_CREATE"), `"entity_type":2`},
		{"plan out of sight", func(s *stage) error {
			c := s.podium(true)
			must(s.t, s.guild.AddInterest(s.party(c.ID()).ID, s.owner.ID))
			return c.DeleteOverwrite(s.guild.ID())
		}, map[string]string{
			"owner":  "GUILD_SCHEDULED_EVENT_CREATE GUILD_SCHEDULED_EVENT_USER_ADD CHANNEL_UPDATE",
			"member": "CHANNEL_CREATE GUILD_SCHEDULED_EVENT_CREATE"}, `"entity_type":1`},
		{"interest", func(s *stage) error {
			p := s.party(0)
			must(s.t, s.guild.AddInterest(p.ID, s.member.ID), s.guild.AddInterest(p.ID, s.member.ID))
			return s.guild.RemoveInterest(p.ID, s.member.ID)
		}, both("GUILD_SCHEDULED_EVENT_CREATE GUILD_SCHEDULED_EVENT_USER_ADD GUILD_SCHEDULED_EVENT_USER_REMOVE"), ``},
		{"who leaves is not interested", func(s *stage) error {
			must(s.t, s.guild.AddInterest(s.party(0).ID, s.member.ID))
			return s.guild.Leave(s.member.ID)
		}, map[string]string{
			"owner": "GUILD_SCHEDULED_EVENT_CREATE GUILD_SCHEDULED_EVENT_USER_ADD GUILD_SCHEDULED_EVENT_USER_REMOVE " +
				"GUILD_MEMBER_REMOVE",
			"member": "GUILD_SCHEDULED_EVENT_CREATE GUILD_SCHEDULED_EVENT_USER_ADD GUILD_SCHEDULED_EVENT_USER_REMOVE " +
				"GUILD_DELETE"}, ``},
		{"begin and delete", func(s *stage) error {
			p := s.party(0)
			must(s.t, s.guild.EditScheduledEvent(p.ID, func(e *types.GuildScheduledEvent) {
				e.Status = types.GuildScheduledEventStatusActive
			}))
			return s.guild.DeleteScheduledEvent(p.ID)
		}, both("GUILD_SCHEDULED_EVENT_CREATE GUILD_SCHEDULED_EVENT_UPDATE GUILD_SCHEDULED_EVENT_DELETE"), ``},
		{"with its channel", func(s *stage) error { s.party(s.voice.ID()); return s.voice.Delete() },
			both("GUILD_SCHEDULED_EVENT_CREATE GUILD_SCHEDULED_EVENT_DELETE CHANNEL_DELETE"), ``},
	}
}

func stageEvents() []event {
	return []event{
		{"stage", func(s *stage) error {
			c := s.podium(false)
			opened := got(c.OpenStage(s.owner.ID, "talk"))(s.t)
			must(s.t, c.SetStageTopic("other"))
			same(s.t, "id", got(c.Stage())(s.t).ID, opened.ID)
			return c.CloseStage()
		}, both("STAGE_INSTANCE_CREATE STAGE_INSTANCE_UPDATE STAGE_INSTANCE_DELETE"), `"topic":"talk"`},
		{"stage out of sight", func(s *stage) error {
			c := s.podium(true)
			got(c.OpenStage(s.owner.ID, "talk"))(s.t)
			must(s.t, c.DeleteOverwrite(s.guild.ID()))
			return c.Delete()
		}, map[string]string{"owner": "STAGE_INSTANCE_CREATE CHANNEL_UPDATE STAGE_INSTANCE_DELETE CHANNEL_DELETE",
			"member": "CHANNEL_CREATE STAGE_INSTANCE_CREATE STAGE_INSTANCE_DELETE CHANNEL_DELETE"}, `"topic":"talk"`},
		{"stickers", func(s *stage) error {
			sticker := got(s.guild.AddSticker(s.owner.ID, "wave"))(s.t)
			sent := got(s.public.Send(s.member.ID, world.MessageOptions{Stickers: []id{sticker.ID}}))(s.t)
			same(s.t, "sticker", sent.StickerItems, []types.StickerItem{
				{ID: sticker.ID, Name: "wave", FormatType: types.StickerFormatTypePNG},
			})
			return s.guild.DeleteSticker(sticker.ID)
		}, both("GUILD_STICKERS_UPDATE MESSAGE_CREATE GUILD_STICKERS_UPDATE"), `"name":"wave"`},
	}
}

func auditEvents() []event {
	with := func(own string) map[string]string {
		return map[string]string{"owner": strings.TrimSpace(own + " GUILD_AUDIT_LOG_ENTRY_CREATE"), "member": own}
	}
	return []event{
		{"audit of a guild", func(s *stage) error { return s.guild.As(s.member.ID).Rename("New") }, with("GUILD_UPDATE"), ``},
		{"audit of a channel", func(s *stage) error { return s.guild.As(s.member.ID).Channel(s.public.ID()).Rename("x") },
			with("CHANNEL_UPDATE"), ``},
		{"audit of a new channel", func(s *stage) error {
			_, err := s.guild.As(s.member.ID).CreateChannel("x")
			return err
		}, with("CHANNEL_CREATE"), ``},
		{"audit of an overwrite", func(s *stage) error {
			return s.public.As(s.member.ID).SetOverwrite(types.PermissionOverwrite{ID: s.role.ID})
		}, with("CHANNEL_UPDATE"), ``},
		{"audit of a role", func(s *stage) error { return s.guild.As(s.member.ID).DeleteRole(s.role.ID) },
			with("GUILD_ROLE_DELETE"), ``},
		{"audit of a member", func(s *stage) error { return s.guild.As(s.owner.ID).SetNick(s.member.ID, "x") },
			with("GUILD_MEMBER_UPDATE"), ``},
		{"audit of a member's roles", func(s *stage) error { return s.guild.As(s.owner.ID).AddRole(s.member.ID, s.role.ID) },
			with("GUILD_MEMBER_UPDATE"), ``},
		{"audit of an unban", func(s *stage) error { return s.guild.As(s.owner.ID).Unban(s.banned.ID) },
			map[string]string{"owner": "GUILD_BAN_REMOVE GUILD_AUDIT_LOG_ENTRY_CREATE"}, ``},
		{"audit of a deleted message", func(s *stage) error {
			return s.public.As(s.member.ID).DeleteMessage(s.message.ID)
		}, with("MESSAGE_DELETE"), ``},
		{"no audit of one's own message", func(s *stage) error {
			return s.public.As(s.owner.ID).DeleteMessage(s.message.ID)
		}, both("MESSAGE_DELETE"), ``},
		{"audit of a stage", func(s *stage) error {
			_, err := s.podium(false).As(s.owner.ID).OpenStage(s.owner.ID, "talk")
			return err
		}, with("STAGE_INSTANCE_CREATE"), ``},
		{"audit of a kick", func(s *stage) error { return s.guild.As(s.owner.ID).Kick(s.member.ID) },
			map[string]string{"owner": "GUILD_MEMBER_REMOVE GUILD_AUDIT_LOG_ENTRY_CREATE", "member": "GUILD_DELETE"}, ``},
		{"audit of a ban", func(s *stage) error { return s.guild.As(s.owner.ID).Ban(s.member.ID) },
			map[string]string{"owner": "GUILD_MEMBER_REMOVE GUILD_BAN_ADD GUILD_AUDIT_LOG_ENTRY_CREATE",
				"member": "GUILD_DELETE"}, ``},
	}
}
