// Package pubsub is Litecord's publish/subscribe in Go: it decides which sessions of a gateway server get an event. It
// knows no sockets, no encodings and no database, so that any server of this protocol can be built on it; the test
// server of package gatewaytest is one.
//
// # States
//
// An event is a type and a payload. Whoever identifies is a [State]: a user, a shard, a sequence and a replay buffer, and
// a [Sink], supplied by the server, that takes events to the client. [StateManager] holds all states and finds them by
// session, by user, and by user and shard. A state whose socket is lost is detached and resumed:
//
//	state.Detach()
//	…
//	n, err := state.Resume(sequence, sink) // n events are repeated; a *ResumeError is answered with op 9
//
// # Channels
//
// [EventDispatcher] stands between events and states. A channel of it is a backend and a key:
//
//	dispatcher.Dispatch("guild", guildID, "GUILD_UPDATE", guild)
//
// There are six backends, made by [NewBackends]:
//
//   - guild ([Guild]): the sessions that are subscribed to a guild and whose shard holds it.
//   - member ([Member]): one member's sessions in one guild, as long as they are subscribed to it.
//   - channel ([Channel]): whoever can see a channel.
//   - user ([User]): every session of a user.
//   - friend ([Friend]): every session of every friend of a user.
//   - lazy_guild ([LazyGuild]): whoever looks at the member list beside a channel. It keeps the lists itself and sends
//     GUILD_MEMBER_LIST_UPDATE.
//
// By name, keys and subscribers have any type and are checked when it runs. The backends themselves, the fields of
// [Backends], have typed methods, and so has the [Topic] that [Register] returns for a backend of one's own: embed [Base],
// or [WithSubscribers] if it keeps a list, and write Dispatch.
//
// # Subscriptions
//
// [Subscriptions] subscribes sessions to what their users can see when they connect, and keeps it so when users join,
// leave, gain or lose the sight of a channel, and make or end friendships. Of the world it needs to know what
// [Membership] says, and the member lists what [ListSource] says; the server implements both.
//
// # Order, failures, locks
//
// A state has one order of events, that of its sequence, and gets them in it. Of two dispatches that do not overlap every
// state gets the first one first, whatever their channels. Dispatches that several goroutines make at the same time have
// no order, and states may see them in different ones.
//
// A state that fails, by an error or a panic of its sink, keeps an event from nobody else; who has failed is in the
// *[DispatchError]. No lock is held while a sink, a filter, Prepare, or the world is called, and all of them may call
// this package. Nothing depends on time, chance or the order of a map: the same calls from one goroutine make the same
// events in the same order.
package pubsub
