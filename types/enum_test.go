package types_test

import (
	"fmt"
	"testing"

	"github.com/chorus-go/chorus/types"
)

func TestEnumString(t *testing.T) {
	for value, want := range map[fmt.Stringer]string{
		types.ChannelTypeGuildText:               "GUILD_TEXT",
		types.ChannelTypeGroupDM:                 "GROUP_DM",
		types.ChannelType(42):                    "ChannelType(42)",
		types.ChannelType(-1):                    "ChannelType(-1)",
		types.AuditLogActionTypeGuildUpdate:      "GUILD_UPDATE",
		types.AuditLogActionType(0):              "AuditLogActionType(0)",
		types.DisplayNameFontDefault:             "DEFAULT",
		types.OpcodeQoSHeartbeat:                 "QoSHeartbeat",
		types.Opcode(44):                         "Opcode(44)",
		types.CloseCodeInvalidSeq:                "InvalidSeq",
		types.CloseCode(4999):                    "CloseCode(4999)",
		types.StatusTypeDND:                      "dnd",
		types.StatusType("streaming"):            "streaming",
		types.PermissionOverwriteTypeMember:      "MEMBER",
		types.ComponentType(9999):                "ComponentType(9999)",
		types.LinkStatusConnected:                "CONNECTED",
		types.ConnectionTypeAmazonMusic:          "amazon-music",
		types.GuildFeatureVideoQuality1080_60FPS: "VIDEO_QUALITY_1080_60FPS",
	} {
		if got := value.String(); got != want {
			t.Errorf("%#v prints %s, not %s", value, got, want)
		}
	}
}

func TestEnumIsKnown(t *testing.T) {
	for value, want := range map[interface{ IsKnown() bool }]bool{
		types.ChannelTypeGuildText:            true,
		types.ChannelType(42):                 false,
		types.ChannelType(-1):                 false,
		types.AuditLogActionType(0):           false,
		types.AuditLogActionTypeGuildUpdate:   true,
		types.OpcodeDispatch:                  true,
		types.Opcode(44):                      false,
		types.CloseCodeNormalClosure:          true,
		types.CloseCodeInvalidSeq:             true,
		types.CloseCode(2000):                 false,
		types.CloseCode(4999):                 false,
		types.StatusTypeDND:                   true,
		types.StatusType("DND"):               false,
		types.StatusType(""):                  false,
		types.ConnectionTypeAmazonMusic:       true,
		types.GuildFeature("SOMETHING_NEWER"): false,
	} {
		if got := value.IsKnown(); got != want {
			t.Errorf("%#v is known: %t", value, got)
		}
	}
}

// TestUnknownEnumValuesPassThrough reads values that no constant has and writes them back.
func TestUnknownEnumValuesPassThrough(t *testing.T) {
	reads(t, `99`, types.ChannelType(99))
	reads(t, `"new"`, types.StatusType("new"))
	reads(t, `1125899906842624`, types.MessageFlags(1<<50))
	writes(t, types.ChannelType(99), `99`)
	writes(t, types.StatusType("new"), `"new"`)
	writes(t, types.MessageFlags(1<<50), `1125899906842624`)
}

func TestLenientEnums(t *testing.T) {
	reads(t, `"0"`, types.UserFlags(0))
	reads(t, `"64"`, types.UserFlags(64))
	reads(t, `64`, types.UserFlags(64))
	reads(t, `null`, types.UserFlags(0))
	reads(t, `"2"`, types.AuthenticatorTypeTOTP)
	reads(t, `2`, types.AuthenticatorTypeTOTP)
	refuses(t, `"staff"`, types.UserFlagStaff)
	refuses(t, `{}`, types.AuthenticatorTypeSMS)
	writes(t, types.UserFlagStaff, `1`)
}

// TestLenientNumbersHaveTheirOwnRange reads the edges of the two kinds of types that read a number in quotes.
func TestLenientNumbersHaveTheirOwnRange(t *testing.T) {
	for in, want := range map[string]types.UserFlags{
		`18446744073709551615`: 1<<64 - 1, `"18446744073709551615"`: 1<<64 - 1, `9223372036854775808`: 1 << 63, `-0`: 0, `""`: 0,
	} {
		reads(t, in, want)
	}
	for in, want := range map[string]types.PermissionOverwriteType{
		`-1`: -1, `9223372036854775807`: 1<<63 - 1, `"-9223372036854775808"`: -1 << 63, `1.0`: 1,
	} {
		reads(t, in, want)
	}
	for _, in := range []string{`-1`, `18446744073709551616`, `1.5`, `true`, `[]`} {
		refuses(t, in, types.UserFlags(7))
	}
	for _, in := range []string{`9223372036854775808`, `-9223372036854775809`, `18446744073709551615`, `"role"`} {
		refuses(t, in, types.PermissionOverwriteType(7))
	}
}
