package world

import (
	"github.com/chorus-go/chorus/gateway/gatewaytest/pubsub"
	"github.com/chorus-go/chorus/types"
)

// ConnectCall answers op 13 with the CALL_CREATE of the call in a private channel, to that session only, and with
// nothing if there is no call. A session with the capability AUTO_CALL_CONNECT gets them after READY without being
// asked. The error is ErrNotAttached, ErrNotFound, or ErrForbidden for somebody who is no recipient.
func (w *World) ConnectCall(s *pubsub.State, r types.RequestCallConnect) error {
	return w.session(s, func(s *session) error {
		c, err := w.channel(0, r.ChannelID)
		switch {
		case err != nil:
			return err
		case c.guild != nil || !c.isRecipient(s.account.id()) || s.account.user.Bot:
			return forbidden("ask for the call", "the user cannot call in the channel")
		case c.call != nil:
			w.toSession(s, "CALL_CREATE", c.callCreate())
		}
		return nil
	})
}

// callsFor returns the CALL_CREATEs that a session gets after READY.
func (s *session) callsFor() []pubsub.Event {
	var events []pubsub.Event
	if s.account.user.Bot || !s.state.Holds(0) || !s.has(types.CapabilityAutoCallConnect) {
		return nil
	}
	for _, c := range sorted(s.account.private) {
		if c.call != nil {
			events = append(events, pubsub.Event{Type: "CALL_CREATE", Payload: c.callCreate()})
		}
	}
	return events
}

// updateCall is op 4 for a channel outside guilds.
func (w *World) updateCall(s *session, channel types.Snowflake, v types.UpdateVoiceState) error {
	c, err := w.channel(0, channel)
	if err != nil {
		return err
	}
	moved, err := w.enterCall(c, s.account, types.VoiceState{
		SessionID: s.id, SelfMute: v.SelfMute, SelfDeaf: v.SelfDeaf, SelfVideo: v.SelfVideo,
	})
	if err == nil && moved {
		w.toSession(s, "VOICE_SERVER_UPDATE", &types.VoiceServerUpdate{
			Token: w.ids.secret("voice"), ChannelID: channel, Endpoint: w.options.VoiceEndpoint,
		})
	}
	return err
}
