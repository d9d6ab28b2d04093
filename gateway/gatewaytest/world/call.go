package world

import (
	"maps"
	"slices"

	"github.com/chorus-go/chorus/types"
)

// call is a call in direct messages or a group.
type call struct {
	message *message // that tells of it
	ringing map[types.Snowflake]bool
	voice   map[types.Snowflake]*types.VoiceState // by user; replaced, never written to
}

// JoinCall puts a recipient of direct messages or a group into its call, without a session. The first one begins it: a
// message tells of it, and all recipients but bots get CALL_CREATE. They get VOICE_STATE_UPDATE of everybody who joins,
// and CALL_UPDATE if the user was rung. A user is in one voice channel or call at a time. The error is ErrNotFound, or
// ErrForbidden for somebody who is no recipient, a bot, or blocked.
func (h ChannelHandle) JoinCall(user types.Snowflake) error {
	return h.change(func(c *channel) error {
		a, err := h.w.account(user)
		if err != nil {
			return err
		}
		_, err = h.w.enterCall(c, a, types.VoiceState{})
		return err
	})
}

// LeaveCall takes a user out of the call and dispatches VOICE_STATE_UPDATE to the recipients. When the last one is gone
// the call is over: MESSAGE_UPDATE of the message that told of it, and CALL_DELETE. The error is ErrNotFound, also for
// somebody who is not in the call.
func (h ChannelHandle) LeaveCall(user types.Snowflake) error {
	return h.change(func(c *channel) error {
		if c.call == nil || c.call.voice[user] == nil {
			return missing("voice state", user)
		}
		h.w.leaveCall(c, user)
		return nil
	})
}

// Ring rings recipients, all who are not in the call if none are named, and dispatches CALL_UPDATE to the recipients.
// The error is ErrNotFound, also if there is no call, or for somebody who is no recipient.
func (h ChannelHandle) Ring(users ...types.Snowflake) error {
	return h.ring(users, func(c *channel, user types.Snowflake) {
		if c.call.voice[user] == nil && !c.account(user).user.Bot {
			c.call.ringing[user] = true
		}
	})
}

// StopRinging is the opposite of Ring: also what declines a call.
func (h ChannelHandle) StopRinging(users ...types.Snowflake) error {
	return h.ring(users, func(c *channel, user types.Snowflake) { delete(c.call.ringing, user) })
}

// ring changes who is rung.
func (h ChannelHandle) ring(users []types.Snowflake, f func(*channel, types.Snowflake)) error {
	return h.change(func(c *channel) error {
		if c.call == nil {
			return missing("call", h.id)
		}
		if len(users) == 0 {
			for _, a := range c.recipients {
				users = append(users, a.id())
			}
		}
		for _, user := range users {
			if !c.isRecipient(user) {
				return missing("recipient", user)
			}
		}
		before := len(c.call.ringing)
		for _, user := range users {
			f(c, user)
		}
		// One call of f only adds, or only removes.
		if len(c.call.ringing) != before {
			h.w.callUpdate(c)
		}
		return nil
	})
}

// Call returns the call of the channel, with who is in it. The error is ErrNotFound, also if there is none.
func (h ChannelHandle) Call() (types.CallCreate, error) {
	var data types.CallCreate
	err := h.read(func(c *channel) error {
		if c.call == nil {
			return missing("call", h.id)
		}
		data = *c.callCreate()
		return nil
	})
	return data, err
}

// account returns a recipient of a private channel, nil if it is none.
func (c *channel) account(user types.Snowflake) *account {
	i := slices.IndexFunc(c.recipients, func(a *account) bool { return a.id() == user })
	if i < 0 {
		return nil
	}
	return c.recipients[i]
}

// enterCall puts a user into the call of a channel in a state, and says whether they were not in it before.
func (w *World) enterCall(c *channel, a *account, state types.VoiceState) (bool, error) {
	user := a.id()
	switch {
	case c.guild != nil || !c.isRecipient(user) || a.user.Bot:
		return false, forbidden("call", "the user cannot call in the channel")
	case c.data.Type == types.ChannelTypeDM && w.blocked(c):
		return false, forbidden("call", "one of the two has blocked the other")
	}
	for _, g := range sorted(a.guilds) {
		w.leaveVoice(g, user)
	}
	w.leaveCalls(a, c)
	if c.call == nil {
		w.beginCall(c, a)
	}
	before := c.call.voice[user]
	state.ChannelID, state.UserID = c.data.ID, user
	c.call.voice[user] = &state
	w.toCall(c, "VOICE_STATE_UPDATE", &types.VoiceStateUpdate{VoiceState: state})
	if c.call.ringing[user] {
		delete(c.call.ringing, user)
		w.callUpdate(c)
	}
	told := *c.call.message.data.Call
	if !slices.Contains(told.Participants, user) {
		told.Participants = append(slices.Clone(told.Participants), user)
		c.call.message.data.Call = &told
	}
	return before == nil || before.SessionID != state.SessionID, nil
}

// beginCall begins a call in which nobody is yet.
func (w *World) beginCall(c *channel, by *account) {
	m := w.newMessage(c, by, types.MessageTypeCall, MessageOptions{})
	m.data.Call = &types.MessageCall{Participants: []types.Snowflake{by.id()}}
	w.post(c, m)
	c.call = &call{message: m, ringing: map[types.Snowflake]bool{}, voice: map[types.Snowflake]*types.VoiceState{}}
	w.toCall(c, "CALL_CREATE", c.callCreate())
}

// leaveCall takes a user out of a call, and ends it if that was the last one.
func (w *World) leaveCall(c *channel, user types.Snowflake) {
	gone := *c.call.voice[user]
	gone.ChannelID, gone.SelfStream, gone.SelfVideo = 0, false, false
	delete(c.call.voice, user)
	w.toCall(c, "VOICE_STATE_UPDATE", &types.VoiceStateUpdate{VoiceState: gone})
	if len(c.call.voice) > 0 {
		return
	}
	m, told := c.call.message, *c.call.message.data.Call
	told.EndedTimestamp = now()
	m.data.Call = &told
	if c.messages[m.data.ID] == m {
		w.toChannel(c.data.ID, "MESSAGE_UPDATE", w.update(c, m))
	}
	w.toCall(c, "CALL_DELETE", &types.CallDelete{ChannelID: c.data.ID})
	c.call = nil
}

// leaveCalls takes a user out of the calls in all channels but one, which may be nil.
func (w *World) leaveCalls(a *account, but *channel) {
	for _, c := range sorted(a.private) {
		if c != but && c.call != nil && c.call.voice[a.id()] != nil {
			w.leaveCall(c, a.id())
		}
	}
}

// quitCall takes a user, who has the channel no longer, out of its call and of those who are rung.
func (w *World) quitCall(c *channel, user types.Snowflake) {
	if c.call != nil && c.call.ringing[user] {
		delete(c.call.ringing, user)
		w.callUpdate(c)
	}
	if c.call != nil && c.call.voice[user] != nil {
		w.leaveCall(c, user)
	}
}

// toCall dispatches to the recipients of a private channel who can have calls: those who are no bots.
func (w *World) toCall(c *channel, event string, payload any) {
	users := map[types.Snowflake]bool{}
	for _, a := range c.recipients {
		users[a.id()] = !a.user.Bot
	}
	w.toChannelBut(c.data.ID, event, payload, only(users))
}

// callCreate returns the payload of CALL_CREATE.
func (c *channel) callCreate() *types.CallCreate {
	create := &types.CallCreate{
		ChannelID: c.data.ID, MessageID: c.call.message.data.ID, Region: "chorus",
		Ringing: c.call.rung(), VoiceStates: []types.VoiceState{},
	}
	for _, user := range slices.Sorted(maps.Keys(c.call.voice)) {
		create.VoiceStates = append(create.VoiceStates, *c.call.voice[user])
	}
	return create
}

// callUpdate dispatches who is rung.
func (w *World) callUpdate(c *channel) {
	w.toCall(c, "CALL_UPDATE", &types.CallUpdate{
		ChannelID: c.data.ID, MessageID: c.call.message.data.ID, Region: "chorus", Ringing: c.call.rung(),
	})
}

// rung returns who is rung, in ascending order; it is never nil, as nobody is [] on the wire.
func (c *call) rung() []types.Snowflake { return append([]types.Snowflake{}, keys(c.ringing)...) }
