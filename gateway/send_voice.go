package gateway

import (
	"context"

	"github.com/chorus-go/chorus/types"
)

// SendUpdateVoiceState sends Update Voice State (opcode 4): joins, moves between, or leaves voice channels. Absent
// ids are written as null, which means a private call and to leave. The server answers with VOICE_STATE_UPDATE, and
// on joining with VOICE_SERVER_UPDATE. Bots and user accounts send it; OAuth2 connections need the scope voice.
//
// Spacebar handles it. It closes the connection with 4002 for PreferredRegions and Tracks, which are written only
// when they are set, and with 4000 without self_video, which is always written.
//
// Source: https://docs.discord.food/topics/gateway-events#update-voice-state
func (h GatewayHandle) SendUpdateVoiceState(ctx context.Context, voice types.UpdateVoiceState) error {
	return h.Send(ctx, types.OpcodeVoiceStateUpdate, voice)
}

// SendPingVoiceServer sends Ping Voice Server (opcode 5): the voice server that the client is connected to
// misbehaves, and the gateway is to look at it. A VOICE_SERVER_UPDATE follows if it chooses another one. Bots and
// user accounts send it; OAuth2 connections need the scope voice. Spacebar ignores it.
//
// Source: https://docs.discord.food/topics/gateway-events#ping-voice-server
func (h GatewayHandle) SendPingVoiceServer(ctx context.Context) error {
	return h.Send(ctx, types.OpcodeVoiceServerPing, nil)
}

// SendCallSync sends Request Call Connect (opcode 13): asks for the call in a private conversation that began before
// the connection did. The answer is CALL_CREATE, and nothing if there is no call. With
// types.CapabilityAutoCallConnect the server tells without being asked. Only user accounts send it. Spacebar ignores
// it.
//
// Source: https://docs.discord.food/topics/gateway-events#request-call-connect
func (h GatewayHandle) SendCallSync(ctx context.Context, call types.RequestCallConnect) error {
	return h.Send(ctx, types.OpcodeCallConnect, call)
}

// SendCreateSpeedTest sends Create Speed Test (opcode 32): begins, or changes, a test of the voice connection. The
// answers are SPEED_TEST_CREATE and SPEED_TEST_SERVER_UPDATE, or SPEED_TEST_UPDATE. Only user accounts send it; it is
// deprecated. Spacebar does not know it.
//
// Source: https://docs.discord.food/topics/gateway-events#create-speed-test
func (h GatewayHandle) SendCreateSpeedTest(ctx context.Context, test types.CreateSpeedTest) error {
	return h.Send(ctx, types.OpcodeSpeedTestCreate, test)
}

// SendDeleteSpeedTest sends Delete Speed Test (opcode 33): ends the test of the voice connection. The answer is
// SPEED_TEST_DELETE. Only user accounts send it; it is deprecated. Spacebar does not know it.
//
// Source: https://docs.discord.food/topics/gateway-events#delete-speed-test
func (h GatewayHandle) SendDeleteSpeedTest(ctx context.Context) error {
	return h.Send(ctx, types.OpcodeSpeedTestDelete, nil)
}
