package gateway_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/types"
)

func TestWhatServersRefuseIsNotWritten(t *testing.T) {
	query, long := types.Some("q"), strings.Repeat("n", 33)
	members := func(request types.RequestGuildMembers) sending { return with(handle.SendRequestGuildMembers, request) }
	negative := map[types.Snowflake][][2]int64{1: {{0, 99}}, 2: {{0, 99}, {-1, 99}}}
	for _, c := range []struct {
		name    string
		send    sending
		op      types.Opcode
		field   string
		message string
	}{
		{"a query and ids", members(types.RequestGuildMembers{Query: query, Limit: types.Some[int64](1), UserIDs: types.SnowflakeList{1}}), 8, "user_ids",
			"gateway: opcode 8 (RequestGuildMembers): user_ids cannot be combined with query"},
		{"an empty query and ids", members(types.RequestGuildMembers{Query: types.Some(""), UserIDs: types.SnowflakeList{1}}), 8, "user_ids", "query"},
		{"no ids at all", members(types.RequestGuildMembers{UserIDs: types.SnowflakeList{}}), 8, "user_ids", "empty"},
		{"a query with limit 0", members(types.RequestGuildMembers{Query: query, Limit: types.Some[int64](0)}), 8, "limit", "required"},
		{"a negative limit", members(types.RequestGuildMembers{Query: query, Limit: types.Some[int64](-1)}), 8, "limit", "negative"},
		{"a long nonce", members(types.RequestGuildMembers{Nonce: long}), 8, "nonce", "32 bytes"},
		{"a long nonce of a search", with(handle.SendSearchRecentMembers, types.SearchRecentMembers{Nonce: long}), 35, "nonce", "32 bytes"},
		{"a negative range", with(handle.SendLazyRequest, types.GuildSubscriptionSingle{Channels: negative}), 14, "channels.2", "negative"},
		{"a negative range of one of several guilds", with(handle.SendGuildSubscriptions, types.GuildSubscriptionsBulk{
			Subscriptions: map[types.Snowflake]types.GuildSubscription{3: {}, 4: {Channels: negative}},
		}), 37, "subscriptions.4.channels.2", "negative"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := tried(t, gateway.Options{}, c.send)
			var refused *gateway.PayloadError
			if !errors.As(err, &refused) || refused.Op != c.op || refused.Field != c.field {
				t.Fatalf("the error is %v, want a *PayloadError about %s of opcode %d", err, c.field, c.op)
			}
			if !strings.HasPrefix(err.Error(), "gateway: ") || !strings.Contains(err.Error(), c.message) {
				t.Errorf("the error reads %q", err)
			}
			if len(got) != 0 {
				t.Errorf("the server got %v", got)
			}
			if err := c.send(gateway.GatewayHandle{}, t.Context()); err != gateway.ErrClosed {
				t.Errorf("the zero handle: %v, want ErrClosed", err)
			}
		})
	}
}

func TestSendsDoNotChangeTheirArguments(t *testing.T) {
	presence := types.UpdatePresence{Activities: []types.Activity{{Name: "a", CreatedAt: 5}}}
	channels := map[types.Snowflake][][2]int64{1: nil}
	sent(t, gateway.Options{}, with(handle.SendUpdatePresence, presence))
	sent(t, gateway.Options{}, with(handle.SendLazyRequest, types.GuildSubscriptionSingle{Channels: channels}))
	if presence.Activities[0].CreatedAt != 5 || channels[1] != nil {
		t.Errorf("the arguments became %v and %v", presence, channels)
	}
}

// A payload of the caller's that is no JSON must not reach the wire, where it could be anything.
func TestRawPayloadsMustBeJSON(t *testing.T) {
	for _, raw := range []string{`{`, `{}}`, `{}},"s":1,"x":{`, `nul`, `1 2`} {
		for _, send := range []sending{
			with(handle.SendLfgSubscriptions, types.Raw(raw)),
			with(handle.SendRemoteCommand, types.SendRemoteCommand{Payload: types.Raw(raw)}),
		} {
			if got, err := tried(t, gateway.Options{}, send); err == nil || len(got) != 0 {
				t.Errorf("%s: the error is %v, and the server got %v", raw, err, got)
			}
		}
	}
}
