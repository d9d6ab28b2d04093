package world_test

import (
	"slices"
	"time"

	"github.com/chorus-go/chorus/gateway/gatewaytest/internal/soak"
	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
	"github.com/chorus-go/chorus/types"
)

// action is something that can happen.
type action struct {
	name string
	do   func() error
}

// besides are the actions of which the annex knows.
func (s *trial) besides() []action {
	return slices.Concat(s.amongUsers(), s.ofMessages(), s.onStages())
}

// amongUsers are the actions that concern users, and what is theirs.
func (s *trial) amongUsers() []action {
	g := s.Guild()
	return []action{
		{"ban and purge", func() error { return g.BanWith(s.User(), world.BanOptions{DeleteMessages: time.Hour}) }},
		{"invite", func() error {
			i, err := s.Channel().NewInvite(s.User(), world.InviteOptions{MaxUses: 1, MaxAge: time.Minute})
			if err == nil {
				_, err = s.World.AcceptInvite(s.User(), i.Code)
			}
			return err
		}},
		{"wait", func() error { time.Sleep(45 * time.Second); return nil }},
		{"call", s.call}, {"call", s.call}, {"call", s.call},
		{"ring", func() error { return s.calling().Ring() }},
		{"decline", func() error { return s.calling().StopRinging(s.User()) }},
		{"hang up", func() error { return s.calling().LeaveCall(s.User()) }},
		{"hang up", func() error { return s.calling().LeaveCall(s.User()) }},
		{"note", func() error {
			return s.World.User(s.User()).SetNote(s.User(), soak.One(&s.Chance, []string{"", "a", "b"}))
		}},
		{"settings", func() error {
			theme := soak.One(&s.Chance, []types.Theme{types.ThemeDark, types.ThemeLight})
			status := soak.One(&s.Chance, []*types.CustomStatus{nil, {Text: "busy"}})
			return s.World.User(s.User()).EditSettings(func(settings *types.UserSettings) {
				settings.Theme, settings.CustomStatus = theme, status
			})
		}},
		{"mute", func() error {
			return s.World.User(s.User()).EditGuildSettings(g.ID(), func(settings *types.UserGuildSettings) {
				settings.Muted = !settings.Muted
			})
		}},
	}
}

// ofMessages are the actions of polls, webhooks and stickers.
func (s *trial) ofMessages() []action {
	g := s.Guild()
	return []action{
		{"ask", func() error {
			_, err := s.Channel().Send(s.User(), world.MessageOptions{Poll: &world.PollOptions{
				Question: "?", Answers: []string{"yes", "no"}, Duration: time.Hour, Multiselect: s.Rand.IntN(2) == 0,
			}})
			return err
		}},
		{"vote", s.vote}, {"vote", s.vote}, {"vote", s.vote},
		{"unvote", func() error {
			c, message := s.poll()
			return c.Unvote(message, s.User(), 1+s.Rand.Int64N(2))
		}},
		{"end poll", func() error {
			if s.Rand.IntN(4) > 0 {
				return nil
			}
			c, message := s.poll()
			return c.EndPoll(message)
		}},
		{"webhook", func() error {
			c := s.Channel()
			hook, err := c.CreateWebhook(s.owner(c), "hook")
			if err == nil {
				_, err = s.World.ExecuteWebhook(hook.ID, hook.Token, world.WebhookMessage{
					MessageOptions: world.MessageOptions{Content: "hello"},
				})
			}
			return err
		}},
		{"sticker", func() error { _, err := g.AddSticker(s.User(), "s"); return err }},
		{"delete sticker", func() error {
			data, _ := g.Snapshot()
			return g.DeleteSticker(soak.One(&s.Chance, data.Stickers).ID)
		}},
	}
}

// onStages are the actions of stages and of scheduled events.
func (s *trial) onStages() []action {
	g := s.Guild()
	stage := s.ChannelOf(func(c types.Channel) bool { return c.Type == types.ChannelTypeGuildStageVoice })
	return []action{
		{"create stage", func() error {
			_, err := g.NewChannel(world.ChannelOptions{Name: "stage", Type: types.ChannelTypeGuildStageVoice})
			return err
		}},
		{"open stage", func() error { _, err := stage.OpenStage(s.owner(stage), "talk"); return err }},
		{"open stage", func() error { _, err := stage.OpenStage(s.owner(stage), "talk"); return err }},
		{"stage topic", func() error { return stage.SetStageTopic(soak.One(&s.Chance, []string{"x", "y"})) }},
		{"close stage", stage.CloseStage},
		{"plan", func() error {
			_, err := g.CreateScheduledEvent(s.owner(stage), world.ScheduledEventOptions{
				Name: "elsewhere", Location: "park", Start: time.Now(), End: time.Now().Add(time.Hour),
			})
			return err
		}},
		{"plan on stage", func() error {
			data, _ := stage.Snapshot()
			_, err := s.World.Guild(data.GuildID).CreateScheduledEvent(s.owner(stage), world.ScheduledEventOptions{
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
		{"interest", func() error { return g.AddInterest(s.plan(g), s.User()) }},
		{"interest", func() error { return g.AddInterest(s.plan(g), s.User()) }},
		{"no interest", func() error { return g.RemoveInterest(s.plan(g), s.User()) }},
	}
}

// owner returns the owner of a channel's guild.
func (s *trial) owner(c world.ChannelHandle) id {
	data, _ := c.Snapshot()
	guild, _ := s.World.Guild(data.GuildID).Snapshot()
	return guild.OwnerID
}

// plan returns an event that is planned in a guild.
func (s *trial) plan(g world.GuildHandle) id {
	plans, _ := g.ScheduledEvents()
	return soak.One(&s.Chance, plans).ID
}

// calling returns a private channel in which there is a call.
func (s *trial) calling() world.ChannelHandle {
	for _, u := range s.Users {
		view := got(s.World.View(u.ID))(s.t)
		if calls := keysOf(view.Calls); len(calls) > 0 {
			return s.World.Channel(soak.One(&s.Chance, calls))
		}
	}
	return s.World.Channel(0)
}

// vote votes in some poll.
func (s *trial) vote() error {
	c, message := s.poll()
	return c.Vote(message, s.User(), 1+s.Rand.Int64N(2))
}

// poll returns a message with a poll and its channel.
func (s *trial) poll() (world.ChannelHandle, id) {
	for range 10 {
		c := s.Written()
		messages, _ := c.Messages()
		for _, m := range messages {
			if m.Poll != nil && !m.Poll.Results.IsFinalized {
				return c, m.ID
			}
		}
	}
	return s.World.Channel(0), 0
}

// call has a user join the call of one of their private channels.
func (s *trial) call() error {
	user := s.User()
	return s.World.Channel(soak.One(&s.Chance, keysOf(got(s.World.View(user))(s.t).Private))).JoinCall(user)
}
