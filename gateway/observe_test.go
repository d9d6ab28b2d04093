package gateway_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/types"
)

const (
	opSay        = 99 // the server dispatches what it is sent
	opReidentify = 98 // the server refuses the session, and sends READY with that data in answer to the next Identify
	opResume     = 97 // the server closes the connection, and says that before RESUMED
)

// told is what the server is asked to say.
type told struct {
	T string          `json:"t"`
	D json.RawMessage `json:"d"`
}

// telling serves connections that say what they are asked to.
func telling() func(p *peer) {
	var missed told
	return func(p *peer) {
		p.hello(time.Minute)
		sequence := 0
		dispatch := func(event told) {
			sequence++
			p.dispatch(event.T, sequence, string(event.D))
		}
		ready := `{"session_id":"s","user":{"id":"42","username":"ann"},"guilds":[]}`
		for {
			got, err := p.next()
			if err != nil {
				return
			}
			var event told
			switch got.Op {
			case types.OpcodeHeartbeat:
				p.raw(`{"op":11,"d":{}}`)
			case types.OpcodeIdentify:
				dispatch(told{"READY", json.RawMessage(ready)})
			case types.OpcodeResume:
				sequence = 1000
				dispatch(missed)
				dispatch(told{"RESUMED", json.RawMessage(`{}`)})
			case opSay:
				_ = json.Unmarshal(got.D, &event)
				dispatch(event)
			case opReidentify:
				_ = json.Unmarshal(got.D, &event)
				ready = string(event.D)
				p.raw(`{"op":9,"d":false}`)
			case opResume:
				_ = json.Unmarshal(got.D, &missed)
				p.close(4000, "again")
				return
			}
		}
	}
}

// observing runs a test in a bubble, with a handle whose server says what it is told to.
func observing(t *testing.T, run func(t *testing.T, handle gateway.GatewayHandle)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		options := serve(t, telling())
		options.NoReconnect = false
		run(t, connect(t, options))
	})
}

// tell has the server say something, and awaits that it has arrived.
func tell(t *testing.T, handle gateway.GatewayHandle, op types.Opcode, event, data string) {
	t.Helper()
	if err := handle.Send(t.Context(), op, told{event, json.RawMessage(data)}); err != nil {
		t.Fatal(err)
	}
	if op != opSay {
		time.Sleep(30 * time.Second)
	}
	synctest.Wait()
}

// observe is Observe for values that it must take.
func observe[T gateway.Observable](
	t *testing.T, handle gateway.GatewayHandle, value T, options ...gateway.ObserveOption,
) *gateway.Shared[T] {
	t.Helper()
	shared, err := gateway.Observe(t.Context(), handle, value, options...)
	if err != nil {
		t.Fatal(err)
	}
	return shared
}

// step is an event, and what is to be known after it.
type step struct{ event, data, want string }

// following tests that a value follows events, and changes with each that changes it.
func following[T gateway.Observable](
	value T, show func(*T) string, options []gateway.ObserveOption, steps ...step,
) func(*testing.T) {
	text := func(v *T) string {
		if v == nil {
			return "gone"
		}
		return show(v)
	}
	return func(t *testing.T) {
		observing(t, func(t *testing.T, handle gateway.GatewayHandle) {
			shared := observe(t, handle, value, options...)
			changes := shared.Changes()
			now := text(shared.Load())
			var want, got []string
			for _, s := range steps {
				tell(t, handle, opSay, s.event, s.data)
				if got := text(shared.Load()); got != s.want {
					t.Errorf("after %s %s it is %q, want %q", s.event, s.data, got, s.want)
				}
				if s.want != now {
					want = append(want, now+" > "+s.want)
				}
				now = s.want
			}
			shared.Stop()
			for before, after := range changes {
				got = append(got, text(before)+" > "+text(after))
			}
			if !slices.Equal(got, want) {
				t.Errorf("the changes are %q\nwant %q", got, want)
			}
		})
	}
}

var inGuild7 = []gateway.ObserveOption{gateway.InGuild(7)}

func TestObservedEntitiesFollowEvents(t *testing.T) {
	id := func(v types.Snowflake) string { return v.String() }
	t.Run("Guild", following(types.Guild{ID: 7, Name: "a"}, func(g *types.Guild) string {
		return fmt.Sprint(g.Name, len(g.Roles), len(g.Emojis), len(g.Stickers))
	}, nil,
		step{"GUILD_UPDATE", `{"id":"7","name":"b"}`, "b0 0 0"},
		step{"GUILD_UPDATE", `{"id":"8","name":"c"}`, "b0 0 0"},
		step{"GUILD_ROLE_CREATE", `{"guild_id":"7","role":{"id":"7","name":"r"}}`, "b1 0 0"},
		step{"GUILD_EMOJIS_UPDATE", `{"guild_id":"7","emojis":[{"id":"1","name":"e"}]}`, "b1 1 0"},
		step{"GUILD_STICKERS_UPDATE", `{"guild_id":"7","stickers":[{"id":"1","name":"s"}]}`, "b1 1 1"},
		step{"GUILD_DELETE", `{"id":"7","unavailable":true}`, "gone"},
		step{"GUILD_UPDATE", `{"id":"7","name":"d"}`, "gone"},
		step{"GUILD_CREATE", `{"id":"7","name":"d"}`, "d0 0 0"}))
	t.Run("Channel", following(types.Channel{ID: 5, GuildID: 7, Name: "a"}, func(c *types.Channel) string {
		return c.Name + " " + id(c.LastMessageID)
	}, nil,
		step{"CHANNEL_UPDATE", `{"id":"5","guild_id":"7","name":"b"}`, "b 0"},
		step{"CHANNEL_UPDATE", `{"id":"5","guild_id":"7","name":"b"}`, "b 0"},
		step{"MESSAGE_CREATE", `{"id":"9","channel_id":"5","guild_id":"7","author":{"id":"1"}}`, "b 9"},
		step{"CHANNEL_DELETE", `{"id":"5","guild_id":"7"}`, "gone"},
		step{"CHANNEL_CREATE", `{"id":"5","guild_id":"7","name":"c"}`, "c 0"},
		step{"GUILD_DELETE", `{"id":"8"}`, "c 0"},
		step{"GUILD_DELETE", `{"id":"7"}`, "gone"}))
	t.Run("thread", following(types.Channel{ID: 5, GuildID: 7, Name: "a"}, func(c *types.Channel) string {
		return fmt.Sprint(c.Name, c.MemberCount)
	}, nil,
		step{"THREAD_UPDATE", `{"id":"5","guild_id":"7","name":"b","member_count":1}`, "b1"},
		step{"THREAD_MEMBERS_UPDATE", `{"id":"5","guild_id":"7","member_count":3}`, "b3"},
		step{"THREAD_DELETE", `{"id":"5","guild_id":"7"}`, "gone"}))
	t.Run("Role", following(types.Role{ID: 3, Name: "a"}, func(r *types.Role) string { return r.Name }, inGuild7,
		step{"GUILD_ROLE_UPDATE", `{"guild_id":"7","role":{"id":"3","name":"b"}}`, "b"},
		step{"GUILD_ROLE_DELETE", `{"guild_id":"7","role_id":"3"}`, "gone"},
		step{"GUILD_ROLE_CREATE", `{"guild_id":"7","role":{"id":"3","name":"c"}}`, "c"},
		step{"GUILD_DELETE", `{"id":"7"}`, "gone"}))
	t.Run("GuildMember", following(types.GuildMember{UserID: 1, Nick: "a", Roles: types.RoleIDs{3}},
		func(m *types.GuildMember) string {
			return fmt.Sprint(m.Nick, len(m.Roles))
		}, inGuild7,
		step{"GUILD_ROLE_DELETE", `{"guild_id":"7","role_id":"3"}`, "a0"},
		step{"GUILD_MEMBER_UPDATE", `{"guild_id":"8","user":{"id":"1"},"nick":"x","roles":[]}`, "a0"},
		step{"GUILD_MEMBER_UPDATE", `{"guild_id":"7","user":{"id":"1"},"nick":"b","roles":["3"]}`, "b1"},
		step{"GUILD_MEMBER_REMOVE", `{"guild_id":"7","user":{"id":"1"}}`, "gone"},
		step{"GUILD_MEMBER_ADD", `{"guild_id":"7","user":{"id":"1"},"nick":"c","roles":[]}`, "c0"}))
}

func TestObservedUsersAndMessagesFollowEvents(t *testing.T) {
	t.Run("User", following(types.User{ID: 1, Username: "a"}, func(u *types.User) string { return u.Username }, nil,
		step{"PRESENCE_UPDATE", `{"user":{"id":"1","username":"b"},"guild_id":"7","status":"idle"}`, "b"},
		step{"PRESENCE_UPDATE", `{"user":{"id":"1"},"guild_id":"7","status":"online"}`, "b"},
		step{"USER_UPDATE", `{"id":"1","username":"c"}`, "c"},
		step{"MESSAGE_CREATE", `{"id":"9","channel_id":"5","author":{"id":"1","username":"d"}}`, "d"},
		step{"USER_DELETE", `{"user_id":"1"}`, "gone"}))
	t.Run("Message", following(types.Message{ID: 9, ChannelID: 5, Content: "a"}, func(m *types.Message) string {
		return fmt.Sprint(m.Content, len(m.Reactions))
	}, nil,
		step{"MESSAGE_UPDATE", `{"id":"9","channel_id":"5","content":"b"}`, "b0"},
		step{"MESSAGE_REACTION_ADD", `{"message_id":"9","channel_id":"5","user_id":"1","emoji":{"name":"x"}}`, "b1"},
		step{"MESSAGE_REACTION_REMOVE_ALL", `{"message_id":"9","channel_id":"5"}`, "b0"},
		step{"MESSAGE_DELETE_BULK", `{"ids":["8","9"],"channel_id":"5"}`, "gone"}))
	t.Run("message of a channel that goes", following(types.Message{ID: 9, ChannelID: 5},
		func(*types.Message) string { return "there" }, nil,
		step{"CHANNEL_DELETE", `{"id":"6","guild_id":"7"}`, "there"},
		step{"CHANNEL_DELETE", `{"id":"5","guild_id":"7"}`, "gone"}))
}

func TestObservedEntitiesOfOtherKindsFollowEvents(t *testing.T) {
	t.Run("Emoji", following(types.Emoji{ID: 3, Name: "a"}, func(e *types.Emoji) string { return e.Name }, inGuild7,
		step{"GUILD_EMOJIS_UPDATE", `{"guild_id":"7","emojis":[{"id":"3","name":"b"}]}`, "b"},
		step{"GUILD_EMOJIS_UPDATE", `{"guild_id":"7","emojis":[{"id":"4","name":"b"}]}`, "gone"}))
	t.Run("Sticker", following(types.Sticker{ID: 3, Name: "a", GuildID: 7},
		func(e *types.Sticker) string { return e.Name }, nil,
		step{"GUILD_STICKERS_UPDATE", `{"guild_id":"7","stickers":[{"id":"3","name":"b"}]}`, "b"},
		step{"GUILD_STICKERS_UPDATE", `{"guild_id":"7","stickers":[]}`, "gone"}))
	t.Run("SoundboardSound", following(types.SoundboardSound{SoundID: 3, Name: "a", GuildID: 7},
		func(e *types.SoundboardSound) string { return e.Name }, nil,
		step{"GUILD_SOUNDBOARD_SOUND_UPDATE", `{"guild_id":"7","sound_id":"3","name":"b"}`, "b"},
		step{"GUILD_SOUNDBOARD_SOUND_DELETE", `{"guild_id":"7","sound_id":"3"}`, "gone"}))
	t.Run("VoiceState", following(types.VoiceState{UserID: 1, ChannelID: 5},
		func(v *types.VoiceState) string { return v.ChannelID.String() }, inGuild7,
		step{"VOICE_STATE_UPDATE", `{"guild_id":"7","user_id":"1","channel_id":"6"}`, "6"},
		step{"VOICE_STATE_UPDATE", `{"guild_id":"7","user_id":"1","channel_id":null}`, "gone"},
		step{"VOICE_STATE_UPDATE", `{"guild_id":"7","user_id":"1","channel_id":"6"}`, "6"},
		step{"CHANNEL_DELETE", `{"guild_id":"7","id":"6"}`, "gone"}))
	t.Run("Presence", following(types.Presence{UserID: 1, GuildID: 7, Status: "online"},
		func(p *types.Presence) string { return string(p.Status) }, nil,
		step{"PRESENCE_UPDATE", `{"guild_id":"7","user":{"id":"1"},"status":"idle"}`, "idle"},
		step{"PRESENCE_UPDATE", `{"guild_id":"8","user":{"id":"1"},"status":"dnd"}`, "idle"},
		step{"GUILD_MEMBER_REMOVE", `{"guild_id":"7","user":{"id":"1"}}`, "gone"}))
	t.Run("Relationship", following(types.Relationship{UserID: 1, Nickname: "a"},
		func(r *types.Relationship) string { return r.Nickname }, nil,
		step{"RELATIONSHIP_UPDATE", `{"id":"1","type":1,"nickname":"b"}`, "b"},
		step{"RELATIONSHIP_REMOVE", `{"id":"1","type":1}`, "gone"},
		step{"RELATIONSHIP_ADD", `{"id":"1","user_id":"1","type":1,"nickname":"c","user":{"id":"1"}}`, "c"}))
	t.Run("StageInstance", following(types.StageInstance{ID: 3, GuildID: 7, Topic: "a"},
		func(s *types.StageInstance) string { return s.Topic }, nil,
		step{"STAGE_INSTANCE_UPDATE", `{"id":"3","guild_id":"7","channel_id":"5","topic":"b"}`, "b"},
		step{"CHANNEL_DELETE", `{"id":"5","guild_id":"7"}`, "gone"}))
	t.Run("GuildScheduledEvent", following(types.GuildScheduledEvent{ID: 3, GuildID: 7},
		func(e *types.GuildScheduledEvent) string {
			return fmt.Sprint(e.Name, e.UserCount)
		}, nil,
		step{"GUILD_SCHEDULED_EVENT_UPDATE", `{"id":"3","guild_id":"7","name":"b","user_count":1}`, "b1"},
		step{"GUILD_SCHEDULED_EVENT_USER_ADD", `{"guild_scheduled_event_id":"3","user_id":"1","guild_id":"7"}`, "b2"},
		step{"GUILD_SCHEDULED_EVENT_DELETE", `{"id":"3","guild_id":"7"}`, "gone"}))
	t.Run("AutoModRule", following(types.AutoModRule{ID: 3, GuildID: 7},
		func(r *types.AutoModRule) string { return r.Name }, nil,
		step{"AUTO_MODERATION_RULE_UPDATE", `{"id":"3","guild_id":"7","name":"b"}`, "b"},
		step{"AUTO_MODERATION_RULE_DELETE", `{"id":"3","guild_id":"7"}`, "gone"}))
	t.Run("Integration", following(types.Integration{ID: 3},
		func(i *types.Integration) string { return i.Name }, inGuild7,
		step{"INTEGRATION_UPDATE", `{"id":"3","guild_id":"7","name":"b"}`, "b"},
		step{"INTEGRATION_DELETE", `{"id":"3","guild_id":"7"}`, "gone"}))
	t.Run("ThreadMember", following(types.ThreadMember{ID: 5, UserID: 1},
		func(m *types.ThreadMember) string { return m.Flags.String() }, nil,
		step{"THREAD_MEMBERS_UPDATE", `{"id":"5","guild_id":"7","removed_member_ids":["1"]}`, "gone"}))
	t.Run("GameRelationship", following(types.GameRelationship{ApplicationID: 3, UserID: 1},
		func(*types.GameRelationship) string { return "there" }, nil,
		step{"GAME_RELATIONSHIP_REMOVE", `{"application_id":"4","user_id":"1","id":"1"}`, "there"},
		step{"GAME_RELATIONSHIP_REMOVE", `{"application_id":"3","user_id":"1","id":"1"}`, "gone"}))
	t.Run("Entitlement", following(types.Entitlement{ID: 3},
		func(e *types.Entitlement) string { return e.SKUID.String() }, nil,
		step{"ENTITLEMENT_UPDATE", `{"id":"3","sku_id":"4"}`, "4"},
		step{"ENTITLEMENT_DELETE", `{"id":"3","sku_id":"4"}`, "gone"}))
	t.Run("ApplicationSubscription", following(types.ApplicationSubscription{ID: 3},
		func(s *types.ApplicationSubscription) string {
			return s.UserID.String()
		}, nil,
		step{"SUBSCRIPTION_UPDATE", `{"id":"3","user_id":"4"}`, "4"},
		step{"SUBSCRIPTION_DELETE", `{"id":"3","user_id":"4"}`, "gone"}))
}
