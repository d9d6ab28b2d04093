package protocol

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func TestLoadHasEverything(t *testing.T) {
	table, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for what, counts := range map[string][2]int{
		"events":                {len(table.Events), 244},
		"opcodes":               {len(table.Opcodes), 44},
		"close codes":           {len(table.CloseCodes), 21},
		"components":            {len(table.Object("Component").Variants), 22},
		"unions":                {len(table.Unions), 6},
		"intents":               {len(table.Enum("GatewayIntents").Values), 29},
		"fields of MESSAGE_ACK": {len(table.Event("MESSAGE_ACK").Payload.Fields), 8},
	} {
		if counts[0] != counts[1] {
			t.Errorf("%d %s, not %d", counts[0], what, counts[1])
		}
	}
	if table.Object("NoSuchObject") != nil || table.Event("NO_SUCH_EVENT") != nil || table.Enum("NoSuchEnum") != nil {
		t.Error("what is not there is found")
	}
}

func TestLoadReadsColumns(t *testing.T) {
	table, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	event := table.Event("MESSAGE_CREATE")
	if event.Struct != "MessageCreate" || event.Category != "message" || event.ChorusPath != "message.create" ||
		event.Audience != "both" || event.Spacebar != "yes" || !event.Userdoccers || !event.DiscordDocs || !event.Chorus ||
		!slices.Equal(event.Intents, []string{"GUILD_MESSAGES", "DIRECT_MESSAGES"}) || event.Deprecated {
		t.Errorf("MESSAGE_CREATE is %+v", event)
	}
	if op := table.Opcodes[8]; op.Name != "RequestGuildMembers" || op.Direction != "send" || op.Response != "GUILD_MEMBERS_CHUNK" ||
		op.Status != "no" || op.Spacebar != "handled" || op.Chorus != "enum+send" || !op.Userdoccers || !op.DiscordDocs || op.Payload != "" {
		t.Errorf("opcode 8 is %+v", op)
	}
	if code := table.CloseCodes[4]; code.Code != 4000 || code.Name != "UnknownError" || !code.Reconnect || !code.Resume {
		t.Errorf("the fifth close code is %+v", code)
	}
	flag := table.Enum("MessageFlags").Values[2]
	if flag.Name != "SUPPRESS_EMBEDS" || flag.Number != 2 {
		t.Errorf("the third message flag is %+v", flag)
	}
	if status := table.Enum("StatusType").Values[2]; status.Text != "dnd" {
		t.Errorf("the third status is %+v", status)
	}
}

// TestLoadRefuses breaks the tables in one place after the other.
func TestLoadRefuses(t *testing.T) {
	for _, c := range []struct{ file, old, new, want string }{
		{"objects.json", `"type": "Emoji"`, `"type": "Emojy"`, "no object Emojy"},
		{"objects.json", `"type": "snowflake"`, `"type": "snowfalke"`, `"snowfalke" is no type`},
		{"objects.json", `"embed": "Guild"`, `"embed": "Gild"`, "no object Gild"},
		{"objects.json", `"1": "ActionRowComponent"`, `"1": "ActionRow"`, "no object ActionRow"},
		{"objects.json", `"enum": "ChannelType"`, `"enum": "ChanelType"`, "no enumeration ChanelType"},
		{"objects.json", `{"name": "channel_id", `, `{"name": "id", `, `has field "id" twice`},
		{"objects.json", `{"name": "Message", `, `{"name": "Channel", `, `two entries or no name for object "Channel"`},
		{"objects.json", `"optional": true`, `"optionel": true`, `unknown field "optionel"`},
		{"payloads.json", `"event": "READY", `, `"event": "REDY", `, "READY has no payload"},
		{"payloads.json", `"event": "READY", `, `"event": "REDY", `, "no event"},
		{"payloads.json", `"of": "STREAM_CREATE"`, `"of": "STREAM"`, "no event STREAM"},
		{"payloads.json", `"kind": "ref"`, `"kind": "reference"`, `kind "reference"`},
		{"sent.json", `"embed": "GuildSubscription"`, `"embed": "Subscription"`, "op 14: no object Subscription"},
		{"events.csv", "\nREADY,", "\nRESUMED,", `two entries or no name for event "RESUMED"`},
		{"events.csv", "GUILD_MESSAGES|DIRECT_MESSAGES", "GUILD_MESSAGE|DIRECT_MESSAGES", "no intent GUILD_MESSAGE"},
		{"events.csv", ",user_only,", ",users,", `audience "users"`},
		{"opcodes.csv", "\n2,Identify", "\n3,Identify", "out of order"},
		{"opcodes.csv", "5,VoiceServerPing,send", "5,VoiceServerPing,away", "opcode 5: direction"},
		{"opcodes.csv", "33,SpeedTestDelete,send,yes,no,no,enum_only,deprecated,null,", "33,SpeedTestDelete,send,yes,no,no,enum_only,deprecated,,", "opcode 33: direction"},
		{"opcodes.csv", "8,RequestGuildMembers,send,yes,yes,handled", "8,RequestGuildMembers,send,yes,yes,maybe", "opcode 8: Spacebar"},
		{"overrides.json", `"op": 5, "send"`, `"op": 7, "send"`, "override of opcode 7"},
		{"close_codes.csv", "\n4001,", "\n400x,", "out of order"},
		{"enums.json", `"kind": "flags"`, `"kind": "bits"`, `kind "bits"`},
		{"enums.json", `"bit": 2}`, `"bit": 64}`, "does not fit"},
		{"summaries.csv", "\nREADY,", "\nRESUMED,", `two summaries or none for "RESUMED"`},
		{"overrides.json", `"field": "show_activity"`, `"field": "show_activities"`, "no such field"},
		{"overrides.json", `"reason": "Spacebar sends 0 or 1."`, `"reason": ""`, "has no reason"},
		{"overrides.json", `{"op": 29, `, `{"op": 99, `, "no such type"},
		{"overrides.json", `{"event": "GUILD_SYNC", `, `{"event": "GUILD_SYNK", `, "no such event"},
		{"overrides.json", `{"enum": "OAuth2Scopes", `, `{"enum": "OAuth3Scopes", `, "no such enumeration"},
		{"overrides.json", `"value": "role"`, `"value": "rule"`, "no such value"},
		{"unions.json", `"object": "Embed"`, `"object": "Embad"`, `union "Embad": no object`},
		{"unions.json", `"object": "Embed"`, `"object": "Channel"`, `union "Channel": no object, file or noun, or there twice`},
		{"unions.json", `"enum": "EmbedType"`, `"enum": "EmbedTypes"`, `enumeration "EmbedTypes"`},
		{"unions.json", `"method": "ChangeKey"`, `"method": ""`, `enumeration "", method ""`},
		{"unions.json", `"with": ["all", "guild"]`, `"with": ["all", "gild"]`, `group "gild"`},
		{"unions.json", `"parent_id", "topic"`, `"parent_id", "topik"`, `field "topik", which the object has not`},
		{"unions.json", `, "last_pin_timestamp"`, ``, "no variant has the field last_pin_timestamp"},
		{"unions.json", `"types": {"data"`, `"types": {"message"`, `a type for "message"`},
		{"unions.json", `"id", "type", "name", "permissions"`, `"id", "name", "permissions"`, `"TextChannel" has no name or no type`},
		{"unions.json", `"values": ["GUILD_NEWS"]`, `"values": ["GUILD_TEXT"]`, "two variants have the value GUILD_TEXT"},
		{"unions.json", `"values": ["GUILD_NEWS"]`, `"values": []`, "NewsChannel has no values"},
		{"unions.json", `, "EPHEMERAL_DM"`, ``, "no variant has the value EPHEMERAL_DM"},
		{"unions.json", `"EPHEMERAL_DM"`, `"EPHEMERAL_DM", "BRIEF_DM"`, "no value BRIEF_DM in ChannelType"},
		{"overrides.json", `"go": "PartialUser", "keep": ["id"]`, `"go": "PartialUser", "keep": ["idd"]`, "PartialUser: no field idd"},
		{"overrides.json", `{"object": "User", "go": "PartialUser"`, `{"object": "User", "go": ""`, "no reason, no name or no such object"},
		{"overrides.json", `{"in": "PRESENCE_UPDATE", "field": "user"`, `{"in": "PRESENCE_UPDATE", "field": "users"`, "PRESENCE_UPDATE.users: no such field"},
		{"updates.json", `"event": "MESSAGE_UPDATE"`, `"event": "MESSAGE_UPDAT"`, `update by event "MESSAGE_UPDAT"`},
		{"updates.json", `"event": "MESSAGE_UPDATE"`, `"event": "MESSAGE_UPDATE", "object": "Message"`, "one of them must be there"},
		{"updates.json", `"event": "LOBBY_MESSAGE_UPDATE"`, `"event": "MESSAGE_UPDATE"`, "two updates by MESSAGE_UPDATE"},
		{"updates.json", `"entity": "Channel"`, `"entity": "Chanel"`, `no entity "Chanel"`},
		{"updates.json", `"kind": "whole", "field"`, `"kind": "partial", "field"`, `kind "partial" does not go`},
		{"updates.json", `"kind": "whole"`, `"kind": "all"`, `kind "all" does not go`},
		{"updates.json", `"reason": "A member does not name its guild."`, `"reason": ""`, "without guild_id for no reason"},
		{"effects.json", `{"event": "RESUMED", "reason"`, `{"event": "RESUMES", "reason"`, "event RESUMED must have either effects or a reason"},
		{"effects.json", `{"event": "RESUMED", "reason"`, `{"event": "READY", "reason"`, "event READY must have either effects or a reason"},
		{"effects.json", `"kind": "Channel", "entity": "Channel"`, `"kind": "Channel", "entity": "Chanel"`, `kind Channel: no entity "Chanel"`},
		{"effects.json", `"within": "Guild"`, `"within": "Message"`, `is within "Message", which does not stand before it`},
		{"effects.json", `"kind": "Role", "entity"`, `"kind": "Channel", "entity"`, `kind "Channel" is there twice`},
		{"effects.json", `"kind": "Guild", "op": "delete"`, `"kind": "Gild", "op": "delete"`, `effect of GUILD_DELETE: no kind "Gild"`},
		{"effects.json", `"kind": "Guild", "op": "delete"`, `"kind": "Guild", "op": "remove"`, `op "remove" does not go with the rest`},
		{"effects.json", `{"event": "GUILD_DELETE"`, `{"object": "GUILD_DELETE"`, `effect of event "", object "GUILD_DELETE"`},
		{"effects.json", `{"event": "GUILD_CREATE", "rule"`, `{"event": "GUILD_CREATE", "op": "set", "rule"`, "the rule guildCreate says everything by itself"},
		{"overrides.json", `"only": "Message.mentions"`, `"only": "Message.mention_roles"`, "User.member: no User in Message.mention_roles"},
		{"overrides.json", `"only": "Message.mentions"`, `"only": "mentions"`, "User.member: no User in mentions"},
		{"overrides.json", `"name": "pronouns"`, `"name": "nick"`, "documented meanwhile"},
		{"overrides.json", `"reason": "They are other spellings of the same."`, `"reason": ""`, "not mirrored: "},
	} {
		t.Run(c.want, func(t *testing.T) {
			_, err := load(broken(t, c.file, c.old, c.new))
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "protocol: ") {
				t.Errorf("%q instead of %q in %s gives %v", c.new, c.old, c.file, err)
			}
		})
	}
}

func TestLoadNamesMissingFile(t *testing.T) {
	for _, name := range []string{"objects.json", "unions.json", "updates.json", "effects.json", "events.csv", "summaries.csv"} {
		files := broken(t, name, "", "")
		delete(files, name)
		if _, err := load(files); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("without %s: %v", name, err)
		}
	}
}

// broken returns the tables with the first occurrence of a text replaced.
func broken(t *testing.T, file, before, after string) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	entries, err := fs.ReadDir(data, "data")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		text, err := fs.ReadFile(data, "data/"+entry.Name())
		if err != nil {
			t.Fatal(err)
		}
		if entry.Name() == file {
			if !strings.Contains(string(text), before) {
				t.Fatalf("%s does not contain %q", file, before)
			}
			text = []byte(strings.Replace(string(text), before, after, 1))
		}
		files[entry.Name()] = &fstest.MapFile{Data: text}
	}
	return files
}
