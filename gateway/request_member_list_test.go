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

// listData is the d of a GUILD_MEMBER_LIST_UPDATE of a list of guild 7.
func listData(id string, ops ...string) string {
	return fmt.Sprintf(`{"id":%q,"guild_id":"7","member_count":9,"online_count":3,"groups":[{"id":"online","count":2}],"ops":[%s]}`, id, strings.Join(ops, ","))
}

var inChannel8 = gateway.MemberListRequest{GuildID: 7, ChannelID: 8}

// listing serves a session that answers the first request for a member list with a heading and two members, and hands
// the rest to then.
func listing(then func(p *peer, asked payload)) func(p *peer) {
	lists := 0
	return answering(func(p *peer, asked payload) {
		if lists++; lists == 1 {
			p.dispatch("GUILD_MEMBER_LIST_UPDATE", 1, listData("everyone", syncOp(0, 99, "online 1 2")))
			return
		}
		then(p, asked)
	})
}

// openList makes a member list that the test closes.
func openList(t *testing.T, handle gateway.GatewayHandle, request gateway.MemberListRequest) *gateway.MemberList {
	t.Helper()
	list, err := handle.MemberList(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(list.Close)
	return list
}

// say makes a server of listing send dispatches of a GUILD_MEMBER_LIST_UPDATE.
func say(t *testing.T, handle gateway.GatewayHandle, data ...string) {
	t.Helper()
	for _, d := range data {
		if err := handle.Send(t.Context(), 99, json.RawMessage(d)); err != nil {
			t.Fatal(err)
		}
	}
	synctest.Wait()
}

// repeating is what listing hands what say sends to.
func repeating(p *peer, asked payload) {
	if asked.Op == 99 {
		p.dispatch("GUILD_MEMBER_LIST_UPDATE", 2, string(asked.D))
	}
}

func TestAMemberListAsSpacebarSendsIt(t *testing.T) {
	found := 0
	for name, recording := range recordings(t) {
		for _, connection := range recording.Connections() {
			for _, dispatch := range recording.Dispatches(connection) {
				if dispatch.Name != "GUILD_MEMBER_LIST_UPDATE" {
					continue
				}
				found++
				var event types.GuildMemberListUpdate
				if err := json.Unmarshal(dispatch.Data, &event); err != nil {
					t.Fatal(err)
				}
				synctest.Test(t, func(t *testing.T) {
					handle := connect(t, serve(t, answering(func(p *peer, _ payload) {
						p.dispatch(dispatch.Name, 1, string(dispatch.Data))
					})))
					list := openList(t, handle, gateway.MemberListRequest{
						GuildID: event.GuildID, ChannelID: 8, Ranges: [][2]int64{{0, 99}, {100, 199}},
					})
					checkRecorded(t, name+" "+connection, list.State(), &event)
				})
			}
		}
	}
	if found == 0 {
		t.Skip("no recording has a member list")
	}
}

// checkRecorded compares a list with the one event that it was made of.
func checkRecorded(t *testing.T, name string, s *gateway.MemberListState, event *types.GuildMemberListUpdate) {
	t.Helper()
	items := event.Ops[0].Items
	if s.ID() != event.ID || s.GuildID() != event.GuildID || s.Known() != len(items) || s.Len() != len(items) || s.Known() < 4 {
		t.Fatalf("%s: the list %q has %d rows of which %d known, want %d", name, s.ID(), s.Len(), s.Known(), len(items))
	}
	if s.MemberCount() != event.MemberCount || s.OnlineCount() != event.OnlineCount {
		t.Errorf("%s: %d members, %d online", name, s.MemberCount(), s.OnlineCount())
	}
	for _, group := range s.Groups() {
		if heading, ok := s.Row(group.Index); !ok || heading.Group == nil || heading.Group.ID != group.ID {
			t.Errorf("%s: the heading of %s is not at %d", name, group.ID, group.Index)
		}
	}
	for i, item := range items {
		if item.Member == nil {
			continue
		}
		index, member := s.Find(item.Member.User.ID)
		if index != i || member.Presence == nil || member.User.Username == "" {
			t.Errorf("%s: user %v is found at %d, want %d, with the presence %v", name, item.Member.User.ID, index, i, member.Presence)
		}
	}
}

func TestWhatAMemberListSends(t *testing.T) {
	for _, bulk := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			var sent []string
			handle := connect(t, serve(t, answering(func(p *peer, asked payload) {
				sent = append(sent, fmt.Sprint(int(asked.Op), string(asked.D)))
				p.dispatch("GUILD_MEMBER_LIST_UPDATE", 1, listData("everyone", syncOp(0, 99, "online 1 2")))
			})))
			request := inChannel8
			request.Bulk = bulk
			list := openList(t, handle, request)
			if err := list.Scroll(t.Context(), gateway.MemberListRanges(250, 320)...); err != nil {
				t.Error(err)
			}
			for _, ranges := range [][][2]int64{
				{{0, 98}}, {{-100, -1}}, {{50, 149}}, {{0, 99}, {100, 199}, {200, 299}, {300, 399}}, {{0, 199}},
			} {
				err := list.Scroll(t.Context(), ranges...)
				if refused, ok := errors.AsType[*gateway.PayloadError](err); !ok || refused.Field != "channels.8" {
					t.Errorf("%v: %v", ranges, err)
				}
				request.Ranges = ranges
				if list, err := handle.MemberList(t.Context(), request); !errors.As(err, new(*gateway.PayloadError)) || list != nil {
					t.Errorf("%v: %v", ranges, err)
				}
			}
			if err := list.Scroll(t.Context()); err != nil {
				t.Error(err)
			}
			synctest.Wait()
			want := []string{
				`14{"guild_id":"7","channels":{"8":[[0,99]]}}`,
				`14{"guild_id":"7","channels":{"8":[[0,99],[200,299],[300,399]]}}`,
				`14{"guild_id":"7","channels":{"8":[]}}`,
			}
			if bulk {
				for i, w := range want {
					_, channels, _ := strings.Cut(w, `,"channels"`)
					want[i] = `37{"subscriptions":{"7":{"channels"` + channels + `}}`
				}
			}
			if !slices.Equal(sent, want) {
				t.Errorf("sent %q\nwant %q", sent, want)
			}
		})
	}
}

// Servers do not say for which channel a list is, so the order tells, or the id.
func TestSeveralMemberListsOfOneGuild(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked []payload
		handle := connect(t, serve(t, answering(func(p *peer, got payload) {
			if got.Op == 99 {
				p.dispatch("GUILD_MEMBER_LIST_UPDATE", 9, string(got.D))
				return
			}
			if asked = append(asked, got); len(asked) < 10 {
				return
			}
			p.dispatch("GUILD_MEMBER_LIST_UPDATE", 1, listData("nobody's", `{"op":"DELETE","index":0}`))
			p.dispatch("GUILD_MEMBER_LIST_UPDATE", 1, listData("nobody's", syncOp(500, 599, "1")))
			for i := range asked {
				p.dispatch("GUILD_MEMBER_LIST_UPDATE", 2+i, listData(fmt.Sprint(i/2), syncOp(0, 99, fmt.Sprint(i))))
			}
			p.dispatch("GUILD_MEMBER_LIST_UPDATE", 20, listData("known", syncOp(0, 99, "77")))
		})))
		var wait sync.WaitGroup
		wait.Go(func() {
			request := inChannel8
			request.ListID = "known"
			list, err := handle.MemberList(t.Context(), request)
			if err != nil || list.State().ID() != "known" {
				t.Errorf("of the id that was given: %v", err)
				return
			}
			list.Close()
		})
		synctest.Wait()
		lists := make([]*gateway.MemberList, 9)
		for i := range lists {
			wait.Go(func() {
				var err error
				if lists[i], err = handle.MemberList(t.Context(), gateway.MemberListRequest{GuildID: 7, ChannelID: types.Snowflake(100 + i)}); err != nil {
					t.Error(err)
				}
			})
			synctest.Wait()
		}
		wait.Wait()
		for i, list := range lists {
			if t.Failed() {
				return
			}
			// Two channels each share a list: the rows are those that were sent last.
			if s := list.State(); s.ID() != fmt.Sprint(i/2) || shown(s) != fmt.Sprintf("0:%d", i/2*2+1) {
				t.Errorf("list %d is %s: %s", i, s.ID(), shown(s))
			}
			list.Close()
		}
		unobserved(t, handle.Events)
	})
}

func TestTheAnswerToAnAbandonedMemberListIsNotTakenForAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		number := 0
		handle := connect(t, serve(t, answering(func(p *peer, _ payload) {
			id := fmt.Sprint(number)
			number++
			time.Sleep(2 * time.Second)
			p.dispatch("GUILD_MEMBER_LIST_UPDATE", 1, listData(id, syncOp(0, 99, "1")))
		})))
		short, stop := context.WithTimeout(t.Context(), time.Second)
		defer stop()
		if _, err := handle.MemberList(short, inChannel8); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		if list := openList(t, handle, gateway.MemberListRequest{GuildID: 7, ChannelID: 9}); list.State().ID() != "1" {
			t.Errorf("the list is %q", list.State().ID())
		}
	})
}
