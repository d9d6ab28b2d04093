package gateway

import (
	"context"

	"github.com/chorus-go/chorus/types"
)

// SendLobbyConnect sends Lobby Connect (opcode 15), by which the social SDK entered a lobby. There is no documented
// answer. Discord has removed it; Spacebar ignores it.
//
// Source: https://docs.discord.food/topics/opcodes-and-status-codes#gateway-opcodes
func (h GatewayHandle) SendLobbyConnect(ctx context.Context, lobby types.LobbyConnect) error {
	return h.Send(ctx, types.OpcodeLobbyConnect, lobby)
}

// SendLobbyDisconnect sends Lobby Disconnect (opcode 16), by which the social SDK left a lobby. There is no
// documented answer. Discord has removed it; Spacebar ignores it.
//
// Source: https://docs.discord.food/topics/opcodes-and-status-codes#gateway-opcodes
func (h GatewayHandle) SendLobbyDisconnect(ctx context.Context, lobby types.LobbyDisconnect) error {
	return h.Send(ctx, types.OpcodeLobbyDisconnect, lobby)
}

// SendUpdateLobbyVoiceStates sends Update Lobby Voice States (opcode 17): joins the voice of the lobbies that it
// names and leaves that of all others, so nil leaves all. The answers are LOBBY_VOICE_STATE_UPDATE, and on joining
// LOBBY_VOICE_SERVER_UPDATE. The list is one state, so it is never split: a frame over Options.MaxFrame is refused
// with ErrTooLarge. Connections of the social SDK send it, with the scope lobbies.write. Spacebar ignores it.
//
// Source: https://docs.discord.food/topics/gateway-events#update-lobby-voice-states
func (h GatewayHandle) SendUpdateLobbyVoiceStates(ctx context.Context, states types.UpdateLobbyVoiceStates) error {
	if states == nil {
		states = types.UpdateLobbyVoiceStates{}
	}
	return h.Send(ctx, types.OpcodeLobbyVoiceStates, states)
}

// SendPingLobbyVoiceServer sends Ping Lobby Voice Server (opcode 42): the voice server of a lobby misbehaves, and the
// gateway is to look at it. A LOBBY_VOICE_SERVER_UPDATE follows if it chooses another one. Connections of the social
// SDK send it. Spacebar does not know it.
//
// Source: https://docs.discord.food/topics/gateway-events#ping-lobby-voice-server
func (h GatewayHandle) SendPingLobbyVoiceServer(ctx context.Context, lobby types.PingLobbyVoiceServer) error {
	return h.Send(ctx, types.OpcodeLobbyVoiceServerPing, lobby)
}
