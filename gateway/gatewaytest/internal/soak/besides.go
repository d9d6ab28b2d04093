package soak

import (
	"slices"
	"time"

	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
	"github.com/chorus-go/chorus/types"
)

// Besides is Next for what the Model does not know of: calls, what belongs to the account, polls, webhooks, stickers,
// stages and scheduled events.
func (c *Chance) Besides() (name string, do func() error) {
	m := One(c, slices.Concat(c.amongUsers(), c.ofMessages(), c.onStages()))
	return m.name, m.do
}

// amongUsers are the mutations that concern users, and what is theirs.
func (c *Chance) amongUsers() []mutation {
	g := c.Guild()
	return []mutation{
		{"ban and purge", func() error { return g.BanWith(c.User(), world.BanOptions{DeleteMessages: time.Hour}) }},
		{"invite", func() error {
			i, err := c.Channel().NewInvite(c.User(), world.InviteOptions{MaxUses: 1, MaxAge: time.Minute})
			if err == nil {
				_, err = c.World.AcceptInvite(c.User(), i.Code)
			}
			return err
		}},
		{"call", c.call}, {"call", c.call}, {"call", c.call},
		{"ring", func() error { return c.calling().Ring() }},
		{"decline", func() error { return c.calling().StopRinging(c.User()) }},
		{"hang up", func() error { return c.calling().LeaveCall(c.User()) }},
		{"hang up", func() error { return c.calling().LeaveCall(c.User()) }},
		{"note", func() error {
			return c.World.User(c.User()).SetNote(c.User(), One(c, []string{"", "a", "b"}))
		}},
		{"settings", func() error {
			theme := One(c, []types.Theme{types.ThemeDark, types.ThemeLight})
			status := One(c, []*types.CustomStatus{nil, {Text: "busy"}})
			return c.World.User(c.User()).EditSettings(func(settings *types.UserSettings) {
				settings.Theme, settings.CustomStatus = theme, status
			})
		}},
		{"mute", func() error {
			return c.World.User(c.User()).EditGuildSettings(g.ID(), func(settings *types.UserGuildSettings) {
				settings.Muted = !settings.Muted
			})
		}},
	}
}

// ofMessages are the mutations of polls, webhooks and stickers.
func (c *Chance) ofMessages() []mutation {
	g := c.Guild()
	return []mutation{
		{"ask", func() error {
			_, err := c.Channel().Send(c.User(), world.MessageOptions{Poll: &world.PollOptions{
				Question: "?", Answers: []string{"yes", "no"}, Duration: time.Hour, Multiselect: c.Rand.IntN(2) == 0,
			}})
			return err
		}},
		{"vote", c.vote}, {"vote", c.vote}, {"vote", c.vote},
		{"unvote", func() error {
			channel, message := c.poll()
			return channel.Unvote(message, c.User(), 1+c.Rand.Int64N(2))
		}},
		{"end poll", func() error {
			if c.Rand.IntN(4) > 0 {
				return nil
			}
			channel, message := c.poll()
			return channel.EndPoll(message)
		}},
		{"webhook", func() error {
			channel := c.Channel()
			hook, err := channel.CreateWebhook(c.owner(channel), "hook")
			if err == nil {
				_, err = c.World.ExecuteWebhook(hook.ID, hook.Token, world.WebhookMessage{
					MessageOptions: world.MessageOptions{Content: "hello"},
				})
			}
			return err
		}},
		{"sticker", func() error { _, err := g.AddSticker(c.User(), "s"); return err }},
		{"delete sticker", func() error {
			data, _ := g.Snapshot()
			return g.DeleteSticker(One(c, data.Stickers).ID)
		}},
	}
}

// onStages are the mutations of stages and of scheduled events.
func (c *Chance) onStages() []mutation {
	g := c.Guild()
	stage := c.ChannelOf(func(data types.Channel) bool { return data.Type == types.ChannelTypeGuildStageVoice })
	return []mutation{
		{"create stage", func() error {
			_, err := g.NewChannel(world.ChannelOptions{Name: "stage", Type: types.ChannelTypeGuildStageVoice})
			return err
		}},
		{"open stage", func() error { _, err := stage.OpenStage(c.owner(stage), "talk"); return err }},
		{"open stage", func() error { _, err := stage.OpenStage(c.owner(stage), "talk"); return err }},
		{"stage topic", func() error { return stage.SetStageTopic(One(c, []string{"x", "y"})) }},
		{"close stage", stage.CloseStage},
		{"plan", func() error {
			_, err := g.CreateScheduledEvent(c.owner(stage), world.ScheduledEventOptions{
				Name: "elsewhere", Location: "park", Start: time.Now(), End: time.Now().Add(time.Hour),
			})
			return err
		}},
		{"plan on stage", func() error {
			data, _ := stage.Snapshot()
			_, err := c.World.Guild(data.GuildID).CreateScheduledEvent(c.owner(stage), world.ScheduledEventOptions{
				Name: "on stage", Channel: stage.ID(), Start: time.Now(),
			})
			return err
		}},
		{"edit plan", func() error {
			return g.EditScheduledEvent(c.plan(g), func(e *types.GuildScheduledEvent) {
				e.Name, e.Status = "changed", types.GuildScheduledEventStatusActive
			})
		}},
		{"delete plan", func() error { return g.DeleteScheduledEvent(c.plan(g)) }},
		{"interest", func() error { return g.AddInterest(c.plan(g), c.User()) }},
		{"interest", func() error { return g.AddInterest(c.plan(g), c.User()) }},
		{"no interest", func() error { return g.RemoveInterest(c.plan(g), c.User()) }},
	}
}

// owner returns the owner of a channel's guild.
func (c *Chance) owner(channel world.ChannelHandle) id {
	data, _ := channel.Snapshot()
	guild, _ := c.World.Guild(data.GuildID).Snapshot()
	return guild.OwnerID
}

// plan returns an event that is planned in a guild.
func (c *Chance) plan(g world.GuildHandle) id {
	plans, _ := g.ScheduledEvents()
	return One(c, plans).ID
}

// calling returns a private channel in which there is a call.
func (c *Chance) calling() world.ChannelHandle {
	for _, u := range c.Users {
		view, err := c.World.View(u.ID)
		if err != nil {
			continue
		}
		if calls := keysOf(view.Calls); len(calls) > 0 {
			return c.World.Channel(One(c, calls))
		}
	}
	return c.World.Channel(0)
}

// vote votes in some poll.
func (c *Chance) vote() error {
	channel, message := c.poll()
	return channel.Vote(message, c.User(), 1+c.Rand.Int64N(2))
}

// poll returns a message with a poll and its channel.
func (c *Chance) poll() (world.ChannelHandle, id) {
	for range 10 {
		channel := c.Written()
		messages, _ := channel.Messages()
		for _, m := range messages {
			if m.Poll != nil && !m.Poll.Results.IsFinalized {
				return channel, m.ID
			}
		}
	}
	return c.World.Channel(0), 0
}

// call has a user join the call of one of their private channels.
func (c *Chance) call() error {
	user := c.User()
	view, err := c.World.View(user)
	if err != nil {
		return err
	}
	return c.World.Channel(One(c, keysOf(view.Private))).JoinCall(user)
}
