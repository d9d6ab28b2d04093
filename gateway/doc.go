// Package gateway is a client of the gateway, the real-time websocket, of Spacebar and of everything that speaks the
// same protocol.
//
// # Connecting
//
// Spawn dials, awaits HELLO and keeps the heart beating; Identify begins a session and awaits READY; Connect is
// both:
//
//	handle, ready, err := gateway.Connect(ctx, "wss://gateway.example", types.Identify{Token: token}, gateway.Options{})
//
// Discover finds the URL from the name of an instance. What comes back is a GatewayHandle, a small value: copies of it
// are handles on the same connection. Close ends it, Done tells when it has ended and Err why. The context given to a call
// bounds that call; the handle lives until it is closed, or until the server ends it for good.
//
// # Reconnecting
//
// A handle outlives its sockets. When one is lost it resumes the session on the next one, and what was missed is
// delivered exactly once and in order, if the server can replay it; when the session is gone it identifies again, with
// the presence that was sent last. Sends made meanwhile wait. Events.Lifecycle tells every step with its reason; a
// *SessionLostError among the reasons says from which event on something may have been missed. Close codes that mean
// that trying again is of no use end the handle; Options.CloseActions says otherwise for some, and Options.NoReconnect
// for all.
//
// Suspend ends a handle so that another one, in this process or the next, goes on with the session; Options.Session takes
// what it returns. Options.SessionStore does so by itself, also for a process that was killed:
//
//	store, err := gateway.NewFileSessions("/var/lib/bot")
//	options := gateway.Options{SessionStore: store, SessionKey: "bot", Checkpoint: gateway.CheckpointObserved}
//
// # Observing
//
// GatewayHandle.Events is a tree of publishers, one for each event: Events.Message.Create publishes
// *types.MessageCreate values to whoever subscribed to it. See package observer for the ways to subscribe, and
// docs/EVENTS.md for the tree. To miss nothing, make the tree before dialling:
//
//	events := gateway.NewEvents()
//	events.Message.Create.SubscribeFunc(func(ctx context.Context, message *types.MessageCreate) { … })
//	handle, ready, err := gateway.Connect(ctx, url, identify, gateway.Options{Events: events})
//
// A type that observes several events names its methods after them, and SubscribeAll finds them:
//
//	func (b *Bot) OnReady(ctx context.Context, ready *types.Ready)                   { … }
//	func (b *Bot) OnMessageCreate(ctx context.Context, message *types.MessageCreate) { … }
//
//	subscriptions, err := gateway.SubscribeAll(events, bot)
//
// DispatchFrom returns what is known about an event beyond its payload: name, sequence number, time, raw bytes.
//
// Observe keeps an entity current from events, a guild with all that is in it, and lets go of it when nobody holds it:
//
//	guild, err := gateway.Observe(ctx, handle, event.Merged(), gateway.WithContents(&event.GatewayGuild))
//	name := guild.Load().Name
//	for before, after := range guild.Changes() { … }
//
// # Delivery
//
// All observers of a handle run one at a time, in the order of the gateway, across all events, on one queue that
// belongs to the handle. So what one observer stored is there when the next one runs, and no lock is needed between
// them. An observer may take its time, send, and wait for other events with Expect: waiters and streams are fed ahead
// of the queue. While it runs it delays the other observers of that handle and nothing else: heartbeats,
// acknowledgements, sends and waiters go on. When the queue is full (Options.QueueEvents, Options.QueueBytes),
// reading stops until there is room, the heart goes on beating, and nothing is lost.
//
// The events of one handle that are not dispatches (Events.Error, Lifecycle, Lag and Sent) have a queue of their own,
// which drops the oldest when it is full: they are delivered while an observer of a dispatch is stuck, and at the same
// time as other observers run.
//
// observer.On, observer.Concurrent and observer.Inline put a subscription elsewhere.
//
// # What goes wrong
//
// A payload that cannot be decoded is a *DecodeError on Events.Error, nobody is given a half-filled event, and the
// connection goes on; so it does after an observer's panic, a *PanicError. Events of unknown names are published on
// Events.Unknown; unknown opcodes, fields, enum values and flags pass through. A lost socket is replaced by another; why
// it was lost is on Events.Lifecycle, a *CloseError with the server's close code, or 1006 when the connection broke, or
// a *DecodeError when the stream itself could not be read on. Failures to connect are *HandshakeError values that name
// the stage. No error and no log line holds a token.
//
// # Sending
//
// Send sends any opcode, and there is a typed Send… method for each one that a client may send; docs/OPCODES.md lists
// them. They return when the frame is written, or with the reason why it never will be. Frames longer than
// Options.MaxFrame are refused with ErrTooLarge, because servers close the connection for them; the typed methods split
// requests for lists into several frames where the protocol allows it. What no server takes is a *PayloadError:
//
//	err := handle.SendRequestGuildMembers(ctx, types.RequestGuildMembers{GuildID: guild, UserIDs: ids})
//
// Sends wait for Options.RateLimits, which are off unless they are set, in the goroutine of the caller and under its
// context: nobody else is delayed by it, and heartbeats never wait. DiscordLimits are those of Discord. A presence that
// waits when a newer one comes ends with ErrSuperseded. What a server says by RATE_LIMITED is always obeyed.
//
//	options := gateway.Options{RateLimits: gateway.DiscordLimits()}
//
// # Memory and speed
//
// An event that nobody observes costs the scan of its envelope, a look-up and an atomic load: it is not decoded, and
// nothing is allocated. One decode serves all observers of an event. Setting GOGC to 400 saves a busy process about a
// quarter of the time it spends per event.
package gateway
