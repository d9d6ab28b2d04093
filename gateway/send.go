package gateway

import (
	"context"

	"github.com/chorus-go/chorus/types"
)

// Send sends any opcode with any payload, which is encoded as JSON. It returns when the frame is written, or with
// the reason why it never will be: ctx ended, the handle ended, or the frame is over Options.MaxFrame
// (ErrTooLarge). When ctx ends while the frame is being written to a server that does not read, the outcome is awaited,
// for 10 s at most, so that what comes back is true. Payloads that one goroutine sends one after the other are written in that order; heartbeats,
// Identify and Resume overtake the others.
//
// The typed methods say the same with less room for error. Heartbeats are sent without asking.
func (h GatewayHandle) Send(ctx context.Context, op types.Opcode, payload any) error {
	c := h.connection
	if c == nil {
		return ErrClosed
	}
	message, err := newOutgoing(op, payload, c.options.MaxFrame)
	if err != nil {
		return err
	}
	to := c.socket.commands
	switch op {
	case types.OpcodeHeartbeat, types.OpcodeQoSHeartbeat, types.OpcodeIdentify, types.OpcodeResume:
		to = c.socket.control
	}
	return c.socket.send(ctx, to, message)
}

// SendIdentify sends Identify (opcode 2), which begins a session, and does not wait for the answer; Identify does.
// A second one on the same connection makes servers close it with 4005.
//
// Source: https://docs.discord.food/topics/gateway-events#identify
func (h GatewayHandle) SendIdentify(ctx context.Context, identify types.Identify) error {
	if h.connection == nil {
		return ErrClosed
	}
	h.connection.enterFrom(StateConnected, StateIdentifying, nil)
	return h.connection.sendIdentify(ctx, h, identify)
}

// sendIdentify sends Identify from StateIdentifying, and goes back when it was not sent.
func (c *connection) sendIdentify(ctx context.Context, h GatewayHandle, identify types.Identify) error {
	c.shard.Store(identify.Shard[0])
	err := h.Send(ctx, types.OpcodeIdentify, identify)
	if err != nil {
		c.enterFrom(StateIdentifying, StateConnected, err)
	}
	return err
}

// SendUpdatePresence sends Update Presence (opcode 3): the status and activities of this session. The server sends
// no answer; other sessions see a PRESENCE_UPDATE. Activities may be nil. Spacebar closes the connection with 4000
// when this is sent before READY.
//
// Source: https://docs.discord.food/topics/gateway-events#update-presence
func (h GatewayHandle) SendUpdatePresence(ctx context.Context, presence types.UpdatePresence) error {
	return h.Send(ctx, types.OpcodePresenceUpdate, presence)
}

// SendUpdateVoiceState sends Update Voice State (opcode 4): joins, moves between, or leaves voice channels. The
// server answers with VOICE_STATE_UPDATE, and on joining with VOICE_SERVER_UPDATE.
//
// Source: https://docs.discord.food/topics/gateway-events#update-voice-state
func (h GatewayHandle) SendUpdateVoiceState(ctx context.Context, voice types.UpdateVoiceState) error {
	return h.Send(ctx, types.OpcodeVoiceStateUpdate, voice)
}

// SendHeartbeat sends a heartbeat (opcode 1) with the last sequence number beside those that the handle sends by
// itself. The server answers with opcode 11.
//
// Source: https://docs.discord.food/topics/gateway#sending-heartbeats
func (h GatewayHandle) SendHeartbeat(ctx context.Context) error {
	if h.connection == nil {
		return ErrClosed
	}
	return h.connection.socket.beat(ctx)
}
