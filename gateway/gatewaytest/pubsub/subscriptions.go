package pubsub

import (
	"errors"
	"sync"

	"github.com/chorus-go/chorus/types"
)

// Membership is what [Subscriptions] has to know of the world. The server implements it. It is asked without locks, and
// always after the change of which it was told.
type Membership interface {
	// Guilds returns the guilds that a user is in.
	Guilds(user types.Snowflake) []types.Snowflake

	// IsMember says whether a user is in a guild.
	IsMember(guild, user types.Snowflake) bool

	// Channels returns the channels of a guild that a member can see.
	Channels(guild, user types.Snowflake) []types.Snowflake

	// PrivateChannels returns the direct messages and group DMs that a user is in.
	PrivateChannels(user types.Snowflake) []types.Snowflake

	// Friends returns a user's friends.
	Friends(user types.Snowflake) []types.Snowflake
}

// Subscriptions keeps sessions subscribed to what their users can see, in the backends guild, channel and friend, and
// ends what they look at in lazy_guild when they cannot any longer. The server changes its world first and then calls
// the method for the change; when the method returns, the next dispatch goes to the right sessions. Guilds and their
// channels go to the sessions whose shard holds the guild, private channels to those of the first shard.
//
// All methods are safe from any goroutine. When a session begins while its user leaves a guild, it ends up without the
// guild, whichever call is first: what was read of the world before a call is read again after it. Nothing is sent to
// anybody.
type Subscriptions struct {
	backends *Backends
	world    Membership

	mu    sync.Mutex
	users map[types.Snowflake]*subscribedUser
}

// NewSubscriptions returns what keeps the subscriptions of those backends for that world, of no session yet.
func NewSubscriptions(backends *Backends, world Membership) *Subscriptions {
	return &Subscriptions{backends: backends, world: world, users: make(map[types.Snowflake]*subscribedUser)}
}

// Connect inserts a session that has identified into the [StateManager] and subscribes it to the guilds of its user that
// its shard holds, to their channels that the user can see, to private channels, and to the user's friends. The error is
// that of [StateManager].Insert.
func (s *Subscriptions) Connect(state *State) error {
	if err := s.backends.States.Insert(state); err != nil {
		return err
	}
	user := state.UserID()
	s.mu.Lock()
	u := s.users[user]
	if u == nil {
		u = &subscribedUser{id: user, friends: make(set)}
		s.users[user] = u
	}
	u.changes++
	u.sessions = append(u.sessions, &subscribedSession{state: state, guilds: make(map[types.Snowflake]set)})
	s.mu.Unlock()
	return s.settle(user, func() func(*subscribedUser) {
		guilds := s.world.Guilds(user)
		channels := make([][]types.Snowflake, len(guilds))
		for i, guild := range guilds {
			channels[i] = s.world.Channels(guild, user)
		}
		private, friends := s.world.PrivateChannels(user), s.world.Friends(user)
		return func(u *subscribedUser) {
			for i, guild := range guilds {
				s.enter(u, guild, channels[i])
			}
			s.enter(u, 0, private)
			s.befriend(u, friends)
		}
	})
}

// Disconnect removes a session that has ended for good from the [StateManager] and ends its subscriptions. A session
// that may be resumed is only detached. The error is a *[DispatchError] of others whose turn fell to this call, as of
// [LazyGuild].
func (s *Subscriptions) Disconnect(sessionID string) error {
	state, ok := s.backends.States.Remove(sessionID)
	if !ok {
		return nil
	}
	s.mu.Lock()
	if u := s.users[state.user]; u != nil {
		if session := u.take(sessionID); session != nil {
			for guild := range session.guilds {
				s.exit(u, session, guild)
			}
			u.ended = nil // all of it ends at once below
		}
		if len(u.sessions) == 0 {
			delete(s.users, u.id)
			for friend := range u.friends {
				s.backends.Friend.Unsub(friend, u.id)
			}
		}
	}
	s.mu.Unlock()
	return s.backends.LazyGuild.UnsubAll(sessionID)
}

// Join subscribes the sessions of a user who has joined a guild to it and to its channels that the user can see. The
// error is as of Disconnect.
func (s *Subscriptions) Join(guild, user types.Snowflake) error {
	return s.UpdateVisibility(guild, user)
}

// UpdateVisibility subscribes the sessions of a member to what they can see now of a guild, and to nothing else of it:
// after a channel was made, or roles, overwrites or anything else that permissions depend on were changed. The error is
// as of Disconnect.
func (s *Subscriptions) UpdateVisibility(guild, user types.Snowflake) error {
	return s.settle(user, func() func(*subscribedUser) {
		if !s.world.IsMember(guild, user) {
			return func(u *subscribedUser) { s.exitAll(u, guild) }
		}
		channels := s.world.Channels(guild, user)
		return func(u *subscribedUser) { s.enter(u, guild, channels) }
	})
}

// UpdatePrivate subscribes the sessions of a user to the private channels that the user is in now, and to no others. The
// error is as of Disconnect.
func (s *Subscriptions) UpdatePrivate(user types.Snowflake) error {
	return s.settle(user, func() func(*subscribedUser) {
		channels := s.world.PrivateChannels(user)
		return func(u *subscribedUser) { s.enter(u, 0, channels) }
	})
}

// UpdateFriends subscribes a user to the friends that the user has now, and to no others. A friendship that begins or
// ends concerns both users. The error is as of Disconnect.
func (s *Subscriptions) UpdateFriends(user types.Snowflake) error {
	return s.settle(user, func() func(*subscribedUser) {
		friends := s.world.Friends(user)
		return func(u *subscribedUser) { s.befriend(u, friends) }
	})
}

// Leave ends the subscriptions of a user who has left a guild, or was kicked or banned: to the guild, so also to the
// user as its member, to its channels, and to its member lists. Like Join it goes by what the world says now, so that a
// user who joins again at once is in, whichever call is last. The error is as of Disconnect.
func (s *Subscriptions) Leave(guild, user types.Snowflake) error {
	return s.UpdateVisibility(guild, user)
}

// RemoveGuild ends everybody's subscriptions to a guild that was deleted, to its channels and its member lists. Its id
// is not used again.
func (s *Subscriptions) RemoveGuild(guild types.Snowflake) {
	s.mu.Lock()
	for _, u := range s.users {
		u.changes++
		s.exitAll(u, guild)
		u.ended = nil // the lists end at once below
	}
	s.backends.Guild.Remove(guild)
	s.mu.Unlock()
	s.backends.LazyGuild.RemoveGuild(guild)
}

// RemoveChannel ends everybody's subscriptions to a channel that was deleted, and to the member list beside it. guild is
// 0 for a private channel. Its id is not used again.
func (s *Subscriptions) RemoveChannel(guild, channel types.Snowflake) {
	s.mu.Lock()
	for _, u := range s.users {
		u.changes++
		for _, session := range u.sessions {
			delete(session.guilds[guild], channel)
		}
	}
	s.backends.Channel.Remove(channel)
	s.mu.Unlock()
	s.backends.LazyGuild.Remove(channel)
}

// settle reads the world and applies what it read to a user who has a session. If something else is said about the user
// meanwhile, what was read may be too old, and is read again.
func (s *Subscriptions) settle(user types.Snowflake, read func() func(*subscribedUser)) error {
	for {
		s.mu.Lock()
		u := s.users[user]
		if u == nil {
			s.mu.Unlock()
			return nil
		}
		seen := u.changes
		s.mu.Unlock()
		apply := read()
		s.mu.Lock()
		if s.users[user] != u || u.changes != seen {
			s.mu.Unlock()
			continue
		}
		u.changes++
		apply(u)
		ended := u.ended
		u.ended = nil
		s.mu.Unlock()
		return s.endLooks(ended)
	}
}

// endLooks ends what sessions looked at, outside the lock.
func (s *Subscriptions) endLooks(ended []looker) error {
	var errs []error
	for _, look := range ended {
		if err := s.backends.LazyGuild.Unsub(look.channel, look.session); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
