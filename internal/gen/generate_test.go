package main

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chorus-go/chorus/internal/protocol"
)

// root is the module's root as seen from this package.
var root = filepath.Join("..", "..")

// generateOnce generates all files at the first call.
var generateOnce = sync.OnceValues(func() (map[string][]byte, error) {
	table, err := protocol.Load()
	if err != nil {
		return nil, err
	}
	return generate(table)
})

// generated returns the files that come of the tables, which all tests share.
func generated(t *testing.T) map[string][]byte {
	t.Helper()
	files, err := generateOnce()
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func loaded(t testing.TB) *protocol.Table {
	t.Helper()
	table, err := protocol.Load()
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func TestCommittedFilesAreFresh(t *testing.T) {
	files := generated(t)
	for _, path := range slices.Sorted(maps.Keys(files)) {
		committed, err := os.ReadFile(filepath.Join(root, path))
		if err != nil || !bytes.Equal(committed, files[path]) {
			t.Errorf("%s is not what the tables give; run go generate ./...", path)
		}
	}
	stale, err := staleFiles(root, files)
	if err != nil || len(stale) > 0 {
		t.Errorf("files that are no longer generated: %v, %v", stale, err)
	}
}

func TestGenerationIsDeterministic(t *testing.T) {
	t.Parallel()
	for range 3 {
		again, err := generate(loaded(t))
		if err != nil || !maps.EqualFunc(generated(t), again, bytes.Equal) {
			t.Fatalf("two runs differ, %v", err)
		}
	}
}

func TestGeneratedFilesAreMarked(t *testing.T) {
	for path, text := range generated(t) {
		switch {
		case path == "docs/EVENTS.md", path == "docs/OPCODES.md":
		case !strings.HasPrefix(string(text), header) || !strings.Contains(path, "_gen"):
			t.Errorf("%s does not say that it is generated", path)
		}
	}
}

func TestWriteKeepsUnchangedAndRemovesStale(t *testing.T) {
	dir := t.TempDir()
	files := map[string][]byte{"types/a_gen.go": []byte(header + "\npackage types\n"), "docs/X.md": []byte("x")}
	if err := write(dir, files); err != nil {
		t.Fatal(err)
	}
	before, err := os.Stat(filepath.Join(dir, "types", "a_gen.go"))
	if err != nil {
		t.Fatal(err)
	}
	for path, text := range map[string]string{
		"types/old_gen.go":  header + "\npackage types\n",
		"types/hand_gen.go": "package types\n",
		"types/brick.go":    header + "\npackage types\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, path), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := write(dir, files); err != nil {
		t.Fatal(err)
	}
	after, err := os.Stat(filepath.Join(dir, "types", "a_gen.go"))
	if err != nil || !after.ModTime().Equal(before.ModTime()) {
		t.Errorf("an unchanged file was written again: %v", err)
	}
	left, err := filepath.Glob(filepath.Join(dir, "types", "*"))
	if err != nil || len(left) != 3 {
		t.Errorf("%v are left, %v", left, err)
	}
	if _, err := os.Stat(filepath.Join(dir, "types", "old_gen.go")); !os.IsNotExist(err) {
		t.Error("a stale file is still there")
	}
}

// TestGenerateRefuses breaks the tables and overrides in ways that would give Go code that is wrong.
func TestGenerateRefuses(t *testing.T) {
	t.Parallel()
	for want, spoil := range map[string]func(*protocol.Table){
		`no summary of "MESSAGE_CREATE"`: func(table *protocol.Table) { delete(table.Summaries, "MESSAGE_CREATE") },
		"which is nowhere":               func(table *protocol.Table) { table.Summaries["NoSuchThing"] = "is nothing" },
		"Events.Message.Create": func(table *protocol.Table) {
			table.Overrides.Events = append(table.Overrides.Events, protocol.EventOverride{Event: "MESSAGE_ACK", Path: "Message.Create"})
		},
		"types.RemoteCommand": func(table *protocol.Table) {
			table.Overrides.Types = slices.DeleteFunc(table.Overrides.Types, func(o protocol.TypeOverride) bool { return o.Op == 29 })
		},
		"AuthenticatorType is used for a string": func(table *protocol.Table) {
			table.Overrides.Enums = slices.DeleteFunc(table.Overrides.Enums, func(o protocol.EnumOverride) bool {
				return o.Enum == "AuthenticatorType"
			})
		},
		"needs an override": func(table *protocol.Table) {
			table.Overrides.Fields = slices.DeleteFunc(table.Overrides.Fields, func(o protocol.FieldOverride) bool { return o.In == "SKU" })
		},
		"are both types.UnknownEmbed": func(table *protocol.Table) { table.Unions[0].Variants[0].Go = "UnknownEmbed" },
		"CHANNEL has no constant": func(table *protocol.Table) {
			table.Unions[0].Variants[0].Values = []string{"CHANNEL"}
		},
		"are both User.Username": func(table *protocol.Table) {
			table.Overrides.Fields = append(table.Overrides.Fields, protocol.FieldOverride{In: "User", Field: "bio", Name: "Username"})
		},
		"both have a constant": func(table *protocol.Table) {
			table.Overrides.Enums = append(table.Overrides.Enums, protocol.EnumOverride{Enum: "ProtoTheme", Prefix: "Theme"})
		},
		"GuildMember has no field guild_id": func(table *protocol.Table) { table.Update("GUILD_MEMBER_UPDATE").Without = nil },
		"GUILD_ROLE_UPDATE: no field rule":  func(table *protocol.Table) { table.Update("GUILD_ROLE_UPDATE").Field = "rule" },
		"the payload does not hold a Role":  func(table *protocol.Table) { table.Update("STREAM_UPDATE").Entity = "Role" },
		"a Optional[Timestamp], is a string": func(table *protocol.Table) {
			table.Update("CHANNEL_PINS_UPDATE").As["last_pin_timestamp"] = "name"
		},
		"VOICE_CHANNEL_STATUS_UPDATE: it has no field nonce": func(table *protocol.Table) {
			table.Update("VOICE_CHANNEL_STATUS_UPDATE").Without = []protocol.Exclusion{{Field: "nonce", Reason: "It has one."}}
		},
		"member_ids_preview, a []Snowflake, does not tell absent from null": func(table *protocol.Table) {
			table.Overrides.Fields = slices.DeleteFunc(table.Overrides.Fields, func(o protocol.FieldOverride) bool {
				return o.In == "THREAD_MEMBERS_UPDATE"
			})
		},
		"are both types.PartialUser": func(table *protocol.Table) {
			table.Overrides.Partials = append(table.Overrides.Partials, protocol.PartialType{Object: "Guild", Go: "PartialUser"})
		},
		"GatewayGuild has no name": func(table *protocol.Table) {
			table.Object("GatewayGuild").Embed = ""
		},
	} {
		t.Run(want, func(t *testing.T) {
			table := loaded(t)
			spoil(table)
			if _, err := generate(table); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("generate gives %v", err)
			}
		})
	}
}
