package pubsub

// Backends are Litecord's six kinds of channels, with typed methods.
type Backends struct {
	States *StateManager // whom they reach
	Guild  *Guild        // "guild"
	Member *Member       // "member"
	// Channel is "channel".
	Channel   *Channel
	User      *User      // "user"
	Friend    *Friend    // "friend"
	LazyGuild *LazyGuild // "lazy_guild"
}

// NewBackends makes the six backends over those states and registers them with a dispatcher under their names. source
// is what lazy_guild knows of the world. The error is a *[DuplicateError] for a name that is taken.
func NewBackends(d *EventDispatcher, states *StateManager, source ListSource) (*Backends, error) {
	guild := NewGuild(states)
	b := &Backends{
		States:    states,
		Guild:     guild,
		Member:    NewMember(guild),
		Channel:   NewChannel(states),
		User:      NewUser(states),
		Friend:    NewFriend(states),
		LazyGuild: NewLazyGuild(states, source),
	}
	if _, err := Register(d, b.Guild); err != nil {
		return nil, err
	}
	if _, err := Register(d, b.Member); err != nil {
		return nil, err
	}
	if _, err := Register(d, b.Channel); err != nil {
		return nil, err
	}
	if _, err := Register(d, b.User); err != nil {
		return nil, err
	}
	if _, err := Register(d, b.Friend); err != nil {
		return nil, err
	}
	_, err := Register(d, b.LazyGuild)
	return b, err
}
