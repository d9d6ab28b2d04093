package world_test

import (
	"errors"
	"testing"

	"github.com/chorus-go/chorus/gateway/gatewaytest/pubsub"
	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
	"github.com/chorus-go/chorus/types"
)

// TestCall has a call from the first who joins to the last who leaves.
func TestCall(t *testing.T) {
	s := newStage(t, world.Discord)
	dm := got(s.w.OpenDM(s.member.ID, s.stranger.ID))(t)
	member, stranger := s.clients["member"], s.clients["stranger"]
	member.take()

	must(t, s.w.UpdateVoiceState(member.state, types.UpdateVoiceState{ChannelID: types.Some(dm.ID())}))
	same(t, "caller", member.types(), "MESSAGE_CREATE CALL_CREATE VOICE_STATE_UPDATE VOICE_SERVER_UPDATE")
	events := stranger.take()
	same(t, "call", last[types.MessageCreate](t, events, "MESSAGE_CREATE").Type, types.MessageTypeCall)
	same(t, "state", last[types.VoiceStateUpdate](t, events, "VOICE_STATE_UPDATE").ChannelID, dm.ID())
	same(t, "called", len(events), 4) // CHANNEL_CREATE as well

	must(t, dm.Ring(), dm.Ring())
	ring := stranger.take()
	same(t, "ringing", last[types.CallUpdate](t, ring, "CALL_UPDATE").Ringing, []id{s.stranger.ID})
	same(t, "rung once", len(ring), 1)
	must(t, dm.JoinCall(s.stranger.ID))
	same(t, "picked up", stranger.types(), "VOICE_STATE_UPDATE CALL_UPDATE")
	same(t, "in the call", len(got(dm.Call())(t).VoiceStates), 2)

	must(t, dm.LeaveCall(s.stranger.ID))
	member.take()
	s.w.Detach(member.state)
	over := stranger.take()
	ended := last[types.MessageUpdate](t, over, "MESSAGE_UPDATE").Call.Or(&types.MessageCall{})
	same(t, "participants", ended.Participants, []id{s.member.ID, s.stranger.ID})
	same(t, "ended", ended.EndedTimestamp != 0, true)
	same(t, "deleted", last[types.CallDelete](t, over, "CALL_DELETE").ChannelID, dm.ID())
	if _, err := dm.Call(); !errors.Is(err, world.ErrNotFound) {
		t.Errorf("the error is %v", err)
	}
}

// TestCallElsewhere moves between a call and the voice channel of a guild: a user is in one at a time.
func TestCallElsewhere(t *testing.T) {
	s := newStage(t, world.Spacebar)
	dm := got(s.w.OpenDM(s.member.ID, s.stranger.ID))(t)
	must(t, s.guild.JoinVoice(s.member.ID, s.voice.ID()))
	s.clients["owner"].take()
	must(t, dm.JoinCall(s.member.ID))
	same(t, "left the voice", s.clients["owner"].types(), "VOICE_STATE_UPDATE")
	s.clients["stranger"].take()
	must(t, s.guild.JoinVoice(s.member.ID, s.voice.ID()))
	same(t, "left the call", s.clients["stranger"].types(), "VOICE_STATE_UPDATE MESSAGE_UPDATE CALL_DELETE")
}

// TestCallConnect asks for a call that was there before the session, or has it sent without asking.
func TestCallConnect(t *testing.T) {
	s := newStage(t, world.Spacebar)
	dm := got(s.w.OpenDM(s.member.ID, s.stranger.ID))(t)
	must(t, dm.JoinCall(s.stranger.ID))
	asks := connect(t, s.w, s.member)
	same(t, "unasked", asks.types(), "READY READY_SUPPLEMENTAL SESSIONS_REPLACE")
	must(t, s.w.ConnectCall(asks.state, types.RequestCallConnect{ChannelID: dm.ID()}))
	call := last[types.CallCreate](t, asks.take(), "CALL_CREATE")
	same(t, "who is there", call.VoiceStates[0].UserID, s.stranger.ID)
	auto := connect(t, s.w, s.member, func(_ *pubsub.StateOptions, i *types.Identify) {
		i.Capabilities = types.CapabilityAutoCallConnect
	})
	same(t, "of itself", last[types.CallCreate](t, auto.take(), "CALL_CREATE"), call)
	err := s.w.ConnectCall(s.clients["owner"].state, types.RequestCallConnect{ChannelID: dm.ID()})
	if !errors.Is(err, world.ErrForbidden) {
		t.Errorf("the error is %v", err)
	}
}

// TestCallEnds moves from one call to another, and loses the channel of a call by closing it or being taken out.
func TestCallEnds(t *testing.T) {
	s := newStage(t, world.Spacebar)
	first := got(s.w.OpenDM(s.member.ID, s.stranger.ID))(t)
	second := got(s.w.AddGroup(s.owner.ID, s.member.ID, s.stranger.ID))(t)
	must(t, first.JoinCall(s.member.ID), second.JoinCall(s.member.ID))
	if _, err := first.Call(); !errors.Is(err, world.ErrNotFound) {
		t.Errorf("the first goes on: %v", err)
	}
	must(t, second.JoinCall(s.owner.ID), second.Ring(s.stranger.ID))
	must(t, second.RemoveRecipient(s.member.ID), second.RemoveRecipient(s.stranger.ID))
	left := got(second.Call())(t)
	same(t, "who is left", len(left.VoiceStates), 1)
	same(t, "ringing", left.Ringing, []id{})
	must(t, first.JoinCall(s.member.ID), first.Close(s.member.ID))
	if _, err := first.Call(); !errors.Is(err, world.ErrNotFound) {
		t.Errorf("the call of a closed channel goes on: %v", err)
	}
}
