package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestEveryEventIsInTree reads the generated tree and dispatch table, and compares them with the tables.
func TestEveryEventIsInTree(t *testing.T) {
	files := generated(t)
	publishers := publisherPaths(t, files["gateway/events_gen.go"])
	entries := dispatchEntries(t, files["gateway/dispatch_gen.go"])
	table := loaded(t)
	if len(publishers) != len(table.Events) || len(entries) != len(table.Events) {
		t.Errorf("%d publishers and %d entries for %d events", len(publishers), len(entries), len(table.Events))
	}
	for _, event := range table.Events {
		entry := entries[event.Name]
		if entry.name != event.Name || entry.goName != event.Struct || entry.typ != event.Struct {
			t.Errorf("the entry of %s is %+v", event.Name, entry)
		}
		decoder := "nil"
		if eventDecoders[event.Name] != nil {
			decoder = "quick." + event.Struct
		}
		if entry.decoder != decoder {
			t.Errorf("%s is decoded by %s, not %s", event.Name, entry.decoder, decoder)
		}
		if publishers[entry.path] != event.Struct {
			t.Errorf("%s is dispatched to %s, which publishes %q", event.Name, entry.path, publishers[entry.path])
		}
	}
}

func TestPathsFollowChorus(t *testing.T) {
	m := modelled(t)
	for name, want := range map[string]string{
		"READY": "Session.Ready", "SESSIONS_REPLACE": "Session.Replace", "MESSAGE_CREATE": "Message.Create",
		"GUILD_MEMBER_ADD": "Guild.MemberAdd", "PRESENCE_UPDATE": "User.PresenceUpdate", "TYPING_START": "User.TypingStart",
		"VOICE_STATE_UPDATE": "Voice.StateUpdate", "CHANNEL_INFO": "Channel.Info", "AUTHENTICATOR_CREATE": "MFA.AuthenticatorCreate",
		"GUILD_SOUNDBOARD_SOUND_CREATE": "Guild.SoundboardSoundCreate", "DM_SETTINGS_UPSELL_SHOW": "Channel.DMSettingsUpsellShow",
		"GUILD_SCHEDULED_EVENT_USER_ADD": "Guild.ScheduledEventUserAdd", "OAUTH2_TOKEN_CREATE": "OAuth2.TokenCreate",
		"QUESTS_USER_STATUS_UPDATE": "Quest.UserStatusUpdate", "WEBHOOKS_UPDATE": "Webhooks.Update",
		"AUTO_MODERATION_RULE_CREATE": "AutoModeration.RuleCreate", "EMBEDDED_ACTIVITY_UPDATE_V2": "EmbeddedActivity.UpdateV2",
		"APPLICATION_COMMAND_PERMISSIONS_UPDATE": "Application.CommandPermissionsUpdate",
	} {
		if branch, leaf := m.path(m.Event(name)); branch+"."+leaf != want {
			t.Errorf("%s is at %s.%s, not %s", name, branch, leaf, want)
		}
	}
}

func TestDocsListEveryEvent(t *testing.T) {
	lines := strings.Split(string(generated(t)["docs/EVENTS.md"]), "\n")
	for _, event := range loaded(t).Events {
		count := 0
		for _, line := range lines {
			if strings.HasPrefix(line, "| `"+event.Name+"`") && strings.Contains(line, "| `"+event.Struct+"` |") {
				count++
			}
		}
		if count != 1 {
			t.Errorf("%s is listed %d times", event.Name, count)
		}
	}
}

// publisherPaths returns the type that each publisher of an event publishes, by its path such as Message.Create.
func publisherPaths(t *testing.T, source []byte) map[string]string {
	t.Helper()
	structs := map[string]*ast.StructType{}
	ast.Inspect(parse(t, source), func(node ast.Node) bool {
		if spec, ok := node.(*ast.TypeSpec); ok {
			structs[spec.Name.Name], _ = spec.Type.(*ast.StructType)
			if spec.Name.Name != "Events" && !strings.HasSuffix(spec.Name.Name, "Events") {
				t.Errorf("%s is no branch of the tree", spec.Name)
			}
		}
		return true
	})
	paths, others := map[string]string{}, []string{}
	for _, field := range structs["Events"].Fields.List {
		branch := structs[types.ExprString(field.Type)]
		if branch == nil {
			others = append(others, field.Names[0].Name+" "+types.ExprString(field.Type))
			continue
		}
		for _, leaf := range branch.Fields.List {
			typ := types.ExprString(leaf.Type)
			typ = strings.TrimSuffix(strings.TrimPrefix(typ, "observer.Publisher[types."), "]")
			paths[field.Names[0].Name+"."+leaf.Names[0].Name] = typ
		}
	}
	want := []string{
		"Raw observer.Publisher[RawDispatch]", "Unknown observer.Publisher[RawDispatch]", "Error observer.Publisher[error]",
		"Lifecycle observer.Publisher[LifecycleChange]", "Lag observer.Publisher[observer.Lag]",
		"Sent observer.Publisher[SentPayload]",
	}
	if !slices.Equal(others, want) {
		t.Errorf("beside the events there are %v", others)
	}
	return paths
}

// dispatchEntry is what the dispatch table says about an event.
type dispatchEntry struct{ name, goName, typ, path, decoder string }

func dispatchEntries(t *testing.T, source []byte) map[string]dispatchEntry {
	t.Helper()
	entries := map[string]dispatchEntry{}
	ast.Inspect(parse(t, source), func(node ast.Node) bool {
		pair, ok := node.(*ast.KeyValueExpr)
		if !ok {
			return true
		}
		call := pair.Value.(*ast.CallExpr)
		function := call.Args[2].(*ast.FuncLit)
		result := types.ExprString(function.Type.Results.List[0].Type)
		returned := types.ExprString(function.Body.List[0].(*ast.ReturnStmt).Results[0])
		entries[unquoted(t, pair.Key)] = dispatchEntry{
			name:   unquoted(t, call.Args[0]),
			goName: unquoted(t, call.Args[1]),
			typ:    strings.TrimSuffix(strings.TrimPrefix(result, "*observer.Publisher[types."), "]"),
			path:   strings.TrimPrefix(returned, "&e."),

			decoder: types.ExprString(call.Args[3]),
		}
		return false
	})
	return entries
}

func parse(t *testing.T, source []byte) *ast.File {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "", source, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func unquoted(t *testing.T, expression ast.Expr) string {
	t.Helper()
	s, err := strconv.Unquote(expression.(*ast.BasicLit).Value)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
