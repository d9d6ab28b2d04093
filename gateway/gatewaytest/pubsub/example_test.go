package pubsub_test

import (
	"fmt"
	"iter"
	"slices"

	"github.com/chorus-go/chorus/gateway/gatewaytest/pubsub"
	"github.com/chorus-go/chorus/types"
)

// community is a world for the examples, of guilds and their members. A real one knows more.
type community struct {
	guilds map[types.Snowflake][]types.Snowflake // the members of each
}

func (c *community) IsMember(guild, user types.Snowflake) bool {
	return slices.Contains(c.guilds[guild], user)
}

func (c *community) Guilds(user types.Snowflake) []types.Snowflake {
	var guilds []types.Snowflake
	for guild := range c.guilds {
		if c.IsMember(guild, user) {
			guilds = append(guilds, guild)
		}
	}
	return guilds
}

// Channels says that every guild has one channel, that has the guild's id and everybody can see.
func (c *community) Channels(guild, user types.Snowflake) []types.Snowflake {
	return []types.Snowflake{guild}
}
func (c *community) PrivateChannels(user types.Snowflake) []types.Snowflake { return nil }
func (c *community) Friends(user types.Snowflake) []types.Snowflake         { return nil }

func (c *community) List(channel types.Snowflake) (pubsub.ListID, bool) {
	return pubsub.ListID{Guild: channel, ID: "everyone"}, c.guilds[channel] != nil
}
func (c *community) Roles(pubsub.ListID) []pubsub.ListRole { return nil }
func (c *community) Members(list pubsub.ListID) iter.Seq[pubsub.ListMember] {
	return func(yield func(pubsub.ListMember) bool) {
		for _, user := range c.guilds[list.Guild] {
			if m, _ := c.Member(list, user); !yield(m) {
				return
			}
		}
	}
}
func (c *community) Member(list pubsub.ListID, user types.Snowflake) (pubsub.ListMember, bool) {
	name := fmt.Sprint("user ", user)
	return pubsub.ListMember{UserID: user, Name: name, Online: true, Row: name}, c.IsMember(list.Guild, user)
}
func (c *community) Counts(guild types.Snowflake) (members, online int) {
	return len(c.guilds[guild]), len(c.guilds[guild])
}

// Two guilds, of which shard 0 of 2 holds the first, and shard 1 the second.
const (
	cats = types.Snowflake(2) << 22
	dogs = types.Snowflake(3) << 22
)

// start returns a dispatcher and the subscriptions of a world in which user 1 is in both guilds and user 2 in one.
func start() (*pubsub.EventDispatcher, *pubsub.Backends, *pubsub.Subscriptions, *community) {
	world := &community{guilds: map[types.Snowflake][]types.Snowflake{cats: {1, 2}, dogs: {1}}}
	dispatcher := pubsub.NewEventDispatcher()
	backends, err := pubsub.NewBackends(dispatcher, pubsub.NewStateManager(), world)
	if err != nil {
		panic(err)
	}
	return dispatcher, backends, pubsub.NewSubscriptions(backends, world), world
}

// connect begins a session that prints what it gets.
func connect(s *pubsub.Subscriptions, session string, user types.Snowflake, shard pubsub.Shard) {
	state, err := pubsub.NewState(pubsub.StateOptions{
		SessionID: session,
		UserID:    user,
		Shard:     shard,
		Sink: func(e pubsub.Event) error {
			fmt.Printf("%s: %s %v\n", session, e.Type, e.Payload)
			return nil
		},
	})
	if err == nil {
		err = s.Connect(state)
	}
	if err != nil {
		panic(err)
	}
}

// A GUILD_UPDATE that is dispatched to a guild reaches the shards that are subscribed to it, and no other.
func ExampleEventDispatcher_Dispatch() {
	dispatcher, _, subscriptions, _ := start()
	connect(subscriptions, "bot, shard 0", 1, pubsub.Shard{ID: 0, Count: 2})
	connect(subscriptions, "bot, shard 1", 1, pubsub.Shard{ID: 1, Count: 2})
	connect(subscriptions, "user", 2, pubsub.Shard{})
	connect(subscriptions, "stranger", 3, pubsub.Shard{})

	reached, err := dispatcher.Dispatch("guild", cats, "GUILD_UPDATE", "Cats!")
	fmt.Println(len(reached), "sessions,", err)
	// Output:
	// bot, shard 0: GUILD_UPDATE Cats!
	// user: GUILD_UPDATE Cats!
	// 2 sessions, <nil>
}

// When a user changes, one call tells all guilds that the user is in.
func ExampleEventDispatcher_DispatchMany() {
	dispatcher, _, subscriptions, world := start()
	connect(subscriptions, "bot, shard 0", 1, pubsub.Shard{ID: 0, Count: 2})
	connect(subscriptions, "bot, shard 1", 1, pubsub.Shard{ID: 1, Count: 2})
	connect(subscriptions, "user", 2, pubsub.Shard{})

	guilds := world.Guilds(1)
	slices.Sort(guilds)
	if _, err := dispatcher.DispatchMany("guild", guilds, "USER_UPDATE", "user 1"); err != nil {
		fmt.Println(err)
	}
	// Output:
	// bot, shard 0: USER_UPDATE user 1
	// user: USER_UPDATE user 1
	// bot, shard 1: USER_UPDATE user 1
}

// The backend user reaches every session of a user.
func ExampleUser() {
	dispatcher, _, subscriptions, _ := start()
	connect(subscriptions, "phone", 2, pubsub.Shard{})
	connect(subscriptions, "desktop", 2, pubsub.Shard{})
	connect(subscriptions, "somebody else", 1, pubsub.Shard{})

	if _, err := dispatcher.Dispatch("user", types.Snowflake(2), "USER_SETTINGS_UPDATE", "dark"); err != nil {
		fmt.Println(err)
	}
	// Output:
	// phone: USER_SETTINGS_UPDATE dark
	// desktop: USER_SETTINGS_UPDATE dark
}

// Who leaves a guild gets nothing more of it, of its channels, and as its member.
func ExampleSubscriptions_Leave() {
	_, backends, subscriptions, world := start()
	connect(subscriptions, "stays", 1, pubsub.Shard{})
	connect(subscriptions, "leaves", 2, pubsub.Shard{})

	tell := func(eventType string) {
		event := pubsub.Event{Type: eventType}
		_, err1 := backends.Guild.Dispatch(cats, event, nil)
		_, err2 := backends.Channel.Dispatch(cats, event, nil)
		_, err3 := backends.Member.Dispatch(pubsub.MemberKey{Guild: cats, User: 2}, event, nil)
		fmt.Println(err1, err2, err3)
	}
	tell("BEFORE")
	world.guilds[cats] = []types.Snowflake{1}
	if err := subscriptions.Leave(cats, 2); err != nil {
		fmt.Println(err)
	}
	tell("AFTER")
	// Output:
	// stays: BEFORE <nil>
	// leaves: BEFORE <nil>
	// stays: BEFORE <nil>
	// leaves: BEFORE <nil>
	// leaves: BEFORE <nil>
	// <nil> <nil> <nil>
	// stays: AFTER <nil>
	// stays: AFTER <nil>
	// <nil> <nil> <nil>
}

// A session looks at the first hundred rows of the list beside a channel, and is told what changes in them.
func ExampleLazyGuild() {
	_, backends, subscriptions, world := start()
	state, err := pubsub.NewState(pubsub.StateOptions{SessionID: "s", UserID: 1, Sink: func(e pubsub.Event) error {
		fmt.Println(e.Type, e.Payload.(*pubsub.ListUpdate).Ops)
		return nil
	}})
	if err == nil {
		err = subscriptions.Connect(state)
	}
	if err == nil {
		err = backends.LazyGuild.Sub(cats, pubsub.ListSubscription{SessionID: "s", Ranges: []pubsub.Range{{0, 99}}})
	}
	if err != nil {
		fmt.Println(err)
	}
	world.guilds[cats] = []types.Snowflake{1, 15, 2}
	if err := backends.LazyGuild.UpdateMember(cats, 15); err != nil {
		fmt.Println(err)
	}
	// Output:
	// GUILD_MEMBER_LIST_UPDATE [SYNC 0-99: 3 rows]
	// GUILD_MEMBER_LIST_UPDATE [INSERT 2: user 15]
}

// watchers is a backend of one's own: whoever watches a game, by its name. Only Dispatch had to be written.
type watchers struct {
	*pubsub.WithSubscribers[string, types.Snowflake]
}

func (w watchers) Dispatch(game string, event pubsub.Event, filter pubsub.Filter) ([]*pubsub.State, error) {
	var states []*pubsub.State
	for _, user := range w.Subscribers(game) {
		states = append(states, w.States().User(user)...)
	}
	return w.DispatchStates(states, event, filter)
}

func ExampleWithSubscribers() {
	dispatcher, backends, subscriptions, _ := start()
	connect(subscriptions, "watcher", 1, pubsub.Shard{})
	connect(subscriptions, "somebody else", 2, pubsub.Shard{})

	base := pubsub.NewWithSubscribers[string, types.Snowflake]("game", backends.States, nil)
	games, err := pubsub.Register(dispatcher, watchers{base})
	if err == nil {
		err = games.Sub("chess", types.Snowflake(1)) // as dispatcher.Sub("game", "chess", types.Snowflake(1))
	}
	if err == nil {
		_, err = games.DispatchMany([]string{"chess", "go"}, "GAME_STARTED", "now")
	}
	fmt.Println(err)
	fmt.Println(dispatcher.Sub("game", 7, types.Snowflake(1)))
	// Output:
	// watcher: GAME_STARTED now
	// <nil>
	// pubsub: the key of backend "game" is of type string, not int
}

// A client that lost its socket gets what it has missed.
func ExampleState_Resume() {
	sink := func(e pubsub.Event) error {
		fmt.Println(e.Sequence, e.Type)
		return nil
	}
	state, err := pubsub.NewState(pubsub.StateOptions{SessionID: "s", UserID: 1, Sink: sink, ReplayEvents: 2})
	if err == nil {
		err = state.Dispatch("READY", nil)
	}
	state.Detach()
	for _, missed := range []string{"MESSAGE_CREATE", "TYPING_START"} {
		err = state.Dispatch(missed, nil)
	}
	n, err := state.Resume(1, sink)
	fmt.Println(n, "events repeated,", err)
	_, err = state.Resume(0, sink)
	fmt.Println(err)
	// Output:
	// 1 READY
	// 2 MESSAGE_CREATE
	// 3 TYPING_START
	// 2 events repeated, <nil>
	// pubsub: the sequence is too old: session "s" asks for what follows 0 and has 2 to 3
}
