package pubsub_test

import (
	"errors"
	"fmt"
	"testing"

	. "github.com/chorus-go/chorus/gateway/gatewaytest/pubsub"
	"github.com/chorus-go/chorus/types"
)

// lookAt makes two sessions look at the lists beside channels 1 and 2, which are one.
func lookAt(t *testing.T, b *bench) {
	t.Helper()
	for channel := range types.Snowflake(2) {
		b.world.lists[channel+1] = ListID{Guild: id(1), ID: "everyone"}
		for _, session := range []string{"a", "b"} {
			if _, ok := b.States.Session(session); !ok {
				b.connect(t, session, 1, Shard{})
			}
			first := int(channel) * 10
			must(t, b.LazyGuild.Sub(channel+1, ListSubscription{session, []Range{{first, first + 4}}}))
		}
	}
	b.got = nil
}

// ops returns the operations that states got.
func ops(t *testing.T, b *bench) *[]string {
	t.Helper()
	var got []string
	for _, session := range []string{"a", "b"} {
		state, ok := b.States.Session(session)
		if !ok {
			t.Fatal("no session")
		}
		_, err := state.Resume(state.Sequence(), func(e Event) error {
			if update, ok := e.Payload.(*ListUpdate); ok {
				got = append(got, fmt.Sprint(session, " ", update.Ops))
			} else {
				got = append(got, session+" "+e.Type)
			}
			return nil
		})
		must(t, err)
	}
	return &got
}

func TestLazyGuildResetAndRemove(t *testing.T) {
	for name, check := range map[string]struct {
		do   func(*bench)
		want string
	}{
		"Dispatch": {func(b *bench) { _, _ = b.Dispatch("lazy_guild", types.Snowflake(1), "X", nil) }, "[a X b X]"},
		"Reset": {
			func(b *bench) { must(t, b.EventDispatcher.Reset("lazy_guild", types.Snowflake(2))) },
			"[a [INVALIDATE 10-14] b [INVALIDATE 10-14]]",
		},
		"no ranges": {
			func(b *bench) { must(t, b.Sub("lazy_guild", types.Snowflake(1), ListSubscription{SessionID: "b"})) },
			"[b [INVALIDATE 0-4]]",
		},
		"Unsub":      {func(b *bench) { must(t, b.Unsub("lazy_guild", types.Snowflake(1), "b")) }, "[]"},
		"UnsubGuild": {func(b *bench) { must(t, b.LazyGuild.UnsubGuild(id(1), "a")) }, "[]"},
		"Remove":     {func(b *bench) { must(t, b.Remove("lazy_guild", types.Snowflake(2))) }, "[]"},
		"gone": {func(b *bench) {
			delete(b.world.lists, 2)
			must(t, b.LazyGuild.UpdateChannel(2))
		}, "[]"},
		"RemoveGuild": {func(b *bench) { b.LazyGuild.RemoveGuild(id(1)) }, "[]"},
	} {
		b := newBench(t)
		lookAt(t, b)
		got := ops(t, b)
		check.do(b)
		if fmt.Sprint(*got) != check.want {
			t.Errorf("%s: states got %v, want %s", name, *got, check.want)
		}
		switch left := b.LazyGuild.Subscribers(2); name {
		case "Reset", "Remove", "gone", "RemoveGuild":
			if len(left) > 0 {
				t.Errorf("%s: %q still look beside the channel", name, left)
			}
		}
		*got = nil
		b.world.rows[7] = ListMember{UserID: 7, Name: "seven", Row: "seven"}
		must(t, b.LazyGuild.UpdateMember(id(1), 7))
		const inserted = "[INSERT 0: [offline] INSERT 1: seven]"
		want := map[string]string{
			"RemoveGuild": "[]",
			"UnsubGuild":  "[b " + inserted + "]",
			"no ranges":   "[a " + inserted + " b []]", // b looks at rows that have not changed, and is told the counts
			"Unsub":       "[a " + inserted + " b []]",
		}[name]
		if want == "" {
			want = "[a " + inserted + " b " + inserted + "]"
		}
		if fmt.Sprint(*got) != want {
			t.Errorf("%s: then states got %v, want %s", name, *got, want)
		}
	}
}

// A source that panics fails the call that asked it, and nothing else.
func TestLazyGuildSourcePanics(t *testing.T) {
	b := newBench(t)
	lookAt(t, b)
	got := ops(t, b)
	b.world.roles = []ListRole{{ID: 9}}
	broken := errors.New("broken")
	lists := NewLazyGuild(b.States, &panicking{world: b.world, with: broken})
	func() {
		defer func() {
			if recover() != any(broken) {
				t.Error("the panic has not come out")
			}
		}()
		_ = lists.Sub(1, ListSubscription{"a", []Range{{0, 9}}})
	}()
	must(t, lists.Sub(1, ListSubscription{"a", []Range{{0, 9}}}))
	if fmt.Sprint(*got) != "[a [SYNC 0-9: 0 rows]]" {
		t.Errorf("states got %v", *got)
	}
}

// panicking is a world that panics when it is asked for the roles, once.
type panicking struct {
	*world
	with error
}

func (w *panicking) Roles(list ListID) []ListRole {
	if with := w.with; with != nil {
		w.with = nil
		panic(with)
	}
	return w.world.Roles(list)
}
