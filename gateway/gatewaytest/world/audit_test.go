package world_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
	"github.com/chorus-go/chorus/types"
)

// TestAuditLog has a guild renamed by a member. The entry says by whom, what it was and what it is.
func TestAuditLog(t *testing.T) {
	s := newStage(t, world.Discord)
	must(t, s.guild.As(s.member.ID).Rename("New"), s.guild.Rename("as nobody"), s.guild.As(1).Rename("as a stranger"))
	entries := got(s.guild.AuditLog())(t)
	same(t, "entries", len(entries), 1)
	entry := last[types.GuildAuditLogEntryCreate](t, s.clients["owner"].take(), "GUILD_AUDIT_LOG_ENTRY_CREATE")
	same(t, "the event", entry.AuditLogEntry, entries[0])
	same(t, "guild", entry.GuildID, s.guild.ID())
	same(t, "user", entry.UserID, s.member.ID)
	same(t, "kind", entry.ActionType, types.AuditLogActionTypeGuildUpdate)
	same(t, "changes", entry.Changes, []types.AuditLogChange{
		{Key: "name", OldValue: types.Raw(`"Here"`), NewValue: types.Raw(`"New"`)},
	})
	// A deed that fails is none.
	if err := s.guild.As(s.member.ID).Kick(s.owner.ID); !errors.Is(err, world.ErrForbidden) {
		t.Errorf("the error is %v", err)
	}
	same(t, "entries", len(got(s.guild.AuditLog())(t)), 1)
}

// TestAuditLogThread tells threads from channels.
func TestAuditLogThread(t *testing.T) {
	s := newStage(t, world.Discord)
	thread := got(s.public.StartThread(s.member.ID, "t", false))(t).As(s.owner.ID)
	must(t, thread.Rename("u"), thread.Delete())
	entries := got(s.guild.AuditLog())(t)
	same(t, "kinds", []types.AuditLogActionType{entries[0].ActionType, entries[1].ActionType},
		[]types.AuditLogActionType{types.AuditLogActionTypeThreadUpdate, types.AuditLogActionTypeThreadDelete})
}

// TestAuditLogSize keeps the last thousand.
func TestAuditLogSize(t *testing.T) {
	w := world.New(world.Options{})
	owner := w.AddUser("owner")
	guild := got(w.AddGuild(owner.ID, "g"))(t)
	for i := range 1001 {
		must(t, guild.As(owner.ID).Rename(fmt.Sprint(i)))
	}
	entries := got(guild.AuditLog())(t)
	same(t, "entries", len(entries), 1000)
	same(t, "the first", string(entries[0].Changes[0].NewValue), `"1"`)
}
