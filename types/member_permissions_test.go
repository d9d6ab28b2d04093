package types_test

import (
	"fmt"
	"testing"
	"time"

	gojson "github.com/goccy/go-json"

	"github.com/chorus-go/chorus/types"
)

// Ids of the guild in the tests.
const (
	guild   types.Snowflake = 100
	owner   types.Snowflake = 1
	user    types.Snowflake = 2
	talkers types.Snowflake = 101
	muted   types.Snowflake = 102
	admins  types.Snowflake = 103
)

const (
	view    = types.PermissionViewChannel
	send    = types.PermissionSendMessages
	history = types.PermissionReadMessageHistory
	mention = types.PermissionMentionEveryone
	attach  = types.PermissionAttachFiles
	react   = types.PermissionAddReactions
	kick    = types.PermissionKickMembers
	connect = types.PermissionConnect
	speak   = types.PermissionSpeak
	rename  = types.PermissionChangeNickname
	inside  = types.PermissionSendMessagesInThreads
	newer   = types.Permissions(1 << 62)
)

var now = time.Date(2026, 11, 22, 1, 11, 0, 0, time.UTC)

// someone is a member of the guild with these roles.
func someone(roles ...types.Snowflake) *types.MemberPermissions {
	return &types.MemberPermissions{
		GuildID: guild, OwnerID: owner, Now: now,
		Roles: []types.Role{
			{ID: admins, Permissions: types.PermissionAdministrator | newer},
			{ID: talkers, Permissions: send | mention | attach | connect | speak | inside},
			{ID: guild, Permissions: view | history | react},
			{ID: muted, Permissions: kick | rename | newer},
		},
		Member: &types.GuildMember{User: &types.User{ID: user}, Roles: roles},
	}
}

func with(m *types.MemberPermissions, change func(*types.MemberPermissions)) *types.MemberPermissions {
	change(m)
	return m
}

func until(t time.Time) func(*types.MemberPermissions) {
	return func(m *types.MemberPermissions) { m.Member.CommunicationDisabledUntil = types.TimestampOf(t) }
}

func TestGuildPermissions(t *testing.T) {
	const everyone = view | history | react
	for name, c := range map[string]struct {
		m    *types.MemberPermissions
		want types.Permissions
	}{
		"everyone":       {someone(), everyone},
		"everyone named": {someone(guild), everyone},
		"no member":      {with(someone(), func(m *types.MemberPermissions) { m.Member = nil }), everyone},
		"roles add up": {
			someone(talkers, muted),
			everyone | send | mention | attach | connect | speak | inside | kick | rename | newer,
		},
		"a role that is missing": {someone(muted, 999), everyone | kick | rename | newer},
		"no roles of the guild":  {with(someone(muted), func(m *types.MemberPermissions) { m.Roles = nil }), 0},
		"administrator":          {someone(admins), types.PermissionsAll | newer},
		"owner": {
			with(someone(), func(m *types.MemberPermissions) { m.OwnerID = user }),
			types.PermissionsAll,
		},
		"owner by UserID": {
			with(someone(), func(m *types.MemberPermissions) { m.Member.User, m.UserID = nil, owner }),
			types.PermissionsAll,
		},
		"owner by member's user_id": {
			with(someone(), func(m *types.MemberPermissions) { m.Member.User, m.Member.UserID = nil, owner }),
			types.PermissionsAll,
		},
		"nobody owns no guild": {
			with(someone(), func(m *types.MemberPermissions) { m.Member.User, m.OwnerID = nil, 0 }),
			everyone,
		},
		"timeout": {with(someone(talkers, muted), until(now.Add(time.Second))), view | history},
		"timeout gives nothing": {
			with(someone(), func(m *types.MemberPermissions) { until(now.Add(1e9))(m); m.Roles = m.Roles[:2] }),
			0,
		},
		"timeout is over": {with(someone(), until(now)), everyone},
		"timeout without a clock": {
			with(someone(), func(m *types.MemberPermissions) { until(now)(m); m.Now = time.Time{} }),
			view | history,
		},
		"timeout of administrator": {with(someone(admins), until(now.Add(time.Hour))), types.PermissionsAll | newer},
		"quarantine": {with(someone(talkers, muted), func(m *types.MemberPermissions) {
			m.Member.Flags = types.GuildMemberFlagAutoModQuarantinedName
		}), view | history | rename},
	} {
		if got := c.m.Guild(); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	if types.PermissionsAll.Has(newer) || !types.PermissionsAll.Has(kick|view|types.PermissionManageOfficialMessages) {
		t.Errorf("all permissions are %v", types.PermissionsAll)
	}
}

func role(id types.Snowflake, allow, deny types.Permissions) types.PermissionOverwrite {
	return types.PermissionOverwrite{ID: id, Type: types.PermissionOverwriteTypeRole, Allow: allow, Deny: deny}
}

func member(id types.Snowflake, allow, deny types.Permissions) types.PermissionOverwrite {
	return types.PermissionOverwrite{ID: id, Type: types.PermissionOverwriteTypeMember, Allow: allow, Deny: deny}
}

func TestChannelPermissions(t *testing.T) {
	const everyone = view | history | react
	type overwrites = []types.PermissionOverwrite
	for name, c := range map[string]struct {
		m          *types.MemberPermissions
		overwrites overwrites
		want       types.Permissions
	}{
		"none":                    {someone(), nil, everyone},
		"everyone denied":         {someone(), overwrites{role(guild, 0, react)}, view | history},
		"allow beats deny in one": {someone(), overwrites{role(guild, react, react)}, everyone},
		"role allows after everyone": {
			someone(muted), overwrites{role(muted, react, 0), role(guild, 0, react)},
			everyone | kick | rename | newer,
		},
		"one role denies, one allows": {
			someone(talkers, muted), overwrites{role(talkers, react, 0), role(muted, 0, react|send)},
			everyone | connect | speak | inside | kick | rename | newer,
		},
		"member after roles": {
			someone(muted), overwrites{member(user, send, react), role(muted, react, send)},
			view | history | send | kick | rename | newer,
		},
		"member allows what roles deny": {
			someone(muted), overwrites{member(user, react, 0), role(muted, 0, react)},
			everyone | kick | rename | newer,
		},
		"role of others": {someone(), overwrites{role(muted, send, view)}, everyone},
		"another member": {someone(), overwrites{member(owner, send, view)}, everyone},
		"member with the id of a role": {
			someone(muted), overwrites{member(muted, send, view)},
			everyone | kick | rename | newer,
		},
		"role with the id of a member": {someone(), overwrites{role(user, send, view)}, everyone},
		"unknown type of overwrite":    {someone(), overwrites{{ID: guild, Type: 7, Deny: view}}, everyone},
		// Spacebar lists @everyone among the roles of members. It must not be allowed a second time, after the role's denial.
		"everyone named, role denies": {
			someone(guild, muted), overwrites{role(guild, react, 0), role(muted, 0, react)},
			view | history | kick | rename | newer,
		},
		"unknown bits":        {someone(), overwrites{role(guild, newer, 0)}, everyone | newer},
		"unknown bits denied": {someone(muted), overwrites{role(guild, 0, newer)}, everyone | kick | rename},
		"an overwrite without an id": {
			with(someone(), func(m *types.MemberPermissions) { m.Member = nil }), overwrites{member(0, send, view)},
			everyone,
		},
		"hidden": {someone(talkers, muted), overwrites{role(guild, 0, view)}, 0},
		"hidden from administrator": {
			someone(admins), overwrites{role(guild, 0, view), member(user, 0, kick)},
			types.PermissionsAll | newer,
		},
		"hidden from owner": {
			with(someone(), func(m *types.MemberPermissions) { m.OwnerID = user }), overwrites{member(user, 0, view)},
			types.PermissionsAll,
		},
		"silent": {
			someone(talkers), overwrites{role(talkers, 0, send)},
			everyone | connect | speak | inside,
		},
		"may mention, may not send": {someone(), overwrites{role(guild, mention|attach, 0)}, everyone},
		"timeout": {
			with(someone(talkers), until(now.Add(1e9))), overwrites{member(user, send|react, 0)},
			view | history,
		},
		"timeout, hidden": {
			with(someone(talkers), until(now.Add(1e9))), overwrites{role(guild, 0, view)},
			0,
		},
		"timeout, allowed to see": {
			with(someone(), func(m *types.MemberPermissions) { until(now.Add(1e9))(m); m.Roles = nil }),
			overwrites{member(user, view|send, 0)},
			view,
		},
		"no connect in a text channel": {
			someone(talkers), overwrites{role(guild, 0, connect), role(talkers, 0, connect)},
			everyone | send | mention | attach | speak | inside,
		},
	} {
		if got := c.m.Channel(types.ChannelTypeGuildText, c.overwrites); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestVoiceChannelPermissions(t *testing.T) {
	deny := []types.PermissionOverwrite{role(talkers, 0, connect)}
	for _, kind := range []types.ChannelType{types.ChannelTypeGuildVoice, types.ChannelTypeGuildStageVoice} {
		if got := someone(talkers).Channel(kind, deny); got != view {
			t.Errorf("%s without CONNECT: %v", kind, got)
		}
		if got := someone(talkers).Channel(kind, nil); !got.Has(connect | speak | send) {
			t.Errorf("%s with CONNECT: %v", kind, got)
		}
		if got := someone(admins).Channel(kind, deny); !got.Has(types.PermissionsAll) {
			t.Errorf("%s for an administrator: %v", kind, got)
		}
	}
}

func TestThreadPermissions(t *testing.T) {
	const everyone = view | history | react
	for name, c := range map[string]struct {
		m      *types.MemberPermissions
		parent []types.PermissionOverwrite
		want   types.Permissions
	}{
		"as the parent, without send": {
			someone(talkers), nil,
			everyone | mention | attach | connect | speak | inside,
		},
		"announcements may be answered": {
			someone(talkers), []types.PermissionOverwrite{role(talkers, 0, send)},
			everyone | mention | attach | connect | speak | inside,
		},
		"silent in threads": {
			someone(talkers), []types.PermissionOverwrite{role(talkers, 0, inside)},
			everyone | connect | speak,
		},
		"the parent is hidden": {someone(talkers), []types.PermissionOverwrite{role(guild, 0, view)}, 0},
		"administrator": {
			someone(admins), []types.PermissionOverwrite{role(guild, 0, view)},
			types.PermissionsAll | newer,
		},
	} {
		if got := c.m.Thread(c.parent); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestMemberPermissionsAllocateNothing(t *testing.T) {
	m, overwrites := someone(talkers, muted), []types.PermissionOverwrite{role(talkers, react, send), member(user, send, 0)}
	if n := testing.AllocsPerRun(100, func() { _ = m.Guild() | m.Channel(0, overwrites) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// ExampleMemberPermissions works out what a member may do whose roles came as objects, as Spacebar sends them in some
// events.
func ExampleMemberPermissions() {
	var guild types.Guild
	var member types.GuildMember
	var channel types.Channel
	for text, value := range map[string]any{
		`{"id":"1","owner_id":"9","roles":[{"id":"1","permissions":"68608"},{"id":"5","permissions":"2048"}]}`: &guild,
		`{"user":{"id":"7"},"roles":[{"id":"5"}],"communication_disabled_until":null}`:                         &member,
		`{"id":"3","type":0,"permission_overwrites":[{"id":"1","type":0,"allow":"0","deny":"2048"},
			{"id":"5","type":0,"allow":"32768","deny":"0"}]}`: &channel,
	} {
		if err := gojson.Unmarshal([]byte(text), value); err != nil {
			fmt.Println(err)
		}
	}
	permissions := types.MemberPermissions{
		GuildID: guild.ID, OwnerID: guild.OwnerID, Roles: guild.Roles, Member: &member,
		Now: time.Date(2026, 11, 22, 1, 11, 0, 0, time.UTC),
	}
	fmt.Println(permissions.Guild())
	fmt.Println(permissions.Channel(channel.Type, channel.PermissionOverwrites))

	member.CommunicationDisabledUntil = types.TimestampOf(permissions.Now.Add(time.Minute))
	fmt.Println(permissions.Guild().Has(types.PermissionSendMessages))
	// Output:
	// VIEW_CHANNEL|SEND_MESSAGES|READ_MESSAGE_HISTORY
	// VIEW_CHANNEL|READ_MESSAGE_HISTORY
	// false
}
