package gatewaytest

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/gateway/gatewaytest/world"
	"github.com/chorus-go/chorus/types"
)

// observed are the events that a client has read, as JSON without nulls, in the order in which they came.
type observed []string

// add notes an event.
func (o *observed) add(t *testing.T, event any) {
	data, err := json.Marshal(event)
	if err != nil {
		t.Error(err)
	}
	var value any
	if err := json.Unmarshal(data, &value); err != nil {
		t.Error(err)
	}
	eachObject(value, func(object map[string]any) {
		for name, inner := range object {
			if inner == nil {
				delete(object, name)
			}
		}
	})
	data, err = json.Marshal(value)
	if err != nil {
		t.Error(err)
	}
	*o = append(*o, fmt.Sprintf("%T %s", event, data))
}

// quirkyStory is what a client reads of a small story on a server with quirks, and all that the server sent.
func quirkyStory(t *testing.T, quirks Quirks, encoding gateway.Encoding) (seen observed, sent []Entry) {
	synctest.Test(t, func(t *testing.T) {
		server := NewServer(t, ServerOptions{Network: new(Network), Seed: 5, Quirks: quirks})
		w := server.World()
		ann, ben := w.AddUser("ann"), w.AddUser("ben")
		guild, err := w.AddGuild(ann.ID, "Home")
		guild = must(t, guild, err)
		must(t, guild, guild.Join(ben.ID))
		role, err := guild.CreateRole(types.Role{Name: "singer", Color: 7})
		role = must(t, role, err)
		must(t, role, guild.AddRole(ann.ID, role.ID))

		events := gateway.NewEvents()
		events.Message.Create.SubscribeFunc(func(_ context.Context, e *types.MessageCreate) { seen.add(t, e) })
		events.Message.Update.SubscribeFunc(func(_ context.Context, e *types.MessageUpdate) { seen.add(t, e) })
		events.Channel.Create.SubscribeFunc(func(_ context.Context, e *types.ChannelCreate) { seen.add(t, e) })
		events.Guild.Create.SubscribeFunc(func(_ context.Context, e *types.GuildCreate) { seen.add(t, e) })
		events.Guild.MemberAdd.SubscribeFunc(func(_ context.Context, e *types.GuildMemberAdd) { seen.add(t, e) })
		events.Voice.StateUpdate.SubscribeFunc(func(_ context.Context, e *types.VoiceStateUpdate) { seen.add(t, e) })
		events.Error.SubscribeFunc(func(_ context.Context, e *error) { t.Error(*e) })
		handle, ready, err := gateway.Connect(t.Context(), server.URL(), types.IdentifyUser(ben.Token),
			gateway.Options{Dialer: server.Dialer(), Events: events, Encoding: encoding})
		if err != nil {
			t.Fatal(err)
		}
		defer handle.Close(t.Context())
		ready.Trace = nil
		seen.add(t, ready)

		room, err := guild.NewChannel(world.ChannelOptions{Name: "room"})
		room = must(t, room, err)
		first, err := room.SendMessage(ann.ID, "hello")
		first = must(t, first, err)
		reply, err := room.Send(ann.ID, world.MessageOptions{Content: "again", ReplyTo: first.ID})
		reply = must(t, reply, err)
		edited, err := room.EditMessage(reply.ID, "once more")
		must(t, edited, err)
		direct, err := w.OpenDM(ann.ID, ben.ID)
		direct = must(t, direct, err)
		private, err := direct.SendMessage(ann.ID, "psst")
		must(t, private, err)
		other, err := w.AddGuild(ann.ID, "Away")
		other = must(t, other, err)
		must(t, other, other.Join(ben.ID))
		must(t, other, other.Join(w.AddUser("cleo").ID))
		voice, err := guild.NewChannel(world.ChannelOptions{Name: "voice", Type: types.ChannelTypeGuildVoice})
		voice = must(t, voice, err)
		must(t, voice, guild.JoinVoice(ann.ID, voice.ID()))
		synctest.Wait()
		sent = server.Peers()[0].Log()
	})
	return seen, sent
}

// once returns events without those that were there before.
func once(events observed) (left observed) {
	for _, event := range events {
		if !slices.Contains(left, event) {
			left = append(left, event)
		}
	}
	return left
}

// TestTheClientLivesWithQuirks compares what the client reads with and without each quirk.
func TestTheClientLivesWithQuirks(t *testing.T) {
	for _, encoding := range []gateway.Encoding{gateway.JSON, gateway.ETF} {
		want, plain := quirkyStory(t, 0, encoding)
		for _, quirks := range []Quirks{
			QuirkDuplicates, QuirkTypes, QuirkNulls, QuirkListSync, QuirkIntegerIDs, AllQuirks, AllQuirks | QuirkIntegerIDs,
		} {
			got, sent := quirkyStory(t, quirks, encoding)
			if quirks&QuirkDuplicates != 0 && len(got) < 2*len(want) {
				t.Errorf("%v: %d events came, %d without quirks", quirks, len(got), len(want))
			}
			if quirks != QuirkListSync && sameData(plain, sent) {
				t.Errorf("quirks %b change nothing", quirks)
			}
			if got = once(got); !slices.Equal(got, want) {
				for i := range max(len(got), len(want)) {
					if i >= len(got) || i >= len(want) || got[i] != want[i] {
						t.Errorf("quirks %b, %v: event %d of %d is %s, want %s", quirks, encoding, i, len(got),
							got[min(i, len(got)-1)], want[min(i, len(want)-1)])
						break
					}
				}
			}
		}
	}
}

// sameData says whether two logs have the same payloads.
func sameData(a, b []Entry) bool {
	return slices.EqualFunc(a, b, func(a, b Entry) bool {
		var x, y any
		_ = json.Unmarshal(a.Data, &x) // what is not there is nil
		_ = json.Unmarshal(b.Data, &y)
		return fmt.Sprint(x) == fmt.Sprint(y)
	})
}

func TestQuirksAsTheyWereObserved(t *testing.T) {
	_, sent := quirkyStory(t, AllQuirks, gateway.JSON)
	counts, all := map[string]int{}, map[string]string{}
	last := int64(-1)
	for _, entry := range sent {
		if entry.Direction == Outbound && entry.Event != "" {
			counts[entry.Event]++
			all[entry.Event] += string(entry.Data)
			if entry.Seq != last+1 {
				t.Errorf("%v follows s %d", entry, last)
			}
			last = entry.Seq
		}
	}
	for event, parts := range map[string][]string{
		"MESSAGE_CREATE": {`"roles":[{"id":"`, `"public_flags":"0"`, `"guild_id":null`, `"pronouns":null`},
		"MESSAGE_UPDATE": {`"public_flags":"0"`}, "CHANNEL_CREATE": {`"public_flags":"0"`, `"video_quality_mode":null`},
		"VOICE_STATE_UPDATE": {`"self_stream":null`},
	} {
		for _, part := range parts {
			if !strings.Contains(all[event], part) {
				t.Errorf("%s has no %s: %.600s", event, part, all[event])
			}
		}
	}
	// The first CHANNEL_CREATE doubles what follows, its two messages and the CHANNEL_CREATE of the private channel, which
	// doubles again.
	if counts["MESSAGE_UPDATE"] != 2 || counts["CHANNEL_CREATE"] != 1+2+8 || counts["VOICE_STATE_UPDATE"] != 16 {
		t.Errorf("the events came as often as this: %v", counts)
	}
}

// TestCopiesHaveABound makes more channels than doubling goes on for. What a client asks for comes once
// all the same, and the guilds that a bot is told of before READY_SUPPLEMENTAL do not count.
func TestCopiesHaveABound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := NewServer(t, ServerOptions{Network: new(Network), Quirks: QuirkDuplicates})
		ann := server.World().AddUser("ann")
		guild, err := server.World().AddGuild(ann.ID, "Home")
		guild = must(t, guild, err)
		bot := server.World().AddBot("bot")
		must(t, bot, guild.Join(bot.ID))
		handle, _, err := gateway.Connect(t.Context(), server.URL(), types.IdentifyBot(bot.Token, types.IntentGuilds),
			gateway.Options{Dialer: server.Dialer()})
		handle = must(t, handle, err)
		defer handle.Close(t.Context())
		for want := 1; want <= 2*maxCopies; want *= 2 {
			channel, err := guild.CreateChannel("room")
			channel = must(t, channel, err)
			synctest.Wait()
			copies := 0
			for _, entry := range server.Peers()[0].Log() {
				if entry.Event == "CHANNEL_CREATE" && strings.Contains(string(entry.Data), channel.ID().String()) {
					copies++
				}
			}
			if copies != min(want, maxCopies) {
				t.Errorf("a channel is made known %d times, want %d", copies, min(want, maxCopies))
			}
		}
		ask := types.RequestGuildMembers{GuildID: guild.ID()}
		if err := handle.SendRequestGuildMembers(t.Context(), ask); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		answered := 0
		for _, entry := range server.Peers()[0].Log() {
			if entry.Event == "GUILD_MEMBERS_CHUNK" {
				answered++
			}
		}
		if answered != 1 {
			t.Errorf("a request is answered %d times", answered)
		}
	})
}

func TestMemberListsSyncOnly(t *testing.T) {
	server := &Server{options: ServerOptions{Quirks: QuirkListSync}}
	const sync, update = `{"op":"SYNC","range":[0,99]}`, `{"op":"UPDATE","index":3}`
	for in, want := range map[string]string{
		`{"ops":[` + sync + `,` + update + `]}`: `{"ops":[` + sync + `]}`, `{"ops":[` + update + `]}`: "",
	} {
		if got := server.quirky("GUILD_MEMBER_LIST_UPDATE", json.RawMessage(in)); string(got) != want {
			t.Errorf("%s becomes %s, want %s", in, got, want)
		}
	}
}

func TestOnlyWhatIsEmptyIsNull(t *testing.T) {
	object := map[string]any{"self_mute": false, "self_deaf": false, "session_id": "s", "self_stream": true}
	if emptyColumns(object); object["self_stream"] != true {
		t.Errorf("what is streamed becomes %v", object["self_stream"])
	}
}

func TestDiscordHasNoQuirks(t *testing.T) {
	if _, err := Serve(ServerOptions{Profile: Discord, Quirks: QuirkNulls, Network: new(Network)}); err == nil {
		t.Error("Discord has quirks")
	}
}
