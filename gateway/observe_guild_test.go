package gateway_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/types"
)

// holdsOf is what a guild holds, as text.
func holdsOf(guild *gateway.Shared[types.Guild]) string {
	var list []string
	add := func(kind string, id types.Snowflake) { list = append(list, kind+id.String()) }
	for id := range gateway.Children[types.Channel](guild) {
		add("channel", id)
	}
	for id := range gateway.Children[types.Role](guild) {
		add("role", id)
	}
	for id := range gateway.Children[types.Emoji](guild) {
		add("emoji", id)
	}
	for id := range gateway.Children[types.GuildMember](guild) {
		add("member", id)
	}
	for id := range gateway.Children[types.VoiceState](guild) {
		add("voice", id)
	}
	slices.Sort(list)
	return strings.Join(list, " ")
}

const wholeGuild = `{"id":"7","name":"a","roles":[{"id":"7","name":"all"}],"emojis":[{"id":"2","name":"e"}],
	"channels":[{"id":"5","name":"c"},{"id":"7","name":"general"}],
	"threads":[{"id":"6","parent_id":"5","thread_metadata":{}}],
	"members":[{"user":{"id":"1","username":"ben"},"roles":["7"]}],"voice_states":[{"user_id":"1","channel_id":"5"}]}`

func TestAnObservedGuildBringsWhatIsInIt(t *testing.T) {
	observing(t, func(t *testing.T, handle gateway.GatewayHandle) {
		var whole types.GatewayGuild
		if err := json.Unmarshal([]byte(wholeGuild), &whole); err != nil {
			t.Fatal(err)
		}
		bare := observe(t, handle, types.Guild{ID: 8, Roles: []types.Role{{ID: 8}}})
		guild := observe(t, handle, whole.Merged(), gateway.WithContents(&whole))
		const all = "channel5 channel6 channel7 emoji2 member1 role7 voice1"
		if holdsOf(guild) != all || holdsOf(bare) != "role8" {
			t.Fatalf("the guilds hold %q and %q", holdsOf(guild), holdsOf(bare))
		}
		for _, s := range []step{
			{"GUILD_CREATE", wholeGuild, all},
			{"CHANNEL_CREATE", `{"id":"4","guild_id":"7"}`, "channel4 " + all},
			{"CHANNEL_UPDATE_PARTIAL", `{"id":"4","last_message_id":"77"}`, "channel4 " + all},
			{"CHANNEL_DELETE", `{"id":"5","guild_id":"7"}`, "channel4 channel7 emoji2 member1 role7"},
			{"GUILD_MEMBER_ADD", `{"guild_id":"7","user":{"id":"3"},"roles":["9"]}`,
				"channel4 channel7 emoji2 member1 member3 role7"},
			{"GUILD_ROLE_CREATE", `{"guild_id":"7","role":{"id":"9"}}`,
				"channel4 channel7 emoji2 member1 member3 role7 role9"},
			{"GUILD_ROLE_DELETE", `{"guild_id":"7","role_id":"9"}`, "channel4 channel7 emoji2 member1 member3 role7"},
			{"GUILD_EMOJIS_UPDATE", `{"guild_id":"7","emojis":[]}`, "channel4 channel7 member1 member3 role7"},
			{"GUILD_MEMBER_REMOVE", `{"guild_id":"7","user":{"id":"1"}}`, "channel4 channel7 member3 role7"},
			{"VOICE_STATE_UPDATE", `{"guild_id":"7","user_id":"3","channel_id":"4"}`,
				"channel4 channel7 member3 role7 voice3"},
			{"CHANNEL_CREATE", `{"id":"4","guild_id":"9"}`, "channel4 channel7 member3 role7 voice3"},
		} {
			tell(t, handle, opSay, s.event, s.data)
			if got := holdsOf(guild); got != s.want {
				t.Errorf("after %s %s the guild holds %q, want %q", s.event, s.data, got, s.want)
			}
		}
		if len(gateway.Child[types.GuildMember](guild, 3).Roles) != 0 {
			t.Error("a member has a role that is gone")
		}
		if c := gateway.Child[types.Channel](guild, 4); c == nil || c.LastMessageID != 77 {
			t.Errorf("the channel is %+v", c)
		}
		// What is known of a part is what observing the part begins with.
		part := observe(t, handle, types.Channel{ID: 4, Name: "what the caller thinks"})
		if part.Load().LastMessageID != 77 {
			t.Errorf("the channel begins as %+v", part.Load())
		}
		tell(t, handle, opSay, "GUILD_DELETE", `{"id":"7"}`)
		if holdsOf(guild) != "" || guild.Load() != nil || part.Load() != nil || holdsOf(bare) != "role8" {
			t.Errorf("after the guild's end it holds %q, the other one %q", holdsOf(guild), holdsOf(bare))
		}
		if gateway.Child[types.Message](guild, 1) != nil || gateway.Child[types.Channel](nil, 1) != nil {
			t.Error("there are children of which nothing is known")
		}
	})
}

// TestAGuildThatNobodyObservesCostsNothing measures the heap with a guild of many members: while it is observed, when it
// is stopped, though its Shared is still held, and when the Shared of another guild is garbage.
func TestAGuildThatNobodyObservesCostsNothing(t *testing.T) {
	observing(t, func(t *testing.T, handle gateway.GatewayHandle) {
		const members, each = 10_000, 500
		large := func(id types.Snowflake) *gateway.Shared[types.Guild] {
			whole := types.GatewayGuild{Guild: types.Guild{ID: id, Name: "large"}}
			for i := range members {
				user := &types.User{ID: types.Snowflake(i + 1000), Bio: strings.Repeat("x", each)}
				whole.Members = append(whole.Members, types.GuildMember{User: user})
			}
			guild, err := gateway.Observe(context.Background(), handle, whole.Guild, gateway.WithContents(&whole))
			if err != nil {
				t.Fatal(err)
			}
			return guild
		}
		empty := heap(0)
		limit := empty + members*each/20
		guild := large(7)
		if used := heap(0) - empty; used < members*each {
			t.Errorf("%d bytes are in use, which cannot be", used)
		}
		guild.Stop()
		if left := heap(limit); left > limit {
			t.Errorf("after Stop %d bytes are left", left-empty)
		}
		if guild.Load().Name != "large" || gateway.Child[types.GuildMember](guild, 1000) != nil {
			t.Error("a guild that is stopped is not what it was, or has what was in it")
		}
		if large(8).Load() == nil {
			t.Error("the guild is not there")
		}
		if left := heap(limit); left > limit {
			t.Errorf("as garbage, %d bytes are left", left-empty)
		}
	})
}

func TestValuesThatCannotBeObserved(t *testing.T) {
	refused := func(t *testing.T, err, want error) {
		t.Helper()
		failure, ok := errors.AsType[*gateway.ObserveError](err)
		if !ok || !errors.Is(err, want) || !strings.HasPrefix(err.Error(), "gateway: ") || failure.Type == "" {
			t.Errorf("the error is %v, want %v", err, want)
		}
	}
	_, err := gateway.Observe(t.Context(), gateway.GatewayHandle{}, types.Guild{ID: 7})
	if !errors.Is(err, gateway.ErrClosed) {
		t.Errorf("of the zero handle: %v", err)
	}
	observing(t, func(t *testing.T, handle gateway.GatewayHandle) {
		ctx := t.Context()
		_, err := gateway.Observe(ctx, handle, types.Channel{})
		refused(t, err, gateway.ErrNoID)
		_, err = gateway.Observe(ctx, handle, types.ThreadMember{UserID: 1})
		refused(t, err, gateway.ErrNoID)
		_, err = gateway.Observe(ctx, handle, types.Role{ID: 3})
		refused(t, err, gateway.ErrNoGuild)
		_, err = gateway.Observe(ctx, handle, types.GuildMember{UserID: 3})
		refused(t, err, gateway.ErrNoGuild)
		_, err = gateway.Observe(ctx, handle, types.VoiceState{UserID: 3})
		refused(t, err, gateway.ErrNoGuild)
		other := types.GatewayGuild{Guild: types.Guild{ID: 8}}
		_, err = gateway.Observe(ctx, handle, types.Guild{ID: 7}, gateway.WithContents(&other))
		refused(t, err, gateway.ErrOtherType)

		guild := observe(t, handle, types.Guild{ID: 7}, nil)
		_, err = gateway.Observe(ctx, handle, types.Channel{ID: 7})
		refused(t, err, gateway.ErrOtherType)
		observe(t, handle, types.Role{ID: 7}, gateway.InGuild(7)).Stop()
		observe(t, handle, types.VoiceState{UserID: 3}, gateway.InGuild(0)).Stop()
		guild.Stop()
		channel := observe(t, handle, types.Channel{ID: 7})
		observe(t, handle, types.Message{ID: 7})
		_, err = gateway.Observe(ctx, handle, types.Guild{ID: 7})
		refused(t, err, gateway.ErrOtherType)
		channel.Stop()

		ended, cancel := context.WithCancelCause(ctx)
		cause := errors.New("enough")
		cancel(cause)
		if _, err = gateway.Observe(ended, handle, types.Guild{ID: 8}); !errors.Is(err, cause) {
			t.Errorf("with a context that has ended: %v", err)
		}
		shut(t, handle)
		if _, err = gateway.Observe(ctx, handle, types.Guild{ID: 8}); !errors.Is(err, gateway.ErrClosed) {
			t.Errorf("of a closed handle: %v", err)
		}
	})
	var none *gateway.Shared[types.Guild]
	none.Stop()
	for range none.Changes() {
		t.Error("nothing has changed")
	}
	if none.Load() != nil || none.Skipped() != 0 {
		t.Error("nothing is something")
	}
}
