package types_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/chorus-go/chorus/types"
)

func TestUnknownVariantsRoundTrip(t *testing.T) {
	// A type that is a number in quotes is none that a server sends; the bytes are kept all the same.
	for in, kind := range map[string]types.ChannelType{
		`{"type":4242,"new":{"a":[1.50,"\u00e9\ud83d"],"big":123456789012345678901}}`: 4242,
		`{"new":[{"type":2}],"type":-1}`:                                              -1,
		`{"type":"4242"}`:                                                             4242,
		`{"type":"0","id":[]}`:                                                        0,
		`{"type":"text"}`:                                                             0,
		`{"type":null}`:                                                               0,
		`{}`:                                                                          0,
	} {
		unknown := types.AnyChannel{ChannelVariant: &types.UnknownChannel{Type: kind, Raw: types.Raw(in)}}
		reads(t, in, unknown)
		writes(t, unknown, in)
		if got := unknown.ChannelType(); got != kind {
			t.Errorf("%s: the type is %d", in, got)
		}
	}
	for in, kind := range map[string]types.EmbedType{`{"type":"new","x":[1.50]}`: "new", `{"type":7}`: "", `{"type":{}}`: ""} {
		unknown := types.AnyEmbed{EmbedVariant: &types.UnknownEmbed{Type: kind, Raw: types.Raw(in)}}
		reads(t, in, unknown)
		writes(t, unknown, in)
	}
	for in, key := range map[string]string{`{"key":"new","new_value":[1.50]}`: "new", `{"new_value":1}`: "", `{"key":7}`: ""} {
		unknown := types.AnyAuditLogChange{AuditLogChangeVariant: &types.UnknownAuditLogChange{Key: key, Raw: types.Raw(in)}}
		reads(t, in, unknown)
		writes(t, unknown, in)
	}
}

func TestUnknownVariantsWithoutBytes(t *testing.T) {
	writes(t, types.AnyChannel{ChannelVariant: &types.UnknownChannel{Type: 99}}, `{"type":99}`)
	writes(t, types.AnyEmbed{EmbedVariant: &types.UnknownEmbed{Type: "new"}}, `{"type":"new"}`)
	writes(t, types.AnyAuditLogChange{AuditLogChangeVariant: &types.UnknownAuditLogChange{Key: "new"}}, `{"key":"new"}`)
}

func TestVariantsNull(t *testing.T) {
	reads(t, `null`, types.AnyChannel{})
	writes(t, types.AnyChannel{}, `null`)
	omits(t, types.AnyChannel{}, true)
	omits(t, types.AnyChannel{ChannelVariant: &types.TextChannel{}}, false)
	reads(t, `null`, types.AnyEmbed{})
	reads(t, `null`, types.AnyActivity{})
	reads(t, `null`, types.AnyApplicationCommandOption{})
	reads(t, `null`, types.AnyInteraction{})
	reads(t, `null`, types.AnyAuditLogChange{})
	writes(t, types.AnyAuditLogChange{}, `null`)
	var channel *types.TextChannel
	writes(t, types.AnyChannel{ChannelVariant: channel}, `null`)
	if got := (types.AnyChannel{}).ChannelType(); got != 0 {
		t.Errorf("the type of no channel is %d", got)
	}
	if got := (types.AnyEmbed{}).EmbedType(); got != "" {
		t.Errorf("the type of no embed is %q", got)
	}
	if got := (types.AnyAuditLogChange{}).ChangeKey(); got != "" {
		t.Errorf("the key of no change is %q", got)
	}
}

func TestVariantsRefuse(t *testing.T) {
	for _, in := range []string{`1`, `"x"`, `[]`, `true`} {
		refuses(t, in, types.AnyChannel{ChannelVariant: &types.UnknownChannel{Type: 99}})
		refuses(t, in, types.AnyEmbed{EmbedVariant: &types.UnknownEmbed{Type: "x"}})
		refuses(t, in, types.AnyActivity{ActivityVariant: &types.UnknownActivity{Type: 99}})
		refuses(t, in, types.AnyApplicationCommandOption{ApplicationCommandOptionVariant: &types.UserOption{}})
		refuses(t, in, types.AnyInteraction{InteractionVariant: &types.UnknownInteraction{Type: 99}})
		refuses(t, in, types.AnyAuditLogChange{AuditLogChangeVariant: &types.UnknownAuditLogChange{Key: "x"}})
	}
	before := types.AnyChannel{ChannelVariant: &types.UnknownChannel{Type: 99}}
	for _, c := range codecs() {
		got := before
		if err := c.unmarshal([]byte(`{"type":0,"name":[]}`), &got); err == nil || got != before {
			t.Errorf("%s: a channel with a wrong name is %#v (%v)", c.name, got.ChannelVariant, err)
		}
	}
}

// What was sent to an option of a command may contain options, which contain options.
func TestOptionNesting(t *testing.T) {
	nested := func(levels int) []byte {
		return []byte(strings.Repeat(`{"type":2,"options":[`, levels) + strings.Repeat(`]}`, levels))
	}
	for _, c := range codecs() {
		var option types.AnyApplicationCommandOption
		if err := c.unmarshal(nested(32), &option); err != nil {
			t.Errorf("%s: 32 groups in one another: %v", c.name, err)
		}
		err := c.unmarshal(nested(33), &option)
		var valueError *types.ValueError
		if !errors.As(err, &valueError) || !strings.Contains(err.Error(), "nested too deeply") {
			t.Errorf("%s: 33 groups in one another: %v", c.name, err)
		}
	}
}

// Bots and Spacebar leave the type of an embed out.
func TestEmbedWithoutType(t *testing.T) {
	rich := types.AnyEmbed{EmbedVariant: &types.RichEmbed{Title: "t", Color: types.Some[int64](0)}}
	reads(t, `{"title":"t","color":0}`, rich)
	reads(t, `{"title":"t","type":null,"color":0}`, rich)
	writes(t, rich, `{"title":"t","color":0}`)
	flat := types.Embed{Title: "t"}
	if v, ok := flat.Variant().(*types.RichEmbed); !ok || v.Title != "t" || v.Type != "" {
		t.Errorf("the variant is %#v", flat.Variant())
	}
}

// A variant that is made by hand is written with a type of its own, whatever its field says.
func TestVariantsWriteTheirType(t *testing.T) {
	for _, c := range []struct {
		variant any
		want    string
	}{
		{&types.VoiceChannel{ID: 5}, `{"id":"5","type":2}`},
		{&types.VoiceChannel{ID: 5, Type: types.ChannelTypeDM}, `{"id":"5","type":2}`},
		{&types.Thread{ID: 5}, `{"id":"5","type":11}`},
		{&types.Thread{ID: 5, Type: types.ChannelTypePrivateThread}, `{"id":"5","type":12}`},
		{&types.DirectMessageChannel{ID: 5, Type: types.ChannelTypeEphemeralDM}, `{"id":"5","type":18}`},
		{&types.RichEmbed{Title: "t"}, `{"title":"t"}`},
		{&types.RichEmbed{Title: "t", Type: types.EmbedTypeVideo}, `{"title":"t","type":"rich"}`},
		{&types.GifvEmbed{URL: "u"}, `{"type":"gifv","url":"u"}`},
		{&types.CustomActivity{Name: "Custom Status", State: "<here>"}, `{"name":"Custom Status","type":4,"state":"<here>"}`},
		{&types.BooleanOption{Name: "b", Description: "d"}, `{"type":5,"name":"b","description":"d"}`},
		{&types.AuditLogStringChange{Key: "name", NewValue: types.Some("")}, `{"new_value":"","key":"name"}`},
	} {
		for _, codec := range codecs() {
			if got, err := codec.marshal(c.variant); err != nil || string(got) != c.want {
				t.Errorf("%s: %#v is written as %s (%v), want %s", codec.name, c.variant, got, err, c.want)
			}
		}
	}
	if kind := (&types.Thread{Type: types.ChannelTypeDM}).ChannelType(); kind != types.ChannelTypePublicThread {
		t.Errorf("a thread of the type of another channel is of type %d", kind)
	}
	if kind := (&types.RichEmbed{}).EmbedType(); kind != types.EmbedTypeRich {
		t.Errorf("an embed without a type is of type %q", kind)
	}
}

// Events embed the object and so have its method; what it gives shares memory with the event.
func TestVariantOfEvent(t *testing.T) {
	event := types.ChannelCreate{Channel: types.Channel{
		ID: 5, Type: types.ChannelTypeGroupDM, Recipients: []types.User{{ID: 6}}, Bitrate: 64000, OwnerID: 7,
	}}
	group, ok := event.Variant().(*types.GroupChannel)
	if !ok || group.ID != 5 || group.OwnerID != 7 || group.ChannelType() != types.ChannelTypeGroupDM {
		t.Fatalf("the variant is %#v", event.Variant())
	}
	if len(group.Recipients) != 1 || &group.Recipients[0] != &event.Recipients[0] {
		t.Error("the recipients are copied")
	}
}
