package world

import (
	"fmt"
	"slices"
	"strings"

	"github.com/chorus-go/chorus/gateway/gatewaytest/pubsub"
	"github.com/chorus-go/chorus/types"
)

// session is a session that is attached.
type session struct {
	id       string
	state    *pubsub.State
	account  *account
	identify types.Identify // without the token
	info     types.ClientInfo
	status   status
	watching map[types.Snowflake]bool // the users of whose presence it is told
	deaf     map[types.Snowflake]bool // the guilds in which it does not want to know who types
}

// Bootstrap is what a session begins with. It is dispatched in its order before anything else, so that READY has the
// first sequence.
type Bootstrap struct {
	// Ready is the payload of READY. It encodes to JSON as on the wire, and decodes as types.Ready. Until it is
	// dispatched, its method SetSession(id, resumeURL string) changes session_id and resume_gateway_url.
	Ready any
	// After are the events that follow READY: GUILD_CREATE for each guild of a bot, READY_SUPPLEMENTAL, and CALL_CREATE
	// for each call. Their Sequence is 0.
	After []pubsub.Event
}

// Attach begins a session of a user who has identified: it inserts it into States, unless it is there, subscribes it to
// what the user may see, and returns a picture of just that, to which the events that come are the changes. The
// user's presence is that of the Identify, or online, of which others are told.
//
// Events can come as soon as Attach has subscribed, that is, before the Bootstrap can be dispatched, if another
// goroutine changes the world. A server uses AttachFunc. The error is as of AttachFunc.
func (w *World) Attach(u *User, s *pubsub.State, identify types.Identify) (Bootstrap, error) {
	var bootstrap Bootstrap
	err := w.attach(u, s, identify, func(b Bootstrap) { bootstrap = b }, func(Bootstrap) error { return nil })
	return bootstrap, err
}

// AttachFunc is Attach, but that the Bootstrap is passed to a function, which is to dispatch it. The function is called
// before the session is subscribed, and nothing else is dispatched to the session until it has returned. It is called
// without locks, once, before AttachFunc returns if nobody else is delivering. Its error goes to Options.Report.
//
// The error is ErrNotFound for a user who does not exist, ErrForbidden for a disabled one, an *InputError for a session
// of somebody else or one that is attached, or that of pubsub.StateManager.Insert; then the function is not called.
func (w *World) AttachFunc(u *User, s *pubsub.State, identify types.Identify, begin func(Bootstrap) error) error {
	return w.attach(u, s, identify, func(Bootstrap) {}, begin)
}

// attach makes the session, hands its picture to taken with the lock held, and lets begin have it in its turn.
func (w *World) attach(
	u *User, state *pubsub.State, identify types.Identify, taken func(Bootstrap), begin func(Bootstrap) error,
) error {
	return w.change(func() error {
		if u == nil || state == nil {
			return wrong("user", "there is no user or no session")
		}
		a, err := w.account(u.ID)
		switch {
		case err != nil:
			return err
		case a.disabled:
			return forbidden("identify", "the account is disabled")
		case state.UserID() != u.ID:
			return wrong("session_id", "the session is somebody else's")
		case w.sessions[state.SessionID()] != nil:
			return wrong("session_id", "the session is attached")
		}
		if known, ok := w.states.Session(state.SessionID()); !ok || known != state {
			if err := w.states.Insert(state); err != nil {
				return err
			}
		}
		s := newSession(state, a, identify)
		w.presence(a, true, func() { a.sessions = append(a.sessions, s) })
		w.sessions[s.id] = s
		if a.user.Bot && w.wantsPresences(s) {
			w.bots[s.id] = s
		}
		for _, g := range a.guilds {
			g.open(a.id())
		}
		picture := w.bootstrap(s)
		taken(picture)
		w.later(func() {
			w.report(nil, guarded(begin, picture))
			w.outbox.ready[s.id] = true
		})
		w.enterAll(s)
		w.sessionsReplace(a)
		return nil
	})
}

// guarded calls a server's function and makes an error of its panic.
func guarded(begin func(Bootstrap) error, b Bootstrap) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("world: panic in AttachFunc: %v", v)
		}
	}()
	return begin(b)
}

// newSession makes a session that nobody knows of.
func newSession(state *pubsub.State, a *account, identify types.Identify) *session {
	identify.Token = ""
	s := &session{
		id: state.SessionID(), state: state, account: a, identify: identify,
		watching: map[types.Snowflake]bool{}, deaf: map[types.Snowflake]bool{},
		status: statusOf(types.UpdatePresence{}),
		info: types.ClientInfo{
			Client: types.ClientTypeUnknown,
			OS:     types.SessionOperatingSystemType(strings.ToLower(string(identify.Properties.OS))),
		},
	}
	if identify.Presence != nil {
		s.status = statusOf(*identify.Presence)
	}
	return s
}

// enterAll subscribes a session to everything that its user may see.
func (w *World) enterAll(s *session) {
	for _, g := range sorted(s.account.guilds) {
		if s.state.Holds(g.data.ID) {
			w.enter(s, g)
		}
	}
	if !s.state.Holds(0) {
		return
	}
	private := keys(s.account.private)
	w.later(func() {
		for _, channel := range private {
			// A session that has ended in the meantime needs no subscription.
			_ = w.topics.channels.Sub(channel, s.id)
		}
	})
}

// Detach ends a session for good and removes it from States. What it did in a voice channel or call and its streams
// end, and if it was the last one of its user, the user is offline, of which others are told. A session that is not
// attached is ignored. A session whose socket is lost but that may be resumed is not detached.
func (w *World) Detach(state *pubsub.State) {
	// There is no error: a session that is gone already is what was asked for.
	_ = w.session(state, func(s *session) error {
		a := s.account
		w.later(func() {
			delete(w.outbox.ready, s.id)
			w.report(nil, w.topics.lists.UnsubAll(s.id))
			w.states.Remove(s.id)
		})
		delete(w.sessions, s.id)
		delete(w.bots, s.id)
		for user := range s.watching {
			w.unwatch(s, user)
		}
		w.dropStreams(func(t *stream) bool { return t.session == s })
		for _, g := range sorted(a.guilds) {
			if state := g.voice[a.id()]; state != nil && state.SessionID == s.id {
				w.leaveVoice(g, a.id())
			}
		}
		for _, c := range sorted(a.private) {
			if c.call != nil && c.call.voice[a.id()] != nil && c.call.voice[a.id()].SessionID == s.id {
				w.leaveCall(c, a.id())
			}
		}
		w.presence(a, true, func() {
			a.sessions = slices.DeleteFunc(slices.Clone(a.sessions), func(other *session) bool { return other == s })
		})
		if len(a.sessions) > 0 {
			w.sessionsReplace(a)
			return nil
		}
		for _, g := range a.guilds {
			delete(g.sight, a.id())
		}
		return nil
	})
}

// session does something for a session that is attached, and delivers.
func (w *World) session(state *pubsub.State, f func(*session) error) error {
	return w.change(func() error {
		if state == nil || w.sessions[state.SessionID()] == nil || w.sessions[state.SessionID()].state != state {
			return ErrNotAttached
		}
		return f(w.sessions[state.SessionID()])
	})
}

// memberGuild returns a guild of which the session's user is a member.
func (w *World) memberGuild(s *session, id types.Snowflake) (*guild, error) {
	if g := s.account.guilds[id]; g != nil {
		return g, nil
	}
	return nil, forbidden("ask about the guild", "the user is not a member of "+id.String())
}

// watch lets a session be told of a user's presence.
func (w *World) watch(s *session, user types.Snowflake) {
	if w.watchers[user] == nil {
		w.watchers[user] = map[string]*session{}
	}
	w.watchers[user][s.id] = s
	s.watching[user] = true
}

// unwatch is the opposite of watch.
func (w *World) unwatch(s *session, user types.Snowflake) {
	delete(s.watching, user)
	delete(w.watchers[user], s.id)
	if len(w.watchers[user]) == 0 {
		delete(w.watchers, user)
	}
}
