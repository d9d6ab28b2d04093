package gateway

import (
	"context"

	"github.com/chorus-go/chorus/types"
)

// SendCreateStream sends Create Stream (opcode 18): begins to share the screen in the voice channel or call that the
// client is in, which needs the permission STREAM there. The answers are STREAM_CREATE and STREAM_SERVER_UPDATE. User
// accounts send it; OAuth2 connections need the scope voice. Spacebar handles it, for the types guild and call.
//
// Source: https://docs.discord.food/topics/gateway-events#create-stream
func (h GatewayHandle) SendCreateStream(ctx context.Context, stream types.CreateStream) error {
	return h.Send(ctx, types.OpcodeStreamCreate, stream)
}

// SendDeleteStream sends Delete Stream (opcode 19): ends a stream of one's own, or ceases to watch another's. The
// answer is STREAM_DELETE. User accounts send it; OAuth2 connections need the scope voice. Spacebar handles it, and
// closes the connection with 4000 for a key that it cannot read, so also for an empty one.
//
// Source: https://docs.discord.food/topics/gateway-events#delete-stream
func (h GatewayHandle) SendDeleteStream(ctx context.Context, stream types.DeleteStream) error {
	return h.Send(ctx, types.OpcodeStreamDelete, stream)
}

// SendWatchStream sends Watch Stream (opcode 20): begins to watch the stream of somebody in the same voice channel.
// The answers are STREAM_CREATE and STREAM_SERVER_UPDATE, or STREAM_DELETE when it cannot be watched. User accounts
// send it; OAuth2 connections need the scope voice. Spacebar handles it, and closes the connection with 4000 for a
// key that it cannot read, so also for an empty one.
//
// Source: https://docs.discord.food/topics/gateway-events#watch-stream
func (h GatewayHandle) SendWatchStream(ctx context.Context, stream types.WatchStream) error {
	return h.Send(ctx, types.OpcodeStreamWatch, stream)
}

// SendPingStreamServer sends Ping Stream Server (opcode 21): the server of a stream misbehaves, and the gateway is to
// look at it. A STREAM_SERVER_UPDATE follows if it chooses another one. User accounts send it; OAuth2 connections
// need the scope voice. Spacebar ignores it.
//
// Source: https://docs.discord.food/topics/gateway-events#ping-stream-server
func (h GatewayHandle) SendPingStreamServer(ctx context.Context, stream types.PingStreamServer) error {
	return h.Send(ctx, types.OpcodeStreamPing, stream)
}

// SendSetStreamPaused sends Set Stream Paused (opcode 22): pauses a stream of one's own, or goes on with it. The
// answer is STREAM_UPDATE or STREAM_SERVER_UPDATE. User accounts send it; OAuth2 connections need the scope voice.
// Spacebar ignores it.
//
// Source: https://docs.discord.food/topics/gateway-events#set-stream-paused
func (h GatewayHandle) SendSetStreamPaused(ctx context.Context, stream types.SetStreamPaused) error {
	return h.Send(ctx, types.OpcodeStreamSetPaused, stream)
}
