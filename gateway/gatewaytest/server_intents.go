package gatewaytest

import (
	"encoding/json"
	"strings"

	"github.com/chorus-go/chorus/gateway/gatewaytest/pubsub"
	"github.com/chorus-go/chorus/types"
)

// asking are the events that only sessions with an intent get, by the intents of which any one is enough. A test
// compares it with the tables of the protocol. Every other event reaches everybody.
var asking = eventIntents([]intentEvents{
	{types.IntentGuildMessages | types.IntentDirectMessages, `MESSAGE_CREATE MESSAGE_UPDATE MESSAGE_DELETE`},
	{types.IntentGuildMessages, `MESSAGE_DELETE_BULK`},
	{types.IntentGuildMessagePolls | types.IntentDirectMessagePolls, `MESSAGE_POLL_VOTE_ADD
		MESSAGE_POLL_VOTE_REMOVE`},
	{types.IntentGuildMessageReactions | types.IntentDirectMessageReactions, `MESSAGE_REACTION_ADD
		MESSAGE_REACTION_ADD_MANY MESSAGE_REACTION_REMOVE MESSAGE_REACTION_REMOVE_ALL MESSAGE_REACTION_REMOVE_EMOJI`},
	{types.IntentGuilds | types.IntentPrivateChannels, `CHANNEL_CREATE CHANNEL_UPDATE CHANNEL_DELETE`},
	{types.IntentGuilds | types.IntentDirectMessages, `CHANNEL_PINS_UPDATE`},
	{types.IntentPrivateChannels, `CHANNEL_RECIPIENT_ADD CHANNEL_RECIPIENT_REMOVE`},
	{types.IntentGuilds, `THREAD_CREATE THREAD_UPDATE THREAD_DELETE THREAD_LIST_SYNC THREAD_MEMBER_UPDATE
		GUILD_CREATE GUILD_UPDATE GUILD_DELETE GUILD_ROLE_CREATE GUILD_ROLE_UPDATE GUILD_ROLE_DELETE
		STAGE_INSTANCE_CREATE STAGE_INSTANCE_UPDATE STAGE_INSTANCE_DELETE VOICE_CHANNEL_START_TIME_UPDATE
		VOICE_CHANNEL_STATUS_UPDATE`},
	{types.IntentGuilds | types.IntentGuildMembers, `THREAD_MEMBERS_UPDATE`},
	{types.IntentGuildModeration, `GUILD_AUDIT_LOG_ENTRY_CREATE GUILD_BAN_ADD GUILD_BAN_REMOVE`},
	{types.IntentGuildEmojisAndStickers, `GUILD_EMOJIS_UPDATE GUILD_STICKERS_UPDATE GUILD_SOUNDBOARD_SOUND_CREATE
		GUILD_SOUNDBOARD_SOUND_UPDATE GUILD_SOUNDBOARD_SOUND_DELETE GUILD_SOUNDBOARD_SOUNDS_UPDATE`},
	{types.IntentGuildMembers, `GUILD_MEMBER_ADD GUILD_MEMBER_UPDATE GUILD_MEMBER_REMOVE`},
	{types.IntentGuildScheduledEvents, `GUILD_SCHEDULED_EVENT_CREATE GUILD_SCHEDULED_EVENT_UPDATE
		GUILD_SCHEDULED_EVENT_DELETE GUILD_SCHEDULED_EVENT_EXCEPTION_CREATE GUILD_SCHEDULED_EVENT_EXCEPTION_UPDATE
		GUILD_SCHEDULED_EVENT_EXCEPTION_DELETE GUILD_SCHEDULED_EVENT_EXCEPTIONS_DELETE GUILD_SCHEDULED_EVENT_USER_ADD
		GUILD_SCHEDULED_EVENT_USER_REMOVE`},
	{types.IntentGuildIntegrations, `GUILD_INTEGRATIONS_UPDATE INTEGRATION_CREATE INTEGRATION_UPDATE
		INTEGRATION_DELETE`},
	{types.IntentGuildPresences | types.IntentUserPresence, `PRESENCE_UPDATE`},
	{types.IntentGuildMessageTyping | types.IntentDirectMessageTyping, `TYPING_START`},
	{types.IntentCalls, `AUDIO_SETTINGS_UPDATE CALL_CREATE CALL_UPDATE CALL_DELETE`},
	{types.IntentUserRelationships, `RELATIONSHIP_ADD RELATIONSHIP_UPDATE RELATIONSHIP_REMOVE GAME_RELATIONSHIP_ADD
		GAME_RELATIONSHIP_REMOVE`},
	{types.IntentGuildInvites, `INVITE_CREATE INVITE_DELETE`},
	{types.IntentGuildVoiceStates | types.IntentCalls, `VOICE_STATE_UPDATE`},
	{types.IntentGuildVoiceStates, `VOICE_CHANNEL_EFFECT_SEND`},
	{types.IntentGuildWebhooks, `WEBHOOKS_UPDATE`},
	{types.IntentAutoModerationConfiguration, `AUTO_MODERATION_RULE_CREATE AUTO_MODERATION_RULE_UPDATE
		AUTO_MODERATION_RULE_DELETE`},
	{types.IntentAutoModerationExecution, `AUTO_MODERATION_ACTION_EXECUTION`},
	{types.IntentGuildEmbeddedActivities | types.IntentDirectEmbeddedActivities, `EMBEDDED_ACTIVITY_UPDATE_V2`},
	{types.IntentLobbies, `LOBBY_CREATE LOBBY_UPDATE LOBBY_MEMBER_ADD LOBBY_MEMBER_UPDATE LOBBY_MEMBER_REMOVE
		LOBBY_MESSAGE_CREATE LOBBY_MESSAGE_UPDATE LOBBY_MESSAGE_DELETE LOBBY_VOICE_STATE_UPDATE
		LOBBY_VOICE_SERVER_UPDATE`},
	{types.IntentLobbyDelete, `LOBBY_DELETE`},
})

// intentEvents are events that intents ask for.
type intentEvents struct {
	intents types.Intents
	names   string
}

func eventIntents(table []intentEvents) map[string]types.Intents {
	byName := make(map[string]types.Intents)
	for _, row := range table {
		for name := range strings.FieldsSeq(row.names) {
			byName[name] = row.intents
		}
	}
	return byName
}

// outsideGuilds are the intents that ask for what happens outside guilds.
const outsideGuilds = types.IntentDirectMessages | types.IntentDirectMessageReactions |
	types.IntentDirectMessageTyping | types.IntentDirectMessagePolls |
	types.IntentDirectEmbeddedActivities | types.IntentPrivateChannels |
	types.IntentCalls | types.IntentUserPresence | types.IntentUserRelationships |
	types.IntentLobbies | types.IntentLobbyDelete

// knownIntents are the bits that there are.
const knownIntents = 1<<29 - 1

// passes says whether a session with those intents gets an event. The payload is looked into only if the event can
// happen in a guild and outside, and the session has asked for one of the two.
func passes(intents types.Intents, event pubsub.Event) bool {
	wanted := asking[event.Type]
	if wanted == 0 || intents&wanted == wanted {
		return true
	}
	if intents&wanted == 0 {
		return false
	}
	inside, outside := wanted&^outsideGuilds, wanted&outsideGuilds
	if inside == 0 || outside == 0 {
		return true
	}
	here, err := event.Derive(insideGuild{}, func(data json.RawMessage) any {
		var place struct {
			GuildID types.Snowflake `json:"guild_id"`
		}
		return json.Unmarshal(data, &place) == nil && place.GuildID != 0
	})
	switch {
	case err != nil:
		return true // the writer says what is wrong with it
	case here.(bool):
		return intents&inside != 0
	}
	return intents&outside != 0
}

// insideGuild is whether an event happens in a guild, which is worked out once for all who may get it.
type insideGuild struct{}
