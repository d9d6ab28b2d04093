package gateway_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/types"
)

// ids returns n ids of 19 digits, in order.
func ids(n int) []types.Snowflake {
	list := make([]types.Snowflake, n)
	for i := range list {
		list[i] = types.Snowflake(1573868338252190000 + i)
	}
	return list
}

// splits are the requests of so many ids that can be split, and how to read the ids back.
func splits(n int) map[string]struct {
	send sending
	read func(t *testing.T, d string) []types.Snowflake
} {
	forum := make([]types.ForumUnreadRequestThread, n)
	bulk := map[types.Snowflake]types.GuildSubscription{}
	for i, id := range ids(n) {
		forum[i].ThreadID = id
		bulk[id] = types.GuildSubscription{Typing: types.Some(true)}
	}
	return map[string]struct {
		send sending
		read func(t *testing.T, d string) []types.Snowflake
	}{
		"8": {with(handle.SendRequestGuildMembers, types.RequestGuildMembers{GuildID: 1, UserIDs: ids(n), Nonce: "n"}), func(t *testing.T, d string) []types.Snowflake {
			request := decoded[types.RequestGuildMembers](t, d)
			if request.GuildID != 1 || request.Nonce != "n" || request.Query.IsPresent() {
				t.Errorf("a part is %s", d)
			}
			return request.UserIDs
		}},
		"12": {with(handle.SendGuildSync, types.RequestGuildSync(ids(n))), func(t *testing.T, d string) []types.Snowflake {
			return decoded[types.RequestGuildSync](t, d)
		}},
		"28": {with(handle.SendRequestForumUnreads, types.RequestForumUnreads{GuildID: 1, ChannelID: 2, Threads: forum}), func(t *testing.T, d string) []types.Snowflake {
			request := decoded[types.RequestForumUnreads](t, d)
			var got []types.Snowflake
			for _, thread := range request.Threads {
				got = append(got, thread.ThreadID)
			}
			if request.GuildID != 1 || request.ChannelID != 2 {
				t.Errorf("a part is %s", d)
			}
			return got
		}},
		"31": {with(handle.SendRequestSoundboardSounds, types.RequestSoundboardSounds{GuildIDs: ids(n)}), func(t *testing.T, d string) []types.Snowflake {
			return decoded[types.RequestSoundboardSounds](t, d).GuildIDs
		}},
		"34": {with(handle.SendRequestLastMessages, types.RequestLastMessages{GuildID: 1, ChannelIDs: ids(n)}), func(t *testing.T, d string) []types.Snowflake {
			request := decoded[types.RequestLastMessages](t, d)
			if request.GuildID != 1 {
				t.Errorf("a part is %s", d)
			}
			return request.ChannelIDs
		}},
		"37": {with(handle.SendGuildSubscriptions, types.GuildSubscriptionsBulk{Subscriptions: bulk}), func(t *testing.T, d string) []types.Snowflake {
			var got []types.Snowflake
			subscriptions := decoded[types.GuildSubscriptionsBulk](t, d).Subscriptions
			for _, id := range ids(n) {
				if s, found := subscriptions[id]; found && s.Typing == types.Some(true) {
					got = append(got, id)
				}
			}
			return got
		}},
	}
}

func decoded[T any](t *testing.T, d string) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(d), &v); err != nil {
		t.Errorf("%s: %v", d, err)
	}
	return v
}

// TestLongRequestsAreSplit checks that parts hold all ids once and in order, are within both limits, and are as few as
// can be: no part could have taken the first id of the next.
func TestLongRequestsAreSplit(t *testing.T) {
	most := map[string]int{"8": 100, "28": 180, "34": 100}
	room := map[string]int{"28": 70} // bytes of one more element, at most; 24 for an id
	room["37"] = 40
	for _, maxFrame := range []int{0, 200, 1 << 20} {
		for _, n := range []int{1, 100, 101, 181, 1000} {
			for op, c := range splits(n) {
				t.Run(fmt.Sprintf("op %s of %d in %d", op, n, maxFrame), func(t *testing.T) {
					limit := maxFrame
					if limit == 0 {
						limit = 4096
					}
					parts := sent(t, gateway.Options{MaxFrame: maxFrame}, c.send)
					var all []types.Snowflake
					for i, part := range parts {
						name, d, _ := strings.Cut(part, " ")
						got := c.read(t, d)
						size := len(`{"op":,"d":}`) + len(name) + len(d)
						full := len(got) == most[op] || size+max(room[op], 24) > limit
						if name != op || len(got) == 0 || size > limit || most[op] != 0 && len(got) > most[op] || i < len(parts)-1 && !full {
							t.Errorf("part %d has %d bytes and %d ids", i, size, len(got))
						}
						all = append(all, got...)
					}
					if fmt.Sprint(all) != fmt.Sprint(ids(n)) {
						t.Errorf("the ids became %v", all)
					}
				})
			}
		}
	}
}

func TestWhatCannotBeSplitIsRefused(t *testing.T) {
	many := map[types.Snowflake]types.GuildSubscription{1: {}, 2: {Members: ids(300)}, 3: {}}
	lobbies := make(types.UpdateLobbyVoiceStates, 100)
	for op, send := range map[string]sending{
		"14": with(handle.SendLazyRequest, types.GuildSubscriptionSingle{Members: ids(300)}),
		"17": with(handle.SendUpdateLobbyVoiceStates, lobbies),
		"37": with(handle.SendGuildSubscriptions, types.GuildSubscriptionsBulk{Subscriptions: many}),
		"38": with(handle.SendResyncGuildChannels, types.ResyncGuildChannels{ObfuscatedChannelIDs: ids(300)}),
		"8":  with(handle.SendRequestGuildMembers, types.RequestGuildMembers{Query: types.Some(strings.Repeat("q", 4096)), Limit: types.Some[int64](1)}),
	} {
		if got, err := tried(t, gateway.Options{}, send); !errors.Is(err, gateway.ErrTooLarge) || len(got) != 0 {
			t.Errorf("opcode %s: the error is %v, and the server got %v", op, err, got)
		}
	}
}

func TestASplitThatIsCutShortSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		options := serve(t, func(p *peer) {
			p.raw(`{"op":10,"d":{"heartbeat_interval":3600000}}`)
			p.until(types.OpcodeGuildSync) // The others fill the network, until the context has ended.
			time.Sleep(5 * time.Second)
			p.linger()
		})
		options.MaxFrame = 64
		h, err := gateway.Spawn(t.Context(), testURL, options)
		if err != nil {
			t.Fatal(err)
		}
		defer shut(t, h)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		err = h.SendGuildSync(ctx, ids(10_000))
		if !errors.Is(err, context.DeadlineExceeded) || !strings.HasPrefix(err.Error(), "gateway: ") || !strings.Contains(err.Error(), " of 5000 parts were sent)") {
			t.Errorf("the error is %v", err)
		}
	})
}
