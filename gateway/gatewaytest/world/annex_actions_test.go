package world_test

import (
	"time"

	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
	"github.com/chorus-go/chorus/types"
)

// besides are the actions of which the annex knows.
func (s *soak) besides() []action {
	g := s.guild()
	stage := s.channelOf(func(c types.Channel) bool { return c.Type == types.ChannelTypeGuildStageVoice })
	return []action{
		{"ban and purge", func() error { return g.BanWith(s.user(), world.BanOptions{DeleteMessages: time.Hour}) }},
		{"invite", func() error {
			i, err := s.channel().NewInvite(s.user(), world.InviteOptions{MaxUses: 1, MaxAge: time.Minute})
			if err == nil {
				_, err = s.w.AcceptInvite(s.user(), i.Code)
			}
			return err
		}},
		{"wait", func() error { time.Sleep(45 * time.Second); return nil }},
		{"call", s.call}, {"call", s.call}, {"call", s.call},
		{"ring", func() error { return s.calling().Ring() }},
		{"decline", func() error { return s.calling().StopRinging(s.user()) }},
		{"hang up", func() error { return s.calling().LeaveCall(s.user()) }},
		{"hang up", func() error { return s.calling().LeaveCall(s.user()) }},
		{"note", func() error { return s.w.User(s.user()).SetNote(s.user(), one(s, []string{"", "a", "b"})) }},
		{"settings", func() error {
			theme := one(s, []types.Theme{types.ThemeDark, types.ThemeLight})
			status := one(s, []*types.CustomStatus{nil, {Text: "busy"}})
			return s.w.User(s.user()).EditSettings(func(settings *types.UserSettings) {
				settings.Theme, settings.CustomStatus = theme, status
			})
		}},
		{"mute", func() error {
			return s.w.User(s.user()).EditGuildSettings(g.ID(), func(settings *types.UserGuildSettings) {
				settings.Muted = !settings.Muted
			})
		}},
		{"ask", func() error {
			_, err := s.channel().Send(s.user(), world.MessageOptions{Poll: &world.PollOptions{
				Question: "?", Answers: []string{"yes", "no"}, Duration: time.Hour, Multiselect: s.rng.IntN(2) == 0,
			}})
			return err
		}},
		{"vote", s.vote}, {"vote", s.vote}, {"vote", s.vote},
		{"unvote", func() error {
			c, message := s.poll()
			return c.Unvote(message, s.user(), 1+s.rng.Int64N(2))
		}},
		{"end poll", func() error {
			if s.rng.IntN(4) > 0 {
				return nil
			}
			c, message := s.poll()
			return c.EndPoll(message)
		}},
		{"webhook", func() error {
			c := s.channel()
			hook, err := c.CreateWebhook(s.owner(c), "hook")
			if err == nil {
				_, err = s.w.ExecuteWebhook(hook.ID, hook.Token, world.WebhookMessage{
					MessageOptions: world.MessageOptions{Content: "hello"},
				})
			}
			return err
		}},
		{"sticker", func() error { _, err := g.AddSticker(s.user(), "s"); return err }},
		{"delete sticker", func() error {
			data, _ := g.Snapshot()
			return g.DeleteSticker(one(s, data.Stickers).ID)
		}},
		{"create stage", func() error {
			_, err := g.NewChannel(world.ChannelOptions{Name: "stage", Type: types.ChannelTypeGuildStageVoice})
			return err
		}},
		{"open stage", func() error { _, err := stage.OpenStage(s.owner(stage), "talk"); return err }},
		{"open stage", func() error { _, err := stage.OpenStage(s.owner(stage), "talk"); return err }},
		{"stage topic", func() error { return stage.SetStageTopic(one(s, []string{"x", "y"})) }},
		{"close stage", stage.CloseStage},
		{"plan", func() error {
			_, err := g.CreateScheduledEvent(s.owner(stage), world.ScheduledEventOptions{
				Name: "elsewhere", Location: "park", Start: time.Now(), End: time.Now().Add(time.Hour),
			})
			return err
		}},
		{"plan on stage", func() error {
			data, _ := stage.Snapshot()
			_, err := s.w.Guild(data.GuildID).CreateScheduledEvent(s.owner(stage), world.ScheduledEventOptions{
				Name: "on stage", Channel: stage.ID(), Start: time.Now(),
			})
			return err
		}},
		{"edit plan", func() error {
			return g.EditScheduledEvent(s.plan(g), func(e *types.GuildScheduledEvent) {
				e.Name, e.Status = "changed", types.GuildScheduledEventStatusActive
			})
		}},
		{"delete plan", func() error { return g.DeleteScheduledEvent(s.plan(g)) }},
		{"interest", func() error { return g.AddInterest(s.plan(g), s.user()) }},
		{"interest", func() error { return g.AddInterest(s.plan(g), s.user()) }},
		{"no interest", func() error { return g.RemoveInterest(s.plan(g), s.user()) }},
	}
}

// owner returns the owner of a channel's guild.
func (s *soak) owner(c world.ChannelHandle) id {
	data, _ := c.Snapshot()
	guild, _ := s.w.Guild(data.GuildID).Snapshot()
	return guild.OwnerID
}

// plan returns an event that is planned in a guild.
func (s *soak) plan(g world.GuildHandle) id {
	plans, _ := g.ScheduledEvents()
	return one(s, plans).ID
}

// calling returns a private channel in which there is a call.
func (s *soak) calling() world.ChannelHandle {
	for _, u := range s.users {
		view := got(s.w.View(u.ID))(s.t)
		if calls := keysOf(view.Calls); len(calls) > 0 {
			return s.w.Channel(one(s, calls))
		}
	}
	return s.w.Channel(0)
}

// vote votes in some poll.
func (s *soak) vote() error {
	c, message := s.poll()
	return c.Vote(message, s.user(), 1+s.rng.Int64N(2))
}

// poll returns a message with a poll and its channel.
func (s *soak) poll() (world.ChannelHandle, id) {
	for range 10 {
		c := s.written()
		messages, _ := c.Messages()
		for _, m := range messages {
			if m.Poll != nil && !m.Poll.Results.IsFinalized {
				return c, m.ID
			}
		}
	}
	return s.w.Channel(0), 0
}

// call has a user join the call of one of their private channels.
func (s *soak) call() error {
	user := s.user()
	return s.w.Channel(one(s, keysOf(got(s.w.View(user))(s.t).Private))).JoinCall(user)
}
