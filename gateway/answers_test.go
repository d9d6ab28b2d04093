package gateway_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/types"
)

// answering serves a session that hands everything but heartbeats to answer.
func answering(answer func(p *peer, asked payload)) func(p *peer) {
	return func(p *peer) {
		p.identify(time.Hour)
		for {
			asked, err := p.next()
			if err != nil {
				return
			}
			if asked.Op == types.OpcodeHeartbeat {
				p.raw(`{"op":11,"d":{}}`)
			} else {
				answer(p, asked)
			}
		}
	}
}

// silent answers nothing.
func silent(*peer, payload) {}

// field returns a field of what the client sent, without its quotes.
func (d payload) field(name string) string {
	var fields map[string]json.RawMessage
	_ = json.Unmarshal(d.D, &fields)
	return strings.Trim(string(fields[name]), `"`)
}

// unobserved fails the test if a request has left a subscription behind.
func unobserved(t *testing.T, events *gateway.Events) {
	t.Helper()
	for name, observed := range map[string]bool{
		"Guild.MembersChunk":     events.Guild.MembersChunk.Observed(),
		"Guild.MemberListUpdate": events.Guild.MemberListUpdate.Observed(),
		"Guild.SoundboardSounds": events.Guild.SoundboardSounds.Observed(),
		"Session.RateLimited":    events.Session.RateLimited.Observed(),
		"Message.LastMessages":   events.Message.LastMessages.Observed(),
		"Channel.Info":           events.Channel.Info.Observed(),
		"Channel.Statuses":       events.Channel.Statuses.Observed(),
		"Voice.StateUpdate":      events.Voice.StateUpdate.Observed(),
		"Voice.ServerUpdate":     events.Voice.ServerUpdate.Observed(),
	} {
		if observed {
			t.Errorf("a subscription to %s is left", name)
		}
	}
}

// requests is every request for an answer, about guild 7.
var requests = map[types.Opcode]struct {
	event string
	send  func(ctx context.Context, h gateway.GatewayHandle) error
}{
	types.OpcodeRequestGuildMembers: {"GUILD_MEMBERS_CHUNK", func(ctx context.Context, h gateway.GatewayHandle) error {
		_, err := h.RequestGuildMembers(ctx, types.RequestGuildMembers{GuildID: 7, Nonce: "n"})
		return err
	}},
	types.OpcodeVoiceStateUpdate: {"VOICE_SERVER_UPDATE", func(ctx context.Context, h gateway.GatewayHandle) error {
		_, err := h.UpdateVoiceState(ctx, types.UpdateVoiceState{GuildID: types.Some[types.Snowflake](7), ChannelID: types.Some[types.Snowflake](8)})
		return err
	}},
	types.OpcodeRequestLastMessages: {"LAST_MESSAGES", func(ctx context.Context, h gateway.GatewayHandle) error {
		_, err := h.RequestLastMessages(ctx, types.RequestLastMessages{GuildID: 7, ChannelIDs: []types.Snowflake{8}})
		return err
	}},
	types.OpcodeRequestSoundboardSounds: {"SOUNDBOARD_SOUNDS", func(ctx context.Context, h gateway.GatewayHandle) error {
		_, err := h.RequestSoundboardSounds(ctx, []types.Snowflake{7})
		return err
	}},
	types.OpcodeSearchRecentMembers: {"GUILD_MEMBERS_CHUNK", func(ctx context.Context, h gateway.GatewayHandle) error {
		_, err := h.SearchRecentMembers(ctx, types.SearchRecentMembers{GuildID: 7, Nonce: "n"})
		return err
	}},
	types.OpcodeGuildSubscriptions: {"GUILD_MEMBER_LIST_UPDATE", func(ctx context.Context, h gateway.GatewayHandle) error {
		list, err := h.MemberList(ctx, gateway.MemberListRequest{GuildID: 7, ChannelID: 8})
		if list != nil {
			list.Close()
		}
		return err
	}},
	types.OpcodeGuildSubscriptionsBulk: {"GUILD_MEMBER_LIST_UPDATE", func(ctx context.Context, h gateway.GatewayHandle) error {
		list, err := h.MemberList(ctx, gateway.MemberListRequest{GuildID: 7, ChannelID: 8, Bulk: true})
		if list != nil {
			list.Close()
		}
		return err
	}},
	types.OpcodeRequestChannelInfo: {"CHANNEL_INFO", func(ctx context.Context, h gateway.GatewayHandle) error {
		_, err := h.RequestChannelInfo(ctx, types.RequestChannelInfo{GuildID: 7, Fields: []types.ChannelInfoField{"status"}})
		return err
	}},
	types.OpcodeRequestChannelStatuses: {"CHANNEL_STATUSES", func(ctx context.Context, h gateway.GatewayHandle) error {
		_, err := h.RequestChannelStatuses(ctx, 7)
		return err
	}},
}

// eachRequest runs a test in a bubble for each request.
func eachRequest(t *testing.T, test func(t *testing.T, op types.Opcode, event string, send func(context.Context, gateway.GatewayHandle) error)) {
	for op, request := range requests {
		t.Run(op.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { test(t, op, request.event, request.send) })
		})
	}
}

func TestARequestToASilentServerTimesOut(t *testing.T) {
	eachRequest(t, func(t *testing.T, op types.Opcode, _ string, send func(context.Context, gateway.GatewayHandle) error) {
		handle := connect(t, serve(t, answering(silent)))
		begun := time.Now()
		err := send(t.Context(), handle)
		var timeout *gateway.TimeoutError
		if !errors.As(err, &timeout) || timeout.Op != op || timeout.Answers != 0 || timeout.After != 10*time.Second || !timeout.Timeout() {
			t.Errorf("%v, want a TimeoutError", err)
		}
		if took := time.Since(begun); took != 10*time.Second {
			t.Errorf("it took %v", took)
		}
		if !strings.HasPrefix(err.Error(), "gateway: ") {
			t.Errorf("the message is %q", err)
		}
		unobserved(t, handle.Events)
	})
}

func TestARequestEndsWithItsContext(t *testing.T) {
	eachRequest(t, func(t *testing.T, _ types.Opcode, _ string, send func(context.Context, gateway.GatewayHandle) error) {
		handle := connect(t, serve(t, answering(silent)))
		cause := errors.New("enough")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Second, func() { cancel(cause) })
		begun := time.Now()
		err := send(ctx, handle)
		if !errors.Is(err, cause) || time.Since(begun) != time.Second || !strings.HasPrefix(err.Error(), "gateway: ") {
			t.Errorf("%v after %v", err, time.Since(begun))
		}
		time.Sleep(10 * time.Second) // Its answer may come until then, and must not be another's.
		synctest.Wait()
		unobserved(t, handle.Events)
		if err := send(ctx, handle); !errors.Is(err, cause) {
			t.Errorf("with a context that has ended: %v", err)
		}
		unobserved(t, handle.Events)
	})
}

func TestARequestEndsWithTheHandle(t *testing.T) {
	eachRequest(t, func(t *testing.T, asked types.Opcode, _ string, send func(context.Context, gateway.GatewayHandle) error) {
		handle := connect(t, serve(t, answering(func(p *peer, got payload) {
			if got.Op == asked {
				p.close(4000, "no")
			}
		})))
		err := send(t.Context(), handle)
		var closed *gateway.CloseError
		if !errors.As(err, &closed) || closed.Code != 4000 || closed.Reason != "no" {
			t.Errorf("lost: %v, want a CloseError", err)
		}
		<-handle.Done()
		if err := send(t.Context(), handle); !errors.As(err, &closed) || closed.Code != 4000 {
			t.Errorf("on a handle that was lost: %v, want the CloseError", err)
		}
		unobserved(t, handle.Events)
	})
}

func TestARequestEndsWhenTheHandleIsClosed(t *testing.T) {
	eachRequest(t, func(t *testing.T, _ types.Opcode, _ string, send func(context.Context, gateway.GatewayHandle) error) {
		release := make(chan struct{})
		defer close(release)
		handle := connect(t, serve(t, func(p *peer) {
			p.identify(time.Hour)
			<-release // It does not even answer the close frame.
		}))
		result := make(chan error, 1)
		var ended time.Duration
		begun := time.Now()
		go func() {
			err := send(t.Context(), handle)
			ended = time.Since(begun)
			result <- err
		}()
		synctest.Wait()
		shut(t, handle)
		if err := <-result; !errors.Is(err, gateway.ErrClosed) || ended != 0 {
			t.Errorf("closed: %v after %v, want ErrClosed at once", err, ended)
		}
		if err := send(t.Context(), handle); !errors.Is(err, gateway.ErrClosed) {
			t.Errorf("on a closed handle: %v, want ErrClosed", err)
		}
		if err := send(t.Context(), gateway.GatewayHandle{}); !errors.Is(err, gateway.ErrClosed) {
			t.Errorf("on the zero handle: %v, want ErrClosed", err)
		}
		unobserved(t, handle.Events)
	})
}

func TestARequestBeforeReadyIsNotSent(t *testing.T) {
	eachRequest(t, func(t *testing.T, _ types.Opcode, _ string, send func(context.Context, gateway.GatewayHandle) error) {
		var got []types.Opcode
		handle, err := gateway.Spawn(t.Context(), testURL, serve(t, func(p *peer) {
			p.hello(time.Hour)
			for {
				sent, err := p.next()
				if err != nil {
					return
				}
				got = append(got, sent.Op)
			}
		}))
		if err != nil {
			t.Fatal(err)
		}
		if err := send(t.Context(), handle); !errors.Is(err, gateway.ErrNotReady) {
			t.Errorf("%v, want ErrNotReady", err)
		}
		unobserved(t, handle.Events)
		shut(t, handle)
		if err := send(t.Context(), handle); !errors.Is(err, gateway.ErrClosed) {
			t.Errorf("closed before READY: %v, want ErrClosed", err)
		}
		if len(got) != 0 {
			t.Errorf("the server got %v", got)
		}
	})
}

func TestARateLimitRefusesItsRequest(t *testing.T) {
	eachRequest(t, func(t *testing.T, op types.Opcode, _ string, send func(context.Context, gateway.GatewayHandle) error) {
		handle := connect(t, serve(t, answering(func(p *peer, _ payload) {
			p.dispatch("RATE_LIMITED", 1, fmt.Sprintf(`{"opcode":%d,"retry_after":9,"meta":{"guild_id":"7"}}`, op+1))
			p.dispatch("RATE_LIMITED", 2, fmt.Sprintf(`{"opcode":%d,"retry_after":9,"meta":{"guild_id":"6"}}`, op))
			p.dispatch("RATE_LIMITED", 3, fmt.Sprintf(`{"opcode":%d,"retry_after":2.5,"meta":{"guild_id":"7","nonce":"n"}}`, op))
		})))
		err := send(t.Context(), handle)
		var limited *gateway.RateLimitedError
		want := gateway.RateLimitedError{Op: op, RetryAfter: 2500 * time.Millisecond, GuildID: 7, Nonce: "n"}
		if !errors.As(err, &limited) || *limited != want || !strings.HasPrefix(err.Error(), "gateway: ") {
			t.Errorf("%v, want %v", err, &want)
		}
		unobserved(t, handle.Events)
	})
}

func TestADelayThatMakesNoSenseIsNone(t *testing.T) {
	for sent, want := range map[string]time.Duration{"-1": 0, "1e300": 1<<63 - 1, "0": 0, "null": 0} {
		synctest.Test(t, func(t *testing.T) {
			handle := connect(t, serve(t, answering(func(p *peer, _ payload) {
				p.dispatch("RATE_LIMITED", 1, `{"opcode":36,"retry_after":`+sent+`,"meta":{}}`)
			})))
			_, err := handle.RequestChannelStatuses(t.Context(), 7)
			var limited *gateway.RateLimitedError
			if !errors.As(err, &limited) || limited.RetryAfter != want {
				t.Errorf("retry_after %s: %v, want %v", sent, err, want)
			}
		})
	}
}

func TestAnAnswerThatDoesNotDecodeFailsItsRequest(t *testing.T) {
	eachRequest(t, func(t *testing.T, _ types.Opcode, event string, send func(context.Context, gateway.GatewayHandle) error) {
		broken := `{"guild_id":%q,"nonce":"n","members":1,"messages":1,"channels":1,"soundboard_sounds":1,"token":[],"ops":1}`
		handle := connect(t, serve(t, answering(func(p *peer, _ payload) {
			p.dispatch(event, 1, fmt.Sprintf(broken, "6")) // Somebody else's.
			p.dispatch(event, 2, `{"guild_id":{}}`)        // Nobody's.
			p.dispatch(event, 3, fmt.Sprintf(broken, "7"))
		})))
		err := send(t.Context(), handle)
		var failure *gateway.DecodeError
		if !errors.As(err, &failure) || failure.Event != event || failure.Sequence != 3 {
			t.Errorf("%v, want the DecodeError of sequence 3", err)
		}
		unobserved(t, handle.Events)
	})
}

func TestTheAnswerToAnotherHandleOfTheSameTreeIsNotTaken(t *testing.T) {
	eachRequest(t, func(t *testing.T, op types.Opcode, event string, send func(context.Context, gateway.GatewayHandle) error) {
		options := serve(t, answering(silent))
		options.Events = gateway.NewEvents()
		asking := connect(t, options)
		other := serve(t, func(p *peer) {
			p.identify(time.Hour)
			time.Sleep(time.Second)
			p.dispatch(event, 1, `{"guild_id":"7","channel_id":"8","user_id":"42","session_id":"s1","endpoint":"e","chunk_count":1,"nonce":"n","id":"everyone","ops":[{"op":"SYNC","range":[0,99],"items":[]}]}`)
			p.dispatch(event, 2, `{"guild_id":"7","nonce":"n","members":1,"messages":1,"channels":1,"soundboard_sounds":1,"token":[],"ops":1}`)
			p.dispatch("RATE_LIMITED", 3, fmt.Sprintf(`{"opcode":%d,"retry_after":1,"meta":{"guild_id":"7"}}`, op))
			p.linger()
		})
		other.Events = options.Events
		connect(t, other)
		var timeout *gateway.TimeoutError
		if err := send(t.Context(), asking); !errors.As(err, &timeout) || timeout.Answers != 0 {
			t.Errorf("%v, want a TimeoutError without answers", err)
		}
	})
}
