package world

import (
	"cmp"
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"github.com/chorus-go/chorus/types"
)

// auditSize is how many entries the audit log of a guild keeps, of which the oldest go first.
const auditSize = 1000

// AuditLog returns what users have done to the guild, from the oldest to the newest, the last thousand deeds at most.
// The error is ErrNotFound.
func (h GuildHandle) AuditLog() ([]types.AuditLogEntry, error) {
	var entries []types.AuditLogEntry
	err := h.read(func(g *guild) error {
		entries = slices.Clone(g.audit)
		return nil
	})
	return entries, err
}

// audit puts a deed into the guild's audit log, if the handle says whose it is, and dispatches
// GUILD_AUDIT_LOG_ENTRY_CREATE to those who may see the log. before and after are the target as payloads have it, nil
// for one that was not there or is not any longer. The lock is held.
func (h GuildHandle) audit(deed types.AuditLogActionType, target types.Snowflake, before, after any) {
	g := h.w.guilds[h.id]
	if g == nil || h.w.accounts[h.by] == nil {
		return
	}
	entry := types.AuditLogEntry{
		ID: h.w.id(), UserID: h.by, TargetID: target, ActionType: deed, Changes: differences(before, after),
	}
	g.audit = append(g.audit, entry)
	if len(g.audit) > auditSize {
		g.audit = slices.Clone(g.audit[len(g.audit)-auditSize:])
	}
	h.w.toGuild(h.id, "GUILD_AUDIT_LOG_ENTRY_CREATE",
		&types.GuildAuditLogEntryCreate{AuditLogEntry: entry, GuildID: h.id},
		only(g.allowed(nil, types.PermissionViewAuditLog)))
}

// audit puts a deed into the log of the channel's guild, as GuildHandle.audit does.
func (h ChannelHandle) audit(c *channel, deed types.AuditLogActionType, target types.Snowflake, before, after any) {
	if c.guild != nil {
		GuildHandle{w: h.w, id: c.data.GuildID, by: h.by}.audit(deed, target, before, after)
	}
}

// deed returns what a deed on a channel is on a thread, if the channel is one.
func (c *channel) deed(deed types.AuditLogActionType) types.AuditLogActionType {
	if c.isThread() {
		return deed + types.AuditLogActionTypeThreadCreate - types.AuditLogActionTypeChannelCreate
	}
	return deed
}

// differences returns what is another in two values, field by field as they are on the wire, in the order of the
// fields' names. What is empty on both sides, and ids that the entry itself has, are left out.
func differences(before, after any) []types.AuditLogChange {
	was, is := fields(before), fields(after)
	var changes []types.AuditLogChange
	for key, value := range was {
		if string(is[key]) != string(value) {
			changes = append(changes, types.AuditLogChange{Key: key, OldValue: value, NewValue: is[key]})
		}
	}
	for key, value := range is {
		if _, known := was[key]; !known {
			changes = append(changes, types.AuditLogChange{Key: key, NewValue: value})
		}
	}
	slices.SortFunc(changes, func(a, b types.AuditLogChange) int { return cmp.Compare(a.Key, b.Key) })
	return changes
}

// fields returns the fields of a value on the wire that are not empty.
func fields(v any) map[string]types.Raw {
	found := map[string]types.Raw{}
	if v == nil || reflect.ValueOf(v).Kind() != reflect.Struct {
		return found
	}
	data, err := json.Marshal(v)
	if err != nil || json.Unmarshal(data, &found) != nil {
		// What does not encode fails to be dispatched as well, and is reported there.
		return map[string]types.Raw{}
	}
	for key, value := range found {
		empty := slices.Contains([]string{`null`, `""`, `[]`, `0`, `false`}, string(value))
		if empty || key == "id" || key == "guild_id" || strings.HasPrefix(key, "last_") {
			delete(found, key)
		}
	}
	return found
}
