package gateway

import (
	"context"
	"slices"

	"github.com/chorus-go/chorus/types"
)

// SendUpdatePresence sends Update Presence (opcode 3): the status and activities of this session. The server sends no
// answer; other sessions and users see a PRESENCE_UPDATE, and Spacebar sends it back as well. Activities may be nil.
// Anybody who has identified may send it, and Discord allows five in 20 s. One that waits for a rate limit returns
// ErrSuperseded when a newer one is sent, which takes its place.
//
// Spacebar handles it, and is stricter than Discord: it closes the connection with 4000 when this is sent before
// READY, and with 4002 for an activity with Flags (it wants them as a string, Discord as a number), Buttons,
// Platform, SupportedPlatforms, ParentApplicationID, StatusDisplayType, any of the URLs other than URL itself, an
// InviteCoverImage, or metadata other than ContextURI, AlbumID and ArtistIDs. These are written when they are set,
// and only then. CreatedAt, which it refuses too and which is for receiving only, is never written, so that an
// activity that was received can be sent.
//
// Source: https://docs.discord.food/topics/gateway-events#update-presence
func (h GatewayHandle) SendUpdatePresence(ctx context.Context, presence types.UpdatePresence) error {
	if slices.ContainsFunc(presence.Activities, func(a types.Activity) bool { return a.CreatedAt != 0 }) {
		presence.Activities = slices.Clone(presence.Activities)
		for i := range presence.Activities {
			presence.Activities[i].CreatedAt = 0
		}
	}
	return h.Send(ctx, types.OpcodePresenceUpdate, presence)
}

// SendRemoteCommand sends a Remote Command (opcode 29): a command to another session of the same account, which gets
// it as REMOTE_COMMAND. There is no answer. The payload is what the other session understands; servers do not look at
// it, and an absent one is sent as null. Only user accounts send it. Spacebar ignores it.
//
// Source: https://docs.discord.food/topics/gateway-events#remote-command-(send)
func (h GatewayHandle) SendRemoteCommand(ctx context.Context, command types.SendRemoteCommand) error {
	return h.Send(ctx, types.OpcodeRemoteCommand, command)
}

// SendUpdateTimeSpentSessionID sends Update Time Spent Session ID (opcode 41): the id by which an official client
// counts the time that it is used. There is no answer. Only user accounts send it. Spacebar takes it and does
// nothing.
//
// Source: https://docs.discord.food/topics/gateway-events#update-time-spent-session-id
func (h GatewayHandle) SendUpdateTimeSpentSessionID(ctx context.Context, session types.UpdateTimeSpentSessionID) error {
	return h.Send(ctx, types.OpcodeUpdateTimeSpentSessionID, session)
}

// SendLfgSubscriptions sends opcode 23, which subscribed to a list of groups that look for members. Its payload was
// never documented and is sent as it is, null where it is absent. Discord has removed the opcode; Spacebar does not
// know it.
//
// Source: https://docs.discord.food/topics/opcodes-and-status-codes#gateway-opcodes
func (h GatewayHandle) SendLfgSubscriptions(ctx context.Context, payload types.Raw) error {
	return h.Send(ctx, types.OpcodeLfgSubscriptions, payload)
}

// SendRequestGuildApplicationCommands sends opcode 24, which asked for the commands of a guild. Its payload was never
// documented and is sent as it is, null where it is absent. Discord has removed the opcode; Spacebar ignores it.
//
// Source: https://docs.discord.food/topics/opcodes-and-status-codes#gateway-opcodes
func (h GatewayHandle) SendRequestGuildApplicationCommands(ctx context.Context, payload types.Raw) error {
	return h.Send(ctx, types.OpcodeRequestGuildApplicationCommands, payload)
}

// SendEmbeddedActivityCreate sends opcode 25, which began an embedded activity. Its payload was never documented and
// is sent as it is, null where it is absent. Discord has removed the opcode; Spacebar does not know it.
//
// Source: https://docs.discord.food/topics/opcodes-and-status-codes#gateway-opcodes
func (h GatewayHandle) SendEmbeddedActivityCreate(ctx context.Context, payload types.Raw) error {
	return h.Send(ctx, types.OpcodeEmbeddedActivityCreate, payload)
}

// SendEmbeddedActivityDelete sends opcode 26, which ended an embedded activity. Its payload was never documented and
// is sent as it is, null where it is absent. Discord has removed the opcode; Spacebar does not know it.
//
// Source: https://docs.discord.food/topics/opcodes-and-status-codes#gateway-opcodes
func (h GatewayHandle) SendEmbeddedActivityDelete(ctx context.Context, payload types.Raw) error {
	return h.Send(ctx, types.OpcodeEmbeddedActivityDelete, payload)
}

// SendEmbeddedActivityUpdate sends opcode 27, which changed an embedded activity. Its payload was never documented
// and is sent as it is, null where it is absent. Discord has removed the opcode; Spacebar does not know it.
//
// Source: https://docs.discord.food/topics/opcodes-and-status-codes#gateway-opcodes
func (h GatewayHandle) SendEmbeddedActivityUpdate(ctx context.Context, payload types.Raw) error {
	return h.Send(ctx, types.OpcodeEmbeddedActivityUpdate, payload)
}
