package world

import (
	"cmp"
	"slices"
	"time"

	"github.com/chorus-go/chorus/types"
)

// permissions returns what a member may do in a channel, or in the guild if there is none. It is nothing for somebody
// who is not a member.
func (g *guild) permissions(user types.Snowflake, c *channel) types.Permissions {
	member := g.members[user]
	if member == nil {
		return 0
	}
	p := types.MemberPermissions{
		GuildID: g.data.ID, OwnerID: g.data.OwnerID, Roles: g.data.Roles, UserID: user, Member: member, Now: time.Now(),
	}
	switch {
	case c == nil:
		return p.Guild()
	case c.parent != nil && c.isThread():
		return p.Thread(c.parent.data.PermissionOverwrites)
	}
	return p.Channel(c.data.Type, c.data.PermissionOverwrites)
}

// permissions returns what a user may do in a channel of any kind.
func (c *channel) permissions(user types.Snowflake) types.Permissions {
	switch {
	case c.guild != nil:
		return c.guild.permissions(user, c)
	case c.isRecipient(user):
		return types.PermissionsAll &^ types.PermissionManageMessages
	}
	return 0
}

// seenBy says whether a user can see a channel. A private thread is seen by its members and whoever manages threads.
func (c *channel) seenBy(user types.Snowflake) bool {
	p := c.permissions(user)
	if !p.Has(types.PermissionViewChannel) {
		return false
	}
	return c.data.Type != types.ChannelTypePrivateThread || c.threadMembers[user] != nil ||
		p.Has(types.PermissionManageThreads)
}

// visible returns the channels of a guild that a user can see, threads behind all others, each in the order of the ids.
func (g *guild) visible(user types.Snowflake) []*channel {
	var seen []*channel
	for _, c := range g.channels {
		if c.seenBy(user) {
			seen = append(seen, c)
		}
	}
	slices.SortFunc(seen, compareChannels)
	return seen
}

// compareChannels sorts threads behind all others.
func compareChannels(a, b *channel) int {
	if a.isThread() != b.isThread() {
		if a.isThread() {
			return 1
		}
		return -1
	}
	return cmp.Compare(a.data.ID, b.data.ID)
}

// seeing returns the members with a session who can see a channel.
func (g *guild) seeing(c *channel) map[types.Snowflake]bool {
	users := map[types.Snowflake]bool{}
	for user, channels := range g.sight {
		if c != nil && channels[c.data.ID] {
			users[user] = true
		}
	}
	return users
}

// allowed returns the members with a session who have a permission in a channel, or in the guild if there is none.
func (g *guild) allowed(c *channel, need types.Permissions) map[types.Snowflake]bool {
	users := map[types.Snowflake]bool{}
	for user := range g.sight {
		if g.permissions(user, c).Has(need) {
			users[user] = true
		}
	}
	return users
}

// glimpse is what a change does to what one user can see.
type glimpse struct {
	user         types.Snowflake
	lost, gained []*channel
}

// resee works out anew what connected members can see, and tells them: first those who lose sight of a channel, then,
// by between, everybody of the change itself, then those who gain it. users nil are all, channels nil too.
func (w *World) resee(g *guild, users []types.Snowflake, channels []*channel, between func()) {
	if users == nil {
		users = keys(g.sight)
	}
	if channels == nil {
		channels = sorted(g.channels)
	}
	var changes []glimpse
	for _, user := range users {
		if change, ok := g.look(user, channels); ok {
			changes = append(changes, change)
		}
	}
	for _, change := range changes {
		w.hide(g, change)
	}
	if between != nil {
		between()
	}
	for _, change := range changes {
		w.reveal(g, change)
	}
}

// look compares what a user can see with what they could see, and notes it.
func (g *guild) look(user types.Snowflake, channels []*channel) (glimpse, bool) {
	change := glimpse{user: user}
	seen := g.sight[user]
	if seen == nil {
		return change, false
	}
	for _, c := range channels {
		now := c.seenBy(user)
		switch {
		case now && !seen[c.data.ID]:
			change.gained = append(change.gained, c)
			seen[c.data.ID] = true
		case !now && seen[c.data.ID]:
			change.lost = append(change.lost, c)
			delete(seen, c.data.ID)
		}
	}
	slices.SortFunc(change.lost, compareChannels)
	slices.SortFunc(change.gained, compareChannels)
	return change, len(change.lost)+len(change.gained) > 0
}

// hide takes channels from a user's sight. The threads of a channel go with it without a word.
func (w *World) hide(g *guild, change glimpse) {
	for _, c := range slices.Backward(change.lost) {
		switch {
		case !c.isThread():
			w.toMember(g.data.ID, change.user, "CHANNEL_DELETE", &types.ChannelDelete{Channel: c.payload()})
		case !slices.Contains(change.lost, c.parent):
			w.toMember(g.data.ID, change.user, "THREAD_DELETE", c.threadDelete())
		}
		w.unsubscribe(change.user, c)
	}
}

// reveal shows channels to a user: the channel, its threads, who is in its voice, its stage, and what is planned in it.
func (w *World) reveal(g *guild, change glimpse) {
	var threads []*channel
	for _, c := range change.gained {
		w.subscribe(change.user, c)
		switch {
		case c.isThread() && w.options.Profile == Discord && slices.Contains(change.gained, c.parent):
			threads = append(threads, c)
		case c.isThread():
			w.toMember(g.data.ID, change.user, "THREAD_CREATE", &types.ThreadCreate{Channel: c.payload()})
		default:
			w.toMember(g.data.ID, change.user, "CHANNEL_CREATE", &types.ChannelCreate{Channel: c.payload()})
		}
	}
	if len(threads) > 0 {
		w.toMember(g.data.ID, change.user, "THREAD_LIST_SYNC", w.threadListSync(g, change.user, threads))
	}
	for _, state := range sorted(g.voice) {
		if slices.Contains(change.gained, g.channels[state.ChannelID]) {
			w.toMember(g.data.ID, change.user, "VOICE_STATE_UPDATE", w.voiceUpdate(g, state))
		}
	}
	for _, c := range change.gained {
		if c.stage != nil {
			w.toMember(g.data.ID, change.user, "STAGE_INSTANCE_CREATE", &types.StageInstanceCreate{StageInstance: *c.stage})
		}
	}
	for _, p := range sorted(g.plans) {
		if slices.Contains(change.gained, g.channels[p.data.ChannelID]) {
			w.toMember(g.data.ID, change.user, "GUILD_SCHEDULED_EVENT_CREATE",
				&types.GuildScheduledEventCreate{GuildScheduledEvent: p.payload()})
		}
	}
}

// subscribe lets all ready sessions of a user have the events of a channel.
func (w *World) subscribe(user types.Snowflake, c *channel) {
	channel, guild := c.data.ID, c.data.GuildID
	w.later(func() {
		for _, s := range w.states.UserGuild(user, guild) {
			if w.isReady(s) {
				// A session that has ended in the meantime needs no subscription.
				_ = w.topics.channels.Sub(channel, s.SessionID())
			}
		}
	})
}

// unsubscribe is the opposite of subscribe.
func (w *World) unsubscribe(user types.Snowflake, c *channel) {
	channel, guild := c.data.ID, c.data.GuildID
	w.later(func() {
		for _, s := range w.states.UserGuild(user, guild) {
			w.topics.channels.Unsub(channel, s.SessionID())
			w.report(nil, w.topics.lists.Unsub(channel, s.SessionID()))
		}
	})
}

// refreshLists has the member lists of a guild asked for anew.
func (w *World) refreshLists(g *guild) {
	id := g.data.ID
	w.later(func() { w.report(nil, w.topics.lists.Refresh(id)) })
}

// refreshMember tells the member lists of a guild that one member has changed.
func (w *World) refreshMember(g *guild, user types.Snowflake) {
	id := g.data.ID
	w.later(func() { w.report(nil, w.topics.lists.UpdateMember(id, user)) })
}
