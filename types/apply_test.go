package types_test

import (
	"bytes"
	stdjson "encoding/json"
	"fmt"
	"os"
	"reflect"
	"testing"

	gojson "github.com/goccy/go-json"

	"github.com/chorus-go/chorus/types"
)

// sent decodes an event that a Spacebar server sent, by the name of its case in testdata/updates.jsonl.
func sent[T any](t *testing.T, name string) *T {
	t.Helper()
	text, err := os.ReadFile("testdata/updates.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(text) {
		var c struct {
			Case string             `json:"case"`
			D    stdjson.RawMessage `json:"d"`
		}
		if err := stdjson.Unmarshal(line, &c); err != nil {
			t.Fatal(err)
		}
		if c.Case == name {
			return parse[T](t, string(c.D))
		}
	}
	t.Fatalf("no case %q", name)
	return nil
}

func parse[T any](t *testing.T, text string) *T {
	t.Helper()
	event := new(T)
	if err := gojson.Unmarshal([]byte(text), event); err != nil {
		t.Fatal(err)
	}
	return event
}

func TestMessageUpdateApplies(t *testing.T) {
	create := sent[types.MessageCreate](t, "message")
	message := create.Message
	message.Mentions = []types.User{{ID: 7}}

	sent[types.MessageUpdate](t, "message edited").Apply(&message)
	if message.Content != "hello edited" || message.EditedTimestamp.IsZero() || message.Pinned ||
		message.Nonce != "123456789012345678" {
		t.Errorf("edited it is %+v", message)
	}
	if message.Mentions == nil || len(message.Mentions) != 0 {
		t.Errorf("an empty list of mentions gives %v", message.Mentions)
	}
	message.Mentions = []types.User{{ID: 7}}
	sent[types.MessageUpdate](t, "message pinned").Apply(&message) // it has no mentions
	if !message.Pinned || message.PinnedAt.IsZero() || len(message.Mentions) != 1 ||
		message.Author.Username != "alicei28hik" {
		t.Errorf("pinned it is %+v", message)
	}
	parse[types.MessageUpdate](t, `{"id":"1573868351103547872","channel_id":"1573868338298337162","pinned_at":null,
		"edited_timestamp":null,"embeds":[{"title":"a page"}]}`).Apply(&message)
	if !message.PinnedAt.IsZero() || !message.EditedTimestamp.IsZero() || !message.Pinned ||
		message.Content != "hello edited" ||
		len(message.Embeds) != 1 {
		t.Errorf("with embeds and nulls it is %+v", message)
	}
	if !reflect.DeepEqual(create, sent[types.MessageCreate](t, "message")) {
		t.Error("the event that the message came with has changed")
	}
}

// TestMessageUpdateWithoutAuthor applies the end of a poll, which Spacebar sends with an author that has null for a name.
func TestMessageUpdateWithoutAuthor(t *testing.T) {
	message := sent[types.MessageCreate](t, "poll").Message
	started := message.Poll
	sent[types.MessageUpdate](t, "poll ended").Apply(&message)
	if message.Author.ID != 1573868328970205030 || message.Author.Username != "alicei28hik" {
		t.Errorf("the author became %+v", message.Author)
	}
	if message.Poll == started || message.Poll.Expiry == started.Expiry || len(message.Poll.Results.AnswerCounts) != 2 {
		t.Errorf("the poll became %+v", message.Poll)
	}
	if len(started.Results.AnswerCounts) != 0 {
		t.Error("the poll as it was has changed")
	}
	parse[types.MessageUpdate](t, `{"id":"1573868362591747154","channel_id":"1573868338298337162",
		"poll":null,"author":null}`).Apply(&message)
	if message.Poll != nil || message.Author.ID != 0 {
		t.Errorf("null leaves %+v, %+v", message.Poll, message.Author)
	}
}

func TestGuildMemberUpdateApplies(t *testing.T) {
	var member types.GuildMember
	sent[types.GuildMemberUpdate](t, "member timed out").Apply(&member)
	if member.Nick != "bobby" || member.CommunicationDisabledUntil.IsZero() ||
		member.User.Username != "bobaszae7" || len(member.Roles) != 1 {
		t.Errorf("timed out it is %+v", member)
	}
	before := member
	update := sent[types.GuildMemberUpdate](t, "member roles") // the user and the roles, nothing else
	update.Apply(&member)
	if len(member.Roles) != 2 || member.Nick != "bobby" ||
		member.CommunicationDisabledUntil != before.CommunicationDisabledUntil {
		t.Errorf("with other roles it is %+v", member)
	}
	if len(before.Roles) != 1 || before.User == member.User {
		t.Errorf("the member as it was became %+v", before)
	}
	member.User.Username = "someone"
	if update.User.Username != "bobaszae7" {
		t.Error("the member's user is the event's")
	}
	parse[types.GuildMemberUpdate](t, `{"guild_id":"1","user":{},"nick":null,"communication_disabled_until":null,
		"roles":[{"id":"5"},"6"]}`).Apply(&member)
	if member.Nick != "" || !member.CommunicationDisabledUntil.IsZero() || member.User.Username != "someone" ||
		!reflect.DeepEqual(member.Roles, types.RoleIDs{5, 6}) || member.JoinedAt.IsZero() {
		t.Errorf("with nulls it is %+v, %+v", member, member.User)
	}
}

// TestPresenceUpdateMergesTheUser applies presences of which the user is all there, nothing but an id, and in between.
func TestPresenceUpdateMergesTheUser(t *testing.T) {
	var presence types.Presence
	sent[types.PresenceUpdate](t, "presence").Apply(&presence)
	if presence.Status != types.StatusTypeDND || presence.User.Username != "alicei28hikx" ||
		presence.User.Bio != "bio2" {
		t.Errorf("whole it is %+v, %+v", presence, presence.User)
	}
	sent[types.PresenceUpdate](t, "presence without status").Apply(&presence)
	if presence.Status != types.StatusTypeDND || len(presence.Activities) != 1 ||
		presence.Activities[0].Name != "A Game" {
		t.Errorf("without status it is %+v", presence)
	}
	before := presence
	parse[types.PresenceUpdate](t, `{"user":{"id":"1573868328970205030"},
		"guild_id":"9","status":"idle","activities":[]}`).Apply(&presence)
	if presence.User.Username != "alicei28hikx" || presence.Status != types.StatusTypeIdle ||
		presence.GuildID != 9 || len(presence.Activities) != 0 {
		t.Errorf("with an id alone it is %+v, %+v", presence, presence.User)
	}
	parse[types.PresenceUpdate](t, `{"user":{"id":"1573868328970205030",
		"avatar":null,"accent_color":null,"global_name":"Alice"}}`).Apply(&presence)
	if u := presence.User; u.Avatar != "" || !u.AccentColor.IsNull() || u.GlobalName != "Alice" || u.Bio != "bio2" {
		t.Errorf("with a new name it is %+v", u)
	}
	if before.User.Avatar == "" || before.User.GlobalName != "" || before.Status != types.StatusTypeDND {
		t.Errorf("the presence as it was became %+v, %+v", before, before.User)
	}
}

func TestOtherUpdatesApply(t *testing.T) {
	relationship := types.Relationship{ID: "1573868331067357036", UserIgnored: true, Nickname: "mate"}
	relationship.User = &types.User{Username: "bob"}
	sent[types.RelationshipUpdate](t, "relationship").Apply(&relationship) // without user_ignored
	if relationship.Nickname != "friendo" || !relationship.UserIgnored || relationship.User == nil ||
		relationship.Type != types.RelationshipTypeFriend {
		t.Errorf("the relationship is %+v", relationship)
	}
	pinned, _ := types.ParseTimestamp("2026-11-22T01:10:57.973Z")
	channel := types.Channel{Name: "general", LastPinTimestamp: pinned, LastMessageID: 3}
	sent[types.ChannelPinsUpdate](t, "pins").Apply(&channel) // without last_pin_timestamp
	if channel.ID != 1573868338298337162 || channel.LastPinTimestamp != pinned || channel.Name != "general" {
		t.Errorf("the channel is %+v", channel)
	}
	parse[types.ChannelUpdatePartial](t, `{"id":"1573868338298337162","last_message_id":"4",
		"last_pin_timestamp":null}`).Apply(&channel)
	if channel.LastMessageID != 4 || channel.LastPinTimestamp != 0 || channel.Name != "general" {
		t.Errorf("the channel is %+v", channel)
	}
	settings := types.UserSettings{Theme: "dark", Locale: "de", CustomStatus: &types.CustomStatus{Text: "away"}}
	parse[types.UserSettingsUpdate](t, `{"theme":"light","custom_status":null,"developer_mode":false}`).Apply(&settings)
	if settings.Theme != "light" || settings.Locale != "de" || settings.CustomStatus != nil {
		t.Errorf("the settings are %+v", settings)
	}
}

// TestNilApplies gives nil as the value of objects in updates, which clears them as null does.
func TestNilApplies(t *testing.T) {
	relationship := types.Relationship{User: &types.User{ID: 7}}
	change := types.RelationshipUpdate{User: types.Some[*types.User](nil)}
	if change.Apply(&relationship); relationship.User != nil {
		t.Errorf("the user is %+v", relationship.User)
	}
	message := types.Message{Poll: &types.Poll{}, Thread: &types.Channel{ID: 7}}
	update := types.MessageUpdate{Poll: types.Some[*types.Poll](nil), Thread: types.Some[*types.Channel](nil)}
	if update.Apply(&message); message.Poll != nil || message.Thread != nil {
		t.Errorf("the message is %+v", message)
	}
	for _, c := range codecs() {
		if text, err := c.marshal(&update); err != nil || !bytes.Contains(text, []byte(`"thread":null,"poll":null`)) {
			t.Errorf("%s writes %s (%v)", c.name, text, err)
		}
	}
}

func ExampleMessageUpdate_Apply() {
	var create types.MessageCreate
	var update types.MessageUpdate
	for text, event := range map[string]any{
		`{"id":"2","channel_id":"1","content":"helo","edited_timestamp":null,"flags":4,"embeds":[{"title":"a"}]}`:   &create,
		`{"id":"2","channel_id":"1","content":"hello","edited_timestamp":"2026-11-22T01:10:57.067Z","embeds":null}`: &update,
	} {
		if err := gojson.Unmarshal([]byte(text), event); err != nil {
			fmt.Println(err)
		}
	}
	stored := create.Message
	update.Apply(&stored)
	fmt.Println(create.Content, create.EditedTimestamp.IsZero(), len(create.Embeds), create.Flags)
	fmt.Println(stored.Content, stored.EditedTimestamp, len(stored.Embeds), stored.Flags)
	fmt.Println(update.Flags.IsPresent(), update.Embeds.IsNull())
	// Output:
	// helo true 1 SUPPRESS_EMBEDS
	// hello 2026-11-22T01:10:57.067+00:00 0 SUPPRESS_EMBEDS
	// false true
}
