package world

import (
	"cmp"
	"reflect"
	"slices"

	"github.com/chorus-go/chorus/gateway/gatewaytest/pubsub"
	"github.com/chorus-go/chorus/types"
)

// status is how somebody is there. It is replaced, never written to.
type status struct {
	status     types.StatusType
	activities []types.Activity
	client     types.ClientStatus
}

// offline is the presence of somebody who is not there, or not to be seen.
func offline() status { return status{status: types.StatusTypeOffline, activities: []types.Activity{}} }

// statusOf returns what an op 3 says.
func statusOf(p types.UpdatePresence) status {
	return status{
		status:     cmp.Or(p.Status, types.StatusTypeOnline),
		activities: append([]types.Activity{}, p.Activities...),
	}
}

// rank orders statuses by how much they say: the session that is most there speaks for the user.
func (s status) rank() int {
	order := []types.StatusType{
		types.StatusTypeOnline, types.StatusTypeIdle, types.StatusTypeDND, types.StatusTypeInvisible,
	}
	if i := slices.Index(order, s.status); i >= 0 {
		return i
	}
	return len(order)
}

// presence returns the user's presence as others see it: that of the session that is most there, or that which
// SetPresence has given.
func (a *account) presence() status {
	candidates := []status{offline()}
	if a.puppet != nil {
		candidates = append(candidates, *a.puppet)
	}
	for _, s := range a.sessions {
		candidates = append(candidates, s.status)
	}
	// Of equals, the one that came last is what the user does now.
	slices.Reverse(candidates)
	best := slices.MinFunc(candidates, func(x, y status) int { return cmp.Compare(x.rank(), y.rank()) })
	if best.status == types.StatusTypeInvisible || best.status == types.StatusTypeOffline {
		return offline()
	}
	return best
}

// isOnline says whether others see the user online.
func (a *account) isOnline() bool { return a.presence().status != types.StatusTypeOffline }

// presenceIn returns the user's presence as lists of presences have it, with a guild or 0.
func (a *account) presenceIn(guild types.Snowflake) types.Presence {
	p, user := a.presence(), a.public()
	return types.Presence{
		User: &user, GuildID: guild, Status: p.status, Activities: p.activities, ClientStatus: p.client,
	}
}

// presenceUpdate returns the payload of PRESENCE_UPDATE. Spacebar leaves the status out when it follows from an op 3.
func (a *account) presenceUpdate(guild types.Snowflake, withStatus bool) *types.PresenceUpdate {
	p := a.presence()
	update := &types.PresenceUpdate{
		User: a.partial(), Activities: types.Some(p.activities), ClientStatus: types.Some(p.client),
	}
	if guild != 0 {
		update.GuildID = types.Some(guild)
	}
	if withStatus {
		update.Status = types.Some(p.status)
	}
	return update
}

// SetPresence gives a user a presence that does not depend on sessions, as for somebody whom a test only imagines; with
// the status offline, it is taken again. While the user has sessions too, whichever is most there counts. It dispatches
// PRESENCE_UPDATE to those who may see it, if it changes: the user's friends, and on Spacebar the user's own sessions
// and whoever watches the user, on Discord the bots in the user's guilds, once for each guild, and whoever watches the
// user. The error is ErrNotFound.
func (u UserHandle) SetPresence(state types.StatusType, activities ...types.Activity) error {
	return u.w.change(func() error {
		a, err := u.w.account(u.id)
		if err != nil {
			return err
		}
		u.w.presence(a, true, func() {
			a.puppet = nil
			if state != types.StatusTypeOffline {
				puppet := statusOf(types.UpdatePresence{Status: state, Activities: activities})
				a.puppet = &puppet
			}
		})
		return nil
	})
}

// Presence returns the user's presence as others see it, with the user. The error is ErrNotFound.
func (u UserHandle) Presence() (types.Presence, error) {
	u.w.mu.Lock()
	defer u.w.mu.Unlock()
	a, err := u.w.account(u.id)
	if err != nil {
		return types.Presence{}, err
	}
	return a.presenceIn(0), nil
}

// UpdatePresence sets the presence of a session, as op 3 does, and dispatches PRESENCE_UPDATE as SetPresence does, on
// Spacebar without the status, and SESSIONS_REPLACE to the sessions of a user who is no bot. The error is
// ErrNotAttached, or an *InputError for a status that there is not.
func (w *World) UpdatePresence(s *pubsub.State, p types.UpdatePresence) error {
	return w.session(s, func(s *session) error {
		switch p.Status {
		case "", types.StatusTypeOnline, types.StatusTypeIdle, types.StatusTypeDND, types.StatusTypeInvisible,
			types.StatusTypeOffline:
		default:
			return wrong("status", "there is no status "+string(p.Status))
		}
		w.presence(s.account, w.options.Profile == Discord, func() {
			client := s.status.client
			s.status = statusOf(p)
			s.status.client = client
		})
		w.sessionsReplace(s.account)
		return nil
	})
}

// presence changes what a user's presence follows from, and dispatches PRESENCE_UPDATE if it is another one then.
func (w *World) presence(a *account, withStatus bool, change func()) {
	before := a.presence()
	change()
	after := a.presence()
	if reflect.DeepEqual(before, after) {
		return
	}
	was, is := before.status != types.StatusTypeOffline, after.status != types.StatusTypeOffline
	for _, g := range sorted(a.guilds) {
		g.countOnline(was, -1)
		g.countOnline(is, 1)
		w.refreshMember(g, a.id())
	}
	if w.options.Profile == Spacebar {
		update := a.presenceUpdate(0, withStatus)
		w.toUser(a.id(), "PRESENCE_UPDATE", update)
		w.toOnlookers(a, "PRESENCE_UPDATE", update)
		return
	}
	w.toFriends(a.id(), "PRESENCE_UPDATE", a.presenceUpdate(0, true))
	readers := w.presenceReaders(a)
	for _, g := range sorted(a.guilds) {
		var inside []*session
		for _, s := range readers {
			if s.account.guilds[g.data.ID] == g && s.state.Holds(g.data.ID) {
				inside = append(inside, s)
			}
		}
		w.toSessions(inside, "PRESENCE_UPDATE", a.presenceUpdate(g.data.ID, true))
	}
}

// countOnline adds to how many members of the guild are online, if one of them is.
func (g *guild) countOnline(online bool, by int) {
	if online {
		g.online += by
	}
}

// wantsPresences says whether a session of a bot is told of presences. Discord's intents leave them out; only here, and
// not when each event comes to a session, does a guild of thousands of bots not cost each of them one for every other.
func (w *World) wantsPresences(s *session) bool {
	intents, chosen := s.identify.Intents.Get()
	return w.options.Profile == Spacebar || !chosen || intents&types.IntentGuildPresences != 0
}

// presenceReaders returns the sessions that Discord tells of the presence of a member of their guilds: bots, and
// whoever watches. They are few, however many sessions a guild has.
func (w *World) presenceReaders(a *account) []*session {
	var readers []*session
	for _, s := range sorted(w.bots) {
		if s.account != a {
			readers = append(readers, s)
		}
	}
	for _, s := range sorted(w.watchers[a.id()]) {
		if s.account != a && !s.account.user.Bot {
			readers = append(readers, s)
		}
	}
	return readers
}

// sessionsReplace tells all sessions of a user which sessions there are. Bots are not told.
func (w *World) sessionsReplace(a *account) {
	if a.user.Bot {
		return
	}
	list := a.sessionList()
	w.toUser(a.id(), "SESSIONS_REPLACE", (*types.SessionsReplace)(&list))
}

// sessionList returns the sessions of a user as payloads have them.
func (a *account) sessionList() []types.Session {
	list := []types.Session{}
	for i, s := range a.sessions {
		list = append(list, types.Session{
			SessionID: s.id, ClientInfo: s.info, Status: s.status.status, Activities: s.status.activities,
			HiddenActivities: []types.Activity{}, Active: i == len(a.sessions)-1,
		})
	}
	return list
}
