package world

import (
	"slices"

	"github.com/chorus-go/chorus/types"
)

// StartThread makes a thread in a channel of a guild, public or private, by a user, who is its first member. It
// dispatches THREAD_CREATE to whoever can see it and THREAD_MEMBERS_UPDATE of the first member. The error is
// ErrNotFound, or ErrForbidden if the user may not or the channel has no threads.
func (h ChannelHandle) StartThread(user types.Snowflake, name string, private bool) (ChannelHandle, error) {
	handle := ChannelHandle{w: h.w, guild: h.guild, by: h.by}
	err := h.change(func(c *channel) error {
		need, kind := types.PermissionCreatePublicThreads, types.ChannelTypePublicThread
		if private {
			need, kind = types.PermissionCreatePrivateThreads, types.ChannelTypePrivateThread
		}
		switch {
		case c.guild == nil || c.isThread() || c.data.Type == types.ChannelTypeGuildCategory:
			return forbidden("start a thread", "the channel has no threads")
		case !c.permissions(user).Has(types.PermissionViewChannel | need):
			return forbidden("start a thread", "the user lacks the permission")
		}
		t := h.w.newThread(c, user, name, kind)
		handle.id = t.data.ID
		h.w.show(t)
		created := t.payload()
		created.NewlyCreated = true
		h.w.toChannel(t.data.ID, "THREAD_CREATE", &types.ThreadCreate{Channel: created})
		h.w.toChannel(t.data.ID, "THREAD_MEMBERS_UPDATE", h.w.threadAdded(t, user))
		return nil
	})
	return handle, err
}

// newThread puts a thread with one member into a guild, which nobody sees yet.
func (w *World) newThread(parent *channel, user types.Snowflake, name string, kind types.ChannelType) *channel {
	t := w.newChannel(parent.guild, ChannelOptions{Name: name, Type: kind, Parent: parent.data.ID})
	t.data.OwnerID, t.data.Position, t.data.PermissionOverwrites = user, 0, nil
	t.data.ThreadMetadata = &types.ThreadMetadata{
		AutoArchiveDuration: 60, ArchiveTimestamp: now(), CreateTimestamp: now(),
	}
	t.threadMembers = map[types.Snowflake]*types.ThreadMember{}
	t.addMember(user)
	return t
}

// addMember adds a member to a thread.
func (c *channel) addMember(user types.Snowflake) {
	c.threadMembers[user] = &types.ThreadMember{ID: c.data.ID, UserID: user, JoinTimestamp: now()}
}

// AddThreadMember adds a member of the guild to a thread, which shows a private one to them. It dispatches
// THREAD_MEMBERS_UPDATE to whoever can see the thread. Somebody who is in it already changes nothing. The error is
// ErrNotFound, also for a channel that is no thread, or ErrForbidden for somebody who cannot see the parent.
func (h ChannelHandle) AddThreadMember(user types.Snowflake) error {
	return h.thread(func(c *channel) error {
		switch {
		case c.guild.members[user] == nil:
			return missing("member", user)
		case !c.parent.seenBy(user):
			return forbidden("join the thread", "the user cannot see its channel")
		case c.threadMembers[user] != nil:
			return nil
		}
		c.addMember(user)
		h.w.resee(c.guild, []types.Snowflake{user}, []*channel{c}, nil)
		h.w.toChannel(h.id, "THREAD_MEMBERS_UPDATE", h.w.threadAdded(c, user))
		return nil
	})
}

// RemoveThreadMember takes a member out of a thread, and a private one out of their sight. It dispatches
// THREAD_MEMBERS_UPDATE to whoever could see the thread. The error is ErrNotFound.
func (h ChannelHandle) RemoveThreadMember(user types.Snowflake) error {
	return h.thread(func(c *channel) error {
		if c.threadMembers[user] == nil {
			return missing("thread member", user)
		}
		h.w.leaveThread(c, user)
		return nil
	})
}

// leaveThread takes a member out of a thread.
func (w *World) leaveThread(c *channel, user types.Snowflake) {
	delete(c.threadMembers, user)
	w.toChannel(c.data.ID, "THREAD_MEMBERS_UPDATE", &types.ThreadMembersUpdate{
		ID: c.data.ID, GuildID: c.data.GuildID, MemberCount: int64(len(c.threadMembers)),
		RemovedMemberIDs: []types.Snowflake{user},
	})
	w.resee(c.guild, []types.Snowflake{user}, []*channel{c}, nil)
}

// Archive archives a thread or takes it out of the archive, and dispatches as Edit does. The error is ErrNotFound, also
// for a channel that is no thread.
func (h ChannelHandle) Archive(archived bool) error {
	return h.thread(func(c *channel) error {
		metadata := *c.data.ThreadMetadata
		metadata.Archived, metadata.ArchiveTimestamp = archived, now()
		c.data.ThreadMetadata = &metadata
		h.w.channelUpdate(c)
		return nil
	})
}

// ThreadMembers returns the ids of the members of a thread, in ascending order. The error is ErrNotFound.
func (h ChannelHandle) ThreadMembers() ([]types.Snowflake, error) {
	var members []types.Snowflake
	err := h.read(func(c *channel) error {
		if !c.isThread() {
			return missing("thread", h.id)
		}
		members = keys(c.threadMembers)
		return nil
	})
	return members, err
}

// thread changes a thread and delivers.
func (h ChannelHandle) thread(f func(*channel) error) error {
	return h.change(func(c *channel) error {
		if !c.isThread() {
			return missing("thread", h.id)
		}
		return f(c)
	})
}

// threadAdded returns the payload of THREAD_MEMBERS_UPDATE for somebody who has joined a thread.
func (w *World) threadAdded(c *channel, user types.Snowflake) *types.ThreadMembersUpdate {
	member := *c.threadMembers[user]
	member.Member = w.memberIn(c.guild, user)
	return &types.ThreadMembersUpdate{
		ID: c.data.ID, GuildID: c.data.GuildID, MemberCount: int64(len(c.threadMembers)),
		AddedMembers: []types.ThreadMember{member},
	}
}

// threadDelete returns the payload of THREAD_DELETE, which says no more than which thread it was.
func (c *channel) threadDelete() *types.ThreadDelete {
	return &types.ThreadDelete{Channel: types.Channel{
		ID: c.data.ID, GuildID: c.data.GuildID, ParentID: c.data.ParentID, Type: c.data.Type,
	}}
}

// threadListSync returns the payload of THREAD_LIST_SYNC for a user who has gained sight of threads.
func (w *World) threadListSync(g *guild, user types.Snowflake, threads []*channel) *types.ThreadListSync {
	sync := &types.ThreadListSync{GuildID: g.data.ID, Threads: []types.Channel{}, Members: []types.ThreadMember{}}
	for _, c := range threads {
		sync.Threads = append(sync.Threads, c.payload())
		if !slices.Contains(sync.ChannelIDs, c.data.ParentID) {
			sync.ChannelIDs = append(sync.ChannelIDs, c.data.ParentID)
		}
		if member := c.threadMembers[user]; member != nil {
			sync.Members = append(sync.Members, *member)
		}
	}
	return sync
}
