package gateway

import (
	"context"
	"slices"

	"github.com/chorus-go/chorus/observer"
	"github.com/chorus-go/chorus/types"
)

// lastMessagesPerFrame is of how many channels one frame may ask for the last messages.
const lastMessagesPerFrame = 100

// RequestLastMessages sends Request Last Messages (opcode 34) and returns LAST_MESSAGES: the newest message of each
// channel that has one. More than 100 channels are asked for in several frames, one after the other, and the answers
// joined. It subscribes before it sends. An answer is recognised by its guild and by holding messages of no channel but
// those asked for; of several requests that it fits, it is taken by the one that was sent first. The event is shared
// with its other observers and read-only.
//
// It ends with ctx; with the error of the handle when that ends; with a *RateLimitedError when the server refuses
// because of the rate; with a *DecodeError when the answer does not decode; and with a *TimeoutError when there is none
// within 10 s: Spacebar does not know this request. When some frames had been answered, the result holds their answers
// beside the error. Before READY it returns ErrNotReady.
//
// Source: https://docs.discord.food/topics/gateway-events#request-last-messages
func (h GatewayHandle) RequestLastMessages(ctx context.Context, request types.RequestLastMessages) (*types.LastMessages, error) {
	if len(request.ChannelIDs) <= lastMessagesPerFrame {
		return h.lastMessages(ctx, request)
	}
	var joined *types.LastMessages
	for channelIDs := range slices.Chunk(request.ChannelIDs, lastMessagesPerFrame) {
		part, err := h.lastMessages(ctx, types.RequestLastMessages{GuildID: request.GuildID, ChannelIDs: channelIDs})
		if err != nil {
			return joined, err
		}
		if joined == nil {
			joined = &types.LastMessages{GuildID: request.GuildID}
		}
		joined.Messages = append(joined.Messages, part.Messages...)
	}
	return joined, nil
}

// lastMessages is one frame of RequestLastMessages.
func (h GatewayHandle) lastMessages(ctx context.Context, frame types.RequestLastMessages) (*types.LastMessages, error) {
	return ask(ctx, h, request[types.LastMessages]{
		op:      types.OpcodeRequestLastMessages,
		guildID: frame.GuildID,
		payload: frame,
		event:   "LAST_MESSAGES",
		at:      func(events *Events) *observer.Publisher[types.LastMessages] { return &events.Message.LastMessages },
		match: func(event *types.LastMessages) bool {
			foreign := func(m types.Message) bool { return !slices.Contains(frame.ChannelIDs, m.ChannelID) }
			return event.GuildID == frame.GuildID && !slices.ContainsFunc(event.Messages, foreign)
		},
	})
}

// RequestChannelInfo sends Request Channel Info (opcode 43) and returns CHANNEL_INFO: the passing state of the voice
// channels of a guild. Of channels in which there is nothing to tell, servers say nothing. It subscribes before it
// sends. An answer is recognised by its guild; of several requests for one guild, it is taken by the one that was sent
// first. The event is shared with its other observers and read-only.
//
// It ends with ctx; with the error of the handle when that ends; with a *RateLimitedError when the server refuses
// because of the rate; with a *DecodeError when the answer does not decode; and with a *TimeoutError when there is none
// within 10 s. Before READY it returns ErrNotReady.
//
// Source: https://docs.discord.food/topics/gateway-events#request-channel-info
func (h GatewayHandle) RequestChannelInfo(ctx context.Context, info types.RequestChannelInfo) (*types.ChannelInfo, error) {
	return ask(ctx, h, request[types.ChannelInfo]{
		op:      types.OpcodeRequestChannelInfo,
		guildID: info.GuildID,
		payload: info,
		event:   "CHANNEL_INFO",
		at:      func(events *Events) *observer.Publisher[types.ChannelInfo] { return &events.Channel.Info },
		match:   func(event *types.ChannelInfo) bool { return event.GuildID == info.GuildID },
	})
}

// RequestChannelStatuses sends Request Channel Statuses (opcode 36) and returns CHANNEL_STATUSES: the status lines of
// the voice channels of a guild. Spacebar's answer is always empty; RequestChannelInfo supersedes it. Order, sharing
// and errors are those of RequestChannelInfo.
//
// Source: https://docs.discord.food/topics/gateway-events#request-channel-statuses
func (h GatewayHandle) RequestChannelStatuses(ctx context.Context, guildID types.Snowflake) (*types.ChannelStatuses, error) {
	return ask(ctx, h, request[types.ChannelStatuses]{
		op:      types.OpcodeRequestChannelStatuses,
		guildID: guildID,
		payload: types.RequestChannelStatuses{GuildID: guildID},
		event:   "CHANNEL_STATUSES",
		at:      func(events *Events) *observer.Publisher[types.ChannelStatuses] { return &events.Channel.Statuses },
		match:   func(event *types.ChannelStatuses) bool { return event.GuildID == guildID },
	})
}

// RequestSoundboardSounds sends Request Soundboard Sounds (opcode 31) and returns the sounds of each guild when there
// was a SOUNDBOARD_SOUNDS of every one. It subscribes before it sends. For no guilds it returns an empty map without
// asking. The sounds are shared with the event's other observers and read-only; the map is the caller's.
//
// It ends with ctx; with the error of the handle when that ends; with a *RateLimitedError when the server refuses
// because of the rate; with a *DecodeError when an answer does not decode; and with a *TimeoutError when none has come
// for 10 s: Spacebar does not know this request, and no server answers for guilds that the account is not in. With each
// of these errors the map holds what had arrived. Before READY it returns ErrNotReady, and no map.
//
// Source: https://docs.discord.food/topics/gateway-events#request-soundboard-sounds
func (h GatewayHandle) RequestSoundboardSounds(ctx context.Context, guildIDs []types.Snowflake) (map[types.Snowflake][]types.SoundboardSound, error) {
	const op = types.OpcodeRequestSoundboardSounds
	c, err := h.asker()
	if err != nil {
		return nil, err
	}
	sounds := make(map[types.Snowflake][]types.SoundboardSound, len(guildIDs))
	pending := make(map[types.Snowflake]bool, len(guildIDs))
	for _, id := range guildIDs {
		pending[id] = true
	}
	if len(pending) == 0 {
		return sounds, nil
	}
	sending, err := h.admit(ctx, op, types.RequestSoundboardSounds{GuildIDs: guildIDs})
	if err != nil {
		return sounds, err
	}
	a := newAnswers[*types.SoundboardSounds](c, op, limitedIn(guildIDs...))
	defer a.close()
	expect(a, "SOUNDBOARD_SOUNDS", &c.events.Guild.SoundboardSounds, func(event *types.SoundboardSounds) (*types.SoundboardSounds, bool) {
		return event, slices.Contains(guildIDs, event.GuildID)
	})
	if err := sending.send(ctx); err != nil {
		return sounds, err
	}
	a.sent()
	for len(pending) > 0 {
		event, err := a.next(ctx)
		if err != nil {
			return sounds, err
		}
		sounds[event.GuildID] = event.SoundboardSounds
		delete(pending, event.GuildID)
	}
	return sounds, nil
}
