package gatewaytest

import (
	"encoding/json"

	"github.com/chorus-go/chorus/gateway/gatewaytest/pubsub"
	"github.com/chorus-go/chorus/types"
)

// early makes the answer of Spacebar to who asks about the channels of a guild without having identified: that there is
// nothing.
func early(event string) func(*Peer, json.RawMessage) error {
	return func(p *Peer, d json.RawMessage) error {
		var request struct {
			GuildID types.Snowflake `json:"guild_id"`
		}
		if json.Unmarshal(d, &request) != nil {
			return refuse(p.server.rules.wrong, "a malformed payload")
		}
		answer := struct {
			GuildID  types.Snowflake `json:"guild_id"`
			Channels []struct{}      `json:"channels"`
		}{request.GuildID, []struct{}{}}
		p.enqueue(Outgoing{Event: event, source: pubsub.Event{Payload: answer}, counts: true})
		return nil
	}
}

// earlySync is the same for op 12: guilds without members.
func earlySync(p *Peer, d json.RawMessage) error {
	var guilds []types.Snowflake
	if json.Unmarshal(d, &guilds) != nil {
		return refuse(p.server.rules.wrong, "a malformed payload")
	}
	for _, guild := range guilds {
		answer := struct {
			ID        types.Snowflake `json:"id"`
			Members   []struct{}      `json:"members"`
			Presences []struct{}      `json:"presences"`
		}{guild, []struct{}{}, []struct{}{}}
		p.enqueue(Outgoing{Event: "GUILD_SYNC", source: pubsub.Event{Payload: answer}, counts: true})
	}
	return nil
}
