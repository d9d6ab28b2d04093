package state

import "github.com/chorus-go/chorus/types"

// compactChannel is a channel of a guild that is no thread and no forum.
type compactChannel struct {
	id, guild, parent, last        types.Snowflake
	pinned                         types.Timestamp
	overwrites                     []types.PermissionOverwrite
	name, topic                    string
	position, pause, bitrate, bits int32 // pause is the rate limit, bits are the flags
	limit                          int16
	kind                           int8
	nsfw                           bool
}

type keptChannel struct {
	entry[types.Channel]
	channel compactChannel
}

// channelEntry returns the entry of a channel, which is copied.
func channelEntry(v *types.Channel) *entry[types.Channel] {
	c := compactChannel{
		id: v.ID, guild: v.GuildID, parent: v.ParentID, last: v.LastMessageID, pinned: v.LastPinTimestamp,
		overwrites: v.PermissionOverwrites, name: v.Name, topic: v.Topic, position: int32(v.Position),
		pause: int32(v.RateLimitPerUser), bitrate: int32(v.Bitrate), bits: int32(v.Flags), limit: int16(v.UserLimit),
		kind: int8(v.Type), nsfw: v.NSFW,
	}
	var again types.Channel
	c.expand(&again, nil)
	if identical(&again, v) {
		k := &keptChannel{channel: c}
		k.compact = &k.channel
		return &k.entry
	}
	kept := *v
	return whole(&kept)
}

func (c *compactChannel) expand(v *types.Channel, _ expander) {
	*v = types.Channel{
		ID: c.id, GuildID: c.guild, ParentID: c.parent, LastMessageID: c.last, LastPinTimestamp: c.pinned,
		PermissionOverwrites: c.overwrites, Name: c.name, Topic: c.topic, Position: int64(c.position),
		RateLimitPerUser: int64(c.pause), Bitrate: int64(c.bitrate), Flags: types.ChannelFlags(c.bits),
		UserLimit: int64(c.limit), Type: types.ChannelType(c.kind), NSFW: c.nsfw,
	}
}
