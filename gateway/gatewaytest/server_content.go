package gatewaytest

import (
	"encoding/json"
	"slices"

	"github.com/chorus-go/chorus/gateway/gatewaytest/pubsub"
	"github.com/chorus-go/chorus/types"
)

// emptied is what takes the place of what a message says.
var emptied = map[string]json.RawMessage{
	"content": json.RawMessage(`""`), "embeds": json.RawMessage("[]"), "attachments": json.RawMessage("[]"),
	"components": json.RawMessage("[]"),
}

// withoutContent returns an event as a session gets it that has not asked for what messages say: Discord empties that
// for bots, but in direct messages, in their own messages, and in those that mention them.
//
// Source: https://docs.discord.food/topics/gateway#message-content-intent
func (n *session) withoutContent(event pubsub.Event) pubsub.Event {
	if n.all || !n.account.Bot || n.intents.Has(types.IntentMessageContent) ||
		event.Type != "MESSAGE_CREATE" && event.Type != "MESSAGE_UPDATE" {
		return event
	}
	data, err := event.JSON()
	if err != nil {
		return event // the writer says what is wrong with it
	}
	var place struct {
		GuildID types.Snowflake `json:"guild_id"`
	}
	if json.Unmarshal(data, &place) != nil || place.GuildID == 0 {
		return event
	}
	event.Payload = withoutContent(data, n.account.ID)
	return event
}

// withoutContent empties a message, and that which it answers, unless they are a user's own or mention the user.
func withoutContent(message json.RawMessage, user types.Snowflake) json.RawMessage {
	var who struct {
		Author   struct{ ID types.Snowflake }
		Mentions []struct{ ID types.Snowflake }
	}
	var fields map[string]json.RawMessage
	if json.Unmarshal(message, &who) != nil || json.Unmarshal(message, &fields) != nil || fields == nil {
		return message
	}
	mentioned := slices.ContainsFunc(who.Mentions, func(u struct{ ID types.Snowflake }) bool { return u.ID == user })
	if who.Author.ID != user && !mentioned {
		for name, empty := range emptied {
			if _, has := fields[name]; has {
				fields[name] = empty
			}
		}
		delete(fields, "poll")
	}
	if answered := fields["referenced_message"]; !isNull(answered) {
		fields["referenced_message"] = withoutContent(answered, user)
	}
	changed, err := encodePayload(fields)
	if err != nil {
		return message
	}
	return changed
}
