// Package state keeps what the events of a gateway handle have told: the guilds of the user with their channels, roles,
// members, presences and voice states, private channels, relationships, and, if it is asked for, messages.
//
//	events := gateway.NewEvents()
//	known := state.New(events, state.Options{Messages: 100})
//	handle, ready, err := gateway.Connect(ctx, url, identify, gateway.Options{Events: events})
//	…
//	member := known.Member(guild, user)
//	for channel := range known.Channels(guild) { … }
//
// It follows the events inline: an observer of an event finds the state with that event in it, and maybe with later
// ones. What entities were before the event, it finds with [State.Before]. READY begins the state anew: what the server
// does not mention any more is gone. After RESUMED it goes on.
//
// What is returned are pointers to values that never change: an event makes new ones. They may be kept for any time and
// read by any goroutine; nobody may write to them. Reading takes no lock and never waits, whatever happens to the
// state. Two reads may see the state at different times.
//
// Nothing is known before it was told. A guild of many members tells only of some, until all are requested
// (GatewayHandle.RequestGuildMembers) or lists of members are subscribed to; an account that is a bot is told of its
// private channels by nobody. Of a guild that is not available nothing is known.
package state
