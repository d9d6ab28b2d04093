package effect

import (
	"slices"

	"github.com/chorus-go/chorus/types"
)

// channelDeleteInChannel removes the threads of a channel that is gone.
func channelDeleteInChannel(e *types.ChannelDelete, old *types.Channel) *types.Channel {
	if e.GuildID != 0 && old.ParentID == e.ID && old.ThreadMetadata != nil {
		return nil
	}
	return old
}

// channelDeleteInVoiceState removes those who were in a channel that is gone, or can no longer be seen.
func channelDeleteInVoiceState(e *types.ChannelDelete, old *types.VoiceState) *types.VoiceState {
	if old.ChannelID == e.ID {
		return nil
	}
	return old
}

// channelDeleteInStageInstance removes the stage of a channel that is gone.
func channelDeleteInStageInstance(e *types.ChannelDelete, old *types.StageInstance) *types.StageInstance {
	if old.ChannelID == e.ID {
		return nil
	}
	return old
}

// channelDeleteInScheduledEvent removes what is planned in a channel that is gone.
func channelDeleteInScheduledEvent(e *types.ChannelDelete, old *types.GuildScheduledEvent) *types.GuildScheduledEvent {
	if old.ChannelID == e.ID {
		return nil
	}
	return old
}

// recipientAdd adds somebody to a group.
func recipientAdd(e *types.ChannelRecipientAdd, c *types.Channel) {
	twice := func(u *types.User) bool { return u.ID == e.User.ID }
	c.Recipients = append(without(slices.Clip(c.Recipients), twice), e.User)
	if e.Nick != "" {
		c.Nicks = append(without(slices.Clip(c.Nicks), func(n *types.ChannelNick) bool { return n.ID == e.User.ID }),
			types.ChannelNick{ID: e.User.ID, Nick: e.Nick})
	}
}

// recipientRemove removes somebody from a group.
func recipientRemove(e *types.ChannelRecipientRemove, c *types.Channel) {
	c.Recipients = without(c.Recipients, func(u *types.User) bool { return u.ID == e.User.ID })
	c.Nicks = without(c.Nicks, func(n *types.ChannelNick) bool { return n.ID == e.User.ID })
}

// threadListSync removes the threads that are no longer active, of the channels that the event is about: all if it
// names none. Those that are archived are in no list.
func threadListSync(e *types.ThreadListSync, old *types.Channel) *types.Channel {
	meta := old.ThreadMetadata
	if meta == nil || bool(meta.Archived) || e.ChannelIDs != nil && !slices.Contains(e.ChannelIDs, old.ParentID) ||
		slices.ContainsFunc(e.Threads, func(c types.Channel) bool { return c.ID == old.ID }) {
		return old
	}
	return nil
}

// ownThreadMember puts into a thread what the user is in it.
func ownThreadMember(e *types.ThreadMemberUpdate, c *types.Channel) {
	member := e.ThreadMember
	c.Member = &member
}

// threadMembers is the rule of those who join a thread.
func threadMembers(e *types.ThreadMembersUpdate, emit func(Effect)) {
	for i := range e.AddedMembers {
		added := &e.AddedMembers[i]
		setThreadMember(e.ID, added, emit)
		if member := added.Member; member != nil {
			setMember(e.GuildID, member, emit)
			if member.Presence != nil {
				setPresence(e.GuildID, member.Presence, emit)
			}
		}
	}
}

// lastMessage notes the last message of a channel.
func lastMessage(e *types.MessageCreate, c *types.Channel) {
	c.LastMessageID = max(c.LastMessageID, e.ID)
}
