package gateway

import (
	"context"

	"github.com/chorus-go/chorus/types"
)

// Limits of one payload.
const (
	maxLastMessages = 100 // channels
	maxForumThreads = 180
)

// SendRequestForumUnreads sends Request Forum Unreads (opcode 28): asks how much is unread in posts of a forum. The
// answer is FORUM_UNREADS. More than 180 posts, or more than Options.MaxFrame holds, are split over several payloads,
// in their order; if one cannot be written, those before it have been. Only user accounts send it. Spacebar does not
// know it.
//
// Source: https://docs.discord.food/topics/gateway-events#send-events
func (h GatewayHandle) SendRequestForumUnreads(ctx context.Context, request types.RequestForumUnreads) error {
	return sendSplit(ctx, h, types.OpcodeRequestForumUnreads, request.Threads, maxForumThreads, func(part []types.ForumUnreadRequestThread) any {
		request := request
		request.Threads = part
		return request
	})
}

// SendRequestLastMessages sends Request Last Messages (opcode 34): asks for the newest message of channels of a
// guild. The answer is LAST_MESSAGES. More than 100 channels, or more than Options.MaxFrame holds, are split over
// several payloads, in their order, and each is answered; if one cannot be written, those before it have been. Only
// user accounts send it. Spacebar does not know it.
//
// Source: https://docs.discord.food/topics/gateway-events#request-last-messages
func (h GatewayHandle) SendRequestLastMessages(ctx context.Context, request types.RequestLastMessages) error {
	return sendSplit(ctx, h, types.OpcodeRequestLastMessages, request.ChannelIDs, maxLastMessages, func(part []types.Snowflake) any {
		return types.RequestLastMessages{GuildID: request.GuildID, ChannelIDs: part}
	})
}

// SendRequestChannelStatuses sends Request Channel Statuses (opcode 36): asks for the status lines of the voice
// channels of a guild. The answer is CHANNEL_STATUSES. Only user accounts send it; it is deprecated in favour of
// opcode 43, SendRequestChannelInfo. Spacebar handles it, also before Identify, and its answer has no channels.
//
// Source: https://docs.discord.food/topics/gateway-events#request-channel-statuses
func (h GatewayHandle) SendRequestChannelStatuses(ctx context.Context, request types.RequestChannelStatuses) error {
	return h.Send(ctx, types.OpcodeRequestChannelStatuses, request)
}

// SendResyncGuildChannels sends Resync Guild Channels (opcode 38): asks for channels of a guild that the client knows
// only obfuscated. The answer is CHANNEL_SYNC. It is never split, as the answer does not say which request it belongs
// to: a frame over Options.MaxFrame is refused with ErrTooLarge. Only user accounts send it. Spacebar does not know
// it.
//
// Source: https://docs.discord.food/topics/gateway-events#resync-guild-channels
func (h GatewayHandle) SendResyncGuildChannels(ctx context.Context, request types.ResyncGuildChannels) error {
	return h.Send(ctx, types.OpcodeGuildChannelsResync, request)
}

// SendRequestChannelMemberCount sends Request Channel Member Count (opcode 39): asks how many members see a channel,
// and how many of those are online; the account must see it too. The answer is CHANNEL_MEMBER_COUNT_UPDATE. Only user
// accounts send it. Spacebar does not know it.
//
// Source: https://docs.discord.food/topics/gateway-events#request-channel-member-count
func (h GatewayHandle) SendRequestChannelMemberCount(ctx context.Context, request types.RequestChannelMemberCount) error {
	return h.Send(ctx, types.OpcodeRequestChannelMemberCount, request)
}

// SendRequestChannelInfo sends Request Channel Info (opcode 43): asks for the passing state of the voice channels of
// a guild, of which Fields names what is wanted. The answer is CHANNEL_INFO. Bots and user accounts send it. Spacebar
// handles it, also before Identify; its answer has no sequence number.
//
// Source: https://docs.discord.food/topics/gateway-events#request-channel-info
func (h GatewayHandle) SendRequestChannelInfo(ctx context.Context, request types.RequestChannelInfo) error {
	return h.Send(ctx, types.OpcodeRequestChannelInfo, request)
}
