package world

import (
	"github.com/chorus-go/chorus/types"
)

// UserHandle is a user of the world, to act on or for. It is a value; whether there is such a user is known when it is
// used, and an error of its methods.
type UserHandle struct {
	w  *World
	id types.Snowflake
}

// User returns a handle of a user or bot.
func (w *World) User(id types.Snowflake) UserHandle { return UserHandle{w, id} }

// Users returns the ids of all users and bots, in ascending order.
func (w *World) Users() []types.Snowflake {
	w.mu.Lock()
	defer w.mu.Unlock()
	return keys(w.accounts)
}

// ID returns the id that the handle is for.
func (u UserHandle) ID() types.Snowflake { return u.id }

// Snapshot returns the user as they are now. The error is ErrNotFound.
func (u UserHandle) Snapshot() (User, error) {
	u.w.mu.Lock()
	defer u.w.mu.Unlock()
	a, err := u.w.account(u.id)
	if err != nil {
		return User{}, err
	}
	return a.snapshot(), nil
}

// Edit changes the user by a function, which is called as the package says. The id and whether it is a bot stay. It
// dispatches USER_UPDATE to the user's own sessions. Spacebar dispatches it to friends and whoever watches the user as
// well, without what is private; Discord dispatches GUILD_MEMBER_UPDATE to the user's guilds and PRESENCE_UPDATE to
// friends. The error is ErrNotFound or ErrConflict.
func (u UserHandle) Edit(edit func(*types.User)) error {
	w := u.w
	var a *account
	look := func() (*types.User, error) {
		var err error
		if a, err = w.account(u.id); err != nil {
			return nil, err
		}
		return &a.user, nil
	}
	return edited(w, edit, look, func(changed types.User) error {
		changed.ID, changed.Bot = a.user.ID, a.user.Bot
		a.user = changed
		w.toUser(u.id, "USER_UPDATE", &types.UserUpdate{User: changed})
		if w.options.Profile == Spacebar {
			w.toOnlookers(a, "USER_UPDATE", &types.UserUpdate{User: a.public()})
		} else {
			w.toFriends(u.id, "PRESENCE_UPDATE", a.presenceUpdate(0, true))
		}
		for _, g := range sorted(a.guilds) {
			if w.options.Profile == Discord {
				w.toGuild(g.data.ID, "GUILD_MEMBER_UPDATE", w.memberUpdate(g, u.id), nil)
			}
			w.refreshMember(g, u.id)
		}
		return nil
	})
}

// Rename changes the username, as Edit does.
func (u UserHandle) Rename(name string) error {
	return u.Edit(func(user *types.User) { user.Username = name })
}

// Disable disables the account: its token is valid still, but Attach refuses it. Sessions that there are go on, as on
// Spacebar. The error is ErrNotFound.
func (u UserHandle) Disable() error { return u.disable(true) }

// Enable is the opposite of Disable.
func (u UserHandle) Enable() error { return u.disable(false) }

// disable sets whether the account is disabled.
func (u UserHandle) disable(disabled bool) error {
	return u.w.change(func() error {
		a, err := u.w.account(u.id)
		if err != nil {
			return err
		}
		a.disabled = disabled
		return nil
	})
}

// ResetToken gives the user a new token and returns it. The old one is nobody's from now on. Sessions go on. The error
// is ErrNotFound.
func (u UserHandle) ResetToken() (string, error) {
	var token string
	err := u.w.change(func() error {
		a, err := u.w.account(u.id)
		if err != nil {
			return err
		}
		token = u.w.ids.token(u.id)
		delete(u.w.tokens, a.token)
		a.token = token
		u.w.tokens[token] = a
		return nil
	})
	return token, err
}

// Ack marks the messages of a channel as read, up to one of them, and dispatches MESSAGE_ACK to the user's sessions.
// The error is ErrNotFound, or ErrForbidden if the user cannot see the channel.
func (u UserHandle) Ack(channel, message types.Snowflake) error {
	w := u.w
	return w.change(func() error {
		a, err := w.account(u.id)
		if err != nil {
			return err
		}
		c, err := w.channel(0, channel)
		if err != nil {
			return err
		}
		if !c.seenBy(u.id) {
			return forbidden("mark as read", "the user cannot see the channel")
		}
		a.read[channel] = message
		w.toUser(u.id, "MESSAGE_ACK", &types.MessageAck{ChannelID: channel, MessageID: message, Version: int64(len(a.read))})
		return nil
	})
}

// toOnlookers dispatches to friends of a user, and to the sessions that watch the user besides.
func (w *World) toOnlookers(a *account, event string, payload any) {
	w.toFriends(a.id(), event, payload)
	var others []*session
	for _, s := range sorted(w.watchers[a.id()]) {
		if s.account != a && !a.isFriend(s.account.id()) {
			others = append(others, s)
		}
	}
	w.toSessions(others, event, payload)
}
