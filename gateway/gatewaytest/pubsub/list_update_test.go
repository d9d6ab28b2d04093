package pubsub_test

import (
	"encoding/json"
	"fmt"
	"sync"
	"testing"

	. "github.com/chorus-go/chorus/gateway/gatewaytest/pubsub"
	"github.com/chorus-go/chorus/types"
)

func TestListUpdateOnTheWire(t *testing.T) {
	member := map[string]any{"user": map[string]any{"id": "7"}, "nick": "seven"}
	heading := ListItem{Group: &ListGroup{ID: "online", Count: 1}}
	update := ListUpdate{
		ID: "everyone", GuildID: 5, MemberCount: 2, OnlineCount: 1,
		Groups: []ListGroup{{"online", 1}, {"offline", 1}},
		Ops: []ListOp{
			{Op: ListSync, Range: Range{0, 99}, Items: []ListItem{heading, {Member: member}}},
			{Op: ListSync, Range: Range{100, 199}},
			{Op: ListInsert, Index: 0, Item: heading},
			{Op: ListUpdateRow, Index: 1, Item: ListItem{Member: member}},
			{Op: ListDelete, Index: 0},
			{Op: ListInvalidate, Range: Range{0, 9}},
		},
	}
	got, err := json.Marshal(update)
	must(t, err)
	const h, m = `{"group":{"id":"online","count":1}}`, `{"member":{"nick":"seven","user":{"id":"7"}}}`
	want := `{"id":"everyone","guild_id":"5","member_count":2,"online_count":1,` +
		`"groups":[{"id":"online","count":1},{"id":"offline","count":1}],"ops":[` +
		`{"op":"SYNC","range":[0,99],"items":[` + h + `,` + m + `]},` +
		`{"op":"SYNC","range":[100,199],"items":[]},` +
		`{"op":"INSERT","index":0,"item":` + h + `},` +
		`{"op":"UPDATE","index":1,"item":` + m + `},` +
		`{"op":"DELETE","index":0},` +
		`{"op":"INVALIDATE","range":[0,9]}]}`
	if string(got) != want {
		t.Errorf("encoded\n%s\nwant\n%s", got, want)
	}
	var decoded types.GuildMemberListUpdate
	must(t, json.Unmarshal(got, &decoded))
	item := decoded.Ops[3].Item
	if len(decoded.Ops) != 6 || item == nil || item.Member == nil || item.Member.User.ID != 7 {
		t.Errorf("a client reads %+v", decoded)
	}
}

// A sink may come back to the list that it is told of, and what it does follows.
func TestLazyGuildFromSink(t *testing.T) {
	b := newBench(t)
	b.world.lists[1] = ListID{Guild: id(1), ID: "everyone"}
	var got []string
	state, err := NewState(StateOptions{SessionID: "s", UserID: 1, Sink: func(e Event) error {
		ops := e.Payload.(*ListUpdate).Ops
		got = append(got, fmt.Sprint(ops))
		if ops[0].Op == ListSync {
			b.world.rows[7] = ListMember{UserID: 7, Name: "seven", Row: "seven"}
			return b.LazyGuild.UpdateMember(id(1), 7)
		}
		return nil
	}})
	must(t, err)
	must(t, b.States.Insert(state))
	must(t, b.LazyGuild.Sub(1, ListSubscription{"s", []Range{{0, 9}}}))
	want := "[[SYNC 0-9: 0 rows] [INSERT 0: [offline] INSERT 1: seven]]"
	if fmt.Sprint(got) != want {
		t.Errorf("got %v, want %v", got, want)
	}
}

// However changes overlap, every client ends up with the list as it is.
func TestLazyGuildConcurrently(t *testing.T) {
	const clients, workers, users = 6, 4, 40
	b := newBench(t)
	everyone := ListID{Guild: id(1), ID: "everyone"}
	b.world.lists[1] = everyone
	screens := make([]*screen, clients)
	ranges := []Range{{0, 19}, {25, 60}}
	var wait sync.WaitGroup
	for i := range clients {
		screens[i] = &screen{rows: map[int]ListItem{}}
		state, err := NewState(StateOptions{SessionID: fmt.Sprint(i), UserID: 1, Sink: func(e Event) error {
			screens[i].apply(e.Payload.(*ListUpdate))
			return nil
		}})
		must(t, err)
		must(t, b.States.Insert(state))
		wait.Go(func() {
			if err := b.LazyGuild.Sub(1, ListSubscription{fmt.Sprint(i), ranges}); err != nil {
				t.Error(err)
			}
		})
	}
	for worker := range workers {
		wait.Go(func() {
			for step := range 200 {
				user := types.Snowflake((worker*7+step*3)%users + 1)
				b.world.mu.Lock()
				if step%5 == 0 {
					delete(b.world.rows, user)
				} else {
					name := fmt.Sprintf("%d.%d", step%9, worker)
					b.world.rows[user] = ListMember{UserID: user, Name: name, Online: step%3 > 0, Row: name}
				}
				b.world.mu.Unlock()
				if err := b.LazyGuild.UpdateMember(id(1), user); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wait.Wait()
	for _, screen := range screens {
		screen.check(t, b.world, everyone, ranges)
	}
}
