package effect_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/chorus-go/chorus/internal/effect"
	"github.com/chorus-go/chorus/types"
)

// shown writes effects as text: the operation, the kind, the scope and the id.
func shown(event any) string {
	var lines []string
	effect.Of(event, func(e effect.Effect) {
		id := fmt.Sprint(uint64(e.Key.ID))
		if e.All {
			id = "all"
		}
		lines = append(lines, fmt.Sprintf("%v %v %d/%s", e.Op, e.Key.Kind, uint64(e.Key.Scope), id))
	})
	return strings.Join(lines, ", ")
}

func TestEffectsOfEvents(t *testing.T) {
	for _, c := range []struct {
		event any
		d     string // the payload
		want  string
	}{
		{new(types.ChannelCreate), `{"id":"2","guild_id":"1"}`, "set Channel 1/2"},
		{new(types.ChannelCreate), `{"id":"2","recipients":[{"id":"9"}]}`, "set User 0/9, set Channel 0/2"},
		{new(types.ChannelDelete), `{"id":"2","guild_id":"1"}`, "delete Channel 1/2, patch Channel 1/all, patch VoiceState 1/all, " +
			"patch StageInstance 1/all, patch ScheduledEvent 1/all, delete Call 0/2"},
		{new(types.GuildDelete), `{"id":"1"}`, "delete Guild 0/1"},
		{new(types.GuildCreate), `{"id":"1","unavailable":true}`, "delete Guild 0/1"},
		{new(types.GuildRoleUpdate), `{"guild_id":"1","role":{"id":"3"}}`, "set Role 1/3, patch Guild 0/1"},
		{new(types.GuildMemberAdd), `{"guild_id":"1","user":{"id":"9"}}`, "set User 0/9, set Member 1/9"},
		{new(types.GuildMemberUpdate), `{"guild_id":"1","user":{"id":"9"}}`, "set User 0/9, upsert Member 1/9"},
		{new(types.GuildMembersChunk), `{"guild_id":"1","members":[{"user":{"id":"9"}}],"presences":[{"user":{"id":"9"}}]}`,
			"set User 0/9, set Member 1/9, set Presence 1/9"},
		{new(types.MessageDeleteBulk), `{"channel_id":"2","ids":["5","6"]}`, "delete Message 2/5, delete Message 2/6"},
		{new(types.MessageCreate), `{"id":"5","channel_id":"2","guild_id":"1","author":{"id":"9"},"member":{}}`,
			"set Message 2/5, patch Channel 1/2, set User 0/9, set User 0/9, set Member 1/9"},
		{new(types.MessageCreate), `{"id":"5","channel_id":"2","webhook_id":"9","author":{"id":"9"}}`,
			"set Message 2/5, patch Channel 0/2"},
		{new(types.PresenceUpdate), `{"user":{"id":"9","avatar":null},"guild_id":"1"}`, "patch User 0/9, upsert Presence 1/9"},
		{new(types.PresenceUpdate), `{"user":{"id":"9"}}`, "upsert Presence 0/9"},
		{new(types.VoiceStateUpdate), `{"guild_id":"1","user_id":"9","channel_id":"2"}`, "set VoiceState 1/9"},
		{new(types.VoiceStateUpdate), `{"guild_id":"1","user_id":"9","channel_id":null}`, "delete VoiceState 1/9"},
		{new(types.RelationshipRemove), `{"id":"9"}`, "delete Relationship 0/9, delete Presence 0/9"},
		{new(types.ThreadMembersUpdate), `{"id":"2","guild_id":"1","added_members":[{"user_id":"9"}],"removed_member_ids":["8"]}`,
			"patch Channel 1/2, delete ThreadMember 2/8, set ThreadMember 2/9"},
		{new(types.GuildMemberListUpdate), `{"guild_id":"1","ops":[{"op":"SYNC","items":[{"group":{"id":"online"}},
			{"member":{"user":{"id":"9"},"presence":{"user":{"id":"9"},"status":"idle"}}}]}]}`,
			"set User 0/9, set Member 1/9, set Presence 1/9"},
		{new(types.Ready), `{"user":{"id":"9"},"guilds":[{"id":"1","unavailable":true}],"users":[{"id":"8"}],
			"relationships":[{"id":"8","user_id":"8"}],"private_channels":[{"id":"2","recipient_ids":["8"]}]}`,
			"refresh none 0/all, set User 0/8, set Self 0/9, set User 0/9, delete Guild 0/1, set Channel 0/2, set User 0/8, " +
				"set Relationship 0/8"},
		{new(types.Resumed), `{}`, ""},
	} {
		if err := json.Unmarshal([]byte(c.d), c.event); err != nil {
			t.Fatal(err)
		}
		if have := shown(c.event); have != c.want {
			t.Errorf("%T %s:\nhave %s\nwant %s", c.event, c.d, have, c.want)
		}
	}
}

// carried returns what the effects of an event make of an entity.
func carried[T any](t *testing.T, kind effect.Kind, old *T, event any, d string) *T {
	t.Helper()
	if err := json.Unmarshal([]byte(d), event); err != nil {
		t.Fatal(err)
	}
	before, err := json.Marshal(old)
	if err != nil {
		t.Fatal(err)
	}
	now := old
	effect.Of(event, func(e effect.Effect) {
		if e.Key.Kind == kind {
			now = effect.Next(&e, now)
		}
	})
	if after, err := json.Marshal(old); err != nil || string(after) != string(before) {
		t.Errorf("%T changed what was known:\n%s\n%s, %v", event, before, after, err)
	}
	return now
}

func TestReactionsAreCounted(t *testing.T) {
	m := &types.Message{ID: 5, Reactions: []types.Reaction{{Count: 1, Emoji: types.Emoji{Name: "a"}}}}
	counts := func(m *types.Message) string {
		var s []string
		for _, r := range m.Reactions {
			s = append(s, fmt.Sprint(r.Emoji.Name, r.Count))
		}
		return strings.Join(s, " ")
	}
	for _, c := range []struct {
		event   any
		d, want string
	}{
		{new(types.MessageReactionAdd), `{"message_id":"5","emoji":{"name":"a"}}`, "a2"},
		{new(types.MessageReactionAdd), `{"message_id":"5","emoji":{"name":"b"}}`, "a2 b1"},
		{new(types.MessageReactionAddMany), `{"message_id":"5","reactions":[{"users":["1","2"],"emoji":{"name":"b"}}]}`, "a2 b3"},
		{new(types.MessageReactionRemove), `{"message_id":"5","emoji":{"name":"a"}}`, "a1 b3"},
		{new(types.MessageReactionRemove), `{"message_id":"5","emoji":{"name":"a"}}`, "b3"},
		{new(types.MessageReactionRemove), `{"message_id":"5","emoji":{"name":"a"}}`, "b3"},
		{new(types.MessageReactionRemoveEmoji), `{"message_id":"5","emoji":{"name":"b"}}`, ""},
		{new(types.MessageReactionAdd), `{"message_id":"5","emoji":{"name":"a"}}`, "a1"},
		{new(types.MessageReactionRemoveAll), `{"message_id":"5"}`, ""},
	} {
		if m = carried(t, effect.KindMessage, m, c.event, c.d); counts(m) != c.want {
			t.Errorf("after %T %s: %s, want %s", c.event, c.d, counts(m), c.want)
		}
	}
}

// TestVotesLeaveTheUpdate counts votes in a poll that the message has from an update, which must not change with it.
func TestVotesLeaveTheUpdate(t *testing.T) {
	update := new(types.MessageUpdate)
	m := carried(t, effect.KindMessage, &types.Message{ID: 5}, update,
		`{"id":"5","poll":{"results":{"answer_counts":[{"id":1,"count":2}]}}}`)
	m = carried(t, effect.KindMessage, m, new(types.MessagePollVoteAdd), `{"message_id":"5","answer_id":1}`)
	if poll, ok := update.Poll.Get(); !ok || poll == m.Poll || poll.Results.AnswerCounts[0].Count != 2 ||
		m.Poll.Results.AnswerCounts[0].Count != 3 {
		t.Errorf("the update has %+v, the message %+v", poll, m.Poll)
	}
}

func TestRolesGoEverywhere(t *testing.T) {
	const gone = `{"guild_id":"1","role_id":"3"}`
	guild := carried(t, effect.KindGuild, &types.Guild{ID: 1, Roles: []types.Role{{ID: 1}, {ID: 3}}}, new(types.GuildRoleDelete), gone)
	if len(guild.Roles) != 1 {
		t.Errorf("the guild has the roles %v", guild.Roles)
	}
	member := &types.GuildMember{Roles: types.RoleIDs{2, 3}}
	if have := carried(t, effect.KindMember, member, new(types.GuildRoleDelete), gone); !slices.Equal(have.Roles, types.RoleIDs{2}) {
		t.Errorf("the member has the roles %v", have.Roles)
	}
	other := &types.GuildMember{Roles: types.RoleIDs{2}}
	if have := carried(t, effect.KindMember, other, new(types.GuildRoleDelete), gone); have != other {
		t.Error("a member without the role is copied")
	}
	channel := &types.Channel{PermissionOverwrites: []types.PermissionOverwrite{{ID: 3}, {ID: 1}}}
	if have := carried(t, effect.KindChannel, channel, new(types.GuildRoleDelete), gone); len(have.PermissionOverwrites) != 1 {
		t.Errorf("the channel has the overwrites %v", have.PermissionOverwrites)
	}
}

func TestWhatHangsOnAChannelGoesWithIt(t *testing.T) {
	const gone = `{"guild_id":"1","id":"2"}`
	thread := &types.Channel{ID: 4, ParentID: 2, ThreadMetadata: &types.ThreadMetadata{}}
	under := &types.Channel{ID: 4, ParentID: 2}
	var left []types.Snowflake
	for _, c := range []*types.Channel{thread, under} {
		event := &types.ChannelDelete{Channel: types.Channel{ID: 2, GuildID: 1}}
		effect.Of(event, func(e effect.Effect) {
			if e.All && e.Key.Kind == effect.KindChannel && effect.Next(&e, c) != nil {
				left = append(left, c.ID)
			}
		})
	}
	if len(left) != 1 {
		t.Errorf("%d of a thread and a channel in a category are left", len(left))
	}
	if v := carried(t, effect.KindVoiceState, &types.VoiceState{ChannelID: 2}, new(types.ChannelDelete), gone); v != nil {
		t.Error("somebody is in a channel that is gone")
	}
	if v := carried(t, effect.KindScheduledEvent, &types.GuildScheduledEvent{ChannelID: 2}, new(types.ChannelDelete), gone); v != nil {
		t.Error("something is planned in a channel that is gone")
	}
	if v := carried(t, effect.KindVoiceState, &types.VoiceState{ChannelID: 7}, new(types.ChannelDelete), gone); v == nil {
		t.Error("somebody in another channel is gone")
	}
}

func TestGuildUpdateKeepsWhatItLeavesOut(t *testing.T) {
	known := &types.Guild{ID: 1, Name: "old", Roles: []types.Role{{ID: 1}}, Emojis: []types.Emoji{{ID: 5}}}
	have := carried(t, effect.KindGuild, known, new(types.GuildUpdate), `{"id":"1","name":"new","emojis":[]}`)
	if have.Name != "new" || len(have.Roles) != 1 || len(have.Emojis) != 0 {
		t.Errorf("the guild is %+v", have)
	}
}

func TestChannelsAreGivenTheirGuild(t *testing.T) {
	event := &types.GuildCreate{}
	event.ID, event.Channels = 1, []types.Channel{{ID: 2}}
	effect.Of(event, func(e effect.Effect) {
		if c, ok := e.Value.(*types.Channel); ok && c.GuildID != 1 {
			t.Error("the channel does not name its guild")
		}
	})
	if event.Channels[0].GuildID != 0 {
		t.Error("the event has changed")
	}
}

func TestKinds(t *testing.T) {
	var seen effect.KindSet
	for k := range effect.Kinds() {
		if within := k.Within(); within != 0 && !seen.Has(within) {
			t.Errorf("%v is within %v, which comes later", k, within)
		}
		seen |= effect.SetOf(k)
	}
	if k := effect.Kind(250); k.String() != "none" || k.Within() != 0 || k.Unique() {
		t.Errorf("a kind that there is not is %v", k)
	}
	for s := range effect.Sources(effect.SetOf(effect.KindBan)) {
		if !s.Kinds.Has(effect.KindBan) {
			t.Errorf("%s has no effect on bans", s.Event)
		}
	}
}
