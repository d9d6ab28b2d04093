package pubsub_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	. "github.com/chorus-go/chorus/gateway/gatewaytest/pubsub"
	"github.com/chorus-go/chorus/types"
)

// compare checks every channel of the dispatcher against the world.
func (b *bench) compare(t *testing.T) {
	t.Helper()
	w := b.world
	all := slices.Collect(b.States.All())
	check := func(backend string, key any, want func(*State) bool) {
		t.Helper()
		var ids []string
		for _, s := range all {
			if want(s) {
				ids = append(ids, s.SessionID())
			}
		}
		states, err := b.Dispatch(backend, key, "A", nil)
		got := sessions(states)
		slices.Sort(got)
		slices.Sort(ids)
		if err != nil || !slices.Equal(got, ids) {
			t.Fatalf("%s %v reaches %q, %v, want %q", backend, key, got, err, ids)
		}
	}
	for n := range 4 {
		guild := id(n + 1)
		check("guild", guild, func(s *State) bool { return s.Holds(guild) && w.members[guild][s.UserID()] })
		for user := range types.Snowflake(6) {
			check("member", MemberKey{guild, user}, func(s *State) bool {
				return s.UserID() == user && s.Holds(guild) && w.members[guild][user]
			})
		}
		for c := range types.Snowflake(3) {
			channel := guild + c
			check("channel", channel, func(s *State) bool {
				return s.Holds(guild) && w.channels[guild][channel][s.UserID()]
			})
		}
	}
	for user := range types.Snowflake(6) {
		check("friend", user, func(s *State) bool { return w.friends[user][s.UserID()] })
		check("channel", 100+user, func(s *State) bool {
			return s.Holds(0) && slices.Contains(w.private[s.UserID()], 100+user)
		})
	}
}

// change makes a random change of the world, of so many kinds, and tells of it.
func (b *bench) change(t *testing.T, random *rand.Rand, kinds int, session string) {
	w := b.world
	guild, user, other := id(random.IntN(4)+1), types.Snowflake(random.IntN(6)), types.Snowflake(random.IntN(6))
	channel := guild + types.Snowflake(random.IntN(3))
	switch random.IntN(kinds) {
	case 0, 1:
		shards := random.IntN(2) + 1
		b.connect(t, session, user, Shard{ID: random.IntN(shards), Count: shards})
	case 2:
		if states := b.States.User(user); len(states) > 0 {
			must(t, b.subscriptions.Disconnect(states[0].SessionID()))
		}
	case 3, 4:
		w.join(guild, []types.Snowflake{channel}, user)
		must(t, b.subscriptions.Join(guild, user))
	case 5:
		w.leave(guild, user)
		must(t, b.subscriptions.Leave(guild, user))
	case 6:
		w.mu.Lock()
		delete(w.channels[guild][channel], user)
		w.mu.Unlock()
		must(t, b.subscriptions.UpdateVisibility(guild, user))
	case 7:
		w.mu.Lock()
		if w.private[user] = nil; random.IntN(3) > 0 {
			w.private[user] = []types.Snowflake{100 + other}
		}
		w.mu.Unlock()
		must(t, b.subscriptions.UpdatePrivate(user))
	case 8:
		w.mu.Lock()
		yes := random.IntN(2) == 0
		put(w.friends, user, other)
		put(w.friends, other, user)
		w.friends[user][other], w.friends[other][user] = yes, yes
		w.mu.Unlock()
		must(t, b.subscriptions.UpdateFriends(user))
		must(t, b.subscriptions.UpdateFriends(other))
	case 9:
		w.mu.Lock()
		delete(w.channels[guild], channel)
		everything := random.IntN(3) == 0
		if everything {
			delete(w.channels, guild)
			delete(w.members, guild)
		}
		w.mu.Unlock()
		if everything {
			b.subscriptions.RemoveGuild(guild)
		} else {
			b.subscriptions.RemoveChannel(guild, channel)
		}
	}
}

func TestSubscriptionsAgainstModel(t *testing.T) {
	for seed := range uint64(5) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			b, random := newBench(t), rand.New(rand.NewPCG(7, seed))
			for step := range 120 {
				b.change(t, random, 10, fmt.Sprint("s", step))
				b.compare(t)
			}
		})
	}
}

// However changes overlap, what everybody is subscribed to in the end is what the world says.
func TestSubscriptionsConcurrently(t *testing.T) {
	for round := range uint64(10) {
		b := newBench(t)
		var wait sync.WaitGroup
		for worker := range uint64(4) {
			wait.Go(func() {
				random := rand.New(rand.NewPCG(round, worker))
				for step := range 100 {
					b.change(t, random, 9, fmt.Sprintf("s%d.%d", worker, step)) // without deleting, as ids come again
				}
			})
		}
		wait.Wait()
		b.compare(t)
	}
}

func TestLeaveEndsMemberLists(t *testing.T) {
	b := newBench(t)
	guild := id(1)
	everyone := ListID{Guild: guild, ID: "everyone"}
	b.world.join(guild, []types.Snowflake{1, 2}, 1, 2)
	b.world.lists[1], b.world.lists[2], b.world.lists[3] = everyone, everyone, ListID{Guild: id(2), ID: "everyone"}
	b.connect(t, "leaves", 1, Shard{})
	b.connect(t, "stays", 2, Shard{})
	for _, session := range []string{"leaves", "stays"} {
		for channel := range types.Snowflake(3) {
			must(t, b.LazyGuild.Sub(channel+1, ListSubscription{session, []Range{{0, 9}}}))
		}
	}
	b.got = nil
	b.world.leave(guild, 1)
	must(t, b.subscriptions.Leave(guild, 1))
	for channel, want := range map[types.Snowflake][]string{1: {"stays"}, 2: {"stays"}, 3: {"leaves", "stays"}} {
		if got := b.LazyGuild.Subscribers(channel); !slices.Equal(got, want) {
			t.Errorf("%q look at the list of channel %d, want %q", got, channel, want)
		}
	}
	b.world.rows[5] = ListMember{UserID: 5, Name: "new", Row: "new"}
	must(t, b.LazyGuild.UpdateMember(guild, 5))
	if len(b.got) != 1 {
		t.Errorf("an update reached %q, want one session", b.got)
	}
	b.got = nil
	must(t, b.subscriptions.Disconnect("stays"))
	must(t, b.LazyGuild.UpdateMember(guild, 5))
	b.expect(t)
}

// interrupted is a world in which something happens after it was asked for somebody's guilds.
type interrupted struct {
	*world
	happens func()
}

func (w *interrupted) Guilds(user types.Snowflake) []types.Snowflake {
	guilds := w.world.Guilds(user)
	if happens := w.happens; happens != nil {
		w.happens = nil
		happens()
	}
	return guilds
}

// A session that begins while its user leaves a guild is not subscribed to what has been read before.
func TestConnectWhileLeaving(t *testing.T) {
	b := newBench(t)
	b.world.join(id(1), []types.Snowflake{1}, 1)
	b.world.join(id(2), []types.Snowflake{2}, 1)
	w := &interrupted{world: b.world}
	b.subscriptions = NewSubscriptions(b.Backends, w)
	w.happens = func() {
		b.world.leave(id(1), 1)
		must(t, b.subscriptions.Leave(id(1), 1))
	}
	b.connect(t, "s", 1, Shard{})
	for guild, want := range map[types.Snowflake]bool{id(1): false, id(2): true} {
		if got := b.Guild.Has(guild, "s"); got != want {
			t.Errorf("subscribed to guild %d: %v", guild, got)
		}
	}
	if b.Channel.Has(1, "s") || !b.Channel.Has(2, "s") {
		t.Error("the channels are not those of the guild")
	}
}

func TestConnectRefuses(t *testing.T) {
	b := newBench(t)
	state := b.connect(t, "s", 1, Shard{})
	var twice *DuplicateError
	if err := b.subscriptions.Connect(state); !errors.As(err, &twice) {
		t.Errorf("a second session with one id: %v", err)
	}
	if states := b.States.Close(); len(states) != 1 {
		t.Errorf("Close returned %q", sessions(states))
	}
	other, err := NewState(StateOptions{SessionID: "t"})
	must(t, err)
	if err := b.subscriptions.Connect(other); !errors.Is(err, ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
	if _, ok := b.States.Session("s"); !ok || b.States.Len() != 1 {
		t.Error("Close has removed a session")
	}
}
