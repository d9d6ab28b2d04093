package world

import (
	"github.com/chorus-go/chorus/gateway/gatewaytest/pubsub"
	"github.com/chorus-go/chorus/types"
)

// outbox is what is still to be delivered: dispatches and changes of subscriptions, in the order of the changes of the
// world. It is guarded by the world's lock, but for ready.
type outbox struct {
	jobs       []func()
	delivering bool

	// ready are the sessions that have had their READY. Only jobs use it, of which one runs at a time.
	ready map[string]bool
}

// topics are the backends.
type topics struct {
	guilds   *pubsub.Guild
	members  *pubsub.Member
	channels *pubsub.Channel
	users    *pubsub.User
	friends  *pubsub.Friend
	lists    *pubsub.LazyGuild
	sessions pubsub.Base[string] // for what goes to sessions that are known by name
}

// newTopics makes the six backends over the world's states.
func newTopics(w *World) topics {
	w.outbox.ready = map[string]bool{}
	guilds := pubsub.NewGuild(w.states)
	return topics{
		guilds:   guilds,
		members:  pubsub.NewMember(guilds),
		channels: pubsub.NewChannel(w.states),
		users:    pubsub.NewUser(w.states),
		friends:  pubsub.NewFriend(w.states),
		lists:    pubsub.NewLazyGuild(w.states, listSource{w}),
		sessions: pubsub.NewBase[string]("session", w.states),
	}
}

// deliver runs the jobs of the outbox, unless somebody does.
func (w *World) deliver() {
	for jobs := w.take(true); len(jobs) > 0; jobs = w.take(false) {
		for _, job := range jobs {
			job()
		}
	}
}

// take returns the jobs that there are, none if somebody else has jobs to run. begin is false for whoever has them.
func (w *World) take(begin bool) []func() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if begin && w.outbox.delivering {
		return nil
	}
	jobs := w.outbox.jobs
	w.outbox.jobs = nil
	w.outbox.delivering = len(jobs) > 0
	return jobs
}

// later puts a job into the outbox. The lock is held; it is not when the job runs.
func (w *World) later(job func()) { w.outbox.jobs = append(w.outbox.jobs, job) }

// report tells of a failed delivery. It takes what the backends return.
func (w *World) report(_ []*pubsub.State, err error) {
	if err != nil && w.options.Report != nil {
		w.options.Report(err)
	}
}

// isReady is the filter that keeps everything from sessions that have not had their READY yet.
func (w *World) isReady(s *pubsub.State) bool { return w.outbox.ready[s.SessionID()] }

// toGuild dispatches to everybody in a guild whom the filter accepts.
func (w *World) toGuild(guild types.Snowflake, event string, payload any, filter pubsub.Filter) {
	e := shared(event, payload)
	w.later(func() { w.report(w.topics.guilds.Dispatch(guild, e, filter)) })
}

// toChannel dispatches to everybody who can see a channel.
func (w *World) toChannel(channel types.Snowflake, event string, payload any) {
	w.toChannelBut(channel, event, payload, nil)
}

// toChannelBut dispatches to those who can see a channel and whom the filter accepts.
func (w *World) toChannelBut(channel types.Snowflake, event string, payload any, filter pubsub.Filter) {
	e := shared(event, payload)
	w.later(func() { w.report(w.topics.channels.Dispatch(channel, e, filter)) })
}

// toMember dispatches to the sessions of a user that are subscribed to a guild.
func (w *World) toMember(guild, user types.Snowflake, event string, payload any) {
	key, e := pubsub.MemberKey{Guild: guild, User: user}, shared(event, payload)
	w.later(func() { w.report(w.topics.members.Dispatch(key, e, w.isReady)) })
}

// toUser dispatches to every session of a user.
func (w *World) toUser(user types.Snowflake, event string, payload any) {
	e := shared(event, payload)
	w.later(func() { w.report(w.topics.users.Dispatch(user, e, w.isReady)) })
}

// toPrivate dispatches to those sessions of a user that get what is outside guilds.
func (w *World) toPrivate(user types.Snowflake, event string, payload any) {
	e := shared(event, payload)
	filter := func(s *pubsub.State) bool { return w.isReady(s) && s.Holds(0) }
	w.later(func() { w.report(w.topics.users.Dispatch(user, e, filter)) })
}

// toFriends dispatches to every session of a user's friends.
func (w *World) toFriends(user types.Snowflake, event string, payload any) {
	e := shared(event, payload)
	w.later(func() { w.report(w.topics.friends.Dispatch(user, e, w.isReady)) })
}

// toSession dispatches to one session.
func (w *World) toSession(s *session, event string, payload any) {
	w.later(func() {
		if w.outbox.ready[s.id] {
			w.report(nil, s.state.Dispatch(event, payload))
		}
	})
}

// toSessions dispatches to several sessions, in their order.
func (w *World) toSessions(sessions []*session, event string, payload any) {
	if len(sessions) == 0 {
		return
	}
	e, states := shared(event, payload), make([]*pubsub.State, len(sessions))
	for i, s := range sessions {
		states[i] = s.state
	}
	w.later(func() { w.report(w.topics.sessions.DispatchStates(states, e, w.isReady)) })
}

// shared returns an event that is encoded at most once, however many get it.
func shared(event string, payload any) pubsub.Event {
	return pubsub.Event{Type: event, Payload: payload}.Shared()
}

// only returns a filter that accepts the sessions of those users.
func only(users map[types.Snowflake]bool) pubsub.Filter {
	return func(s *pubsub.State) bool { return users[s.UserID()] }
}
