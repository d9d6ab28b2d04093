package world

import (
	"slices"

	"github.com/chorus-go/chorus/types"
)

// channel is a channel of a guild, a thread, or a private channel. What it holds of package types is replaced, never
// written to: payloads share it.
type channel struct {
	data     types.Channel // without recipients, owner and member
	guild    *guild        // nil for a private channel
	parent   *channel      // the category of a channel, the channel of a thread, or nil
	messages map[types.Snowflake]*message

	threadMembers map[types.Snowflake]*types.ThreadMember
	recipients    []*account               // of a private channel, in the order in which they came
	open          map[types.Snowflake]bool // which of them have it in their list
	call          *call                    // nil for none

	stage      *types.StageInstance // the stage that is open, nil for none
	voiceSince types.Timestamp      // since when somebody is in its voice, 0 while nobody is
}

// ChannelOptions are what a channel is made with.
type ChannelOptions struct {
	Name       string                      // 1 to 100 characters
	Type       types.ChannelType           // a text channel is 0
	Topic      string                      // what it is about
	Parent     types.Snowflake             // the category, 0 for none
	Overwrites []types.PermissionOverwrite // what roles and members may do in it
}

// ChannelHandle is a channel of the world, to act on. It is a value; whether there is such a channel is known when it
// is used, and an error of its methods.
type ChannelHandle struct {
	w         *World
	guild, id types.Snowflake
	by        types.Snowflake // whose changes they are, 0 for nobody's
}

// Channel returns a handle of a channel of any kind.
func (w *World) Channel(id types.Snowflake) ChannelHandle { return ChannelHandle{w: w, id: id} }

// Channel returns a handle of a channel or thread of the guild. A channel of another guild is not found.
func (h GuildHandle) Channel(id types.Snowflake) ChannelHandle {
	return ChannelHandle{h.w, h.id, id, h.by}
}

// ID returns the id that the handle is for.
func (h ChannelHandle) ID() types.Snowflake { return h.id }

// Channels returns the ids of the guild's channels and threads, in ascending order. The error is ErrNotFound.
func (h GuildHandle) Channels() ([]types.Snowflake, error) {
	var channels []types.Snowflake
	err := h.read(func(g *guild) error {
		channels = keys(g.channels)
		return nil
	})
	return channels, err
}

// CreateChannel adds a text channel with a name, as NewChannel does.
func (h GuildHandle) CreateChannel(name string) (ChannelHandle, error) {
	return h.NewChannel(ChannelOptions{Name: name})
}

// NewChannel adds a channel and dispatches CHANNEL_CREATE to whoever can see it. The error is ErrNotFound, also for the
// category, or an *InputError for a type that channels of guilds cannot have; threads are made by StartThread.
func (h GuildHandle) NewChannel(options ChannelOptions) (ChannelHandle, error) {
	var handle ChannelHandle
	err := h.change(func(g *guild) error {
		switch options.Type {
		case types.ChannelTypeDM, types.ChannelTypeGroupDM, types.ChannelTypeNewsThread, types.ChannelTypePublicThread,
			types.ChannelTypePrivateThread:
			return wrong("type", "a guild cannot have a channel of type "+options.Type.String())
		}
		if options.Parent != 0 && g.channels[options.Parent] == nil {
			return missing("channel", options.Parent)
		}
		c := h.w.newChannel(g, options)
		h.w.show(c)
		h.w.toChannel(c.data.ID, "CHANNEL_CREATE", &types.ChannelCreate{Channel: c.payload()})
		handle = h.Channel(c.data.ID)
		h.audit(types.AuditLogActionTypeChannelCreate, c.data.ID, nil, c.data)
		return nil
	})
	return handle, err
}

// newChannel puts a channel into a guild, which nobody sees yet.
func (w *World) newChannel(g *guild, options ChannelOptions) *channel {
	c := &channel{
		data: types.Channel{
			ID: w.id(), Type: options.Type, GuildID: g.data.ID, Name: options.Name, Topic: options.Topic,
			ParentID: options.Parent, Position: int64(len(g.channels)),
			PermissionOverwrites: append([]types.PermissionOverwrite{}, options.Overwrites...),
		},
		guild: g, parent: g.channels[options.Parent],
		messages: map[types.Snowflake]*message{},
	}
	if options.Type == types.ChannelTypeGuildVoice || options.Type == types.ChannelTypeGuildStageVoice {
		c.data.Bitrate = 64_000
	}
	g.channels[c.data.ID], w.channels[c.data.ID] = c, c
	return c
}

// show subscribes those who can see a new channel, to whom its creation is then dispatched.
func (w *World) show(c *channel) {
	for _, user := range keys(c.guild.sight) {
		if c.seenBy(user) {
			c.guild.sight[user][c.data.ID] = true
			w.subscribe(user, c)
		}
	}
}

// isThread says whether the channel is a thread.
func (c *channel) isThread() bool {
	switch c.data.Type {
	case types.ChannelTypeNewsThread, types.ChannelTypePublicThread, types.ChannelTypePrivateThread:
		return true
	}
	return false
}

// family returns a channel and its threads.
func (c *channel) family() []*channel {
	family := []*channel{c}
	for _, other := range sorted(c.guild.channels) {
		if other.isThread() && other.parent == c {
			family = append(family, other)
		}
	}
	return family
}

// payload returns the channel as payloads of guilds have it.
func (c *channel) payload() types.Channel {
	data := c.data
	if c.isThread() {
		data.MemberCount = int64(len(c.threadMembers))
	}
	return data
}

// Snapshot returns the channel as it is now; a private one with all recipients. The error is ErrNotFound.
func (h ChannelHandle) Snapshot() (types.Channel, error) {
	var data types.Channel
	err := h.read(func(c *channel) error {
		data = c.payload()
		if c.guild == nil {
			data = c.private(0)
		}
		return nil
	})
	return data, err
}

// Edit changes a channel of a guild or a group by a function, which is called as the package says. It dispatches
// CHANNEL_UPDATE to whoever can see the channel, for a thread of Discord THREAD_UPDATE. Id, type, guild, parent and
// overwrites stay. The error is ErrNotFound, ErrForbidden for a direct message, or ErrConflict.
func (h ChannelHandle) Edit(edit func(*types.Channel)) error {
	var c *channel
	look := func() (*types.Channel, error) {
		var err error
		if c, err = h.w.channel(h.guild, h.id); err != nil {
			return nil, err
		}
		if c.data.Type == types.ChannelTypeDM {
			return nil, forbidden("edit the channel", "it is a direct message")
		}
		return &c.data, nil
	}
	return edited(h.w, edit, look, func(changed types.Channel) error {
		changed.ID, changed.Type, changed.GuildID = c.data.ID, c.data.Type, c.data.GuildID
		changed.ParentID, changed.PermissionOverwrites = c.data.ParentID, c.data.PermissionOverwrites
		changed.Recipients, changed.Owner, changed.Member = nil, nil, nil
		before := c.data
		c.data = changed
		h.w.channelUpdate(c)
		h.renamed(c, before.Name, before.Icon)
		h.audit(c, c.deed(types.AuditLogActionTypeChannelUpdate), h.id, before, changed)
		return nil
	})
}

// Rename changes the channel's name, as Edit does.
func (h ChannelHandle) Rename(name string) error {
	return h.Edit(func(c *types.Channel) { c.Name = name })
}

// channelUpdate dispatches that a channel has changed.
func (w *World) channelUpdate(c *channel) {
	switch {
	case c.guild == nil:
		w.privateUpdate(c)
	case c.isThread() && w.options.Profile == Discord:
		w.toChannel(c.data.ID, "THREAD_UPDATE", &types.ThreadUpdate{Channel: c.payload()})
	default:
		w.toChannel(c.data.ID, "CHANNEL_UPDATE", &types.ChannelUpdate{Channel: c.payload()})
	}
}

// Delete deletes a channel of a guild with its threads and messages, or a thread. It dispatches CHANNEL_DELETE or
// THREAD_DELETE to whoever could see it; before, whoever was in its voice has left it, its stage is closed, and events
// that were planned in it are deleted. The error is ErrNotFound, or ErrForbidden
// for a private channel, which is closed or left instead.
func (h ChannelHandle) Delete() error {
	return h.change(func(c *channel) error {
		if c.guild == nil {
			return forbidden("delete the channel", "it is private")
		}
		for _, user := range keys(c.guild.voice) {
			if c.guild.voice[user].ChannelID == c.data.ID {
				h.w.leaveVoice(c.guild, user)
			}
		}
		for _, member := range slices.Backward(c.family()) {
			h.w.dropChannel(member)
		}
		h.audit(c, c.deed(types.AuditLogActionTypeChannelDelete), h.id, c.data, nil)
		return nil
	})
}

// dropChannel deletes one channel of a guild.
func (w *World) dropChannel(c *channel) {
	id := c.data.ID
	w.closeStage(c)
	for _, p := range sorted(c.guild.plans) {
		if p.data.ChannelID == id {
			w.dropPlan(c.guild, p)
		}
	}
	if c.isThread() {
		w.toChannel(id, "THREAD_DELETE", c.threadDelete())
	} else {
		w.toChannel(id, "CHANNEL_DELETE", &types.ChannelDelete{Channel: c.payload()})
	}
	for _, seen := range c.guild.sight {
		delete(seen, id)
	}
	for code, invite := range w.invites {
		if invite.channel == c {
			delete(w.invites, code)
		}
	}
	for _, other := range c.guild.channels {
		if other.parent == c {
			other.parent, other.data.ParentID = nil, 0
		}
	}
	w.dropWebhooks(func(other *channel) bool { return other == c })
	delete(c.guild.channels, id)
	delete(w.channels, id)
	w.later(func() {
		w.topics.channels.Remove(id)
		w.topics.lists.Remove(id)
	})
}

// Permissions returns what a user may do in the channel, nothing for somebody who is not in it. The error is
// ErrNotFound.
func (h ChannelHandle) Permissions(user types.Snowflake) (types.Permissions, error) {
	var p types.Permissions
	err := h.read(func(c *channel) error {
		p = c.permissions(user)
		return nil
	})
	return p, err
}

// Sees says whether a user can see the channel. The error is ErrNotFound.
func (h ChannelHandle) Sees(user types.Snowflake) (bool, error) {
	var sees bool
	err := h.read(func(c *channel) error {
		sees = c.seenBy(user)
		return nil
	})
	return sees, err
}

// change changes the channel and delivers.
func (h ChannelHandle) change(f func(*channel) error) error {
	return h.w.change(func() error {
		c, err := h.w.channel(h.guild, h.id)
		if err != nil {
			return err
		}
		return f(c)
	})
}

// read looks at the channel.
func (h ChannelHandle) read(f func(*channel) error) error {
	return h.w.locked(func() error {
		c, err := h.w.channel(h.guild, h.id)
		if err != nil {
			return err
		}
		return f(c)
	})
}
