package gateway_test

import (
	"context"
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

// chunk is the d of a GUILD_MEMBERS_CHUNK; a nonce of "" is left out.
func chunk(guild, nonce string, index, count int, ids ...int) string {
	members := make([]string, len(ids))
	presences := make([]string, len(ids))
	for i, id := range ids {
		members[i] = fmt.Sprintf(`{"user":{"id":"%d","username":"u%d"},"roles":[]}`, id, id)
		presences[i] = fmt.Sprintf(`{"user":{"id":"%d"},"status":"online"}`, id)
	}
	if nonce != "" {
		nonce = fmt.Sprintf(`"nonce":%q,`, nonce)
	}
	return fmt.Sprintf(`{"guild_id":%q,%s"members":[%s],"presences":[%s],"chunk_index":%d,"chunk_count":%d,"not_found":["%d"]}`,
		guild, nonce, strings.Join(members, ","), strings.Join(presences, ","), index, count, 900+index)
}

// memberIDs are those of the members.
func memberIDs(members []types.GuildMember) (all []types.Snowflake) {
	for _, m := range members {
		all = append(all, m.User.ID)
	}
	return all
}

func TestRequestGuildMembersCollectsChunksInWhateverOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		handle := connect(t, serve(t, answering(func(p *peer, asked payload) {
			g, n := asked.field("guild_id"), asked.field("nonce")
			p.dispatch("GUILD_MEMBERS_CHUNK", 1, chunk(g, "somebody else's", 0, 1, 99))
			p.dispatch("GUILD_MEMBERS_CHUNK", 2, chunk(g, n, 2, 3, 5))
			p.dispatch("GUILD_MEMBERS_CHUNK", 3, chunk(g, n, 0, 3, 1, 2))
			p.dispatch("GUILD_MEMBERS_CHUNK", 4, chunk(g, n, 2, 3, 5))
			p.dispatch("GUILD_MEMBERS_CHUNK", 5, chunk("8", n, 1, 3, 99))
			p.dispatch("GUILD_MEMBERS_CHUNK", 6, chunk(g, "", 1, 3, 99))
			time.Sleep(9 * time.Second)
			p.dispatch("GUILD_MEMBERS_CHUNK", 7, chunk(g, n, 1, 3, 3, 4))
			p.dispatch("GUILD_MEMBERS_CHUNK", 8, chunk(g, n, 1, 3, 3, 4))
		})))
		observed := 0
		sub := handle.Events.Guild.MembersChunk.SubscribeFunc(func(context.Context, *types.GuildMembersChunk) { observed++ })
		result, err := handle.RequestGuildMembers(t.Context(), types.RequestGuildMembers{GuildID: 7, Presences: true})
		if err != nil {
			t.Fatal(err)
		}
		if got := memberIDs(result.Members); result.GuildID != 7 || !slices.Equal(got, []types.Snowflake{1, 2, 3, 4, 5}) {
			t.Errorf("guild %v has members %v", result.GuildID, got)
		}
		if len(result.Presences) != 5 || !slices.Equal(result.NotFound, []types.Snowflake{900, 901, 902}) {
			t.Errorf("%d presences, not found %v", len(result.Presences), result.NotFound)
		}
		synctest.Wait()
		sub.Unsubscribe()
		if observed != 8 {
			t.Errorf("an observer saw %d chunks, want 8", observed)
		}
		unobserved(t, handle.Events)
	})
}

func TestWhatRequestGuildMembersSends(t *testing.T) {
	for _, test := range []struct {
		request types.RequestGuildMembers
		want    string // N is the nonce that is made up
	}{
		{types.RequestGuildMembers{GuildID: 7}, `{"guild_id":"7","query":"","limit":0,"nonce":"N"}`},
		{types.RequestGuildMembers{GuildID: 7, Nonce: strings.Repeat("x", 32), Presences: true},
			`{"guild_id":"7","query":"","limit":0,"presences":true,"nonce":"` + strings.Repeat("x", 32) + `"}`},
		{types.RequestGuildMembers{GuildID: 7, Query: types.Some("a")}, `{"guild_id":"7","query":"a","limit":100,"nonce":"N"}`},
		{types.RequestGuildMembers{GuildID: 7, Query: types.Some("a"), Limit: types.Some[int64](3)}, `{"guild_id":"7","query":"a","limit":3,"nonce":"N"}`},
		{types.RequestGuildMembers{GuildID: 7, UserIDs: types.SnowflakeList{1, 2}, Query: types.Null[string]()}, `{"guild_id":"7","user_ids":["1","2"],"nonce":"N"}`},
		{types.RequestGuildMembers{GuildID: 7, UserIDs: types.SnowflakeList{}}, ``},
	} {
		synctest.Test(t, func(t *testing.T) {
			var sent []payload
			handle := connect(t, serve(t, answering(func(p *peer, asked payload) {
				sent = append(sent, asked)
				p.dispatch("GUILD_MEMBERS_CHUNK", 1, chunk("7", asked.field("nonce"), 0, 1))
			})))
			result, err := handle.RequestGuildMembers(t.Context(), test.request)
			if err != nil || result == nil {
				t.Fatal(result, err)
			}
			synctest.Wait()
			var got string
			for _, s := range sent {
				got += string(s.D)
				if nonce := s.field("nonce"); test.request.Nonce == "" {
					if len(nonce) < 16 || len(nonce) > 32 {
						t.Errorf("the nonce %q is made up", nonce)
					}
					got = strings.Replace(got, nonce, "N", 1)
				}
			}
			if got != test.want {
				t.Errorf("sent   %s\nwanted %s", got, test.want)
			}
		})
	}
}

func TestARequestForMembersThatServersRejectIsNotSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sent := 0
		handle := connect(t, serve(t, answering(func(*peer, payload) { sent++ })))
		for _, request := range []types.RequestGuildMembers{
			{GuildID: 7, Nonce: strings.Repeat("x", 33)},
			{GuildID: 7, Query: types.Some(""), UserIDs: types.SnowflakeList{1}},
			{GuildID: 7, Query: types.Some(strings.Repeat("x", 5000))},
			{GuildID: 7, Query: types.Some("a"), Limit: types.Some[int64](0)},
			{GuildID: 7, Limit: types.Some[int64](-1)},
		} {
			result, err := handle.RequestGuildMembers(t.Context(), request)
			if err == nil || result != nil || !strings.HasPrefix(err.Error(), "gateway: ") {
				t.Errorf("%v, %v", result, err)
			}
		}
		synctest.Wait()
		if sent != 0 {
			t.Errorf("%d frames were sent", sent)
		}
		unobserved(t, handle.Events)
	})
}

func TestManyUserIDsAreAskedForInSeveralFrames(t *testing.T) {
	for maxFrame, want := range map[int][]int{4096: {100, 100, 50}, 1500: {50, 50, 50, 50, 50}} {
		synctest.Test(t, func(t *testing.T) {
			var sizes []int
			nonces := map[string]bool{}
			options := serve(t, answering(func(p *peer, asked payload) {
				var request types.RequestGuildMembers
				if err := types.Raw(asked.D).Decode(&request); err != nil {
					t.Error(err)
				}
				sizes = append(sizes, len(request.UserIDs))
				nonces[request.Nonce] = true
				half := len(request.UserIDs) / 2
				for index, part := range [][]types.Snowflake{request.UserIDs[half:], request.UserIDs[:half]} {
					numbers := make([]int, len(part))
					for i, id := range part {
						numbers[i] = int(id)
					}
					p.dispatch("GUILD_MEMBERS_CHUNK", 1, chunk("7", request.Nonce, 1-index, 2, numbers...))
				}
			}))
			options.MaxFrame = maxFrame
			handle := connect(t, options)
			var users types.SnowflakeList
			for i := range 250 {
				users = append(users, types.Snowflake(1573868338252199815+i))
			}
			result, err := handle.RequestGuildMembers(t.Context(), types.RequestGuildMembers{GuildID: 7, UserIDs: users, Nonce: "mine"})
			if err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			if !slices.Equal(sizes, want) || len(nonces) != len(want) || !nonces["mine"] {
				t.Errorf("frames of %v user ids with %d nonces, want %v", sizes, len(nonces), want)
			}
			if !slices.Equal(memberIDs(result.Members), users) {
				t.Errorf("%d members, not in the order asked for", len(result.Members))
			}
			unobserved(t, handle.Events)
		})
	}
}

func TestTenRequestsForMembersAtOnce(t *testing.T) {
	for name, guild := range map[string]func(i int) int{
		"of different guilds": func(i int) int { return 10 + i },
		"of the same guild":   func(int) int { return 7 },
	} {
		for _, echo := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, echo %t", name, echo), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					var asked []payload
					handle := connect(t, serve(t, answering(func(p *peer, got payload) {
						if asked = append(asked, got); len(asked) < 10 {
							return
						}
						if echo {
							slices.Reverse(asked)
						}
						for index := range 2 {
							if !echo && index > 0 {
								break
							}
							for _, a := range asked {
								nonce, query := a.field("nonce"), 0
								fmt.Sscan(a.field("query"), &query)
								if echo {
									p.dispatch("GUILD_MEMBERS_CHUNK", 1, chunk(a.field("guild_id"), nonce, index, 2, 2*query+index))
								} else if query%2 == 1 {
									p.dispatch("GUILD_MEMBERS_CHUNK", 1, chunk(a.field("guild_id"), "", 0, 2, 2*query))
									p.dispatch("GUILD_MEMBERS_CHUNK", 1, chunk(a.field("guild_id"), "", 1, 2, 2*query+1))
								} else {
									p.dispatch("GUILD_MEMBERS_CHUNK", 1, chunk(a.field("guild_id"), "", 0, 1, 2*query, 2*query+1))
								}
							}
						}
					})))
					var wait sync.WaitGroup
					for i := range 10 {
						wait.Go(func() {
							result, err := handle.RequestGuildMembers(t.Context(), types.RequestGuildMembers{
								GuildID: types.Snowflake(guild(i)), Query: types.Some(fmt.Sprint(i)),
							})
							if err != nil {
								t.Error(err)
								return
							}
							if got, want := memberIDs(result.Members), []types.Snowflake{types.Snowflake(2 * i), types.Snowflake(2*i + 1)}; !slices.Equal(got, want) {
								t.Errorf("request %d got members %v", i, got)
							}
						})
						synctest.Wait() // So that it is known in which order they are sent.
					}
					wait.Wait()
					unobserved(t, handle.Events)
				})
			})
		}
	}
}

func TestWhatHadArrivedComesWithTheError(t *testing.T) {
	for name, test := range map[string]struct {
		end  func(p *peer, n string)
		want func(error) bool
	}{
		"silence": {func(*peer, string) {}, func(err error) bool {
			timeout, ok := errors.AsType[*gateway.TimeoutError](err)
			return ok && timeout.Answers == 1
		}},
		"loss": {func(p *peer, _ string) { p.close(4000, "") }, func(err error) bool {
			closed, ok := errors.AsType[*gateway.CloseError](err)
			return ok && closed.Code == 4000
		}},
		"refusal": {func(p *peer, n string) {
			p.dispatch("RATE_LIMITED", 2, `{"opcode":8,"retry_after":9,"meta":{"guild_id":"7","nonce":"another"}}`)
			p.dispatch("RATE_LIMITED", 3, `{"opcode":8,"retry_after":1,"meta":{"guild_id":"7","nonce":"`+n+`"}}`)
		}, func(err error) bool {
			limited, ok := errors.AsType[*gateway.RateLimitedError](err)
			return ok && limited.RetryAfter == time.Second
		}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				handle := connect(t, serve(t, answering(func(p *peer, asked payload) {
					p.dispatch("GUILD_MEMBERS_CHUNK", 1, chunk("7", asked.field("nonce"), 0, 2, 1, 2))
					test.end(p, asked.field("nonce"))
				})))
				result, err := handle.RequestGuildMembers(t.Context(), types.RequestGuildMembers{GuildID: 7})
				if !test.want(err) || result == nil || len(result.Members) != 2 {
					t.Errorf("%v, %v", result, err)
				}
				unobserved(t, handle.Events)
			})
		})
	}
}

func TestGuildMembersYieldsAsChunksArrive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		handle := connect(t, serve(t, answering(func(p *peer, asked payload) {
			for _, index := range []int{1, 0, 2} {
				p.dispatch("GUILD_MEMBERS_CHUNK", 1, chunk("7", asked.field("nonce"), index, 4, 10*index, 10*index+1))
				time.Sleep(9 * time.Second)
			}
		})))
		var got []types.Snowflake
		var failure error
		begun := time.Now()
		members := handle.GuildMembers(t.Context(), types.RequestGuildMembers{GuildID: 7})
		unobserved(t, handle.Events) // until the loop begins
		for member, err := range members {
			if (err == nil) == (member == nil) || failure != nil {
				t.Fatal(member, err, failure)
			}
			if failure = err; err == nil {
				if got = append(got, member.User.ID); len(got) == 1 && time.Since(begun) != 0 {
					t.Errorf("the first member came after %v", time.Since(begun))
				}
			}
			if len(got) == 5 {
				time.Sleep(time.Minute) // That is not the server's silence.
			}
		}
		if !slices.Equal(got, []types.Snowflake{10, 11, 0, 1, 20, 21}) {
			t.Errorf("the members are %v", got)
		}
		timeout, ok := errors.AsType[*gateway.TimeoutError](failure)
		if !ok || timeout.Answers != 3 {
			t.Errorf("the last pair carries %v", failure)
		}
		unobserved(t, handle.Events)
	})
}

func TestLeavingTheLoopOverMembersEndsTheSubscription(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sent := 0
		handle := connect(t, serve(t, answering(func(p *peer, asked payload) {
			sent++
			p.dispatch("GUILD_MEMBERS_CHUNK", 1, chunk("7", asked.field("nonce"), 0, 1, 1, 2, 3))
		})))
		users := make(types.SnowflakeList, 300)
		for range 2 {
			for range handle.GuildMembers(t.Context(), types.RequestGuildMembers{GuildID: 7, UserIDs: users}) {
				break
			}
			unobserved(t, handle.Events)
		}
		synctest.Wait()
		if sent != 2 {
			t.Errorf("%d frames were sent, want one for each loop", sent)
		}
	})
}

func TestNoMemberComesAfterTheContextHasEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		handle := connect(t, serve(t, answering(func(p *peer, asked payload) {
			p.dispatch("GUILD_MEMBERS_CHUNK", 1, chunk("7", asked.field("nonce"), 0, 1, 1, 2, 3))
		})))
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		members, failures := 0, 0
		for member, err := range handle.GuildMembers(ctx, types.RequestGuildMembers{GuildID: 7}) {
			if member != nil {
				members++
			}
			if err != nil {
				failures++
				if !errors.Is(err, context.Canceled) {
					t.Error(err)
				}
			}
			cancel()
		}
		if members != 1 || failures != 1 {
			t.Errorf("%d members and %d errors, want one of each", members, failures)
		}
		unobserved(t, handle.Events)
	})
}

func TestARequestInsideAnObserver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		options := serve(t, answering(func(p *peer, asked payload) {
			if asked.Op == 99 {
				p.dispatch("MESSAGE_CREATE", 1, message("!members"))
			} else {
				p.dispatch("GUILD_MEMBERS_CHUNK", 2, chunk("7", asked.field("nonce"), 0, 1, 1))
			}
		}))
		handle := connect(t, options)
		done := make(chan error, 1)
		handle.Events.Message.Create.SubscribeFunc(func(ctx context.Context, _ *types.MessageCreate) {
			_, err := handle.RequestGuildMembers(ctx, types.RequestGuildMembers{GuildID: 7})
			done <- err
		})
		if err := handle.Send(t.Context(), 99, nil); err != nil {
			t.Fatal(err)
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}
