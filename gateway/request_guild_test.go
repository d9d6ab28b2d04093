package gateway_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/types"
)

// lastMessages is the d of a LAST_MESSAGES with one message in each channel.
func lastMessages(guild string, channels ...types.Snowflake) string {
	var messages []string
	for _, id := range channels {
		messages = append(messages, fmt.Sprintf(`{"id":"%v","channel_id":"%v","author":{"id":"3","username":"ann"}}`, id+1000, id))
	}
	return fmt.Sprintf(`{"guild_id":%q,"messages":[%s]}`, guild, strings.Join(messages, ","))
}

// channels are those of the messages.
func channels(messages []types.Message) (all []types.Snowflake) {
	for _, m := range messages {
		all = append(all, m.ChannelID)
	}
	return all
}

func TestRequestLastMessages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var sent []string
		handle := connect(t, serve(t, answering(func(p *peer, asked payload) {
			sent = append(sent, fmt.Sprint(int(asked.Op), string(asked.D)))
			p.dispatch("LAST_MESSAGES", 1, lastMessages("6", 8))
			p.dispatch("LAST_MESSAGES", 2, lastMessages("7", 8, 10)) // to somebody who asked for more
			p.dispatch("LAST_MESSAGES", 3, lastMessages("7", 9))
			p.dispatch("LAST_MESSAGES", 4, lastMessages("7", 8))
		})))
		last, err := handle.RequestLastMessages(t.Context(), types.RequestLastMessages{GuildID: 7, ChannelIDs: []types.Snowflake{8, 9}})
		if err != nil {
			t.Fatal(err)
		}
		if last.GuildID != 7 || !slices.Equal(channels(last.Messages), []types.Snowflake{9}) {
			t.Errorf("the answer is %+v", last)
		}
		synctest.Wait()
		if want := []string{`34{"guild_id":"7","channel_ids":["8","9"]}`}; !slices.Equal(sent, want) {
			t.Errorf("sent %v", sent)
		}
		unobserved(t, handle.Events)
	})
}

func TestTheLastMessagesOfManyChannelsAreAskedForInSeveralFrames(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var all []types.Snowflake
		for i := range 250 {
			all = append(all, types.Snowflake(100+i))
		}
		frames, known := 0, 3
		handle := connect(t, serve(t, answering(func(p *peer, asked payload) {
			var request types.RequestLastMessages
			if err := json.Unmarshal(asked.D, &request); err != nil {
				t.Error(err)
			}
			if frames++; frames <= known {
				p.dispatch("LAST_MESSAGES", frames, lastMessages("7", request.ChannelIDs...))
			}
		})))
		last, err := handle.RequestLastMessages(t.Context(), types.RequestLastMessages{GuildID: 7, ChannelIDs: all})
		synctest.Wait()
		if err != nil || frames != 3 || !slices.Equal(channels(last.Messages), all) {
			t.Errorf("%d frames, %v", frames, err)
		}
		frames, known = 0, 1
		last, err = handle.RequestLastMessages(t.Context(), types.RequestLastMessages{GuildID: 7, ChannelIDs: all})
		if _, ok := errors.AsType[*gateway.TimeoutError](err); !ok || last == nil || len(last.Messages) != 100 {
			t.Errorf("when the second frame is not answered: %v", err)
		}
	})
}

func TestRequestSoundboardSounds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const sounds = `{"guild_id":%q,"soundboard_sounds":[{"name":%q,"sound_id":"1","volume":1}]}`
		var sent []string
		handle := connect(t, serve(t, answering(func(p *peer, asked payload) {
			sent = append(sent, string(asked.D))
			for i, guild := range []string{"6", "8", "8", "7"} {
				p.dispatch("SOUNDBOARD_SOUNDS", i, fmt.Sprintf(sounds, guild, "of "+guild))
			}
		})))
		got, err := handle.RequestSoundboardSounds(t.Context(), []types.Snowflake{7, 8, 7})
		if err != nil || len(got) != 2 || got[7][0].Name != "of 7" || got[8][0].Name != "of 8" {
			t.Errorf("%v, %v", got, err)
		}
		got, err = handle.RequestSoundboardSounds(t.Context(), []types.Snowflake{7, 9})
		if timeout, ok := errors.AsType[*gateway.TimeoutError](err); !ok || timeout.Answers != 1 || len(got) != 1 {
			t.Errorf("for a guild one is not in: %v, %v", got, err)
		}
		got, err = handle.RequestSoundboardSounds(t.Context(), nil)
		if err != nil || got == nil || len(got) != 0 {
			t.Errorf("for no guilds: %v, %v", got, err)
		}
		synctest.Wait()
		if want := []string{`{"guild_ids":["7","8","7"]}`, `{"guild_ids":["7","9"]}`}; !slices.Equal(sent, want) {
			t.Errorf("sent %v", sent)
		}
		unobserved(t, handle.Events)
	})
}

// The answers are as Spacebar sends them: without a sequence number.
func TestRequestChannelInfoAndStatuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var sent []string
		handle := connect(t, serve(t, answering(func(p *peer, asked payload) {
			sent = append(sent, fmt.Sprint(int(asked.Op), string(asked.D)))
			p.raw(`{"op":0,"t":"CHANNEL_INFO","d":{"guild_id":"6","channels":[]}}`)
			p.raw(`{"op":0,"t":"CHANNEL_STATUSES","d":{"guild_id":"6","channels":[]}}`)
			p.raw(`{"op":0,"t":"CHANNEL_INFO","d":{"guild_id":"7","channels":[{"id":"8","status":null,"voice_start_time":"2026-11-22T01:11:11.813Z"}]}}`)
			p.raw(`{"op":0,"t":"CHANNEL_STATUSES","d":{"guild_id":"7","channels":[{"id":"8","status":"chess"}]}}`)
		})))
		info, err := handle.RequestChannelInfo(t.Context(), types.RequestChannelInfo{GuildID: 7, Fields: []types.ChannelInfoField{"status"}})
		if err != nil || info.GuildID != 7 || len(info.Channels) != 1 || info.Channels[0].ID != 8 {
			t.Errorf("%+v, %v", info, err)
		}
		statuses, err := handle.RequestChannelStatuses(t.Context(), 7)
		if err != nil || statuses.GuildID != 7 || len(statuses.Channels) != 1 || statuses.Channels[0].ID != 8 {
			t.Errorf("%+v, %v", statuses, err)
		}
		synctest.Wait()
		if want := []string{`43{"guild_id":"7","fields":["status"]}`, `36{"guild_id":"7"}`}; !slices.Equal(sent, want) {
			t.Errorf("sent %v", sent)
		}
		unobserved(t, handle.Events)
	})
}

// What is asked of one guild at once can be told apart only by the order in which it was sent.
func TestTenRequestsForOneGuildAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked []string
		handle := connect(t, serve(t, answering(func(p *peer, got payload) {
			var request types.RequestChannelInfo
			if err := json.Unmarshal(got.D, &request); err != nil {
				t.Error(err)
			}
			if asked = append(asked, string(request.Fields[0])); len(asked) == 10 {
				for i, id := range asked {
					p.dispatch("CHANNEL_INFO", i, fmt.Sprintf(`{"guild_id":"7","channels":[{"id":%q}]}`, id))
				}
			}
		})))
		var wait sync.WaitGroup
		for i := range 10 {
			wait.Go(func() {
				field := types.ChannelInfoField(fmt.Sprint(100 + i))
				info, err := handle.RequestChannelInfo(t.Context(), types.RequestChannelInfo{GuildID: 7, Fields: []types.ChannelInfoField{field}})
				if err != nil || info.Channels[0].ID.String() != string(field) {
					t.Errorf("request %s: %+v, %v", field, info, err)
				}
			})
		}
		wait.Wait()
		unobserved(t, handle.Events)
	})
}

// While one request is being sent, the next waits; no longer than its context, though.
func TestARequestThatWaitsForItsTurnEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		handle := connect(t, serve(t, func(p *peer) {
			p.identify(time.Hour)
			<-release
		}))
		defer close(release)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var wait sync.WaitGroup
		for range 100 { // Far more than the network holds.
			wait.Go(func() { _ = handle.Send(ctx, 99, strings.Repeat("x", 4000)) })
		}
		synctest.Wait()
		wait.Go(func() { _, _ = handle.RequestChannelInfo(ctx, types.RequestChannelInfo{GuildID: 7}) })
		synctest.Wait()
		short, stop := context.WithTimeout(t.Context(), time.Second)
		defer stop()
		begun := time.Now()
		_, err := handle.RequestChannelInfo(short, types.RequestChannelInfo{GuildID: 7})
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(begun) != time.Second {
			t.Errorf("%v after %v", err, time.Since(begun))
		}
		cancel()
		wait.Wait()
	})
}

// A request that nobody waits for any longer is answered all the same, and its answer is not the next one's.
func TestTheAnswerToAnAbandonedRequestIsNotTakenForAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		handle := connect(t, serve(t, answering(func(p *peer, asked payload) {
			var request types.RequestChannelInfo
			if err := json.Unmarshal(asked.D, &request); err != nil {
				t.Error(err)
			}
			if request.Fields[0] != "30" {
				time.Sleep(2 * time.Second)
				p.dispatch("CHANNEL_INFO", 1, fmt.Sprintf(`{"guild_id":"7","channels":[{"id":%q}]}`, request.Fields[0]))
			}
		})))
		ask := func(ctx context.Context, id string) (types.Snowflake, error) {
			info, err := handle.RequestChannelInfo(ctx, types.RequestChannelInfo{GuildID: 7, Fields: []types.ChannelInfoField{types.ChannelInfoField(id)}})
			if err != nil {
				return 0, err
			}
			return info.Channels[0].ID, nil
		}
		short, stop := context.WithTimeout(t.Context(), time.Second)
		defer stop()
		if _, err := ask(short, "10"); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		if got, err := ask(t.Context(), "20"); err != nil || got != 20 {
			t.Errorf("the answer is %v, %v; want 20", got, err)
		}
		unobserved(t, handle.Events) // The abandoned one is gone with its answer.

		short, stop = context.WithTimeout(t.Context(), time.Second)
		defer stop()
		if _, err := ask(short, "30"); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		time.Sleep(11 * time.Second)
		unobserved(t, handle.Events) // The server was silent for too long.
		if got, err := ask(t.Context(), "40"); err != nil || got != 40 {
			t.Errorf("the answer is %v, %v; want 40", got, err)
		}

		short, stop = context.WithTimeout(t.Context(), time.Second)
		defer stop()
		if _, err := ask(short, "30"); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		shut(t, handle)
		synctest.Wait()
		unobserved(t, handle.Events) // The handle has ended.
	})
}
