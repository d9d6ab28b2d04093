package pubsub_test

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"
	"testing"

	. "github.com/chorus-go/chorus/gateway/gatewaytest/pubsub"
	"github.com/chorus-go/chorus/types"
)

// id is a snowflake of a guild that n shards spread: its shard of s is n % s.
func id(n int) types.Snowflake { return types.Snowflake(n) << 22 }

// world is a small world for the tests: it implements Membership and ListSource by maps.
type world struct {
	mu       sync.Mutex
	members  map[types.Snowflake]map[types.Snowflake]bool                     // by guild
	channels map[types.Snowflake]map[types.Snowflake]map[types.Snowflake]bool // guild, channel: who can see it
	private  map[types.Snowflake][]types.Snowflake                            // by user
	friends  map[types.Snowflake]map[types.Snowflake]bool
	roles    []ListRole
	rows     map[types.Snowflake]ListMember // of the only guild that has lists
	lists    map[types.Snowflake]ListID     // by channel
}

func newWorld() *world {
	return &world{
		members:  map[types.Snowflake]map[types.Snowflake]bool{},
		channels: map[types.Snowflake]map[types.Snowflake]map[types.Snowflake]bool{},
		private:  map[types.Snowflake][]types.Snowflake{},
		friends:  map[types.Snowflake]map[types.Snowflake]bool{},
		rows:     map[types.Snowflake]ListMember{},
		lists:    map[types.Snowflake]ListID{},
	}
}

// join makes users members of a guild who see those channels.
func (w *world) join(guild types.Snowflake, channels []types.Snowflake, users ...types.Snowflake) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, user := range users {
		put(w.members, guild, user)
		for _, channel := range channels {
			if w.channels[guild] == nil {
				w.channels[guild] = map[types.Snowflake]map[types.Snowflake]bool{}
			}
			put(w.channels[guild], channel, user)
		}
	}
}

// leave is the opposite of join.
func (w *world) leave(guild, user types.Snowflake) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.members[guild], user)
	for _, users := range w.channels[guild] {
		delete(users, user)
	}
}

func put(m map[types.Snowflake]map[types.Snowflake]bool, key, value types.Snowflake) {
	if m[key] == nil {
		m[key] = map[types.Snowflake]bool{}
	}
	m[key][value] = true
}

// keysWith returns the keys under which a value is, sorted.
func keysWith(m map[types.Snowflake]map[types.Snowflake]bool, value types.Snowflake) []types.Snowflake {
	var keys []types.Snowflake
	for key, values := range m {
		if values[value] {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

func (w *world) Guilds(user types.Snowflake) []types.Snowflake {
	w.mu.Lock()
	defer w.mu.Unlock()
	return keysWith(w.members, user)
}

func (w *world) IsMember(guild, user types.Snowflake) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.members[guild][user]
}

func (w *world) Channels(guild, user types.Snowflake) []types.Snowflake {
	w.mu.Lock()
	defer w.mu.Unlock()
	return keysWith(w.channels[guild], user)
}

func (w *world) PrivateChannels(user types.Snowflake) []types.Snowflake {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.private[user])
}

func (w *world) Friends(user types.Snowflake) []types.Snowflake {
	w.mu.Lock()
	defer w.mu.Unlock()
	return keysWith(w.friends, user)
}

func (w *world) List(channel types.Snowflake) (ListID, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	list, ok := w.lists[channel]
	return list, ok
}

func (w *world) Roles(ListID) []ListRole {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.roles
}

func (w *world) Members(list ListID) iter.Seq[ListMember] {
	w.mu.Lock()
	defer w.mu.Unlock()
	var members []ListMember
	for _, member := range w.rows {
		if inList(list, member) {
			members = append(members, member)
		}
	}
	return slices.Values(members)
}

func (w *world) Member(list ListID, user types.Snowflake) (ListMember, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	member, ok := w.rows[user]
	return member, ok && inList(list, member)
}

func (w *world) Counts(types.Snowflake) (members, online int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, member := range w.rows {
		if members++; member.Online {
			online++
		}
	}
	return members, online
}

// inList says who is in the list of a channel that not everybody can see: users with an even id.
func inList(list ListID, member ListMember) bool {
	return list.ID == "everyone" || member.UserID%2 == 0
}

// bench is a dispatcher over a world, whose states write down what they get.
type bench struct {
	*EventDispatcher
	*Backends
	subscriptions *Subscriptions
	world         *world

	mu  sync.Mutex
	got []string // "session EVENT sequence payload"
}

func newBench(t testing.TB) *bench {
	t.Helper()
	b := &bench{EventDispatcher: NewEventDispatcher(), world: newWorld()}
	backends, err := NewBackends(b.EventDispatcher, NewStateManager(), b.world)
	if err != nil {
		t.Fatal(err)
	}
	b.Backends = backends
	b.subscriptions = NewSubscriptions(backends, b.world)
	return b
}

// connect begins a session that writes down what it gets.
func (b *bench) connect(t testing.TB, session string, user types.Snowflake, shard Shard) *State {
	t.Helper()
	state, err := NewState(StateOptions{SessionID: session, UserID: user, Shard: shard, Sink: func(e Event) error {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.got = append(b.got, fmt.Sprintf("%s %s %d %v", session, e.Type, e.Sequence, e.Payload))
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.subscriptions.Connect(state); err != nil {
		t.Fatal(err)
	}
	return state
}

// expect checks what was written down since the last time.
func (b *bench) expect(t *testing.T, want ...string) {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	if !slices.Equal(b.got, want) {
		t.Errorf("states got\n  %s\nwant\n  %s", strings.Join(b.got, "\n  "), strings.Join(want, "\n  "))
	}
	b.got = nil
}

// sessions returns the ids of states.
func sessions(states []*State) []string {
	ids := make([]string, 0, len(states))
	for _, s := range states {
		ids = append(ids, s.SessionID())
	}
	return ids
}

// must fails the test on an error.
func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
