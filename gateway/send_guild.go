package gateway

import (
	"context"

	"github.com/chorus-go/chorus/types"
)

// SendGuildSync sends Guild Sync (opcode 12): asks for the members and presences of guilds. The answer is a
// GUILD_SYNC for each. What is over Options.MaxFrame is split over several payloads, in their order; if one cannot be
// written, those before it have been. Only user accounts send it, and Discord has removed it. Spacebar handles it,
// also before Identify.
//
// Source: https://docs.discord.food/topics/opcodes-and-status-codes#gateway-opcodes
func (h GatewayHandle) SendGuildSync(ctx context.Context, guilds types.RequestGuildSync) error {
	return sendSplit(ctx, h, types.OpcodeGuildSync, guilds, len(guilds), func(part []types.Snowflake) any {
		return append(types.RequestGuildSync{}, part...) // Never nil: Spacebar closes with 4000 for null.
	})
}

// SendRequestDeletedEntityIDs sends Get Deleted Entity IDs Not Matching Hash (opcode 30): asks what channels, roles,
// emojis and stickers a guild still has, so that a client can forget the others. Of a kind whose hash fits the answer
// has nothing. A hash is the 32-bit murmur3 of the ids in ascending order, joined by commas. The answer is
// DELETED_ENTITY_IDS. Only user accounts send it. Spacebar does not know it.
//
// Source: https://docs.discord.food/topics/gateway-events#get-deleted-entity-ids-not-matching-hash
func (h GatewayHandle) SendRequestDeletedEntityIDs(ctx context.Context, request types.GetDeletedEntityIDs) error {
	return h.Send(ctx, types.OpcodeRequestDeletedEntityIDs, request)
}

// SendRequestSoundboardSounds sends Request Soundboard Sounds (opcode 31): asks for the sounds of guilds. The answer
// is a SOUNDBOARD_SOUNDS for each. What is over Options.MaxFrame is split over several payloads, in their order; if
// one cannot be written, those before it have been. Bots and user accounts send it. Spacebar does not know it.
//
// Source: https://docs.discord.food/topics/gateway-events#request-soundboard-sounds
func (h GatewayHandle) SendRequestSoundboardSounds(ctx context.Context, request types.RequestSoundboardSounds) error {
	guilds := request.GuildIDs
	return sendSplit(ctx, h, types.OpcodeRequestSoundboardSounds, guilds, len(guilds), func(part []types.Snowflake) any {
		return types.RequestSoundboardSounds{GuildIDs: part}
	})
}
