package gateway_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/types"
)

// limited connects to a server that notes what it gets, with heartbeats out of the way.
func limited(t *testing.T, limits gateway.RateLimits, answer func(p *peer, got payload)) (gateway.GatewayHandle, *arrivals) {
	t.Helper()
	got := new(arrivals)
	options := serve(t, noting(got, time.Hour, answer))
	options.RateLimits = limits
	return connect(t, options), got
}

// only limits one opcode to a payload every ten seconds, which with the margin are 10.1.
func only(op types.Opcode) gateway.RateLimits {
	return gateway.RateLimits{Opcodes: map[types.Opcode]gateway.RateLimit{op: {Count: 1, Window: 10 * time.Second}}}
}

const apart = 10100 * time.Millisecond

func TestSendsWaitInTheOrderInWhichTheyCame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		handle, got := limited(t, only(99), nil)
		for i := range 20 {
			go func() {
				if err := handle.Send(t.Context(), 99, i); err != nil {
					t.Error(err)
				}
			}()
			synctest.Wait()
		}
		time.Sleep(20 * apart)
		synctest.Wait()
		sent := got.of(99)
		if len(sent) != 20 {
			t.Fatalf("%d of 20 arrived", len(sent))
		}
		for i, one := range sent {
			if string(one.D) != fmt.Sprint(i) || one.at != time.Duration(i)*apart {
				t.Errorf("number %d is %s, after %v", i, one.D, one.at)
			}
		}
		if limits := handle.Stats().Limits; limits.Waits != 19 || limits.Waiting != 0 || limits.Waited != 190*apart {
			t.Errorf("counted %+v", limits)
		}
	})
}

func TestWhoWaitsForOneLimitHoldsUpNobodyElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		handle, got := limited(t, gateway.DiscordLimits(), nil)
		for range 3 {
			for guild := range types.Snowflake(3) {
				go func() {
					if err := handle.SendRequestGuildMembers(t.Context(), types.RequestGuildMembers{GuildID: guild + 1}); err != nil {
						t.Error(err)
					}
				}()
			}
		}
		synctest.Wait()
		begun := time.Now()
		if err := handle.Send(t.Context(), 99, nil); err != nil || time.Since(begun) != 0 {
			t.Errorf("another opcode: %v after %v", err, time.Since(begun))
		}
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		at := map[string][]time.Duration{}
		for _, one := range got.of(types.OpcodeRequestGuildMembers) {
			at[one.field("guild_id")] = append(at[one.field("guild_id")], one.at)
		}
		want := []time.Duration{0, 30300 * time.Millisecond, 60600 * time.Millisecond}
		for guild := range 3 {
			if got := at[fmt.Sprint(guild+1)]; !slices.Equal(got, want) {
				t.Errorf("guild %d was asked for at %v, want %v", guild+1, got, want)
			}
		}
	})
}

func TestAPayloadAboutSeveralGuildsWaitsForEachOfThem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limits := gateway.RateLimits{PerGuild: map[types.Opcode]gateway.RateLimit{99: {Count: 1, Window: 10 * time.Second}}}
		handle, got := limited(t, limits, nil)
		for _, d := range []string{
			`{"guild_id":"1"}`, `{"guild_id":2}`, `{"guild_ids":["2","3","3"]}`, `{"guild_id":["3","1"]}`,
			`{"guild_id":4,"guild_ids":[5]}`, `{"guild_id":null}`, `{"guild_id":{}}`, `{"guild_ids":["x"]}`, `["guild_id"]`,
		} {
			go func() { _ = handle.Send(t.Context(), 99, json.RawMessage(d)) }()
			synctest.Wait()
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		want := map[string]time.Duration{`{"guild_ids":["2","3","3"]}`: apart, `{"guild_id":["3","1"]}`: 2 * apart}
		sent := got.of(99)
		if len(sent) != 9 {
			t.Errorf("%d of 9 arrived", len(sent))
		}
		for _, one := range sent {
			if one.at != want[string(one.D)] {
				t.Errorf("%s arrived after %v, want %v", one.D, one.at, want[string(one.D)])
			}
		}
	})
}

func TestASendThatGivesUpLeavesItsPlaceToTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		handle, got := limited(t, only(99), nil)
		reason := errors.New("changed my mind")
		contexts := map[int]context.CancelCauseFunc{}
		for i := range 6 {
			ctx, cancel := context.WithCancelCause(t.Context())
			defer cancel(nil)
			contexts[i] = cancel
			go func() {
				if err := handle.Send(ctx, 99, i); (err != nil) != (i%2 == 1) || err != nil && !errors.Is(err, reason) {
					t.Errorf("send %d: %v", i, err)
				}
			}()
			synctest.Wait()
		}
		contexts[1](reason)
		time.Sleep(apart / 2)
		contexts[3](reason)
		contexts[5](reason)
		time.Sleep(time.Minute)
		synctest.Wait()
		for i, one := range got.of(99) {
			if string(one.D) != fmt.Sprint(2*i) || one.at != time.Duration(i)*apart {
				t.Errorf("number %d is %s, after %v", i, one.D, one.at)
			}
		}
		if limits := handle.Stats().Limits; len(got.of(99)) != 3 || limits.Waiting != 0 {
			t.Errorf("%d arrived, %+v", len(got.of(99)), limits)
		}
	})
}

func TestASendThatGivesUpWhenItsTurnComesLeavesItsPlaceToTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		handle, got := limited(t, only(99), nil)
		if err := handle.Send(t.Context(), 99, nil); err != nil {
			t.Error(err)
		}
		sent := 1
		for range 50 { // Which of the two is noticed first is left to chance.
			ctx, cancel := context.WithTimeout(t.Context(), apart)
			if handle.Send(ctx, 99, nil) == nil {
				sent++
			}
			cancel()
			begun := time.Now()
			if err := handle.Send(t.Context(), 99, nil); err != nil || time.Since(begun) > apart {
				t.Fatalf("the next: %v after %v", err, time.Since(begun))
			}
			sent++
		}
		synctest.Wait()
		if arrived := len(got.of(99)); arrived != sent || sent == 51 || sent == 101 {
			t.Errorf("%d sends returned nil, and %d arrived", sent, arrived)
		}
	})
}

func TestAWaitEndsWithTheHandle(t *testing.T) {
	for name, lose := range map[string]bool{"closed": false, "lost": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				handle, _ := limited(t, only(99), func(p *peer, got payload) {
					if got.Op == 98 {
						p.close(4000, "")
					}
					if got.Op == 97 { // Close is not answered at once.
						p.ws.SetCloseHandler(func(int, string) error { time.Sleep(3 * time.Second); return nil })
					}
				})
				if !lose {
					_ = handle.Send(t.Context(), 97, nil)
				}
				results := make(chan error, 10)
				for range cap(results) + 1 {
					go func() { results <- handle.Send(context.Background(), 99, nil) }()
				}
				if err := <-results; err != nil {
					t.Error(err)
				}
				synctest.Wait()
				begun := time.Now()
				if lose {
					_ = handle.Send(t.Context(), 98, nil)
				} else {
					go shut(t, handle)
				}
				for range cap(results) {
					err := <-results
					var closed *gateway.CloseError
					if lose != errors.As(err, &closed) || lose == errors.Is(err, gateway.ErrClosed) {
						t.Errorf("a send that waited: %v", err)
					}
				}
				if took := time.Since(begun); took != 0 {
					t.Errorf("they waited for another %v", took)
				}
				if waiting := handle.Stats().Limits.Waiting; waiting != 0 {
					t.Errorf("%d wait still", waiting)
				}
				<-handle.Done()
			})
		})
	}
}

func TestTheNewestPresenceTakesThePlaceOfTheOneThatWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limits := gateway.RateLimits{Total: gateway.RateLimit{Count: 4, Window: 10 * time.Second}}
		handle, got := limited(t, limits, nil) // One payload every ten seconds.
		queue := func(op types.Opcode, d any) <-chan error {
			result := make(chan error, 1)
			go func() { result <- handle.Send(t.Context(), op, d) }()
			synctest.Wait()
			return result
		}
		first := queue(99, 0)
		old := queue(types.OpcodePresenceUpdate, "old")
		behind := queue(99, 1)
		newer := queue(types.OpcodePresenceUpdate, "newer")
		if err := <-old; !errors.Is(err, gateway.ErrSuperseded) {
			t.Errorf("the older presence: %v", err)
		}
		newest := queue(types.OpcodePresenceUpdate, "newest")
		if err := <-newer; !errors.Is(err, gateway.ErrSuperseded) {
			t.Errorf("the one between: %v", err)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		for _, result := range []<-chan error{first, newest, behind} {
			if err := <-result; err != nil {
				t.Error(err)
			}
		}
		var order []string
		for _, one := range got.list {
			if one.Op != types.OpcodeHeartbeat {
				order = append(order, string(one.D))
			}
		}
		if want := []string{"0", `"newest"`, "1"}; !slices.Equal(order, want) {
			t.Errorf("the server got %v, want %v", order, want)
		}
	})
}

func TestTheServersRateLimitIsObeyed(t *testing.T) {
	for name, limits := range map[string]gateway.RateLimits{"off": {}, "Discord": gateway.DiscordLimits()} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				handle, got := limited(t, limits, func(p *peer, got payload) {
					switch got.Op {
					case 97:
						p.dispatch("RATE_LIMITED", 1, string(got.D))
					case types.OpcodeRequestGuildMembers:
						p.dispatch("GUILD_MEMBERS_CHUNK", 1, fmt.Sprintf(
							`{"guild_id":%q,"members":[],"chunk_index":0,"chunk_count":1,"nonce":%q}`,
							got.field("guild_id"), got.field("nonce")))
					}
				})
				for _, told := range []string{
					`{"opcode":8,"retry_after":100.5,"meta":{"guild_id":"1"}}`,
					`{"opcode":8,"retry_after":1,"meta":{"guild_id":"1"}}`, // Does not shorten what it said before.
					`{"opcode":99,"retry_after":200,"meta":{}}`,
					`{"opcode":2,"retry_after":200,"meta":{}}`,
					`{"opcode":98,"retry_after":-1,"meta":{}}`,
					`{"opcode":98,"retry_after":"x","meta":{}}`,
				} {
					if err := handle.Send(t.Context(), 97, json.RawMessage(told)); err != nil {
						t.Error(err)
					}
				}
				synctest.Wait()
				begun := time.Now()
				took := make(chan string, 10)
				try := func(name string, send func() error) {
					go func() {
						err := send()
						took <- fmt.Sprint(name, " ", time.Since(begun), " ", err)
					}()
				}
				members := func(guild types.Snowflake) func() error {
					return func() error {
						_, err := handle.RequestGuildMembers(t.Context(), types.RequestGuildMembers{GuildID: guild})
						return err
					}
				}
				try("guild 1", members(1))
				try("guild 2", members(2))
				try("99", func() error { return handle.Send(t.Context(), 99, nil) })
				try("98", func() error { return handle.Send(t.Context(), 98, nil) })
				try("a heartbeat", func() error { return handle.SendHeartbeat(t.Context()) })
				var all []string
				for range 5 {
					all = append(all, <-took)
				}
				slices.Sort(all)
				want := []string{"98 0s <nil>", "99 3m20s <nil>", "a heartbeat 0s <nil>", "guild 1 1m40.5s <nil>", "guild 2 0s <nil>"}
				if !slices.Equal(all, want) {
					t.Errorf("%q\nwant %q", all, want)
				}
				if refused := handle.Stats().Limits.Refused; refused != 5 {
					t.Errorf("%d refusals are counted, want 5", refused)
				}
				if n := len(got.of(97)); n != 6 {
					t.Errorf("%d of 6 arrived", n)
				}
			})
		})
	}
}

func TestARequestThatWaitsForItsTurnIsNotRefusedForAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		handle, _ := limited(t, only(types.OpcodeRequestChannelInfo), func(p *peer, got payload) {
			switch {
			case got.Op == types.OpcodeRequestChannelStatuses:
				p.dispatch("CHANNEL_STATUSES", 1, `{"guild_id":"7","channels":[]}`)
			case got.Op != types.OpcodeRequestChannelInfo:
			case asked == 0:
				asked++
				time.Sleep(time.Second)
				p.dispatch("RATE_LIMITED", 1, `{"opcode":43,"retry_after":60,"meta":{"guild_id":"7"}}`)
			default:
				p.dispatch("CHANNEL_INFO", 2, `{"guild_id":"7","channels":[]}`)
			}
		})
		ask := func() (time.Duration, error) {
			begun := time.Now()
			_, err := handle.RequestChannelInfo(t.Context(), types.RequestChannelInfo{GuildID: 7})
			return time.Since(begun), err
		}
		go func() {
			var refused *gateway.RateLimitedError
			if took, err := ask(); took != time.Second || !errors.As(err, &refused) {
				t.Errorf("the first: %v after %v", err, took)
			}
		}()
		synctest.Wait()
		second := make(chan struct{})
		go func() {
			defer close(second)
			if took, err := ask(); took != 61*time.Second || err != nil {
				t.Errorf("the second: %v after %v, want it when the server allows it", err, took)
			}
		}()
		time.Sleep(2 * time.Second)
		begun := time.Now()
		if _, err := handle.RequestChannelStatuses(t.Context(), 7); err != nil || time.Since(begun) != 0 {
			t.Errorf("another request, meanwhile: %v after %v", err, time.Since(begun))
		}
		<-second
	})
}
