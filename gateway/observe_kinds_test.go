package gateway_test

import (
	"fmt"
	"testing"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/types"
)

// activeThread is a thread that a list of threads may leave out only when it is gone.
func activeThread() types.Channel {
	return types.Channel{ID: 6, GuildID: 7, ParentID: 5, Name: "a", ThreadMetadata: new(types.ThreadMetadata)}
}

func TestObservedThreadsFollowEvents(t *testing.T) {
	show := func(c *types.Channel) string {
		return fmt.Sprint(c.Name, c.MemberCount, " last ", c.LastMessageID, " joined ", c.Member != nil)
	}
	const active = `"id":"6","guild_id":"7","parent_id":"5","thread_metadata":{"archived":false}`
	const archived = `"id":"6","guild_id":"7","parent_id":"5","thread_metadata":{"archived":true}`
	t.Run("life", following(activeThread(), show, nil,
		step{"MESSAGE_CREATE", `{"id":"9","channel_id":"6","guild_id":"7","author":{"id":"1"}}`, "a0 last 9 joined false"},
		step{"THREAD_MEMBER_UPDATE", `{"id":"6","guild_id":"7","user_id":"42","flags":1}`, "a0 last 9 joined true"},
		step{"THREAD_MEMBERS_UPDATE", `{"id":"6","guild_id":"7","member_count":2}`, "a2 last 9 joined true"},
		step{"THREAD_MEMBERS_UPDATE", `{"id":"8","guild_id":"7","member_count":3}`, "a2 last 9 joined true"},
		step{"THREAD_UPDATE", `{` + active + `,"name":"b","member_count":2}`, "b2 last 0 joined false"},
		step{"THREAD_DELETE", `{"id":"6","guild_id":"7","parent_id":"5"}`, "gone"},
		step{"THREAD_UPDATE", `{` + active + `,"name":"c"}`, "c0 last 0 joined false"},
		step{"DELETED_ENTITY_IDS", `{"guild_id":"7","channels":["6"]}`, "gone"},
		step{"THREAD_CREATE", `{` + active + `,"name":"d"}`, "d0 last 0 joined false"},
		step{"GUILD_DELETE", `{"id":"7"}`, "gone"}))
	t.Run("lists", following(activeThread(), func(c *types.Channel) string { return c.Name }, nil,
		step{"THREAD_LIST_SYNC", `{"guild_id":"7","channel_ids":["4"],"threads":[],"members":[]}`, "a"},
		step{"THREAD_LIST_SYNC", `{"guild_id":"8","threads":[],"members":[]}`, "a"},
		step{"THREAD_LIST_SYNC", `{"guild_id":"7","threads":[{` + active + `,"name":"b"}],"members":[]}`, "b"},
		step{"THREAD_LIST_SYNC", `{"guild_id":"7","channel_ids":["5"],"threads":[],"members":[]}`, "gone"},
		step{"THREAD_CREATE", `{` + archived + `,"name":"c"}`, "c"},
		step{"THREAD_LIST_SYNC", `{"guild_id":"7","threads":[],"members":[]}`, "c"},
		step{"CHANNEL_DELETE", `{"id":"4","guild_id":"7"}`, "c"},
		step{"CHANNEL_DELETE", `{"id":"5","guild_id":"7"}`, "gone"}))
	t.Run("member", following(types.ThreadMember{ID: 6, UserID: 1},
		func(m *types.ThreadMember) string { return m.Flags.String() }, nil,
		step{"THREAD_MEMBERS_UPDATE", `{"id":"6","guild_id":"7","removed_member_ids":["2"]}`, "0"},
		step{"THREAD_MEMBERS_UPDATE", `{"id":"6","guild_id":"7","removed_member_ids":["1"]}`, "gone"},
		step{"THREAD_MEMBERS_UPDATE", `{"id":"8","guild_id":"7","added_members":[{"id":"8","user_id":"1"}]}`, "gone"},
		step{"THREAD_MEMBERS_UPDATE", `{"id":"6","guild_id":"7","added_members":[{"id":"6","user_id":"1"}]}`, "0"},
		step{"THREAD_DELETE", `{"id":"6","guild_id":"7","parent_id":"5"}`, "gone"}))
}

// inLists are the cases of what a guild has in a list: how the list is called, and the event that has it.
func inLists[T gateway.Observable](
	event, list string, value T, show func(*T) string, options ...gateway.ObserveOption,
) func(*testing.T) {
	with := func(entries string) string { return `{"guild_id":"7","` + list + `":[` + entries + `]}` }
	guild := func(entries string) string { return `{"id":"7","name":"g","` + list + `":[` + entries + `]}` }
	return following(value, show, options,
		step{event, with(`{"id":"3","name":"b"},{"id":"4","name":"x"}`), "b"},
		step{event, `{"guild_id":"8","` + list + `":[]}`, "b"},
		step{event, with(`{"id":"4","name":"x"}`), "gone"},
		step{event, with(`{"id":"3","name":"c"}`), "c"},
		step{"GUILD_UPDATE", `{"id":"7","name":"g"}`, "c"},
		step{"GUILD_UPDATE", guild(`{"id":"3","name":"d"}`), "d"},
		step{"GUILD_UPDATE", guild(``), "gone"},
		step{"GUILD_CREATE", guild(`{"id":"3","name":"e"}`), "e"},
		step{"DELETED_ENTITY_IDS", `{"guild_id":"7","` + list + `":["4"]}`, "e"},
		step{"DELETED_ENTITY_IDS", `{"guild_id":"7","` + list + `":["3"]}`, "gone"},
		step{"GUILD_CREATE", guild(`{"id":"3","name":"f"}`), "f"},
		step{"GUILD_CREATE", guild(`{"id":"4","name":"x"}`), "gone"},
		step{event, with(`{"id":"3","name":"g"}`), "g"},
		step{"GUILD_DELETE", `{"id":"7"}`, "gone"})
}

func TestObservedEmojisAndStickersFollowLists(t *testing.T) {
	t.Run("Emoji", inLists("GUILD_EMOJIS_UPDATE", "emojis", types.Emoji{ID: 3, Name: "a"},
		func(e *types.Emoji) string { return e.Name }, gateway.InGuild(7)))
	t.Run("Sticker", inLists("GUILD_STICKERS_UPDATE", "stickers", types.Sticker{ID: 3, Name: "a", GuildID: 7},
		func(s *types.Sticker) string { return s.Name }))
}

func TestObservedStagesAndPlansFollowEvents(t *testing.T) {
	t.Run("StageInstance", following(types.StageInstance{ID: 3, GuildID: 7, ChannelID: 5, Topic: "a"},
		func(s *types.StageInstance) string { return s.Topic }, nil,
		step{"STAGE_INSTANCE_UPDATE", `{"id":"4","guild_id":"7","channel_id":"6","topic":"x"}`, "a"},
		step{"CHANNEL_DELETE", `{"id":"6","guild_id":"7"}`, "a"},
		step{"STAGE_INSTANCE_DELETE", `{"id":"4","guild_id":"7","channel_id":"6"}`, "a"},
		step{"STAGE_INSTANCE_DELETE", `{"id":"3","guild_id":"7","channel_id":"5"}`, "gone"},
		step{"STAGE_INSTANCE_CREATE", `{"id":"3","guild_id":"7","channel_id":"5","topic":"b"}`, "b"},
		step{"GUILD_CREATE", `{"id":"7","stage_instances":[{"id":"3","channel_id":"5","topic":"c"}]}`, "c"},
		step{"GUILD_CREATE", `{"id":"7","stage_instances":[]}`, "gone"},
		step{"STAGE_INSTANCE_CREATE", `{"id":"3","guild_id":"7","channel_id":"5","topic":"d"}`, "d"},
		step{"GUILD_DELETE", `{"id":"7","unavailable":true}`, "gone"}))
	t.Run("GuildScheduledEvent", following(types.GuildScheduledEvent{ID: 3, GuildID: 7, ChannelID: 5, Name: "a"},
		func(e *types.GuildScheduledEvent) string {
			text := fmt.Sprint(e.Name, e.UserCount, " ", len(e.GuildScheduledEventExceptions))
			for _, exception := range e.GuildScheduledEventExceptions {
				text += fmt.Sprint(" ", exception.IsCanceled)
			}
			return text
		}, nil,
		step{"GUILD_SCHEDULED_EVENT_USER_ADD", `{"guild_scheduled_event_id":"3","user_id":"1","guild_id":"7"}`, "a1 0"},
		step{"GUILD_SCHEDULED_EVENT_USER_ADD", `{"guild_scheduled_event_id":"4","user_id":"1","guild_id":"7"}`, "a1 0"},
		step{"GUILD_SCHEDULED_EVENT_USER_REMOVE", `{"guild_scheduled_event_id":"3","user_id":"1","guild_id":"7"}`, "a0 0"},
		step{"GUILD_SCHEDULED_EVENT_EXCEPTION_CREATE", `{"event_id":"3","event_exception_id":"8","guild_id":"7"}`,
			"a0 1 false"},
		step{"GUILD_SCHEDULED_EVENT_EXCEPTION_UPDATE", `{"event_id":"3","event_exception_id":"8","guild_id":"7",
			"is_canceled":true}`, "a0 1 true"},
		step{"GUILD_SCHEDULED_EVENT_EXCEPTION_DELETE", `{"event_id":"3","event_exception_id":"8","guild_id":"7"}`, "a0 0"},
		step{"CHANNEL_DELETE", `{"id":"6","guild_id":"7"}`, "a0 0"},
		step{"CHANNEL_DELETE", `{"id":"5","guild_id":"7"}`, "gone"},
		step{"GUILD_SCHEDULED_EVENT_CREATE", `{"id":"3","guild_id":"7","name":"b"}`, "b0 0"},
		step{"GUILD_CREATE", `{"id":"7","guild_scheduled_events":[{"id":"3","name":"c","user_count":2}]}`, "c2 0"},
		step{"GUILD_CREATE", `{"id":"7","guild_scheduled_events":[]}`, "gone"}))
}

func TestObservedRelationshipsFollowEvents(t *testing.T) {
	show := func(r *types.Relationship) string { return fmt.Sprint(int(r.Type), r.Nickname) }
	t.Run("events", following(types.Relationship{UserID: 1, Type: 3, Nickname: "a"}, show, nil,
		step{"RELATIONSHIP_ADD", `{"id":"2","type":1,"nickname":"x","user":{"id":"2"}}`, "3a"},
		step{"RELATIONSHIP_UPDATE", `{"id":"2","type":1,"nickname":"y"}`, "3a"},
		step{"RELATIONSHIP_ADD", `{"id":"1","type":1,"nickname":"a","user":{"id":"1"}}`, "1a"},
		step{"RELATIONSHIP_UPDATE", `{"id":"1","type":1,"nickname":"b"}`, "1b"},
		step{"RELATIONSHIP_REMOVE", `{"id":"2","type":1}`, "1b"},
		step{"RELATIONSHIP_REMOVE", `{"id":"1","type":1}`, "gone"},
		step{"RELATIONSHIP_UPDATE", `{"id":"1","type":1,"nickname":"c"}`, "gone"},
		step{"RELATIONSHIP_ADD", `{"id":"1","type":2,"user":{"id":"1"}}`, "2"}))
	t.Run("sessions", func(t *testing.T) {
		observing(t, func(t *testing.T, handle gateway.GatewayHandle) {
			stays := observe(t, handle, types.Relationship{UserID: 1, Type: 1, Nickname: "a"})
			goes := observe(t, handle, types.Relationship{UserID: 2, Type: 1})
			tell(t, handle, opReidentify, "READY", `{"session_id":"t","user":{"id":"42"},"guilds":[],
				"relationships":[{"id":"1","user_id":"1","type":2,"nickname":"b"}]}`)
			if now := stays.Load(); now == nil || show(now) != "2b" || goes.Load() != nil {
				t.Errorf("after a new session they are %+v and %+v", now, goes.Load())
			}
		})
	})
}
