package world_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/chorus-go/chorus/gateway/gatewaytest/pubsub"
	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
	"github.com/chorus-go/chorus/types"
)

// TestSettings changes what only the user sees: every session of the user is told, nobody else, and READY has it.
func TestSettings(t *testing.T) {
	s := newStage(t, world.Discord)
	u, c := s.w.User(s.member.ID), s.clients["member"]
	must(t, u.SetNote(s.owner.ID, "owns it"))
	same(t, "note", last[types.UserNoteUpdate](t, c.take(), "USER_NOTE_UPDATE"),
		types.UserNoteUpdate{ID: s.owner.ID, Note: "owns it"})
	must(t, u.EditSettings(func(settings *types.UserSettings) { settings.Theme = types.ThemeLight }))
	data, err := json.Marshal(c.take()[0].Payload)
	must(t, err)
	same(t, "settings", string(data), `{"theme":"light"}`)
	for _, version := range []int64{1, 2} {
		must(t, u.EditGuildSettings(s.guild.ID(), func(g *types.UserGuildSettings) { g.Muted = !g.Muted }))
		update := last[types.UserGuildSettingsUpdate](t, c.take(), "USER_GUILD_SETTINGS_UPDATE")
		same(t, "muted", update.Muted, version == 1)
		same(t, "version", update.Version, version)
	}
	for _, name := range []string{"owner", "stranger"} {
		same(t, name, s.clients[name].types(), "")
	}

	ready := last[types.Ready](t, connect(t, s.w, s.member).take(), "READY")
	same(t, "notes", ready.Notes, map[id]string{s.owner.ID: "owns it"})
	same(t, "theme", ready.UserSettings.Theme, types.ThemeLight)
	same(t, "guild settings", ready.UserGuildSettings.Entries[0].GuildID, s.guild.ID())
	lazy := connect(t, s.w, s.member, func(_ *pubsub.StateOptions, i *types.Identify) {
		i.Capabilities = types.CapabilityLazyUserNotes
	})
	same(t, "lazily", len(last[types.Ready](t, lazy.take(), "READY").Notes), 0)
}

// TestSettingsRefuses has what cannot be.
func TestSettingsRefuses(t *testing.T) {
	s := newStage(t, world.Spacebar)
	bot := s.w.User(s.w.AddBot("bot").ID)
	mute := func(g *types.UserGuildSettings) { g.Muted = true }
	for name, err := range map[string]error{
		"a bot's note":     bot.SetNote(s.owner.ID, "x"),
		"a bot's settings": bot.EditSettings(func(*types.UserSettings) {}),
		"another's guild":  s.w.User(s.stranger.ID).EditGuildSettings(s.guild.ID(), mute),
	} {
		if !errors.Is(err, world.ErrForbidden) {
			t.Errorf("%s: the error is %v", name, err)
		}
	}
	if err := s.w.User(s.owner.ID).SetNote(1, "x"); !errors.Is(err, world.ErrNotFound) {
		t.Errorf("the error is %v", err)
	}
}
