package world

import (
	"maps"

	"github.com/chorus-go/chorus/types"
)

// View is what one user may see of the world: what a client that has missed no event has to know as well. It is a copy.
type View struct {
	User          User                                       // who looks
	Guilds        map[types.Snowflake]GuildView              // the guilds that the user is a member of
	Private       map[types.Snowflake]types.Channel          // the direct messages and groups that are open and told of
	Relationships map[types.Snowflake]types.RelationshipType // to other users
	Friends       map[types.Snowflake]types.Presence         // the presences of friends, those who are offline included

	Calls map[types.Snowflake]types.CallCreate // by channel, those in Private, none for bots

	Notes         map[types.Snowflake]string                  // about other users
	Settings      types.UserSettings                          // of the user
	GuildSettings map[types.Snowflake]types.UserGuildSettings // by guild, 0 for private channels, once they were changed
}

// GuildView is what one user may see of a guild.
type GuildView struct {
	Guild         types.Guild                                           // with roles, emojis and stickers
	Members       map[types.Snowflake]types.GuildMember                 // all of them, with the user
	Channels      map[types.Snowflake]types.Channel                     // those that can be seen, without threads
	Threads       map[types.Snowflake]types.Channel                     // those that can be seen
	ThreadMembers map[types.Snowflake][]types.Snowflake                 // of each of those threads, in ascending order
	VoiceStates   map[types.Snowflake]types.VoiceState                  // by user, in the channels that can be seen
	Messages      map[types.Snowflake]map[types.Snowflake]types.Message // by channel and id, of the channels and threads

	ScheduledEvents map[types.Snowflake]types.GuildScheduledEvent // those that can be seen, with how many are interested
	Stages          map[types.Snowflake]types.StageInstance       // by channel, those that are open and can be seen
}

// View returns what a user may see. The error is ErrNotFound.
func (w *World) View(user types.Snowflake) (View, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	a, err := w.account(user)
	if err != nil {
		return View{}, err
	}
	return w.view(a), nil
}

// view returns what a user may see. The lock is held.
func (w *World) view(a *account) View {
	v := View{
		User: a.snapshot(), Guilds: map[types.Snowflake]GuildView{}, Private: map[types.Snowflake]types.Channel{},
		Relationships: map[types.Snowflake]types.RelationshipType{}, Friends: map[types.Snowflake]types.Presence{},
		Calls: map[types.Snowflake]types.CallCreate{}, Notes: maps.Clone(a.notes), Settings: a.settings,
		GuildSettings: map[types.Snowflake]types.UserGuildSettings{},
	}
	for _, settings := range a.guildSettingsList().Entries {
		v.GuildSettings[settings.GuildID] = settings
	}
	for id, g := range a.guilds {
		v.Guilds[id] = w.guildView(g, a.id())
	}
	for id, c := range a.private {
		if !w.keepsPrivate(a) {
			v.Private[id] = c.private(a.id())
		}
		if c.call != nil && !a.user.Bot {
			v.Calls[id] = *c.callCreate()
		}
	}
	for other, r := range a.relationships {
		v.Relationships[other] = r.Type
		if r.Type == types.RelationshipTypeFriend {
			v.Friends[other] = w.accounts[other].presenceIn(0)
		}
	}
	return v
}

// guildView returns what a member may see of a guild.
func (w *World) guildView(g *guild, user types.Snowflake) GuildView {
	v := GuildView{
		Guild: g.data, Members: map[types.Snowflake]types.GuildMember{},
		Channels: map[types.Snowflake]types.Channel{}, Threads: map[types.Snowflake]types.Channel{},
		ThreadMembers: map[types.Snowflake][]types.Snowflake{}, VoiceStates: map[types.Snowflake]types.VoiceState{},
		Messages:        map[types.Snowflake]map[types.Snowflake]types.Message{},
		ScheduledEvents: map[types.Snowflake]types.GuildScheduledEvent{}, Stages: map[types.Snowflake]types.StageInstance{},
	}
	for _, p := range g.plansFor(user) {
		v.ScheduledEvents[p.ID] = p
	}
	for _, stage := range g.stagesFor(user) {
		v.Stages[stage.ChannelID] = stage
	}
	for id := range g.members {
		v.Members[id] = w.member(g, id)
	}
	for _, c := range g.visible(user) {
		id := c.data.ID
		if c.isThread() {
			v.Threads[id], v.ThreadMembers[id] = c.payload(), keys(c.threadMembers)
		} else {
			v.Channels[id] = c.payload()
		}
		v.Messages[id] = map[types.Snowflake]types.Message{}
		for _, m := range c.messages {
			v.Messages[id][m.data.ID] = w.message(c, m)
		}
	}
	for _, state := range w.voiceStates(g, user) {
		v.VoiceStates[state.UserID] = state
	}
	return v
}
