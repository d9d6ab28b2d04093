package types_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/chorus-go/chorus/types"
)

func moment(t *testing.T, text string) types.Timestamp {
	t.Helper()
	v, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		t.Fatal(err)
	}
	return types.TimestampOf(v)
}

func toleratesTimes(t *testing.T) {
	member := read[types.GuildMemberAdd](t, "times that end in Z")
	same(t, "the time", member.JoinedAt, moment(t, "2026-11-22T01:11:00.759Z"))
	writtenAs(t, member, `"joined_at":"2026-11-22T01:11:00.759+00:00"`)
	guild := read[types.GuildCreate](t, "times with an offset")
	same(t, "the time is there", guild.JoinedAt.Time().Year(), 2026)
	pins := read[types.ChannelPinsUpdate](t, "a time in microseconds")
	same(t, "the time", pins.LastPinTimestamp.Or(0), moment(t, "2015-04-26T06:26:56.936123Z"))
	writtenAs(t, pins, `"2015-04-26T06:26:56.936123+00:00"`)
	for _, name := range []string{"a boost as digits in quotes", "a boost as a number"} {
		boosting := read[types.GuildMemberAdd](t, name)
		same(t, "the time", boosting.PremiumSince, types.Timestamp(1795309860759_000))
		writtenAs(t, boosting, `"premium_since":"2026-11-22T01:11:00.759+00:00"`)
	}
	quoted, _ := read[types.PresenceUpdate](t, "activity times in quotes").Activities.Get()
	same(t, "when it was made", quoted[0].CreatedAt, 1695164482423)
	same(t, "the end", quoted[0].Timestamps.End, 1695168082423)
	numbers, _ := read[types.PresenceUpdate](t, "activity times as numbers").Activities.Get()
	same(t, "the start", numbers[0].Timestamps.Start, 1795309871092)
	typing := read[types.TypingStart](t, "typing in seconds")
	same(t, "the time", typing.Timestamp, 1795309867)
	writtenAs(t, typing, `"timestamp":1795309867`)
	settings := read[types.Ready](t, "the end of a silence in seconds").UserGuildSettings.Entries[0]
	same(t, "the end", settings.ChannelOverrides[0].MuteConfig.EndTime, types.Timestamp(1799999999_000000))
}

func toleratesGuilds(t *testing.T) {
	flat := read[types.GuildCreate](t, "a guild, flat")
	same(t, "the form", flat.Properties == nil && flat.Name != "", true)
	nested := read[types.GuildCreate](t, "a guild under properties")
	same(t, "the form", nested.Properties != nil && nested.Name == "", true)
	for name, guild := range map[string]*types.GuildCreate{"flat": flat, "nested": nested} {
		merged := guild.Merged()
		same(t, name+": the id", merged.ID, guild.ID)
		same(t, name+": there is a name", merged.Name != "", true)
		same(t, name+": the owner", merged.OwnerID != 0, true)
		same(t, name+": the roles", len(merged.Roles), 1)
		same(t, name+": the role", merged.Roles[0].ID, 1573868338705184700)
		same(t, name+": the emojis", len(merged.Emojis), len(guild.Emojis))
		same(t, name+": the stickers", len(merged.Stickers), len(guild.Stickers))
		same(t, name+": the locale", merged.PreferredLocale, "en-US")
		same(t, name+": channels", len(guild.Channels), 1)
	}
	same(t, "the merged guild", flat.Merged().Name, flat.Name)
	same(t, "the merged guild", nested.Merged().Name, nested.Properties.Name)
	if nested.Properties.Roles != nil {
		t.Error("merging has changed the properties")
	}
	offline := read[types.GuildCreate](t, "an unavailable guild")
	same(t, "whether it is unavailable", offline.Unavailable, true)
	same(t, "its id", offline.Merged().ID, theGuild)
	ready := read[types.Ready](t, "a guild in the READY of a bot")
	same(t, "whether it is unavailable", ready.Guilds[0].Unavailable, true)
	same(t, "its id", ready.Guilds[0].ID, theGuild)
	for name, unavailable := range map[string]bool{
		"a guild that was left": false, "a guild that is gone for now": true, "a whole guild that was left": false,
	} {
		gone := read[types.GuildDelete](t, name)
		same(t, "whether it is unavailable", gone.Unavailable, unavailable)
		same(t, "there is an id", gone.ID != 0, true)
	}
}

func TestMergedPrefersWhatStandsBesideTheProperties(t *testing.T) {
	guild := types.GatewayGuild{
		Guild: types.Guild{ID: 1, Roles: []types.Role{{ID: 1}}, Stickers: []types.Sticker{{ID: 2}}, PremiumSubscriptionCount: 3, Version: "4"},
		Properties: &types.Guild{
			ID: 9, Name: "n", Emojis: []types.Emoji{{ID: 5}}, Roles: []types.Role{{ID: 8}, {ID: 9}}, PremiumSubscriptionCount: 9, Version: "9",
		},
	}
	merged := guild.Merged()
	if merged.ID != 1 || merged.Name != "n" || len(merged.Roles) != 1 || len(merged.Stickers) != 1 || len(merged.Emojis) != 1 ||
		merged.PremiumSubscriptionCount != 3 || merged.Version != "4" {
		t.Errorf("merged: %+v", merged)
	}
	if alone := (&types.GatewayGuild{Properties: &types.Guild{ID: 9, Name: "n", Version: "9"}}).Merged(); alone.ID != 9 || alone.Version != "9" {
		t.Errorf("merged: %+v", alone)
	}
}

func toleratesUnions(t *testing.T) {
	entry := read[types.GuildAuditLogEntryCreate](t, "an entry of the audit log")
	want := []string{"5", `[{"id":"1573868338252199815","name":"role"}]`, "true", "null", "9007199254740993"}
	for i, change := range entry.Changes {
		same(t, change.Key, change.NewValue.String(), want[i])
	}
	same(t, "an old value", entry.Changes[0].OldValue.String(), "0")
	same(t, "no old value", entry.Changes[1].OldValue.IsZero(), true)
	same(t, "the answer", read[types.MessagePollVoteAdd](t, "a vote").AnswerID, 1)
	quoted := read[types.MessagePollVoteAdd](t, "a vote as a string")
	same(t, "the answer", quoted.AnswerID, 2)
	writtenAs(t, quoted, `"answer_id":2`)
	message := read[types.MessageCreate](t, "an unknown component")
	unknown, ok := message.Components[0].Component.(*types.UnknownComponent)
	if !ok || unknown.Type != 250 {
		t.Fatalf("the component is %#v", message.Components[0].Component)
	}
	writtenAs(t, message, `{"type":250,"id":1,"knob":{"turns":9007199254740993}}`)
	row, ok := message.Components[1].Component.(*types.ActionRowComponent)
	if !ok || row.Components[0].ComponentType() != types.ComponentTypeButton {
		t.Errorf("the component is %#v", message.Components[1].Component)
	}
}

func toleratesVoiceStart(t *testing.T) {
	iso := read[types.ChannelInfo](t, "a voice channel since an ISO time")
	same(t, "the start", iso.Channels[0].VoiceStartTime.Or(0), moment(t, "2026-11-22T01:11:11.813Z"))
	same(t, "the status", iso.Channels[0].Status.Or(""), "")
	seconds := read[types.ChannelInfo](t, "a voice channel since a number of seconds")
	same(t, "the start", seconds.Channels[0].VoiceStartTime.Or(0), types.Timestamp(1795309871_000000))
}

func toleratesOddLists(t *testing.T) {
	captured := read[types.GuildCreate](t, "odd lists of a guild")
	same(t, "the hashes", captured.GuildHashes.String(), "{}")
	same(t, "the lists", len(captured.EmbeddedActivities)+len(captured.StageInstances)+len(captured.Activities()), 0)
	old := read[types.GuildCreate](t, "activities by the old name")
	same(t, "the lists", len(old.StageInstances)+len(old.Threads), 0)
	same(t, "the odd activity is kept", old.EmbeddedActivities[1].String(), `"odd"`)
	current := read[types.GuildCreate](t, "activities by the new name")
	for _, guild := range []*types.GuildCreate{old, current} {
		same(t, "the activities", len(guild.Activities()), 1)
		same(t, "the activity", guild.Activities()[0].CompositeInstanceID, "i-1")
	}
	supplement := read[types.ReadySupplemental](t, "activities of a supplement")
	same(t, "the guild", supplement.Guilds[0].ID, theGuild)
	same(t, "the activities", len(supplement.Guilds[0].Activities()), 0)
}

func TestLooseListReads(t *testing.T) {
	reads(t, `[1,2]`, types.LooseList[int64]{1, 2})
	reads(t, `[]`, types.LooseList[int64]{})
	for _, in := range []string{`null`, `{}`, `"[1]"`, `7`, `false`, `{"a":[1]}`} {
		reads(t, in, types.LooseList[int64](nil))
	}
	fails[types.LooseList[int64]](t, `["x"]`)
	writes(t, types.LooseList[int64]{1}, `[1]`)
	writes(t, types.LooseList[int64](nil), `null`)
}

func toleratesUnknown(t *testing.T) {
	message := read[types.MessageCreate](t, "values without a name")
	same(t, "the type", message.Type, 777)
	same(t, "its name", message.Type.String(), "MessageType(777)")
	same(t, "the flags", message.Flags, 1<<63|1)
	same(t, "the premium type", message.Author.PremiumType, 99)
	writtenAs(t, message, `"type":777`)
	writtenAs(t, message, `"flags":9223372036854775809`)
	presence := read[types.PresenceUpdate](t, "a status without a name")
	status, _ := presence.Status.Get()
	same(t, "the status", status, "hovering")
	writtenAs(t, presence, `"status":"hovering"`)
	same(t, "an opcode", types.Opcode(99).String(), "Opcode(99)")
	same(t, "a close code", types.CloseCode(4999).String(), "CloseCode(4999)")
}

func toleratesSpacebar(t *testing.T) {
	extra := read[types.GuildMemberAdd](t, "a member with extra keys")
	same(t, "the user", extra.User.ID, 1573868333097400178)
	same(t, "the guild", extra.GuildID, theGuild)
	bare := read[types.GuildMemberAdd](t, "a member without roles")
	same(t, "the roles", len(bare.Roles), 0)
	author := read[types.MessageCreate](t, "an author without a name").Author
	same(t, "the name", author.Username+author.Avatar, "")
	same(t, "the flags", author.PublicFlags, 0)
	left := read[types.VoiceStateUpdate](t, "a voice state without channel and member")
	same(t, "the channel", left.ChannelID, 0)
	same(t, "there is no member", left.Member == nil, true)
	same(t, "the guild", left.GuildID, theGuild)
	gone := read[types.VoiceStateUpdate](t, "a voice state without guild")
	same(t, "the guild", gone.GuildID, 0)
	same(t, "the user", gone.UserID, theUser)
}

func toleratesRoles(t *testing.T) {
	message := read[types.MessageCreate](t, "roles as objects")
	same(t, "the roles", len(message.Member.Roles), 1)
	same(t, "the role", message.Member.Roles[0], theGuild)
	writtenAs(t, message.Member, `"roles":["1573868338252199815"]`)
	list := read[types.GuildMemberListUpdate](t, "members in a list")
	same(t, "the operations", len(list.Ops), 1)
	same(t, "the list", list.ID, "everyone")
}

func toleratesSurrogates(t *testing.T) {
	message := read[types.MessageCreate](t, "half of a surrogate pair")
	same(t, "the content", message.Content, "🎉 ünïcødé \u2028 \ufffd <&> \"quotes\" \\ back")
	writtenAs(t, message, `"content":"🎉 ünïcødé \u2028 `)
}

func toleratesBigIntegers(t *testing.T) {
	entry := read[types.GuildAuditLogEntryCreate](t, "an entry of the audit log")
	same(t, "a raw value", entry.Changes[4].NewValue.String(), "9007199254740993")
	var scalar types.Scalar
	if err := json.Unmarshal([]byte(`9007199254740993`), &scalar); err != nil {
		t.Fatal(err)
	}
	n, ok := scalar.Int64()
	same(t, "a scalar", ok && n == 9007199254740993, true)
	user := read[types.UserUpdate](t, "flags beyond 32 bits and rights beyond 53")
	same(t, "the rights", user.Rights, 1<<63-1)
}
