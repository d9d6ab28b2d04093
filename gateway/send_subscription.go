package gateway

import (
	"context"
	"maps"
	"slices"
	"strconv"

	"github.com/chorus-go/chorus/types"
)

// SendLazyRequest sends a lazy request (opcode 14): what the client wants to be told about one guild. What is absent
// stays as it was. Ranges of the member list are inclusive and 100 wide, the first is [0, 99]; official clients ask
// for about three at a time. The answer is a GUILD_MEMBER_LIST_UPDATE for each channel; the other things that were
// asked for are events from then on. A negative range is refused with a *PayloadError. Only user accounts send it;
// Discord prefers opcode 37, SendGuildSubscriptions.
//
// Spacebar handles it: it answers the first of Channels, takes a range as offset and limit, answers Members with one
// PRESENCE_UPDATE each and ignores the rest. It closes the connection with 4000 for a hidden channel and before
// READY, and with 4002 for a Typing that is false. A frame over Options.MaxFrame is refused with ErrTooLarge.
//
// Source: https://docs.discord.food/topics/gateway-events#update-guild-subscriptions
func (h GatewayHandle) SendLazyRequest(ctx context.Context, subscription types.GuildSubscriptionSingle) error {
	const op = types.OpcodeGuildSubscriptions
	refused := checkRanges(op, "channels", subscription.Channels)
	subscription.Channels = writableRanges(subscription.Channels)
	return h.sendChecked(ctx, op, subscription, refused)
}

// SendGuildSubscriptions sends guild subscriptions (opcode 37): what the client wants to be told about several
// guilds, each as in SendLazyRequest. What is over Options.MaxFrame is split by guild over several payloads, in the
// order of the guilds' ids; if one cannot be written, those before it have been. A guild that is too large by itself
// is refused with ErrTooLarge before anything is written, a negative range with a *PayloadError. Only user accounts
// send it. Spacebar handles it like one lazy request for each guild.
//
// Source: https://docs.discord.food/topics/gateway-events#update-guild-subscriptions
func (h GatewayHandle) SendGuildSubscriptions(ctx context.Context, bulk types.GuildSubscriptionsBulk) error {
	const op = types.OpcodeGuildSubscriptionsBulk
	if h.connection == nil {
		return ErrClosed
	}
	guilds := slices.Sorted(maps.Keys(bulk.Subscriptions))
	for _, guild := range guilds {
		where := "subscriptions." + strconv.FormatUint(uint64(guild), 10) + ".channels"
		if err := checkRanges(op, where, bulk.Subscriptions[guild].Channels); err != nil {
			return err
		}
	}
	return sendSplit(ctx, h, op, guilds, len(guilds), func(part []types.Snowflake) any {
		some := make(map[types.Snowflake]types.GuildSubscription, len(part))
		for _, guild := range part {
			subscription := bulk.Subscriptions[guild]
			subscription.Channels = writableRanges(subscription.Channels)
			some[guild] = subscription
		}
		return types.GuildSubscriptionsBulk{Subscriptions: some}
	})
}

// checkRanges refuses ranges of a member list that mean nothing.
func checkRanges(op types.Opcode, where string, channels map[types.Snowflake][][2]int64) error {
	for _, channel := range slices.Sorted(maps.Keys(channels)) {
		for _, r := range channels[channel] {
			if r[0] < 0 || r[1] < 0 {
				return &PayloadError{Op: op, Field: where + "." + strconv.FormatUint(uint64(channel), 10), Reason: "has a negative range"}
			}
		}
	}
	return nil
}

// writableRanges returns the channels with an empty array where a nil slice would be written as null, which servers
// refuse. An empty array ends the subscription to a channel.
func writableRanges(channels map[types.Snowflake][][2]int64) map[types.Snowflake][][2]int64 {
	var copied map[types.Snowflake][][2]int64
	for channel, ranges := range channels {
		if ranges != nil {
			continue
		}
		if copied == nil {
			copied = maps.Clone(channels)
		}
		copied[channel] = [][2]int64{}
	}
	if copied != nil {
		return copied
	}
	return channels
}
