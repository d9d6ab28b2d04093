package gatewaytest

import (
	"encoding/json"
	"strings"
)

// schema are the keys that Spacebar lets an object have; any other one closes the connection with 4002.
type schema map[string]bool

func keys(names string) schema {
	s := schema{}
	for name := range strings.FieldsSeq(names) {
		s[name] = true
	}
	return s
}

var (
	envelopeSchema = keys("op d s t")
	identifySchema = keys("token intents properties presence compress large_threshold shard guild_subscriptions " +
		"capabilities client_state clientState v version")
	clientStateSchema = keys("guild_hashes highest_last_message_id read_state_version user_guild_settings_version " +
		"user_settings_version useruser_guild_settings_version private_channels_version guild_versions " +
		"api_code_version initial_guild_id")
	presenceSchema = keys("afk status activities since")
	activitySchema = keys("name type url timestamps application_id details state emoji party assets secrets instance " +
		"flags id sync_id metadata session_id created_at")
	voiceSchema = keys("guild_id channel_id self_mute self_deaf self_video preferred_region " +
		"request_to_speak_timestamp suppress flags")
	membersSchema = keys("guild_id query limit presences user_ids nonce")
	lazySchema    = keys("guild_id activities channels typing threads members member_updates thread_member_lists")
	bulkSchema    = keys("subscriptions")
	createSchema  = keys("type channel_id guild_id preferred_region")
	streamSchema  = keys("stream_key")
)

// check refuses an object with another key.
func (s schema) check(object map[string]json.RawMessage) error {
	for name := range object {
		if !s[name] {
			return refuse(4002, "unknown key %q", name)
		}
	}
	return nil
}

// object reads an object and checks its keys. What is no object is refused.
func (s schema) object(d json.RawMessage) (map[string]json.RawMessage, error) {
	var object map[string]json.RawMessage
	if json.Unmarshal(d, &object) != nil || object == nil {
		return nil, refuse(4002, "not an object")
	}
	return object, s.check(object)
}

// checkPresence is what Spacebar says of op 3.
func checkPresence(d json.RawMessage) error {
	object, err := presenceSchema.object(d)
	if err != nil {
		return err
	}
	if startOf(object["status"]) != '"' {
		return refuse(4002, "no status")
	}
	list, has := object["activities"]
	if has && isNull(list) {
		return refuse(4000, "activities is null")
	}
	var activities []json.RawMessage
	if has && json.Unmarshal(list, &activities) != nil {
		return refuse(4002, "activities is no array")
	}
	for _, activity := range activities {
		fields, err := activitySchema.object(activity)
		if err != nil {
			return err
		}
		if !isNull(fields["created_at"]) {
			return refuse(4002, "an activity with created_at")
		}
		if flags := fields["flags"]; !isNull(flags) && startOf(flags) != '"' {
			return refuse(4002, "the flags of an activity are no string")
		}
	}
	return nil
}

// checkVoice is what Spacebar says of op 4.
func checkVoice(d json.RawMessage) error {
	object, err := voiceSchema.object(d)
	if err != nil {
		return err
	}
	if !isNull(object["request_to_speak_timestamp"]) {
		return refuse(4002, "request_to_speak_timestamp")
	}
	if isNull(object["self_video"]) {
		return refuse(4000, "no self_video")
	}
	return nil
}

// checkMembers is what Spacebar says of op 8.
func checkMembers(d json.RawMessage) error {
	object, err := membersSchema.object(d)
	if err != nil {
		return err
	}
	if isNull(object["guild_id"]) {
		return refuse(4002, "no guild_id")
	}
	asked := !isNull(object["query"]) && string(object["query"]) != `""`
	if asked && (isNull(object["limit"]) || string(object["limit"]) == "0") {
		return refuse(4000, "a query without a limit")
	}
	if asked && !isNull(object["user_ids"]) {
		return refuse(4000, "a query and user_ids")
	}
	return nil
}

// checkLazy is what Spacebar says of op 14.
func checkLazy(d json.RawMessage) error {
	object, err := lazySchema.object(d)
	if err != nil {
		return err
	}
	if isNull(object["guild_id"]) {
		return refuse(4002, "no guild_id")
	}
	return checkTyping(object)
}

// checkTyping refuses what is not true.
func checkTyping(object map[string]json.RawMessage) error {
	if typing, has := object["typing"]; has && string(typing) != "true" {
		return refuse(4002, "typing is not true")
	}
	return nil
}

// checkBulk is what Spacebar says of op 37.
func checkBulk(d json.RawMessage) error {
	object, err := bulkSchema.object(d)
	if err != nil {
		return err
	}
	var guilds map[string]json.RawMessage
	if json.Unmarshal(object["subscriptions"], &guilds) != nil || guilds == nil {
		return refuse(4002, "no subscriptions")
	}
	for _, guild := range guilds {
		fields, err := lazySchema.object(guild)
		if err != nil {
			return err
		}
		if err := checkTyping(fields); err != nil {
			return err
		}
	}
	return nil
}

// checkCreate is what Spacebar says of op 18.
func checkCreate(d json.RawMessage) error {
	object, err := createSchema.object(d)
	if err != nil {
		return err
	}
	if kind := string(object["type"]); kind != `"guild"` && kind != `"call"` {
		return refuse(4000, "a stream is neither in a guild nor in a call")
	}
	return nil
}

// checkStream is what Spacebar says of ops 19 and 20.
func checkStream(d json.RawMessage) error {
	object, err := streamSchema.object(d)
	if err != nil {
		return err
	}
	var key string
	if json.Unmarshal(object["stream_key"], &key) != nil {
		return refuse(4002, "no stream_key")
	}
	parts := strings.Split(key, ":")
	if len(parts) == 4 && parts[0] == "guild" || len(parts) == 3 && parts[0] == "call" {
		return nil
	}
	return refuse(4000, "a malformed stream_key")
}

// checkSync is what Spacebar says of op 12.
func checkSync(d json.RawMessage) error {
	if startOf(d) != '[' {
		return refuse(4000, "not an array")
	}
	return nil
}

// checkInfo is what Spacebar says of op 43.
func checkInfo(d json.RawMessage) error {
	var object map[string]json.RawMessage
	if json.Unmarshal(d, &object) != nil || isNull(object["guild_id"]) || isNull(object["fields"]) {
		return refuse(4000, "guild_id and fields are required")
	}
	return nil
}
