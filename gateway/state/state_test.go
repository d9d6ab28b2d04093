package state_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/gateway/state"
	"github.com/chorus-go/chorus/types"
)

// tell has the state take an event with a payload.
func tell(t testing.TB, s *state.State, event any, d string) {
	t.Helper()
	if err := json.Unmarshal([]byte(d), event); err != nil {
		t.Fatal(err)
	}
	if !s.Apply(t.Context(), event) {
		t.Errorf("%T has no effects", event)
	}
}

const ready = `{"user":{"id":"9","username":"me","email":"m@e"},"users":[{"id":"8","username":"friend"}],
	"guilds":[{"id":"1","name":"guild","owner_id":"7","roles":[{"id":"1","permissions":"1024"},{"id":"3","permissions":"2048"}],
		"channels":[{"id":"2","type":0,"name":"text"},{"id":"5","type":2}],
		"threads":[{"id":"4","type":11,"parent_id":"2","thread_metadata":{}}],
		"members":[{"user":{"id":"9","username":"me"},"roles":["3"]},{"user":{"id":"7","username":"owner"},"roles":[]}],
		"voice_states":[{"user_id":"7","channel_id":"5"}],"presences":[{"user":{"id":"7"},"status":"idle"}]}],
	"private_channels":[{"id":"20","type":1,"recipient_ids":["8"]}],"relationships":[{"id":"8","user_id":"8","type":1}],
	"notes":{"8":"nice"},"merged_presences":{"friends":[{"user_id":"8","status":"dnd"}]}}`

func begun(t testing.TB, options state.Options) *state.State {
	s := state.New(nil, options)
	tell(t, s, new(types.Ready), ready)
	return s
}

func TestReadyIsMerged(t *testing.T) {
	s := begun(t, state.Options{})
	private := slices.Collect(s.PrivateChannels())
	if len(private) != 1 || len(private[0].Recipients) != 1 || private[0].Recipients[0].Username != "friend" {
		t.Errorf("private channels %+v", private)
	}
	if r := s.Relationship(8); r == nil || r.User == nil || r.User.Username != "friend" {
		t.Errorf("the relationship is %+v", r)
	}
	if p := s.Presence(0, 8); p == nil || p.Status != types.StatusTypeDND || p.User != s.User(8) {
		t.Errorf("the presence of the friend is %+v", p)
	}
	if s.Self().Email != "m@e" || s.Note(8) != "nice" || s.Note(7) != "" {
		t.Errorf("the user is %+v, with a note %q", s.Self(), s.Note(8))
	}
	if c := s.Channel(2); c == nil || c.GuildID != 1 {
		t.Errorf("the channel is %+v", c)
	}
	if v := s.VoiceState(1, 7); v == nil || v.GuildID != 1 {
		t.Errorf("the voice state is %+v", v)
	}
	if len(slices.Collect(s.Channels(1))) != 2 || len(slices.Collect(s.Threads(1))) != 1 {
		t.Error("channels and threads are mixed up")
	}
	if s.Member(1, 7).User != s.User(7) {
		t.Error("the user of a member is there twice")
	}
}

func TestSupplementalCompletesReady(t *testing.T) {
	s := begun(t, state.Options{})
	tell(t, s, new(types.ReadySupplemental), `{"guilds":[{"id":"1","voice_states":[{"user_id":"8","channel_id":"5"}]}],
		"merged_members":[[{"user_id":"8","nick":"f"}]],"merged_presences":{"guilds":[[{"user_id":"8","status":"online"}]],
		"friends":[{"user_id":"8","status":"online"}]}}`)
	if m := s.Member(1, 8); m == nil || m.Nick != "f" || m.User != s.User(8) {
		t.Errorf("the member is %+v", m)
	}
	if s.Presence(1, 8) == nil || s.Presence(0, 8).Status != types.StatusTypeOnline || s.VoiceState(1, 8) == nil {
		t.Error("presences or voice states are missing")
	}
}

func TestReadyBeginsAnew(t *testing.T) {
	s := begun(t, state.Options{Messages: -1})
	tell(t, s, new(types.MessageCreate), `{"id":"30","channel_id":"2","guild_id":"1","author":{"id":"7"}}`)
	old := s.Guild(1)
	tell(t, s, new(types.Ready), `{"user":{"id":"9"},"guilds":[{"id":"1","name":"new","channels":[{"id":"2","type":0}]}]}`)
	if old.Name != "guild" || s.Guild(1).Name != "new" {
		t.Errorf("the guild was %q, and is %q", old.Name, s.Guild(1).Name)
	}
	for what, gone := range map[string]bool{
		"channel": s.Channel(5) == nil, "thread": s.Channel(4) == nil, "member": s.Member(1, 7) == nil, "note": s.Note(8) == "",
		"voice state": s.VoiceState(1, 7) == nil, "presence": s.Presence(0, 8) == nil, "message": s.Message(2, 30) == nil,
		"private channel": s.Channel(20) == nil, "relationship": s.Relationship(8) == nil, "user": s.User(8) == nil,
	} {
		if !gone {
			t.Errorf("a %s that is not mentioned any more is still there", what)
		}
	}
	if s.Channel(2) == nil {
		t.Error("a channel that is mentioned is gone")
	}
	tell(t, s, new(types.Ready), `{"user":{"id":"9"},"guilds":[{"id":"1","unavailable":true}]}`)
	if s.Guild(1) != nil || s.Channel(2) != nil {
		t.Error("something is known of a guild that is not available")
	}
}

func TestWhatIsWithinGoesToo(t *testing.T) {
	s := begun(t, state.Options{Messages: -1})
	tell(t, s, new(types.MessageCreate), `{"id":"30","channel_id":"4","guild_id":"1","author":{"id":"7"}}`)
	tell(t, s, new(types.ChannelDelete), `{"id":"2","guild_id":"1"}`)
	if s.Channel(4) != nil || s.Message(4, 30) != nil {
		t.Error("a thread of a channel that is gone is there")
	}
	tell(t, s, new(types.GuildDelete), `{"id":"1"}`)
	if s.Member(1, 7) != nil || s.Channel(5) != nil || s.VoiceState(1, 7) != nil || s.Presence(1, 7) != nil {
		t.Error("something of a guild that was left is there")
	}
	tell(t, s, new(types.GuildMembersChunk), `{"guild_id":"1","members":[{"user":{"id":"7"}}]}`)
	if s.Member(1, 7) != nil {
		t.Error("a chunk that comes too late brings members back")
	}
}

func TestWhoCannotBeSeenIsNotInVoice(t *testing.T) {
	s := begun(t, state.Options{})
	const hidden = `{"guild_id":"1","user_id":"7","channel_id":"77","member":{"user":{"id":"7"},"nick":"boss"}}`
	tell(t, s, new(types.VoiceStateUpdate), hidden)
	if s.VoiceState(1, 7) != nil {
		t.Error("somebody who moved to a hidden channel is in voice")
	}
	if s.Member(1, 7).Nick != "boss" {
		t.Error("the member of a voice state is not taken")
	}
	open := state.New(nil, state.Options{Channels: state.Off()})
	tell(t, open, new(types.Ready), ready)
	tell(t, open, new(types.VoiceStateUpdate), hidden)
	if open.VoiceState(1, 7).ChannelID != 77 {
		t.Error("without channels it is not known which are hidden")
	}
}

func TestUsersAreRenamedEverywhere(t *testing.T) {
	s := begun(t, state.Options{})
	tell(t, s, new(types.GuildCreate), `{"id":"11","members":[{"user":{"id":"7","username":"owner"}}]}`)
	if s.Member(1, 7).User != s.Member(11, 7).User {
		t.Error("a user is kept twice")
	}
	before := s.Member(11, 7)
	tell(t, s, new(types.GuildMemberUpdate), `{"guild_id":"1","user":{"id":"7","username":"renamed"},"roles":[]}`)
	if before.User.Username != "owner" {
		t.Error("what was read has changed")
	}
	for _, guild := range []types.Snowflake{1, 11} {
		if s.Member(guild, 7).User.Username != "renamed" {
			t.Errorf("in guild %d the user is %q", guild, s.Member(guild, 7).User.Username)
		}
	}
}

func TestMemberListsFeedIt(t *testing.T) {
	s := begun(t, state.Options{})
	tell(t, s, new(types.GuildMemberListUpdate), `{"guild_id":"1","id":"everyone","ops":[{"op":"SYNC","range":[0,99],"items":[
		{"group":{"id":"online","count":1}},{"member":{"user":{"id":"40","username":"seen"},"roles":[],
		"presence":{"user":{"id":"40"},"status":"dnd"}}}]}]}`)
	if s.Member(1, 40) == nil || s.Presence(1, 40).Status != types.StatusTypeDND || s.User(40).Username != "seen" {
		t.Error("who is in a member list is not known")
	}
}

func TestPolicies(t *testing.T) {
	s := begun(t, state.Options{Members: state.Own(), Presences: state.Off(), Messages: 2, Users: state.Latest(3)})
	if s.Member(1, 9) == nil || s.Member(1, 7) != nil || s.Presence(1, 7) != nil {
		t.Error("others are kept, or the user is not")
	}
	for id := 30; id < 34; id++ {
		tell(t, s, new(types.MessageCreate), fmt.Sprintf(`{"id":"%d","channel_id":"2","guild_id":"1","author":{"id":"%d"}}`, id, id))
		if s.Message(2, 30) == nil && id < 33 { // It is read, and so stays longer than the others.
			t.Errorf("message 30 is gone with message %d", id)
		}
	}
	if n := len(slices.Collect(s.Messages(2))); n != 2 {
		t.Errorf("%d messages are kept", n)
	}
	if n := len(slices.Collect(s.Users())); n != 3 {
		t.Errorf("%d users are kept", n)
	}
	if _, there := s.Stats()["Presence"]; there {
		t.Error("a kind that is off is counted")
	}
}

func TestOffIsNotObserved(t *testing.T) {
	events := gateway.NewEvents()
	s := state.New(events, state.Options{Presences: state.Off(), Users: state.Off(), Members: state.Off(), VoiceStates: state.Off()})
	if events.User.PresenceUpdate.Observed() || events.Message.ReactionAdd.Observed() || !events.Guild.Create.Observed() {
		t.Error("what is observed is not what is kept")
	}
	s.Close()
	if events.Guild.Create.Observed() {
		t.Error("it is observed after Close")
	}
}

func TestPermissions(t *testing.T) {
	s := begun(t, state.Options{})
	now := time.Now()
	for _, c := range []struct {
		channel, user types.Snowflake
		want          types.Permissions
		ok            bool
	}{
		{2, 9, types.PermissionViewChannel | types.PermissionSendMessages, true},
		{2, 7, types.PermissionsAll, true}, {4, 7, types.PermissionsAll, true}, {2, 8, 0, false}, {20, 9, 0, false}, {99, 9, 0, false},
	} {
		if p, ok := s.Permissions(c.channel, c.user, now); p != c.want || ok != c.ok {
			t.Errorf("user %d in channel %d may %v, %v", c.user, c.channel, p, ok)
		}
	}
	if p, ok := s.GuildPermissions(1, 7, now); !ok || p != types.PermissionsAll {
		t.Errorf("the owner may %v", p)
	}
}

func TestShardsKeepToTheirGuilds(t *testing.T) {
	s := state.New(nil, state.Options{})
	events := []*gateway.Events{gateway.NewEvents(), gateway.NewEvents()}
	for shard, e := range events {
		s.Attach(e)
		var r types.Ready
		d := fmt.Sprintf(`{"user":{"id":"9"},"guilds":[{"id":"%d","channels":[{"id":"%d"}]}]}`, shard+1, shard+50)
		if err := json.Unmarshal([]byte(d), &r); err != nil {
			t.Fatal(err)
		}
		if err := e.Session.Ready.Publish(t.Context(), &r); err != nil {
			t.Fatal(err)
		}
	}
	if s.Guild(1) == nil || s.Guild(2) == nil || s.Channel(50) == nil || s.Channel(51) == nil {
		t.Fatal("a shard's READY removes the guilds of another one")
	}
	r := &types.Ready{User: types.User{ID: 9}}
	if err := events[1].Session.Ready.Publish(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	if s.Guild(1) == nil || s.Channel(50) == nil || s.Guild(2) != nil || s.Channel(51) != nil {
		t.Error("the READY of a shard is not about its guilds")
	}
}

func TestReadersSeeWholeValues(t *testing.T) {
	s := begun(t, state.Options{})
	var readers sync.WaitGroup
	done := make(chan struct{})
	for range 4 {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				for m := range s.Members(1) {
					if m.User == nil || m.Nick != "" && m.Nick != m.User.Username {
						t.Errorf("a member is %q and %q", m.Nick, m.User.Username)
					}
				}
				if g := s.Guild(1); g == nil || s.Member(1, 9) == nil {
					t.Error("something that stays is gone")
				}
			}
		})
	}
	for i := range 2000 {
		user := types.User{ID: types.Snowflake(100 + i%300), Username: fmt.Sprint("u", i)}
		if i%3 == 0 {
			s.Apply(t.Context(), &types.GuildMemberRemove{GuildID: 1, User: user})
			continue
		}
		s.Apply(t.Context(), &types.GuildMemberAdd{GuildID: 1, GuildMember: types.GuildMember{User: &user, Nick: user.Username}})
	}
	close(done)
	readers.Wait()
}
