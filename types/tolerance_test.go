package types_test

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/chorus-go/chorus/types"
)

// examplePayload is a payload that a decoder must tolerate.
type examplePayload struct {
	Name string `json:"name"`
	// Source is the recording it was cut out of, or, where nobody recorded one, who says that it has this form.
	Source string          `json:"source"`
	Event  string          `json:"event"`
	Data   json.RawMessage `json:"d"`
}

// examples reads the committed payloads, by name.
func examples(t *testing.T) map[string]examplePayload {
	t.Helper()
	data, err := os.ReadFile("testdata/tolerance/points.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]examplePayload{}
	for line := range bytes.Lines(data) {
		var p examplePayload
		if err := json.Unmarshal(line, &p); err != nil || p.Source == "" || all[p.Name].Name != "" {
			t.Fatalf("%s: %v", line, err)
		}
		all[p.Name] = p
	}
	return all
}

// read decodes a payload with both decoders, encodes it without loss, and returns it.
func read[T any](t *testing.T, name string) *T {
	t.Helper()
	p, ok := examples(t)[name]
	if !ok {
		t.Fatalf("there is no payload %q", name)
	}
	values := make([]*T, 0, 2)
	for _, c := range codecs() {
		value, again := new(T), new(T)
		if err := c.unmarshal(p.Data, value); err != nil {
			t.Fatalf("%s: %s: %v", c.name, name, err)
		}
		encoded, err := c.marshal(value)
		if err != nil {
			t.Fatalf("%s: %s: %v", c.name, name, err)
		}
		if err := c.unmarshal(encoded, again); err != nil {
			t.Fatalf("%s: %s, encoded as %.300s: %v", c.name, name, encoded, err)
		}
		if once, err := c.marshal(again); err != nil || !bytes.Equal(once, encoded) {
			t.Errorf("%s: %s is encoded as %.300s and then as %.300s", c.name, name, encoded, once)
		}
		values = append(values, value)
	}
	if !reflect.DeepEqual(values[0], values[1]) {
		t.Errorf("%s: the decoders differ", name)
	}
	return values[1]
}

// same compares a value that was read.
func same[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

// writtenAs checks what a value has been encoded to: a part of it.
func writtenAs(t *testing.T, v any, part string) {
	t.Helper()
	for _, c := range codecs() {
		if encoded, err := c.marshal(v); err != nil || !strings.Contains(string(encoded), part) {
			t.Errorf("%s: encoded as %.300s (%v), want %s in it", c.name, encoded, err, part)
		}
	}
}

const (
	theGuild   = types.Snowflake(1573868338252199815)
	theChannel = types.Snowflake(1573868338487080862)
	theUser    = types.Snowflake(1573868328970205030)
)

// TestTolerance has one test for each thing that real servers send and a naive decoder dies of, numbered as in the list
// of them. Points 3, 4 and 17 are about what surrounds a payload, and are tested in package gateway.
func TestTolerance(t *testing.T) {
	for name, test := range map[string]func(*testing.T){
		"1 snowflakes in every form":                        toleratesSnowflakes,
		"2 null for what is optional":                       toleratesNulls,
		"5 times in every form":                             toleratesTimes,
		"6 nonces, permissions, flags, rights":              toleratesNumbers,
		"7 lists as objects, and one for several":           toleratesLists,
		"8 guilds full, unavailable, flat, with properties": toleratesGuilds,
		"9 arrays and null for d":                           toleratesBareData,
		"10 interactions and connections in two shapes":     toleratesShapes,
		"11 presences of almost nothing":                    toleratesPresences,
		"12 audit log values, poll answers, components":     toleratesUnions,
		"13 the start of a voice channel":                   toleratesVoiceStart,
		"14 odd lists of a guild":                           toleratesOddLists,
		"15 values without a name":                          toleratesUnknown,
		"16 members, authors and voice states of Spacebar":  toleratesSpacebar,
		"roles as objects":                                  toleratesRoles,
		"half of a surrogate pair":                          toleratesSurrogates,
		"integers beyond 53 bits":                           toleratesBigIntegers,
	} {
		t.Run(name, test)
	}
}

func toleratesSnowflakes(t *testing.T) {
	pins := read[types.ChannelPinsUpdate](t, "an id that is null")
	same(t, "the guild", pins.GuildID, 0)
	same(t, "the channel is there", pins.ChannelID != 0, true)
	effect := read[types.VoiceChannelEffectSend](t, "an id that is a number")
	same(t, "the sound", effect.SoundID, 1)
	writtenAs(t, effect, `"sound_id":"1"`)
	state := read[types.VoiceStateUpdate](t, "ids that are empty or 0")
	same(t, "the guild", state.GuildID, 0)
	same(t, "the channel", state.ChannelID, 0)
	same(t, "the user", state.UserID, theUser)
	writtenAs(t, state, `"user_id":"1573868328970205030"`)
}

func toleratesNulls(t *testing.T) {
	channel := read[types.ChannelUpdate](t, "a channel full of nulls")
	same(t, "the channel is there", channel.ID != 0 && channel.Name != "", true)
	same(t, "what is null", channel.VideoQualityMode, 0)
	same(t, "what is null", channel.ParentID, 0)
}

func toleratesNumbers(t *testing.T) {
	message := read[types.MessageCreate](t, "a nonce that is a number")
	same(t, "the nonce", message.Nonce, "987654321098765432")
	ready := read[types.Ready](t, "a user with rights")
	same(t, "the rights", ready.User.Rights, 875069521787904)
	user := read[types.UserUpdate](t, "flags beyond 32 bits and rights beyond 53")
	same(t, "the flags", user.Flags, types.UserFlags(1<<44))
	same(t, "the rights", user.Rights, 9223372036854775807)
	writtenAs(t, user, `"rights":9223372036854775807`)
	interaction := read[types.InteractionCreate](t, "an interaction for a bot")
	same(t, "the permissions", interaction.AppPermissions, types.Permissions(1<<53-1))
	writtenAs(t, interaction, `"app_permissions":"9007199254740991"`)
}

func toleratesLists(t *testing.T) {
	object := read[types.Ready](t, "read_state as an object")
	same(t, "the read states", len(object.ReadState.Entries), 1)
	same(t, "a read state", object.ReadState.Entries[0].LastMessageID, 1573868340680702161)
	same(t, "the settings", object.UserGuildSettings.Entries[0].GuildID, theGuild)
	array := read[types.Ready](t, "read_state as an array")
	same(t, "the read states", array.ReadState.Entries[0].MentionCount, 2)
	same(t, "the settings", array.UserGuildSettings.Entries[0].Muted, true)
	same(t, "their version", array.ReadState.Version, 0)
	for in, want := range map[string]types.Snowflake{
		`"1573868338252199815"`: theGuild, `["1573868338252199815","2"]`: theGuild, `1573868338252199815`: theGuild, `[]`: 0, `null`: 0,
	} {
		var request types.RequestGuildMembers
		if err := json.Unmarshal([]byte(`{"guild_id":`+in+`,"user_ids":"7","nonce":"n"}`), &request); err != nil {
			t.Fatal(err)
		}
		same(t, "the guild", request.GuildID, want)
		same(t, "the members", len(request.UserIDs), 1)
		same(t, "the nonce", request.Nonce, "n")
	}
	request := types.RequestGuildMembers{GuildID: 1}
	if err := json.Unmarshal([]byte(`{"guild_id":{}}`), &request); err == nil || request.GuildID != 1 {
		t.Errorf("an object is read as guild %v", request.GuildID)
	}
	writtenAs(t, types.RequestGuildMembers{GuildID: 1, UserIDs: []types.Snowflake{7}}, `{"guild_id":"1","user_ids":["7"]}`)
}

func toleratesBareData(t *testing.T) {
	sessions := *read[types.SessionsReplace](t, "sessions")
	same(t, "the session", sessions[0].SessionID, "HAESLWLROE")
	presences := *read[types.PresencesReplace](t, "presences")
	same(t, "the presence", presences[0].Status, types.StatusTypeIdle)
	read[types.UserSubscriptionsUpdate](t, "no subscriptions")
	read[types.UserPaymentSourcesUpdate](t, "no payment sources")
	for name, guild := range map[string]types.Snowflake{"voice states as an object": theGuild, "voice states as an array": 0} {
		batch := read[types.VoiceStateUpdateBatch](t, name)
		same(t, "the guild", batch.GuildID, guild)
		same(t, "the channel", batch.VoiceStates[0].ChannelID, theChannel)
	}
}

func toleratesShapes(t *testing.T) {
	whole := read[types.InteractionCreate](t, "an interaction for a bot")
	data, err := whole.Data.ApplicationCommand()
	if err != nil {
		t.Fatal(err)
	}
	same(t, "the command", data.Name, "ping")
	same(t, "who uses it", whole.Member != nil, true)
	part := read[types.InteractionCreate](t, "an interaction for a user")
	same(t, "the interaction", part.ID, 1573868442619068539)
	same(t, "the nonce", part.Nonce, "987654321098765432")
	same(t, "there is no data", part.Data.IsZero() && part.Member == nil, true)
	connection := read[types.UserConnectionsUpdate](t, "a connected account")
	same(t, "the account", connection.Type, "github")
	same(t, "whether it is shown", connection.ShowActivity, false)
	same(t, "whether it is verified", connection.Verified, true)
	writtenAs(t, connection, `"show_activity":false`)
	changed := read[types.UserConnectionsUpdate](t, "connected accounts changed")
	same(t, "the user", changed.UserID, theUser)
	same(t, "there is no connection", changed.ID, "")
}

func toleratesPresences(t *testing.T) {
	nothing := read[types.PresenceUpdate](t, "a presence of nothing but an id")
	same(t, "the user", nothing.User.ID, theUser)
	same(t, "the activities are null", nothing.Activities.IsNull(), true)
	same(t, "the status is absent", nothing.Status.IsPresent(), false)
	activities, _ := read[types.PresenceUpdate](t, "an activity with flags in quotes").Activities.Get()
	same(t, "the flags", activities[0].Flags, types.ActivityFlagInstance)
	absent := read[types.PresenceUpdate](t, "a presence without status")
	same(t, "the status is absent", absent.Status.IsPresent(), false)
	status, _ := read[types.PresenceUpdate](t, "a client_status of nothing").Status.Get()
	same(t, "the status", status, types.StatusTypeDND)
}
