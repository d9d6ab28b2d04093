package pubsub_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	. "github.com/chorus-go/chorus/gateway/gatewaytest/pubsub"
	"github.com/chorus-go/chorus/types"
)

func TestDispatcherChecksTypes(t *testing.T) {
	b := newBench(t)
	b.connect(t, "s", 1, Shard{})
	isType := func(err error) bool {
		var e *TypeError
		return errors.As(err, &e) && e.Got != "" && e.Want != e.Got
	}
	is := func(target error) func(error) bool { return func(err error) bool { return errors.Is(err, target) } }
	isShard := func(err error) bool { var e *ShardError; return errors.As(err, &e) && e.Guild == uint64(id(1)) }
	isUnknown := func(err error) bool { var e *UnknownBackendError; return errors.As(err, &e) && e.Backend == "guilds" }
	isRange := func(err error) bool { var e *RangeError; return errors.As(err, &e) }
	dispatch := func(_ []*State, err error) error { return err }
	b.connect(t, "second of two", 1, Shard{ID: 0, Count: 2})
	for name, check := range map[string]struct {
		err error
		is  func(error) bool
	}{
		"backend":             {dispatch(b.Dispatch("guilds", id(1), "A", nil)), isUnknown},
		"backend of many":     {dispatch(b.DispatchMany("guilds", nil, "A", nil)), isUnknown},
		"key":                 {dispatch(b.Dispatch("guild", 1, "A", nil)), isType},
		"nil key":             {dispatch(b.Dispatch("guild", nil, "A", nil)), isType},
		"key of member":       {dispatch(b.Dispatch("member", id(1), "A", nil)), isType},
		"keys":                {dispatch(b.DispatchMany("guild", []int{1}, "A", nil)), isType},
		"one of the keys":     {dispatch(b.DispatchMany("guild", []any{id(1), 1}, "A", nil)), isType},
		"subscriber":          {b.Sub("guild", id(1), 1), isType},
		"subscriber of lazy":  {b.Sub("lazy_guild", id(1), 1), isType},
		"subscriber who goes": {b.Unsub("friend", id(1), "s"), isType},
		"lazy who goes":       {b.Unsub("lazy_guild", id(1), 1), isType},
		"key of sub":          {b.Sub("channel", "x", "s"), isType},
		"key of unsub":        {b.Unsub("channel", "x", "s"), isType},
		"key of reset":        {b.Reset("channel", "x"), isType},
		"key of remove":       {b.Remove("channel", "x"), isType},
		"computed":            {b.Sub("user", types.Snowflake(1), "s"), is(ErrNoSubscribers)},
		"computed unsub":      {b.Unsub("member", MemberKey{}, "s"), is(ErrNoSubscribers)},
		"computed reset":      {b.Reset("user", types.Snowflake(1)), is(ErrNoSubscribers)},
		"computed remove":     {b.Remove("user", types.Snowflake(1)), is(ErrNoSubscribers)},
		"session":             {b.Sub("guild", id(1), "nobody"), is(ErrUnknownSession)},
		"session of channel":  {b.Sub("channel", id(1), "nobody"), is(ErrUnknownSession)},
		"session of lazy":     {b.Sub("lazy_guild", id(1), ListSubscription{SessionID: "x"}), is(ErrUnknownSession)},
		"channel of lazy":     {b.Sub("lazy_guild", id(1), ListSubscription{SessionID: "s"}), is(ErrUnknownChannel)},
		"range":               {b.LazyGuild.Sub(1, ListSubscription{"s", []Range{{3, 2}}}), isRange},
		"negative range":      {b.LazyGuild.Sub(1, ListSubscription{"s", []Range{{-1, 2}}}), isRange},
		"wide range":          {b.LazyGuild.Sub(1, ListSubscription{"s", []Range{{0, 100}}}), isRange},
		"many ranges":         {b.LazyGuild.Sub(1, ListSubscription{"s", slices.Repeat([]Range{{0, 99}}, 11)}), isRange},
		"shard":               {b.Sub("guild", id(1), "second of two"), isShard},
	} {
		if !check.is(check.err) {
			t.Errorf("%s: the error is %v", name, check.err)
		}
	}
	b.expect(t)
	if names := b.EventDispatcher.Backends(); len(names) != 6 {
		t.Errorf("the backends are %q", names)
	}
	var twice *DuplicateError
	if _, err := Register(b.EventDispatcher, NewUser(b.States)); !errors.As(err, &twice) || twice.ID != "user" {
		t.Errorf("a second backend user: %v", err)
	}
}

func TestDispatchSurvivesFailingStates(t *testing.T) {
	b := newBench(t)
	b.world.join(id(1), nil, 1)
	broken := errors.New("broken pipe")
	for i, sink := range []Sink{nil, func(Event) error { return broken }, func(Event) error { panic(broken) }} {
		state, err := NewState(StateOptions{SessionID: fmt.Sprint("bad ", i), UserID: 1, Sink: sink})
		must(t, err)
		must(t, b.subscriptions.Connect(state))
	}
	b.connect(t, "good", 1, Shard{})
	for _, backend := range []string{"guild", "user", "member"} {
		key := map[string]any{"guild": id(1), "user": types.Snowflake(1), "member": MemberKey{id(1), 1}}[backend]
		reached, err := b.Dispatch(backend, key, "A", nil)
		var failed *DispatchError
		if !errors.As(err, &failed) || failed.Backend != backend || len(failed.Failed) != 2 || !errors.Is(err, broken) {
			t.Fatalf("%s: the error is %v", backend, err)
		}
		if failed.Failed[0].SessionID != "bad 1" || failed.Failed[1].SessionID != "bad 2" {
			t.Errorf("%s: %q and %q failed", backend, failed.Failed[0].SessionID, failed.Failed[1].SessionID)
		}
		if got := sessions(reached); !slices.Equal(got, []string{"bad 0", "good"}) {
			t.Errorf("%s: reached %q: a detached state has the event, one that fails has not", backend, got)
		}
	}
	b.expect(t, "good A 1 <nil>", "good A 2 <nil>", "good A 3 <nil>")
}

func TestDispatchManyGoesOnAfterFailures(t *testing.T) {
	b := newBench(t)
	state, err := NewState(StateOptions{SessionID: "bad", UserID: 1, Sink: func(Event) error { return errors.New("no") }})
	must(t, err)
	must(t, b.States.Insert(state))
	b.connect(t, "good", 2, Shard{})
	users := []types.Snowflake{1, 2, 1}
	for _, keys := range []any{users, []any{users[0], users[1], users[2]}} {
		reached, err := b.DispatchMany("user", keys, "A", nil)
		if got := sessions(reached); !slices.Equal(got, []string{"good"}) || err == nil {
			t.Errorf("reached %q, %v", got, err)
		}
	}
	b.expect(t, "good A 1 <nil>", "good A 2 <nil>")
}

func TestDispatchDropsSessionsThatHaveGone(t *testing.T) {
	b := newBench(t)
	b.world.lists[5] = ListID{Guild: id(1), ID: "everyone"}
	b.connect(t, "goes", 1, Shard{})
	b.connect(t, "stays", 2, Shard{})
	for _, session := range []string{"goes", "stays"} {
		must(t, b.Sub("guild", id(1), session))
		must(t, b.Sub("channel", id(1), session))
		must(t, b.Sub("lazy_guild", types.Snowflake(5), ListSubscription{session, []Range{{0, 9}}}))
	}
	b.got = nil
	b.States.Remove("goes")
	must(t, b.LazyGuild.Refresh(id(1)))
	if got := b.LazyGuild.Subscribers(5); !slices.Equal(got, []string{"stays"}) {
		t.Errorf("lazy_guild keeps %q", got)
	}
	for _, backend := range []string{"guild", "channel"} {
		if _, err := b.Dispatch(backend, id(1), "A", nil); err != nil {
			t.Error(err)
		}
	}
	if got := b.Guild.Len(id(1)); got != 1 {
		t.Errorf("guild keeps %d subscribers", got)
	}
	if got := b.Channel.Len(id(1)); got != 1 {
		t.Errorf("channel keeps %d subscribers", got)
	}
	b.States.Remove("stays")
	if _, err := b.Dispatch("guild", id(1), "A", nil); err != nil || b.Guild.Keys() != 0 {
		t.Errorf("guild keeps %d keys, %v", b.Guild.Keys(), err)
	}
	if len(b.got) != 3 {
		t.Errorf("states got %q", b.got)
	}
}

// dispatchModel is the naive model of the dispatcher: lists of everything.
type dispatchModel struct {
	sessions []modelSession
	subs     []modelSub
}

type modelSession struct {
	id    string
	user  types.Snowflake
	shard int // of 2
}

type modelSub struct {
	backend    string
	key        types.Snowflake
	subscriber any
}

// reached returns who should get an event.
func (m *dispatchModel) reached(backend string, key, guild types.Snowflake) (ids []string) {
	subscribed := func(backend string, key types.Snowflake, subscriber any) bool {
		return slices.Contains(m.subs, modelSub{backend, key, subscriber})
	}
	switch backend {
	case "user", "member":
		for _, s := range m.sessions {
			if s.user == key && (backend == "user" || subscribed("guild", guild, s.id)) {
				ids = append(ids, s.id)
			}
		}
		return ids
	}
	for _, sub := range m.subs {
		if sub.backend != backend || sub.key != key {
			continue
		}
		for _, s := range m.sessions {
			if sub.subscriber == any(s.id) || sub.subscriber == any(s.user) {
				ids = append(ids, s.id)
			}
		}
	}
	return ids
}

// drop removes what matches.
func (m *dispatchModel) drop(match func(modelSub) bool) { m.subs = slices.DeleteFunc(m.subs, match) }

func TestDispatcherAgainstModel(t *testing.T) {
	for seed := range uint64(10) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			runDispatchModel(t, rand.New(rand.NewPCG(6, seed)), 1500)
		})
	}
}

func runDispatchModel(t *testing.T, random *rand.Rand, steps int) {
	b, m := newBench(t), &dispatchModel{}
	for step := range steps {
		backend := []string{"guild", "channel", "friend"}[random.IntN(3)]
		key := id(random.IntN(4) + 1)
		var who modelSession
		if len(m.sessions) > 0 {
			who = m.sessions[random.IntN(len(m.sessions))]
		}
		var subscriber any = who.id
		if backend == "friend" {
			key, subscriber = types.Snowflake(random.IntN(4)+1), types.Snowflake(random.IntN(4)+1)
		}
		sub := modelSub{backend, key, subscriber}
		switch action := random.IntN(20); {
		case action == 0:
			who = modelSession{fmt.Sprint("s", step), types.Snowflake(random.IntN(4) + 1), random.IntN(2)}
			m.sessions = append(m.sessions, who)
			b.connect(t, who.id, who.user, Shard{ID: who.shard, Count: 2})
		case len(m.sessions) == 0:
		case action == 1 && len(m.sessions) > 6:
			m.sessions = slices.DeleteFunc(m.sessions, func(s modelSession) bool { return s == who })
			m.drop(func(s modelSub) bool { return s.subscriber == any(who.id) })
			b.States.Remove(who.id)
		case action < 9:
			refused := backend == "guild" && key.Shard(2) != who.shard
			if err := b.Sub(backend, key, subscriber); refused != (err != nil) {
				t.Fatalf("step %d: Sub(%v): %v", step, sub, err)
			}
			if !refused && !slices.Contains(m.subs, sub) {
				m.subs = append(m.subs, sub)
			}
		case action < 12:
			must(t, b.Unsub(backend, key, subscriber))
			m.drop(func(s modelSub) bool { return s == sub })
		case action == 12 && random.IntN(4) == 0:
			must(t, []func(string, any) error{b.Reset, b.Remove}[random.IntN(2)](backend, key))
			m.drop(func(s modelSub) bool { return s.backend == backend && s.key == key })
		default:
			checkDispatch(t, b, m, random, backend, key)
		}
	}
}

// checkDispatch dispatches an event and compares whom it reaches.
func checkDispatch(
	t *testing.T, b *bench, m *dispatchModel, random *rand.Rand, backend string, key types.Snowflake,
) {
	t.Helper()
	var guild types.Snowflake
	var typed any = key
	switch random.IntN(4) {
	case 0:
		key = types.Snowflake(random.IntN(4) + 1)
		backend, typed = "user", key
	case 1:
		guild, key = id(random.IntN(4)+1), types.Snowflake(random.IntN(4)+1)
		backend, typed = "member", MemberKey{Guild: guild, User: key}
	}
	want := m.reached(backend, key, guild)
	var filter Filter
	if random.IntN(2) == 0 {
		filter = func(s *State) bool { return s.UserID()%2 == 0 }
		want = slices.DeleteFunc(want, func(session string) bool {
			at := slices.IndexFunc(m.sessions, func(s modelSession) bool { return s.id == session })
			return m.sessions[at].user%2 != 0
		})
	}
	states, err := b.DispatchFilter(backend, typed, filter, "A", nil)
	if got := sessions(states); err != nil || !slices.Equal(got, want) {
		t.Fatalf("%s %v reaches %q, %v, want %q", backend, typed, got, err, want)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.got) != len(want) {
		t.Fatalf("%s %v: sinks have %q, want %d events", backend, typed, b.got, len(want))
	}
	b.got = nil
}
