package world

import (
	"slices"
	"time"

	"github.com/chorus-go/chorus/types"
)

// plan is an event that is planned in a guild.
type plan struct {
	data       types.GuildScheduledEvent // without creator and user_count; replaced, never written to
	creator    *account
	interested map[types.Snowflake]bool
}

// ScheduledEventOptions are what an event is planned with: where is either Channel or Location.
type ScheduledEventOptions struct {
	Name        string          // 1 to 100 characters
	Description string          // what it is about
	Channel     types.Snowflake // a voice or stage channel of the guild
	Location    string          // somewhere else
	Start       time.Time       // when it begins
	End         time.Time       // when it ends, which one with a Location has to say
}

// CreateScheduledEvent plans an event by a user and dispatches GUILD_SCHEDULED_EVENT_CREATE to whoever can see its
// channel, to all members if it is elsewhere. The error is ErrNotFound, ErrForbidden if the user may not, or an
// *InputError for an event without a place or a time, or in a channel without voice.
func (h GuildHandle) CreateScheduledEvent(
	by types.Snowflake, options ScheduledEventOptions,
) (types.GuildScheduledEvent, error) {
	var created types.GuildScheduledEvent
	err := h.change(func(g *guild) error {
		a, err := h.w.account(by)
		if err != nil {
			return err
		}
		data, err := g.planned(options)
		if err != nil {
			return err
		}
		rights := g.permissions(by, g.channels[options.Channel])
		if !rights.Has(types.PermissionCreateEvents) && !rights.Has(types.PermissionManageEvents) {
			return forbidden("plan an event", "the user lacks the permission")
		}
		data.ID, data.CreatorID = h.w.id(), by
		p := &plan{data: data, creator: a, interested: map[types.Snowflake]bool{}}
		g.plans[data.ID] = p
		created = p.payload()
		h.w.toPlan(p, "GUILD_SCHEDULED_EVENT_CREATE", &types.GuildScheduledEventCreate{GuildScheduledEvent: created})
		h.audit(types.AuditLogActionTypeGuildScheduledEventCreate, data.ID, nil, data)
		return nil
	})
	return created, err
}

// planned returns the event that options ask for.
func (g *guild) planned(options ScheduledEventOptions) (types.GuildScheduledEvent, error) {
	data := types.GuildScheduledEvent{
		GuildID: g.data.ID, ChannelID: options.Channel, Name: options.Name, Description: options.Description,
		ScheduledStartTime: types.TimestampOf(options.Start), PrivacyLevel: types.PrivacyLevelGuildOnly,
		Status: types.GuildScheduledEventStatusScheduled, EntityType: types.GuildScheduledEventEntityTypeVoice,
	}
	if !options.End.IsZero() {
		data.ScheduledEndTime = types.TimestampOf(options.End)
	}
	c := g.channels[options.Channel]
	switch {
	case options.Name == "" || options.Start.IsZero():
		return data, wrong("name", "an event has a name and a time")
	case (options.Channel == 0) == (options.Location == ""):
		return data, wrong("entity_type", "an event is in a channel or elsewhere")
	case options.Channel == 0 && options.End.IsZero():
		return data, wrong("scheduled_end_time", "an event elsewhere has an end")
	case options.Channel == 0:
		data.EntityType = types.GuildScheduledEventEntityTypeExternal
		data.EntityMetadata = &types.GuildScheduledEventEntityMetadata{Location: options.Location}
	case c == nil:
		return data, missing("channel", options.Channel)
	case c.data.Type == types.ChannelTypeGuildStageVoice:
		data.EntityType = types.GuildScheduledEventEntityTypeStageInstance
	case c.data.Type != types.ChannelTypeGuildVoice:
		return data, wrong("channel_id", "the channel has no voice")
	}
	return data, nil
}

// payload returns an event as payloads have it.
func (p *plan) payload() types.GuildScheduledEvent {
	data, creator := p.data, p.creator.public()
	data.Creator, data.UserCount = &creator, int64(len(p.interested))
	return data
}

// seenBy says whether a member can see an event.
func (p *plan) seenBy(g *guild, user types.Snowflake) bool {
	c := g.channels[p.data.ChannelID]
	return p.data.ChannelID == 0 || c != nil && c.seenBy(user)
}

// toPlan dispatches to those who can see an event.
func (w *World) toPlan(p *plan, event string, payload any) {
	if p.data.ChannelID != 0 {
		w.toChannel(p.data.ChannelID, event, payload)
		return
	}
	w.toGuild(p.data.GuildID, event, payload, nil)
}

// plansFor returns the events that a member can see, in the order of their ids.
func (g *guild) plansFor(user types.Snowflake) []types.GuildScheduledEvent {
	plans := []types.GuildScheduledEvent{}
	for _, p := range sorted(g.plans) {
		if p.seenBy(g, user) {
			plans = append(plans, p.payload())
		}
	}
	return plans
}

// EditScheduledEvent changes an event by a function, which is called as the package says, and dispatches
// GUILD_SCHEDULED_EVENT_UPDATE to whoever can see it. With another status it begins, ends or is cancelled. Id, guild,
// place and creator stay. The error is ErrNotFound or ErrConflict.
func (h GuildHandle) EditScheduledEvent(id types.Snowflake, edit func(*types.GuildScheduledEvent)) error {
	var p *plan
	look := func() (*types.GuildScheduledEvent, error) {
		g, err := h.w.guild(h.id)
		if err != nil {
			return nil, err
		}
		if p = g.plans[id]; p == nil {
			return nil, missing("scheduled event", id)
		}
		return &p.data, nil
	}
	return edited(h.w, edit, look, func(changed types.GuildScheduledEvent) error {
		before := p.data
		changed.ID, changed.GuildID, changed.ChannelID = id, h.id, before.ChannelID
		changed.EntityType, changed.CreatorID, changed.Creator = before.EntityType, before.CreatorID, nil
		changed.UserCount = 0
		p.data = changed
		h.w.toPlan(p, "GUILD_SCHEDULED_EVENT_UPDATE", &types.GuildScheduledEventUpdate{GuildScheduledEvent: p.payload()})
		h.audit(types.AuditLogActionTypeGuildScheduledEventUpdate, id, before, changed)
		return nil
	})
}

// DeleteScheduledEvent deletes an event and dispatches GUILD_SCHEDULED_EVENT_DELETE to whoever could see it. The error
// is ErrNotFound.
func (h GuildHandle) DeleteScheduledEvent(id types.Snowflake) error {
	return h.plan(id, func(g *guild, p *plan) error {
		h.w.dropPlan(g, p)
		h.audit(types.AuditLogActionTypeGuildScheduledEventDelete, id, p.data, nil)
		return nil
	})
}

// dropPlan deletes an event.
func (w *World) dropPlan(g *guild, p *plan) {
	delete(g.plans, p.data.ID)
	w.toPlan(p, "GUILD_SCHEDULED_EVENT_DELETE", &types.GuildScheduledEventDelete{GuildScheduledEvent: p.payload()})
}

// AddInterest notes that a member is interested in an event, and dispatches GUILD_SCHEDULED_EVENT_USER_ADD to whoever
// can see it. Somebody who is already changes nothing. The error is ErrNotFound, or ErrForbidden for a member who
// cannot see the event.
func (h GuildHandle) AddInterest(id, user types.Snowflake) error {
	return h.plan(id, func(g *guild, p *plan) error {
		switch {
		case g.members[user] == nil:
			return missing("member", user)
		case !p.seenBy(g, user):
			return forbidden("be interested", "the member cannot see the event")
		case p.interested[user]:
			return nil
		}
		p.interested[user] = true
		h.w.toPlan(p, "GUILD_SCHEDULED_EVENT_USER_ADD", &types.GuildScheduledEventUserAdd{
			GuildScheduledEventUser: p.response(user),
		})
		return nil
	})
}

// RemoveInterest is the opposite of AddInterest, and dispatches GUILD_SCHEDULED_EVENT_USER_REMOVE. Whoever leaves the
// guild is not interested any longer either. The error is ErrNotFound.
func (h GuildHandle) RemoveInterest(id, user types.Snowflake) error {
	return h.plan(id, func(_ *guild, p *plan) error {
		if !p.interested[user] {
			return missing("interested user", user)
		}
		h.w.dropInterest(p, user)
		return nil
	})
}

// dropInterest takes somebody from those who are interested.
func (w *World) dropInterest(p *plan, user types.Snowflake) {
	delete(p.interested, user)
	w.toPlan(p, "GUILD_SCHEDULED_EVENT_USER_REMOVE", &types.GuildScheduledEventUserRemove{
		GuildScheduledEventUser: p.response(user),
	})
}

// response returns who is interested in which event.
func (p *plan) response(user types.Snowflake) types.GuildScheduledEventUser {
	return types.GuildScheduledEventUser{
		GuildScheduledEventID: p.data.ID, UserID: user, Response: types.GuildScheduledEventUserResponseInterested,
	}
}

// ScheduledEvents returns the events of the guild, in the order of their ids. The error is ErrNotFound.
func (h GuildHandle) ScheduledEvents() ([]types.GuildScheduledEvent, error) {
	plans := []types.GuildScheduledEvent{}
	err := h.read(func(g *guild) error {
		for _, p := range sorted(g.plans) {
			plans = append(plans, p.payload())
		}
		return nil
	})
	return plans, err
}

// Interested returns the ids of those who are interested in an event, in ascending order. The error is ErrNotFound.
func (h GuildHandle) Interested(id types.Snowflake) ([]types.Snowflake, error) {
	var users []types.Snowflake
	err := h.read(func(g *guild) error {
		if g.plans[id] == nil {
			return missing("scheduled event", id)
		}
		users = slices.Clip(keys(g.plans[id].interested))
		return nil
	})
	return users, err
}

// plan changes an event and delivers.
func (h GuildHandle) plan(id types.Snowflake, f func(*guild, *plan) error) error {
	return h.change(func(g *guild) error {
		if g.plans[id] == nil {
			return missing("scheduled event", id)
		}
		return f(g, g.plans[id])
	})
}
