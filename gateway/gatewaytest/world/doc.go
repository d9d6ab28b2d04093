// Package world is a small world behind an in-process gateway: users and bots with tokens, guilds with roles, members,
// channels, threads and emojis, private channels, messages with reactions, presences, voice states, relationships and
// invitations.
//
// A test changes it through handles, such as
//
//	w := world.New(world.Options{Seed: 1})
//	alice := w.AddUser("alice")
//	guild, err := w.AddGuild(alice.ID, "Home")
//	channel, err := guild.CreateChannel("news")
//	message, err := channel.SendMessage(alice.ID, "hello")
//
// and every change dispatches the events that a server would send, as payloads of package types, to the sessions of
// exactly those who may see them. Who may see a channel follows from roles, overwrites and membership; intents, encodings
// and connections are the business of the server that is built on it. What has no server around it, such as a test of the
// world itself, attaches a pubsub.State whose sink keeps the events.
//
// Payloads are shared by all who get them and must not be changed. Whoever gains or loses sight of a channel, because of a
// role, an overwrite or a thread, gets CHANNEL_CREATE or CHANNEL_DELETE, so that what a client knows from its events alone
// is always what [World.View] says. Where Spacebar and Discord differ, [Options] has a [Profile].
//
// The functions that the methods named Edit take are called while the world is locked, so that an edit is whole: they look
// at what they are given and change it, and must not call the world, which would wait for itself.
//
// Ids, tokens and codes follow from the seed, the clock and how many were made before, so that inside a testing/synctest
// bubble each run has the same.
package world
