package gatewaytest

import (
	"encoding/json"
	"strings"

	"github.com/chorus-go/chorus/types"
)

// inChannels are the events whose guild_id is null in private channels.
var inChannels = map[string]bool{
	"MESSAGE_CREATE": true, "MESSAGE_UPDATE": true, "MESSAGE_REACTION_ADD": true, "CHANNEL_PINS_UPDATE": true,
}

// eachObject calls a function with every object in a value, from the outside to the inside.
func eachObject(value any, do func(map[string]any)) {
	switch v := value.(type) {
	case map[string]any:
		do(v)
		for _, inner := range v {
			eachObject(inner, do)
		}
	case []any:
		for _, inner := range v {
			eachObject(inner, do)
		}
	}
}

// emptyColumns sets what is empty in an object to null, if it is a user, a channel or a voice state: these are known by
// fields that nothing else has.
func emptyColumns(object map[string]any) {
	has := func(names ...string) bool {
		for _, name := range names {
			if _, ok := object[name]; !ok {
				return false
			}
		}
		return true
	}
	column := ""
	switch {
	case has("username", "discriminator"):
		column = "pronouns"
	case has("permission_overwrites", "position"):
		column = "video_quality_mode"
	case has("self_mute", "self_deaf", "session_id"):
		column = "self_stream"
	default:
		return
	}
	switch object[column] {
	case nil, "", false, json.Number("0"):
		object[column] = nil
	}
}

// integerIDs makes numbers of the ids of an object.
func integerIDs(object map[string]any) {
	for name, value := range object {
		text, ok := value.(string)
		if !ok || name != "id" && !strings.HasSuffix(name, "_id") {
			continue
		}
		if id, err := types.ParseSnowflake(text); err == nil && id != 0 && id.String() == text {
			object[name] = json.Number(text)
		}
	}
}
