package gateway

import (
	"context"

	"github.com/chorus-go/chorus/types"
)

// VoiceConnection is what it takes to connect to a voice server. Both events are shared with their other observers and
// read-only.
type VoiceConnection struct {
	State  *types.VoiceStateUpdate  // of the own session
	Server *types.VoiceServerUpdate // with an Endpoint; nil after leaving
}

// UpdateVoiceState sends Update Voice State (opcode 4) and returns when the server has carried it out. With a ChannelID
// it joins: the result has the own session's VOICE_STATE_UPDATE in that channel and the VOICE_SERVER_UPDATE of the
// guild, or of the channel for a private call, whichever came first. While a VOICE_SERVER_UPDATE has no Endpoint, there
// is no voice server, and the next one is awaited. Without a ChannelID it leaves, and the result has only the state. It
// subscribes before it sends, and the events' other observers are called as for any event.
//
// Servers announce the voice server on joining a channel, and need not do so when the session is in it already: to mute
// or deafen oneself, use SendUpdateVoiceState.
//
// It ends with ctx; with the error of the handle when that ends; with a *RateLimitedError when the server refuses
// because of the rate; with a *DecodeError when an answer does not decode; and with a *TimeoutError when nothing of this
// has come for 10 s, as when the channel may not be joined: servers say nothing then. With each of these errors the
// result holds what had arrived. Before READY it returns ErrNotReady.
//
// Source: https://docs.discord.food/topics/gateway-events#update-voice-state
func (h GatewayHandle) UpdateVoiceState(ctx context.Context, voice types.UpdateVoiceState) (VoiceConnection, error) {
	const op = types.OpcodeVoiceStateUpdate
	c, err := h.asker()
	if err != nil {
		return VoiceConnection{}, err
	}
	sending, err := h.admit(ctx, op, voice)
	if err != nil {
		return VoiceConnection{}, err
	}
	channelID, joins := voice.ChannelID.Get()
	call := voiceCall{c: c, guildID: voice.GuildID.Or(0), channelID: channelID}
	a := newAnswers[VoiceConnection](c, op, limitedIn(call.guildID))
	defer a.close()
	expect(a, "VOICE_STATE_UPDATE", &c.events.Voice.StateUpdate, call.state)
	if joins {
		expect(a, "VOICE_SERVER_UPDATE", &c.events.Voice.ServerUpdate, call.server)
	}
	if err := sending.send(ctx); err != nil {
		return VoiceConnection{}, err
	}
	a.sent()
	var result VoiceConnection
	for {
		part, err := a.next(ctx)
		if err != nil {
			return result, err
		}
		if part.State != nil {
			result.State = part.State
		} else {
			result.Server = part.Server
		}
		if result.Server != nil && result.Server.Endpoint == "" {
			result.Server = nil
		}
		if result.State != nil && (result.Server != nil || !joins) {
			return result, nil
		}
	}
}

// voiceCall is a voice channel that a session wants to be in, or none.
type voiceCall struct {
	c         *connection
	guildID   types.Snowflake // 0 for private calls, and for leaving wherever one is
	channelID types.Snowflake // 0 for leaving
}

// state takes the voice state in which the call is carried out. Spacebar sends guild_id null when a session leaves.
func (v voiceCall) state(event *types.VoiceStateUpdate) (VoiceConnection, bool) {
	session := v.c.session.Load()
	own := session != nil && event.UserID == session.UserID && (event.SessionID == session.ID || event.SessionID == "")
	if session != nil && session.UserID == 0 { // It was resumed from elsewhere, and nobody has said whose it is.
		own = event.SessionID == session.ID
	}
	there := event.ChannelID == v.channelID && (v.guildID == 0 || event.GuildID == 0 || event.GuildID == v.guildID)
	return VoiceConnection{State: event}, own && there
}

// server takes the voice servers of the call's guild, or of its channel.
func (v voiceCall) server(event *types.VoiceServerUpdate) (VoiceConnection, bool) {
	if v.guildID != 0 {
		return VoiceConnection{Server: event}, event.GuildID == v.guildID
	}
	return VoiceConnection{Server: event}, event.GuildID == 0 && event.ChannelID == v.channelID || event.GuildID == v.channelID
}
