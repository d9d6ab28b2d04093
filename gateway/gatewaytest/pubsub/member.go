package pubsub

import "github.com/chorus-go/chorus/types"

// MemberBackend is the name of [Member].
const MemberBackend = "member"

// MemberKey is a member: a user in a guild.
type MemberKey struct {
	Guild types.Snowflake // the guild
	User  types.Snowflake // the user in it
}

// Member is the backend member: the key is one member of one guild, and an event reaches the sessions of that user that
// are subscribed to the guild, so none of a user who has left it. It keeps no subscribers of its own.
type Member struct {
	Base[MemberKey] // its name and the states
	guilds          *Guild
}

// NewMember returns the backend over the states and the subscriptions of guilds.
func NewMember(guilds *Guild) *Member {
	return &Member{Base: NewBase[MemberKey](MemberBackend, guilds.states), guilds: guilds}
}

// Dispatch sends an event to the member's sessions, in the order in which they began.
func (m *Member) Dispatch(member MemberKey, event Event, filter Filter) ([]*State, error) {
	states := m.states.UserGuild(member.User, member.Guild)
	return m.DispatchStates(states, event, func(s *State) bool {
		return m.guilds.Has(member.Guild, s.id) && filter.Accepts(s)
	})
}
