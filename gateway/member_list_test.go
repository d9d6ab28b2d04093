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

	"github.com/chorus-go/chorus/gateway"
	"github.com/chorus-go/chorus/types"
)

func TestAMemberListFollowsTheServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		handle := connect(t, serve(t, listing(repeating)))
		list := openList(t, handle, inChannel8)
		first := list.State()
		if shown(first) != "0:online 1:1 2:2" {
			t.Fatalf("the list is %s", shown(first))
		}
		late := 0
		sub := handle.Events.Guild.MemberListUpdate.SubscribeFunc(func(_ context.Context, event *types.GuildMemberListUpdate) {
			if event.ID == "everyone" && list.State().MemberCount() < event.MemberCount {
				late++
			}
		})
		say(t, handle,
			listData("everyone", `{"op":"INSERT","index":1,"item":`+row("3")+`}`, `{"op":"DELETE","index":2}`),
			listData("42", `{"op":"DELETE","index":0}`),
			strings.Replace(listData("everyone", `{"op":"DELETE","index":0}`), `"guild_id":"7"`, `"guild_id":"6"`, 1),
			strings.Replace(listData("everyone", syncOp(100, 199, "4")), `"member_count":9`, `"member_count":10`, 1))
		sub.Unsubscribe()
		if got := shown(list.State()); got != "0:online 1:3 2:2 100:4" || late != 0 {
			t.Errorf("the list is %s; %d observers were ahead of it", got, late)
		}
		if shown(first) != "0:online 1:1 2:2" || first.MemberCount() != 9 || list.State().MemberCount() != 10 {
			t.Errorf("a state has changed: %s", shown(first))
		}
		// The shorthands read the state of the moment.
		if item, ok := list.Row(100); !ok || label(item) != "4" || list.Len() != 101 || len(list.Groups()) != 1 {
			t.Errorf("row 100 is %s, of %d rows in %d groups", label(item), list.Len(), len(list.Groups()))
		}
		if index, _ := list.Find(4); index != 100 {
			t.Errorf("user 4 is found at %d", index)
		}
		rows, span := 0, 0
		for range list.Rows() {
			rows++
		}
		for range list.Range(0, 49) {
			span++
		}
		if rows != 4 || span != 50 {
			t.Errorf("%d rows, %d in the range", rows, span)
		}
	})
}

func TestChangesOfAMemberList(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		handle := connect(t, serve(t, listing(repeating)))
		list := openList(t, handle, inChannel8)
		changes := list.Changes(t.Context())
		say(t, handle, listData("everyone", syncOp(100, 199, "3")), listData("everyone", syncOp(100, 199, "4")))
		var seen, late []string
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			for s := range list.Changes(ctx) {
				late = append(late, shown(s))
			}
		}()
		synctest.Wait()
		yielded := 0
		for s := range changes {
			seen = append(seen, shown(s))
			if yielded++; yielded == 1 {
				say(t, handle, listData("everyone", `{"op":"DELETE","index":2}`))
				continue
			}
			if yielded == 2 {
				cancel()
				<-ended
				list.Close() // This ends the loop.
			}
		}
		want := []string{"0:online 1:1 2:2 100:4", "0:online 1:1 99:4"}
		if !slices.Equal(seen, want) || !slices.Equal(late, want[1:]) {
			t.Errorf("yielded %q and, to a loop that began later, %q\nwant %q", seen, late, want)
		}
		for range 20 { // What is chosen of two things that are ready is a matter of luck.
			yielded = 0
			for s := range changes {
				if yielded++; s != list.State() {
					t.Errorf("after the end it yields %s", shown(s))
				}
			}
			if yielded != 1 {
				t.Fatalf("after the end it yields %d states, want the last one", yielded)
			}
		}
		for range list.Changes(t.Context()) {
			t.Error("a list that has ended has changed")
		}
	})
}

func TestAMemberListEndsAndStaysAsItIs(t *testing.T) {
	cause := errors.New("enough")
	for name, end := range map[string]func(t *testing.T, list *gateway.MemberList, cancel context.CancelCauseFunc, handle gateway.GatewayHandle) error{
		"Close": func(_ *testing.T, list *gateway.MemberList, _ context.CancelCauseFunc, _ gateway.GatewayHandle) error {
			list.Close()
			list.Close()
			return gateway.ErrListClosed
		},
		"context": func(_ *testing.T, _ *gateway.MemberList, cancel context.CancelCauseFunc, _ gateway.GatewayHandle) error {
			cancel(cause)
			return cause
		},
		"handle": func(t *testing.T, _ *gateway.MemberList, _ context.CancelCauseFunc, handle gateway.GatewayHandle) error {
			shut(t, handle)
			return gateway.ErrClosed
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				handle := connect(t, serve(t, listing(repeating)))
				ctx, cancel := context.WithCancelCause(t.Context())
				defer cancel(nil)
				list, err := handle.MemberList(ctx, inChannel8)
				if err != nil || list.Err() != nil {
					t.Fatal(err, list.Err())
				}
				want := end(t, list, cancel, handle)
				<-list.Done()
				if !errors.Is(list.Err(), want) {
					t.Errorf("it ended with %v, want %v", list.Err(), want)
				}
				if err := list.Scroll(t.Context(), [2]int64{0, 99}); !errors.Is(err, want) {
					t.Errorf("Scroll: %v, want %v", err, want)
				}
				synctest.Wait()
				unobserved(t, handle.Events)
				if handle.State() == gateway.StateReady {
					say(t, handle, listData("everyone", `{"op":"DELETE","index":0}`))
				}
				if got := shown(list.State()); got != "0:online 1:1 2:2" {
					t.Errorf("the list has become %s", got)
				}
			})
		})
	}
}

func TestAnEventThatMakesNoSenseMakesHolesOfAMemberList(t *testing.T) {
	for name, test := range map[string]struct {
		data  string
		holes bool
	}{
		"no sense":            {listData("everyone", `{"op":"DELETE","index":-1}`), true},
		"of another list":     {listData("42", `{"op":"DELETE","index":-1}`), false},
		"undecodable":         {`{"id":"everyone","guild_id":"7","ops":5}`, true},
		"undecodable, no id":  {`{"guild_id":"7","id":{}}`, true},
		"undecodable, other":  {`{"id":"42","guild_id":"7","ops":5}`, false},
		"undecodable, guild":  {`{"id":"everyone","guild_id":"6","ops":5}`, false},
		"undecodable, nobody": {`{"guild_id":{},"ops":5}`, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				handle := connect(t, serve(t, listing(repeating)))
				list := openList(t, handle, inChannel8)
				failures := 0
				handle.Events.Error.SubscribeFunc(func(_ context.Context, err *error) {
					_, nonsense := errors.AsType[*gateway.MemberListError](*err)
					_, undecodable := errors.AsType[*gateway.DecodeError](*err)
					if nonsense == (name == "no sense") && nonsense != undecodable {
						failures++
					}
				})
				say(t, handle, test.data)
				want := "0:online 1:1 2:2"
				if test.holes {
					want = ""
				}
				if got := shown(list.State()); got != want || list.State().MemberCount() != 9 || list.State().ID() != "everyone" {
					t.Errorf("the list has become %q", got)
				}
				if reported := name != "of another list"; reported != (failures == 1) {
					t.Errorf("%d errors were reported", failures)
				}
				say(t, handle, listData("everyone", syncOp(0, 99, "online 5")))
				if got := shown(list.State()); got != "0:online 1:5" {
					t.Errorf("after a SYNC it is %q", got)
				}
			})
		})
	}
	synctest.Test(t, func(t *testing.T) {
		handle := connect(t, serve(t, answering(func(p *peer, _ payload) {
			p.dispatch("GUILD_MEMBER_LIST_UPDATE", 1, listData("everyone", syncOp(0, 99, "1"), `{"op":"DELETE","index":-1}`))
		})))
		list, err := handle.MemberList(t.Context(), inChannel8)
		if !errors.As(err, new(*gateway.MemberListError)) || list != nil {
			t.Errorf("an answer that makes no sense: %v, %v", list, err)
		}
		unobserved(t, handle.Events)
	})
}

func TestANewSessionAsksForTheMemberListAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var sent []string
		handle := connect(t, serve(t, listing(func(p *peer, asked payload) {
			if asked.Op == 99 {
				p.dispatch("READY", 5, strings.Replace(readyJSON, "s1", "s2", 1))
				return
			}
			sent = append(sent, string(asked.D))
		})))
		list := openList(t, handle, inChannel8)
		if err := list.Scroll(t.Context(), [2]int64{0, 99}, [2]int64{200, 299}); err != nil {
			t.Fatal(err)
		}
		say(t, handle, `0`)
		want := `{"guild_id":"7","channels":{"8":[[0,99],[200,299]]}}`
		if !slices.Equal(sent, []string{want, want}) || shown(list.State()) != "" || list.State().ID() != "everyone" {
			t.Errorf("sent %q, and the list is %q", sent, shown(list.State()))
		}
		list.Close()
		say(t, handle, `0`)
		if len(sent) != 2 {
			t.Errorf("a list that has ended was asked for: %q", sent)
		}
	})
}

// Reading while events are applied: for the race detector.
func TestAMemberListIsReadWhileItChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		handle := connect(t, serve(t, listing(func(p *peer, _ payload) {
			for i := range 200 {
				p.dispatch("GUILD_MEMBER_LIST_UPDATE", 2+i, listData("everyone", fmt.Sprintf(`{"op":"INSERT","index":1,"item":%s}`, row(fmt.Sprint(1000+i)))))
			}
		})))
		list := openList(t, handle, inChannel8)
		var wait sync.WaitGroup
		for range 4 {
			changes := list.Changes(t.Context())
			wait.Go(func() {
				for s := range changes {
					for index, item := range s.Range(0, s.Known()-1) {
						if item.Member == nil && item.Group == nil {
							t.Errorf("row %d is a hole", index)
						}
					}
					if _, member := list.Find(1); member == nil {
						t.Error("user 1 is not there")
					}
					if s.Known() == 203 {
						return
					}
				}
			})
		}
		if err := handle.Send(t.Context(), 99, nil); err != nil {
			t.Fatal(err)
		}
		wait.Wait()
	})
}
