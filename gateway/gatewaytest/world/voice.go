package world

import (
	"github.com/chorus-go/chorus/gateway/gatewaytest/pubsub"
	"github.com/chorus-go/chorus/types"
)

// voiceUpdate returns the payload of VOICE_STATE_UPDATE.
func (w *World) voiceUpdate(g *guild, state *types.VoiceState) *types.VoiceStateUpdate {
	update := &types.VoiceStateUpdate{VoiceState: *state}
	update.Member = w.memberIn(g, state.UserID)
	return update
}

// voiceStates returns who is in the voice channels of a guild that a user can see.
func (w *World) voiceStates(g *guild, user types.Snowflake) []types.VoiceState {
	states := []types.VoiceState{}
	for _, state := range sorted(g.voice) {
		if c := g.channels[state.ChannelID]; c != nil && c.seenBy(user) {
			data := *state
			// It stands inside the guild.
			data.GuildID = 0
			states = append(states, data)
		}
	}
	return states
}

// UpdateVoiceState joins a voice channel, moves to another, leaves, or changes how the user is in it, as op 4 does.
// VOICE_STATE_UPDATE goes to the user and to the members who can see the channel; those who can see only the one that
// was left learn that it was left. Whoever joins or moves gets VOICE_SERVER_UPDATE, in that session. A user is in one
// voice channel or call at a time. Without a guild, the channel is a private one, whose call is joined or begun, as by
// ChannelHandle.JoinCall.
//
// The error is ErrNotAttached, ErrNotFound, ErrForbidden for a channel to which the user may not connect or a guild of
// which they are no member, or an *InputError for a channel without voice.
func (w *World) UpdateVoiceState(s *pubsub.State, v types.UpdateVoiceState) error {
	return w.session(s, func(s *session) error {
		user := s.account.id()
		channel := v.ChannelID.Or(0)
		if channel == 0 {
			if v.GuildID.Or(0) == 0 {
				w.leaveCalls(s.account, nil)
			}
			for _, g := range sorted(s.account.guilds) {
				if id := v.GuildID.Or(0); id == 0 || id == g.data.ID {
					w.leaveVoice(g, user)
				}
			}
			return nil
		}
		if v.GuildID.Or(0) == 0 {
			return w.updateCall(s, channel, v)
		}
		g, err := w.memberGuild(s, v.GuildID.Or(0))
		if err != nil {
			return err
		}
		state := types.VoiceState{
			SessionID: s.id, SelfMute: v.SelfMute, SelfDeaf: v.SelfDeaf, SelfVideo: v.SelfVideo,
		}
		moved, err := w.enterVoice(g, user, channel, state)
		if err == nil && moved {
			w.toSession(s, "VOICE_SERVER_UPDATE", &types.VoiceServerUpdate{
				Token: w.ids.secret("voice"), GuildID: g.data.ID, Endpoint: w.options.VoiceEndpoint,
			})
		}
		return err
	})
}

// JoinVoice puts a member into a voice channel, without a session, and dispatches VOICE_STATE_UPDATE as
// UpdateVoiceState does. The error is as there.
func (h GuildHandle) JoinVoice(user, channel types.Snowflake) error {
	return h.change(func(g *guild) error {
		_, err := h.w.enterVoice(g, user, channel, types.VoiceState{})
		return err
	})
}

// LeaveVoice takes a member out of voice, and dispatches VOICE_STATE_UPDATE as UpdateVoiceState does. The error is
// ErrNotFound, also for somebody who is in no voice channel of the guild.
func (h GuildHandle) LeaveVoice(user types.Snowflake) error {
	return h.change(func(g *guild) error {
		if g.voice[user] == nil {
			return missing("voice state", user)
		}
		h.w.leaveVoice(g, user)
		return nil
	})
}

// enterVoice puts a member into a voice channel in a state, and says whether they were not in it before.
func (w *World) enterVoice(g *guild, user, channel types.Snowflake, state types.VoiceState) (bool, error) {
	c := g.channels[channel]
	switch {
	case g.members[user] == nil:
		return false, missing("member", user)
	case c == nil:
		return false, missing("channel", channel)
	case c.data.Type != types.ChannelTypeGuildVoice && c.data.Type != types.ChannelTypeGuildStageVoice:
		return false, wrong("channel_id", "the channel has no voice")
	case !c.permissions(user).Has(types.PermissionViewChannel | types.PermissionConnect):
		return false, forbidden("connect", "the user lacks the permission")
	}
	w.leaveCalls(w.accounts[user], nil)
	for _, other := range sorted(w.accounts[user].guilds) {
		if other != g {
			w.leaveVoice(other, user)
		}
	}
	before := g.voice[user]
	state.GuildID, state.ChannelID, state.UserID = g.data.ID, channel, user
	if before != nil {
		state.Mute, state.Deaf = before.Mute, before.Deaf
		state.SelfStream = before.SelfStream && before.ChannelID == channel
	}
	moved := before == nil || before.ChannelID != channel || before.SessionID != state.SessionID
	if moved {
		w.dropStreams(func(s *stream) bool { return s.owner == user })
		state.SelfStream = false
	}
	w.setVoice(g, user, &state)
	return moved, nil
}

// leaveVoice takes a member out of voice, if they are there.
func (w *World) leaveVoice(g *guild, user types.Snowflake) {
	if g.voice[user] == nil {
		return
	}
	w.dropStreams(func(s *stream) bool { return s.owner == user && s.guild == g })
	w.setVoice(g, user, nil)
}

// setVoice replaces a member's voice state, by nil for none, and dispatches it.
func (w *World) setVoice(g *guild, user types.Snowflake, after *types.VoiceState) {
	before := g.voice[user]
	told := map[types.Snowflake]bool{user: true}
	if after != nil {
		g.voice[user] = after
		for viewer := range g.seeing(g.channels[after.ChannelID]) {
			told[viewer] = true
		}
		w.toGuild(g.data.ID, "VOICE_STATE_UPDATE", w.voiceUpdate(g, after), only(told))
	} else {
		delete(g.voice, user)
	}
	g.timeVoice(before, after)
	if before == nil {
		return
	}
	left := map[types.Snowflake]bool{user: after == nil}
	for viewer := range g.seeing(g.channels[before.ChannelID]) {
		left[viewer] = after == nil || !told[viewer]
	}
	gone := *before
	gone.ChannelID, gone.SelfStream, gone.SelfVideo = 0, false, false
	w.toGuild(g.data.ID, "VOICE_STATE_UPDATE", w.voiceUpdate(g, &gone), only(left))
}

// timeVoice notes since when there is somebody in the channels that a member has left and entered.
func (g *guild) timeVoice(before, after *types.VoiceState) {
	for _, state := range []*types.VoiceState{before, after} {
		if state == nil || g.channels[state.ChannelID] == nil {
			continue
		}
		c, occupied := g.channels[state.ChannelID], false
		for _, other := range g.voice {
			occupied = occupied || other.ChannelID == c.data.ID
		}
		switch {
		case !occupied:
			c.voiceSince = 0
		case c.voiceSince == 0:
			c.voiceSince = now()
		}
	}
}
