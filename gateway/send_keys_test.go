package gateway_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/types"
)

// accepted are the keys that Spacebar takes, by opcode; it closes the connection with 4002 for any other. Keys of an
// object within are behind a dot; what is in an array or a map is as if it was there itself.
var accepted = map[types.Opcode]string{
	2: "token intents properties presence compress large_threshold shard guild_subscriptions capabilities client_state clientState v version " +
		"client_state.guild_hashes client_state.highest_last_message_id client_state.read_state_version " +
		"client_state.user_guild_settings_version client_state.user_settings_version client_state.useruser_guild_settings_version " +
		"client_state.private_channels_version client_state.guild_versions client_state.api_code_version client_state.initial_guild_id",
	3: "afk status activities since activities.name activities.type activities.url activities.created_at activities.timestamps " +
		"activities.timestamps.start activities.timestamps.end activities.application_id activities.details activities.state " +
		"activities.emoji activities.emoji.name activities.emoji.id activities.emoji.animated activities.party activities.party.id " +
		"activities.party.size activities.assets activities.assets.large_image activities.assets.large_text activities.assets.small_image " +
		"activities.assets.small_text activities.secrets activities.secrets.join activities.secrets.spectate activities.secrets.match " +
		"activities.instance activities.flags activities.id activities.sync_id activities.metadata activities.metadata.context_uri " +
		"activities.metadata.album_id activities.metadata.artist_ids activities.session_id",
	4:  "guild_id channel_id self_mute self_deaf self_video preferred_region request_to_speak_timestamp suppress flags",
	8:  "guild_id query limit presences user_ids nonce",
	14: "guild_id activities channels typing threads members member_updates thread_member_lists",
	18: "type channel_id guild_id preferred_region",
	19: "stream_key",
	20: "stream_key",
	36: "guild_id",
	37: "subscriptions subscriptions.activities subscriptions.channels subscriptions.typing subscriptions.threads subscriptions.members " +
		"subscriptions.member_updates subscriptions.thread_member_lists",
	40: "seq qos",
	43: "guild_id fields",
}

// exceptions are the documented keys that Spacebar refuses. Only a caller that sets them writes them.
var exceptions = map[types.Opcode]string{
	3: "activities.platform activities.supported_platforms activities.parent_application_id activities.status_display_type " +
		"activities.details_url activities.state_url activities.buttons activities.assets.large_url activities.assets.small_url " +
		"activities.assets.invite_cover_image activities.metadata.button_urls activities.metadata.type",
	4: "preferred_regions tracks",
}

// free are the objects in which any key is accepted.
var free = map[types.Opcode]string{2: "properties presence", 40: "qos"}

var sentKeys = map[types.Opcode]any{
	2: types.Identify{}, 3: types.UpdatePresence{}, 4: types.UpdateVoiceState{}, 8: types.RequestGuildMembers{},
	14: types.GuildSubscriptionSingle{}, 18: types.CreateStream{}, 19: types.DeleteStream{}, 20: types.WatchStream{},
	36: types.RequestChannelStatuses{}, 37: types.GuildSubscriptionsBulk{}, 40: types.QoSHeartbeat{}, 43: types.RequestChannelInfo{},
}

// TestNoKeyThatSpacebarRefuses goes through all fields that can be sent, at any depth.
func TestNoKeyThatSpacebarRefuses(t *testing.T) {
	for op, payload := range sentKeys {
		excepted := strings.Fields(exceptions[op])
		known := append(strings.Fields(accepted[op]), excepted...)
		found := 0
		for key, always := range keysOf(reflect.TypeOf(payload), "", strings.Fields(free[op])) {
			found++
			switch {
			case !slices.Contains(known, key):
				t.Errorf("opcode %d can write %s", op, key)
			case always && slices.Contains(excepted, key):
				t.Errorf("opcode %d always writes %s", op, key)
			}
		}
		if found == 0 {
			t.Errorf("opcode %d has no keys", op)
		}
		for _, key := range excepted {
			if _, there := keysOf(reflect.TypeOf(payload), "", nil)[key]; !there {
				t.Errorf("opcode %d has no %s to be excepted", op, key)
			}
		}
	}
}

// keysOf returns the keys that a type can write, and whether it always does. It does not look into the free ones.
func keysOf(typ reflect.Type, path string, free []string) map[string]bool {
	for typ.Kind() != reflect.Struct {
		switch typ.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
			typ = typ.Elem()
		default:
			return nil
		}
	}
	keys := map[string]bool{}
	for i := range typ.NumField() {
		field := typ.Field(i)
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name == "" { // An Optional: what is in it has no keys of its own in these payloads.
			continue
		}
		keys[path+name] = options != "omitzero"
		if !slices.Contains(free, path+name) {
			for key, always := range keysOf(field.Type, path+name+".", free) {
				keys[key] = always
			}
		}
	}
	return keys
}

// TestKeysOnTheWire reads back what the table of sends writes.
func TestKeysOnTheWire(t *testing.T) {
	checked := map[types.Opcode]bool{}
	for _, c := range sendCases() {
		for _, frame := range sent(t, gateway.Options{}, c.send) {
			number, d, _ := strings.Cut(frame, " ")
			var op types.Opcode
			var keys map[string]any
			if json.Unmarshal([]byte(number), &op) != nil || accepted[op] == "" || json.Unmarshal([]byte(d), &keys) != nil {
				continue
			}
			checked[op] = true
			for key := range keys {
				if !slices.Contains(strings.Fields(accepted[op]), key) && !slices.Contains(strings.Fields(exceptions[op]), key) {
					t.Errorf("%s wrote %s", c.method, key)
				}
			}
			if op == types.OpcodePresenceUpdate && strings.Contains(d, "created_at") {
				t.Errorf("%s wrote created_at, for which Spacebar closes whatever its value", c.method)
			}
			if _, there := keys["self_video"]; op == types.OpcodeVoiceStateUpdate && !there {
				t.Errorf("%s wrote no self_video, for which Spacebar closes", c.method)
			}
		}
	}
	if len(checked) != len(accepted) {
		t.Errorf("only %v were sent", checked)
	}
}
