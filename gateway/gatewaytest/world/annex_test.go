package world_test

import (
	"cmp"
	"slices"
	"testing"

	"github.com/chorus-go/chorus/gateway/gatewaytest/pubsub"
	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
	"github.com/chorus-go/chorus/types"
)

// annex is the second half of what a client knows that has only its events: what is in a guild besides channels,
// members and messages. It is kept beside the model, which does not look at these events.
type annex struct {
	t      *testing.T
	guilds map[id]*guildAnnex
	calls  map[id]types.CallCreate
	own    ownAnnex
}

// ownAnnex is what a client knows that only its user sees.
type ownAnnex struct {
	notes    map[id]string
	settings types.UserSettings
	guilds   map[id]types.UserGuildSettings
}

// guildAnnex is what a client knows of a guild besides.
type guildAnnex struct {
	stickers []types.Sticker
	plans    map[id]types.GuildScheduledEvent
	stages   map[id]types.StageInstance
	polls    map[id]map[types.Integer]int64 // votes by message and answer, of the messages that have been seen
}

// newAnnex returns the annex of a client that knows nothing.
func newAnnex(t *testing.T) *annex {
	return &annex{t: t, guilds: map[id]*guildAnnex{}, calls: map[id]types.CallCreate{}, own: ownAnnex{}}
}

// apply brings the annex up to date.
func (a *annex) apply(events []pubsub.Event) {
	for _, e := range events {
		switch e.Type {
		case "READY":
			var p types.Ready
			decode(a.t, e.Payload, &p)
			a.own = ownAnnex{notes: p.Notes, guilds: map[id]types.UserGuildSettings{}}
			if p.UserSettings != nil {
				a.own.settings = *p.UserSettings
			}
			for _, settings := range p.UserGuildSettings.Entries {
				a.own.guilds[settings.GuildID] = settings
			}
			for _, g := range p.Guilds {
				if !g.Unavailable {
					a.guildCreate(g)
				}
			}
		case "GUILD_CREATE":
			var p types.GuildCreate
			decode(a.t, e.Payload, &p)
			a.guildCreate(p.GatewayGuild)
		case "GUILD_DELETE":
			delete(a.guilds, e.Payload.(*types.GuildDelete).ID)
		default:
			a.inGuild(e)
			a.inCall(e)
			a.ofOwn(e)
			a.inPoll(e)
		}
	}
}

// guildCreate adds a guild.
func (a *annex) guildCreate(p types.GatewayGuild) {
	g := &guildAnnex{
		stickers: p.Merged().Stickers, plans: map[id]types.GuildScheduledEvent{}, stages: map[id]types.StageInstance{},
		polls: map[id]map[types.Integer]int64{},
	}
	a.guilds[p.ID] = g
	for _, plan := range p.GuildScheduledEvents {
		g.plans[plan.ID] = plan
	}
	for _, stage := range p.StageInstances {
		g.stages[stage.ChannelID] = stage
	}
}

// inGuild applies an event about something in a guild.
func (a *annex) inGuild(e pubsub.Event) {
	switch p := e.Payload.(type) {
	case *types.GuildStickersUpdate:
		a.guilds[p.GuildID].stickers = p.Stickers
	case *types.GuildScheduledEventCreate:
		a.guilds[p.GuildID].plans[p.ID] = p.GuildScheduledEvent
	case *types.GuildScheduledEventUpdate:
		if _, seen := a.guilds[p.GuildID].plans[p.ID]; !seen {
			a.t.Errorf("%s of an event that cannot be seen", e.Type)
		}
		a.guilds[p.GuildID].plans[p.ID] = p.GuildScheduledEvent
	case *types.GuildScheduledEventDelete:
		delete(a.guilds[p.GuildID].plans, p.ID)
	case *types.GuildScheduledEventUserAdd:
		a.interest(p.GuildScheduledEventID, 1)
	case *types.GuildScheduledEventUserRemove:
		a.interest(p.GuildScheduledEventID, -1)
	case *types.StageInstanceCreate:
		a.guilds[p.GuildID].stages[p.ChannelID] = p.StageInstance
	case *types.StageInstanceUpdate:
		a.guilds[p.GuildID].stages[p.ChannelID] = p.StageInstance
	case *types.StageInstanceDelete:
		delete(a.guilds[p.GuildID].stages, p.ChannelID)
	case *types.ChannelDelete:
		a.channelDelete(p.Channel)
	}
}

// interest counts who is interested in an event.
func (a *annex) interest(plan id, by int64) {
	for _, g := range a.guilds {
		if p, ok := g.plans[plan]; ok {
			p.UserCount += by
			g.plans[plan] = p
			return
		}
	}
	a.t.Errorf("somebody is interested in event %d, which cannot be seen", plan)
}

// channelDelete removes what is in a channel.
func (a *annex) channelDelete(c types.Channel) {
	g := a.guilds[c.GuildID]
	if g == nil {
		return
	}
	delete(g.stages, c.ID)
	for plan, p := range g.plans {
		if p.ChannelID == c.ID {
			delete(g.plans, plan)
		}
	}
}

// compare fails the test where the annex is not what the world says.
func (a *annex) compare(step string, v world.View) {
	a.t.Helper()
	same(a.t, step+": calls", a.calls, v.Calls)
	if !v.User.Bot {
		same(a.t, step+": notes", a.own.notes, v.Notes)
		same(a.t, step+": theme", a.own.settings.Theme, v.Settings.Theme)
		same(a.t, step+": custom status", a.own.settings.CustomStatus, v.Settings.CustomStatus)
		same(a.t, step+": guild settings", a.own.guilds, v.GuildSettings)
	}
	same(a.t, step+": guilds of the annex", keysOf(a.guilds), keysOf(v.Guilds))
	for guild, g := range a.guilds {
		want := v.Guilds[guild]
		same(a.t, step+": stickers", g.stickers, want.Guild.Stickers)
		same(a.t, step+": stages", g.stages, want.Stages)
		for _, messages := range want.Messages {
			for message, m := range messages {
				if votes, ok := g.polls[message]; ok {
					same(a.t, step+": votes", votes, results(m.Poll))
				}
			}
		}
		same(a.t, step+": scheduled events", keysOf(g.plans), keysOf(want.ScheduledEvents))
		for plan, p := range g.plans {
			// The creator is a user, whose name others learn elsewhere.
			p.Creator = want.ScheduledEvents[plan].Creator
			same(a.t, step+": scheduled event", p, want.ScheduledEvents[plan])
		}
	}
}

// inCall applies an event about a call.
func (a *annex) inCall(e pubsub.Event) {
	switch p := e.Payload.(type) {
	case *types.CallCreate:
		a.calls[p.ChannelID] = *p
	case *types.CallUpdate:
		c := a.calls[p.ChannelID]
		p.Apply(&c)
		a.calls[p.ChannelID] = c
	case *types.CallDelete:
		delete(a.calls, p.ChannelID)
	case *types.ChannelDelete:
		delete(a.calls, p.ID)
	case *types.VoiceStateUpdate:
		if p.GuildID != 0 {
			return
		}
		for channel, c := range a.calls {
			c.VoiceStates = slices.DeleteFunc(slices.Clone(c.VoiceStates), func(s types.VoiceState) bool {
				return s.UserID == p.UserID
			})
			if channel == p.ChannelID {
				c.VoiceStates = append(c.VoiceStates, p.VoiceState)
				slices.SortFunc(c.VoiceStates, func(a, b types.VoiceState) int { return cmp.Compare(a.UserID, b.UserID) })
			}
			a.calls[channel] = c
		}
	}
}

// ofOwn applies an event that only the user gets.
func (a *annex) ofOwn(e pubsub.Event) {
	switch p := e.Payload.(type) {
	case *types.UserNoteUpdate:
		if p.Note == "" {
			delete(a.own.notes, p.ID)
		} else {
			a.own.notes[p.ID] = p.Note
		}
	case *types.UserSettingsUpdate:
		p.Apply(&a.own.settings)
	case *types.UserGuildSettingsUpdate:
		a.own.guilds[p.GuildID] = p.UserGuildSettings
	}
}

// inPoll applies an event about a poll.
func (a *annex) inPoll(e pubsub.Event) {
	vote := func(guild, message id, answer types.Integer, by int64) {
		if votes, ok := a.polls(guild)[message]; ok {
			if votes[answer] += by; votes[answer] == 0 {
				delete(votes, answer)
			}
		}
	}
	switch p := e.Payload.(type) {
	case *types.MessageCreate:
		if p.Poll != nil && a.polls(p.GuildID) != nil {
			a.polls(p.GuildID)[p.ID] = map[types.Integer]int64{}
		}
	case *types.MessagePollVoteAdd:
		vote(p.GuildID, p.MessageID, p.AnswerID, 1)
	case *types.MessagePollVoteRemove:
		vote(p.GuildID, p.MessageID, p.AnswerID, -1)
	case *types.ChannelDelete:
		// Whoever cannot see a channel misses what happens in it, and asks again for messages.
		clear(a.polls(p.GuildID))
	case *types.ThreadDelete:
		clear(a.polls(p.GuildID))
	}
}

// polls returns the polls of a guild, nil if there is no such guild.
func (a *annex) polls(guild id) map[id]map[types.Integer]int64 {
	if g := a.guilds[guild]; g != nil {
		return g.polls
	}
	return nil
}

// results returns the votes of a poll.
func results(p *types.Poll) map[types.Integer]int64 {
	votes := map[types.Integer]int64{}
	for _, count := range p.Results.AnswerCounts {
		votes[count.ID] = count.Count
	}
	return votes
}
