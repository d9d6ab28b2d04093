package world_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/chorus-go/chorus/gateway/gatewaytest/pubsub"
	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
	"github.com/chorus-go/chorus/types"
)

// TestRequestMembers asks in every way, right and wrong.
func TestRequestMembers(t *testing.T) {
	s := newStage(t, world.Spacebar)
	c := s.clients["member"]
	must(t, s.w.RequestMembers(c.state, types.RequestGuildMembers{
		GuildID: s.guild.ID(), UserIDs: types.SnowflakeList{s.owner.ID, s.stranger.ID}, Presences: true, Nonce: "n",
	}))
	chunk := last[types.GuildMembersChunk](t, c.take(), "GUILD_MEMBERS_CHUNK")
	same(t, "found", []any{len(chunk.Members), chunk.Members[0].User.ID, len(chunk.Presences)}, []any{1, s.owner.ID, 1})
	same(t, "not found", chunk.NotFound, []id{s.stranger.ID})
	same(t, "nonce", chunk.Nonce, "n")
	query := func(q string, limit int64) types.RequestGuildMembers {
		return types.RequestGuildMembers{GuildID: s.guild.ID(), Query: types.Some(q), Limit: types.Some(limit)}
	}
	must(t, s.w.RequestMembers(c.state, query("MEM", 10)))
	chunk = last[types.GuildMembersChunk](t, c.take(), "GUILD_MEMBERS_CHUNK")
	same(t, "by query", len(chunk.Members), 1)
	for range 2000 {
		must(t, s.guild.Join(s.w.AddUser("crowd").ID))
	}
	c.take()
	must(t, s.w.RequestMembers(c.state, query("", 0)))
	events := c.take()
	same(t, "chunks", len(events), 3)
	same(t, "others get", len(s.clients["stranger"].take()), 0)
	chunk = last[types.GuildMembersChunk](t, events, "GUILD_MEMBERS_CHUNK")
	same(t, "last chunk", []int64{chunk.ChunkIndex, chunk.ChunkCount, int64(len(chunk.Members))}, []int64{2, 3, 2})

	both := query("a", 1)
	both.UserIDs = types.SnowflakeList{1}
	unlimited := query("a", 1)
	unlimited.Limit = types.Optional[int64]{}
	for name, wrong := range map[string]types.RequestGuildMembers{
		"both": both, "no limit": unlimited, "nothing": {GuildID: s.guild.ID()}, "negative": query("", -1),
	} {
		var input *world.InputError
		if err := s.w.RequestMembers(c.state, wrong); !errors.As(err, &input) {
			t.Errorf("%s: %v", name, err)
		}
	}
	foreign := query("", 1)
	foreign.GuildID = s.elsewhere.ID()
	if err := s.w.RequestMembers(c.state, foreign); !errors.Is(err, world.ErrForbidden) {
		t.Errorf("foreign: %v", err)
	}
}

// TestVoiceAndStreams joins by op 4, streams, and ends with the session.
func TestVoiceAndStreams(t *testing.T) {
	s := newStage(t, world.Spacebar)
	owner, member := s.clients["owner"], s.clients["member"]
	join := types.UpdateVoiceState{GuildID: types.Some(s.guild.ID()), ChannelID: types.Some(s.voice.ID())}
	must(t, s.w.UpdateVoiceState(member.state, join))
	same(t, "joining", member.types(), "VOICE_STATE_UPDATE VOICE_SERVER_UPDATE")
	same(t, "the owner sees", owner.types(), "VOICE_STATE_UPDATE")
	join.SelfMute = true
	must(t, s.w.UpdateVoiceState(member.state, join))
	same(t, "muting", member.types(), "VOICE_STATE_UPDATE")
	owner.take()

	stream := types.CreateStream{Type: types.StreamTypeGuild, GuildID: join.GuildID, ChannelID: s.voice.ID()}
	if err := s.w.CreateStream(owner.state, stream); !errors.Is(err, world.ErrForbidden) {
		t.Errorf("a stream of somebody who is not there: %v", err)
	}
	must(t, s.w.CreateStream(member.state, stream))
	key := last[types.StreamCreate](t, member.take(), "STREAM_CREATE").StreamKey
	same(t, "self_stream", last[types.VoiceStateUpdate](t, owner.take(), "VOICE_STATE_UPDATE").SelfStream, true)
	must(t, s.w.WatchStream(owner.state, types.WatchStream{StreamKey: key}))
	same(t, "watching", owner.types(), "STREAM_CREATE STREAM_SERVER_UPDATE")
	err := s.w.WatchStream(s.clients["stranger"].state, types.WatchStream{StreamKey: key})
	if !errors.Is(err, world.ErrForbidden) {
		t.Errorf("a stranger watches: %v", err)
	}
	must(t, s.w.DeleteStream(owner.state, types.DeleteStream{StreamKey: key}))
	same(t, "no longer watching", owner.types(), "STREAM_DELETE")
	must(t, s.w.DeleteStream(member.state, types.DeleteStream{StreamKey: key}))
	same(t, "ending", member.types(), "STREAM_DELETE VOICE_STATE_UPDATE")

	must(t, s.voice.Edit(func(c *types.Channel) { c.Status = "chess" }))
	owner.take()
	must(t, s.w.ChannelStatuses(owner.state, types.RequestChannelStatuses{GuildID: s.guild.ID()}))
	statuses := last[types.ChannelStatuses](t, owner.take(), "CHANNEL_STATUSES")
	same(t, "statuses", statuses.Channels, []types.ChannelStatus{{ID: s.voice.ID(), Status: "chess"}})
	must(t, s.w.ChannelInfo(owner.state, types.RequestChannelInfo{
		GuildID: s.guild.ID(), Fields: types.List[types.ChannelInfoField]{types.ChannelInfoFieldVoiceStartTime},
	}))
	info := last[types.ChannelInfo](t, owner.take(), "CHANNEL_INFO")
	same(t, "voice_start_time", []bool{info.Channels[0].VoiceStartTime.Or(0) != 0, info.Channels[0].Status.IsPresent()},
		[]bool{true, false})

	s.w.Detach(member.state)
	same(t, "the end of the session", owner.types(), "VOICE_STATE_UPDATE")
	same(t, "afterwards", len(got(s.w.View(s.owner.ID))(t).Guilds[s.guild.ID()].VoiceStates), 0)
}

// TestSubscribe looks at a member list and watches a member.
func TestSubscribe(t *testing.T) {
	for _, profile := range []world.Profile{world.Spacebar, world.Discord} {
		s := newStage(t, profile)
		c := s.clients["member"]
		must(t, s.w.Subscribe(c.state, s.guild.ID(), types.GuildSubscription{
			Members: []id{s.owner.ID, s.stranger.ID}, Channels: map[id][][2]int64{s.public.ID(): {{0, 99}}},
		}))
		events := c.take()
		presence := last[types.PresenceUpdate](t, events, "PRESENCE_UPDATE")
		same(t, "presence", []any{presence.User.ID, presence.Status.Or("")}, []any{s.owner.ID, "online"})
		list := last[types.GuildMemberListUpdate](t, events, "GUILD_MEMBER_LIST_UPDATE")
		same(t, "list", []any{list.ID, list.MemberCount, list.OnlineCount, list.Ops[0].Op}, []any{"everyone", 2, 2, "SYNC"})
		same(t, "rows", len(list.Ops[0].Items), 3)
		must(t, s.w.UpdatePresence(s.clients["owner"].state, types.UpdatePresence{Status: types.StatusTypeIdle}))
		events = c.take()
		presence = last[types.PresenceUpdate](t, events, "PRESENCE_UPDATE")
		same(t, "status after op 3", presence.Status.IsPresent(), profile == world.Discord)
		same(t, "guild after op 3", presence.GuildID.IsPresent(), profile == world.Discord)
		last[types.GuildMemberListUpdate](t, events, "GUILD_MEMBER_LIST_UPDATE")
		s.w.Detach(s.clients["owner"].state)
		list = last[types.GuildMemberListUpdate](t, c.take(), "GUILD_MEMBER_LIST_UPDATE")
		same(t, "online", list.OnlineCount, 1)

		if err := s.w.Subscribe(c.state, s.guild.ID(), types.GuildSubscription{
			Channels: map[id][][2]int64{s.hidden.ID(): {{0, 99}}},
		}); !errors.Is(err, world.ErrForbidden) {
			t.Errorf("a hidden channel: %v", err)
		}
		var input *world.InputError
		if err := s.w.Subscribe(c.state, s.guild.ID(), types.GuildSubscription{
			Channels: map[id][][2]int64{s.public.ID(): {{5, 2}}},
		}); !errors.As(err, &input) {
			t.Errorf("an impossible range: %v", err)
		}
		must(t, s.guild.Kick(s.member.ID))
		c.take()
		must(t, s.guild.Join(s.w.AddUser("late").ID))
		same(t, "after a kick", c.types(), "")
	}
}

// TestUnknownIDs gives everything an id that there is not.
func TestUnknownIDs(t *testing.T) {
	s := newStage(t, world.Spacebar)
	w, nobody := s.w, id(99)
	c := s.clients["owner"]
	emoji := world.Unicode("x")
	errs := []error{
		w.Guild(nobody).Join(s.owner.ID), s.guild.Join(nobody), s.guild.Leave(nobody), s.guild.Ban(nobody),
		s.guild.Unban(s.owner.ID), s.guild.AddRole(nobody, s.role.ID), s.guild.AddRole(s.owner.ID, nobody),
		s.guild.EditRole(nobody, nil), s.guild.DeleteRole(nobody), s.guild.EditMember(nobody, nil),
		s.guild.LeaveVoice(s.owner.ID), s.guild.JoinVoice(s.owner.ID, nobody),
		w.Channel(nobody).Delete(), s.elsewhere.Channel(s.public.ID()).Delete(), s.public.DeleteMessage(nobody),
		s.public.AddReaction(nobody, s.owner.ID, emoji), s.public.RemoveReaction(s.message.ID, s.owner.ID, emoji),
		s.public.Typing(nobody), s.public.Pin(nobody, s.message.ID), s.public.Archive(true), s.public.DeleteOverwrite(nobody),
		w.User(nobody).Rename("x"), w.User(s.owner.ID).RemoveRelationship(s.member.ID), w.DeleteInvite("x"),
		w.DeleteStream(c.state, types.DeleteStream{StreamKey: "x"}),
	}
	for i, err := range errs {
		if !errors.Is(err, world.ErrNotFound) {
			t.Errorf("error %d is %v", i, err)
		}
	}
	for name, client := range s.clients {
		same(t, fmt.Sprint("events of ", name), client.types(), "")
	}
	for i, err := range []error{
		s.guild.Kick(s.owner.ID), s.guild.Ban(s.owner.ID), s.guild.Join(s.banned.ID), s.hidden.Typing(s.member.ID),
		s.guild.DeleteRole(s.guild.ID()), s.hidden.AddReaction(s.secret.ID, s.member.ID, emoji),
		w.UpdateVoiceState(c.state, types.UpdateVoiceState{
			GuildID: types.Some(s.elsewhere.ID()), ChannelID: types.Some(nobody),
		}),
	} {
		if !errors.Is(err, world.ErrForbidden) {
			t.Errorf("forbidden %d is %v", i, err)
		}
	}
	if err := w.UpdatePresence(&pubsub.State{}, types.UpdatePresence{}); !errors.Is(err, world.ErrNotAttached) {
		t.Errorf("a session of nobody: %v", err)
	}
}
