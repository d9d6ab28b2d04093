package gateway_test

import (
	"context"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/types"
)

// sending calls a method that sends on a handle.
type sending func(h gateway.GatewayHandle, ctx context.Context) error

// sendCase is what a method writes: opcode and d.
type sendCase struct {
	method string
	send   sending
	want   string
}

// with returns the call of a method with its argument.
func with[T any](method func(gateway.GatewayHandle, context.Context, T) error, argument T) sending {
	return func(h gateway.GatewayHandle, ctx context.Context) error { return method(h, ctx, argument) }
}

type handle = gateway.GatewayHandle

func sendCases() []sendCase {
	cases := append(sessionSends(), guildSends()...)
	cases = append(cases, channelSends()...)
	cases = append(cases, voiceSends()...)
	return append(cases, undocumentedSends()...)
}

func sessionSends() []sendCase {
	return []sendCase{
		{"SendHeartbeat", handle.SendHeartbeat, `1 null`},
		{"SendIdentify", with(handle.SendIdentify, types.Identify{}),
			`2 {"token":"","properties":{"os":"","browser":"","browser_user_agent":"","browser_version":"","client_build_number":0,"release_channel":"","system_locale":""}}`},
		{"SendIdentify", with(handle.SendIdentify, types.Identify{
			Token: "t", Properties: types.ClientProperties{OS: "o", Browser: "b", Device: "d"}, Compress: true, LargeThreshold: 250,
			Shard: [2]int64{0, 1}, Presence: &types.UpdatePresence{Status: "idle"}, Intents: types.Some(types.Intents(0)), Capabilities: 1,
			ClientState: &types.ClientState{InitialGuildID: types.Some(types.Snowflake(5))}, GuildSubscriptions: types.Some(false),
		}), `2 {"token":"t","properties":{"os":"o","browser":"b","browser_user_agent":"","browser_version":"","client_build_number":0,` +
			`"release_channel":"","system_locale":"","device":"d"},"compress":true,"large_threshold":250,"shard":[0,1],` +
			`"presence":{"activities":[],"status":"idle","since":0,"afk":false},"intents":0,"capabilities":1,` +
			`"client_state":{"initial_guild_id":"5"},"guild_subscriptions":false}`},
		{"SendUpdatePresence", with(handle.SendUpdatePresence, types.UpdatePresence{}), `3 {"activities":[],"status":"","since":0,"afk":false}`},
		{"SendUpdatePresence", with(handle.SendUpdatePresence, types.UpdatePresence{
			Status: "dnd", Since: 7, AFK: true, Activities: []types.Activity{{
				Name: "chess", Type: types.ActivityTypePlaying, CreatedAt: 9, URL: "u", Details: "d", State: "s", Emoji: &types.ActivityEmoji{Name: "e"},
				Timestamps: &types.ActivityTimestamps{Start: 1}, Flags: types.ActivityFlagJoin, Party: &types.ActivityParty{ID: "p", Size: [2]int64{1, 2}},
			}},
		}), `3 {"activities":[{"name":"chess","type":0,"url":"u","timestamps":{"start":1},"details":"d","state":"s","flags":2,` +
			`"emoji":{"name":"e"},"party":{"id":"p","size":[1,2]}}],"status":"dnd","since":7,"afk":true}`},
		{"SendResume", with(handle.SendResume, types.Resume{}), `6 {"token":"","session_id":"","seq":0}`},
		{"SendResume", with(handle.SendResume, types.Resume{Token: "t", SessionID: "s", Seq: 5}), `6 {"token":"t","session_id":"s","seq":5}`},
		{"SendRemoteCommand", with(handle.SendRemoteCommand, types.SendRemoteCommand{}), `29 {"target_session_id":"","payload":null}`},
		{"SendRemoteCommand", with(handle.SendRemoteCommand, types.SendRemoteCommand{TargetSessionID: "s", Payload: types.Raw(`{"type":"X"}`)}),
			`29 {"target_session_id":"s","payload":{"type":"X"}}`},
		{"SendQoSHeartbeat", with(handle.SendQoSHeartbeat, types.QoSHeartbeat{}), `40 {"seq":null,"qos":{"ver":0,"active":false,"reasons":[]}}`},
		{"SendQoSHeartbeat", with(handle.SendQoSHeartbeat, types.QoSHeartbeat{
			Seq: types.Some[int64](9), QoS: types.QoSPayload{Ver: 27, Active: true, Reasons: []types.QoSReason{"foregrounded"}},
		}), `40 {"seq":9,"qos":{"ver":27,"active":true,"reasons":["foregrounded"]}}`},
		{"SendUpdateTimeSpentSessionID", with(handle.SendUpdateTimeSpentSessionID, types.UpdateTimeSpentSessionID{}),
			`41 {"initialization_timestamp":0,"session_id":"","client_launch_id":""}`},
		{"SendUpdateTimeSpentSessionID", with(handle.SendUpdateTimeSpentSessionID, types.UpdateTimeSpentSessionID{
			InitializationTimestamp: 1, SessionID: "s", ClientLaunchID: "c",
		}), `41 {"initialization_timestamp":1,"session_id":"s","client_launch_id":"c"}`},
	}
}

func guildSends() []sendCase {
	on := types.Some(true)
	return []sendCase{
		{"SendRequestGuildMembers", with(handle.SendRequestGuildMembers, types.RequestGuildMembers{}), `8 {"guild_id":null,"query":"","limit":0}`},
		{"SendRequestGuildMembers", with(handle.SendRequestGuildMembers, types.RequestGuildMembers{
			GuildID: 1, Query: types.Some("a"), Limit: types.Some[int64](5), Presences: true, Nonce: strings.Repeat("n", 32),
		}), `8 {"guild_id":"1","query":"a","limit":5,"presences":true,"nonce":"` + strings.Repeat("n", 32) + `"}`},
		{"SendRequestGuildMembers", with(handle.SendRequestGuildMembers, types.RequestGuildMembers{
			GuildID: 1, Query: types.Null[string](), UserIDs: types.SnowflakeList{2, 3},
		}), `8 {"guild_id":"1","user_ids":["2","3"]}`},
		{"SendRequestGuildMembers", with(handle.SendRequestGuildMembers, types.RequestGuildMembers{
			GuildID: 1, Query: types.Some(""), UserIDs: types.SnowflakeList{},
		}), `8 {"guild_id":"1","query":"","limit":0}`},
		{"SendRequestGuildMembers", with(handle.SendRequestGuildMembers, types.RequestGuildMembers{GuildID: 1, Query: types.Some("a")}),
			`8 {"guild_id":"1","query":"a","limit":100}`},
		{"SendSearchRecentMembers", with(handle.SendSearchRecentMembers, types.SearchRecentMembers{}), `35 {"guild_id":null,"query":"","continuation_token":null}`},
		{"SendSearchRecentMembers", with(handle.SendSearchRecentMembers, types.SearchRecentMembers{
			GuildID: 1, Query: "q", ContinuationToken: types.Some(types.Snowflake(2)), Nonce: "n",
		}), `35 {"guild_id":"1","query":"q","continuation_token":"2","nonce":"n"}`},
		{"SendGuildSync", with(handle.SendGuildSync, types.RequestGuildSync(nil)), `12 []`},
		{"SendGuildSync", with(handle.SendGuildSync, types.RequestGuildSync{1, 2}), `12 ["1","2"]`},
		{"SendLazyRequest", with(handle.SendLazyRequest, types.GuildSubscriptionSingle{}), `14 {"guild_id":null}`},
		{"SendLazyRequest", with(handle.SendLazyRequest, types.GuildSubscriptionSingle{
			GuildID: 1, Typing: on, Threads: on, Activities: on, MemberUpdates: on, Members: []types.Snowflake{2},
			Channels: map[types.Snowflake][][2]int64{9: nil, 3: {{0, 99}, {100, 199}}}, ThreadMemberLists: []types.Snowflake{4},
		}), `14 {"guild_id":"1","typing":true,"threads":true,"activities":true,"member_updates":true,"members":["2"],` +
			`"channels":{"3":[[0,99],[100,199]],"9":[]},"thread_member_lists":["4"]}`},
		{"SendGuildSubscriptions", with(handle.SendGuildSubscriptions, types.GuildSubscriptionsBulk{}), `37 {"subscriptions":{}}`},
		{"SendGuildSubscriptions", with(handle.SendGuildSubscriptions, types.GuildSubscriptionsBulk{
			Subscriptions: map[types.Snowflake]types.GuildSubscription{
				9: {Typing: on, Channels: map[types.Snowflake][][2]int64{3: {{0, 99}}, 4: nil}}, 1: {},
			},
		}), `37 {"subscriptions":{"1":{},"9":{"typing":true,"channels":{"3":[[0,99]],"4":[]}}}}`},
		{"SendRequestDeletedEntityIDs", with(handle.SendRequestDeletedEntityIDs, types.GetDeletedEntityIDs{}),
			`30 {"guild_id":null,"channel_ids_hash":"","role_ids_hash":"","emoji_ids_hash":"","sticker_ids_hash":""}`},
		{"SendRequestDeletedEntityIDs", with(handle.SendRequestDeletedEntityIDs, types.GetDeletedEntityIDs{
			GuildID: 1, ChannelIDsHash: "c", RoleIDsHash: "r", EmojiIDsHash: "e", StickerIDsHash: "s",
		}), `30 {"guild_id":"1","channel_ids_hash":"c","role_ids_hash":"r","emoji_ids_hash":"e","sticker_ids_hash":"s"}`},
		{"SendRequestSoundboardSounds", with(handle.SendRequestSoundboardSounds, types.RequestSoundboardSounds{}), `31 {"guild_ids":[]}`},
		{"SendRequestSoundboardSounds", with(handle.SendRequestSoundboardSounds, types.RequestSoundboardSounds{GuildIDs: []types.Snowflake{2, 1}}),
			`31 {"guild_ids":["2","1"]}`},
	}
}

func channelSends() []sendCase {
	return []sendCase{
		{"SendRequestForumUnreads", with(handle.SendRequestForumUnreads, types.RequestForumUnreads{}), `28 {"guild_id":null,"channel_id":null,"threads":[]}`},
		{"SendRequestForumUnreads", with(handle.SendRequestForumUnreads, types.RequestForumUnreads{
			GuildID: 1, ChannelID: 2, Threads: []types.ForumUnreadRequestThread{{ThreadID: 3, AckMessageID: 4}},
		}), `28 {"guild_id":"1","channel_id":"2","threads":[{"thread_id":"3","ack_message_id":"4"}]}`},
		{"SendRequestLastMessages", with(handle.SendRequestLastMessages, types.RequestLastMessages{}), `34 {"guild_id":null,"channel_ids":[]}`},
		{"SendRequestLastMessages", with(handle.SendRequestLastMessages, types.RequestLastMessages{GuildID: 1, ChannelIDs: []types.Snowflake{3, 2}}),
			`34 {"guild_id":"1","channel_ids":["3","2"]}`},
		{"SendRequestChannelStatuses", with(handle.SendRequestChannelStatuses, types.RequestChannelStatuses{}), `36 {"guild_id":null}`},
		{"SendRequestChannelStatuses", with(handle.SendRequestChannelStatuses, types.RequestChannelStatuses{GuildID: 1}), `36 {"guild_id":"1"}`},
		{"SendResyncGuildChannels", with(handle.SendResyncGuildChannels, types.ResyncGuildChannels{}), `38 {"guild_id":null,"obfuscated_channel_ids":[]}`},
		{"SendResyncGuildChannels", with(handle.SendResyncGuildChannels, types.ResyncGuildChannels{GuildID: 1, ObfuscatedChannelIDs: []types.Snowflake{2}}),
			`38 {"guild_id":"1","obfuscated_channel_ids":["2"]}`},
		{"SendRequestChannelMemberCount", with(handle.SendRequestChannelMemberCount, types.RequestChannelMemberCount{}), `39 {"guild_id":null,"channel_id":null}`},
		{"SendRequestChannelMemberCount", with(handle.SendRequestChannelMemberCount, types.RequestChannelMemberCount{GuildID: 1, ChannelID: 2}),
			`39 {"guild_id":"1","channel_id":"2"}`},
		{"SendRequestChannelInfo", with(handle.SendRequestChannelInfo, types.RequestChannelInfo{}), `43 {"guild_id":null,"fields":[]}`},
		{"SendRequestChannelInfo", with(handle.SendRequestChannelInfo, types.RequestChannelInfo{GuildID: 1, Fields: []types.ChannelInfoField{"status"}}),
			`43 {"guild_id":"1","fields":["status"]}`},
	}
}

func voiceSends() []sendCase {
	region, id := types.Some("r"), types.Some(types.Snowflake(1))
	return []sendCase{
		{"SendUpdateVoiceState", with(handle.SendUpdateVoiceState, types.UpdateVoiceState{}),
			`4 {"guild_id":null,"channel_id":null,"self_mute":false,"self_deaf":false,"self_video":false}`},
		{"SendUpdateVoiceState", with(handle.SendUpdateVoiceState, types.UpdateVoiceState{
			GuildID: id, ChannelID: id, SelfMute: true, SelfDeaf: true, SelfVideo: true, PreferredRegion: region,
			PreferredRegions: []string{"a"}, Flags: 1, Tracks: []types.Raw{types.Raw(`{}`)},
		}), `4 {"guild_id":"1","channel_id":"1","self_mute":true,"self_deaf":true,"self_video":true,"preferred_region":"r",` +
			`"preferred_regions":["a"],"flags":1,"tracks":[{}]}`},
		{"SendPingVoiceServer", handle.SendPingVoiceServer, `5 null`},
		{"SendCallSync", with(handle.SendCallSync, types.RequestCallConnect{}), `13 {"channel_id":null}`},
		{"SendCallSync", with(handle.SendCallSync, types.RequestCallConnect{ChannelID: 1}), `13 {"channel_id":"1"}`},
		{"SendCreateSpeedTest", with(handle.SendCreateSpeedTest, types.CreateSpeedTest{}), `32 {}`},
		{"SendCreateSpeedTest", with(handle.SendCreateSpeedTest, types.CreateSpeedTest{PreferredRegion: region}), `32 {"preferred_region":"r"}`},
		{"SendDeleteSpeedTest", handle.SendDeleteSpeedTest, `33 null`},
		{"SendCreateStream", with(handle.SendCreateStream, types.CreateStream{Type: types.StreamTypeCall}), `18 {"type":"call","channel_id":null}`},
		{"SendCreateStream", with(handle.SendCreateStream, types.CreateStream{Type: "guild", GuildID: id, ChannelID: 2, PreferredRegion: region}),
			`18 {"type":"guild","guild_id":"1","channel_id":"2","preferred_region":"r"}`},
		{"SendDeleteStream", with(handle.SendDeleteStream, types.DeleteStream{StreamKey: "k"}), `19 {"stream_key":"k"}`},
		{"SendWatchStream", with(handle.SendWatchStream, types.WatchStream{StreamKey: "k"}), `20 {"stream_key":"k"}`},
		{"SendPingStreamServer", with(handle.SendPingStreamServer, types.PingStreamServer{StreamKey: "k"}), `21 {"stream_key":"k"}`},
		{"SendSetStreamPaused", with(handle.SendSetStreamPaused, types.SetStreamPaused{StreamKey: "k"}), `22 {"stream_key":"k","paused":false}`},
		{"SendSetStreamPaused", with(handle.SendSetStreamPaused, types.SetStreamPaused{StreamKey: "k", Paused: true}), `22 {"stream_key":"k","paused":true}`},
		{"SendLobbyConnect", with(handle.SendLobbyConnect, types.LobbyConnect{}), `15 {"lobby_id":null,"lobby_secret":""}`},
		{"SendLobbyConnect", with(handle.SendLobbyConnect, types.LobbyConnect{LobbyID: 1, LobbySecret: "s"}), `15 {"lobby_id":"1","lobby_secret":"s"}`},
		{"SendLobbyDisconnect", with(handle.SendLobbyDisconnect, types.LobbyDisconnect{LobbyID: 1}), `16 {"lobby_id":"1"}`},
		{"SendUpdateLobbyVoiceStates", with(handle.SendUpdateLobbyVoiceStates, types.UpdateLobbyVoiceStates(nil)), `17 []`},
		{"SendUpdateLobbyVoiceStates", with(handle.SendUpdateLobbyVoiceStates, types.UpdateLobbyVoiceStates{{}, {
			LobbyID: 1, SelfMute: true, SelfDeaf: true, SelfVideo: true, PreferredRegion: region, PreferredRegions: []string{"a"},
		}}), `17 [{"lobby_id":null,"self_mute":false,"self_deaf":false},` +
			`{"lobby_id":"1","self_mute":true,"self_deaf":true,"self_video":true,"preferred_region":"r","preferred_regions":["a"]}]`},
		{"SendPingLobbyVoiceServer", with(handle.SendPingLobbyVoiceServer, types.PingLobbyVoiceServer{LobbyID: 1}), `42 {"lobby_id":"1"}`},
	}
}

// undocumentedSends are those of opcodes 23 to 27, which take any JSON.
func undocumentedSends() []sendCase {
	var cases []sendCase
	for i, method := range []struct {
		name string
		send func(gateway.GatewayHandle, context.Context, types.Raw) error
	}{
		{"SendLfgSubscriptions", handle.SendLfgSubscriptions},
		{"SendRequestGuildApplicationCommands", handle.SendRequestGuildApplicationCommands},
		{"SendEmbeddedActivityCreate", handle.SendEmbeddedActivityCreate},
		{"SendEmbeddedActivityDelete", handle.SendEmbeddedActivityDelete},
		{"SendEmbeddedActivityUpdate", handle.SendEmbeddedActivityUpdate},
	} {
		op := strconv.Itoa(23 + i)
		cases = append(cases,
			sendCase{method.name, with(method.send, types.Raw(nil)), op + ` null`},
			sendCase{method.name, with(method.send, types.Raw(`{"any":["thing"]}`)), op + ` {"any":["thing"]}`})
	}
	return cases
}

// sendMethods returns the names of the methods that send one opcode.
func sendMethods() []string {
	var names []string
	for method := range reflect.TypeFor[gateway.GatewayHandle]().Methods() {
		if strings.HasPrefix(method.Name, "Send") && method.Name != "Send" {
			names = append(names, method.Name)
		}
	}
	return names
}

func TestEverySendWritesWhatItSays(t *testing.T) {
	cases := sendCases()
	tested := map[string]bool{}
	for _, c := range cases {
		tested[c.method] = true
		t.Run(c.method, func(t *testing.T) {
			if got := sent(t, gateway.Options{}, c.send); len(got) != 1 || got[0] != c.want {
				t.Errorf("sent    %s\nwanted  %s", strings.Join(got, "\n        "), c.want)
			}
		})
	}
	for _, name := range sendMethods() {
		if !tested[name] {
			t.Errorf("%s is not tested", name)
		}
	}
}

// sent returns what a server is sent by a call that succeeds, on a connection that has had no dispatch.
func sent(t *testing.T, options gateway.Options, send sending) []string {
	t.Helper()
	got, err := tried(t, options, send)
	if err != nil {
		t.Error(err)
	}
	return got
}

// tried returns what a server is sent by a call, and the call's error.
func tried(t *testing.T, options gateway.Options, send sending) (got []string, err error) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		served := serve(t, func(p *peer) {
			p.raw(`{"op":10,"d":{"heartbeat_interval":3600000}}`)
			for {
				frame, err := p.next()
				if err != nil {
					return
				}
				got = append(got, strconv.Itoa(int(frame.Op))+" "+string(frame.D))
			}
		})
		served.MaxFrame = options.MaxFrame
		h, spawnErr := gateway.Spawn(t.Context(), testURL, served)
		if spawnErr != nil {
			t.Fatal(spawnErr)
		}
		err = send(h, t.Context())
		synctest.Wait()
		shut(t, h)
	})
	return got, err
}

func TestSendsOfTheZeroHandle(t *testing.T) {
	for _, c := range sendCases() {
		if err := c.send(gateway.GatewayHandle{}, t.Context()); err != gateway.ErrClosed {
			t.Errorf("%s: %v, want ErrClosed", c.method, err)
		}
	}
}

func TestQoSHeartbeatCarriesTheSequence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got []payload
		h := connect(t, serve(t, collecting(&got)))
		for _, seq := range []types.Optional[int64]{{}, types.Null[int64](), types.Some[int64](7)} {
			if err := h.SendQoSHeartbeat(t.Context(), types.QoSHeartbeat{Seq: seq}); err != nil {
				t.Error(err)
			}
		}
		synctest.Wait()
		for i, want := range []string{`{"seq":0,`, `{"seq":null,`, `{"seq":7,`} {
			if i >= len(got) || got[i].Op != types.OpcodeQoSHeartbeat || !strings.HasPrefix(string(got[i].D), want) {
				t.Errorf("sent %v, want %s", got, want)
			}
		}
	})
}
